"""Assignments, allowances and nudges as they are stored."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, int_key


class Assignment(Base):
    """A course given to one person, or to a team and everyone who joins it, with a due date or none."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (team_id IS NULL)", name="one_target"),
        Index("ix_assignment_team_id_withdrawn_at", "team_id", "withdrawn_at"),
    )

    id: Mapped[int_key]
    course_slug: Mapped[str] = mapped_column(ForeignKey("course.slug"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    due_on: Mapped[date | None]
    assigned_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assigned_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Allowance(Base):
    """More time for one person in one course, or no obligation at all, with the reason.

    `kind` is "extension", with `until` the new last day, or "exemption", with `until` the last day it holds, None
    for good. Never changed after it was given but for the withdrawal.
    """

    __tablename__ = "allowance"
    __table_args__ = (
        CheckConstraint("kind IN ('extension', 'exemption')", name="kind"),
        CheckConstraint("kind = 'exemption' OR until IS NOT NULL", name="extension_has_a_day"),
        Index("ix_allowance_person_id_course_slug", "person_id", "course_slug"),
        Index("ix_allowance_kind_until", "kind", "until"),
    )

    id: Mapped[int_key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_slug: Mapped[str] = mapped_column(ForeignKey("course.slug"))
    kind: Mapped[str] = mapped_column(String(10))
    until: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(500))
    given_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]


class Nudge(Base):
    """A manager's note to one person that a course waits; `says` is one of the prepared sentences (`nudge.Says`).

    Tied to the course, not to the enrolment: one that is taken back unbegun leaves what was done about it.
    """

    __tablename__ = "nudge"
    __table_args__ = (Index("ix_nudge_person_id_course_slug", "person_id", "course_slug"),)

    id: Mapped[int_key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_slug: Mapped[str] = mapped_column(ForeignKey("course.slug"))
    says: Mapped[str] = mapped_column(String(10))
    given_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime]
    put_away_at: Mapped[datetime | None]
