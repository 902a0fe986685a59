"""What stands out in a team: who is stuck and where, and what changed in the last seven days; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lms.progress.overview import STUCK_ATTEMPTS, Cell, PersonRow

RESTED = timedelta(days=7)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Place:
    """Somebody who does not get on in a course, and since when: the day of her last step."""

    row: PersonRow
    cell: Cell
    since: datetime

    @property
    def has_failed(self) -> bool:
        """Return whether attempts that were not passed hold her up, and not only the days since."""
        return self.cell.failed_attempts >= STUCK_ATTEMPTS


def stuck_places(rows: Iterable[PersonRow], now: datetime) -> list[Place]:
    """Return who is under way and took no step for a week or did not pass a quiz twice, the most urgent first.

    Most urgent is what is due first, then who has rested longest. Late is no reason to be left out; whoever is
    exempt, or waits for a trainer, is.
    """
    found = [place for row in rows for cell in row.cells if (place := _place(row, cell, now))]
    return sorted(found, key=lambda each: (each.cell.due_on or date.max, each.since, each.row.name.casefold()))


def _place(row: PersonRow, cell: Cell, now: datetime) -> Place | None:
    if cell.completed_at or cell.started_at is None or cell.is_exempt or cell.is_with_trainer:
        return None
    since = cell.last_activity_at or cell.started_at
    if cell.failed_attempts < STUCK_ATTEMPTS and now - since < RESTED:
        return None
    return Place(row, cell, since)


@dataclass(frozen=True)
class Change:
    """One person's change in one course."""

    person_id: int
    name: str
    course_slug: str


@dataclass(frozen=True)
class Changes:
    """What changed in the last seven days, today included, each by name: finished, begun, and late since then."""

    finished: tuple[Change, ...]
    begun: tuple[Change, ...]
    late: tuple[Change, ...]


def changes_of(rows: Iterable[PersonRow], today: date, zone: ZoneInfo) -> Changes:
    """Return what changed; whoever began and finished in these days finished. Days are the looking person's."""
    after = today - WEEK

    def is_new(moment: datetime | None) -> bool:
        return moment is not None and moment.astimezone(zone).date() > after

    finished, begun, late = [], [], []
    for row in sorted(rows, key=lambda each: (each.name.casefold(), each.person_id)):
        for cell in row.cells:
            change = Change(row.person_id, row.name, cell.course_slug)
            if is_new(cell.completed_at):
                finished.append(change)
            elif cell.completed_at is None and is_new(cell.started_at):
                begun.append(change)
            if not cell.completed_at and not cell.is_exempt and cell.due_on and after <= cell.due_on < today:
                late.append(change)
    return Changes(tuple(finished), tuple(begun), tuple(late))
