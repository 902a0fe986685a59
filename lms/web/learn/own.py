"""Everybody's own settings: language, time zone, password, PIN, and the browsers signed in."""

from datetime import timedelta

from babel import Locale
from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import actions, names, passwords, queries
from lms.accounts.identity import Method
from lms.accounts.queries import Credentials
from lms.audit.actions import record
from lms.feeds.feed import FeedKind
from lms.feeds.queries import addresses_of
from lms.practice.cards.mailing_queries import has_address, ways_of
from lms.reminders.queries import own_quiet_hours, policy
from lms.store import writing
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field, choices, name_problem, new_password_problems, new_pin_problems
from lms.web.identity import me, now, remote_address, session_limits
from lms.web.learn.own_pages import OwnPage, OwnSession, Proof, device
from lms.web.learn.routes import desk
from lms.web.peace import leave_part, quiet_part
from lms.web.proving import Wait, is_right, wait_text
from lms.web.render import show
from lms.web.speech import LANGUAGES

_LINK_PROVES_FOR = timedelta(hours=12)
_REF_CHARACTERS = 16


@desk.get("/me")
def own_page() -> ResponseReturnValue:
    """Show the person's own settings."""
    return show("learn/own_page.html", _page(_own_credentials()))


@desk.post("/me")
def save_settings() -> ResponseReturnValue:
    """Save language and time zone; nothing else of a person is hers to change here."""
    language, time_zone = request.form.get("language", ""), request.form.get("time_zone", "")
    problems = []
    if language not in LANGUAGES:
        problems.append(FieldProblem("language", name_problem("language")))
    try:
        names.checked_time_zone(time_zone)
    except names.BadNameError:
        problems.append(FieldProblem("time_zone", name_problem("time_zone")))
    if problems:
        return _asked_again(_own_credentials(), problems)
    with writing(database()) as session:
        actions.change_person(session, me().person_id, language=language, time_zone=time_zone)
    return _saved(_("Your settings are saved."))


@desk.post("/me/password")
def change_password() -> ResponseReturnValue:
    """Give the account a new password; every other browser is signed out."""
    if not me().is_strong:
        abort(404)
    own = _own_credentials()
    problems = _unproven(own, _password_proof(own), "current_password")
    problems += new_password_problems(request.form, [own.name, own.sign_in_name, own.email or ""])
    if problems:
        return _asked_again(own, problems)
    database().rollback()  # no connection is held while hashing
    password_hash = passwords.hashed(request.form["password"])
    with writing(database()) as session:
        actions.set_password(session, own.person_id, password_hash, now(), keep=me().session_hash)
        _note("password.change")
    return _saved(_("Your password is changed. Other browsers are signed out."))


@desk.post("/me/pin")
def change_pin() -> ResponseReturnValue:
    """Give the card a new PIN; other sessions by card end."""
    own = _own_credentials()
    if not own.has_card:
        abort(404)
    problems = _unproven(own, _pin_proof(own), "current_secret")
    problems += new_pin_problems(request.form)
    if problems:
        return _asked_again(own, problems)
    database().rollback()  # no connection is held while hashing
    pin_hash = passwords.hashed(request.form["pin"].strip())
    with writing(database()) as session:
        actions.set_pin(session, own.person_id, pin_hash, now(), keep=me().session_hash)
        _note("pin.change")
    return _saved(_("Your PIN is changed."))


@desk.post("/me/sessions/end")
def end_session() -> ResponseReturnValue:
    """Sign one other browser of this person out."""
    ref = request.form.get("ref", "")
    found = queries.open_sessions(database(), me().person_id, now(), session_limits())
    hashed = next((each.token_hash for each in found if each.token_hash[:_REF_CHARACTERS] == ref), "")
    if not hashed:
        return _saved(_("That browser was signed out already."))
    with writing(database()) as session:
        actions.end_session(session, hashed, now(), person_id=me().person_id)
    return _saved(_("That browser is signed out."))


@desk.post("/me/sessions/end-others")
def end_other_sessions() -> ResponseReturnValue:
    """Sign every other browser of this person out."""
    with writing(database()) as session:
        actions.end_all_sessions(session, me().person_id, now(), keep=me().session_hash)
    return _saved(_("Every other browser is signed out."))


def _own_credentials() -> Credentials:
    own = queries.credentials_of(database(), me().person_id)
    if own is None:
        abort(404)
    return own


def _came_by_new_link() -> bool:
    return me().method == Method.LINK and now() - me().signed_in_at <= _LINK_PROVES_FOR


def _password_proof(own: Credentials) -> Proof:
    """Return what must be typed first: whoever just came by a link has proven enough."""
    return Proof.PASSWORD if own.password_hash and not _came_by_new_link() else Proof.NOTHING


def _pin_proof(own: Credentials) -> Proof:
    return _password_proof(own) if me().is_strong else Proof.PIN


def _unproven(own: Credentials, proof: Proof, field: str) -> list[FieldProblem]:
    if proof is Proof.NOTHING:
        return []
    stored = own.pin_hash if proof is Proof.PIN else own.password_hash
    answer = is_right(own.sign_in_name, stored, request.form.get(field, ""))
    if isinstance(answer, Wait):
        return [FieldProblem(field, wait_text(answer))]
    if answer:
        return []
    wrong = _("That is not your present PIN") if proof is Proof.PIN else _("That is not your present password")
    return [FieldProblem(field, wrong)]


def _note(action: str) -> None:
    record(
        database(),
        now=now(),
        actor_id=me().person_id,
        actor_name=me().name,
        action=action,
        subject=f"person:{me().person_id}",
        detail={},
        address=remote_address(),
    )


def _saved(text: str) -> ResponseReturnValue:
    flash(text, "good")
    return redirect(url_for(".own_page"), 303)


def show_own(problems: list[FieldProblem]) -> str:
    """Return the page with what was filled in wrongly."""
    return show("learn/own_page.html", _page(_own_credentials(), problems))


def _asked_again(own: Credentials, problems: list[FieldProblem]) -> ResponseReturnValue:
    return show("learn/own_page.html", _page(own, problems)), 422


def _page(own: Credentials, problems: list[FieldProblem] | None = None) -> OwnPage:
    person = queries.find_person(database(), own.person_id)
    typed = request.form
    zone = person.time_zone if person else "UTC"
    zones, calendars = names.time_zones(), addresses_of(database(), own.person_id)
    own_quiet = own_quiet_hours(database(), [own.person_id]).get(own.person_id)
    quiet = own_quiet or policy(database()).quiet
    return OwnPage(
        name=own.name,
        sign_in_name=own.sign_in_name,
        email=own.email,
        languages=tuple((code, Locale.parse(code).get_display_name(code) or code) for code in LANGUAGES),
        language=typed.get("language") or me().language,
        time_zones=choices(zones if zone in zones else (zone, *zones)),
        time_zone=typed.get("time_zone") or zone,
        has_password=own.password_hash is not None,
        may_change_password=me().is_strong,
        password_proof=_password_proof(own),
        has_card=own.has_card,
        has_pin=own.pin_hash is not None,
        pin_proof=_pin_proof(own),
        sessions=_own_sessions(),
        manages=bool(me().managed_team_ids),
        calendar_since=calendars.get(FeedKind.OWN),
        teams_calendar_since=calendars.get(FeedKind.TEAMS),
        leave=leave_part(own.person_id, typed if "from" in typed else None, problems or ()),
        quiet=quiet_part(quiet, typed if "quiet_from" in typed else None, problems or ()),
        has_own_quiet=own_quiet is not None,
        question_way=ways_of(database(), [own.person_id])[own.person_id].value,
        has_question_address=has_address(database(), own.person_id, now()),
        problems=tuple(problems or ()),
        errors=by_field(problems or []),
    )


def _own_sessions() -> tuple[OwnSession, ...]:
    return tuple(
        OwnSession(
            ref=each.token_hash[:_REF_CHARACTERS],
            device=device(each.agent),
            method=each.method,
            shared_device=each.shared_device,
            address=each.address,
            seen_at=each.seen_at,
            is_this=each.token_hash == me().session_hash,
        )
        for each in queries.open_sessions(database(), me().person_id, now(), session_limits())
    )
