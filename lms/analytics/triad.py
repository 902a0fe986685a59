"""Which of several shares is the lowest, when that can be told at all; pure.

Shares of different things are never averaged: an average hides the neglected one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from lms.measures import Share

# Below this a share is too few to judge.
FEWEST = 10
# Of fewer weeks nobody sees a pattern.
FEWEST_WEEKS = 3
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


@dataclass(frozen=True)
class Pattern(Generic[Name]):
    """Which share was the lowest in each of some weeks, oldest first; None where that could not be told.

    `run` is the one that was lowest in each of the last `run_weeks` weeks, at least three, if there is one.
    """

    weeks: tuple[tuple[date, Name | None], ...]
    run: Name | None
    run_weeks: int

    @property
    def told(self) -> int:
        """Return in how many weeks one stood apart."""
        return sum(name is not None for _week_on, name in self.weeks)

    def count(self, name: Name) -> int:
        """Return in how many weeks this one was the lowest."""
        return sum(each == name for _week_on, each in self.weeks)


def pattern_of(weeks: Sequence[date], shares: Mapping[date, Mapping[Name, Share | None]]) -> Pattern[Name] | None:
    """Return the pattern of these weeks, oldest first, or None when fewer than three of them name a lowest."""
    found = []
    for week_on in weeks:
        lowest = lowest_of(shares.get(week_on, {}))
        found.append((week_on, lowest[0] if len(lowest) == 1 else None))
    run_weeks = 0
    for _week_on, name in reversed(found):
        if name is None or name != found[-1][1]:
            break
        run_weeks += 1
    is_run = run_weeks >= FEWEST_WEEKS
    pattern = Pattern(tuple(found), found[-1][1] if is_run else None, run_weeks if is_run else 0)
    return pattern if pattern.told >= FEWEST_WEEKS else None


def _middle(found: Share) -> float:
    return (found.low + found.high) / 2


def _is_like(one: Share, other: Share) -> bool:
    return other.low <= _middle(one) or _middle(other) <= one.high
