"""Assignments, allowances, nudges and programmes as they are stored."""

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


class Programme(Base):
    """Courses asked together, in order or in any, of whom `programme_target` names.

    `owner_team_id` is the team whose programme it is, None for the organisation's: it reaches nobody outside, and
    whoever looks after that team may change it. Each change counts `version` up; the enrolments of its people
    agree with version `settled`.
    """

    __tablename__ = "programme"

    id: Mapped[int_key]
    name: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(500), default="")
    owner_team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    is_ordered: Mapped[bool]
    version: Mapped[int] = mapped_column(default=1)
    settled: Mapped[int] = mapped_column(default=0)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ProgrammeStep(Base):
    """One course of a programme with its due rule; kept with `gone_at` when it is asked no more.

    `asked_since` is the day from which it has been asked by this rule.
    """

    __tablename__ = "programme_step"
    __table_args__ = (
        CheckConstraint("due_kind IN ('never', 'day', 'coming', 'step')", name="due_kind"),
        CheckConstraint("due_kind <> 'day' OR due_on IS NOT NULL", name="day_has_a_day"),
        CheckConstraint("due_kind NOT IN ('coming', 'step') OR due_days > 0", name="counted_has_days"),
        CheckConstraint("due_kind <> 'step' OR due_after IS NOT NULL", name="step_has_a_course"),
    )

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    course_slug: Mapped[str] = mapped_column(ForeignKey("course.slug"), primary_key=True, index=True)
    position: Mapped[int]
    due_kind: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date | None]
    due_days: Mapped[int | None]
    due_after: Mapped[str | None] = mapped_column(ForeignKey("course.slug"))
    asked_since: Mapped[date]
    gone_at: Mapped[datetime | None]


class ProgrammeTarget(Base):
    """Whom a programme is for: a person, a team with all below, who joined it since a day, or holders of a role.

    `team_id` None of the last three is the whole organisation. `since` is the day on which it was chosen.
    """

    __tablename__ = "programme_target"
    __table_args__ = (
        CheckConstraint("who IN ('person', 'everyone', 'joined', 'role')", name="who"),
        CheckConstraint("(who = 'person') = (person_id IS NOT NULL)", name="person_is_named"),
        CheckConstraint("(who = 'role') = (role IS NOT NULL)", name="role_is_named"),
        CheckConstraint("(who = 'joined') = (joined_from IS NOT NULL)", name="joined_has_a_day"),
    )

    id: Mapped[int_key]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    who: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    role: Mapped[str | None] = mapped_column(String(20))
    joined_from: Mapped[date | None]
    since: Mapped[date]


class ProgrammePerson(Base):
    """One person whom a programme reaches now: since when it has been meant for her, and when that was noticed.

    The row goes when she is not reached any more.
    """

    __tablename__ = "programme_person"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    came_on: Mapped[date]
    reached_on: Mapped[date]
