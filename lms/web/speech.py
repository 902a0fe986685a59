"""Which language and time zone a request speaks."""

from flask import Flask, has_request_context, request
from flask_login import current_user

from lms.web.extensions import babel

LANGUAGES = ("en",)


def language() -> str:
    """Return the signed-in person's language where it is translated, else what the browser prefers."""
    if not has_request_context():
        return "en"
    if current_user.is_authenticated and current_user.language.split("-")[0] in LANGUAGES:
        return str(current_user.language)
    return request.accept_languages.best_match(LANGUAGES, "en") or "en"


def time_zone() -> str | None:
    """Return the signed-in person's time zone, or None for the server's."""
    if has_request_context() and current_user.is_authenticated:
        return str(current_user.time_zone)
    return None


def install(app: Flask) -> None:
    """Give the templates their words for dates, times, marks and durations."""


__all__ = ["LANGUAGES", "babel", "language", "time_zone"]
