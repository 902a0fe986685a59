"""The address every activity has, whatever its kind."""

from typing import assert_never

from flask import abort
from flask.typing import ResponseReturnValue

from lms.content.course import Lesson, Play, Quiz
from lms.web.learn import lessons, quizzes, scenarios
from lms.web.learn.routes import desk, published


@desk.get("/courses/<slug>/<activity_id>")
def activity_page(slug: str, activity_id: str) -> ResponseReturnValue:
    """Show a lesson, or the front of a quiz or scenario."""
    course = published(slug)
    activity = course.activity(activity_id)
    if activity is None:
        abort(404)
    match activity:
        case Lesson():
            return lessons.shown(course, activity)
        case Quiz():
            return quizzes.front_shown(course, activity)
        case Play():
            return scenarios.front_shown(course, activity)
        case _:
            assert_never(activity)
