"""An author's text as lines, before anything is read in it."""

import re

MAX_BYTES = 200_000

# Control characters no database keeps, and the private ones that the compiler marks places with.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ue000-\uf8ff\ufeff\ufffe\uffff\ud800-\udfff]")


def source_lines(text: str) -> tuple[str, ...]:
    """Return the lines of a source without characters that no page can show."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    return tuple(_UNWANTED.sub("", text).split("\n"))
