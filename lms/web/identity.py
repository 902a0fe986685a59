"""Who is asking: the cookie of a signed-in browser, its row, and the value the desks see."""

from datetime import datetime
from typing import cast

from flask import Response, current_app, g, request
from flask_login import current_user

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.identity import SignedIn
from lms.ids import token_hash
from lms.web.extensions import database, login_manager


def cookie_name() -> str:
    """Return the session cookie's name: `__Host-` wherever the browser came over TLS or in production."""
    return "__Host-lantern" if _is_secure() else "lantern"


def _is_secure() -> bool:
    return request.is_secure or current_app.config["BEHIND_TLS"]


@login_manager.request_loader
def load_signed_in(_request: object) -> SignedIn | None:
    """Return who this request's session row belongs to, or None; one query, asked afresh each request."""
    token = request.cookies.get(cookie_name(), "")
    if not token or len(token) > 100:
        return None
    return accounts.find_signed_in(database(), token_hash(token), now(), current_app.config["SESSION_LIMITS"])


def me() -> SignedIn:
    """Return the signed-in person; desks have refused everybody else before a route runs."""
    return cast(SignedIn, current_user._get_current_object())


def now() -> datetime:
    """Return the moment of this request, the same however often it is asked."""
    if "now" not in g:
        g.now = clock.utc_now()
    return cast(datetime, g.now)


def remote_address() -> str:
    """Return the address the request came from, at most 64 characters."""
    return (request.remote_addr or "")[:64]


def hand_out_cookie(response: Response, token: str, seconds: int) -> None:
    """Give the browser its session cookie for this many seconds."""
    response.set_cookie(
        cookie_name(), token, max_age=seconds, httponly=True, secure=_is_secure(), samesite="Lax", path="/"
    )


def take_cookie(response: Response) -> None:
    """Take the session cookie away from the browser."""
    response.delete_cookie(cookie_name(), httponly=True, secure=_is_secure(), samesite="Lax", path="/")
