"""How an attempt went: the mark, what to read again, and each question as far as the quiz tells."""

from dataclasses import replace

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.content import queries as content
from lms.content.course import Course, Lesson, Quiz
from lms.credentials.actions import award_what_is_due
from lms.progress import marking_actions, queries
from lms.progress.attempt import Attempt
from lms.progress.completion import needed_mark
from lms.progress.correcting import Choice, Ruling, choices_told, corrected_quiz
from lms.progress.correction_queries import rulings_in
from lms.progress.marking_actions import MarkOutcome
from lms.progress.marks import reaches
from lms.progress.reviewing import may_see_key, reviewed_paper
from lms.progress.standing import CourseState
from lms.quiz.feedback import Outcome
from lms.quiz.marking import is_self_marked
from lms.store import writing
from lms.web.again import again_lines
from lms.web.extensions import database
from lms.web.identity import me, now
from lms.web.learn.outline import after
from lms.web.learn.pages import ReadAgain, ReviewPage
from lms.web.learn.quizzes import quiz_in
from lms.web.learn.routes import desk
from lms.web.render import show
from lms.web.wording import quiz_in_our_words

_MOST_TO_READ = 4


@desk.get("/attempts/<int:attempt_id>/review")
def review_page(attempt_id: int) -> ResponseReturnValue:
    """Show how the attempt went; an open one goes on instead."""
    attempt = queries.find_attempt(database(), attempt_id, me().person_id)
    if attempt is None:
        abort(404)
    if attempt.submitted_at is None:
        return redirect(url_for(".attempt_page", attempt_id=attempt_id))
    taken = content.course_at(database(), attempt.release_id)
    current = content.find_course(database(), attempt.course_slug) or taken
    state = queries.course_state(database(), me().person_id, current)
    return show("learn/review_page.html", _review_page(attempt, taken, current, state))


@desk.post("/attempts/<int:attempt_id>/answers/<question_id>/check")
def check_answer(attempt_id: int, question_id: str) -> ResponseReturnValue:
    """Keep how the learner marks an open answer of her own, where the quiz leaves it to her."""
    met = frozenset(request.form.getlist("met"))
    with writing(database()) as session:
        marked = marking_actions.check_answer(session, attempt_id, me().person_id, question_id, met, now())
        if marked.outcome is MarkOutcome.MARKED and marked.enrolment_id is not None:
            award_what_is_due(session, marked.enrolment_id, now())
    if marked.outcome is MarkOutcome.NOT_FOUND:
        abort(404)
    return redirect(url_for(".review_page", attempt_id=attempt_id), 303)


def _review_page(attempt: Attempt, taken: Course, current: Course, state: CourseState) -> ReviewPage:
    assert attempt.submitted_at is not None and attempt.closed_by is not None
    quiz = quiz_in(taken, attempt)
    step = next((step for step in state.completion.outline if step.activity_id == quiz.id), None)
    here = current.activity(quiz.id)
    has_passed = bool(attempt.passed) or (step is not None and step.is_done)
    is_told = may_see_key(quiz.review, is_closed=True, has_passed=has_passed)
    rulings = rulings_in(database(), taken.slug).about(taken, quiz)
    reviewed = [
        replace(each, outcome=Outcome.RIGHT, mark=1.0) if _is_everybodys(rulings.get(each.id)) else each
        for each in reviewed_paper(attempt, quiz_in_our_words(corrected_quiz(quiz, rulings)))
    ]
    own = {question.id for question in quiz.questions if is_self_marked(question)}
    waiting = [each for each in reviewed if each.outcome is Outcome.WAITING]
    return ReviewPage(
        slug=attempt.course_slug,
        course_title=current.title,
        quiz_id=quiz.id,
        quiz_title=quiz.title,
        language=taken.language,
        attempt_id=attempt.id,
        number=attempt.number,
        mark=attempt.mark,
        needed_mark=needed_mark(taken, quiz),
        passed=bool(attempt.passed),
        submitted_at=attempt.submitted_at,
        closed_by=attempt.closed_by,
        question_count=len(attempt.paper),
        answered_count=len(attempt.answers),
        questions=tuple(each for each in reviewed if each not in waiting or each.id not in own) if is_told else (),
        again=again_lines(attempt, quiz),
        ruled=choices_told(quiz, rulings),
        to_check=tuple(each for each in waiting if each.id in own),
        unread_count=sum(each.id not in own for each in waiting),
        review=quiz.review.value,
        read_again=()
        if attempt.waits_for or (attempt.passed and attempt.mark == 1)
        else _read_again(attempt, quiz, current),
        may_try_again=step is not None and step.attempts_left != 0,
        attempts_left=step.attempts_left if step else None,
        next=after(current, here) if here else None,
        is_course_complete=state.completed_at is not None,
        has_just_finished=state.completed_at == attempt.submitted_at,
    )


def _is_everybodys(ruling: Ruling | None) -> bool:
    return ruling is not None and ruling.choice is Choice.EVERYBODY


def _read_again(attempt: Attempt, quiz: Quiz, course: Course) -> tuple[ReadAgain, ...]:
    """Return the lessons that teach what the weak answers were missing, in the course's order.

    It names lessons, never questions, so it tells nothing of the key.
    """
    weak = {
        behaviour
        for question in quiz.questions
        if any(shown.question_id == question.id for shown in attempt.paper) and not _is_right(attempt, question.id)
        for behaviour in question.behaviours or quiz.behaviours
    }
    lessons = [each for each in course.activities if isinstance(each, Lesson) and weak & set(each.behaviours)]
    return tuple(ReadAgain(lesson.id, lesson.title, lesson.minutes) for lesson in lessons[:_MOST_TO_READ])


def _is_right(attempt: Attempt, question_id: str) -> bool:
    answer = attempt.answers.get(question_id)
    return answer is not None and reaches(answer.mark or 0.0, 1.0)
