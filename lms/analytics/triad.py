"""Which of several shares is the lowest, when that can be told at all; pure.

Shares of different things are never averaged: an average hides the neglected one.
"""

from collections.abc import Mapping
from typing import TypeVar

from lms.measures import Share

# Below this a share is too few to judge.
FEWEST = 10
Name = TypeVar("Name")


def lowest_of(shares: Mapping[Name, Share | None]) -> tuple[Name, ...]:
    """Return the names of the lowest: one when it stands apart, several that cannot be told apart, or none.

    The lowest has the lowest middle of its 95 % interval. Another cannot be told apart from it when the middle of
    either lies inside the interval of the other. With fewer than two shares of at least ten there is nothing to
    compare, and none is named.
    """
    known = {name: each for name, each in shares.items() if each is not None and each.of >= FEWEST}
    if len(known) < 2:
        return ()
    lowest = min(known.values(), key=_middle)
    return tuple(name for name, each in known.items() if each is lowest or _is_like(lowest, each))


def _middle(found: Share) -> float:
    return (found.low + found.high) / 2


def _is_like(one: Share, other: Share) -> bool:
    return other.low <= _middle(one) or _middle(other) <= one.high
