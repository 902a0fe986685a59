"""Taking a quiz: its front, the attempt question by question, handing in, the review."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.content import queries as content
from lms.content.course import Course, Quiz
from lms.content.variables import filled
from lms.credentials.actions import award_what_is_due
from lms.ids import new_seed
from lms.progress import attempt_actions, queries
from lms.progress.attempt import Attempt, SaveOutcome
from lms.progress.completion import Step
from lms.quiz.asking import asked
from lms.quiz.question import Question
from lms.quiz.responses import BadResponseError, response_from
from lms.store import writing
from lms.web.extensions import database
from lms.web.frame import house
from lms.web.identity import me, now
from lms.web.learn.outline import after
from lms.web.learn.pages import AttemptCheckPage, AttemptPage, QuizPage, StripItem
from lms.web.learn.routes import desk, published
from lms.web.render import show
from lms.web.speech import clock_time
from lms.web.wording import in_our_words

CHECK = "check"


def front_shown(course: Course, quiz: Quiz) -> ResponseReturnValue:
    """Show the front of a quiz: what it asks and what was done so far."""
    state = queries.course_state(database(), me().person_id, course)
    attempts = queries.attempts_at(database(), state.enrolment.id, quiz.id) if state.enrolment else ()
    step = next(step for step in state.completion.outline if step.activity_id == quiz.id)
    waiting = state.open_attempts.get(quiz.id)
    page = QuizPage(
        slug=course.slug,
        course_title=course.title,
        quiz_id=quiz.id,
        title=quiz.title,
        minutes=quiz.minutes,
        intro_html=filled(quiz.intro_html, house().variables),
        question_count=quiz.question_count,
        is_drawn=bool(quiz.draws),
        form_count=len(quiz.forms),
        opens_after_days=None if step.is_open(now()) or state.completed_at else quiz.opens_after_days,
        opens_at=step.opens_at,
        needed_mark=step.needed_mark or 0.0,
        attempts_allowed=quiz.attempts,
        attempts_left=_attempts_left(step, is_waiting=waiting is not None),
        seconds_allowed=quiz.seconds_allowed,
        review=quiz.review.value,
        attempts=tuple(attempt for attempt in attempts if attempt.submitted_at),
        open_attempt=waiting,
        waiting_attempt=next((attempt for attempt in attempts if attempt.waits_for), None),
        is_passed=step.is_done,
        best_mark=step.best_mark,
        next=after(course, quiz),
    )
    return show("learn/quiz_page.html", page)


@desk.post("/courses/<slug>/<activity_id>/attempts")
def start_attempt(slug: str, activity_id: str) -> ResponseReturnValue:
    """Begin an attempt, or go on with the one that is open."""
    course = published(slug)
    if not isinstance(course.activity(activity_id), Quiz):
        abort(404)
    with writing(database()) as session:
        start = attempt_actions.start_attempt(session, me().person_id, course, activity_id, now(), new_seed())
        award_what_is_due(session, start.enrolment_id, now())
    if start.attempt_id is None:
        return redirect(url_for(".activity_page", slug=slug, activity_id=activity_id), 303)
    return redirect(url_for(".attempt_page", attempt_id=start.attempt_id), 303)


@desk.get("/attempts/<int:attempt_id>")
def attempt_page(attempt_id: int) -> ResponseReturnValue:
    """Show one question of the attempt: the one asked for, the last page, or the first without an answer."""
    attempt = queries.find_attempt(database(), attempt_id, me().person_id)
    if attempt is None:
        abort(404)
    if not attempt.is_open:
        return redirect(url_for(".review_page", attempt_id=attempt_id))
    course = content.course_at(database(), attempt.release_id)
    wanted = request.args.get("q", "")
    is_whole = not wanted and not attempt.unanswered
    if wanted == CHECK or is_whole or attempt.is_overdue(now()):
        return show("learn/attempt_check_page.html", _check_page(attempt, quiz_in(course, attempt)))
    number = int(wanted) if _is_goal(wanted) else attempt.resume_position
    number = min(max(number, 1), len(attempt.paper))
    return show("learn/attempt_page.html", _attempt_page(attempt, course, number))


@desk.post("/attempts/<int:attempt_id>/answers/<question_id>")
def save_answer(attempt_id: int, question_id: str) -> ResponseReturnValue:
    """Keep an answer; a script gets JSON, a form goes on to the page its button names."""
    attempt = queries.find_attempt_without_answers(database(), attempt_id, me().person_id)
    if attempt is None:
        abort(404)
    question = _questions(attempt).get(question_id)
    if question is None:
        abort(404)
    try:
        response = response_from(question, request.form)
    except BadResponseError:
        abort(400)
    outcome = SaveOutcome.SAVED
    if response is not None:
        with writing(database()) as session:
            saved = attempt_actions.save_answer(session, attempt_id, me().person_id, question_id, response, now())
            if saved.outcome is SaveOutcome.TIME_IS_UP and saved.enrolment_id is not None:
                award_what_is_due(session, saved.enrolment_id, now())
        outcome = saved.outcome
    return _after_saving(attempt_id, outcome, is_kept=response is not None)


@desk.post("/attempts/<int:attempt_id>/submit")
def submit_attempt(attempt_id: int) -> ResponseReturnValue:
    """Hand the attempt in; the second time shows the same result."""
    with writing(database()) as session:
        result = attempt_actions.submit_attempt(session, attempt_id, me().person_id, now())
        if result is not None:
            award_what_is_due(session, result.enrolment_id, now())
    if result is None:
        abort(404)
    return redirect(url_for(".review_page", attempt_id=attempt_id), 303)


def _after_saving(attempt_id: int, outcome: SaveOutcome, *, is_kept: bool) -> ResponseReturnValue:
    if outcome in (SaveOutcome.NOT_FOUND, SaveOutcome.NOT_ON_PAPER):
        abort(404)
    review = url_for(".review_page", attempt_id=attempt_id)
    is_saved = outcome is SaveOutcome.SAVED
    if request.accept_mimetypes.best == "application/json":
        if is_saved:
            return {"is_saved": is_kept, "time": clock_time(now())}
        return {"is_saved": False, "is_over": True, "href": review}, 409
    if not is_saved:
        return redirect(review, 303)
    goal = request.form.get("go", "")
    return redirect(url_for(".attempt_page", attempt_id=attempt_id, q=goal if _is_goal(goal) else None), 303)


def _is_goal(goal: str) -> bool:
    return goal == CHECK or (goal.isascii() and goal.isdigit() and len(goal) < 4)


def _check_page(attempt: Attempt, quiz: Quiz) -> AttemptCheckPage:
    return AttemptCheckPage(
        attempt_id=attempt.id,
        slug=attempt.course_slug,
        quiz_id=quiz.id,
        quiz_title=quiz.title,
        strip=_strip(attempt, 0),
        deadline_at=attempt.deadline_at,
        seconds_left=attempt.seconds_left(now()),
        is_over=attempt.is_overdue(now()),
    )


def _attempt_page(attempt: Attempt, course: Course, number: int) -> AttemptPage:
    quiz = quiz_in(course, attempt)
    shown = attempt.paper[number - 1]
    answer = attempt.answers.get(shown.question_id)
    current = content.find_course(database(), attempt.course_slug)
    return AttemptPage(
        attempt_id=attempt.id,
        slug=attempt.course_slug,
        quiz_id=quiz.id,
        quiz_title=quiz.title,
        language=course.language,
        strip=_strip(attempt, number),
        number=number,
        asked=asked(in_our_words(_questions(attempt)[shown.question_id]), shown, number),
        response=answer.response if answer else None,
        saved_at=answer.saved_at if answer else None,
        deadline_at=attempt.deadline_at,
        seconds_left=attempt.seconds_left(now()),
        is_older_release=current is not None and current.release_id != attempt.release_id,
    )


def _strip(attempt: Attempt, here: int) -> tuple[StripItem, ...]:
    return tuple(
        StripItem(number, shown.question_id in attempt.answers, number == here)
        for number, shown in enumerate(attempt.paper, start=1)
    )


def _questions(attempt: Attempt) -> dict[str, Question]:
    quiz = quiz_in(content.course_at(database(), attempt.release_id), attempt)
    asked_ids = {shown.question_id for shown in attempt.paper}
    return {question.id: question for question in quiz.questions if question.id in asked_ids}


def quiz_in(course: Course, attempt: Attempt) -> Quiz:
    """Return the quiz of this attempt in the release it was begun on."""
    quiz = course.activity(attempt.activity_id)
    assert isinstance(quiz, Quiz)
    return quiz


def _attempts_left(step: Step, *, is_waiting: bool) -> int | None:
    if step.attempts_left is None:
        return None
    return max(0, step.attempts_left - (1 if is_waiting else 0))
