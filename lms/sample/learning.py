"""Writes what the sample's people did in their courses, many rows at a time.

The rows are those that `progress` writes when the same acts happen one by one (a test lets both happen and
compares); one by one would take ten times as long. Papers, marks and completion come from the product's rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from lms.content.course import Course, Lesson, Quiz
from lms.credentials.actions import award_what_is_due
from lms.db import UtcDateTime
from lms.progress import timing
from lms.progress.actions import lesson_of, quiz_of
from lms.progress.attempt import ClosedBy
from lms.progress.completion import needed_mark
from lms.progress.marks import reaches, weighted_mark
from lms.progress.summary_actions import recompute_course
from lms.progress.tables import Answer, Attempt, Enrolment, LessonProgress, PracticeAnswer
from lms.quiz.drawing import draw, paper_to_plain
from lms.quiz.marking import mark
from lms.quiz.question import Question
from lms.sample.story import Act, LessonRead, QuizSat

Row = dict[str, Any]

# Somebody may have begun the course before the first act in it.
_SPANS = (
    update(Enrolment)
    .where(Enrolment.id == bindparam("number"))
    .values(
        started_at=func.coalesce(Enrolment.started_at, bindparam("first_at", type_=UtcDateTime)),
        last_activity_at=bindparam("last_at", type_=UtcDateTime),
    )
)


@dataclass
class _Rows:
    """The rows of one course, gathered before they are written; `answers` stand beside their attempts."""

    enrolments: list[Row] = field(default_factory=list)
    lessons: list[Row] = field(default_factory=list)
    practice: list[Row] = field(default_factory=list)
    attempts: list[Row] = field(default_factory=list)
    answers: list[list[Row]] = field(default_factory=list)


def write_acts(session: Session, course: Course, acts_by_enrolment: Mapping[int, Sequence[Act]]) -> None:
    """Write these acts of enrolments in this course, their summaries, and the certificates they earned."""
    rows = _Rows()
    for enrolment_id, acts in acts_by_enrolment.items():
        _gather(rows, course, enrolment_id, acts)
    _write(session, rows)
    recompute_course(session, course)
    _award(session, acts_by_enrolment)


def _gather(rows: _Rows, course: Course, enrolment_id: int, acts: Iterable[Act]) -> None:
    sittings: dict[str, int] = {}
    moments: list[datetime] = []
    for act in acts:
        if isinstance(act, LessonRead):
            moments += [act.opened_at, act.last_at]
            rows.lessons.append(_lesson_row(enrolment_id, act))
            rows.practice += _practice_rows(enrolment_id, course, lesson_of(course, act.lesson_id), act)
        else:
            moments += [act.started_at, act.last_at]
            sittings[act.quiz_id] = sittings.get(act.quiz_id, 0) + 1
            quiz = quiz_of(course, act.quiz_id)
            attempt, answers = _attempt_rows(course, quiz, act)
            rows.attempts.append({"enrolment_id": enrolment_id, "number": sittings[act.quiz_id], **attempt})
            rows.answers.append(answers)
    if moments:
        rows.enrolments.append({"number": enrolment_id, "first_at": min(moments), "last_at": max(moments)})


def _lesson_row(enrolment_id: int, act: LessonRead) -> Row:
    return {
        "enrolment_id": enrolment_id,
        "activity_id": act.lesson_id,
        "opened_at": act.opened_at,
        "place": act.place,
        "place_at": act.place_at,
        "done_at": act.done_at,
    }


def _practice_rows(enrolment_id: int, course: Course, lesson: Lesson, act: LessonRead) -> list[Row]:
    questions = _by_id(lesson.questions)
    return [
        {
            "enrolment_id": enrolment_id,
            "activity_id": act.lesson_id,
            "question_id": each.question_id,
            "release_id": course.release_id,
            "first_response": each.first_response,
            "first_mark": mark(questions[each.question_id], each.first_response),
            "first_at": each.first_at,
            "response": each.response,
            "mark": mark(questions[each.question_id], each.response),
            "answered_at": each.answered_at,
            "tries": each.tries,
        }
        for each in act.practised
    ]


def _attempt_rows(course: Course, quiz: Quiz, act: QuizSat) -> tuple[Row, list[Row]]:
    questions = _by_id(quiz.questions)
    is_closed = act.submitted_at is not None
    marks = {each.question_id: mark(questions[each.question_id], each.response) for each in act.saved}
    paper = draw(quiz.questions, quiz.draws, quiz.shuffle, act.seed, act.form)
    earned = weighted_mark(
        (questions[shown.question_id].points, marks.get(shown.question_id, 0.0)) for shown in paper
    )
    attempt = {
        "activity_id": quiz.id,
        "release_id": course.release_id,
        "seed": act.seed,
        "questions": paper_to_plain(paper),
        "started_at": act.started_at,
        "deadline_at": timing.deadline(act.started_at, quiz.seconds_allowed),
        "submitted_at": act.submitted_at,
        "closed_by": ClosedBy.LEARNER.value if is_closed else None,
        "mark": earned if is_closed else None,
        "passed": reaches(earned, needed_mark(course, quiz)) if is_closed else None,
    }
    answers = [
        {
            "question_id": each.question_id,
            "response": each.response,
            "saved_at": each.saved_at,
            "mark": marks[each.question_id] if is_closed else None,
        }
        for each in act.saved
    ]
    return attempt, answers


def _write(session: Session, rows: _Rows) -> None:
    if rows.enrolments:
        session.connection().execute(_SPANS, rows.enrolments)
    for table, values in ((LessonProgress, rows.lessons), (PracticeAnswer, rows.practice)):
        if values:
            session.execute(insert(table), values)
    if not rows.attempts:
        return
    returned = insert(Attempt).returning(Attempt.id, sort_by_parameter_order=True)
    attempt_ids = session.scalars(returned, rows.attempts).all()
    answers = [
        {"attempt_id": attempt_id, **answer}
        for attempt_id, each in zip(attempt_ids, rows.answers, strict=True)
        for answer in each
    ]
    if answers:
        session.execute(insert(Answer), answers)


def _award(session: Session, enrolment_ids: Iterable[int]) -> None:
    complete = session.execute(
        select(Enrolment.id, Enrolment.completed_at)
        .where(Enrolment.id.in_(list(enrolment_ids)), Enrolment.completed_at.is_not(None))
        .order_by(Enrolment.completed_at, Enrolment.id)
    )
    for enrolment_id, completed_at in complete.all():
        if completed_at:
            award_what_is_due(session, enrolment_id, completed_at)


def _by_id(questions: Iterable[Question]) -> dict[str, Question]:
    return {question.id: question for question in questions}
