"""How a team stands: the state of each person in each course, and what adds up to a sentence; pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from lms.measures import Share, share
from lms.progress.completion import percent_of_steps

STUCK_AFTER = timedelta(days=14)
STUCK_ATTEMPTS = 2
SOON = timedelta(days=7)


class Standing(StrEnum):
    """Where somebody stands in a course, the one word that matters most to who looks after them."""

    LATE = "late"
    STUCK = "stuck"
    NOT_STARTED = "not-started"
    UNDER_WAY = "under-way"
    DONE = "done"


@dataclass(frozen=True)
class Cell:
    """One person in one course; `is_soon` when it is due within a week and not done.

    `is_with_trainer` when her next step is handed in and waits for a trainer to read it; `is_exempt` when nothing
    is asked of her (see `with_exempt`): then the standing says only how far she got.
    """

    course_slug: str
    standing: Standing
    is_soon: bool
    due_on: date | None
    percent: int
    steps_done: int
    steps_total: int
    minutes_left: int
    started_at: datetime | None
    last_activity_at: datetime | None
    completed_at: datetime | None
    failed_attempts: int
    next_activity_id: str | None
    is_with_trainer: bool = False
    is_exempt: bool = False


@dataclass(frozen=True)
class PersonRow:
    """One member of a team with a cell for each course the person is enrolled in."""

    person_id: int
    name: str
    sign_in_name: str
    team_id: int
    team_name: str
    joined_on: date
    cells: tuple[Cell, ...]

    def cell(self, slug: str) -> Cell | None:
        """Return the person's cell for this course, or None when not enrolled."""
        return next((cell for cell in self.cells if cell.course_slug == slug), None)


@dataclass(frozen=True)
class Tally:
    """How many enrolled people stand where in one course; `done_share` is None of nobody.

    Whoever is exempt is not among the enrolled; `exempt` counts those known to be.
    """

    course_slug: str
    enrolled: int
    done: int
    late: int
    stuck: int
    not_started: int
    under_way: int
    done_share: Share | None
    exempt: int = 0


def standing_of(row: "EnrolmentFacts", now: datetime, today: date) -> Standing:
    """Return where somebody stands.

    Done before all; late once the due day has passed; stuck after two failed attempts at the same quiz or
    fourteen days without a step, unless the step she took waits for a trainer; the day counts in the looking
    person's time zone.
    """
    if row.completed_at is not None:
        return Standing.DONE
    if row.due_on is not None and row.due_on < today:
        return Standing.LATE
    if row.started_at is None:
        return Standing.NOT_STARTED
    if row.is_with_trainer:
        return Standing.UNDER_WAY
    rested = now - (row.last_activity_at or row.started_at)
    if row.failed_attempts >= STUCK_ATTEMPTS or rested >= STUCK_AFTER:
        return Standing.STUCK
    return Standing.UNDER_WAY


def cell_of(row: "EnrolmentFacts", now: datetime, today: date) -> Cell:
    """Return the cell that these facts make today."""
    standing = standing_of(row, now, today)
    is_soon = standing is not Standing.DONE and row.due_on is not None and today <= row.due_on <= today + SOON
    return Cell(
        course_slug=row.course_slug,
        standing=standing,
        is_soon=is_soon,
        due_on=row.due_on,
        percent=percent_of_steps(row.steps_done, row.steps_total, row.completed_at is not None),
        steps_done=row.steps_done,
        steps_total=row.steps_total,
        minutes_left=row.minutes_left,
        started_at=row.started_at,
        last_activity_at=row.last_activity_at,
        completed_at=row.completed_at,
        failed_attempts=row.failed_attempts,
        next_activity_id=row.next_activity_id,
        is_with_trainer=row.is_with_trainer,
    )


@dataclass(frozen=True)
class EnrolmentFacts:
    """What an overview needs to know of one enrolment."""

    person_id: int
    course_slug: str
    due_on: date | None
    started_at: datetime | None
    last_activity_at: datetime | None
    completed_at: datetime | None
    steps_done: int
    steps_total: int
    minutes_left: int
    failed_attempts: int
    next_activity_id: str | None
    is_with_trainer: bool = False


def tally(slug: str, standings: Iterable[Standing]) -> Tally:
    """Return the tally of these standings in one course."""
    counted = dict.fromkeys(Standing, 0)
    for standing in standings:
        counted[standing] += 1
    return tally_of(
        slug,
        done=counted[Standing.DONE],
        late=counted[Standing.LATE],
        stuck=counted[Standing.STUCK],
        not_started=counted[Standing.NOT_STARTED],
        under_way=counted[Standing.UNDER_WAY],
    )


def tally_of(
    slug: str, *, done: int, late: int, stuck: int, not_started: int, under_way: int, exempt: int = 0
) -> Tally:
    """Return the tally of these counts."""
    enrolled = done + late + stuck + not_started + under_way
    return Tally(slug, enrolled, done, late, stuck, not_started, under_way, share(done, enrolled), exempt)


def tallies(rows: Sequence[PersonRow], slugs: Iterable[str]) -> tuple[Tally, ...]:
    """Return a tally for each course, everybody counted once a course."""
    standings: dict[str, list[Standing]] = defaultdict(list)
    exempt: dict[str, int] = defaultdict(int)
    for row in rows:
        for cell in row.cells:
            if cell.is_exempt:
                exempt[cell.course_slug] += 1
            else:
                standings[cell.course_slug].append(cell.standing)
    return tuple(replace(tally(slug, standings[slug]), exempt=exempt[slug]) for slug in slugs)


def with_exempt(rows: Iterable[PersonRow], exempt: Collection[tuple[int, str]]) -> tuple[PersonRow, ...]:
    """Return the rows with whoever is exempt marked so, by person and course; what is done stays done."""
    touched = {person_id for person_id, _slug in exempt}
    return tuple(
        replace(
            row,
            cells=tuple(
                replace(cell, is_exempt=True)
                if cell.completed_at is None and (row.person_id, cell.course_slug) in exempt
                else cell
                for cell in row.cells
            ),
        )
        if row.person_id in touched
        else row
        for row in rows
    )


def on_track(rows: Iterable[PersonRow]) -> Share | None:
    """Return the share of people with a course who have nothing late and are not stuck, None of nobody."""
    learning = [row for row in rows if row.cells]
    behind = sum(
        any(cell.standing in (Standing.LATE, Standing.STUCK) and not cell.is_exempt for cell in row.cells)
        for row in learning
    )
    return share(len(learning) - behind, len(learning))


@dataclass(frozen=True)
class Matter:
    """One person who needs somebody today, with the courses it is about, the most pressing first."""

    row: PersonRow
    cells: tuple[Cell, ...]


_PRESSING = {Standing.LATE: 0, Standing.STUCK: 1, Standing.NOT_STARTED: 2}


def matters(rows: Iterable[PersonRow]) -> list[Matter]:
    """Return who needs somebody, the most pressing first: late, stuck, due within a week and not started."""
    found = [Matter(row, cells) for row in rows if (cells := tuple(sorted(_pressing(row), key=_urgency)))]
    return sorted(found, key=lambda matter: (_urgency(matter.cells[0]), matter.row.name.casefold()))


def _pressing(row: PersonRow) -> list[Cell]:
    return [
        cell
        for cell in row.cells
        if not cell.is_exempt
        and (
            cell.standing in (Standing.LATE, Standing.STUCK)
            or (cell.standing is Standing.NOT_STARTED and cell.is_soon)
        )
    ]


def _urgency(cell: Cell) -> tuple[int, date]:
    return _PRESSING[cell.standing], cell.due_on or date.max
