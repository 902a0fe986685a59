"""Courses: which are published, what is wrong in their files, who trains them, hiding and showing."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import queries as accounts
from lms.accounts.directory_queries import names_of
from lms.accounts.queries import PeopleFilter
from lms.accounts.roles import Role
from lms.content import actions, trainer_actions, trainer_queries
from lms.content import queries as content
from lms.content.queries import CourseState
from lms.jobs.publishing import reckon_anew
from lms.store import writing
from lms.web.admin.deeds import person_or_404
from lms.web.admin.forms import number
from lms.web.admin.pages import CoursePage, CoursesPage
from lms.web.admin.routes import desk
from lms.web.choosing import Listed, Option, chooser, words_for
from lms.web.deeds import done, note, refused
from lms.web.extensions import database, db
from lms.web.identity import me, now, today
from lms.web.render import show

_MOST_TRAINERS = 500


@desk.get("/courses")
def courses_page() -> ResponseReturnValue:
    """Show every course with its release and whether it is shown."""
    return show("admin/courses_page.html", CoursesPage(content.course_states(database())))


@desk.get("/courses/<slug>")
def course_page(slug: str) -> ResponseReturnValue:
    """Show who trains one course, what is wrong in its files, and its releases."""
    return show("admin/course_page.html", _course_page(_course(slug)))


def _course_page(course: CourseState) -> CoursePage:
    slug = course.slug
    named = names_of(database(), trainer_queries.trainers_of(database(), slug))
    others = [Option(str(person_id), name) for person_id, name in _holders() if person_id not in named]
    return CoursePage(
        course=course,
        releases=content.releases_of(database(), slug),
        trainers=sorted(named.items(), key=lambda each: each[1].casefold()),
        other=chooser(
            "person", Listed(others), [request.form.get("person", "")], words_for("person", request.form)
        ),
    )


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
    # What was published while it was hidden has reached nobody yet.
    reckon_anew(db.engine, slug, now())
    return done(url_for(".courses_page"), _("%(title)s is shown again.", title=course.title))


@desk.post("/courses/<slug>/trainers")
def name_trainer(slug: str) -> ResponseReturnValue:
    """Name a holder of the role a trainer of this course; from the first on, it is theirs alone."""
    course = _course(slug)
    page = _course_page(course)
    if page.other.asks:
        return show("admin/course_page.html", page)
    back = url_for(".course_page", slug=slug, _anchor="trainers")
    person_id = number(request.form.get("person", ""))
    name = dict(_holders()).get(person_id or 0)
    if person_id is None or name is None:
        return refused(back, _("Choose somebody who holds the trainer’s role; nothing was changed."))
    with writing(database()) as session:
        if trainer_actions.name_trainer(session, slug, person_id, now=now(), by=me().person_id):
            note(session, "course.name-trainer", f"course:{slug}", person_id=person_id, name=name)
    return done(back, _("%(name)s trains %(title)s.", name=name, title=course.title))


@desk.post("/courses/<slug>/trainers/<int:person_id>/drop")
def drop_trainer(slug: str, person_id: int) -> ResponseReturnValue:
    """Take somebody's name from this course; what they wrote stays."""
    course = _course(slug)
    person = person_or_404(person_id)
    with writing(database()) as session:
        if trainer_actions.drop_trainer(session, slug, person_id):
            note(session, "course.drop-trainer", f"course:{slug}", person_id=person_id, name=person.name)
    text = _("%(name)s no longer trains %(title)s.", name=person.name, title=course.title)
    return done(url_for(".course_page", slug=slug, _anchor="trainers"), text)


def _holders() -> list[tuple[int, str]]:
    """Return number and name of everybody enabled who holds the trainer's role, by name."""
    found = accounts.people(database(), PeopleFilter(role=Role.TRAINER), today(), limit=_MOST_TRAINERS)
    return [(person.id, person.name) for person in found]


def _course(slug: str) -> CourseState:
    course = content.find_state(database(), slug)
    if course is None:
        abort(404)
    return course
