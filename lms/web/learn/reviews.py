"""How an attempt went: the mark, what to read again, and each question as far as the quiz tells."""

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.content import queries as content
from lms.content.course import Course, Lesson, Quiz
from lms.progress import queries
from lms.progress.attempt import Attempt
from lms.progress.completion import needed_mark
from lms.progress.marks import reaches
from lms.progress.reviewing import may_see_key, reviewed_paper
from lms.progress.standing import CourseState
from lms.web.extensions import database
from lms.web.identity import me
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


def _review_page(attempt: Attempt, taken: Course, current: Course, state: CourseState) -> ReviewPage:
    assert attempt.submitted_at is not None and attempt.mark is not None and attempt.closed_by is not None
    quiz = quiz_in(taken, attempt)
    step = next((step for step in state.completion.outline if step.activity_id == quiz.id), None)
    here = current.activity(quiz.id)
    has_passed = bool(attempt.passed) or (step is not None and step.is_done)
    is_told = may_see_key(quiz.review, is_closed=True, has_passed=has_passed)
    return ReviewPage(
        slug=attempt.course_slug,
        course_title=current.title,
        quiz_id=quiz.id,
        quiz_title=quiz.title,
        language=taken.language,
        number=attempt.number,
        mark=attempt.mark,
        needed_mark=needed_mark(taken, quiz),
        passed=bool(attempt.passed),
        submitted_at=attempt.submitted_at,
        closed_by=attempt.closed_by,
        question_count=len(attempt.paper),
        answered_count=len(attempt.answers),
        questions=reviewed_paper(attempt, quiz_in_our_words(quiz)) if is_told else (),
        review=quiz.review.value,
        read_again=() if attempt.passed and attempt.mark == 1 else _read_again(attempt, quiz, current),
        may_try_again=step is not None and step.attempts_left != 0,
        attempts_left=step.attempts_left if step else None,
        next=after(current, here) if here else None,
        is_course_complete=state.completed_at is not None,
        has_just_finished=state.completed_at == attempt.submitted_at,
    )


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
