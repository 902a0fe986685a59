"""The map of a scenario as it was typed last, broken or whole: when nothing fits together is when one looks."""

from flask import current_app
from flask.typing import ResponseReturnValue

from lms.content import draft_queries
from lms.content.course import Play
from lms.content.reading.pool import CompilerGoneError
from lms.problem import Severity
from lms.web.extensions import database
from lms.web.identity import me
from lms.web.render import show
from lms.web.teach.routes import desk
from lms.web.teach.scenario_pages import map_part
from lms.web.teach.studio.course import look_at, my_file
from lms.web.teach.studio.pages import DraftMapPage
from lms.web.wording import scenario_in_our_words


@desk.get("/studio/<slug>/files/<name>/map")
def draft_map_page(slug: str, name: str) -> ResponseReturnValue:
    """Show the map of what was typed last, or of what lies on the disk; nothing where it is no scenario yet."""
    file = my_file(slug, name)
    kept = draft_queries.find_draft(database(), me().person_id, slug, name)
    try:
        look = look_at(slug, name, kept.text if kept else file.text)
    except CompilerGoneError:
        current_app.logger.exception("no compiler for the studio")
        look = None
    play = look.activity if look and isinstance(look.activity, Play) else None
    page = DraftMapPage(
        slug=slug,
        name=name,
        title=play.title if play else name,
        language=look.course.language if look else "",
        errors=sum(problem.severity is Severity.ERROR for problem in look.problems) if look else 0,
        map=map_part(scenario_in_our_words(play.scenario), script=None) if play else None,
    )
    return show("teach/draft_map_page.html", page)
