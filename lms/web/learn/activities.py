"""The address every activity has, whatever its kind."""

from typing import assert_never

from flask import abort
from flask.typing import ResponseReturnValue

from lms.content.course import Checklist, Lesson, Play, Quiz, Survey
from lms.web.learn import checklists, lessons, quizzes, scenarios, surveys
from lms.web.learn.routes import desk, published


@desk.get("/courses/<slug>/<activity_id>")
def activity_page(slug: str, activity_id: str) -> ResponseReturnValue:
    """Show a lesson, a survey, a checklist, or the front of a quiz or scenario."""
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
        case Survey():
            return surveys.survey_shown(course, activity)
        case Checklist():
            return checklists.checklist_shown(course, activity)
        case _:
            assert_never(activity)
