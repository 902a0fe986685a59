"""Writes what the sample's people did in their courses, many rows at a time.

The rows are those that `progress` writes when the same acts happen one by one (a test lets both happen and
compares); one by one would take ten times as long. Papers, marks and completion come from the product's rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from lms.content.course import Course, Lesson, Play, Quiz
from lms.credentials.actions import award_what_is_due
from lms.db import UtcDateTime
from lms.progress import timing
from lms.progress.actions import lesson_of, play_of, quiz_of
from lms.progress.attempt import ClosedBy
from lms.progress.completion import needed_mark
from lms.progress.marks import reaches, weighted_mark
from lms.progress.summary_actions import recompute_course
from lms.progress.tables import (
    Answer,
    Attempt,
    Enrolment,
    LessonProgress,
    PracticeAnswer,
    ScenarioMove,
    ScenarioRun,
)
from lms.quiz.drawing import draw, paper_to_plain
from lms.quiz.marking import mark
from lms.quiz.question import Question
from lms.sample.rehearsing import Rehearsed
from lms.sample.story import Act, LessonRead, QuizSat
from lms.scenario.playing import beginning, state_to_plain
from lms.scenario.scoring import report_of

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
    """The rows of one course before they are written; `answers` stand by attempts, `moves` by runs."""

    enrolments: list[Row] = field(default_factory=list)
    lessons: list[Row] = field(default_factory=list)
    practice: list[Row] = field(default_factory=list)
    attempts: list[Row] = field(default_factory=list)
    answers: list[list[Row]] = field(default_factory=list)
    runs: list[Row] = field(default_factory=list)
    moves: list[list[Row]] = field(default_factory=list)


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
        elif isinstance(act, Rehearsed):
            moments += [act.started_at, act.last_at]
            sittings[act.scenario_id] = sittings.get(act.scenario_id, 0) + 1
            run, moves = _run_rows(course, play_of(course, act.scenario_id), act)
            rows.runs.append({"enrolment_id": enrolment_id, "number": sittings[act.scenario_id], **run})
            rows.moves.append(moves)
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


def _run_rows(course: Course, play: Play, act: Rehearsed) -> tuple[Row, list[Row]]:
    turns = act.turns(play)
    end = play.scenario.moment(turns[-1].after.moment_id) if turns else None
    rule = replace(play.rule, score=needed_mark(course, play))
    report = report_of(play.scenario, rule, turns) if end and end.outcome else None
    run = {
        "activity_id": play.id,
        "release_id": course.release_id,
        "seed": act.seed,
        "start": state_to_plain(beginning(play.scenario, act.seed)),
        "started_at": act.started_at,
        "finished_at": act.last_at if report else None,
        "outcome": report.outcome.value if report else None,
        "score": report.score if report else None,
        "passed": report.passed if report else None,
    }
    moves = [
        {
            "turn": number,
            "moment_id": turn.moment.id,
            "choice_id": said.choice_id,
            "state": state_to_plain(turn.after),
            "made_at": said.made_at,
        }
        for number, (turn, said) in enumerate(zip(turns, act.said, strict=True))
    ]
    return run, moves


def _write(session: Session, rows: _Rows) -> None:
    if rows.enrolments:
        session.connection().execute(_SPANS, rows.enrolments)
    for table, values in ((LessonProgress, rows.lessons), (PracticeAnswer, rows.practice)):
        if values:
            session.execute(insert(table), values)
    _write_beside(session, (Attempt, rows.attempts), (Answer, rows.answers), "attempt_id")
    _write_beside(session, (ScenarioRun, rows.runs), (ScenarioMove, rows.moves), "run_id")


def _write_beside(
    session: Session, above: tuple[Any, list[Row]], below: tuple[Any, list[list[Row]]], name: str
) -> None:
    """Write rows, and those that stand beside each of them with its number under this name."""
    table, rows = above
    if not rows:
        return
    numbers = session.scalars(insert(table).returning(table.id, sort_by_parameter_order=True), rows).all()
    beside = [{name: number, **row} for number, each in zip(numbers, below[1], strict=True) for row in each]
    if beside:
        session.execute(insert(below[0]), beside)


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
