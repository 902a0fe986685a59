"""What came from a browser, taken field by field and refused when no page of ours could have sent it."""

from typing import Protocol

# What was written, and once somebody looked: how each criterion fares, and what was said; see `kinds.open_answer`.
OpenResponse = dict[str, object]
# A response is kept as JSON: an option id, ids, a text, texts by gap, ids or positions by item.
Response = str | list[str] | dict[str, str] | dict[str, int] | OpenResponse


class BadResponseError(ValueError):
    """A posted form holds what this question's page cannot send; the message names the field."""


class Form(Protocol):
    """A posted form, such as werkzeug's MultiDict."""

    def getlist(self, key: str, /) -> list[str]:
        """Return every value of this field, in the order sent."""
        ...


class Prefixed:
    """A form whose fields carry a prefix, for pages that ask several questions in one form."""

    def __init__(self, form: Form, prefix: str) -> None:
        self._form, self._prefix = form, prefix

    def getlist(self, key: str, /) -> list[str]:
        """Return every value of the field with the prefix before its name."""
        return self._form.getlist(self._prefix + key)


def text_in(form: Form, name: str, longest: int) -> str:
    """Return the field's text as typed, "" when it was not sent.

    Raises BadResponseError for two values, more than `longest` characters, or characters no database keeps.
    """
    values = form.getlist(name)
    if len(values) > 1:
        raise BadResponseError(f"{name}: sent {len(values)} times")
    text = values[0] if values else ""
    if len(text) > longest:
        raise BadResponseError(f"{name}: longer than {longest} characters")
    if not is_text(text):
        raise BadResponseError(f"{name}: characters that are no text")
    return text


def is_text(text: str) -> bool:
    """Return whether every database can keep these characters."""
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)


def chosen_in(form: Form, name: str, allowed: frozenset[str]) -> str:
    """Return the one value chosen, "" for none. Raises BadResponseError when it is not one of the allowed."""
    value = text_in(form, name, longest=200)
    if value and value not in allowed:
        raise BadResponseError(f"{name}: not one of this question's answers")
    return value
