"""Reads who stands where in a course, in numbers; a fixed number of queries however many they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select, union, union_all
from sqlalchemy.orm import Session

from lms.progress.completion import Step
from lms.progress.tables import Attempt, Enrolment, LessonProgress, ScenarioRun
from lms.progress.team_queries import is_latest_round
from lms.progress.touching import Gone, InTheMiddle, Touched


@dataclass(frozen=True)
class PeopleOn:
    """How many people finished a course on one release, and how many are in a quiz or a scenario on it."""

    finished: int = 0
    in_the_middle: int = 0


def touched_by(session: Session, slug: str, gone: Sequence[Step]) -> Touched:
    """Return whom a change of this course touches; `gone` are the steps it takes away. Three queries."""
    completed, under_way, not_begun = session.execute(
        select(
            func.count(Enrolment.id).filter(Enrolment.completed_at.is_not(None)),
            func.count(Enrolment.id).filter(_is_under_way()),
            func.count(Enrolment.id).filter(Enrolment.completed_at.is_(None), Enrolment.started_at.is_(None)),
        ).where(Enrolment.course_slug == slug, is_latest_round())
    ).one()
    attempts = (
        select(Attempt.activity_id, func.count(Attempt.id))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.course_slug == slug, Attempt.submitted_at.is_(None))
        .group_by(Attempt.activity_id)
    )
    runs = (
        select(ScenarioRun.activity_id, func.count(ScenarioRun.id))
        .join(Enrolment, Enrolment.id == ScenarioRun.enrolment_id)
        .where(Enrolment.course_slug == slug, ScenarioRun.finished_at.is_(None))
        .group_by(ScenarioRun.activity_id)
    )
    in_the_middle = session.execute(union_all(attempts, runs))
    return Touched(
        completed=completed,
        under_way=under_way,
        not_begun=not_begun,
        in_the_middle=tuple(sorted((InTheMiddle(row[0], row[1]) for row in in_the_middle), key=_by_activity)),
        gone=_gone(session, slug, gone),
    )


def people_on_releases(session: Session, slug: str) -> dict[int, PeopleOn]:
    """Return by release how many finished this course and how many are in the middle of something; two queries."""
    finished = session.execute(
        select(Enrolment.release_id, func.count(Enrolment.id))
        .where(Enrolment.course_slug == slug, Enrolment.completed_at.is_not(None))
        .group_by(Enrolment.release_id)
    )
    attempts = (
        select(Attempt.release_id, Attempt.enrolment_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.course_slug == slug, Attempt.submitted_at.is_(None))
    )
    runs = (
        select(ScenarioRun.release_id, ScenarioRun.enrolment_id)
        .join(Enrolment, Enrolment.id == ScenarioRun.enrolment_id)
        .where(Enrolment.course_slug == slug, ScenarioRun.finished_at.is_(None))
    )
    begun = union(attempts, runs).subquery()
    by_finished = {row[0]: row[1] for row in finished}
    open_on = session.execute(select(begun.c.release_id, func.count()).group_by(begun.c.release_id))
    by_open = {row[0]: row[1] for row in open_on}
    return {each: PeopleOn(by_finished.get(each, 0), by_open.get(each, 0)) for each in {*by_finished, *by_open}}


def _gone(session: Session, slug: str, steps: Sequence[Step]) -> tuple[Gone, ...]:
    """Return of how many under way each step was done; one query, none when no step is gone."""
    if not steps:
        return ()
    ids = [step.activity_id for step in steps]
    here = and_(Enrolment.course_slug == slug, _is_under_way(), is_latest_round())
    read = (
        select(LessonProgress.activity_id, func.count(LessonProgress.enrolment_id))
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .where(here, LessonProgress.activity_id.in_(ids), LessonProgress.done_at.is_not(None))
        .group_by(LessonProgress.activity_id)
    )
    passed = (
        select(Attempt.activity_id, func.count(Attempt.enrolment_id.distinct()))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(here, Attempt.activity_id.in_(ids), Attempt.passed.is_(True))
        .group_by(Attempt.activity_id)
    )
    played = (
        select(ScenarioRun.activity_id, func.count(ScenarioRun.enrolment_id.distinct()))
        .join(Enrolment, Enrolment.id == ScenarioRun.enrolment_id)
        .where(here, ScenarioRun.activity_id.in_(ids), ScenarioRun.passed.is_(True))
        .group_by(ScenarioRun.activity_id)
    )
    done = {row[0]: row[1] for row in session.execute(union_all(read, passed, played))}
    return tuple(Gone(step.title, done.get(step.activity_id, 0)) for step in steps)


def _by_activity(middle: InTheMiddle) -> str:
    return middle.activity_id


def _is_under_way() -> ColumnElement[bool]:
    return and_(Enrolment.completed_at.is_(None), Enrolment.started_at.is_not(None))
