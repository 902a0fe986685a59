"""Keeps true what completion knows of observations: which behaviours were seen clearly on the job, since when."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.coaching.observation import CLEARLY
from lms.coaching.queries import counted
from lms.coaching.tables import Observation, ObservationMark
from lms.content.course import ConditionKind, Course
from lms.content.queries import current_course
from lms.credentials.actions import award_what_is_due
from lms.progress.summary_actions import lock_enrolments, refresh
from lms.progress.tables import Enrolment, SeenOnTheJob


def follow_sights(session: Session, observation: Observation, now: datetime) -> None:
    """Make what was seen of a person agree with her observations after one of them changed its state.

    Courses that ask for a behaviour of this one are counted anew, and what that completes is awarded. What was
    complete stays so, also when the observation is disputed or taken back.
    """
    marks = select(ObservationMark.behaviour_id).where(
        ObservationMark.observation_id == observation.id, ObservationMark.score == CLEARLY
    )
    behaviours = set(session.scalars(marks))
    changed = _changed(session, observation.observee_id, behaviours)
    if changed:
        _count_anew(session, observation.observee_id, changed, now)


def _changed(session: Session, person_id: int, behaviours: Collection[str]) -> set[str]:
    """Write when each of these behaviours was first seen; returns those of which that is another moment now."""
    rows = session.execute(
        select(ObservationMark.behaviour_id, Observation.given_at, Observation.id)
        .join(Observation, Observation.id == ObservationMark.observation_id)
        .where(
            Observation.observee_id == person_id,
            ObservationMark.behaviour_id.in_(behaviours),
            ObservationMark.score == CLEARLY,
            counted(),
        )
        .order_by(Observation.given_at.desc(), Observation.id.desc())
    )
    first = {behaviour_id: (given_at, number) for behaviour_id, given_at, number in rows if given_at}
    changed = set()
    for behaviour_id in sorted(behaviours):
        row = session.get(SeenOnTheJob, (person_id, behaviour_id))
        if behaviour_id not in first:
            if row is not None:
                session.delete(row)
                changed.add(behaviour_id)
            continue
        first_at, number = first[behaviour_id]
        if row is None:
            session.add(
                SeenOnTheJob(
                    person_id=person_id, behaviour_id=behaviour_id, first_at=first_at, observation_id=number
                )
            )
        elif row.observation_id == number:
            continue
        else:
            row.first_at, row.observation_id = first_at, number
        changed.add(behaviour_id)
    session.flush()
    return changed


def _count_anew(session: Session, person_id: int, changed: Collection[str], now: datetime) -> None:
    open_ones = select(Enrolment.id, Enrolment.course_slug).where(
        Enrolment.person_id == person_id, Enrolment.completed_at.is_(None)
    )
    asking = {}
    for enrolment_id, slug in session.execute(open_ones):
        course = current_course(session, slug)
        if course is not None and _asks_for(course, changed):
            asking[enrolment_id] = course
    if not asking:
        return
    for enrolment in lock_enrolments(session, list(asking)):
        refresh(session, enrolment, asking[enrolment.id])
    for enrolment_id in sorted(asking):
        award_what_is_due(session, enrolment_id, now)


def _asks_for(course: Course, behaviours: Collection[str]) -> bool:
    return any(
        name in behaviours
        for condition in course.conditions
        if condition.kind is ConditionKind.OBSERVED
        for name, _title in condition.behaviours
    )
