"""The routes of this desk: load, check, act, show."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from lms.web.extensions import database

desk = Blueprint("visit", __name__)


@desk.get("/healthz")
def health() -> ResponseReturnValue:
    """Answer that the server serves and its database answers, as plain text."""
    database().execute(text("SELECT 1"))
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}


@desk.get("/sign-in")
def sign_in_page() -> ResponseReturnValue:
    """Show the sign-in page."""
    return "sign in"
