"""Reads who stands where in a course, in numbers; a fixed number of queries however many they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from lms.progress.completion import Step
from lms.progress.tables import Attempt, Enrolment, LessonProgress
from lms.progress.team_queries import is_latest_round
from lms.progress.touching import Gone, InTheMiddle, Touched


@dataclass(frozen=True)
class PeopleOn:
    """How many people finished a course on one release, and how many are in the middle of an attempt on it."""

    finished: int = 0
    in_the_middle: int = 0


def touched_by(session: Session, slug: str, gone: Sequence[Step]) -> Touched:
    """Return whom a change of this course touches; `gone` are the steps it takes away. Four queries."""
    completed, under_way, not_begun = session.execute(
        select(
            func.count(Enrolment.id).filter(Enrolment.completed_at.is_not(None)),
            func.count(Enrolment.id).filter(_is_under_way()),
            func.count(Enrolment.id).filter(Enrolment.completed_at.is_(None), Enrolment.started_at.is_(None)),
        ).where(Enrolment.course_slug == slug, is_latest_round())
    ).one()
    in_the_middle = session.execute(
        select(Attempt.activity_id, func.count(Attempt.id))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.course_slug == slug, Attempt.submitted_at.is_(None))
        .group_by(Attempt.activity_id)
        .order_by(Attempt.activity_id)
    )
    return Touched(
        completed=completed,
        under_way=under_way,
        not_begun=not_begun,
        in_the_middle=tuple(InTheMiddle(*row) for row in in_the_middle),
        gone=_gone(session, slug, gone),
    )


def people_on_releases(session: Session, slug: str) -> dict[int, PeopleOn]:
    """Return by release how many finished this course on it and how many are in an attempt on it; two queries."""
    finished = session.execute(
        select(Enrolment.release_id, func.count(Enrolment.id))
        .where(Enrolment.course_slug == slug, Enrolment.completed_at.is_not(None))
        .group_by(Enrolment.release_id)
    )
    open_attempts = session.execute(
        select(Attempt.release_id, func.count(Attempt.enrolment_id.distinct()))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.course_slug == slug, Attempt.submitted_at.is_(None))
        .group_by(Attempt.release_id)
    )
    by_finished = {row[0]: row[1] for row in finished}
    by_open = {row[0]: row[1] for row in open_attempts}
    return {each: PeopleOn(by_finished.get(each, 0), by_open.get(each, 0)) for each in {*by_finished, *by_open}}


def _gone(session: Session, slug: str, steps: Sequence[Step]) -> tuple[Gone, ...]:
    """Return of how many under way each step was done; two queries, none when no step is gone."""
    if not steps:
        return ()
    ids = [step.activity_id for step in steps]
    here = and_(Enrolment.course_slug == slug, _is_under_way(), is_latest_round())
    read = session.execute(
        select(LessonProgress.activity_id, func.count())
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .where(here, LessonProgress.activity_id.in_(ids), LessonProgress.done_at.is_not(None))
        .group_by(LessonProgress.activity_id)
    )
    passed = session.execute(
        select(Attempt.activity_id, func.count(Attempt.enrolment_id.distinct()))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(here, Attempt.activity_id.in_(ids), Attempt.passed.is_(True))
        .group_by(Attempt.activity_id)
    )
    done = {row[0]: row[1] for row in [*read, *passed]}
    return tuple(Gone(step.title, done.get(step.activity_id, 0)) for step in steps)


def _is_under_way() -> ColumnElement[bool]:
    return and_(Enrolment.completed_at.is_(None), Enrolment.started_at.is_not(None))
