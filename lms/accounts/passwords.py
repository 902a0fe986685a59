"""What a password or PIN must be, and how it is hashed: argon2id, at most two at a time in a process.

Hashing takes about 35 ms of one core and 19 MiB: never inside `writing`, never for a request without a limit.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lms.accounts.common_passwords import WALKS, WORDS

SHORTEST, LONGEST = 10, 200
SHORTEST_PIN, LONGEST_PIN = 4, 12

# OWASP's minimum for argon2id (Password Storage Cheat Sheet, 2026).
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# A storm of sign-ins must neither fill the memory nor take every core from the readers.
_TURNS = BoundedSemaphore(2)
_WRITTEN_AS = str.maketrans("013457@$!€|", "oieastasiel")


class Weakness(StrEnum):
    """Why a password or PIN is not taken."""

    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    COMMON = "among the first that anybody tries"
    PATTERN = "a pattern"
    LIKE_NAME = "made of the person's own names"
    NOT_DIGITS = "not only digits"


def normalised(secret: str) -> str:
    """Return the secret as it is hashed: the same on every keyboard that composes letters differently."""
    return unicodedata.normalize("NFKC", secret)


def hashed(secret: str) -> str:
    """Return the argon2id hash of this secret; slow, waits for its turn."""
    with _TURNS:
        return _HASHER.hash(normalised(secret).encode(errors="replace"))


def matches(stored: str | None, secret: str) -> bool:
    """Return whether the secret is the one behind this hash; takes as long when there is no hash at all."""
    # What nobody can have chosen is still worked on, cut to a length that costs nothing extra.
    given = normalised(secret[: LONGEST + 1]).encode(errors="replace")
    with _TURNS:
        try:
            _HASHER.verify(stored or _nobody(), given)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None and len(secret) <= LONGEST


def is_outdated(stored: str) -> bool:
    """Return whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")


def password_weakness(password: str, own_words: Iterable[str] = ()) -> Weakness | None:
    """Return why this password is not taken, or None; `own_words` are the person's names and addresses."""
    text = normalised(password)
    if len(text) < SHORTEST:
        return Weakness.TOO_SHORT
    if len(text) > LONGEST:
        return Weakness.TOO_LONG
    plain = text.casefold()
    if _is_repeated(plain) or _is_walk(plain):
        return Weakness.PATTERN
    if any(stem in WORDS for stem in _stems(plain)) or _is_of_words(plain, WORDS):
        return Weakness.COMMON
    if _is_of_words(plain, _pieces(own_words)):
        return Weakness.LIKE_NAME
    return None


def pin_weakness(pin: str) -> Weakness | None:
    """Return why this PIN is not taken, or None."""
    if not re.fullmatch(r"[0-9]*", pin):
        return Weakness.NOT_DIGITS
    if len(pin) < SHORTEST_PIN:
        return Weakness.TOO_SHORT
    if len(pin) > LONGEST_PIN:
        return Weakness.TOO_LONG
    return Weakness.PATTERN if _is_repeated(pin) or _is_walk(pin) else None


def _is_repeated(text: str) -> bool:
    # A text made of one piece over and over is found inside its own double, not only at the ends.
    return text in (text + text)[1:-1] or (len(text) >= SHORTEST and len(set(text)) <= 3)


def _is_walk(text: str) -> bool:
    return any(text in walk or text[::-1] in walk for walk in WALKS)


def _stems(plain: str) -> set[str]:
    bare = plain.strip("0123456789!?.,;:-_+*#$%&/()=@ \"'<>|^°§€~")
    joined = re.sub(r"[\s._-]+", "", bare)
    return {bare, joined, bare.translate(_WRITTEN_AS), joined.translate(_WRITTEN_AS)}


def _is_of_words(plain: str, words: Iterable[str]) -> bool:
    """Return whether fewer than five letters are left when these words are taken out."""
    rest = plain
    for word in sorted((word for word in words if len(word) >= 4), key=len, reverse=True):
        rest = rest.replace(word, " ")
    return rest != plain and len(re.sub(r"[\W\d_]+", "", rest)) < 5


def _pieces(own_words: Iterable[str]) -> set[str]:
    pieces: set[str] = set()
    for words in own_words:
        plain = normalised(words).casefold()
        pieces |= {plain, *re.split(r"[\s@._+-]+", plain)}
    return pieces
