"""Signing in by password or card, and signing out."""

from datetime import timedelta

from flask import make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import actions
from lms.ids import token_hash
from lms.store import writing
from lms.web.extensions import database, limiter
from lms.web.fields import by_field, typed
from lms.web.identity import now, own_session_hash
from lms.web.proving import Wait, wait_text
from lms.web.render import show
from lms.web.visit import forms
from lms.web.visit.entering import Entered, enter_by_card, enter_by_password, let_in, let_out
from lms.web.visit.pages import CardPage, SignInPage
from lms.web.visit.routes import desk

# Far above what a house full of people needs behind one address: it only keeps floods off the hashing.
FLOOD = "40 per second; 1200 per minute"


@desk.get("/sign-in")
def sign_in_page() -> ResponseReturnValue:
    """Show the ways to sign in; a browser that is signed in may go on or change hands."""
    onward = forms.own_path(request.args.get("next"))
    # Whoever was asked to sign in again has no way on but that.
    name = "" if "again" in request.args else signed_in_name()
    return show("visit/sign_in_page.html", SignInPage(onward=onward, signed_in_name=name))


@desk.post("/sign-in")
@limiter.limit(FLOOD)
def sign_in() -> ResponseReturnValue:
    """Sign in by sign-in name or e-mail address and password."""
    onward = forms.own_path(request.form.get("next"))
    wanted = forms.password_try(request.form)
    if isinstance(wanted, list):
        page = SignInPage(
            name=typed(request.form, "name"),
            onward=onward,
            is_shared=bool(request.form.get("shared_device")),
            problems=tuple(wanted),
            errors=by_field(wanted),
        )
        return show("visit/sign_in_page.html", page), 422
    result = enter_by_password(wanted.name, wanted.password, shared_device=wanted.shared_device)
    if isinstance(result, Entered):
        return let_in(result.token, onward, shared_device=wanted.shared_device)
    refusal = (
        wait_text(result) if result else _("That name and password do not go together. Check both and try again.")
    )
    page = SignInPage(name=wanted.name, onward=onward, is_shared=wanted.shared_device, refusal=refusal)
    return refused(show("visit/sign_in_page.html", page), result)


@desk.get("/sign-in/card")
def card_page() -> ResponseReturnValue:
    """Show the form for card and PIN; the QR code on a card leads here with its code."""
    code = typed(request.args, "code", 40)
    return show("visit/card_page.html", CardPage(code=code, signed_in_name=signed_in_name()))


@desk.post("/sign-in/card")
@limiter.limit(FLOOD)
def card_sign_in() -> ResponseReturnValue:
    """Sign in by the code on a card and a PIN, on a device that others use too."""
    code = typed(request.form, "code", 40)
    wanted = forms.card_try(request.form)
    if isinstance(wanted, list):
        page = CardPage(code=code, problems=tuple(wanted), errors=by_field(wanted))
        return show("visit/card_page.html", page), 422
    result = enter_by_card(token_hash(wanted.code), wanted.pin)
    if isinstance(result, Entered):
        return let_in(result.token, url_for("learn.home_page"), shared_device=True)
    refusal = wait_text(result) if result else _("That code and PIN do not go together. Check both and try again.")
    return refused(show("visit/card_page.html", CardPage(code=code, refusal=refusal)), result)


@desk.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this browser's session on every node; on a shared device the next person finds the card page."""
    by_card = current_user.is_authenticated and current_user.shared_device
    hashed = own_session_hash()
    if hashed:
        with writing(database()) as session:
            actions.end_session(session, hashed, now())
    return let_out(url_for("visit.card_page" if by_card else "visit.sign_in_page"))


def signed_in_name() -> str:
    """Return the name of the person this browser belongs to, or nothing."""
    return str(current_user.name) if current_user.is_authenticated else ""


def refused(html: str, wait: Wait | None) -> ResponseReturnValue:
    """Answer 422 to a wrong secret, or 429 with the time to wait."""
    response = make_response(html, 429 if wait else 422)
    if wait:
        response.headers["Retry-After"] = str(-(-wait.time // timedelta(seconds=1)))
    return response
