"""Reads of a report's rows: a look at some of them, all of them in short portions, or their groups."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms.accounts.tables import Team
from lms.measures import Share, share
from lms.progress.overview import Standing
from lms.reports import compiling
from lms.reports.asker import Asker
from lms.reports.catalogue import KINDS, Holds, Rows
from lms.reports.compiling import Key
from lms.reports.description import Description, Filters, Span, SpanKind
from lms.sheets import Cell

# What a page looks at; up to so many rows are put in order for it.
SHOWN = 20
MOST_COUNTED = 10_000
# Rows a read: a file's reader never holds one snapshot long enough to keep the write-ahead log from being emptied.
PORTION = 2_000
_FETCHED = 10_000
_ANY_NUMBER = 2**31 - 1
MOST_WALL_LINES = 24
MOST_WALL_NAMES = 40

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Preview:
    """Some rows of a report and how many there are: `count` is None when there are more than were looked at."""

    rows: Sequence[Row]
    count: int | None
    is_in_order: bool


@dataclass(frozen=True)
class Group:
    """One group: its name (None for rows without one), rows, people and the share of good rows, where they are."""

    name: str | None
    rows: int
    people: int | None
    good: Share | None


def preview(session: Session, description: Description, asker: Asker, slugs: Sequence[str]) -> Preview:
    """Return the first rows and their count; of a great many some rows, not in order; two queries."""
    counted = session.scalar(compiling.count_up_to(description, asker, MOST_COUNTED + 1)) or 0
    is_few = counted <= MOST_COUNTED
    rows = session.execute(compiling.some(description, asker, slugs, SHOWN, in_order=is_few)).all()
    return Preview([tuple(row) for row in rows], counted if is_few else None, is_few)


def groups(session: Session, description: Description, asker: Asker) -> list[Group]:
    """Return the groups by name; one query."""
    return [
        Group(name, rows, people, None if good is None else share(int(good), rows))
        for name, rows, people, good in session.execute(compiling.groups(description, asker))
    ]


def covered_teams(session: Session, description: Description, asker: Asker) -> list[int] | None:
    """Return the teams whose people the report may hold, or None for everybody's."""
    if asker.reach.is_everybody and not description.filters.team_ids:
        return None
    return sorted(session.scalars(compiling.covered_teams(description, asker)))


def keys(session: Session, description: Description, asker: Asker) -> Sequence[Key]:
    """Return the keys of all rows in order; one query, which may take seconds where there are a million.

    They are put in order once, and numbers kept in eight bytes each: asking for each portion after the last row of
    the one before would sort what is left of a million rows five hundred times, since no index has such an order.
    """
    found = session.execute(compiling.keys(description, asker), execution_options={"yield_per": _FETCHED})
    return list(found.scalars()) if description.rows is Rows.COURSES else array("q", found.scalars())


def chosen_team_names(session: Session, description: Description, asker: Asker) -> list[str]:
    """Return the names of the chosen teams that are in sight, by name; one query."""
    chosen = compiling.covered_teams(description, asker).where(Team.id.in_(description.filters.team_ids))
    return sorted(session.scalars(chosen.with_only_columns(Team.name)), key=str.casefold)


def count(session: Session, description: Description, asker: Asker) -> int:
    """Return how many rows there are; one query, which walks all of them."""
    return session.scalar(compiling.count_up_to(description, asker, _ANY_NUMBER)) or 0


def first_rows(
    session: Session, description: Description, asker: Asker, slugs: Sequence[str], most: int
) -> list[Row]:
    """Return so many rows in order; one query."""
    found = session.execute(compiling.some(description, asker, slugs, most, in_order=True))
    return [tuple(row) for row in found]


@dataclass(frozen=True)
class WallLine:
    """How one course stands in one team (or, with team "", in all): done, begun, not begun; nothing of late."""

    team: str
    course: str
    done: int
    begun: int
    to_begin: int

    @property
    def all(self) -> int:
        """Return how many are in the course."""
        return self.done + self.begun + self.to_begin


@dataclass(frozen=True)
class Wall:
    """What a wall sheet says: no name but of somebody who finished something in the last 30 days.

    `teams` are those with at least `compiling.FEWEST` in a course; `finished` holds (team, name, course),
    `coming` (day, course, people).
    """

    courses: Sequence[WallLine]
    teams: Sequence[WallLine]
    finished: Sequence[tuple[str, str, str]]
    coming: Sequence[tuple[date, str, int]]


def wall(session: Session, description: Description, asker: Asker) -> Wall:
    """Return what a wall sheet of these teams and courses says today; four queries."""
    chosen = Filters(description.filters.team_ids, description.filters.course_slugs)
    asked = Description(Rows.ENROLMENTS, ("team", "name", "course"), chosen)

    def lines(*, by_team: bool) -> list[WallLine]:
        found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for team, course, standing, count in session.execute(compiling.states(asked, asker, by_team=by_team)):
            found[team, course][standing] += count
        return [_wall_line(place, counts) for place, counts in found.items()]

    finished = replace(
        asked,
        filters=replace(chosen, standings=(Standing.DONE.value,)),
        period_of="completed_at",
        period=Span(SpanKind.LAST_30),
        sort="team",
    )
    return Wall(
        courses=lines(by_team=False),
        teams=[line for line in lines(by_team=True) if line.all >= compiling.FEWEST][:MOST_WALL_LINES],
        finished=[
            (team or "", name, course)
            for team, name, course in first_rows(session, finished, asker, (), MOST_WALL_NAMES)
        ],
        coming=[
            (day, course, count) for day, course, count in session.execute(compiling.next_due(asked, asker, 5))
        ],
    )


def _wall_line(place: tuple[str, str], counts: Counter[str]) -> WallLine:
    done, to_begin = counts[Standing.DONE], counts[Standing.NOT_STARTED]
    return WallLine(*place, done, counts.total() - done - to_begin, to_begin)


def rows(
    engine: Engine,
    description: Description,
    asker: Asker,
    slugs: Sequence[str],
    tell: Callable[[int, int], None] = lambda _done, _of: None,
) -> Iterator[Row]:
    """Yield all rows in order, read in portions of their own transactions; `tell` hears how many of how many.

    A row that went out of sight or came to be something else in between is left out.
    """
    with Session(engine) as session:
        wanted = keys(session, description, asker)
    tell(0, len(wanted))
    for start in range(0, len(wanted), PORTION):
        some = wanted[start : start + PORTION]
        with Session(engine) as session:
            statement = compiling.portion(description, asker, slugs, some)
            found = {row[0]: tuple(row)[1:] for row in session.execute(statement)}
        yield from (found[key] for key in some if key in found)
        tell(start + len(some), len(wanted))


class Cells:
    """Makes cells of what was read: moments in the asker's zone, percent as 0..100, standings in words."""

    def __init__(
        self, description: Description, courses: int, zone: ZoneInfo, words: Callable[[str], str]
    ) -> None:
        """Speak of these columns, `courses` of them for `EACH_COURSE`."""
        self._zone = zone
        self._words = words
        self._holds: list[Holds] = []
        for key in description.columns:
            holds = KINDS[description.rows].column(key).holds
            self._holds += [Holds.STANDING] * courses if holds is Holds.EACH_COURSE else [holds]

    def of(self, row: Row) -> list[Cell]:
        """Return the row's cells."""
        return [self._cell(holds, value) for holds, value in zip(self._holds, row, strict=True)]

    def _cell(self, holds: Holds, value: Any) -> Cell:
        if value is None:
            return None
        match holds:
            case Holds.MOMENT:
                moment: datetime = value.astimezone(self._zone)
                return moment
            case Holds.PERCENT:
                return round(float(value) * 100 + 1e-9, 1)
            case Holds.STANDING:
                return self._words(value)
            case Holds.NUMBER:
                return int(value)
        found: Cell = value
        return found
