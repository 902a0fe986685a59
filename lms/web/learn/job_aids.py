"""Job aids while a customer waits: all of them on one page, found as one types, each opened where it stands."""

from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from lms.content import queries as content
from lms.content.job_aids import found_by, job_aids_of
from lms.content.variables import filled
from lms.web.extensions import database
from lms.web.frame import house
from lms.web.learn.routes import desk
from lms.web.render import show

_LONGEST = 100


@dataclass(frozen=True)
class AidLine:
    """One job aid as it is listed: `html` is safe, `words` are what is found as one types."""

    slug: str
    lesson_id: str
    course_title: str
    title: str
    language: str
    html: str
    words: str


@dataclass(frozen=True)
class AidList:
    """Job aids in their order; the only one is open."""

    aids: tuple[AidLine, ...]


@dataclass(frozen=True)
class JobAidsPage:
    """The job aids that hold the words typed, all of them for none; `in_all` is how many there are."""

    words: str
    aids: AidList
    in_all: int


@desk.get("/job-aids")
def job_aids_page() -> ResponseReturnValue:
    """Show every job aid of the published courses, or those that hold the words."""
    words = " ".join(request.args.get("q", "")[:_LONGEST].split())
    every = job_aids_of(content.published_courses(database()))
    lines = tuple(
        AidLine(
            slug=aid.slug,
            lesson_id=aid.lesson_id,
            course_title=aid.course_title,
            title=aid.title,
            language=aid.language,
            html=filled(aid.html, house().variables),
            words=aid.words,
        )
        for aid in found_by(every, words)
    )
    return show("learn/job_aids_page.html", JobAidsPage(words, AidList(lines), len(every)))
