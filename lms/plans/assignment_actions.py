"""Courses given to people and teams, withdrawn again, and the due dates that follow from them.

A due date is the earliest that anything asks of a person today: her own assignments, those of her teams and the
teams above, and the steps of her programmes whose turn it is, moved by what she was allowed
(`allowance.due_date`). It is kept in the enrolment; what is complete is left alone.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from lms.content import queries as content
from lms.content.course import Course
from lms.plans.allowance import due_date
from lms.plans.allowance_queries import allowed_to
from lms.plans.assignment import GivenTo, due_on_for, reaching
from lms.plans.people_queries import enabled, members_now, parts, teams_of
from lms.plans.programme import StepState
from lms.plans.programme_queries import asked_for
from lms.plans.tables import Assignment
from lms.progress.summary_actions import enrol_all, take_back_unbegun
from lms.progress.tables import Enrolment


@dataclass(frozen=True)
class Assigned:
    """Whom an assignment touched: newly enrolled, under way already, complete already (left alone)."""

    assignment_ids: tuple[int, ...]
    enrolled: int
    already_enrolled: int
    already_complete: int

    @property
    def people(self) -> int:
        """Return how many people it reached."""
        return self.enrolled + self.already_enrolled + self.already_complete


@dataclass(frozen=True)
class Withdrawn:
    """What a withdrawal did: enrolments taken back because they were never begun, and those that go on."""

    removed: int
    kept: int


def assign_course(
    session: Session,
    course: Course,
    due_on: date | None,
    by: int,
    now: datetime,
    *,
    person_ids: Iterable[int] = (),
    team_id: int | None = None,
) -> Assigned:
    """Give the course to these people, or to a team: to everyone in it and below it, now and who joins later.

    Given again to the same target, the new due date takes the place of the old one. People who may not sign in
    any more are left out.
    """
    reached = members_now(session, team_id, now) if team_id is not None else enabled(session, person_ids)
    targets = [(None, team_id)] if team_id is not None else [(person_id, None) for person_id in sorted(reached)]
    made = [
        Assignment(
            course_slug=course.slug,
            person_id=person_id,
            team_id=team,
            due_on=due_on,
            assigned_by=by,
            assigned_at=now,
        )
        for person_id, team in targets
    ]
    for condition in _same_targets(team_id, reached):
        _withdraw(session, course.slug, condition, now)
    session.add_all(made)
    session.flush()
    complete, under_way = already_in(session, course.slug, reached)
    enrolled = enrol_all(session, reached - complete - under_way, course, now, due_on)
    refresh_due_dates(session, course.slug, reached - complete, now)
    return Assigned(tuple(assignment.id for assignment in made), enrolled, len(under_way), len(complete))


def apply_team_assignments(session: Session, person_ids: Collection[int], now: datetime) -> int:
    """Bring these people's enrolments and due dates in line with their teams of today; returns new enrolments.

    For whoever joined, moved or left: team assignments that reach them enrol them, due dates follow; nobody is
    taken out of a course. Courses that are hidden now are left out. A fixed number of queries and three or four
    a course.
    """
    people = enabled(session, person_ids)
    given = live(session, Assignment.team_id.is_not(None))
    teams = teams_of(session, people, now) if given else {}
    enrolled = 0
    for slug in sorted({assignment.course_slug for assignment in given}):
        course = content.find_course(session, slug)
        if course is None:
            continue
        here = [assignment for assignment in given if assignment.course_slug == slug]
        reached = {person_id for person_id in people if reaching(here, person_id, teams[person_id])}
        complete, under_way = already_in(session, slug, reached)
        enrolled += enrol_all(session, reached - complete - under_way, course, now, None)
    due = select(Enrolment.course_slug).where(Enrolment.completed_at.is_(None)).distinct()
    # Also of whoever may not sign in any more: she may come back.
    everybody = parts(person_ids)
    slugs = {slug for part in everybody for slug in session.scalars(due.where(Enrolment.person_id.in_(part)))}
    for slug in sorted(slugs):
        refresh_due_dates(session, slug, person_ids, now)
    return enrolled


def withdraw_assignment(session: Session, assignment_id: int, now: datetime) -> Withdrawn:
    """Take an assignment back: due dates follow, and enrolments that nobody began and nothing else asks for go.

    Whoever began keeps everything. The second time does nothing.
    """
    assignment = session.get(Assignment, assignment_id)
    if assignment is None or assignment.withdrawn_at is not None:
        return Withdrawn(0, 0)
    assignment.withdrawn_at = now
    session.flush()
    if assignment.team_id is not None:
        reached = members_now(session, assignment.team_id, now)
    else:
        reached = {assignment.person_id} if assignment.person_id is not None else set()
    removed = take_back(session, assignment.course_slug, reached, now)
    complete, under_way = already_in(session, assignment.course_slug, reached)
    refresh_due_dates(session, assignment.course_slug, under_way, now)
    return Withdrawn(removed, len(complete) + len(under_way))


def refresh_due_dates(session: Session, course_slug: str, person_ids: Collection[int], now: datetime) -> int:
    """Write the due dates of these people's enrolments that are not complete; returns how many changed."""
    given = live(session, Assignment.course_slug == course_slug)
    teams = teams_of(session, person_ids, now)
    asked = asked_for(session, course_slug, person_ids)
    allowed = allowed_to(session, course_slug, person_ids)
    changed = 0
    for part in parts(person_ids):
        query = (
            select(
                Enrolment.id,
                Enrolment.person_id,
                Enrolment.due_on,
                Enrolment.round,
                func.coalesce(Enrolment.renews_by, Enrolment.again_by),
            )
            .where(
                Enrolment.course_slug == course_slug,
                Enrolment.person_id.in_(part),
                Enrolment.completed_at.is_(None),
            )
            .order_by(Enrolment.id)
            .with_for_update(key_share=True)
        )
        rows = []
        for enrolment_id, person_id, due_on, number, round_by in session.execute(query):
            days = [due_on_for(given, person_id, teams.get(person_id, frozenset()))]
            # What has its turn later is not late yet, although its day may be known.
            days += [step.due_on for step in asked.get(person_id, ()) if step.state is StepState.OPEN]
            # What was assigned asked for the first round; a later one has its own day or none.
            assigned = min((day for day in days if day), default=None) if number == 1 else None
            wanted = due_date(assigned, round_by, allowed.get(person_id, ()), now.date())
            if wanted != due_on:
                rows.append({"id": enrolment_id, "due_on": wanted})
        if rows:
            session.execute(update(Enrolment), rows)
        changed += len(rows)
    return changed


def _same_targets(team_id: int | None, person_ids: Collection[int]) -> Iterable[ColumnElement[bool]]:
    if team_id is not None:
        return [Assignment.team_id == team_id]
    return [Assignment.person_id.in_(part) for part in parts(person_ids)]


def _withdraw(session: Session, slug: str, condition: ColumnElement[bool], now: datetime) -> None:
    session.execute(
        update(Assignment)
        .where(Assignment.course_slug == slug, Assignment.withdrawn_at.is_(None), condition)
        .values(withdrawn_at=now)
        .execution_options(synchronize_session=False)
    )


def take_back(
    session: Session, slug: str, person_ids: Collection[int], now: datetime, *conditions: ColumnElement[bool]
) -> int:
    """Take back enrolments of these people that nobody began and nothing asks for; returns how many."""
    given = live(session, Assignment.course_slug == slug)
    teams = teams_of(session, person_ids, now)
    asked = asked_for(session, slug, person_ids)
    free = [
        person_id
        for person_id in person_ids
        if not reaching(given, person_id, teams[person_id])
        and not any(step.state is StepState.OPEN for step in asked.get(person_id, ()))
    ]
    return sum(
        take_back_unbegun(
            session, and_(Enrolment.course_slug == slug, Enrolment.person_id.in_(part), *conditions), now
        )
        for part in parts(free)
    )


def already_in(session: Session, slug: str, person_ids: Collection[int]) -> tuple[set[int], set[int]]:
    """Return who of these completed the course in the latest round, and who is enrolled without that."""
    complete: dict[int, bool] = {}
    for part in parts(person_ids):
        query = (
            select(Enrolment.person_id, Enrolment.completed_at)
            .where(Enrolment.course_slug == slug, Enrolment.person_id.in_(part))
            .order_by(Enrolment.round)
        )
        for person_id, completed_at in session.execute(query):
            complete[person_id] = completed_at is not None
    return {each for each, done in complete.items() if done}, {each for each, done in complete.items() if not done}


def live(session: Session, condition: ColumnElement[bool]) -> list[GivenTo]:
    """Return the assignments with this condition that were not withdrawn; one query."""
    query = select(Assignment.course_slug, Assignment.person_id, Assignment.team_id, Assignment.due_on)
    return [
        GivenTo(row.course_slug, row.person_id, row.team_id, row.due_on)
        for row in session.execute(query.where(Assignment.withdrawn_at.is_(None), condition))
    ]
