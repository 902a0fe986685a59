"""What a learner does in a course and its lessons, written with the summary it changes.

Attempts at quizzes are in `attempt_actions`, runs through scenarios in `run_actions`, what others give her to do
in `plans`. Each act takes the course as it is published now, enrols her when she is not, and returns
the enrolment's id for `credentials.actions.award_what_is_due`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.content.course import Course, Lesson, Play, Quiz
from lms.progress.summary_actions import note_activity, refresh, take_turn
from lms.progress.tables import Enrolment, LessonProgress, PracticeAnswer
from lms.quiz.form import Response
from lms.quiz.kinds import open_answer
from lms.quiz.marking import mark
from lms.quiz.question import OpenKey


class NotInCourseError(LookupError):
    """The course has no such activity or question; routes ask the course first and answer 404."""


@dataclass(frozen=True)
class Finished:
    """Whether a lesson is done, since when, and the questions in it that are still to be answered, in order."""

    enrolment_id: int
    done_at: datetime | None
    open_question_ids: tuple[str, ...]


@dataclass(frozen=True)
class Practised:
    """One practice answer as it stands: marks 0..1 of the first and the latest answer."""

    enrolment_id: int
    mark: float
    first_mark: float
    tries: int


def enrol(session: Session, person_id: int, course: Course, now: datetime) -> int:
    """Return the person's latest enrolment in the course, made when there is none; it is not begun by this."""
    enrolment_id: int = take_turn(session, person_id, course, now).id
    return enrolment_id


def start_course(session: Session, person_id: int, course: Course, now: datetime) -> int:
    """Begin the course: enrolled and started, however often the button is pressed. Returns the enrolment's id."""
    enrolment = take_turn(session, person_id, course, now)
    if enrolment.started_at is None:
        note_activity(enrolment, now)
        refresh(session, enrolment, course)
    return enrolment.id


def record_place(
    session: Session, person_id: int, course: Course, lesson_id: str, anchor: str, now: datetime
) -> int | None:
    """Note that the lesson is open at this heading ("" is its beginning). Returns the enrolment's id.

    The same place again writes nothing. An anchor that the lesson does not have is ignored: None.
    """
    lesson = lesson_of(course, lesson_id)
    if anchor and anchor not in {heading.anchor for heading in lesson.outline}:
        return None
    enrolment = take_turn(session, person_id, course, now)
    progress = _open_lesson(session, enrolment, lesson, now)
    if progress.place != anchor:
        progress.place, progress.place_at = anchor, now
        note_activity(enrolment, now)
    session.flush()
    return enrolment.id


def finish_lesson(session: Session, person_id: int, course: Course, lesson_id: str, now: datetime) -> Finished:
    """Mark the lesson done at its end, unless questions in it are unanswered: then say which and mark nothing.

    A lesson is done when every question standing in it was answered (rightly or not) and its end was reached.
    What is done stays done with its first moment.
    """
    lesson = lesson_of(course, lesson_id)
    enrolment = take_turn(session, person_id, course, now)
    progress = _open_lesson(session, enrolment, lesson, now)
    open_ids = _open_questions(session, enrolment, lesson)
    if progress.done_at is None and not open_ids:
        progress.done_at = now
        note_activity(enrolment, now)
        refresh(session, enrolment, course)
    session.flush()
    return Finished(enrolment.id, progress.done_at, () if progress.done_at else open_ids)


def answer_practice(
    session: Session,
    person_id: int,
    course: Course,
    lesson_id: str,
    question_id: str,
    response: Response,
    now: datetime,
) -> Practised:
    """Keep an answer to a question in a lesson: the first for good, the latest beside it. Feedback is earned then.

    `response` is what `quiz.responses.response_from` returned for this question.
    """
    lesson = lesson_of(course, lesson_id)
    question = next((each for each in lesson.questions if each.id == question_id), None)
    if question is None:
        raise NotInCourseError(question_id)
    earned = mark(question, response)
    enrolment = take_turn(session, person_id, course, now)
    _open_lesson(session, enrolment, lesson, now)
    answer = session.get(PracticeAnswer, (enrolment.id, lesson.id, question_id), populate_existing=True)
    if answer is None:
        answer = PracticeAnswer(
            enrolment_id=enrolment.id,
            activity_id=lesson.id,
            question_id=question_id,
            first_response=response,
            first_mark=earned,
            first_at=now,
            tries=0,
        )
        session.add(answer)
    answer.release_id = course.release_id
    answer.response, answer.mark, answer.answered_at = response, earned, now
    answer.tries += 1
    note_activity(enrolment, now)
    session.flush()
    return Practised(enrolment.id, earned, answer.first_mark, answer.tries)


def check_practice(
    session: Session,
    person_id: int,
    course: Course,
    lesson_id: str,
    question_id: str,
    met: Collection[str],
    now: datetime,
) -> Practised | None:
    """Keep which criteria the learner finds met in the open answer she sent; None when she sent none.

    The mark is her own. Her first answer's mark is the one she gave it before she wrote another.
    """
    lesson = lesson_of(course, lesson_id)
    question = next((each for each in lesson.questions if each.id == question_id), None)
    if question is None or not isinstance(question.key, OpenKey):
        raise NotInCourseError(question_id)
    enrolment = take_turn(session, person_id, course, now)
    answer = session.get(PracticeAnswer, (enrolment.id, lesson.id, question_id), populate_existing=True)
    if answer is None:
        return None
    verdicts = {each.id: open_answer.YES if each.id in met else open_answer.NO for each in question.key.criteria}
    response = open_answer.judged(answer.response, verdicts, is_own=True)
    answer.response, answer.mark = response, mark(question, response)
    if answer.tries == 1:
        answer.first_response, answer.first_mark = response, answer.mark
    note_activity(enrolment, now)
    session.flush()
    return Practised(enrolment.id, answer.mark, answer.first_mark, answer.tries)


def lesson_of(course: Course, lesson_id: str) -> Lesson:
    """Return the lesson with this id. Raises NotInCourseError."""
    activity = course.activity(lesson_id)
    if not isinstance(activity, Lesson):
        raise NotInCourseError(lesson_id)
    return activity


def quiz_of(course: Course, quiz_id: str) -> Quiz:
    """Return the quiz with this id. Raises NotInCourseError."""
    activity = course.activity(quiz_id)
    if not isinstance(activity, Quiz):
        raise NotInCourseError(quiz_id)
    return activity


def play_of(course: Course, scenario_id: str) -> Play:
    """Return the scenario with this id. Raises NotInCourseError."""
    activity = course.activity(scenario_id)
    if not isinstance(activity, Play):
        raise NotInCourseError(scenario_id)
    return activity


def _open_lesson(session: Session, enrolment: Enrolment, lesson: Lesson, now: datetime) -> LessonProgress:
    progress = session.get(LessonProgress, (enrolment.id, lesson.id), populate_existing=True)
    if progress is None:
        progress = LessonProgress(enrolment_id=enrolment.id, activity_id=lesson.id, opened_at=now)
        session.add(progress)
        note_activity(enrolment, now)
    return progress


def _open_questions(session: Session, enrolment: Enrolment, lesson: Lesson) -> tuple[str, ...]:
    if not lesson.questions:
        return ()
    query = select(PracticeAnswer.question_id).where(
        PracticeAnswer.enrolment_id == enrolment.id, PracticeAnswer.activity_id == lesson.id
    )
    answered = set(session.scalars(query))
    return tuple(question.id for question in lesson.questions if question.id not in answered)
