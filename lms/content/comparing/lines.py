"""Two texts side by side in one column: what was taken out, what was put in, and a little of what stayed; pure."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_AROUND = 2


class Change(StrEnum):
    """What became of a line."""

    SAME = "same"
    OUT = "out"
    IN = "in"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Line:
    """One line of the comparison; `skipped` counts the lines that are not shown in its place."""

    change: Change
    text: str = ""
    skipped: int = 0


def compared(before: str, after: str) -> tuple[Line, ...]:
    """Return how one text became the other, line by line; empty when they are the same."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Line] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for group in matcher.get_grouped_opcodes(_AROUND):
        for tag, start, stop, new_start, new_stop in group:
            if tag == "equal":
                found += [Line(Change.SAME, text) for text in old[start:stop]]
            else:
                found += [Line(Change.OUT, text) for text in old[start:stop]]
                found += [Line(Change.IN, text) for text in new[new_start:new_stop]]
        found.append(Line(Change.SKIPPED, skipped=len(old) - group[-1][2]))
    if found and not found[-1].skipped:
        found.pop()
    return tuple(found)
