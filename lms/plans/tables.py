"""Assignments as they are stored."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
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
