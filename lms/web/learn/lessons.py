"""Reading a lesson: the page, the place in it, the questions that stand in it, its end."""

from collections.abc import Iterator, Mapping

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.content.course import Course, Lesson
from lms.content.variables import filled
from lms.credentials.actions import award_what_is_due
from lms.progress import actions, queries
from lms.progress.standing import LessonState
from lms.quiz import drawing
from lms.quiz.asking import asked
from lms.quiz.question import Question, QuestionType
from lms.quiz.responses import BadResponseError, response_from
from lms.quiz.reviewing import reviewed
from lms.store import writing
from lms.web.extensions import database
from lms.web.frame import house
from lms.web.identity import me, now
from lms.web.learn.outline import after, before, number_of
from lms.web.learn.pages import JobAidPage, LessonMain, LessonPage, LessonPiece, PracticeQuestion
from lms.web.learn.planning import (
    NO_PLAN,
    TypedPlan,
    around_plans,
    asks_plan,
    keep_plan,
    plan_part,
    typed_plan,
)
from lms.web.learn.routes import desk, published
from lms.web.render import show
from lms.web.wording import in_our_words

_JOB_AID = "role--job-aid"


def shown(course: Course, lesson: Lesson, problem_at: str = "", typed: TypedPlan = NO_PLAN) -> ResponseReturnValue:
    """Show the lesson, or its job aid alone.

    `problem_at` is the question that was sent without an answer, `typed` a plan that cannot be kept yet.
    """
    if request.args.get("print") == "job-aid" and has_job_aid(lesson):
        return show("learn/job_aid_page.html", _job_aid_page(course, lesson))
    state = queries.lesson_state(database(), me().person_id, course.slug, lesson.id)
    page = LessonPage(
        main=lesson_main(course, lesson, state, problem_at),
        plan=plan_part(course, lesson, typed, is_done=state.done_at is not None),
    )
    return show("learn/lesson_page.html", page), 422 if problem_at or typed.problems else 200


@desk.post("/courses/<slug>/<activity_id>/place")
def record_place(slug: str, activity_id: str) -> ResponseReturnValue:
    """Remember the heading the learner reads at; sent by the page's script."""
    course, lesson = _lesson(slug, activity_id)
    place = request.form.get("place", "")[:120]
    with writing(database()) as session:
        actions.record_place(session, me().person_id, course, lesson.id, place, now())
    return "", 204, {"Content-Type": "text/plain; charset=utf-8"}


@desk.post("/courses/<slug>/<activity_id>/done")
def finish_lesson(slug: str, activity_id: str) -> ResponseReturnValue:
    """Mark the lesson done and go on, or go back to the first question that is left.

    A plan that was chosen beside is kept; one that is half written holds nobody up, and is shown again.
    """
    course, lesson = _lesson(slug, activity_id)
    typed = typed_plan(course, lesson)
    earlier = queries.find_enrolment(database(), me().person_id, slug)
    with writing(database()) as session:
        finished = actions.finish_lesson(session, me().person_id, course, lesson.id, now())
        award_what_is_due(session, finished.enrolment_id, now())
        kept = keep_plan(session, course, lesson, typed)
    if kept.problems:
        return shown(course, lesson, typed=kept)
    if finished.done_at is None:
        left = finished.open_question_ids[0]
        return redirect(url_for(".activity_page", slug=slug, activity_id=activity_id, left=1, _anchor=left), 303)
    later = queries.find_enrolment(database(), me().person_id, slug)
    is_news = later is not None and later.completed_at is not None and not (earlier and earlier.completed_at)
    if is_news:
        return redirect(url_for(".course_page", slug=slug, finished=1), 303)
    following = after(course, lesson)
    if following is None:
        return redirect(url_for(".course_page", slug=slug), 303)
    return redirect(url_for(".activity_page", slug=slug, activity_id=following.id), 303)


@desk.post("/courses/<slug>/<activity_id>/answers/<question_id>")
def answer_practice(slug: str, activity_id: str, question_id: str) -> ResponseReturnValue:
    """Keep the answer to a question in the lesson and go back to it, where its feedback stands now."""
    course, lesson = _lesson(slug, activity_id)
    question = next((each for each in lesson.questions if each.id == question_id), None)
    if question is None:
        abort(404)
    try:
        response = response_from(question, request.form)
    except BadResponseError:
        abort(400)
    if response is None:
        return shown(course, lesson, problem_at=question_id)
    with writing(database()) as session:
        actions.answer_practice(session, me().person_id, course, lesson.id, question_id, response, now())
    return redirect(url_for(".activity_page", slug=slug, activity_id=activity_id, _anchor=question_id), 303)


@desk.post("/courses/<slug>/<activity_id>/answers/<question_id>/check")
def check_practice(slug: str, activity_id: str, question_id: str) -> ResponseReturnValue:
    """Keep how the learner marks the open answer she sent, and go back to it."""
    course, lesson = _lesson(slug, activity_id)
    question = next((each for each in lesson.questions if each.id == question_id), None)
    if question is None or question.type is not QuestionType.OPEN:
        abort(404)
    met = frozenset(request.form.getlist("met"))
    with writing(database()) as session:
        actions.check_practice(session, me().person_id, course, lesson.id, question_id, met, now())
    return redirect(url_for(".activity_page", slug=slug, activity_id=activity_id, _anchor=question_id), 303)


def has_job_aid(lesson: Lesson) -> bool:
    """Return whether something in the lesson is to be pinned up."""
    return any(_JOB_AID in piece.html for piece in lesson.pieces)


def _lesson(slug: str, lesson_id: str) -> tuple[Course, Lesson]:
    course = published(slug)
    lesson = course.activity(lesson_id)
    if not isinstance(lesson, Lesson):
        abort(404)
    return course, lesson


def lesson_main(course: Course, lesson: Lesson, state: LessonState, problem_at: str) -> LessonMain:
    """Return the lesson as everybody in this state sees it."""
    again = request.args.get("again", "")
    numbers = {question.id: number for number, question in enumerate(lesson.questions, start=1)}
    practice = {
        question.id: practised(question, numbers[question.id], state, again, problem_at)
        for question in lesson.questions
    }
    place = state.place.anchor if state.place else ""
    return LessonMain(
        slug=course.slug,
        course_title=course.title,
        lesson_id=lesson.id,
        title=lesson.title,
        summary=lesson.summary,
        language=course.language,
        minutes=lesson.minutes,
        number=number_of(course, lesson),
        count=len(course.activities),
        pieces=tuple(_pieces(lesson, practice)),
        outline=lesson.outline,
        place=next((heading for heading in lesson.outline[1:] if heading.anchor == place), None),
        done_at=state.done_at,
        question_count=len(lesson.questions),
        unanswered=tuple(each.asked for each in practice.values() if each.review is None),
        is_asked_for_left="left" in request.args,
        has_job_aid=has_job_aid(lesson),
        policy=lesson.policy,
        previous=before(course, lesson),
        next=after(course, lesson),
        asks_plan=asks_plan(lesson),
    )


def _pieces(lesson: Lesson, practice: Mapping[str, PracticeQuestion]) -> Iterator[LessonPiece]:
    """Yield the pieces of the body; the list of the author's plans gives way to where one is chosen."""
    has_place = False
    for piece in lesson.pieces:
        if piece.question_id:
            yield LessonPiece(question=practice[piece.question_id])
            continue
        parts = None if has_place or not asks_plan(lesson) else around_plans(piece.html, len(lesson.plans))
        before, rest = parts or (piece.html, "")
        yield LessonPiece(html=filled(before, house().variables))
        if parts:
            has_place = True
            yield LessonPiece(is_plan=True)
            yield LessonPiece(html=filled(rest, house().variables))


def practised(
    question: Question, number: int, state: LessonState, again: str, problem_at: str
) -> PracticeQuestion:
    """Return the question as somebody in this state sees it: asked, or with feedback on the answer."""
    # Everybody sees options in an order of their own, the same each time.
    order = drawing.shown(question, me().person_id)
    question = in_our_words(question)
    answer = state.answers.get(question.id)
    is_open = answer is None or question.id in (again, problem_at)
    return PracticeQuestion(
        asked=asked(question, order, number),
        response=None if answer is None else answer.response,
        review=None if answer is None else reviewed(question, answer.response, order, number),
        tries=answer.tries if answer else 0,
        is_open=is_open,
        problem=_problem(question, problem_at, is_open=answer is None),
    )


def _problem(question: Question, problem_at: str, *, is_open: bool) -> str:
    if question.id == problem_at:
        return str(_("Choose or type an answer first."))
    # Somebody at the end of the lesson was sent back up here: say why.
    return str(_("Still waiting for your answer.")) if is_open and "left" in request.args else ""


def _job_aid_page(course: Course, lesson: Lesson) -> JobAidPage:
    return JobAidPage(
        slug=course.slug,
        lesson_id=lesson.id,
        title=lesson.title,
        course_title=course.title,
        language=course.language,
        pieces=tuple(filled(piece.html, house().variables) for piece in lesson.pieces if piece.html),
    )
