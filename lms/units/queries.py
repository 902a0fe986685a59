"""How teams stand, from what is kept; and whether that is what the record says."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Team
from lms.units import counting
from lms.units.tables import NO_DAY, TeamHolding, TeamPeople, TeamStanding, TeamTouched

ENDS_SOON = timedelta(days=60)
ON_TIME_DAYS = timedelta(days=90)
_PORTION = 400
_NOTHING = (0,) * 6


@dataclass(frozen=True)
class TeamFigures:
    """How one team's own people stand today; everything counts enrolments but `people`.

    `enrolled` is made of not started, under way and done, the latest round of each; `late` are open ones whose day
    has passed. `fell_due` in the last 90 days before today, of which `on_time` were completed by then: every round
    of each, also one renewed since. `held` certificates stand today, `ending` of them end within 60 days.
    """

    people: int = 0
    not_started: int = 0
    under_way: int = 0
    done: int = 0
    late: int = 0
    fell_due: int = 0
    on_time: int = 0
    held: int = 0
    ending: int = 0

    @property
    def enrolled(self) -> int:
        """Return the enrolments in all."""
        return self.not_started + self.under_way + self.done


def _values(figures: TeamFigures) -> tuple[int, ...]:
    return (
        figures.people, figures.not_started, figures.under_way, figures.done, figures.late, figures.fell_due,
        figures.on_time, figures.held, figures.ending,
    )  # fmt: skip


def total(several: Iterable[TeamFigures]) -> TeamFigures:
    """Return all of these figures together."""
    return TeamFigures(*map(sum, zip(*map(_values, several), strict=True)))


@dataclass(frozen=True)
class DueWeek:
    """What fell due in the week that began on this Monday, and how much of it was completed by its day."""

    monday: date
    fell_due: int
    on_time: int


def figures(
    session: Session, today: date, slugs: Collection[str] | None = None, team_ids: Collection[int] | None = None
) -> dict[int, TeamFigures]:
    """Return each team's figures in these courses (in all when None); three queries over small rows.

    `team_ids` None means every team. Days are the UTC days of `today`.
    """

    def limit(query: Any, table: Any, has_course: bool = True) -> Any:
        if team_ids is not None:
            query = query.where(table.team_id.in_(team_ids))
        if slugs is not None and has_course:
            query = query.where(table.course_slug.in_(slugs))
        return query

    open_ones = TeamStanding.not_started + TeamStanding.under_way
    all_of_them = open_ones + TeamStanding.done + TeamStanding.renewed
    fell_due = (TeamStanding.due_on >= today - ON_TIME_DAYS) & (TeamStanding.due_on < today)
    standing = select(
        TeamStanding.team_id,
        func.sum(TeamStanding.not_started),
        func.sum(TeamStanding.under_way),
        func.sum(TeamStanding.done),
        func.sum(case((TeamStanding.due_on < today, open_ones), else_=0)),
        func.sum(case((fell_due, all_of_them), else_=0)),
        func.sum(case((fell_due, TeamStanding.on_time), else_=0)),
    ).group_by(TeamStanding.team_id)
    holding = (
        select(
            TeamHolding.team_id,
            func.sum(TeamHolding.people),
            func.sum(case((TeamHolding.until <= today + ENDS_SOON, TeamHolding.people), else_=0)),
        )
        .where(TeamHolding.until >= today)
        .group_by(TeamHolding.team_id)
    )
    people = limit(select(TeamPeople.team_id, TeamPeople.people), TeamPeople, has_course=False)
    known = {row.team_id: int(row.people) for row in session.execute(people)}
    stand = {team_id: counts for team_id, *counts in session.execute(limit(standing, TeamStanding))}
    hold = {team_id: counts for team_id, *counts in session.execute(limit(holding, TeamHolding))}
    return {
        team_id: TeamFigures(
            known.get(team_id, 0), *map(int, stand.get(team_id, _NOTHING)), *map(int, hold.get(team_id, (0, 0)))
        )
        for team_id in {*known, *stand, *hold}
    }


def due_weeks(
    session: Session,
    today: date,
    weeks: int,
    slugs: Collection[str] | None = None,
    team_ids: Collection[int] | None = None,
) -> tuple[DueWeek, ...]:
    """Return the last whole weeks before today's, the oldest first, empty ones too; one query.

    A week keeps what fell due in it when somebody renews later.
    """
    this_monday = today - timedelta(days=today.weekday())
    first = this_monday - timedelta(weeks=weeks)
    query = (
        select(
            TeamStanding.due_on,
            func.sum(TeamStanding.not_started + TeamStanding.under_way + TeamStanding.done + TeamStanding.renewed),
            func.sum(TeamStanding.on_time),
        )
        .where(TeamStanding.due_on >= first, TeamStanding.due_on < this_monday)
        .group_by(TeamStanding.due_on)
    )
    if slugs is not None:
        query = query.where(TeamStanding.course_slug.in_(slugs))
    if team_ids is not None:
        query = query.where(TeamStanding.team_id.in_(team_ids))
    counted = {first + timedelta(weeks=number): (0, 0) for number in range(weeks)}
    for due_on, fell_due, on_time in session.execute(query):
        monday = due_on - timedelta(days=due_on.weekday())
        before = counted[monday]
        counted[monday] = (before[0] + int(fell_due), before[1] + int(on_time))
    return tuple(DueWeek(monday, *counts) for monday, counts in counted.items())


def has_touched(session: Session) -> bool:
    """Return whether a team waits to be counted anew; a look that holds nobody up."""
    return session.scalar(select(select(TeamTouched.team_id).exists())) or False


def count_touched(session: Session) -> int:
    """Return how many teams wait to be counted anew."""
    return session.scalar(select(func.count()).select_from(TeamTouched)) or 0


@dataclass(frozen=True)
class Difference:
    """A team of which something else is kept than the record says; both as they are read."""

    team_id: int
    table: str
    kept: Sequence[Any]
    counted: Sequence[Any]


def differences(session: Session, today: date) -> Iterator[Difference]:
    """Yield each team whose kept rows differ from a count over the record; six queries for 400 teams.

    Teams that wait to be counted anew are left out: nobody says that they are right.
    """
    waiting = set(session.scalars(select(TeamTouched.team_id)))
    known = {*session.scalars(select(Team.id)), *session.scalars(select(TeamPeople.team_id))}
    known |= {*session.scalars(select(TeamStanding.team_id).distinct())}
    ordered = sorted(known - waiting)
    dialect = session.get_bind().dialect
    for start in range(0, len(ordered), _PORTION):
        portion = ordered[start : start + _PORTION]
        for table, counted in (
            (TeamPeople, counting.people(portion, today)),
            (TeamStanding, counting.standings(portion, today, dialect)),
            (TeamHolding, counting.holdings(portion, today)),
        ):
            columns = list(table.__table__.columns)
            kept = session.execute(select(*columns).where(table.__table__.c.team_id.in_(portion)))
            kept_rows, counted_rows = _by_team(kept), _by_team(session.execute(counted))
            for team_id in portion:
                if kept_rows.get(team_id) != counted_rows.get(team_id):
                    yield Difference(
                        team_id, table.__tablename__, kept_rows.get(team_id, ()), counted_rows.get(team_id, ())
                    )


def _by_team(rows: Any) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        plain = tuple(date.fromisoformat(value) if _is_day(value) else value for value in row)
        found.setdefault(row[0], []).append(plain)
    return {team_id: sorted(some) for team_id, some in found.items()}


def _is_day(value: Any) -> bool:
    # An expression over a day comes out of SQLite as the text that it is stored as.
    return isinstance(value, str) and len(value) == len(NO_DAY.isoformat()) and value[4:5] == "-" == value[7:8]
