"""Files handed out to be saved, whatever their names are written in."""

from collections.abc import Iterable
from urllib.parse import quote

from flask import Response


def attachment(body: Iterable[bytes] | bytes, content_type: str, filename: str) -> Response:
    """Return a response that a browser saves under this name."""
    response = Response(body, content_type=content_type)
    response.headers["Content-Disposition"] = disposition("attachment", filename)
    return response


def disposition(kind: str, filename: str, plain: str = "") -> str:
    """Return a Content-Disposition that old and new readers understand; the name may be in any script.

    `plain` is what readers get that know ASCII only; without it, the name with a dash below for each other letter.

    Source: RFC 6266 section 4.3 and RFC 8187.
    """
    plain = plain or "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in " .-_") else "_" for letter in filename
    )
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
