"""Ids within one file: given ones kept, missing ones made from the words, none of them twice."""

import re

from lms.markup import PRIVATE

_NUMBERED = re.compile(r"^\d+[-_. ]*")
_GAPS = re.compile(r"[^\w]+")


def slug(text: str) -> str:
    """Return the words of a text as an id: small letters of any script, digits and dashes, at most 80."""
    words = _GAPS.sub("-", PRIVATE.sub("", text).lower().replace("'", "").replace("’", "")).strip("-_")
    return words[:80].rstrip("-") or "section"


def activity_id_of(file: str) -> str:
    """Return the id a file gives its activity: its name without number and extension."""
    name = file.rsplit("/", 1)[-1].removesuffix(".md")
    return slug(_NUMBERED.sub("", name) or name)


class Names:
    """The ids taken so far in one file."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wanted: str) -> str:
        """Return the wanted id, or the next free one with a number after it."""
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted}-{number}", number + 1
        self._taken.add(name)
        return name
