"""Who is asked what, brought in line with today: the one way from plans to enrolments and due days.

Whoever is settled has, afterwards, a row for each programme that reaches her, an enrolment in each course whose
turn it is, and the day on which it is due. An enrolment that nobody began goes with the programme that asked for
it; whatever was begun stays. Settled again, nothing changes. People take turns by their own row, and their
enrolments are locked before any is added: so two who settle the same people never wait for each other in a circle.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.content import queries as content
from lms.plans.assignment_actions import apply_team_assignments, refresh_due_dates, take_back
from lms.plans.people_queries import parts, whereabouts
from lms.plans.programme import Coming, Programme, StepAt, StepState, came_on
from lms.plans.programme_queries import comings, courses_of, lines, live_programmes
from lms.plans.tables import ProgrammePerson, ProgrammeStep
from lms.progress.summary_actions import enrol_all
from lms.progress.tables import Enrolment
from lms.queue import actions as queue

Key = tuple[int, int]


@dataclass(frozen=True)
class Settled:
    """What settling changed: who came into programmes and left them, enrolments made and taken back."""

    came: int = 0
    left: int = 0
    enrolled: int = 0
    removed: int = 0


def settle(session: Session, person_ids: Collection[int], now: datetime) -> Settled:
    """Bring these people in line with everything that asks something of them: their teams', programmes, roles.

    For whoever joined, moved, left, was let in or shut out, or was given a role. A fixed number of queries, and
    some for each course.
    """
    if not person_ids:
        return Settled()
    _take_turns(session, person_ids)
    done = _settle_programmes(session, person_ids, None, now)
    enrolled = apply_team_assignments(session, person_ids, now)
    return Settled(done.came, done.left, done.enrolled + enrolled, done.removed)


def settle_in(session: Session, programme_id: int, person_ids: Collection[int], now: datetime) -> Settled:
    """Bring these people in line with one programme, which may have changed or been withdrawn."""
    if not person_ids:
        return Settled()
    _take_turns(session, person_ids)
    done = _settle_programmes(session, person_ids, programme_id, now)
    for slug in sorted(courses_of(session, [programme_id])):
        refresh_due_dates(session, slug, person_ids, now)
    return done


def follow_completion(session: Session, person_id: int, course_slug: str, now: datetime) -> int:
    """Open what comes next in a programme after this person completed a course; returns how many courses.

    One query when no programme of hers asks for it. Never waits: whoever completes has a course locked, and who
    settles programmes may wait for that one. What is locked just then is done by a job in a moment.
    """
    ids = _asking(session, person_id, course_slug)
    programmes = live_programmes(session, ids) if ids else {}
    if not programmes:
        return 0
    slugs = {slug for programme in programmes.values() for slug in programme.course_slugs}
    under_way = select(Enrolment.id).where(
        Enrolment.person_id == person_id, Enrolment.course_slug.in_(slugs), Enrolment.completed_at.is_(None)
    )
    held = session.scalars(under_way.with_for_update(key_share=True, skip_locked=True)).all()
    if len(held) < len(session.scalars(under_way).all()):
        queue.enqueue(session, "programmes.follow", {"people": [person_id]}, now=now)
        return 0
    came = {key: coming for key, coming in comings(session, [person_id]).items() if key[0] in programmes}
    enrolled = _enrol(session, _at(StepState.OPEN, lines(session, programmes, came)), now)
    for slug in sorted(slugs):
        refresh_due_dates(session, slug, [person_id], now)
    return enrolled


def follow_withdrawal(session: Session, person_id: int, course_slug: str, now: datetime) -> None:
    """Bring this person in line, in a moment, after what she earned in a course was withdrawn or given back.

    By a job, because whoever withdraws has the course locked already; without one when no programme asks for it.
    """
    if _asking(session, person_id, course_slug):
        queue.enqueue(session, "programmes.follow", {"people": [person_id]}, now=now)


def _asking(session: Session, person_id: int, course_slug: str) -> list[int]:
    """Return the programmes that reach this person and ask for the course."""
    asking = (
        select(ProgrammePerson.programme_id)
        .join(ProgrammeStep, ProgrammeStep.programme_id == ProgrammePerson.programme_id)
        .where(
            ProgrammePerson.person_id == person_id,
            ProgrammeStep.course_slug == course_slug,
            ProgrammeStep.gone_at.is_(None),
        )
    )
    return list(session.scalars(asking))


def _take_turns(session: Session, person_ids: Collection[int]) -> None:
    if session.get_bind().dialect.name != "postgresql":
        return  # `writing` has already seen to that
    for part in parts(person_ids):
        people = select(Person.id).where(Person.id.in_(part)).order_by(Person.id)
        session.execute(people.with_for_update(key_share=True)).all()
    for part in parts(person_ids):
        under_way = (
            select(Enrolment.id)
            .where(Enrolment.person_id.in_(part), Enrolment.completed_at.is_(None))
            .order_by(Enrolment.id)
        )
        session.execute(under_way.with_for_update(key_share=True)).all()


def _settle_programmes(session: Session, person_ids: Collection[int], only: int | None, now: datetime) -> Settled:
    programmes = live_programmes(session, None if only is None else [only])
    before = {key: at for key, at in comings(session, person_ids).items() if only in (None, key[0])}
    if not programmes and not before:
        return Settled()
    after = _reached(session, programmes, person_ids, before, now)
    came = {key: coming for key, coming in after.items() if key not in before}
    left = before.keys() - after.keys()
    _write(session, came, left)
    found = lines(session, programmes, after)
    removed = _take_back(session, programmes, found, left, now)
    enrolled = _enrol(session, _at(StepState.OPEN, found), now)
    return Settled(len(came), len(left), enrolled, removed)


def _reached(
    session: Session,
    programmes: Mapping[int, Programme],
    person_ids: Collection[int],
    before: Mapping[Key, Coming],
    now: datetime,
) -> dict[Key, Coming]:
    """Return whom the programmes reach today; whoever they reached before keeps the days of then."""
    after: dict[Key, Coming] = {}
    for person_id, place in whereabouts(session, person_ids, now).items() if programmes else ():
        for programme in programmes.values():
            day = came_on(programme, place)
            if day is not None:
                key = (programme.id, person_id)
                after[key] = before.get(key) or Coming(day, now.date())
    return after


def _write(session: Session, came: Mapping[Key, Coming], left: Iterable[Key]) -> None:
    if came:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        rows = [
            {
                "programme_id": programme_id,
                "person_id": person_id,
                "came_on": coming.came_on,
                "reached_on": coming.reached_on,
            }
            for (programme_id, person_id), coming in sorted(came.items(), key=lambda each: each[0])
        ]
        session.execute(dialect.insert(ProgrammePerson.__table__).on_conflict_do_nothing(), rows)
    gone: dict[int, list[int]] = defaultdict(list)
    for programme_id, person_id in left:
        gone[programme_id].append(person_id)
    for programme_id, people in sorted(gone.items()):
        for part in parts(people):
            session.execute(
                delete(ProgrammePerson)
                .where(ProgrammePerson.programme_id == programme_id, ProgrammePerson.person_id.in_(part))
                .execution_options(synchronize_session=False)
            )


def _take_back(
    session: Session,
    programmes: Mapping[int, Programme],
    found: Mapping[Key, tuple[StepAt, ...]],
    left: Iterable[Key],
    now: datetime,
) -> int:
    """Take back what is asked no more and was never begun: in programmes left, steps gone, steps of later."""
    idle = _at(StepState.LATER, found)
    for programme_id, person_id in found:
        for slug in programmes[programme_id].gone:
            idle[slug].add(person_id)
    left_of: dict[int, set[int]] = defaultdict(set)
    for programme_id, person_id in left:
        left_of[programme_id].add(person_id)
    for programme_id, people in left_of.items():
        for slug in courses_of(session, [programme_id]):
            idle[slug] |= people
    removed = 0
    first = Enrolment.round == 1
    for slug in sorted(idle):
        unbegun = select(Enrolment.person_id).where(Enrolment.course_slug == slug, Enrolment.started_at.is_(None))
        people = {
            person_id
            for part in parts(idle[slug])
            for person_id in session.scalars(unbegun.where(first, Enrolment.person_id.in_(part)))
        }
        if people:
            removed += take_back(session, slug, people, now, first)
    return removed


def _enrol(session: Session, wanted: Mapping[str, set[int]], now: datetime) -> int:
    """Enrol whoever has not been in these courses yet; those hidden now are left out."""
    enrolled = 0
    for slug in sorted(wanted):
        known = select(Enrolment.person_id).where(Enrolment.course_slug == slug)
        new = set(wanted[slug])
        for part in parts(wanted[slug]):
            new -= set(session.scalars(known.where(Enrolment.person_id.in_(part))))
        course = content.find_course(session, slug) if new else None
        if course is not None:
            enrolled += enrol_all(session, new, course, now, None)
    return enrolled


def _at(state: StepState, found: Mapping[Key, tuple[StepAt, ...]]) -> dict[str, set[int]]:
    """Return who is in this state at which course."""
    people: dict[str, set[int]] = defaultdict(set)
    for (_programme_id, person_id), line in found.items():
        for step in line:
            if step.state is state:
                people[step.course_slug].add(person_id)
    return people
