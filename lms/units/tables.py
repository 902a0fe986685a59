"""What is known of each team without asking its people, and which teams are to be counted anew.

Everybody counts in exactly one place, so that sums count nobody twice: who is in several teams counts at their
crossing (`lms.units.places`), whose negative number stands as `team_id`. None of these rows is tied to a team by a
key: a team that goes leaves nothing that would hold it back.
"""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base

# Stands for "no day" in keys: nothing is due then, and a certificate that ends then has no end.
NO_DAY = date(9999, 12, 31)


class TeamPeople(Base):
    """How many enabled people count in a place."""

    __tablename__ = "team_people"

    team_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    people: Mapped[int]


class TeamStanding(Base):
    """How a place's people stand in one course, those who are due on the same day together.

    Late is who is open and due before today: so no midnight has to change a row. `renewed` are rounds that a later
    one of the same person followed: they count where they fell due and nowhere else. `on_time` are of `done` and
    `renewed` those completed by the end of the day it was due, where their people live.
    """

    __tablename__ = "team_standing"
    __table_args__ = (
        Index("ix_team_standing_course_slug_due_on", "course_slug", "due_on"),
        # Covers what is open by day, for calendars and for what presses, so that nobody walks what is done.
        Index(
            "ix_team_standing_open",
            "due_on",
            "team_id",
            "course_slug",
            "not_started",
            "under_way",
            sqlite_where=text("not_started + under_way > 0"),
            postgresql_where=text("not_started + under_way > 0"),
        ),
    )

    team_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    course_slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    not_started: Mapped[int]
    under_way: Mapped[int]
    done: Mapped[int]
    renewed: Mapped[int]
    on_time: Mapped[int]


class TeamHolding(Base):
    """How many of a place's people hold a certificate until the same day, by the one that lasts longest."""

    __tablename__ = "team_holding"
    # Covers what ends soon, so that nobody walks what lasts.
    __table_args__ = (Index("ix_team_holding_until", "until", "team_id", "people"),)

    team_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    course_slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    until: Mapped[date] = mapped_column(primary_key=True)
    people: Mapped[int]


class TeamCrossing(Base):
    """One team of an enabled person who is in several today, and the place in which all of these have her count.

    `first_id` is the lowest number among the teams of the place: whoever counts that team anew counts the place.
    """

    __tablename__ = "team_crossing"
    __table_args__ = (
        Index("ix_team_crossing_team", "team_id", "place_id"),
        Index("ix_team_crossing_first", "first_id"),
    )

    place_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    team_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    first_id: Mapped[int] = mapped_column(BigInteger)


class TeamTouched(Base):
    """A team that is counted anew in a moment: one deed touched more teams than it could wait for."""

    __tablename__ = "team_touched"

    team_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class PanelWeek(Base):
    """How one panel of a manager's home stood when the week of this Monday was over: `count` of `out_of`.

    0 of 0 where there was nothing to count. `sight` tells which teams she managed then. Never changed: what was
    late that day is in no other record.
    """

    __tablename__ = "panel_week"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    week_on: Mapped[date] = mapped_column(primary_key=True)
    panel: Mapped[str] = mapped_column(String(10), primary_key=True)
    sight: Mapped[str] = mapped_column(String(64))
    count: Mapped[int]
    out_of: Mapped[int]
