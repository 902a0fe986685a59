"""Words fitted into a width nobody has measured: how wide text will be, and where its lines break.

An estimate for the interface's own face; a picture leaves room for what it is wrong by.
"""

import unicodedata

_NARROW = frozenset("iljtfrI.,:;'’‘!|()[]“”\"- ")
_WIDE = frozenset("mwMW@%—…")


def width_of(text: str) -> float:
    """Return about how wide this text is, in widths of the letter M."""
    return sum(map(_width, text))


def _width(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if character in _NARROW:
        return 0.34
    if character in _WIDE:
        return 0.92
    return 0.7 if character.isupper() else 0.58


def wrapped(text: str, width: float, most_lines: int) -> tuple[str, ...]:
    """Return the text in at most so many lines of this width; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    words = text.split() or ["…"]
    while words and len(lines) < most_lines:
        line = words.pop(0)
        while words and width_of(f"{line} {words[0]}") <= width:
            line += f" {words.pop(0)}"
        if width_of(line) > width:
            kept = _cut(line, width)
            words.insert(0, line[len(kept) :])
            line = kept
        lines.append(line)
    if words:
        lines[-1] = _cut(f"{lines[-1]} {words[0]}", width - width_of("…")).rstrip(" ,;:–-") + "…"
    return tuple(lines)


def _cut(text: str, width: float) -> str:
    kept = ""
    for character in text:
        if kept and width_of(kept + character) > width:
            break
        kept += character
    return kept
