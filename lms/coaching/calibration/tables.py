"""Calibration sessions, their contacts, who takes part, what each marked and what all agreed on, as stored."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, int_key

_IS_MARK = "mark IS NULL OR mark IN (0, 1, 2)"


class CalibrationSession(Base):
    """One session over a checklist as its release has it; `criterion_ids` are those to mark, in order.

    Marks are nobody else's until `revealed_at`; from then on none is added or changed.
    """

    __tablename__ = "calibration_session"
    __table_args__ = (Index("ix_calibration_session_checklist", "course_slug", "activity_id"),)

    id: Mapped[int_key]
    title: Mapped[str] = mapped_column(String(120))
    course_slug: Mapped[str] = mapped_column(String(120))
    activity_id: Mapped[str] = mapped_column(String(120))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    criterion_ids: Mapped[list[Any]]
    due_on: Mapped[date | None]
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    revealed_at: Mapped[datetime | None]


class CalibrationContact(Base):
    """One contact of a session as it was written down; `number` counts from 1."""

    __tablename__ = "calibration_contact"

    session_id: Mapped[int] = mapped_column(ForeignKey("calibration_session.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(Text)


class CalibrationSeat(Base):
    """Somebody who takes part in a session, and when she handed in what she had marked."""

    __tablename__ = "calibration_seat"
    __table_args__ = (Index("ix_calibration_seat_person", "person_id", "session_id"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("calibration_session.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    invited_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]


class CalibrationMark(Base):
    """What one person found of one criterion in one contact; no `mark` where it had no chance to show."""

    __tablename__ = "calibration_mark"
    __table_args__ = (
        CheckConstraint(_IS_MARK, name="mark"),
        Index("ix_calibration_mark_person", "person_id", "session_id"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("calibration_session.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    criterion_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    mark: Mapped[int | None]
    words: Mapped[str] = mapped_column(Text)


class CalibrationAgreed(Base):
    """What all agreed on after their marks were shown; `rewording` is how the line should read from now on."""

    __tablename__ = "calibration_agreed"
    __table_args__ = (CheckConstraint(_IS_MARK, name="mark"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("calibration_session.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    criterion_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    mark: Mapped[int | None]
    rewording: Mapped[str] = mapped_column(Text)
    agreed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime]
