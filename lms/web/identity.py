"""Who is asking: the cookie of a signed-in browser, its row, and the value the desks see."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import cast
from zoneinfo import ZoneInfo

from flask import Flask, Response, after_this_request, current_app, g, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as WerkzeugResponse

from lms import clock
from lms.accounts import actions, queries
from lms.accounts.identity import SessionLimits, SignedIn
from lms.ids import token_hash
from lms.store import writing
from lms.web.extensions import database, db, login_manager

# How stale "last seen" may be before a request notes it; a shared device's short idle time needs less.
_TOUCH_AFTER = timedelta(minutes=5)
_TOUCH_SHARED_AFTER = timedelta(minutes=1)


def cookie_name() -> str:
    """Return the session cookie's name: `__Host-` wherever the browser came over TLS or in production."""
    return "__Host-lantern" if _is_secure() else "lantern"


def _is_secure() -> bool:
    return request.is_secure or current_app.config["BEHIND_TLS"]


@login_manager.request_loader
def load_signed_in(_request: object) -> SignedIn | None:
    """Return who this request's session row belongs to, or None; one query, asked afresh each request."""
    hashed = own_session_hash()
    if not hashed:
        return None
    found = queries.find_signed_in(database(), hashed, now(), session_limits())
    if found is not None and found.seen_at is not None:
        stale = _TOUCH_SHARED_AFTER if found.shared_device else _TOUCH_AFTER
        if now() - found.seen_at > stale:
            _touch_after_response(hashed)
    if found is not None and found.shared_device:
        _leave_nothing_on_screen()
    return found


def own_session_hash() -> str:
    """Return the hash of the session cookie this browser sent, alive or not; empty when it sent none."""
    token = request.cookies.get(cookie_name(), "")
    return token_hash(token) if 0 < len(token) <= 100 else ""


def session_limits() -> SessionLimits:
    """Return how long sessions live on this server."""
    return cast(SessionLimits, current_app.config["SESSION_LIMITS"])


def _leave_nothing_on_screen() -> None:
    # A page left open on a shared device is asked for anew once its session is over: then it asks who is there.
    seconds = int(session_limits().shared_idle.total_seconds()) + 5

    @after_this_request
    def _reload(response: Response) -> Response:
        if request.method == "GET" and response.status_code == 200 and response.mimetype == "text/html":
            response.headers["Refresh"] = str(seconds)
        return response


def _touch_after_response(hashed: str) -> None:
    # The page is on its way before the note is written: it neither waits for a writer nor fails with one.
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]  # werkzeug's proxy

    @after_this_request
    def _note(response: Response) -> Response:
        response.call_on_close(partial(_touch, app, hashed, now()))
        return response


def _touch(app: Flask, hashed: str, moment: datetime) -> None:
    try:
        with app.app_context(), Session(db.engine) as session, writing(session):
            actions.touch_session(session, hashed, moment)
    except (SQLAlchemyError, OSError, RuntimeError) as error:
        app.logger.warning("could not note that a session was used: %s", type(error).__name__)


def me() -> SignedIn:
    """Return the signed-in person; desks have refused everybody else before a route runs."""
    return cast(SignedIn, current_user._get_current_object())


def now() -> datetime:
    """Return the moment of this request, the same however often it is asked."""
    if "now" not in g:
        g.now = clock.utc_now()
    return cast(datetime, g.now)


def today() -> date:
    """Return the signed-in person's date at the moment of this request."""
    return now().astimezone(ZoneInfo(me().time_zone)).date()


def remote_address() -> str:
    """Return the address the request came from, at most 64 characters."""
    return (request.remote_addr or "")[:64]


def remote_agent() -> str:
    """Return what the browser calls itself, at most 200 characters."""
    return (request.user_agent.string or "")[:200]


def hand_out_cookie(response: WerkzeugResponse, token: str, seconds: int | None) -> None:
    """Give the browser its session cookie for this many seconds, or with None until it is closed."""
    response.set_cookie(
        cookie_name(), token, max_age=seconds, httponly=True, secure=_is_secure(), samesite="Lax", path="/"
    )


def take_cookie(response: WerkzeugResponse) -> None:
    """Take the session cookie away from the browser."""
    response.delete_cookie(cookie_name(), httponly=True, secure=_is_secure(), samesite="Lax", path="/")
