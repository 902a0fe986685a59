"""How teams stand, from what is kept; and whether that is what the record says."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Team
from lms.units import counting
from lms.units.place_queries import crossings_found, crossings_kept, places_of, to_ask_for
from lms.units.places import Places
from lms.units.tables import NO_DAY, TeamCrossing, TeamHolding, TeamPeople, TeamStanding, TeamTouched

ENDS_SOON = timedelta(days=60)
ON_TIME_DAYS = timedelta(days=90)
_PORTION = 400
_NOTHING = (0,) * 6


@dataclass(frozen=True)
class TeamFigures:
    """How the people of a team or a unit stand today; everything counts enrolments but `people`.

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


@dataclass(frozen=True)
class Figures:
    """The figures of each place in which people of some teams count; `known` has no empty ones."""

    places: Places
    known: Mapping[int, TeamFigures]

    def of(self, team_ids: Collection[int]) -> TeamFigures:
        """Return the figures of some of these teams together, everybody counted once."""
        some = (self.known[place] for place in self.places.of(team_ids) if place in self.known)
        return TeamFigures(*map(sum, zip(*map(_values, some), strict=True)))


@dataclass(frozen=True)
class DueWeek:
    """What fell due in the week that began on this Monday, and how much of it was completed by its day."""

    monday: date
    fell_due: int
    on_time: int


def figures(
    session: Session, today: date, team_ids: Collection[int], slugs: Collection[str] | None = None
) -> Figures:
    """Return the figures of these teams in these courses (in all when None); four queries over small rows.

    Days are the UTC days of `today`.
    """
    places = places_of(session, team_ids)

    def limit(query: Any, table: Any, has_course: bool = True) -> Any:
        if to_ask_for(places.all) is not None:
            query = query.where(table.team_id.in_(places.all))
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
    counted = {
        place: TeamFigures(
            known.get(place, 0), *map(int, stand.get(place, _NOTHING)), *map(int, hold.get(place, (0, 0)))
        )
        for place in places.all & {*known, *stand, *hold}
    }
    return Figures(places, counted)


def due_weeks(
    session: Session,
    today: date,
    weeks: int,
    slugs: Collection[str] | None = None,
    places: Places | None = None,
) -> tuple[DueWeek, ...]:
    """Return the last whole weeks before today's, the oldest first, empty ones too; one query.

    Of the people counted in these places, of everybody when None.

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
    if places is not None:
        query = query.where(TeamStanding.team_id.in_(places.all))
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
    """A team, or several at whose crossing people count, of which something else is kept than the record says."""

    team_ids: tuple[int, ...]
    table: str
    kept: Sequence[Any]
    counted: Sequence[Any]


def differences(session: Session, today: date) -> Iterator[Difference]:
    """Yield each place whose kept rows differ from a count over the record; eight queries for 400 teams.

    Teams that wait to be counted anew are left out: nobody says that they are right.
    """
    waiting = set(session.scalars(select(TeamTouched.team_id)))
    known = {*session.scalars(select(Team.id)), *session.scalars(select(TeamPeople.team_id))}
    known |= {*session.scalars(select(TeamStanding.team_id).distinct())}
    known |= {*session.scalars(select(TeamCrossing.first_id).distinct())}
    met = set(session.scalars(select(TeamCrossing.place_id).distinct()))
    # Crossings that no team knows of come by themselves: what is kept there is nobody's.
    ordered = sorted(known - waiting - met)
    for start in range(0, len(ordered), _PORTION):
        yield from _differences_of(session, ordered[start : start + _PORTION], today)


def _differences_of(session: Session, team_ids: list[int], today: date) -> Iterator[Difference]:
    kept, found = crossings_kept(session, team_ids), crossings_found(session, team_ids, today)
    meeting: dict[int, tuple[int, ...]] = {team_id: (team_id,) for team_id in team_ids}
    for each in sorted(kept | found):
        if each.team_id not in meeting.get(each.place_id, ()):
            meeting[each.place_id] = (*meeting.get(each.place_id, ()), each.team_id)
    for place in sorted({each.place_id for each in kept ^ found}):
        yield Difference(
            meeting[place],
            TeamCrossing.__tablename__,
            sorted(each for each in kept if each.place_id == place),
            sorted(each for each in found if each.place_id == place),
        )
    dialect = session.get_bind().dialect
    for table, counted in (
        (TeamPeople, counting.people(meeting, today)),
        (TeamStanding, counting.standings(meeting, today, dialect)),
        (TeamHolding, counting.holdings(meeting, today)),
    ):
        columns = list(table.__table__.columns)
        rows = session.execute(select(*columns).where(table.__table__.c.team_id.in_(meeting)))
        kept_rows, counted_rows = _by_team(rows), _by_team(session.execute(counted))
        for place, teams in meeting.items():
            if kept_rows.get(place) != counted_rows.get(place):
                yield Difference(teams, table.__tablename__, kept_rows.get(place, ()), counted_rows.get(place, ()))


def _by_team(rows: Any) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        plain = tuple(date.fromisoformat(value) if _is_day(value) else value for value in row)
        found.setdefault(row[0], []).append(plain)
    return {team_id: sorted(some) for team_id, some in found.items()}


def _is_day(value: Any) -> bool:
    # An expression over a day comes out of SQLite as the text that it is stored as.
    return isinstance(value, str) and len(value) == len(NO_DAY.isoformat()) and value[4:5] == "-" == value[7:8]
