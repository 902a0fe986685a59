"""What somebody typed about what she saw or talked over, as values; refused when no page of ours sends it."""

import re
from datetime import date

from lms.quiz.form import BadResponseError, Form, text_in

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_LONGEST = 2000


def key_in(form: Form) -> str:
    """Return the key that the page gave what is written. Raises BadResponseError."""
    key = text_in(form, "key", 64)
    if not _KEY.fullmatch(key):
        raise BadResponseError("key: none that a page of ours gives")
    return key


def number_in(form: Form, name: str) -> int:
    """Return the row's number in this field, 0 for none. Raises BadResponseError."""
    text = text_in(form, name, 20)
    if text and not (text.isascii() and text.isdecimal()):
        raise BadResponseError(f"{name}: no number")
    return int(text or 0)


def words_in(form: Form, name: str) -> str:
    """Return the text of this field. Raises BadResponseError."""
    return text_in(form, name, 2 * _LONGEST).replace("\r\n", "\n").strip()[:_LONGEST]


def day_in(form: Form, name: str, first: date, last: date) -> date | None:
    """Return the day in this field, moved to first or last when it is outside; None when it is none."""
    try:
        day = date.fromisoformat(text_in(form, name, 20).strip())
    except ValueError:
        return None
    return min(max(day, first), last)
