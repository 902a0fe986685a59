"""Reads of customer figures; each takes the teams in question, so none can show more."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person, Team
from lms.customers.measure import Measure, WeekCount
from lms.customers.tables import CustomerCount


def weeks_of(session: Session, team_ids: Collection[int] | None, since: date) -> tuple[WeekCount, ...]:
    """Return what was counted each week since this Monday, added up over these teams, oldest first; one query.

    `team_ids` None means every open team.
    """
    if team_ids is not None and not team_ids:
        return ()
    wanted = select(Team.id).where(Team.closed_on.is_(None)) if team_ids is None else team_ids
    rows = session.execute(
        select(
            CustomerCount.week_on,
            CustomerCount.measure,
            func.sum(CustomerCount.count),
            func.sum(CustomerCount.out_of),
        )
        .where(
            CustomerCount.replaced_at.is_(None),
            CustomerCount.week_on >= since,
            CustomerCount.team_id.in_(wanted),
        )
        .group_by(CustomerCount.week_on, CustomerCount.measure)
        .order_by(CustomerCount.week_on, CustomerCount.measure)
    )
    return tuple(WeekCount(row[0], Measure(row[1]), int(row[2]), int(row[3])) for row in rows)


def weeks_by_team(session: Session, since: date, until: date) -> dict[int, list[WeekCount]]:
    """Return what each team counted in the weeks from one Monday's to another's, by team; one query."""
    rows = session.execute(
        select(
            CustomerCount.team_id,
            CustomerCount.week_on,
            CustomerCount.measure,
            CustomerCount.count.label("met"),
            CustomerCount.out_of,
        ).where(CustomerCount.replaced_at.is_(None), CustomerCount.week_on.between(since, until))
    )
    found: dict[int, list[WeekCount]] = defaultdict(list)
    for row in rows:
        found[row.team_id].append(WeekCount(row.week_on, Measure(row.measure), row.met, row.out_of))
    return found


@dataclass(frozen=True)
class Entry:
    """One figure that was entered, by whom and when; `replaced_at` is None while it holds."""

    team_id: int
    team_name: str
    week_on: date
    measure: Measure
    count: int
    out_of: int
    entered_by: str
    entered_at: datetime
    replaced_at: datetime | None


_ENTRY = (
    select(
        CustomerCount.team_id,
        Team.name.label("team_name"),
        CustomerCount.week_on,
        CustomerCount.measure,
        CustomerCount.count.label("met"),
        CustomerCount.out_of,
        Person.name.label("entered_by"),
        CustomerCount.entered_at,
        CustomerCount.replaced_at,
    )
    .join(Team, Team.id == CustomerCount.team_id)
    .join(Person, Person.id == CustomerCount.entered_by)
)


def entries_of(session: Session, team_id: int, since: date) -> tuple[Entry, ...]:
    """Return every figure of this team since this Monday, also replaced ones, the latest week first; one query."""
    rows = session.execute(
        _ENTRY.where(CustomerCount.team_id == team_id, CustomerCount.week_on >= since).order_by(
            CustomerCount.week_on.desc(),
            CustomerCount.measure,
            CustomerCount.entered_at.desc(),
            CustomerCount.id.desc(),
        )
    )
    return tuple(_entry(row) for row in rows)


def figures_of(session: Session, team_ids: Collection[int], since: date) -> Iterator[Entry]:
    """Yield the figures that hold of these teams since this Monday, by week, team and measure; one query."""
    if not team_ids:
        return
    rows = session.execute(
        _ENTRY.where(
            CustomerCount.replaced_at.is_(None),
            CustomerCount.week_on >= since,
            CustomerCount.team_id.in_(team_ids),
        ).order_by(
            CustomerCount.week_on, func.lower(Team.name), CustomerCount.team_id, CustomerCount.measure,
            CustomerCount.id,
        )
    )  # fmt: skip
    yield from (_entry(row) for row in rows)


def _entry(row: Any) -> Entry:
    return Entry(
        row.team_id,
        row.team_name,
        row.week_on,
        Measure(row.measure),
        row.met,
        row.out_of,
        row.entered_by,
        row.entered_at,
        row.replaced_at,
    )
