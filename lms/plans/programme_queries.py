"""Reads of programmes and of where people stand in them, for the rules of `programme`."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.queries import is_on, team_and_below_ids
from lms.accounts.roles import Role
from lms.accounts.tables import Membership, Person, RoleGrant
from lms.clock import day_of
from lms.plans.allowance import EXEMPTION
from lms.plans.people_queries import parts
from lms.plans.programme import (
    Coming,
    DueKind,
    DueRule,
    Programme,
    Step,
    StepAt,
    Target,
    Who,
    line_of,
)
from lms.plans.tables import Allowance, ProgrammePerson, ProgrammeStep, ProgrammeTarget
from lms.plans.tables import Programme as ProgrammeRow
from lms.progress.tables import Enrolment


def live_programmes(session: Session, programme_ids: Collection[int] | None = None) -> dict[int, Programme]:
    """Return the programmes that were not withdrawn, of these or all; three queries, one when there are none."""
    query = select(ProgrammeRow.id, ProgrammeRow.owner_team_id, ProgrammeRow.is_ordered).where(
        ProgrammeRow.withdrawn_at.is_(None)
    )
    if programme_ids is not None:
        query = query.where(ProgrammeRow.id.in_(programme_ids))
    rows = session.execute(query.order_by(ProgrammeRow.id)).all()
    if not rows:
        return {}
    steps, gone, targets = _parts_of(session, [row.id for row in rows])
    return {
        row.id: Programme(
            row.id,
            row.owner_team_id,
            row.is_ordered,
            tuple(steps[row.id]),
            tuple(targets[row.id]),
            frozenset(gone[row.id]),
        )
        for row in rows
    }


def courses_of(session: Session, programme_ids: Collection[int]) -> set[str]:
    """Return every course that these programmes ask for or asked for once, also withdrawn ones; one query."""
    query = select(ProgrammeStep.course_slug).where(ProgrammeStep.programme_id.in_(programme_ids)).distinct()
    return set(session.scalars(query)) if programme_ids else set()


def comings(session: Session, person_ids: Collection[int]) -> dict[tuple[int, int], Coming]:
    """Return the comings of these people by programme and person, also into withdrawn programmes."""
    query = select(ProgrammePerson)
    return {
        (row.programme_id, row.person_id): Coming(row.came_on, row.reached_on)
        for part in parts(person_ids)
        for row in session.scalars(query.where(ProgrammePerson.person_id.in_(part)))
    }


def lines(
    session: Session, programmes: Mapping[int, Programme], came: Mapping[tuple[int, int], Coming]
) -> dict[tuple[int, int], tuple[StepAt, ...]]:
    """Return the line of each coming into one of these programmes; two queries a portion of people."""
    wanted = {key: coming for key, coming in came.items() if key[0] in programmes}
    slugs = {slug for key in wanted for slug in programmes[key[0]].course_slugs}
    people = {person_id for _programme_id, person_id in wanted}
    done = completed_on(session, slugs, people)
    exempt = exempted_on(session, slugs, people)
    return {
        (programme_id, person_id): line_of(
            programmes[programme_id], coming, done.get(person_id, {}), exempt.get(person_id, {})
        )
        for (programme_id, person_id), coming in wanted.items()
    }


def asked_for(session: Session, course_slug: str, person_ids: Collection[int]) -> dict[int, list[StepAt]]:
    """Return where these people stand at this course in each of their programmes, nobody without.

    One query when no programme asks for it.
    """
    asking = select(ProgrammeStep.programme_id).where(
        ProgrammeStep.course_slug == course_slug, ProgrammeStep.gone_at.is_(None)
    )
    programmes = live_programmes(session, list(session.scalars(asking)))
    if not programmes:
        return {}
    came = {key: coming for key, coming in comings(session, person_ids).items() if key[0] in programmes}
    found: dict[int, list[StepAt]] = defaultdict(list)
    for (_programme_id, person_id), line in lines(session, programmes, came).items():
        found[person_id] += [step for step in line if step.course_slug == course_slug]
    return found


def completed_on(
    session: Session, course_slugs: Collection[str], person_ids: Collection[int]
) -> dict[int, dict[str, date]]:
    """Return when these people first completed these courses, on the day where each lives.

    A round whose certificate was withdrawn counts for nothing.
    """
    found: dict[int, dict[str, date]] = defaultdict(dict)
    query = (
        select(Enrolment.person_id, Enrolment.course_slug, func.min(Enrolment.completed_at), Person.time_zone)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.course_slug.in_(sorted(course_slugs)),
            Enrolment.completed_at.is_not(None),
            Enrolment.withdrawn_on.is_(None),
        )
        .group_by(Enrolment.person_id, Enrolment.course_slug, Person.time_zone)
    )
    for part in parts(person_ids):
        for person_id, slug, at, zone in session.execute(query.where(Enrolment.person_id.in_(part))):
            if at is not None:
                found[person_id][slug] = day_of(at, zone)
    return found


def exempted_on(
    session: Session, course_slugs: Collection[str], person_ids: Collection[int]
) -> dict[int, dict[str, date]]:
    """Return when these people were exempted for good from these courses, as far as it still holds."""
    found: dict[int, dict[str, date]] = defaultdict(dict)
    query = (
        select(Allowance.person_id, Allowance.course_slug, Allowance.given_at)
        .where(
            Allowance.course_slug.in_(sorted(course_slugs)),
            Allowance.kind == EXEMPTION,
            Allowance.until.is_(None),
            Allowance.withdrawn_at.is_(None),
        )
        .order_by(Allowance.id.desc())
    )
    for part in parts(person_ids):
        for person_id, slug, at in session.execute(query.where(Allowance.person_id.in_(part))):
            found[person_id][slug] = at.date()
    return found


def is_exempt(today: date) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of an exemption that holds today; its last day is included."""
    return (
        Allowance.kind == EXEMPTION,
        Allowance.withdrawn_at.is_(None),
        or_(Allowance.until.is_(None), Allowance.until >= today),
    )


def candidates(session: Session, programme: Programme, now: datetime) -> set[int]:
    """Return everybody whom the programme may reach today, and perhaps others; a few queries a target."""
    found: set[int] = set()
    for target in programme.targets:
        found |= candidates_of(session, target, now)
    return found


def candidates_of(session: Session, target: Target, now: datetime) -> set[int]:
    """Return everybody whom this target may mean today, and perhaps others."""
    if target.who is Who.PERSON:
        return {target.person_id or 0}
    if target.who is Who.ROLE:
        held = select(RoleGrant.person_id).where(RoleGrant.role == target.role, RoleGrant.revoked_at.is_(None))
        return set(session.scalars(held))
    # Whoever joined lately has a stay, or without any an account, that began lately.
    since = target.joined_from if target.who is Who.JOINED else None
    stays = select(Membership.person_id).where(is_on(now.date()))
    if since is not None:
        stays = stays.where(Membership.joined_on >= since)
    if target.team_id is not None:
        inside = Membership.team_id.in_(team_and_below_ids(session, target.team_id))
        return set(session.scalars(stays.where(inside)))
    people = select(Person.id).where(Person.disabled_at.is_(None))
    if since is None:
        return set(session.scalars(people))
    new = people.where(Person.created_at >= datetime.combine(since, time.min, tzinfo=now.tzinfo))
    return set(session.scalars(new)) | set(session.scalars(stays))


def people_in(session: Session, programme_id: int) -> set[int]:
    """Return the people whom the programme reaches as it was last settled; one query."""
    return set(
        session.scalars(select(ProgrammePerson.person_id).where(ProgrammePerson.programme_id == programme_id))
    )


def _parts_of(
    session: Session, programme_ids: Collection[int]
) -> tuple[dict[int, list[Step]], dict[int, set[str]], dict[int, list[Target]]]:
    steps: dict[int, list[Step]] = defaultdict(list)
    gone: dict[int, set[str]] = defaultdict(set)
    targets: dict[int, list[Target]] = defaultdict(list)
    ordered = select(ProgrammeStep).where(ProgrammeStep.programme_id.in_(programme_ids))
    for step in session.scalars(ordered.order_by(ProgrammeStep.position, ProgrammeStep.course_slug)):
        if step.gone_at is not None:
            gone[step.programme_id].add(step.course_slug)
            continue
        rule = DueRule(DueKind(step.due_kind), step.due_on, step.due_days, step.due_after)
        steps[step.programme_id].append(Step(step.course_slug, rule, step.asked_since))
    chosen = select(ProgrammeTarget).where(ProgrammeTarget.programme_id.in_(programme_ids))
    for target in session.scalars(chosen.order_by(ProgrammeTarget.id)):
        role = Role(target.role) if target.role else None
        targets[target.programme_id].append(
            Target(Who(target.who), target.since, target.person_id, target.team_id, role, target.joined_from)
        )
    return steps, gone, targets
