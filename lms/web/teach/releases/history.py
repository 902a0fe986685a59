"""A course's releases: when, who and why, any two compared, and the way back to an earlier one."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts.directory_queries import names_of
from lms.content import actions
from lms.content import queries as content
from lms.content.differences import Version, differences
from lms.content.queries import PublicationFacts
from lms.content.release import ChangeKind, Said
from lms.jobs.publishing import reckon_anew
from lms.progress.touching_queries import PeopleOn, people_on_releases
from lms.store import writing
from lms.web.deeds import done, note, refused
from lms.web.extensions import database, db
from lms.web.fields import FieldProblem, typed
from lms.web.identity import me, now
from lms.web.render import show
from lms.web.teach.releases.differing import told
from lms.web.teach.releases.pages import ComparePage, GoBackPage, PublicationLine, ReleasesPage
from lms.web.teach.releases.publishing import (
    LONGEST_NOTE,
    current_version,
    say_form,
    was_shown_beside,
    who_is_touched,
)
from lms.web.teach.routes import desk
from lms.web.teach.scope import my_course


@desk.get("/releases/<slug>")
def releases_page(slug: str) -> ResponseReturnValue:
    """Show every release of a course: when it went live, by whom and why, and the people on it."""
    state = my_course(slug)
    found = content.publications_of(database(), slug)
    names = names_of(database(), {each.published_by for each in found if each.published_by})
    people = people_on_releases(database(), slug)
    page = ReleasesPage(
        slug=slug,
        title=state.title,
        release_number=state.release_number,
        is_held=state.is_held,
        is_waiting=state.is_waiting,
        lines=tuple(
            _line(each, names, people.get(each.release_id, PeopleOn()), state.release_id, is_newest=place == 0)
            for place, each in enumerate(found)
        ),
        numbers=_numbers(slug),
    )
    return show("teach/releases_page.html", page)


@desk.post("/releases/<slug>/publications/<int:publication_id>")
def describe_publication(slug: str, publication_id: int) -> ResponseReturnValue:
    """Write down afterwards what kind of change it was, and why."""
    my_course(slug)
    form = say_form(request.form)
    back = url_for(".releases_page", slug=slug, _anchor=f"publication-{publication_id}")
    if form.problems:
        return refused(back, _("Say what kind of change it was, and why in a sentence."))
    with writing(database()) as session:
        said = Said(ChangeKind(form.kind), form.note)
        is_known = actions.describe_publication(session, slug, publication_id, said)
        if is_known:
            note(session, "course.describe", f"course:{slug}", kind=said.kind.value, why=said.note)
    if not is_known:
        abort(404)
    return done(back, _("Noted."))


@desk.get("/releases/<slug>/compare")
def compare_page(slug: str) -> ResponseReturnValue:
    """Show what is different between two releases; without numbers, the newest and the one before."""
    state = my_course(slug)
    numbers = _numbers(slug)
    if not numbers:
        abort(404)
    after_number = request.args.get("to", numbers[0], type=int)
    before_number = request.args.get("from", max(1, after_number - 1), type=int)
    before, after = _version(slug, before_number), _version(slug, after_number)
    page = ComparePage(
        slug=slug,
        title=state.title,
        before_number=before_number,
        after_number=after_number,
        numbers=numbers,
        told=told(differences(before, after)),
    )
    return show("teach/compare_page.html", page)


@desk.get("/releases/<slug>/<int:number>/back")
def go_back_page(slug: str, number: int) -> ResponseReturnValue:
    """Show what going back to this release would change, and for whom."""
    return show("teach/go_back_page.html", _go_back_page(slug, number))


@desk.post("/releases/<slug>/<int:number>/back")
def go_back(slug: str, number: int) -> ResponseReturnValue:
    """Make this earlier release current again; the course is held from then on."""
    state = my_course(slug)
    release = next((each for each in content.releases_of(database(), slug) if each.number == number), None)
    if release is None:
        abort(404)
    why = typed(request.form, "note", LONGEST_NOTE)
    if not release.is_current and not was_shown_beside(state.release_number):
        return show("teach/go_back_page.html", _go_back_page(slug, number, has_changed=True)), 409
    if not why and not release.is_current:
        problem = FieldProblem("note", _("Say in a sentence why you go back"))
        return show("teach/go_back_page.html", _go_back_page(slug, number, (problem,))), 422
    with writing(database()) as session:
        has_changed = actions.go_back(session, slug, release.id, why, now(), me().person_id)
        if has_changed:
            note(session, "course.go-back", f"course:{slug}", release=[state.release_number, number], why=why)
    history = url_for(".releases_page", slug=slug)
    if not has_changed:
        return refused(history, _("Release %(number)s is live already; nothing is changed.", number=number))
    reckon_anew(db.engine, slug, now())
    text = _("Release %(number)s is live again. What lies in the folder is newer and waits.", number=number)
    return done(history, text)


def _go_back_page(
    slug: str, number: int, problems: tuple[FieldProblem, ...] = (), *, has_changed: bool = False
) -> GoBackPage:
    state = my_course(slug)
    before = current_version(slug, state.release_number)
    if before is None or state.release_number is None:
        abort(404)
    after = _version(slug, number)
    return GoBackPage(
        slug=slug,
        title=state.title,
        number=number,
        release_number=state.release_number,
        told=told(differences(before, after)),
        who=who_is_touched(slug, before.course, after.course),
        note=typed(request.form, "note", LONGEST_NOTE),
        problems=problems,
        has_changed=has_changed,
    )


def _version(slug: str, number: int) -> Version:
    version = content.find_version(database(), slug, number) if number in _numbers(slug) else None
    if version is None:
        abort(404)
    return version


def _numbers(slug: str) -> tuple[int, ...]:
    return tuple(release.number for release in content.releases_of(database(), slug))


def _line(
    publication: PublicationFacts, names: dict[int, str], people: PeopleOn, current: int | None, *, is_newest: bool
) -> PublicationLine:
    is_current = publication.release_id == current
    return PublicationLine(
        id=publication.id,
        number=publication.number,
        hash=publication.hash,
        before_number=publication.before_number,
        way=publication.way,
        kind=publication.kind,
        note=publication.note,
        published_at=publication.published_at,
        by=names.get(publication.published_by or 0, ""),
        is_current=is_newest and is_current,
        is_earlier=not is_current,
        people=people,
    )
