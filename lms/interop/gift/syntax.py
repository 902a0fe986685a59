"""GIFT's own signs: what is escaped, what parts a question from its answers, and where questions end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# An escaped sign is held by a private character while the text is taken apart; decoding left none in it.
_ESCAPABLE = "~=#{}:\\"
_HELD = {sign: chr(0xE0A0 + place) for place, sign in enumerate(_ESCAPABLE)}
_HELD["n"] = "\ue0af"
_FREE = str.maketrans({held: "\n" if sign == "n" else sign for sign, held in _HELD.items()})
_ESCAPE = re.compile(r"\\([~=#{}:\\n])")
_HEAD = re.compile(r"::|\$CATEGORY:")
_NOTE = re.compile(r"\[(id|tag):((?:\\.|[^\]\\`])+)\]")


@dataclass(frozen=True)
class Chunk:
    """What stands between empty lines: its text without comments, its first line, and what comments say."""

    text: str
    line: int
    id: str = ""
    tags: tuple[str, ...] = ()


def held(text: str) -> str:
    """Return the text with each escaped sign held by a character that means nothing."""
    return _ESCAPE.sub(lambda found: _HELD[found[1]], text)


def freed(text: str) -> str:
    """Return the text with its escaped signs as they are meant."""
    return text.translate(_FREE)


def escaped(text: str) -> str:
    """Return text such that every sign in it stands for itself, on one line."""
    text = re.sub(r"([~=#{}:\\])", r"\\\1", text)
    return text.replace("\r", "").replace("\n", "\\n")


def chunks(text: str) -> Iterator[Chunk]:
    """Return the chunks in order, escaped signs held.

    An empty line within braces that close before the next question begins does not end it, as the format asks.
    A title with answers begins a question even where the empty line before it was forgotten.
    """
    lines: list[str] = []
    notes: list[str] = []
    first = opened = 0
    source = held(text).split("\n")
    for number, line in enumerate(source, 1):
        if any("{" in before for before in lines) and _is_asked_by(source[number - 1 : number + 100]):
            yield _chunk(lines, first, notes)
            lines, notes, opened = [], [], 0
        if line.lstrip().startswith("//"):
            notes.append(line)
            lines += [""] if lines else []
        elif line.strip() or (lines and opened > 0 and _is_closed_by(source[number : number + 100])):
            first = first if lines else number
            opened += line.count("{") - line.count("}")
            lines.append(line)
        elif lines:
            yield _chunk(lines, first, notes)
            lines, notes, opened = [], [], 0
    if lines:
        yield _chunk(lines, first, notes)


def _is_asked_by(following: list[str]) -> bool:
    """Return whether these lines begin with a title and come to braces before an empty line or another title."""
    if not following[0].lstrip().startswith("::"):
        return False
    for place, line in enumerate(following):
        if not line.strip() or (place and _HEAD.match(line.lstrip())):
            return False
        if "{" in line:
            return True
    return False


def _is_closed_by(following: list[str]) -> bool:
    """Return whether these lines close open braces before they begin another question."""
    for line in following:
        if _HEAD.match(line.lstrip()) or "{" in line.split("}")[0]:
            return False
        if "}" in line:
            return True
    return False


def _chunk(lines: list[str], first: int, notes: list[str]) -> Chunk:
    said = [
        (kind, freed(re.sub(r"\\(.)", r"\1", words)).strip()) for kind, words in _NOTE.findall("\n".join(notes))
    ]
    ids = [words for kind, words in said if kind == "id"]
    return Chunk(
        "\n".join(lines), first, ids[-1] if ids else "", tuple(words for kind, words in said if kind == "tag")
    )


def note(kind: str, words: str) -> str:
    """Return an id or a tag as a comment holds it."""
    return f"[{kind}:{re.sub(r'([]`[:])', lambda found: chr(92) + found[1], words).replace('`', chr(39))}]"
