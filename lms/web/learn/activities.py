"""The address every activity has, whatever its kind."""

from typing import assert_never

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.content import queries as content
from lms.content.course import Checklist, Lesson, Play, Quiz, Survey
from lms.web.extensions import database
from lms.web.learn import checklists, lessons, quizzes, scenarios, surveys
from lms.web.learn.routes import desk, published


@desk.get("/courses/<slug>/<activity_id>")
def activity_page(slug: str, activity_id: str) -> ResponseReturnValue:
    """Show a lesson, a survey, a checklist, or a quiz's or scenario's front; the course for what is gone."""
    course = published(slug)
    activity = course.activity(activity_id)
    if activity is None and content.had_activity(database(), slug, activity_id):
        # What somebody did in it still leads here.
        flash(_("That is no longer part of this course."))
        return redirect(url_for(".course_page", slug=slug))
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
