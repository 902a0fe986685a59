"""The address every activity has, whatever its kind."""

from flask import abort
from flask.typing import ResponseReturnValue

from lms.content.course import Lesson, Quiz
from lms.web.learn import lessons, quizzes
from lms.web.learn.routes import desk, published


@desk.get("/courses/<slug>/<activity_id>")
def activity_page(slug: str, activity_id: str) -> ResponseReturnValue:
    """Show a lesson, or the front of a quiz."""
    course = published(slug)
    activity = course.activity(activity_id)
    if isinstance(activity, Lesson):
        return lessons.shown(course, activity)
    if not isinstance(activity, Quiz):
        abort(404)
    return quizzes.front_shown(course, activity)
