"""Whom a programme would touch before it is saved, reckoned by the rules that settle it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.clock import day_of
from lms.plans.programme import (
    Coming,
    Draft,
    DueKind,
    Programme,
    Step,
    StepAt,
    StepState,
    line_of,
    steps_kept,
    targets_kept,
)
from lms.plans.programme_queries import exempted_on, is_exempt, live_programmes
from lms.plans.reached_queries import FEW, among, reached
from lms.plans.tables import Allowance, ProgrammePerson
from lms.progress.tables import Enrolment

_LONG_AGO = date.min
# No day where anybody lives is further than this from the day in UTC.
_A_ZONE = timedelta(days=2)


@dataclass(frozen=True)
class StepTouched:
    """What a programme would do in one course, in people.

    `new` are to be enrolled now, `waiting` when their turn comes; the rest is enrolled, has completed it or is
    exempt. `first_due` and `last_due` are the days of those who are to do it now, None without a day.
    """

    course_slug: str
    new: int
    waiting: int
    under_way: int
    done: int
    exempt: int
    first_due: date | None
    last_due: date | None


@dataclass(frozen=True)
class TouchedPerson:
    """One person whom a programme would reach: whether she is in it already, and the course she is at."""

    name: str
    is_new: bool
    next_slug: str | None
    due_on: date | None


@dataclass(frozen=True)
class Preview:
    """Whom a programme would touch: how many it reaches, come and leave, and some of them by name."""

    people: int
    coming: int
    leaving: int
    steps: tuple[StepTouched, ...]
    shown: tuple[TouchedPerson, ...]


def preview(
    session: Session, draft: Draft, programme_id: int | None, now: datetime, *, offset: int = 0, limit: int = 25
) -> Preview:
    """Return whom this draft would touch, as a new programme or in place of one; a few queries a portion.

    Names are in alphabetical order, from `offset` on.
    """
    old = live_programmes(session, [programme_id]).get(programme_id) if programme_id else None
    programme = _drafted(draft, old, now)
    before = _comings(session, old.id) if old else {}
    after = reached(session, programme, before, now)
    lines = _lines(session, programme, after, now)
    shown = _by_name(session, after, offset, limit)
    line_of_each = {who: line for line, people in lines for who in people} if shown else {}
    return Preview(
        people=len(after),
        coming=len(after.keys() - before.keys()),
        leaving=len(before.keys() - after.keys()),
        steps=tuple(
            _touched(session, place, slug, lines, now) for place, slug in enumerate(programme.course_slugs)
        ),
        shown=tuple(_person(name, who not in before, line_of_each[who]) for who, name in shown),
    )


def _drafted(draft: Draft, old: Programme | None, now: datetime) -> Programme:
    steps = [Step(slug, due, now.date()) for slug, due in draft.steps]
    return Programme(
        old.id if old else 0,
        draft.owner_team_id,
        draft.is_ordered,
        steps_kept(old.steps if old else (), steps),
        targets_kept(old.targets if old else (), draft.targets),
    )


def _comings(session: Session, programme_id: int) -> dict[int, Coming]:
    query = select(ProgrammePerson.person_id, ProgrammePerson.came_on, ProgrammePerson.reached_on)
    rows = session.execute(query.where(ProgrammePerson.programme_id == programme_id))
    return {who: Coming(came, reached_on) for who, came, reached_on in rows}


def _lines(
    session: Session, programme: Programme, after: Mapping[int, Coming], now: datetime
) -> list[tuple[tuple[StepAt, ...], list[int]]]:
    """Return every line that occurs, each with its people: a whole organisation stands at a few hundred places.

    When a course was passed does not matter to anybody whom the programme reached later, but for a course from
    which another one counts its days.
    """
    slugs = programme.course_slugs
    counted = {step.due.after for step in programme.steps if step.due.kind is DueKind.AFTER_STEP}
    first = min((coming.reached_on for coming in after.values()), default=now.date())
    done = _passed(session, slugs, after.keys(), counted, first)
    exempt = exempted_on(session, slugs, after)
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for who, coming in after.items():
        days = tuple(sorted(exempt[who].items())) if who in exempt else ()
        alike[coming, tuple(day.get(who) for day in done), days].append(who)
    return [
        (
            line_of(
                programme, coming, {slug: day for slug, day in zip(slugs, passed, strict=True) if day}, dict(days)
            ),
            people,
        )
        for (coming, passed, days), people in alike.items()
    ]


def _passed(
    session: Session, slugs: Sequence[str], people: Collection[int], counted: Collection[str | None], first: date
) -> list[dict[int, date]]:
    """Return for each course who completed it, on which day; on `_LONG_AGO` where it was well before `first`."""
    found = []
    limit = datetime.combine(first - _A_ZONE, time.min, tzinfo=UTC)
    for slug in slugs:
        day: dict[int, date] = {}
        # A round whose certificate was withdrawn counts for nothing.
        counts = (Enrolment.course_slug == slug, Enrolment.withdrawn_on.is_(None))
        late = (
            select(Enrolment.person_id, Enrolment.completed_at, Person.time_zone)
            .join(Person, Person.id == Enrolment.person_id)
            .where(*counts, Enrolment.completed_at.is_not(None))
            .order_by(Enrolment.completed_at)
        )
        if slug not in counted:
            early = select(Enrolment.person_id).where(*counts, Enrolment.completed_at < limit)
            day = dict.fromkeys((row[0] for row in among(session, early, Enrolment.person_id, people)), _LONG_AGO)
            late = late.where(Enrolment.completed_at >= limit)
        for who, at, zone in among(session, late, Enrolment.person_id, people):
            day.setdefault(who, day_of(at, zone))
        found.append(day)
    return found


def _touched(
    session: Session, place: int, slug: str, lines: Iterable[tuple[tuple[StepAt, ...], list[int]]], now: datetime
) -> StepTouched:
    count = dict.fromkeys(StepState, 0)
    open_to: dict[int, date | None] = {}
    for line, people in lines:
        count[line[place].state] += len(people)
        if line[place].state is StepState.OPEN:
            open_to |= dict.fromkeys(people, line[place].due_on)
    resting = _exempt_now(session, slug, open_to.keys(), now.date())
    asked = open_to.keys() - resting
    known = select(Enrolment.person_id).where(Enrolment.course_slug == slug)
    enrolled = {row[0] for row in among(session, known, Enrolment.person_id, asked)}
    days = {day for who in asked if (day := open_to[who])}
    return StepTouched(
        course_slug=slug,
        new=len(asked - enrolled),
        waiting=count[StepState.LATER],
        under_way=len(enrolled),
        done=count[StepState.DONE],
        exempt=count[StepState.EXEMPT] + len(resting),
        first_due=min(days, default=None),
        last_due=max(days, default=None),
    )


def _exempt_now(session: Session, slug: str, people: Collection[int], today: date) -> set[int]:
    query = select(Allowance.person_id).where(Allowance.course_slug == slug, *is_exempt(today))
    return {row[0] for row in among(session, query, Allowance.person_id, people)}


def _by_name(session: Session, people: Collection[int], offset: int, limit: int) -> list[tuple[int, str]]:
    """Return some of these people by name, from `offset` on."""
    query = select(Person.id, Person.name)
    if len(people) > FEW:
        # In the order of the database: nobody past the page is read.
        ordered = session.execute(
            query.order_by(func.lower(Person.name), Person.id).execution_options(yield_per=500)
        )
        named = ((row.id, row.name) for row in ordered if row.id in people)
        return list(islice(named, offset, offset + limit))
    rows = among(session, query, Person.id, people)
    names = sorted((row.name.casefold(), row.id, row.name) for row in rows)
    return [(who, name) for _folded, who, name in names[offset : offset + limit]]


def _person(name: str, is_new: bool, line: tuple[StepAt, ...]) -> TouchedPerson:
    at = next((step for step in line if step.state is StepState.OPEN), None)
    return TouchedPerson(name, is_new, at.course_slug if at else None, at.due_on if at else None)
