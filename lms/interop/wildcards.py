"""Accepted texts with `*` for anything, as Moodle has them, and the patterns of this house that say the same."""

import re

from lms.quiz import patterns

_STARS = re.compile(r"\\\*|\*")
_ESCAPED = re.compile(r"\\(.)|(\.\*)|([^\\.*+?()\[\]{}|^$])", re.DOTALL)


def has_star(text: str) -> bool:
    """Return whether a `*` in the text stands for anything; with a backslash it is the sign itself."""
    return any(found == "*" for found in _STARS.findall(text))


def literal(text: str) -> str:
    """Return a text without stars that stand for anything as it is meant."""
    return text.replace("\\*", "*")


def starred(text: str) -> str:
    """Return a text such that no star in it stands for anything."""
    return text.replace("*", "\\*")


def pattern_of(text: str) -> str | None:
    """Return `/…/i` for a text with stars, None when it says too little or could take too long."""
    pieces = [re.escape(literal(piece)) for piece in re.split(r"(?<!\\)\*", text)]
    pattern = "/{}/i".format(".*".join(piece.replace("/", "\\/") for piece in pieces))
    if not any(pieces):
        return None
    try:
        patterns.from_source(pattern)
    except patterns.BadPatternError:
        return None
    return pattern


def text_with_stars(pattern: str) -> str | None:
    """Return the text with stars for a pattern that says no more, else None."""
    if not (pattern.startswith("/") and pattern.endswith("/i")):
        return None
    source, done, at = pattern[1:-2], "", 0
    while at < len(source):
        found = _ESCAPED.match(source, at)
        if not found or (found[1] and found[1].isalnum()):
            return None
        done += "*" if found[2] else starred(found[1] or found[3])
        at = found.end()
    return done if pattern_of(done) == pattern else None
