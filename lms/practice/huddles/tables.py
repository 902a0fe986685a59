"""Huddles as they are stored."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, int_key

_LIVE = text("withdrawn_at IS NULL")


class HuddleRow(Base):
    """One huddle of a team about a lesson, for `minutes`; one that was noted by mistake is withdrawn.

    `title` is what the lesson was called that day.
    """

    __tablename__ = "huddle"
    __table_args__ = (
        CheckConstraint("minutes > 0 AND minutes <= 240", name="minutes"),
        # However often the button is pressed it was one huddle.
        Index(
            "uq_huddle_live",
            "team_id",
            "course_slug",
            "activity_id",
            "held_on",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        # Covers what the sums over many teams ask.
        Index(
            "ix_huddle_held_on",
            "held_on",
            "team_id",
            "minutes",
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: Mapped[int_key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    course_slug: Mapped[str] = mapped_column(String(120))
    activity_id: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(300))
    held_on: Mapped[date]
    minutes: Mapped[int]
    noted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]


class HuddlePerson(Base):
    """One person who was at a huddle."""

    __tablename__ = "huddle_person"

    huddle_id: Mapped[int] = mapped_column(ForeignKey("huddle.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
