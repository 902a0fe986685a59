"""A unit of several teams as one page tells it: which numbers may be shown, and what hides with them; pure."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

# Below this, numbers about people are hidden.
FEWEST_SHOWN = 5

Key = TypeVar("Key", bound=Hashable)


def hidden_among(people: Mapping[Key, int]) -> frozenset[Key]:
    """Return which of these units beside each other are hidden: those of one to four people.

    A single hidden one could be reckoned from the others and the whole, so the next smallest hides with it.
    """
    small = {key for key, count in people.items() if 0 < count < FEWEST_SHOWN}
    if len(small) == 1:
        others = [
            (count, number, key) for number, (key, count) in enumerate(people.items()) if count >= FEWEST_SHOWN
        ]
        if others:
            small.add(min(others)[2])
    return frozenset(small)
