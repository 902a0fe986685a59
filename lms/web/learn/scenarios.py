"""Playing a scenario: its front, and what learners read before the first choice."""

from flask.typing import ResponseReturnValue

from lms.content.course import Course, Play
from lms.content.variables import filled
from lms.web.frame import house
from lms.web.learn.outline import after
from lms.web.learn.pages import ScenarioPage
from lms.web.render import show


def front_shown(course: Course, play: Play) -> ResponseReturnValue:
    """Show the front of a scenario: who one is, where it happens and what one knows before it begins."""
    page = ScenarioPage(
        slug=course.slug,
        course_title=course.title,
        scenario_id=play.id,
        title=play.title,
        language=course.language,
        minutes=play.minutes,
        seat=play.seat.value,
        channel=play.channel.value,
        intro_html=filled(play.scenario.intro_html, house().variables),
        next=after(course, play),
    )
    return show("learn/scenario_page.html", page)
