"""What is printed: HTML made into a PDF by the press, and sent to look at or to keep."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from babel import Locale
from flask import Response, current_app
from flask_babel import force_locale
from werkzeug.exceptions import ServiceUnavailable

from lms.jobs.rendering import RenderingError, render
from lms.settings import Settings
from lms.web.files import disposition
from lms.web.speech import LANGUAGES


@contextmanager
def spoken_in(language: str) -> Iterator[tuple[str, str]]:
    """Speak this language where the house does, else the house's own; yields which it is and its direction."""
    spoken = language if language.split("-", maxsplit=1)[0] in LANGUAGES else LANGUAGES[0]
    with force_locale(spoken.replace("-", "_")):
        yield spoken, Locale.parse(spoken, sep="-").text_direction


def pdf_of(html: str, what: str) -> bytes:
    """Return this as PDF; answers 503 while none can be made, and `what` stands in the log."""
    try:
        return render(cast(Settings, current_app.config["SETTINGS"]), html)
    except RenderingError as error:
        current_app.logger.error("%s could not be printed: %s", what, error)
        raise ServiceUnavailable(retry_after=10) from error


def to_look_at(pdf: bytes, filename: str, plain: str = "") -> Response:
    """Return the PDF for the browser to show under this name; `plain` is the name for readers of ASCII alone."""
    response = Response(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = disposition("inline", filename, plain)
    return response
