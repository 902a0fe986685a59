"""The trainer's desk: the courses as published, what is wrong in their files, what stands behind a lesson."""

from collections import Counter
from typing import assert_never

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from lms.accounts.roles import Role
from lms.content import queries as content
from lms.content.course import Activity, ActivityKind, Checklist, Course, Lesson, Play, Quiz, Survey
from lms.content.queries import CourseState
from lms.problem import Severity
from lms.progress import marking_queries
from lms.web.extensions import database
from lms.web.frame import house
from lms.web.guards import holders_only
from lms.web.identity import me
from lms.web.render import show
from lms.web.teach.asking_pages import checklist_page_of, survey_page_of
from lms.web.teach.keys import keyed, spoken
from lms.web.teach.pages import (
    ActivityLine,
    CourseLine,
    CoursePage,
    CoursesPage,
    KeyedPiece,
    LessonPage,
    QuizPage,
)
from lms.web.teach.scenario_pages import scenario_page_of
from lms.web.teach.scope import my_course, my_courses

desk = Blueprint("teach", __name__)
desk.before_request(holders_only(Role.TRAINER, Role.ADMINISTRATOR))


@desk.get("/")
def courses_page() -> ResponseReturnValue:
    """Show every course of hers, broken ones first."""
    lines = [_line(state) for state in my_courses()]
    lines.sort(key=lambda line: not line.errors)
    broken = sum(bool(line.errors) for line in lines)
    unread = marking_queries.count_unread(database(), [line.slug for line in lines], me().person_id)
    return show("teach/courses_page.html", CoursesPage(tuple(lines), broken, unread))


@desk.get("/courses/<slug>")
def course_page(slug: str) -> ResponseReturnValue:
    """Show one course: what is wrong first, then what learners see and how it came to be."""
    state = my_course(slug)
    course = _current(state)
    problems = state.problems
    page = CoursePage(
        slug=slug,
        title=state.title,
        summary=course.summary if course else "",
        release_number=state.release_number,
        is_hidden=state.is_hidden,
        is_held=state.is_held,
        is_waiting=state.is_waiting,
        checked_at=state.checked_at,
        errors=tuple(problem for problem in problems if problem.severity is Severity.ERROR),
        warnings=tuple(problem for problem in problems if problem.severity is Severity.WARNING),
        activities=tuple(_activity_line(activity) for activity in course.activities) if course else (),
        conditions=course.conditions if course else (),
        minutes=course.minutes if course else 0,
        unset=tuple(name for name in course.variables if name not in house().variables) if course else (),
        may_be_read=course is not None and not state.is_hidden,
    )
    return show("teach/course_page.html", page)


@desk.get("/courses/<slug>/<activity_id>")
def activity_page(slug: str, activity_id: str) -> ResponseReturnValue:
    """Show one activity of the current release with its keys, and a lesson's notes for the huddle."""
    state = my_course(slug)
    course = _current(state)
    activity = course.activity(activity_id) if course else None
    if course is None or activity is None:
        abort(404)
    may_be_read = not state.is_hidden
    match activity:
        case Lesson():
            return show("teach/lesson_page.html", _lesson_page(course, activity, may_be_read=may_be_read))
        case Quiz():
            return show("teach/quiz_page.html", _quiz_page(course, activity, may_be_read=may_be_read))
        case Play():
            return show("teach/scenario_page.html", scenario_page_of(course, activity, may_be_read=may_be_read))
        case Survey():
            return show("teach/survey_page.html", survey_page_of(course, activity, may_be_read=may_be_read))
        case Checklist():
            return show("teach/checklist_page.html", checklist_page_of(course, activity, may_be_read=may_be_read))
        case _:
            assert_never(activity)


def _current(state: CourseState) -> Course | None:
    """Return the current release, of a hidden course too."""
    return content.find_release(database(), state.release_id) if state.release_id else None


def _line(state: CourseState) -> CourseLine:
    course = _current(state)
    kinds = Counter(activity.kind for activity in course.activities) if course else Counter()
    return CourseLine(
        slug=state.slug,
        title=state.title,
        release_number=state.release_number,
        published_at=state.published_at,
        is_hidden=state.is_hidden,
        is_waiting=state.is_waiting,
        errors=state.errors,
        warnings=state.warnings,
        lessons=kinds[ActivityKind.LESSON],
        quizzes=kinds[ActivityKind.QUIZ],
        scenarios=kinds[ActivityKind.SCENARIO],
        minutes=course.minutes if course else 0,
    )


def _activity_line(activity: Activity) -> ActivityLine:
    return ActivityLine(
        id=activity.id,
        title=activity.title,
        kind=activity.kind,
        minutes=activity.minutes,
        questions=len(activity.questions) if isinstance(activity, Lesson | Quiz) else 0,
        behaviours=activity.behaviours,
    )


def _lesson_page(course: Course, lesson: Lesson, *, may_be_read: bool) -> LessonPage:
    questions = {question.id: keyed(question, number) for number, question in enumerate(lesson.questions, start=1)}
    return LessonPage(
        slug=course.slug,
        course_title=course.title,
        release_number=course.number,
        id=lesson.id,
        title=lesson.title,
        summary=lesson.summary,
        language=course.language,
        minutes=lesson.minutes,
        words=lesson.words,
        behaviours=lesson.behaviours,
        pieces=tuple(
            KeyedPiece(question=questions[piece.question_id])
            if piece.question_id
            else KeyedPiece(html=spoken(piece.html))
            for piece in lesson.pieces
        ),
        trainer_html=spoken(lesson.trainer_html),
        outline=lesson.outline,
        may_be_read=may_be_read,
    )


def _quiz_page(course: Course, quiz: Quiz, *, may_be_read: bool) -> QuizPage:
    return QuizPage(
        slug=course.slug,
        course_title=course.title,
        release_number=course.number,
        language=course.language,
        quiz=quiz,
        intro_html=spoken(quiz.intro_html),
        questions=tuple(keyed(question, number) for number, question in enumerate(quiz.questions, start=1)),
        may_be_read=may_be_read,
    )
