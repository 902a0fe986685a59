"""One-time links: opening one shows a button and changes nothing, so that mail scanners use none up."""

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import actions, names, passwords, queries
from lms.accounts.identity import Method
from lms.accounts.links import LinkPurpose
from lms.audit.actions import record
from lms.ids import token_hash
from lms.store import writing
from lms.web.extensions import database, limiter
from lms.web.fields import FieldProblem, by_field, choices, typed
from lms.web.identity import now, remote_address
from lms.web.render import show
from lms.web.visit import forms
from lms.web.visit.entering import let_in, open_here
from lms.web.visit.pages import LinkPage, SetUpPage
from lms.web.visit.routes import desk
from lms.web.visit.signing_in import FLOOD, signed_in_name


@desk.get("/link/<token>")
def link_page(token: str) -> ResponseReturnValue:
    """Show whom the link signs in, with the button that does it."""
    facts = queries.find_link(database(), token_hash(token), now())
    if facts is None or facts.purpose != LinkPurpose.SIGN_IN or not facts.name:
        return show("visit/link_page.html", LinkPage()), 404
    return show("visit/link_page.html", LinkPage(token, facts.name, signed_in_name()))


@desk.post("/link/<token>")
@limiter.limit(FLOOD)
def use_link(token: str) -> ResponseReturnValue:
    """Use the link up and sign its person in."""
    opened = ""
    with writing(database()) as session:
        facts = actions.use_link(session, token, LinkPurpose.SIGN_IN, now())
        if facts is not None and facts.person_id is not None:
            opened = open_here(session, facts.person_id, Method.LINK)
    if facts is None or facts.person_id is None:
        return show("visit/link_page.html", LinkPage()), 404
    response = let_in(opened, "")
    person = queries.find_person(database(), facts.person_id)
    if person and not (person.has_password or person.is_sample):
        flash(_("That link is used up now. Choose a password in your settings to come back without one."), "quiet")
    return response


@desk.get("/set-up/<token>")
def set_up_page(token: str) -> ResponseReturnValue:
    """Show the form that makes the first administrator."""
    if not _is_open(token):
        return show("visit/set_up_page.html", SetUpPage()), 404
    return show("visit/set_up_page.html", SetUpPage(token=token, time_zones=choices(names.time_zones())))


@desk.post("/set-up/<token>")
@limiter.limit(FLOOD)
def set_up(token: str) -> ResponseReturnValue:
    """Make the first administrator and sign that person in; works once."""
    if not _is_open(token):
        return show("visit/set_up_page.html", SetUpPage()), 404
    wanted = forms.first_administrator(request.form)
    if isinstance(wanted, list):
        return _asked_again(token, wanted)
    database().rollback()  # no connection is held while hashing
    password_hash = passwords.hashed(wanted.password)
    try:
        opened = _make_first_administrator(token, wanted, password_hash)
    except actions.TakenError as error:
        return _asked_again(token, [FieldProblem(error.field, _("Somebody else has this already"))])
    except actions.NotThereError:
        return show("visit/set_up_page.html", SetUpPage()), 404
    return let_in(opened, "")


def _is_open(token: str) -> bool:
    facts = queries.find_link(database(), token_hash(token), now())
    is_set_up = facts is not None and facts.purpose == LinkPurpose.SET_UP
    return is_set_up and not queries.has_administrator(database())


def _make_first_administrator(token: str, wanted: forms.FirstAdministrator, password_hash: str) -> str:
    with writing(database()) as session:
        person_id = actions.add_first_administrator(
            session,
            token,
            password_hash,
            now(),
            name=wanted.name,
            sign_in_name=wanted.sign_in_name,
            email=wanted.email,
            time_zone=wanted.time_zone,
        )
        opened = open_here(session, person_id, Method.PASSWORD)
        record(
            session,
            now=now(),
            actor_id=person_id,
            actor_name=wanted.name,
            action="server.set-up",
            subject=f"person:{person_id}",
            detail={"sign_in_name": wanted.sign_in_name},
            address=remote_address(),
        )
    return opened


def _asked_again(token: str, problems: list[FieldProblem]) -> ResponseReturnValue:
    again = {field: typed(request.form, field) for field in ("name", "sign_in_name", "email", "time_zone")}
    page = SetUpPage(token, again, choices(names.time_zones()), tuple(problems), by_field(problems))
    return show("visit/set_up_page.html", page), 422
