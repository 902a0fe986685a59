"""Courses: which are published, what is wrong in their files, hiding and showing."""

from flask import abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.content import actions
from lms.content import queries as content
from lms.content.queries import CourseState
from lms.store import writing
from lms.web.admin.deeds import done, note
from lms.web.admin.pages import CoursePage, CoursesPage
from lms.web.admin.routes import desk
from lms.web.extensions import database
from lms.web.render import show


@desk.get("/courses")
def courses_page() -> ResponseReturnValue:
    """Show every course with its release and whether it is shown."""
    return show("admin/courses_page.html", CoursesPage(content.course_states(database())))


@desk.get("/courses/<slug>")
def course_page(slug: str) -> ResponseReturnValue:
    """Show what is wrong in one course's files, and its releases."""
    course = _course(slug)
    return show("admin/course_page.html", CoursePage(course, content.releases_of(database(), slug)))


@desk.post("/courses/<slug>/hide")
def hide_course(slug: str) -> ResponseReturnValue:
    """Hide a course from everybody; whatever was learnt in it stays."""
    course = _course(slug)
    with writing(database()) as session:
        actions.set_hidden(session, slug, is_hidden=True)
        note(session, "course.hide", f"course:{slug}")
    return done(url_for(".courses_page"), _("%(title)s is hidden.", title=course.title))


@desk.post("/courses/<slug>/show")
def show_course(slug: str) -> ResponseReturnValue:
    """Show a hidden course again."""
    course = _course(slug)
    with writing(database()) as session:
        actions.set_hidden(session, slug, is_hidden=False)
        note(session, "course.show", f"course:{slug}")
    return done(url_for(".courses_page"), _("%(title)s is shown again.", title=course.title))


def _course(slug: str) -> CourseState:
    course = content.find_state(database(), slug)
    if course is None:
        abort(404)
    return course
