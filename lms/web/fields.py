"""What is wrong with a field, in words, wherever somebody types names, passwords or PINs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from lms.accounts.names import shown
from lms.accounts.passwords import (
    LONGEST,
    LONGEST_PIN,
    SHORTEST,
    SHORTEST_PIN,
    Weakness,
    password_weakness,
    pin_weakness,
)


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field, in words for the person who filled it in."""

    field: str
    text: str


def by_field(problems: list[FieldProblem]) -> dict[str, str]:
    """Return the first problem of each field."""
    return {problem.field: problem.text for problem in reversed(problems)}


def choices(values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return (value, text) pairs for a list to choose from, with underscores as spaces."""
    return tuple((value, value.replace("_", " ")) for value in values)


def typed(form: Mapping[str, str], field: str, longest: int = 300) -> str:
    """Return what was typed into a field of one line, to be used or shown again: no control characters."""
    return shown(form.get(field, "")[:longest])


def name_problem(field: str) -> str:
    """Return what to do about a field that cannot be used."""
    words: dict[str, str] = {
        "name": _("Enter your name"),
        "sign_in_name": _("Use 2 to 120 letters, digits, dots, dashes or underscores, without spaces"),
        "email": _("Check the e-mail address, such as lena@example.org, or leave it empty"),
        "time_zone": _("Choose a time zone from the list"),
        "language": _("Choose a language from the list"),
    }
    return words[field]


def new_password_problems(form: Mapping[str, str], own_words: Iterable[str]) -> list[FieldProblem]:
    """Return why the new password in `password` is not taken; `password_again` must be the same."""
    password = form.get("password", "")
    weakness = password_weakness(password, own_words)
    if weakness is not None:
        return [FieldProblem("password", password_problem(weakness))]
    if form.get("password_again", "") != password:
        return [FieldProblem("password_again", _("The two passwords differ; type the same one twice"))]
    return []


def password_problem(weakness: Weakness) -> str:
    """Return what to do about a weak password."""
    words: dict[Weakness, str] = {
        Weakness.TOO_SHORT: _("Use at least %(count)s characters; three or four words do well", count=SHORTEST),
        Weakness.TOO_LONG: _("Use at most %(count)s characters", count=LONGEST),
        Weakness.COMMON: _("That is among the first passwords anybody tries; take one only you would think of"),
        Weakness.PATTERN: _("That is a simple pattern; take one that is harder to guess"),
        Weakness.LIKE_NAME: _("Do not build it from your own name; take one that is harder to guess"),
    }
    return words[weakness]


def new_pin_problems(form: Mapping[str, str]) -> list[FieldProblem]:
    """Return why the new PIN in `pin` is not taken; `pin_again` must be the same."""
    pin = form.get("pin", "").strip()
    weakness = pin_weakness(pin)
    if weakness is not None:
        return [FieldProblem("pin", pin_problem(weakness))]
    if form.get("pin_again", "").strip() != pin:
        return [FieldProblem("pin_again", _("The two PINs differ; type the same one twice"))]
    return []


def pin_problem(weakness: Weakness) -> str:
    """Return what to do about a weak PIN."""
    words: dict[Weakness, str] = {
        Weakness.NOT_DIGITS: _("Use digits only"),
        Weakness.TOO_SHORT: _("Use at least %(count)s digits", count=SHORTEST_PIN),
        Weakness.TOO_LONG: _("Use at most %(count)s digits", count=LONGEST_PIN),
        Weakness.PATTERN: _("That is a simple pattern; take one that is harder to guess"),
    }
    return words[weakness]
