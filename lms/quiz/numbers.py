"""Numbers as people type them, whatever their language; no locale is asked, so a mark never depends on one.

The rule: with both signs, the last is the decimal sign (`1.234,5`, `1,234.5`). A sign used several times
groups thousands (`1.234.567`). One sign alone is the decimal sign, except that with exactly three digits
after it and one to three before it (`1,234`) both readings are kept, and an answer is right when either is.
Nobody who means a thousand means one and a bit, so this forgives without giving anything away.
"""

import re
import unicodedata
from decimal import Decimal

from lms.quiz.texts import folded

_BODY = re.compile(r"([+-]?) ?(\d[\d.,]*|[.,]\d+)", re.ASCII)
_THIN = re.compile(r"(?<=\d)[ '](?=\d{3}(?!\d))", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:\D\d{2,3})*\D\d{3}", re.ASCII)
_SIGNS = str.maketrans({"٫": ".", "٬": ",", "،": ","})
_MOST_DIGITS = 30


def readings(text: str, unit: str = "") -> frozenset[Decimal]:
    """Return the values this text can mean, empty when it is no number; the unit may stand on either side."""
    bare = _without_unit(folded(text), folded(unit))
    found = _BODY.fullmatch(_THIN.sub("", _plain_digits(bare).translate(_SIGNS)))
    if not found or len(found[2]) > _MOST_DIGITS:
        return frozenset()
    sign = Decimal(-1 if found[1] == "-" else 1)
    return frozenset(sign * Decimal(reading) for reading in _bodies(found[2]))


def plain(value: float) -> str:
    """Return the number in digits with a decimal point where it has a fraction, never with an exponent."""
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain_digits(text: str) -> str:
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character for character in text
    )


def _without_unit(text: str, unit: str) -> str:
    if unit and text.endswith(unit):
        return text.removesuffix(unit).rstrip()
    if unit and text.startswith(unit):
        return text.removeprefix(unit).lstrip()
    return text


def _bodies(body: str) -> list[str]:
    signs = [character for character in body if character in ".,"]
    if not signs:
        return [body]
    if len(signs) == 1:
        return _one_sign(body, signs[0])
    decimal_sign = signs[-1]
    if decimal_sign == signs[0]:
        return _ungrouped(body) if set(signs) == {decimal_sign} else []
    whole, _, fraction = body.rpartition(decimal_sign)
    if decimal_sign in whole:
        return []
    return [f"{digits}.{fraction or 0}" for digits in _ungrouped(whole)]


def _one_sign(body: str, sign: str) -> list[str]:
    whole, _, fraction = body.partition(sign)
    found = [f"{whole or 0}.{fraction or 0}"]
    if len(fraction) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0":
        found.append(whole + fraction)
    return found


def _ungrouped(body: str) -> list[str]:
    return [re.sub(r"\D", "", body)] if _GROUPED.fullmatch(body) else []
