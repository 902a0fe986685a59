"""When a learner may see marks of single answers, the key and the feedback of a quiz; pure."""

from lms.content.course import Review


def may_see_key(review: Review, *, is_closed: bool, has_passed: bool) -> bool:
    """Return whether the key and feedback of this attempt are earned.

    `has_passed` says whether any attempt of this enrolment at the quiz passed. An open attempt never shows them.
    """
    if not is_closed or review is Review.NEVER:
        return False
    return review is Review.AFTER_SUBMIT or has_passed
