"""The pages for what went wrong: plain words, what to do, nothing about the inside."""

from dataclasses import dataclass

from flask import Flask, Response, current_app, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from lms.web.extensions import db
from lms.web.render import show


@dataclass(frozen=True)
class RefusalPage:
    """One page that says what did not work and what to do about it."""

    title: str
    sentences: tuple[str, ...]
    href: str
    action: str


def install(app: Flask) -> None:
    """Register the error pages on this app."""
    app.register_error_handler(HTTPException, show_refusal)
    app.register_error_handler(CSRFError, show_stale_form)
    app.register_error_handler(OperationalError, show_database_gone)
    app.register_error_handler(PoolTimeoutError, show_database_gone)
    app.register_error_handler(Exception, show_fault)


def show_refusal(error: HTTPException) -> ResponseReturnValue:
    """Show the page for this HTTP status."""
    code = error.code or 500
    if code < 400:
        return error.get_response()
    response = make_response(_shown(code), code)
    for name in ("Allow", "Retry-After"):
        value = error.get_response().headers.get(name)
        if value:
            response.headers[name] = value
    return response


def show_stale_form(_error: CSRFError) -> ResponseReturnValue:
    """Tell that the form is from another session; what was typed is still in the browser."""
    page = RefusalPage(
        _("This page waited too long"),
        (
            _("You have signed in or out since it was opened, so what you sent was not taken in."),
            _(
                "Go back with your browser’s Back button: what you typed is still there. "
                "Reload the page if it asks you to sign in, then send it again."
            ),
        ),
        _front(),
        _("Go to the start"),
    )
    return show("problems/refusal_page.html", page), 400


def show_database_gone(error: DBAPIError | PoolTimeoutError) -> ResponseReturnValue:
    """Answer 503 with a moment to retry; what was acknowledged is safe, what was not is to be sent again."""
    current_app.logger.error("database unavailable at %s: %s", request.path, type(error).__name__)
    db.session.rollback()
    response = make_response(_shown(503), 503)
    response.headers["Retry-After"] = "2"
    return response


def show_fault(error: Exception) -> ResponseReturnValue:
    """Log the fault whole and show a calm page."""
    current_app.logger.exception("fault at %s %s", request.method, request.path, exc_info=error)
    db.session.rollback()
    return Response(_shown(500), 500)


def _shown(code: int) -> str:
    title, *sentences = _words(code)
    is_ours_to_retry = code in (429, 500, 503) and request.method in ("GET", "HEAD")
    href = request.full_path.rstrip("?") if is_ours_to_retry else _front()
    action = _("Try again") if is_ours_to_retry else _("Go to the start")
    return show("problems/refusal_page.html", RefusalPage(title, tuple(sentences), href, action))


def _front() -> str:
    return url_for("visit.front_page") if "visit.front_page" in current_app.view_functions else "/"


def _words(code: int) -> tuple[str, ...]:
    """Return a title and sentences for this status; any other refusal reads as 400, any other fault as 500."""
    known = {
        400: (
            _("That could not be read"),
            _("Something in what your browser sent is not what this page asks for. Nothing was changed."),
            _("Go back, reload the page and try once more."),
        ),
        403: (
            _("This is not yours to open"),
            _("You are signed in, but not as somebody who may see this."),
            _("If you need it for your work, ask the person who looks after Lantern."),
        ),
        404: (
            _("There is nothing here"),
            _("The address may be mistyped, or what stood here has moved or is not meant for you."),
        ),
        405: (
            _("This address works another way"),
            _("It only takes what its own page sends. Go back to that page and use its buttons."),
        ),
        413: (
            _("That is too big"),
            _("The file or text is larger than this server takes. Nothing was changed."),
            _("Make it smaller, or send it in parts."),
        ),
        429: (
            _("One moment, please"),
            _("That was tried many times in a short while, so it rests for a little."),
            _("Wait a minute, then try again. Nothing is lost."),
        ),
        500: (
            _("That went wrong on our side"),
            _("It was not you. What was saved before is safe; what you just sent may not have been taken in."),
            _("Go back and try again. If it happens twice, tell the person who looks after Lantern."),
        ),
        503: (
            _("Back in a moment"),
            _("The server cannot reach its records just now. Everything that was saved is safe."),
            _("Try again in a few seconds. What you typed is kept if you use your browser’s Back button."),
        ),
    }
    return known.get(code) or known[500 if code > 500 else 400]
