"""The organisation's own settings, and removing the sample."""

from collections import defaultdict
from dataclasses import asdict

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.content import queries as content
from lms.organisation import actions, queries
from lms.organisation.variables import key_of
from lms.sample.removing import NoAdministratorLeftError, remove_sample
from lms.store import writing
from lms.web.admin.forms import OrganisationForm, organisation_form
from lms.web.admin.pages import OrganisationPage, Variable
from lms.web.admin.routes import desk
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.identity import now
from lms.web.render import show

# Lessons may speak of the organisation by its name, which has a field of its own.
_SAID_ABOVE = {"name"}


@desk.get("/organisation")
def organisation_page() -> ResponseReturnValue:
    """Show the settings: name, paper, what lessons say of this organisation."""
    return show("admin/organisation_page.html", _page())


@desk.post("/organisation")
def save_organisation() -> ResponseReturnValue:
    """Save the settings that differ; a variable without a value is taken away."""
    wanted = organisation_form(request.form)
    if isinstance(wanted, list):
        return show("admin/organisation_page.html", _page(wanted)), 422
    changed = _changes(wanted)
    if changed:
        with writing(database()) as session:
            for key, (_before, after) in changed.items():
                if after:
                    actions.set_value(session, key, after, now())
                else:
                    actions.remove_value(session, key)
            note(session, "organisation.change", "organisation", changed=changed)
        return done(url_for(".organisation_page"), _("Saved. Lessons speak so from now on."))
    return done(url_for(".organisation_page"), _("Nothing was different; nothing is changed."))


def _changes(wanted: OrganisationForm) -> dict[str, tuple[str, str]]:
    """Return what is to change, as before and after by key."""
    before = queries.settings(database())
    after = {"name": wanted.name, "paper": wanted.paper}
    after |= {key_of(name): value for name, value in wanted.variables.items()}
    return {key: (before.get(key, ""), value) for key, value in after.items() if before.get(key, "") != value}


@desk.post("/organisation/sample/remove")
def take_sample_away() -> ResponseReturnValue:
    """Remove the sample organisation; whoever and whatever is real stays."""
    back = url_for(".organisation_page", _anchor="sample")
    if request.form.get("sure") != "yes":
        return refused(back, _("Tick that you mean it; nothing was changed."))
    if not queries.is_sample(database()):
        return refused(back, _("The sample was removed already."))
    try:
        with writing(database()) as session:
            removed = remove_sample(session, now())
            note(session, "sample.remove", "organisation", **asdict(removed))
    except NoAdministratorLeftError:
        text = _("Make somebody real an administrator first: without the sample nobody could sign in here.")
        return refused(back, text)
    text = _(
        "The sample is removed: %(people)s people and %(teams)s teams.", people=removed.people, teams=removed.teams
    )
    return done(url_for(".home_page"), text)


def _page(problems: list[FieldProblem] | None = None) -> OrganisationPage:
    stored = queries.variables(database())
    used: dict[str, list[str]] = defaultdict(list)
    for course in content.published_courses(database()):
        for name in course.variables:
            used[name].append(course.title)
    typed = request.form
    paper = typed.get("paper", queries.paper(database()))
    return OrganisationPage(
        name=typed.get("name", queries.name(database())),
        paper=paper,
        papers=[("a4", _("A4")), ("letter", _("US Letter"))],
        variables=[
            Variable(name, typed.get(key_of(name), stored.get(name, "")), used.get(name, ()))
            for name in sorted({*stored, *used} - _SAID_ABOVE)
        ],
        new_name=typed.get("new_name", ""),
        new_value=typed.get("new_value", ""),
        is_sample=queries.is_sample(database()),
        problems=problems or (),
        errors=by_field(problems or []),
    )
