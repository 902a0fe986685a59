r"""Patterns an author may accept answers by: the part of regular expressions that cannot run away.

Known here: letters, `.`, classes `[a-z]`, `\d \w \s \b` and escaped signs, groups, `|`, `?`, `*`, `+`,
`{2,3}`, `^` and `$`. Left out: whatever lets one pattern read one text in more ways than we can try, which is
a repeat inside a repeated group, alternatives inside a repeated group, more than three open repeats, and
references and looks to the side. A pattern must fit the whole answer, tidied as `quiz.texts.tidied` does.
"""

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from math import comb

from lms.quiz.texts import STRAIGHT, tidied

LONGEST_PATTERN = 300
# A text longer than this fits no pattern: three open repeats can split it in 2.6 million ways, up to 0.1 s.
LONGEST_TEXT = 250
MOST_WAYS = 15_000_000
_MOST_REPEATS = 250
_SOURCE = re.compile(r"/(?P<pattern>.*)/(?P<flags>[a-z]*)", re.DOTALL)
_COUNT = re.compile(r"\{(\d{1,4})?(?:(,)(\d{1,4})?)?\}")
_ESCAPES = "dDwWsSbBtn"


class BadPatternError(ValueError):
    """A pattern cannot be used; `offset` counts from the start of its source."""

    def __init__(self, offset: int, what: str, cure: str) -> None:
        super().__init__(f"{what} {cure}")
        self.offset, self.what, self.cure = offset, what, cure


def looks_like_one(text: str) -> bool:
    """Return whether an answer is written as a pattern: `/…/` or `/…/i`."""
    return _SOURCE.fullmatch(text) is not None


def from_source(source: str) -> str:
    """Return the pattern as it is stored, from `/…/` or `/…/i`. Raises BadPatternError."""
    found = _SOURCE.fullmatch(source)
    assert found, "ask looks_like_one first"
    pattern, flags = found["pattern"].translate(STRAIGHT), found["flags"]
    if flags not in ("", "i"):
        raise BadPatternError(found.start("flags"), f"“{flags}” is no flag known here.", "Write `/…/` or `/…/i`.")
    if not pattern:
        raise BadPatternError(0, "The pattern is empty.", "Write it between the slashes.")
    if len(pattern) > LONGEST_PATTERN:
        what = f"The pattern is longer than {LONGEST_PATTERN} characters."
        raise BadPatternError(0, what, "Accept several shorter ones, each on its own `=` line.")
    _Reader(pattern).check()
    stored = f"(?i){pattern}" if flags else pattern
    try:
        with warnings.catch_warnings():
            # What Python will read otherwise some day is not stored today.
            warnings.simplefilter("error", FutureWarning)
            re.compile(stored)
    except FutureWarning as error:
        cure = "Put a backslash before [, -, & and ~ between brackets."
        raise BadPatternError(
            1, "The pattern has signs between brackets that can be read in two ways.", cure
        ) from error
    except (re.error, RecursionError, OverflowError) as error:
        offset = (getattr(error, "pos", None) or 0) + 1 - (4 if flags else 0)
        what = f"The pattern cannot be read: {getattr(error, 'msg', error)}."
        raise BadPatternError(
            max(offset, 1), what, "Put a backslash before signs that stand for themselves."
        ) from error
    if re.fullmatch(stored, ""):
        cure = "Ask for at least one letter."
        raise BadPatternError(1, "The pattern accepts an empty answer.", cure)
    return stored


def fits(stored: str, text: str) -> bool:
    """Return whether the whole text, with or without its final full stop, fits a stored pattern."""
    tidy = tidied(text)
    if len(tidy) > LONGEST_TEXT:
        return False
    pattern = _compiled(stored)
    return any(pattern.fullmatch(each) for each in dict.fromkeys((tidy, tidy.rstrip(".").rstrip())))


@lru_cache(maxsize=4096)
def _compiled(stored: str) -> re.Pattern[str]:
    return re.compile(stored)


@dataclass(frozen=True)
class _Ways:
    """In how many ways a piece can read a text: `fixed` ones, times the splits that `open` repeats allow."""

    fixed: int = 1
    open: int = 0

    def then(self, other: "_Ways") -> "_Ways":
        return _Ways(self.fixed * other.fixed, self.open + other.open)

    def instead_of(self, other: "_Ways") -> "_Ways":
        return _Ways(self.fixed + other.fixed, max(self.open, other.open))

    @property
    def is_one(self) -> bool:
        return self.fixed == 1 and self.open == 0

    @property
    def total(self) -> int:
        return self.fixed * comb(LONGEST_TEXT, self.open)


class _Reader:
    """Reads a pattern from left to right and counts its ways."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.depth = 0

    def check(self) -> None:
        """Raise BadPatternError when the pattern holds what is left out here, or has too many ways."""
        ways = self._alternatives()
        if self.at < len(self.pattern):
            self._refuse("A bracket is closed that was never opened.", r"Take it out, or write `\)`.")
        if ways.open > 3 or ways.total > MOST_WAYS:
            self.at = 0
            self._refuse(
                "The pattern could take minutes to compare with some answers.",
                "Use fewer `*`, `+` and `?`, or several simple answers, each on its own `=` line.",
            )

    def _refuse(self, what: str, cure: str) -> None:
        raise BadPatternError(self.at + 1, what, cure)

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _alternatives(self) -> _Ways:
        ways = self._sequence()
        while self._peek() == "|":
            self.at += 1
            ways = ways.instead_of(self._sequence())
        return ways

    def _sequence(self) -> _Ways:
        ways = _Ways()
        while self._peek() and self._peek() not in "|)":
            start = self.at
            piece = self._piece()
            ways = ways.then(self._repeated(piece, start))
        return ways

    def _piece(self) -> _Ways:
        sign = self._peek()
        if sign == "(":
            return self._group()
        if sign == "[":
            self._class()
        elif sign == "\\":
            self._escape()
        elif sign in "*+?":
            self._refuse(f"Nothing stands before the “{sign}”.", f"Write `\\{sign}` for the sign itself.")
        else:
            self.at += 1
        return _Ways()

    def _group(self) -> _Ways:
        start = self.at
        self.at += 1
        if self._peek() == "?":
            if not self.pattern.startswith("?:", self.at):
                self._refuse("Only plain groups are known here.", "Write `(…)` or `(?:…)`.")
            self.at += 2
        self.depth += 1
        if self.depth > 20:
            self._refuse("The groups are nested too deeply.", "Write several answers, each on its own `=` line.")
        ways = self._alternatives()
        self.depth -= 1
        if self._peek() != ")":
            self.at = start
            self._refuse("This bracket is never closed.", "Close it with `)`.")
        self.at += 1
        return ways

    def _class(self) -> None:
        start = self.at
        self.at += 1
        if self._peek() == "^":
            self.at += 1
        if self._peek() == "]":
            self.at += 1
        while self._peek() != "]":
            if not self._peek():
                self.at = start
                self._refuse("This class is never closed.", "Close it with `]`.")
            self.at += 2 if self._peek() == "\\" else 1
        self.at += 1

    def _escape(self) -> None:
        sign = self.pattern[self.at + 1 : self.at + 2]
        if not sign or (sign.isalnum() and sign not in _ESCAPES):
            cure = r"Known are \d, \w, \s, \b, their capitals, and \ before a sign that stands for itself."
            self._refuse(f"“\\{sign}” is not known here.", cure)
        self.at += 2

    def _repeated(self, piece: _Ways, start: int) -> _Ways:
        sign = self._peek()
        counted = _COUNT.match(self.pattern, self.at) if sign == "{" else None
        if sign == "{" and (not counted or counted[0] in ("{}", "{,}")):
            self._refuse("The count after “{” cannot be read.", r"Write `{2}` or `{2,3}`; `\{` for the sign.")
        if not sign or (sign not in "?*+" and not counted):
            return piece
        least, most = self._bounds(sign, counted)
        self.at += len(counted[0]) if counted else 1
        if self._peek() == "?":
            self.at += 1
        if self._peek() and self._peek() in "?*+{":
            self._refuse("A repeat of a repeat.", "Keep one of the signs.")
        if most == 1:
            return piece if least == 1 else _Ways(piece.fixed + 1, piece.open)
        if not piece.is_one:
            self.at = start
            self._refuse(
                "A repeated group that itself repeats or chooses could take minutes to compare.",
                "Repeat single letters and classes only, such as `[a-z ]*`.",
            )
        if most is None:
            return _Ways(1, 1)
        if most > _MOST_REPEATS or most < least:
            self.at = self.pattern.index("{", start)
            self._refuse(f"A count goes from few to many, up to {_MOST_REPEATS}.", "Write such as `{2,3}`.")
        return _Ways(most - least + 1)

    def _bounds(self, sign: str, counted: re.Match[str] | None) -> tuple[int, int | None]:
        if not counted:
            return (1 if sign == "+" else 0), (1 if sign == "?" else None)
        least = int(counted[1] or 0)
        if not counted[2]:
            return least, least
        return least, (int(counted[3]) if counted[3] else None)
