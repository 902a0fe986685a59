"""The pages for what went wrong: plain words, what to do, nothing about the inside."""

from flask import Flask, Response, current_app, make_response, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from lms.web.extensions import db
from lms.web.render import show


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
    response = make_response(show("problems/refusal.html", code), code)
    for name in ("Allow", "Retry-After"):
        value = error.get_response().headers.get(name)
        if value:
            response.headers[name] = value
    return response


def show_stale_form(_error: CSRFError) -> ResponseReturnValue:
    """Tell that the form is from another session; what was typed is still in the browser."""
    return show("problems/refusal.html", 400), 400


def show_database_gone(error: DBAPIError | PoolTimeoutError) -> ResponseReturnValue:
    """Answer 503 with a moment to retry; what was acknowledged is safe, what was not is to be sent again."""
    current_app.logger.error("database unavailable at %s: %s", request.path, type(error).__name__)
    db.session.rollback()
    response = make_response(show("problems/refusal.html", 503), 503)
    response.headers["Retry-After"] = "2"
    return response


def show_fault(error: Exception) -> ResponseReturnValue:
    """Log the fault whole and show a calm page."""
    current_app.logger.exception("fault at %s %s", request.method, request.path, exc_info=error)
    return Response(show("problems/refusal.html", 500), 500)
