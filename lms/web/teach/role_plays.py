"""The cards of a role play: a scenario for two people and an observer, on a page and as PDF."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from lms.content.course import Course, Play
from lms.organisation import queries as organisation
from lms.web.extensions import database
from lms.web.render import show
from lms.web.role_plays import pdf_response, role_play_of
from lms.web.teach.pages import RolePlayPage
from lms.web.teach.routes import desk
from lms.web.teach.scope import my_release


@desk.get("/courses/<slug>/<activity_id>/cards")
def role_play_page(slug: str, activity_id: str) -> ResponseReturnValue:
    """Show the three cards, and what is missing on them."""
    course, play = _play(slug, activity_id)
    page = RolePlayPage(slug, activity_id, role_play_of(course, play), organisation.paper(database()))
    return show("teach/role_play_page.html", page)


@desk.get("/courses/<slug>/<activity_id>/cards.pdf")
def role_play_pdf(slug: str, activity_id: str) -> ResponseReturnValue:
    """Send the cards as PDF, a sheet each."""
    course, play = _play(slug, activity_id)
    paper = request.args.get("paper", "")
    if paper not in organisation.PAPERS:
        paper = organisation.paper(database())
    cards = role_play_of(course, play)
    # The press takes its time: nothing is held in the database meanwhile.
    database().rollback()
    return pdf_response(cards, paper)


def _play(slug: str, activity_id: str) -> tuple[Course, Play]:
    """Return the scenario of this course of hers; answers 404 to anything else."""
    course = my_release(slug)
    play = course.activity(activity_id)
    if not isinstance(play, Play):
        abort(404)
    return course, play
