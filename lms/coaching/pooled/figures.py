"""What months of many teams add up to, unit beside unit, and which of them are too small to be told; pure."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import TypeVar

from lms.measures import Share, share
from lms.units.unit import hidden_among

# This month so far, and the two before it.
MONTHS = 3
Unit = TypeVar("Unit", bound=Hashable)


@dataclass(frozen=True)
class Seen:
    """In how many contacts a behaviour was seen clearly, of those in which it had a chance."""

    clearly: int = 0
    chances: int = 0

    def __add__(self, other: "Seen") -> "Seen":
        """Return both together."""
        return Seen(self.clearly + other.clearly, self.chances + other.chances)


@dataclass(frozen=True)
class Coached:
    """How a unit was observed and coached: forms given and those specific, marks 2, 1 and 0, talks and on what.

    `seen` adds up every behaviour.
    """

    seen: Seen = Seen()
    forms: int = 0
    specific: int = 0
    clearly: int = 0
    partly: int = 0
    missed: int = 0
    talks: int = 0
    numbers_only: int = 0

    def __add__(self, other: "Coached") -> "Coached":
        """Return both together."""
        return Coached(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True)
class Told:
    """One share of a unit: None where there is nothing, or too little to be told (`is_hidden`)."""

    share: Share | None
    is_hidden: bool


def first_month(today: date) -> date:
    """Return the first day of the oldest month that is counted."""
    month = today.replace(day=1)
    for _ in range(MONTHS - 1):
        month = (month - timedelta(days=1)).replace(day=1)
    return month


def month_after(month_on: date) -> date:
    """Return the first day of the month after this one."""
    return (month_on + timedelta(days=31)).replace(day=1)


def told(counts: Mapping[Unit, tuple[int, int]]) -> dict[Unit, Told]:
    """Return the share of each of these units beside each other, as (count, of).

    Of fewer than five nothing is told, and a single such unit hides the next smallest with it, so that it cannot
    be reckoned from the others and the whole.
    """
    hidden = hidden_among({unit: of for unit, (_, of) in counts.items()})
    return {
        unit: Told(None if unit in hidden else share(count, of), unit in hidden)
        for unit, (count, of) in counts.items()
    }
