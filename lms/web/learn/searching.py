"""Finding words in every course the learner may open."""

from flask import request
from flask.typing import ResponseReturnValue

from lms.content import queries as content
from lms.content.variables import filled_text
from lms.web.extensions import database
from lms.web.frame import house
from lms.web.learn.pages import Run, SearchHit, SearchPage
from lms.web.learn.routes import desk
from lms.web.render import show

_LONGEST = 200
_MOST = 30


@desk.get("/search")
def search_page() -> ResponseReturnValue:
    """Show where the words stand, best place first."""
    words = " ".join(request.args.get("q", "")[:_LONGEST].split())
    titles = {course.slug: course.title for course in content.published_courses(database())}
    found = content.search(database(), words, titles, _MOST + 1) if words else []
    hits = tuple(
        SearchHit(
            slug=hit.course_slug,
            activity_id=hit.activity_id,
            anchor=hit.anchor,
            course_title=titles[hit.course_slug],
            title=hit.title,
            heading=hit.heading,
            excerpt=tuple(Run(filled_text(text, house().variables), is_found) for text, is_found in hit.snippet),
        )
        for hit in found[:_MOST]
    )
    return show("learn/search_page.html", SearchPage(words, hits, is_cut=len(found) > _MOST))
