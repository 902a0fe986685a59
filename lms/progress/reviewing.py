"""When a learner may see marks of single answers, the key and the feedback of a quiz; pure."""

from lms.content.course import Quiz, Review
from lms.progress.attempt import Attempt
from lms.quiz.reviewing import Reviewed, reviewed


def may_see_key(review: Review, *, is_closed: bool, has_passed: bool) -> bool:
    """Return whether the key and feedback of this attempt are earned.

    `has_passed` says whether any attempt of this enrolment at the quiz passed. An open attempt never shows them.
    """
    if not is_closed or review is Review.NEVER:
        return False
    return review is Review.AFTER_SUBMIT or has_passed


def reviewed_paper(attempt: Attempt, quiz: Quiz) -> tuple[Reviewed, ...]:
    """Return each question of the attempt's paper as it was answered and marked, in shown order, key and all."""
    by_id = {question.id: question for question in quiz.questions}
    return tuple(
        reviewed(by_id[shown.question_id], _response(attempt, shown.question_id), shown, number)
        for number, shown in enumerate(attempt.paper, start=1)
    )


def _response(attempt: Attempt, question_id: str) -> object:
    answer = attempt.answers.get(question_id)
    return answer.response if answer else None
