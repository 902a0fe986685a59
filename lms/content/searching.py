"""What somebody typed into the search field as words, and where those words stand in a passage; pure."""

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]{1,60}")
_MAX_TYPED = 400
_MAX_WORDS = 12
_BEFORE, _LENGTH = 60, 220


@dataclass(frozen=True)
class Hit:
    """One passage that holds the words; runs are pieces of text, each with whether it is one of the words."""

    course_slug: str
    activity_id: str
    anchor: str
    title: str
    heading: str
    heading_runs: tuple[tuple[str, bool], ...]
    snippet: tuple[tuple[str, bool], ...]


def typed_words(typed: str) -> tuple[str, ...]:
    """Return the words that are searched for, unique, folded, at most twelve; () when there are none."""
    words = _WORD.findall(typed[:_MAX_TYPED].casefold())
    return tuple(dict.fromkeys(words))[:_MAX_WORDS]


def fts_query(words: tuple[str, ...]) -> str:
    """Return the FTS5 query for these words; the last one may be the beginning of a word."""
    return " ".join(f'"{word}"' for word in words) + "*"


def ts_query(words: tuple[str, ...]) -> str:
    """Return the same for PostgreSQL's to_tsquery."""
    return " & ".join(f"'{word}'" for word in words) + ":*"


def runs(text: str, words: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """Return the text cut where one of the words begins and ends; joined again it is the text."""
    found: list[tuple[str, bool]] = []
    end = 0
    for match in _pattern(words).finditer(folded_text(text)) if words else ():
        if match.start() > end:
            found.append((text[end : match.start()], False))
        found.append((text[match.start() : match.end()], True))
        end = match.end()
    if end < len(text):
        found.append((text[end:], False))
    return tuple(found)


def snippet(text: str, words: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """Return the part of the text around the first of the words, cut at words, in runs."""
    match = _pattern(words).search(folded_text(text)) if words else None
    start = max(0, (match.start() if match else 0) - _BEFORE)
    if start:
        start = text.find(" ", start, start + _BEFORE) + 1 or start
    stop = len(text)
    if stop - start > _LENGTH:
        stop = text.rfind(" ", start + _BEFORE, start + _LENGTH)
        stop = stop if stop > 0 else start + _LENGTH
    cut = runs(text[start:stop], words)
    return (*((("… ", False),) if start else ()), *cut, *(((" …", False),) if stop < len(text) else ()))


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    whole = [re.escape(folded_text(word)) + r"(?![^\W_])" for word in words[:-1]]
    beginning = re.escape(folded_text(words[-1])) + r"[^\W_]*"
    return re.compile(rf"(?<![^\W_])(?:{'|'.join([*whole, beginning])})")


def folded_text(text: str) -> str:
    """Return the text in small letters without accents, character for character."""
    return "".join(_plain(character) for character in text)


def _plain(character: str) -> str:
    if character.isascii():
        return character.lower()
    small = unicodedata.normalize("NFD", character)[0].lower()
    return small if len(small) == 1 else character
