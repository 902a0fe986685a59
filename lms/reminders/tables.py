"""Leave, own quiet hours, and what was told to whom on which day."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, BigKey, int_key


class Absence(Base):
    """One stretch of leave, both days included, as somebody noted it; withdrawn ones stay as they were.

    No reason is asked or kept: why somebody is away may be a matter of health.
    """

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_after_beginning"),
        Index("ix_absence_person_id_withdrawn_at", "person_id", "withdrawn_at"),
    )

    id: Mapped[int_key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]


class OwnQuietHours(Base):
    """Somebody's own quiet hours instead of the organisation's: minutes after midnight, `days` as in "56"."""

    __tablename__ = "own_quiet_hours"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]
    days: Mapped[str] = mapped_column(String(7))


class MeetingDay(Base):
    """The day of a meeting that somebody asked to be reminded of; the day alone, never whom with or what about."""

    __tablename__ = "meeting_day"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    day: Mapped[date]


class PlannedDay(Base):
    """The day, where she lives, that a person's reminders were planned for last; nobody is planned twice a day."""

    __tablename__ = "planned_day"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    day: Mapped[date]


class Told(Base):
    """One thing that was told once, on the day `told_on` where she lives: see `rules.Mark`."""

    __tablename__ = "told"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    about_on: Mapped[date] = mapped_column(primary_key=True)
    stage: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    told_on: Mapped[date]
