"""Whom a programme would touch before it is saved, reckoned by the rules that settle it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.plans.allowance_queries import allowed_to
from lms.plans.people_queries import parts, whereabouts
from lms.plans.programme import (
    Coming,
    Draft,
    Programme,
    Step,
    StepAt,
    StepState,
    came_on,
    line_of,
    steps_kept,
    targets_kept,
)
from lms.plans.programme_queries import (
    candidates,
    comings,
    completed_on,
    exempted_on,
    live_programmes,
    people_in,
)
from lms.progress.tables import Enrolment


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
    inside = people_in(session, old.id) if old else set()
    people = candidates(session, programme, now) | inside
    before = {who: at for (number, who), at in comings(session, inside).items() if old and number == old.id}
    after: dict[int, Coming] = {}
    for person_id, place in whereabouts(session, people, now).items():
        day = came_on(programme, place)
        if day is not None:
            after[person_id] = before.get(person_id) or Coming(day, now.date())
    done = completed_on(session, programme.course_slugs, after)
    exempt = exempted_on(session, programme.course_slugs, after)
    lines = {
        who: line_of(programme, coming, done.get(who, {}), exempt.get(who, {})) for who, coming in after.items()
    }
    shown = _by_name(session, after, offset, limit)
    return Preview(
        people=len(after),
        coming=len(after.keys() - before.keys()),
        leaving=len(inside - after.keys()),
        steps=tuple(
            _touched(session, place, slug, lines, now) for place, slug in enumerate(programme.course_slugs)
        ),
        shown=tuple(_person(name, who not in before, lines[who]) for who, name in shown),
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


def _touched(
    session: Session, place: int, slug: str, lines: Mapping[int, tuple[StepAt, ...]], now: datetime
) -> StepTouched:
    at: dict[StepState, list[int]] = {state: [] for state in StepState}
    for who, line in lines.items():
        at[line[place].state].append(who)
    open_to = at[StepState.OPEN]
    enrolled = _enrolled(session, slug, open_to)
    allowed = allowed_to(session, slug, open_to)
    resting = {who for who, what in allowed.items() if any(one.exempts(now.date()) for one in what)}
    asked = [who for who in open_to if who not in resting]
    days = [day for who in asked if (day := lines[who][place].due_on)]
    return StepTouched(
        course_slug=slug,
        new=len([who for who in asked if who not in enrolled]),
        waiting=len(at[StepState.LATER]),
        under_way=len([who for who in asked if who in enrolled]),
        done=len(at[StepState.DONE]),
        exempt=len(at[StepState.EXEMPT]) + len(resting),
        first_due=min(days, default=None),
        last_due=max(days, default=None),
    )


def _enrolled(session: Session, slug: str, person_ids: Collection[int]) -> set[int]:
    query = select(Enrolment.person_id).where(Enrolment.course_slug == slug)
    return {
        who for part in parts(person_ids) for who in session.scalars(query.where(Enrolment.person_id.in_(part)))
    }


def _by_name(session: Session, person_ids: Iterable[int], offset: int, limit: int) -> list[tuple[int, str]]:
    query = select(Person.id, Person.name)
    names = [
        (name.casefold(), who, name)
        for part in parts(person_ids)
        for who, name in session.execute(query.where(Person.id.in_(part)))
    ]
    return [(who, name) for _folded, who, name in sorted(names)[offset : offset + limit]]


def _person(name: str, is_new: bool, line: tuple[StepAt, ...]) -> TouchedPerson:
    at = next((step for step in line if step.state is StepState.OPEN), None)
    return TouchedPerson(name, is_new, at.course_slug if at else None, at.due_on if at else None)
