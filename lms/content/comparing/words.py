"""Two texts word beside word."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Protocol, TypeVar

# Beyond this many pairs of words a whole text is taken for replaced: nobody reads such a mixture either.
_MOST_PAIRS = 4_000_000
_ALIKE = 0.5


class RunState(StrEnum):
    """Whether words stand in both texts, only in the earlier or only in the later one."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Run:
    """Some words that follow each other and share a fate."""

    text: str
    state: RunState


def marked_words(before: str, after: str) -> tuple[Run, ...]:
    """Return the words of both texts in one row; what is gone stands before what came in its place."""
    old, new = before.split(), after.split()
    if len(old) * len(new) > _MOST_PAIRS:
        return _runs([(RunState.GONE, old), (RunState.NEW, new)])
    found: list[tuple[RunState, list[str]]] = []
    for what, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found.append((RunState.SAME, old[start:end]))
        else:
            found += [(RunState.GONE, old[start:end]), (RunState.NEW, new[new_start:new_end])]
    return _runs(found)


def likeness(before: str, after: str) -> float:
    """Return which share of their words two texts have in common (0..1), in whatever order."""
    old, new = Counter(before.split()), Counter(after.split())
    total = old.total() + new.total()
    return 2 * (old & new).total() / total if total else 1.0


class Worded(Protocol):
    """Something that is known by its id and by its words."""

    @property
    def id(self) -> str:
        """Return what it is called in its place."""
        ...

    @property
    def text(self) -> str:
        """Return its words."""
        ...


_W = TypeVar("_W", bound=Worded)


def pairs(before: Sequence[_W], after: Sequence[_W]) -> list[tuple[_W | None, _W | None]]:
    """Pair things by their ids, then, where an id follows from the words, what is left by half its words."""
    new = {each.id: each for each in after}
    partner = {each.id: new[each.id] for each in before if each.id in new}
    free = [each for each in after if each.id not in partner]
    for old in before:
        like = None if old.id in partner else next((each for each in free if are_alike(old.text, each.text)), None)
        if like is not None:
            partner[old.id] = like
            free.remove(like)
    return [*((old, partner.get(old.id)) for old in before), *((None, each) for each in free)]


def are_alike(before: str, after: str) -> bool:
    """Return whether one text is the other, reworded: half of their words are the same."""
    return likeness(before, after) >= _ALIKE


def _runs(found: list[tuple[RunState, list[str]]]) -> tuple[Run, ...]:
    return tuple(Run(" ".join(words), state) for state, words in found if words)
