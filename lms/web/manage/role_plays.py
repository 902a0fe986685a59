"""Role plays for the huddle: the scenarios of the courses that are shown, each as the cards of its players."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from lms.content import queries as content
from lms.content.course import Play
from lms.organisation import queries as organisation
from lms.web.extensions import database
from lms.web.manage.pages import CoursePlays, PlayLine, RolePlaysPage
from lms.web.manage.routes import desk
from lms.web.render import show
from lms.web.role_plays import pdf_response, role_play_of


@desk.get("/role-plays")
def role_plays_page() -> ResponseReturnValue:
    """Show every scenario that can be played, by course."""
    courses = [
        CoursePlays(
            course.slug,
            course.title,
            course.language,
            tuple(
                PlayLine(activity.id, activity.title, activity.summary, activity.minutes)
                for activity in course.activities
                if isinstance(activity, Play)
            ),
        )
        for course in content.published_courses(database())
    ]
    page = RolePlaysPage(tuple(each for each in courses if each.plays), organisation.paper(database()))
    return show("manage/role_plays_page.html", page)


@desk.get("/role-plays/<slug>/<activity_id>.pdf")
def role_play_pdf(slug: str, activity_id: str) -> ResponseReturnValue:
    """Send the cards of one scenario as PDF, a sheet each."""
    course = content.find_course(database(), slug)
    play = course.activity(activity_id) if course else None
    if course is None or not isinstance(play, Play):
        abort(404)
    paper = request.args.get("paper", "")
    if paper not in organisation.PAPERS:
        paper = organisation.paper(database())
    cards = role_play_of(course, play)
    # The press takes its time: nothing is held in the database meanwhile.
    database().rollback()
    return pdf_response(cards, paper)
