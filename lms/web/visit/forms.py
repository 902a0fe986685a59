"""What visitors post, turned into values or problems."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask_babel import gettext as _

from lms.accounts import names
from lms.accounts.passwords import LONGEST
from lms.ids import typed_code
from lms.web.fields import FieldProblem, name_problem, new_password_problems, typed


def own_path(text: str | None) -> str:
    """Return the address to go on to when it lies on this server, else nothing.

    Browsers read a backslash as a slash and drop tabs and line ends, so any of them is refused.
    """
    path = text or ""
    if not path.startswith("/") or path.startswith("//") or len(path) > 1_000:
        return ""
    if "\\" in path or re.search(r"[\x00-\x20\x7f-\x9f]", path):
        return ""
    parts = urlsplit(path)
    return "" if parts.scheme or parts.netloc else path


@dataclass(frozen=True)
class PasswordTry:
    """One try to sign in with a password."""

    name: str
    password: str
    shared_device: bool


def password_try(form: Mapping[str, str]) -> PasswordTry | list[FieldProblem]:
    """Return the try, or what is missing."""
    name, password = typed(form, "name"), form.get("password", "")
    problems = []
    if not name:
        problems.append(FieldProblem("name", _("Enter your sign-in name or e-mail address")))
    if not password:
        problems.append(FieldProblem("password", _("Enter your password")))
    return problems or PasswordTry(name, password[: LONGEST + 1], bool(form.get("shared_device")))


@dataclass(frozen=True)
class CardTry:
    """One try to sign in with a card's code and the PIN that goes with it."""

    code: str
    pin: str


def card_try(form: Mapping[str, str]) -> CardTry | list[FieldProblem]:
    """Return the try, or what is missing."""
    code, pin = typed_code(typed(form, "code")), typed(form, "pin")
    problems = []
    if not code:
        problems.append(FieldProblem("code", _("Enter the code on your card")))
    if not pin:
        problems.append(FieldProblem("pin", _("Enter your PIN")))
    return problems or CardTry(code, pin)


@dataclass(frozen=True)
class FirstAdministrator:
    """The person who sets the server up."""

    name: str
    sign_in_name: str
    email: str | None
    password: str
    time_zone: str


def first_administrator(form: Mapping[str, str]) -> FirstAdministrator | list[FieldProblem]:
    """Return the first administrator, or every problem of the form at once."""
    problems: list[FieldProblem] = []
    read: dict[str, str | None] = {"email": None}
    for field, check in (
        ("name", names.checked_name),
        ("email", names.checked_email),
        ("sign_in_name", lambda text: names.checked_sign_in_name(text, read["email"])),
        ("time_zone", names.checked_time_zone),
    ):
        try:
            read[field] = check(typed(form, field))
        except names.BadNameError:
            problems.append(FieldProblem(field, name_problem(field)))
    words = [typed(form, field) for field in ("name", "sign_in_name", "email")]
    problems += new_password_problems(form, words)
    if problems:
        return problems
    return FirstAdministrator(
        read["name"] or "",
        read["sign_in_name"] or "",
        read["email"],
        form.get("password", ""),
        read["time_zone"] or "",
    )
