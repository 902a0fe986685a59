"""The studio's view of one course: its folder, who may write in it, where it stands; shared by its routes."""

from datetime import timedelta
from pathlib import Path
from typing import cast

from flask import abort, current_app, g, make_response, url_for

from lms.accounts.directory_queries import names_of
from lms.audit import queries as audit
from lms.content import draft_queries, writing
from lms.content import queries as content
from lms.content.drafting import Look, Workshop
from lms.content.publishing import Source
from lms.content.reading.files import Folder, is_slug
from lms.content.writing import BadCourseFileError, CourseText
from lms.settings import Settings
from lms.store import writing as committing
from lms.web.deeds import note, refused
from lms.web.extensions import database
from lms.web.frame import house
from lms.web.identity import me, now
from lms.web.teach.releases.holding import hold
from lms.web.teach.scope import trains
from lms.web.teach.studio.pages import GoingLive

# Whoever has not been heard of for so long has closed the page; it speaks up every 20 seconds.
_HERE_FOR = timedelta(seconds=50)
WROTE = "course.write"


def courses_folder() -> Path:
    """Return the folder with everybody's courses."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.courses_folder


def workshop() -> Workshop:
    """Return this process's place to try texts in, made when first asked for."""
    found = current_app.extensions.get("workshop")
    if found is None:
        settings: Settings = current_app.config["SETTINGS"]
        found = current_app.extensions["workshop"] = Workshop(
            settings.courses_folder, settings.data_folder / "compiled"
        )
    assert isinstance(found, Workshop)
    return found


def source() -> Source:
    """Return the courses as they lay on the disk when this request first asked."""
    if "courses_source" not in g:
        g.courses_source = workshop().source()
    return cast(Source, g.courses_source)


def look_at(slug: str, name: str, text: str, *, is_quick: bool = False) -> Look:
    """Return the file with this text in its course. Raises CompilerGoneError."""
    known = frozenset(house().variables) | {"name"}
    return workshop().look(source(), slug, name, text, known, is_quick=is_quick)


def my_folder(slug: str) -> Folder:
    """Return her course as it lies on the disk; answers 404 to others' courses and where there is no folder."""
    folder = source().folders.get(slug)
    if folder is None or not is_slug(slug) or not trains(slug):
        abort(404)
    return folder


def my_file(slug: str, name: str) -> CourseText:
    """Return one file of her course; answers 404 where there is none, and leads back where it is not for here."""
    folder = my_folder(slug)
    try:
        found = writing.read_course_file(courses_folder(), slug, name)
    except BadCourseFileError as error:
        # The tree shows every file of the course, so whoever follows it is told why this one stays closed.
        if name in folder.texts:
            abort(make_response(refused(url_for(".studio_page", slug=slug), str(error))))
        found = None
    except OSError:
        found = None
    if found is None:
        abort(404)
    return found


def going_live(slug: str) -> GoingLive:
    """Return what saving in the studio does to learners; the first save of a course holds it."""
    state = content.find_state(database(), slug)
    is_held = state is not None and state.is_held
    return GoingLive(
        is_held=is_held,
        will_be_held=not is_held and not audit.has_entry(database(), WROTE, subject(slug)),
        release_number=state.release_number if state else None,
    )


def hold_at_first(slug: str) -> None:
    """Hold the course before anything is written into it here for the first time: no change surprises learners."""
    if going_live(slug).will_be_held:
        hold(slug)
        with committing(database()) as session:
            note(session, WROTE, subject(slug))


def subject(slug: str) -> str:
    """Return what the audit log calls the course."""
    return f"course:{slug}"


def others_at(slug: str, name: str) -> tuple[str, ...]:
    """Return the names of who else has this file open just now."""
    found = draft_queries.others_at(database(), slug, name, but=me().person_id, since=now() - _HERE_FOR)
    names = names_of(database(), {person_id for person_id, _ in found})
    return tuple(sorted(names.values()))
