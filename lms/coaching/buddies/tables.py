"""What buddies saw, as it is stored."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, int_key


class BuddySight(Base):
    """One time the buddy of a plan saw it at work, or saw that it did not happen; its person's alone from then on.

    `behaviours` are the ids that the plan was about then, with a space between. `key` is made by the page, so that
    what is sent twice is one. After a year the words are emptied (`cleared_at`); mark and day stay.
    """

    __tablename__ = "buddy_sight"
    __table_args__ = (
        UniqueConstraint("buddy_id", "key"),
        CheckConstraint("person_id <> buddy_id", name="of_somebody_else"),
        CheckConstraint("score BETWEEN 0 AND 2", name="score"),
        Index("ix_buddy_sight_person", "person_id", "given_at"),
        Index("ix_buddy_sight_plan", "commitment_id"),
        Index("ix_buddy_sight_given", "given_at"),
    )

    id: Mapped[int_key]
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    buddy_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(64))
    behaviours: Mapped[str] = mapped_column(String(600))
    happened_on: Mapped[date]
    score: Mapped[int]
    heard: Mapped[str] = mapped_column(Text)
    worked: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    cleared_at: Mapped[datetime | None]
