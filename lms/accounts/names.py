"""How names, sign-in names and e-mail addresses are written and compared; pure."""

import re
import unicodedata
import zoneinfo
from functools import cache

_SIGN_IN_NAME = re.compile(r"[\w.+-]{2,120}")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;\[\]\\/]{1,185}")
# Marks that turn the direction of what follows would make one name look like another.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})


class BadNameError(ValueError):
    """A name cannot be used; `field` says which one."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def shown(text: str) -> str:
    """Return a name as it is stored and shown: composed, single spaces, no control or turning marks."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isprintable():  # nothing in it to take away: nearly always so, and a file has a million cells
        return " ".join(composed.split())
    kept = (c if unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") else " " for c in composed)
    return " ".join("".join(c for c in kept if c not in _TURNING).split())


def folded(text: str) -> str:
    """Return a sign-in name or e-mail address as it is stored and compared: compatible forms, no case."""
    name = shown(text)
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def checked_name(text: str) -> str:
    """Return the name as stored. Raises BadNameError when it is empty or longer than 200 characters."""
    name = shown(text)
    if not name or len(name) > 200:
        raise BadNameError("name", "empty" if not name else "longer than 200 characters")
    return name


def checked_sign_in_name(text: str, email: str | None) -> str:
    """Return the sign-in name as stored; the person's own e-mail address may serve as one.

    Raises BadNameError for anything but 2 to 120 letters, digits, dots, dashes, plus and underscores.
    """
    name = folded(text)
    if name and name == email:
        return name
    if not _SIGN_IN_NAME.fullmatch(name):
        raise BadNameError("sign_in_name", "2 to 120 letters, digits, dots, dashes or underscores")
    return name


def checked_email(text: str | None) -> str | None:
    """Return the address as stored, or None when there is none. Raises BadNameError when it is not one."""
    email = folded(text or "")
    if not email:
        return None
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise BadNameError("email", "not an e-mail address")
    return email


def checked_staff_number(text: str | None) -> str | None:
    """Return the staff number as stored, or None. Raises BadNameError above 60 characters."""
    number = shown(text or "")
    if len(number) > 60:
        raise BadNameError("staff_number", "longer than 60 characters")
    return number or None


def checked_time_zone(text: str) -> str:
    """Return the name of this time zone. Raises BadNameError when there is no such zone."""
    if text not in _known_time_zones():
        raise BadNameError("time_zone", "no such time zone")
    return text


@cache
def _known_time_zones() -> frozenset[str]:
    # The library walks the disk each time: 20 ms for each person of an import.
    return frozenset(zoneinfo.available_timezones())


def checked_language(text: str) -> str:
    """Return this language tag. Raises BadNameError when it is none, such as `english language`."""
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", text) or len(text) > 20:
        raise BadNameError("language", "not a language tag")
    return text


@cache
def time_zones() -> tuple[str, ...]:
    """Return the names of the world's time zones as people know them, in alphabetical order; UTC is first."""
    regions = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian",
               "Pacific")  # fmt: skip
    places = sorted(name for name in zoneinfo.available_timezones() if name.split("/")[0] in regions)
    return ("UTC", *places)


def suggested_sign_in_name(name: str) -> str:
    """Return a sign-in name for this name, `lena.brandt` for Lena Brandt; not yet known to be free."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", folded(name)) if not unicodedata.combining(c))
    made = re.sub(r"[^\w]+|_+", ".", unicodedata.normalize("NFC", bare.translate(_PLAIN))).strip(".")[:100]
    return made if _SIGN_IN_NAME.fullmatch(made) else "person"
