"""Plans that people made and what became of them, as they are stored."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, int_key


class Commitment(Base):
    """One if-then plan of a person's, made at the end of a lesson; hers alone but for what she shares.

    `made_on`, `worded_on` and `due_on` are her own days; `behaviours` are the ids that the lesson is about.
    `checks_before` is how many check-ins there were when it got its present words; `due_on`, `misses` and
    `last_answer` follow from the check-ins and are written with them.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (due_on IS NOT NULL)", name="open_is_due"),
        CheckConstraint("(closed_at IS NULL) = (closed_as IS NULL)", name="closed_somehow"),
        CheckConstraint("(buddy_id IS NULL) = (buddy_state IS NULL)", name="buddy_somehow"),
        CheckConstraint("buddy_id <> person_id", name="buddy_is_another"),
        # A lesson has at most one open plan of a person, however often the button is pressed.
        Index(
            "uq_commitment_open",
            "person_id",
            "course_slug",
            "activity_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_commitment_of_person", "person_id", "made_on"),
        Index(
            "ix_commitment_buddy",
            "buddy_id",
            sqlite_where=text("buddy_id IS NOT NULL AND closed_at IS NULL"),
            postgresql_where=text("buddy_id IS NOT NULL AND closed_at IS NULL"),
        ),
    )

    id: Mapped[int_key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_slug: Mapped[str] = mapped_column(ForeignKey("course.slug"))
    activity_id: Mapped[str] = mapped_column(String(120))
    lesson_title: Mapped[str] = mapped_column(Text)
    behaviours: Mapped[list[Any]]
    language: Mapped[str] = mapped_column(String(20))
    cue: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    sentence: Mapped[str] = mapped_column(Text)
    is_own: Mapped[bool]
    said_aloud: Mapped[bool]
    buddy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    buddy_state: Mapped[str | None] = mapped_column(String(10))
    shared_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    made_on: Mapped[date]
    worded_on: Mapped[date]
    checks_before: Mapped[int] = mapped_column(default=0)
    due_on: Mapped[date | None]
    misses: Mapped[int] = mapped_column(default=0)
    last_answer: Mapped[str | None] = mapped_column(String(10))
    closed_at: Mapped[datetime | None]
    closed_as: Mapped[str | None] = mapped_column(String(10))


class CommitmentCheck(Base):
    """One check-in on a plan, its first is number 1; `sentence` is what the plan said then."""

    __tablename__ = "commitment_check"

    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text, default="")
    sentence: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime]
    answered_on: Mapped[date]
