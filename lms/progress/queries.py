"""Reads for the learner: home, course, lesson, attempt; each a small constant number of queries.

Those of runs through scenarios are in `run_queries`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from lms.content.course import Course
from lms.progress.attempt import Attempt, AttemptLine, ClosedBy, Reader, SavedAnswer, is_key
from lms.progress.completion import Happened, completion_of
from lms.progress.history_queries import facts_of, happened_in
from lms.progress.home import Home, Standing, home_of
from lms.progress.run_queries import run_line
from lms.progress.standing import CourseState, EnrolmentLine, LessonState, Place, PracticeState
from lms.progress.tables import Answer, Enrolment, LessonProgress, PracticeAnswer
from lms.progress.tables import Attempt as AttemptRow
from lms.quiz.drawing import paper_from_plain

# Plain tables: what every page asks is not taken through the mapper each time, which costs more than the query.
_ENROLLED = Enrolment.__table__
_LESSONS_READ = LessonProgress.__table__
_PRACTICE = PracticeAnswer.__table__
_ATTEMPTS = AttemptRow.__table__
_SAVED = Answer.__table__
_ENROLMENT = (
    _ENROLLED.c.id,
    _ENROLLED.c.person_id,
    _ENROLLED.c.course_slug,
    _ENROLLED.c.round,
    _ENROLLED.c.release_id,
    _ENROLLED.c.enrolled_at,
    _ENROLLED.c.due_on,
    _ENROLLED.c.renews_by,
    _ENROLLED.c.again_by,
    _ENROLLED.c.started_at,
    _ENROLLED.c.last_activity_at,
    _ENROLLED.c.completed_at,
    _ENROLLED.c.steps_done,
    _ENROLLED.c.steps_total,
    _ENROLLED.c.minutes_left,
    _ENROLLED.c.next_activity_id,
    _ENROLLED.c.failed_attempts,
)
_ENROLMENTS = len(_ENROLMENT)
_LINE = (
    _ATTEMPTS.c.id,
    _ATTEMPTS.c.number,
    _ATTEMPTS.c.started_at,
    _ATTEMPTS.c.deadline_at,
    _ATTEMPTS.c.submitted_at,
    _ATTEMPTS.c.closed_by,
    _ATTEMPTS.c.mark,
    _ATTEMPTS.c.passed,
    _ATTEMPTS.c.waits_for,
)
_MY_ENROLMENTS = (
    select(*_ENROLMENT).where(_ENROLLED.c.person_id == bindparam("person_id")).order_by(_ENROLLED.c.round)
)
_MY_ENROLMENT = (
    select(*_ENROLMENT)
    .where(_ENROLLED.c.person_id == bindparam("person_id"), _ENROLLED.c.course_slug == bindparam("slug"))
    .order_by(_ENROLLED.c.round.desc())
    .limit(1)
)
_LESSON = (
    select(
        *_ENROLMENT,
        _LESSONS_READ.c.activity_id,
        _LESSONS_READ.c.opened_at,
        _LESSONS_READ.c.place,
        _LESSONS_READ.c.place_at,
        _LESSONS_READ.c.done_at,
        _PRACTICE.c.question_id,
        _PRACTICE.c.first_response,
        _PRACTICE.c.first_mark,
        _PRACTICE.c.response,
        _PRACTICE.c.mark,
        _PRACTICE.c.tries,
        _PRACTICE.c.answered_at,
    )
    .select_from(_ENROLLED)
    .outerjoin(_LESSONS_READ, _LESSONS_READ.c.enrolment_id == _ENROLLED.c.id)
    .outerjoin(
        _PRACTICE,
        and_(
            _PRACTICE.c.enrolment_id == _ENROLLED.c.id,
            _PRACTICE.c.activity_id == _LESSONS_READ.c.activity_id,
            _PRACTICE.c.activity_id == bindparam("lesson_id"),
        ),
    )
    .where(_ENROLLED.c.person_id == bindparam("person_id"), _ENROLLED.c.course_slug == bindparam("slug"))
    .order_by(_ENROLLED.c.round.desc())
)
_ATTEMPT = (
    select(
        _ENROLLED.c.person_id,
        _ENROLLED.c.course_slug,
        _ATTEMPTS.c.enrolment_id,
        _ATTEMPTS.c.activity_id,
        _ATTEMPTS.c.release_id,
        _ATTEMPTS.c.questions,
        *_LINE,
    )
    .join(_ENROLLED, _ENROLLED.c.id == _ATTEMPTS.c.enrolment_id)
    .where(_ATTEMPTS.c.id == bindparam("attempt_id"), _ENROLLED.c.person_id == bindparam("person_id"))
)
_ANSWERS = select(_SAVED.c.question_id, _SAVED.c.response, _SAVED.c.saved_at, _SAVED.c.mark).where(
    _SAVED.c.attempt_id == bindparam("attempt_id")
)


def find_enrolment(session: Session, person_id: int, course_slug: str) -> EnrolmentLine | None:
    """Return the person's latest enrolment in this course, or None; one query."""
    row = session.execute(_MY_ENROLMENT, {"person_id": person_id, "slug": course_slug}).first()
    return _enrolment(row) if row else None


def home_for(session: Session, person_id: int, catalogue: Iterable[Course], now: datetime) -> Home:
    """Return the person's home over these published courses; four queries."""
    courses = {course.slug: course for course in catalogue}
    rows = session.execute(_MY_ENROLMENTS, {"person_id": person_id}).all()
    latest = {row.course_slug: _enrolment(row) for row in rows if row.course_slug in courses}
    standings = _standings(session, [(courses[slug], line) for slug, line in latest.items()])
    return home_of(courses.values(), {each.enrolment.course_slug: each for each in standings}, now)


def course_state(session: Session, person_id: int, course: Course) -> CourseState:
    """Return the person's standing in this course; four queries, one before the first act."""
    enrolment = find_enrolment(session, person_id, course.slug)
    if enrolment is None:
        return CourseState(None, completion_of(course, Happened()))
    standing = _standings(session, [(course, enrolment)])[0]
    return CourseState(enrolment, standing.completion, standing.places, standing.open_attempts, standing.open_runs)


def lesson_state(session: Session, person_id: int, course_slug: str, lesson_id: str) -> LessonState:
    """Return the person's standing in this lesson with the practice answers; one query."""
    values = {"person_id": person_id, "slug": course_slug, "lesson_id": lesson_id}
    rows = session.execute(_LESSON, values).all()
    if not rows:
        return LessonState()
    enrolment = _enrolment(rows[0][:_ENROLMENTS])
    rows = [row for row in rows if row[0] == enrolment.id]
    here = next((row for row in rows if row.activity_id == lesson_id), None)
    return LessonState(
        enrolment=enrolment,
        place=_place(here) if here else None,
        done_at=here.done_at if here else None,
        answers={
            row.question_id: PracticeState(
                row.question_id,
                row.first_response,
                row.first_mark,
                row.response,
                row.mark,
                row.tries,
                row.answered_at,
            )
            for row in rows
            if row.question_id is not None
        },
        done_lesson_ids=frozenset(row.activity_id for row in rows if row.done_at),
    )


def find_attempt(session: Session, attempt_id: int, person_id: int) -> Attempt | None:
    """Return this person's attempt with its saved answers, or None (also for another's); two queries."""
    row = _attempt_row(session, attempt_id, person_id)
    if row is None:
        return None
    return _attempt(row, session.execute(_ANSWERS, {"attempt_id": attempt_id}).all())


def find_attempt_without_answers(session: Session, attempt_id: int, person_id: int) -> Attempt | None:
    """Return this person's attempt as if nothing had been saved, or None; one query, for reading a form."""
    row = _attempt_row(session, attempt_id, person_id)
    return _attempt(row, ()) if row else None


def attempts_at(session: Session, enrolment_id: int, quiz_id: str) -> tuple[AttemptLine, ...]:
    """Return the attempts of this enrolment at one quiz, first to last; one query."""
    query = select(*_LINE).where(AttemptRow.enrolment_id == enrolment_id, AttemptRow.activity_id == quiz_id)
    return tuple(attempt_line(row) for row in session.execute(query.order_by(AttemptRow.number)))


def attempt_line(row: Any) -> AttemptLine:
    """Return the line of a row that has its columns."""
    return AttemptLine(
        row.id,
        row.number,
        row.started_at,
        row.deadline_at,
        row.submitted_at,
        ClosedBy(row.closed_by) if row.closed_by else None,
        row.mark,
        row.passed,
        Reader(row.waits_for) if row.waits_for else None,
    )


def _standings(session: Session, enrolled: list[tuple[Course, EnrolmentLine]]) -> list[Standing]:
    facts = facts_of(session, [line.id for _, line in enrolled])
    return [
        Standing(
            enrolment=line,
            completion=completion_of(course, happened_in(facts[line.id], is_renewal=line.is_renewal)),
            places={row.activity_id: _place(row) for row in facts[line.id].lessons},
            open_attempts={
                row.activity_id: attempt_line(row) for row in facts[line.id].attempts if not row.submitted_at
            },
            open_runs={row.activity_id: run_line(row) for row in facts[line.id].runs if not row.finished_at},
        )
        for course, line in enrolled
    ]


def _enrolment(columns: Any) -> EnrolmentLine:
    return EnrolmentLine(*columns)


def _place(row: Any) -> Place:
    return Place(row.activity_id, row.place or "", row.place_at or row.opened_at)


def _attempt_row(session: Session, attempt_id: int, person_id: int) -> Any:
    if not is_key(attempt_id):
        return None
    return session.execute(_ATTEMPT, {"attempt_id": attempt_id, "person_id": person_id}).first()


def _attempt(row: Any, answers: Iterable[Any]) -> Attempt:
    return Attempt(
        id=row.id,
        enrolment_id=row.enrolment_id,
        person_id=row.person_id,
        course_slug=row.course_slug,
        activity_id=row.activity_id,
        release_id=row.release_id,
        number=row.number,
        paper=paper_from_plain(row.questions),
        answers={each.question_id: SavedAnswer(each.response, each.saved_at, each.mark) for each in answers},
        started_at=row.started_at,
        deadline_at=row.deadline_at,
        submitted_at=row.submitted_at,
        closed_by=ClosedBy(row.closed_by) if row.closed_by else None,
        mark=row.mark,
        passed=row.passed,
        waits_for=Reader(row.waits_for) if row.waits_for else None,
    )


def finished_lessons(session: Session, person_id: int) -> tuple[tuple[str, str, datetime], ...]:
    """Return each lesson the person has finished as (course, lesson, when), earliest first; one query."""
    rows = session.execute(
        select(Enrolment.course_slug, LessonProgress.activity_id, LessonProgress.done_at)
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .where(Enrolment.person_id == person_id, LessonProgress.done_at.is_not(None))
        .order_by(LessonProgress.done_at)
    )
    return tuple((row.course_slug, row.activity_id, row.done_at) for row in rows if row.done_at)
