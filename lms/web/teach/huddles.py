"""The sheet of a huddle for trainers: any lesson of theirs, on paper."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from lms.content.course import Lesson
from lms.organisation import queries as organisation
from lms.web.extensions import database
from lms.web.huddle_sheets import has_huddle, huddle_sheet, pdf_response
from lms.web.teach.routes import desk
from lms.web.teach.scope import my_release


@desk.get("/courses/<slug>/<activity_id>/huddle.pdf")
def huddle_pdf(slug: str, activity_id: str) -> ResponseReturnValue:
    """Send the sheet of a lesson as a PDF of one page; answers 404 when its author wrote no notes."""
    course = my_release(slug)
    lesson = course.activity(activity_id)
    if not isinstance(lesson, Lesson) or not has_huddle(lesson):
        abort(404)
    paper = request.args.get("paper", "")
    if paper not in organisation.PAPERS:
        paper = organisation.paper(database())
    sheet = huddle_sheet(course, lesson)
    # The press takes its time: nothing is held in the database meanwhile.
    database().rollback()
    return pdf_response(sheet, paper)
