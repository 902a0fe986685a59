"""Reads of programmes for their pages: lists, how far their people are, and one person's lines."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.queries import is_on
from lms.accounts.tables import Membership, Person, Team
from lms.plans.programme import Coming, Programme, StepAt, StepState
from lms.plans.programme_queries import comings, is_exempt, lines, live_programmes
from lms.plans.tables import Allowance, ProgrammePerson, ProgrammeStep
from lms.plans.tables import Programme as ProgrammeRow
from lms.progress.tables import Enrolment

_FACTS: Any = (
    select(
        ProgrammeRow.id,
        ProgrammeRow.name,
        ProgrammeRow.summary,
        ProgrammeRow.owner_team_id,
        Team.name,
        ProgrammeRow.is_ordered,
        ProgrammeRow.version,
        ProgrammeRow.settled,
        Person.name,
        ProgrammeRow.changed_at,
    )
    .outerjoin(Team, Team.id == ProgrammeRow.owner_team_id)
    .join(Person, Person.id == ProgrammeRow.made_by)
    .where(ProgrammeRow.withdrawn_at.is_(None))
)


@dataclass(frozen=True)
class ProgrammeFacts:
    """One programme that was not withdrawn; `owner_name` is None for the organisation's."""

    id: int
    name: str
    summary: str
    owner_team_id: int | None
    owner_name: str | None
    is_ordered: bool
    version: int
    settled: int
    made_by: str
    changed_at: datetime


def programmes_of(session: Session, team_ids: Collection[int] | None) -> tuple[ProgrammeFacts, ...]:
    """Return the programmes of these teams by name; of all and the organisation's with None; one query."""
    query = _FACTS
    if team_ids is not None:
        query = query.where(ProgrammeRow.owner_team_id.in_(team_ids))
    rows = session.execute(query.order_by(func.lower(ProgrammeRow.name), ProgrammeRow.id))
    return tuple(ProgrammeFacts(*row) for row in rows)


@dataclass(frozen=True)
class FromAbove:
    """A programme that others above ask of people here, and of how many of them."""

    facts: ProgrammeFacts
    people: int


def from_above(
    session: Session,
    team_ids: Collection[int],
    above_ids: Collection[int],
    today: date,
    limit: int,
    offset: int = 0,
) -> tuple[FromAbove, ...]:
    """Return programmes of the organisation and of `above_ids` that reach today's people of these teams, by name.

    One query, however many.
    """
    here = (
        select(ProgrammePerson.programme_id, func.count(ProgrammePerson.person_id.distinct()).label("people"))
        .join(Membership, Membership.person_id == ProgrammePerson.person_id)
        .join(Person, Person.id == ProgrammePerson.person_id)
        .where(Membership.team_id.in_(team_ids), is_on(today), Person.disabled_at.is_(None))
        .group_by(ProgrammePerson.programme_id)
        .subquery("here")
    )
    rows = session.execute(
        _FACTS.add_columns(here.c.people)
        .join(here, here.c.programme_id == ProgrammeRow.id)
        .where(or_(ProgrammeRow.owner_team_id.is_(None), ProgrammeRow.owner_team_id.in_(above_ids)))
        .order_by(func.lower(ProgrammeRow.name), ProgrammeRow.id)
        .limit(limit)
        .offset(offset)
    )
    return tuple(FromAbove(ProgrammeFacts(*row[:-1]), row[-1]) for row in rows)


def find_programme(session: Session, programme_id: int) -> ProgrammeFacts | None:
    """Return the programme unless it was withdrawn or never there."""
    row = session.execute(_FACTS.where(ProgrammeRow.id == programme_id)).one_or_none()
    return ProgrammeFacts(*row) if row else None


def inside(programme_id: int, team_ids: Collection[int] | None, today: date) -> list[ColumnElement[bool]]:
    """Return the conditions of enabled people whom the programme reaches, of these teams today or of all."""
    conditions: list[ColumnElement[bool]] = [
        ProgrammePerson.programme_id == programme_id,
        ProgrammePerson.person_id.in_(select(Person.id).where(Person.disabled_at.is_(None)))
        if team_ids is None
        else ProgrammePerson.person_id.in_(
            select(Membership.person_id)
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.team_id.in_(team_ids), is_on(today), Person.disabled_at.is_(None))
        ),
    ]
    return conditions


def _seen(team_ids: Collection[int] | None, today: date) -> list[ColumnElement[bool]]:
    """Return the conditions that a person who was asked for is enabled, and of these teams today, or of any."""
    if team_ids is None:
        return [Person.disabled_at.is_(None)]
    members = select(Membership.person_id).where(Membership.team_id.in_(team_ids), is_on(today))
    return [Person.disabled_at.is_(None), Person.id.in_(members)]


def reaches(session: Session, programme_id: int, team_ids: Collection[int], today: date) -> bool:
    """Return whether the programme reaches anybody of these teams; the first one found will do."""
    is_here = select(Membership.id).where(
        Membership.person_id == ProgrammePerson.person_id, Membership.team_id.in_(team_ids), is_on(today)
    )
    query = (
        select(ProgrammePerson.person_id)
        .join(Person, Person.id == ProgrammePerson.person_id)
        .where(ProgrammePerson.programme_id == programme_id, Person.disabled_at.is_(None), is_here.exists())
    )
    return session.scalar(query.limit(1)) is not None


def count_inside(session: Session, programme_id: int, team_ids: Collection[int] | None, today: date) -> int:
    """Return how many people the programme reaches, of these teams or of all."""
    query = select(func.count()).select_from(ProgrammePerson).where(*inside(programme_id, team_ids, today))
    return session.scalar(query) or 0


@dataclass(frozen=True)
class StepTally:
    """How far a programme's people are with one course; `later` are those whose turn has not come."""

    course_slug: str
    done: int
    under_way: int
    not_started: int
    late: int
    exempt: int
    later: int


def tallies_of(
    session: Session, programme: Programme, team_ids: Collection[int] | None, today: date, people: int
) -> tuple[StepTally, ...]:
    """Return how far the `people` of these teams (or all) are with each step; two queries.

    First rounds count: whoever renews has completed it. Where the certificate of one was withdrawn, the next does.
    """
    who = select(ProgrammePerson.person_id).where(*inside(programme.id, team_ids, today))
    is_open = Enrolment.completed_at.is_(None)
    is_late = and_(is_open, Enrolment.due_on < today)
    in_time = and_(is_open, or_(Enrolment.due_on.is_(None), Enrolment.due_on >= today))
    first = (_counts(), Enrolment.course_slug.in_(programme.course_slugs), Enrolment.person_id.in_(who))
    exempt = (
        select(Allowance.person_id)
        .where(
            Allowance.person_id == Enrolment.person_id,
            Allowance.course_slug == Enrolment.course_slug,
            *is_exempt(today),
        )
        .exists()
    )
    begun = Enrolment.started_at.is_not(None)
    rows = session.execute(
        select(
            Enrolment.course_slug,
            func.count(Enrolment.completed_at),
            func.count(case((and_(in_time, ~exempt, begun), 1))),
            func.count(case((and_(in_time, ~exempt, ~begun), 1))),
            func.count(case((is_late, 1))),
            func.count(case((and_(in_time, exempt), 1))),
        )
        .where(*first)
        .group_by(Enrolment.course_slug)
    )
    found = {row[0]: tuple(row[1:]) for row in rows}
    without = _exempt_without(session, programme, who, today)
    tallies = []
    for slug in programme.course_slugs:
        done, under_way, not_started, late, resting = found.get(slug, (0,) * 5)
        resting += without.get(slug, 0)
        later = max(0, people - done - under_way - not_started - late - resting)
        tallies.append(StepTally(slug, done, under_way, not_started, late, resting, later))
    return tuple(tallies)


def _counts() -> ColumnElement[bool]:
    """Return the condition of somebody's first round of a course whose certificate was not withdrawn."""
    earlier = Enrolment.__table__.alias("earlier")
    stands_before = select(earlier.c.id).where(
        earlier.c.person_id == Enrolment.person_id,
        earlier.c.course_slug == Enrolment.course_slug,
        earlier.c.round < Enrolment.round,
        earlier.c.withdrawn_on.is_(None),
    )
    return and_(Enrolment.withdrawn_on.is_(None), or_(Enrolment.round == 1, ~stands_before.exists()))


def _exempt_without(session: Session, programme: Programme, who: Select[int], today: date) -> dict[str, int]:
    """Return how many are exempt from each course and not enrolled in it."""
    enrolled = select(Enrolment.id).where(
        Enrolment.person_id == Allowance.person_id,
        Enrolment.course_slug == Allowance.course_slug,
        _counts(),
    )
    rows = session.execute(
        select(Allowance.course_slug, func.count(Allowance.person_id.distinct()))
        .where(
            Allowance.course_slug.in_(programme.course_slugs),
            Allowance.person_id.in_(who),
            ~enrolled.exists(),
            *is_exempt(today),
        )
        .group_by(Allowance.course_slug)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class PersonLine:
    """One person in a programme with each step in order."""

    person_id: int
    name: str
    line: tuple[StepAt, ...]


def people_of(
    session: Session,
    programme: Programme,
    team_ids: Collection[int] | None,
    today: date,
    *,
    people: int,
    offset: int = 0,
    limit: int = 25,
) -> tuple[PersonLine, ...]:
    """Return some of the programme's `people` by name, with where they stand; a few queries.

    What lies behind the middle is read from the end, so that the last are found as soon as the first.
    """
    is_behind = offset > people // 2
    limit = min(limit, max(0, people - offset))
    by_name = (func.lower(Person.name), Person.id)
    rows = session.execute(
        select(Person.id, Person.name, ProgrammePerson.came_on, ProgrammePerson.reached_on)
        .join(ProgrammePerson, ProgrammePerson.person_id == Person.id)
        .where(ProgrammePerson.programme_id == programme.id, *_seen(team_ids, today))
        .order_by(*((column.desc() for column in by_name) if is_behind else by_name))
        .limit(limit)
        .offset(max(0, people - offset - limit) if is_behind else offset)
    ).all()
    rows = rows[::-1] if is_behind else rows
    came = {(programme.id, row.id): Coming(row.came_on, row.reached_on) for row in rows}
    found = _as_enrolled(session, lines(session, {programme.id: programme}, came))
    return tuple(PersonLine(row.id, row.name, found[programme.id, row.id]) for row in rows)


def _as_enrolled(
    session: Session, found: Mapping[tuple[int, int], tuple[StepAt, ...]]
) -> dict[tuple[int, int], tuple[StepAt, ...]]:
    """Return these lines with the days that hold: what else asks for a course, and more time, count as well."""
    people = {person_id for _programme_id, person_id in found}
    slugs = {step.course_slug for line in found.values() for step in line}
    query = select(Enrolment.person_id, Enrolment.course_slug, Enrolment.due_on).where(
        Enrolment.person_id.in_(people), Enrolment.course_slug.in_(slugs), Enrolment.completed_at.is_(None)
    )
    days = {(row.person_id, row.course_slug): row.due_on for row in session.execute(query)} if found else {}
    return {
        key: tuple(
            replace(step, due_on=days[key[1], step.course_slug])
            if step.state is StepState.OPEN and (key[1], step.course_slug) in days
            else step
            for step in line
        )
        for key, line in found.items()
    }


@dataclass(frozen=True)
class OwnLine:
    """One programme of a person as she sees it: its name, and each step in order."""

    programme_id: int
    name: str
    summary: str
    is_ordered: bool
    steps: tuple[StepAt, ...]


def lines_of_person(session: Session, person_id: int) -> tuple[OwnLine, ...]:
    """Return the person's programmes by name; one query without any."""
    came = comings(session, [person_id])
    if not came:
        return ()
    programmes = live_programmes(session, [programme_id for programme_id, _person in came])
    found = _as_enrolled(session, lines(session, programmes, came))
    names = session.execute(
        select(ProgrammeRow.id, ProgrammeRow.name, ProgrammeRow.summary)
        .where(ProgrammeRow.id.in_(programmes))
        .order_by(func.lower(ProgrammeRow.name), ProgrammeRow.id)
    )
    return tuple(
        OwnLine(row.id, row.name, row.summary, programmes[row.id].is_ordered, found[row.id, person_id])
        for row in names
    )


def names_of(
    session: Session, person_ids: Collection[int], team_ids: Collection[int] | None, today: date
) -> dict[int, str]:
    """Return the names of those of these people who are in these teams today, or of all; one query."""
    if not person_ids:
        return {}
    query = select(Person.id, Person.name).where(Person.id.in_(person_ids))
    if team_ids is not None:
        members = select(Membership.person_id).where(Membership.team_id.in_(team_ids), is_on(today))
        query = query.where(Person.id.in_(members))
    return {row.id: row.name for row in session.execute(query)}


@dataclass(frozen=True)
class Asking:
    """A programme that asks courses of somebody, in order; `owner_name` is None for the organisation's."""

    name: str
    owner_name: str | None
    is_ordered: bool
    came_on: date
    course_slugs: tuple[str, ...]


def asking(session: Session, person_id: int, team_ids: Collection[int]) -> tuple[Asking, ...]:
    """Return what these teams and the organisation ask of this person in programmes, by name; one query."""
    rows = session.execute(
        select(
            ProgrammeRow.id,
            ProgrammeRow.name,
            Team.name.label("owner_name"),
            ProgrammeRow.is_ordered,
            ProgrammePerson.came_on,
            ProgrammeStep.course_slug,
        )
        .join(ProgrammePerson, ProgrammePerson.programme_id == ProgrammeRow.id)
        .join(ProgrammeStep, ProgrammeStep.programme_id == ProgrammeRow.id)
        .outerjoin(Team, Team.id == ProgrammeRow.owner_team_id)
        .where(
            ProgrammePerson.person_id == person_id,
            ProgrammeRow.withdrawn_at.is_(None),
            ProgrammeStep.gone_at.is_(None),
            or_(ProgrammeRow.owner_team_id.is_(None), ProgrammeRow.owner_team_id.in_(team_ids)),
        )
        .order_by(func.lower(ProgrammeRow.name), ProgrammeRow.id, ProgrammeStep.position)
    )
    found: dict[int, Asking] = {}
    for row in rows:
        known = found.get(row.id, Asking(row.name, row.owner_name, row.is_ordered, row.came_on, ()))
        found[row.id] = replace(known, course_slugs=(*known.course_slugs, row.course_slug))
    return tuple(found.values())
