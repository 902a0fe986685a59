"""How a name or title of any length and script is set on one page: size, lines, direction, language; pure."""

import unicodedata
from dataclasses import dataclass

_NARROW = frozenset("iIjlrtf.,:;'’!|()[] -")
_WIDE = frozenset("mwMW@%&ÆŒæœ")
# Han, kana and hangul need the glyphs of a language; so do letters that languages share.
_SCRIPTS = (
    ("HIRAGANA", "ja"),
    ("KATAKANA", "ja"),
    ("HANGUL", "ko"),
    ("CJK UNIFIED", "zh"),
    ("ARABIC", "ar"),
    ("HEBREW", "he"),
    ("DEVANAGARI", "hi"),
    ("THAI", "th"),
    ("GREEK", "el"),
    ("CYRILLIC", "ru"),
)
# Languages written with the letters of another entry: a person's own language decides between them.
_SHARED = {"zh": ("zh", "ja", "ko"), "ar": ("ar", "fa", "ur", "ps", "ckb", "ug"), "he": ("he", "yi"),
           "hi": ("hi", "mr", "ne"), "ru": ("ru", "uk", "bg", "sr", "mk", "be", "kk", "mn")}  # fmt: skip


@dataclass(frozen=True)
class Lettering:
    """One text as it is set: its lines, the name of its size, direction (`ltr`, `rtl`) and language or ""."""

    lines: tuple[str, ...]
    size: str
    direction: str
    language: str


@dataclass(frozen=True)
class Step:
    """One size: it serves texts up to `most` units in all, broken into lines of about `line` units."""

    size: str
    most: float
    line: float


NAME_STEPS = (
    Step("grand", 24, 24),
    Step("large", 33, 33),
    Step("middle", 120, 43),
    Step("small", 260, 64),
    Step("least", 10_000, 92),
)
TITLE_STEPS = (
    Step("grand", 46, 46),
    Step("large", 100, 54),
    Step("middle", 190, 70),
    Step("small", 330, 92),
    Step("least", 10_000, 120),
)


def lettering(text: str, steps: tuple[Step, ...], language: str) -> Lettering:
    """Return how this text is set in the first size that holds it, for a person of this language."""
    plain = " ".join(text.split())
    step = next(step for step in steps if units(plain) <= step.most)
    return Lettering(balanced(plain, step.line), step.size, direction(plain), script_language(plain, language))


def units(text: str) -> float:
    """Return about how wide a text is, in widths of an average letter (half the type's size)."""
    return sum(_unit(character) for character in text)


def _unit(character: str) -> float:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return 2.0
    if character in _NARROW:
        return 0.6
    if character in _WIDE:
        return 1.9
    # Measured in Vollkorn and Noto: Cyrillic and the scripts beyond Arabic run wider than Latin.
    wider = 1.2 if "\u0400" <= character <= "\u052f" or character >= "\u0900" else 1.0
    return wider * (1.3 if character.isupper() else 1.05)


def balanced(text: str, line: float) -> tuple[str, ...]:
    """Return the text in as few lines of at most `line` units as its words allow, about equally long.

    A text without spaces stays one line; the page breaks it where its script may break.
    """
    words = text.split(" ")
    fewest = len(_filled(words, line))
    width = units(text) / fewest
    while len(_filled(words, width)) > fewest:
        width *= 1.02
    return tuple(_filled(words, width))


def _filled(words: list[str], line: float) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if units(longer) <= line:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def direction(text: str) -> str:
    """Return `rtl` when the first letter with a direction runs from right to left, else `ltr`."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def script_language(text: str, language: str) -> str:
    """Return the language whose letterforms suit the text, or "" for plain Latin.

    The person's own language wins where it is written in that script (`zh-Hant`, `ja`, `ur`, `mr`, …).
    """
    names = [unicodedata.name(character, "") for character in text if character.isalpha()]
    for prefix, usual in _SCRIPTS:
        if any(name.startswith(prefix) for name in names):
            tag = language.replace("_", "-")
            own = tag.split("-", maxsplit=1)[0]
            return tag if own in _SHARED.get(usual, (usual,)) else usual
    return ""
