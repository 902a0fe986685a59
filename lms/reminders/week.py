"""The week of who looks after others, on one page: who is late, due, stuck, done; pure.

Whoever is away is left out of what presses, and nobody is told of herself. Where there are too many people to
name, the units right below are told instead, by name, small ones hidden as wherever numbers stand.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from lms.progress.overview import STUCK_ATTEMPTS, Cell, PersonRow, Standing
from lms.reminders.rules import EndingCertificate
from lms.units.unit import FEWEST_SHOWN, hidden_among

# Beyond so many people nobody reads names.
MOST_PEOPLE = 400
AHEAD = timedelta(days=6)
BACK = timedelta(days=7)
ENDS_SOON = timedelta(days=30)
MOST_LATE, MOST_OTHERS, MOST_UNITS = 10, 8, 24


@dataclass(frozen=True)
class Entry:
    """One course of somebody, with the day it is about, if any; `has_failed` twice, where she is stuck."""

    course_slug: str
    on: date | None = None
    has_failed: bool = False


@dataclass(frozen=True)
class Line:
    """One person with the courses it is about, the most pressing first."""

    person_id: int
    name: str
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Part:
    """Some people, the first of `in_all`."""

    lines: tuple[Line, ...] = ()
    in_all: int = 0

    @property
    def more(self) -> int:
        """Return how many are not named."""
        return self.in_all - len(self.lines)


@dataclass(frozen=True)
class People:
    """The week of few enough people to be named: late and due by day, the others by name."""

    late: Part = Part()
    due: Part = Part()
    stuck: Part = Part()
    ending: Part = Part()
    finished: Part = Part()
    away: Part = Part()

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to tell."""
        return not any(part.in_all for part in (self.late, self.due, self.stuck, self.ending, self.finished))


@dataclass(frozen=True)
class Figures:
    """How a unit stands: open and past its day, due within the week, certificates that end within sixty days.

    `fell_due` in the last whole week, of which `on_time` were done by their day.
    """

    people: int = 0
    late: int = 0
    due: int = 0
    ending: int = 0
    fell_due: int = 0
    on_time: int = 0


@dataclass(frozen=True)
class UnitLine:
    """One unit below with its figures, None when they are hidden."""

    team_id: int
    name: str
    figures: Figures | None


@dataclass(frozen=True)
class Units:
    """The week of many people, in all and by the units right below; `more` units are not listed."""

    whole: Figures
    lines: tuple[UnitLine, ...]
    more: int = 0


@dataclass(frozen=True)
class Week:
    """What one page tells who looks after `count` people: them by name, or the units they are in.

    `unreachable` are those without an e-mail address, by name; in units only how many.
    """

    today: date
    count: int
    people: People | None
    units: Units | None
    unreachable: Part = field(default_factory=Part)

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing that a mail would be written for."""
        if self.units is not None:
            return not (self.units.whole.late or self.units.whole.due or self.units.whole.fell_due)
        return self.people is None or self.people.is_empty


def people_of(
    rows: Iterable[PersonRow],
    endings: Mapping[int, Sequence[EndingCertificate]],
    away: Collection[int],
    now: datetime,
    today: date,
) -> People:
    """Return the week of these people; `away` are today on leave."""
    everybody = list(rows)
    here = [row for row in everybody if row.person_id not in away]
    return People(
        late=_by_day(_lines(here, lambda cell: cell.standing is Standing.LATE, _due_day), MOST_LATE),
        due=_by_day(_lines(here, lambda cell: _is_due(cell, today), _due_day), MOST_OTHERS),
        stuck=_by_name(_lines(here, lambda cell: cell.standing is Standing.STUCK, _last_day), MOST_OTHERS),
        ending=_by_day(_ending_lines(here, endings, today), MOST_OTHERS),
        finished=_by_name(_lines(everybody, lambda cell: _is_fresh(cell, now), _no_day), MOST_OTHERS),
        away=_by_name((Line(row.person_id, row.name) for row in everybody if row.person_id in away), MOST_OTHERS),
    )


def units_of(whole: Figures, below: Sequence[tuple[int, str, Figures]]) -> Units:
    """Return the week by these units, in the order they come; small ones and what would tell them are hidden."""
    hidden = hidden_among({team_id: figures.people for team_id, _name, figures in below})
    lines = [
        UnitLine(team_id, name, figures if team_id not in hidden and figures.people >= FEWEST_SHOWN else None)
        for team_id, name, figures in below
        if figures.people
    ]
    return Units(whole, tuple(lines[:MOST_UNITS]), max(0, len(lines) - MOST_UNITS))


def named(people: Iterable[tuple[int, str]], in_all: int) -> Part:
    """Return people by name alone, the first of so many."""
    return Part(tuple(Line(person_id, name) for person_id, name in people), in_all)


def _lines(
    rows: Iterable[PersonRow], is_wanted: Callable[[Cell], bool], day_of: Callable[[Cell], date | None]
) -> Iterable[Line]:
    for row in rows:
        cells = [cell for cell in row.cells if is_wanted(cell)]
        if cells:
            cells.sort(key=lambda cell: (day_of(cell) or date.max, cell.course_slug))
            entries = (Entry(cell.course_slug, day_of(cell), _has_failed(cell)) for cell in cells)
            yield Line(row.person_id, row.name, tuple(entries))


def _ending_lines(
    rows: Iterable[PersonRow], endings: Mapping[int, Sequence[EndingCertificate]], today: date
) -> Iterable[Line]:
    for row in rows:
        # Where the course is open again, its own day says it.
        open_ones = {cell.course_slug for cell in row.cells if cell.standing is not Standing.DONE and cell.due_on}
        found = sorted(
            (each.ends_on, each.course_slug)
            for each in endings.get(row.person_id, ())
            if today <= each.ends_on <= today + ENDS_SOON and each.course_slug not in open_ones
        )
        if found:
            yield Line(row.person_id, row.name, tuple(Entry(slug, day) for day, slug in found))


def _is_due(cell: Cell, today: date) -> bool:
    is_open = cell.standing is not Standing.DONE
    return is_open and cell.due_on is not None and today <= cell.due_on <= today + AHEAD


def _is_fresh(cell: Cell, now: datetime) -> bool:
    return cell.completed_at is not None and now - BACK < cell.completed_at <= now


def _has_failed(cell: Cell) -> bool:
    return cell.standing is Standing.STUCK and cell.failed_attempts >= STUCK_ATTEMPTS


def _due_day(cell: Cell) -> date | None:
    return cell.due_on


def _last_day(cell: Cell) -> date | None:
    last = cell.last_activity_at or cell.started_at
    return last.date() if last else None


def _no_day(_cell: Cell) -> None:
    return None


def _by_day(lines: Iterable[Line], most: int) -> Part:
    found = sorted(lines, key=lambda line: (line.entries[0].on or date.max, line.name.casefold(), line.person_id))
    return Part(tuple(found[:most]), len(found))


def _by_name(lines: Iterable[Line], most: int) -> Part:
    found = sorted(lines, key=lambda line: (line.name.casefold(), line.person_id))
    return Part(tuple(found[:most]), len(found))
