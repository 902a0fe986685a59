"""Behaviour by behaviour: where a trainer's courses teach it, ask for it, let it be decided and look for it."""

from dataclasses import dataclass

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.content import queries as content
from lms.content.coverage import Covered, Place, Way, coverage
from lms.content.reading.files import behaviour_titles
from lms.web.extensions import database
from lms.web.render import show
from lms.web.teach.routes import desk
from lms.web.teach.scope import my_courses
from lms.web.teach.studio.course import courses_folder


@dataclass(frozen=True)
class Column:
    """One way of dealing with behaviours: its heading, and the names of those nobody deals with so."""

    way: Way
    heading: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One behaviour: how often each column deals with it, and where."""

    behaviour_id: str
    name: str
    counts: tuple[int, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True)
class CoveragePage:
    """Every behaviour; `courses` is how many courses were looked through."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    courses: int


@desk.get("/behaviours")
def coverage_page() -> ResponseReturnValue:
    """Show every behaviour of behaviours.md and of her published courses, the gaps first."""
    releases = [content.find_release(database(), each.release_id) for each in my_courses() if each.release_id]
    courses = [course for course in releases if course]
    covered = coverage(courses, behaviour_titles(courses_folder()) or {})
    page = CoveragePage(
        columns=tuple(Column(way, heading, _missing(covered, way)) for way, heading in _headings()),
        rows=tuple(_row(each) for each in covered),
        courses=len(courses),
    )
    return show("teach/coverage_page.html", page)


def _headings() -> tuple[tuple[Way, str], ...]:
    return (
        (Way.TAUGHT, _("Taught")),
        (Way.ASKED, _("Asked")),
        (Way.DECIDED, _("Decided")),
        (Way.LOOKED_FOR, _("Looked for")),
    )


def _missing(covered: tuple[Covered, ...], way: Way) -> tuple[str, ...]:
    return tuple(each.name for each in covered if not each.count(way))


def _row(each: Covered) -> Row:
    return Row(each.behaviour_id, each.name, tuple(each.count(way) for way, _heading in _headings()), each.places)
