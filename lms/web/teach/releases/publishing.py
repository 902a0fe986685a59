"""Publishing what waits: what is different, who is touched, what its author says of it."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.content import actions
from lms.content import publishing as folders
from lms.content import queries as content
from lms.content.actions import Published
from lms.content.course import Course
from lms.content.differences import Version, differences
from lms.content.queries import CourseState
from lms.content.reading.checking import Checked
from lms.content.reading.packing import made_ready
from lms.content.release import ChangeKind, Ready, Said
from lms.content.versions import version_of
from lms.jobs.publishing import reckon_anew
from lms.organisation import queries as organisation
from lms.problem import Severity
from lms.progress.touching import steps_between
from lms.progress.touching_queries import touched_by
from lms.settings import Settings
from lms.store import writing
from lms.web.deeds import done, note, refused
from lms.web.extensions import database, db
from lms.web.fields import FieldProblem, by_field, typed
from lms.web.identity import me, now
from lms.web.render import show
from lms.web.teach.releases.differing import told
from lms.web.teach.releases.pages import PublishPage, SayForm, WhoIsTouched
from lms.web.teach.routes import desk
from lms.web.teach.scope import my_course

LONGEST_NOTE = 500
_SHORTEST_NOTE = 3


@desk.get("/releases/<slug>/publish")
def publish_page(slug: str) -> ResponseReturnValue:
    """Show what lies on the disk beside what is live, and what publishing it would mean."""
    return show("teach/publish_page.html", _page(slug, _looked_at(slug)))


@desk.post("/releases/<slug>/publish")
def publish(slug: str) -> ResponseReturnValue:
    """Publish exactly what was shown; what changed meanwhile is shown again, with everything that was typed."""
    state = my_course(slug)
    checked = _looked_at(slug)
    ready = _ready(checked)
    form = say_form(request.form)
    before = current_version(slug, state.release_number)
    has_changed = ready is not None and not (
        ready.hash == request.form.get("hash", "")
        # Whoever presses twice finds live what she published; anybody else's release she has not seen.
        and (was_shown_beside(state.release_number) or (before is not None and before.course.hash == ready.hash))
    )
    if checked is None or ready is None or has_changed or form.problems:
        status = 409 if has_changed else 422
        return show("teach/publish_page.html", _page(slug, checked, form, has_changed=has_changed)), status
    published = _published(state, checked, ready, Said(ChangeKind(form.kind), form.note))
    history = url_for(".releases_page", slug=slug)
    if not published.has_changed:
        return refused(history, _("That was live already; nothing is changed."))
    reckon_anew(db.engine, slug, now())
    text = _("Release %(number)s is live.", number=published.release_number)
    if before is None or not differences(before, version_of(ready)).other_keys:
        return done(history, text)
    # Whoever changed a key is led on to the attempts that were marked by the old one.
    numbers: dict[str, Any] = {"from": state.release_number, "to": published.release_number}
    return done(url_for(".compare_page", slug=slug, **numbers), text)


def _published(state: CourseState, checked: Checked, ready: Ready, said: Said) -> Published:
    folders.store_media(database(), ready)
    with writing(database()) as session:
        published = actions.publish_course(
            session,
            state.slug,
            ready,
            checked.problems,
            fingerprint=checked.fingerprint,
            now=now(),
            by=me().person_id,
            said=said,
        )
        if published.has_changed:
            numbers = [state.release_number, published.release_number]
            detail = {"release": numbers, "kind": said.kind.value, "why": said.note}
            note(session, "course.publish", f"course:{state.slug}", **detail)
    return published


def was_shown_beside(release_number: int | None) -> bool:
    """Return whether the page that was sent compared with this release, so that its sender saw what she does."""
    return request.form.get("beside", "") == str(release_number or "")


def say_form(form: Mapping[str, str]) -> SayForm:
    """Return what an author says of a change, with every problem with it."""
    kind, words = form.get("kind", ""), typed(form, "note", LONGEST_NOTE)
    problems = []
    if kind not in set(ChangeKind):
        problems.append(FieldProblem("kind", _("Say what kind of change it is")))
    if len(words) < _SHORTEST_NOTE:
        problems.append(FieldProblem("note", _("Say in a sentence what changed and why")))
    return SayForm(kind, words, tuple(problems), by_field(problems))


def who_is_touched(slug: str, before: Course | None, after: Course) -> WhoIsTouched:
    """Return who is touched when `after` takes the place of `before`; at most three queries."""
    steps = steps_between(before, after)
    titles = {
        activity.id: activity.title for course in (before, after) if course for activity in course.activities
    }
    return WhoIsTouched(touched_by(database(), slug, steps.gone), steps, titles)


def current_version(slug: str, number: int | None) -> Version | None:
    """Return the current release to be compared, None while there is none."""
    return content.find_version(database(), slug, number) if number else None


def _looked_at(slug: str) -> Checked | None:
    """Return the course as it lies on the disk, checked, or None when its folder is gone."""
    settings: Settings = current_app.config["SETTINGS"]
    variables = frozenset(organisation.variables(database())) | {"name"}
    source = folders.read_courses(settings.courses_folder)
    cache = settings.data_folder / "compiled"
    found = folders.check_courses(source, variables, only={slug}, cache=cache)
    return found[0] if found else None


def _ready(checked: Checked | None) -> Ready | None:
    return made_ready(checked.course) if checked and checked.course else None


def _page(
    slug: str, checked: Checked | None, form: SayForm | None = None, *, has_changed: bool = False
) -> PublishPage:
    state = my_course(slug)
    ready = _ready(checked)
    problems = checked.problems if checked else ()
    before = current_version(slug, state.release_number)
    is_different = ready is not None and (before is None or before.course.hash != ready.hash)
    after = version_of(ready) if ready and is_different else None
    found = told(differences(before, after)) if before and after else None
    return PublishPage(
        slug=slug,
        title=state.title,
        release_number=state.release_number,
        is_held=state.is_held,
        is_folder_gone=checked is None,
        has_changed=has_changed,
        errors=tuple(problem for problem in problems if problem.severity is Severity.ERROR),
        warnings=tuple(problem for problem in problems if problem.severity is Severity.WARNING),
        told=found,
        who=who_is_touched(slug, before.course if before else None, after.course) if after else None,
        hash=ready.hash if ready and is_different else "",
        form=form or SayForm(found.suggestion if found else ChangeKind.ADDITION, ""),
    )
