"""What was seen and coached in each team by month: rows that grow with teams and months, never with people.

None of them is tied to a team by a key: a team that goes leaves nothing that would hold it back.
"""

from datetime import date

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class SeenMonth(Base):
    """How often one behaviour was seen clearly in a team's contacts of the month that begins on `month_on`.

    `chances` are the contacts in which it had a chance to show, of observations that count.
    """

    __tablename__ = "seen_month"
    # Read for one behaviour at a time, team by team: on SQLite the key is the table.
    __table_args__ = {"sqlite_with_rowid": False}

    team_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    behaviour_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    month_on: Mapped[date] = mapped_column(primary_key=True)
    clearly: Mapped[int]
    chances: Mapped[int]


class CoachingMonth(Base):
    """How a team was observed and coached in the month that begins on `month_on`.

    `seen_clearly` of `seen_chances` adds up all behaviours of `SeenMonth`. Of `forms` that were given, `specific`
    hold a quote and a moment; `clearly`, `partly` and `missed` are all their marks. Of `talks`, `numbers_only`
    were on numbers alone.
    """

    __tablename__ = "coaching_month"
    __table_args__ = {"sqlite_with_rowid": False}

    team_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    month_on: Mapped[date] = mapped_column(primary_key=True)
    seen_clearly: Mapped[int]
    seen_chances: Mapped[int]
    forms: Mapped[int]
    specific: Mapped[int]
    clearly: Mapped[int]
    partly: Mapped[int]
    missed: Mapped[int]
    talks: Mapped[int]
    numbers_only: Mapped[int]
