"""When an observer's marks count and when a criterion may stand in reports: the house gate; pure.

The gate is a rule of this house, not a standard: at least twenty things marked twice, the same mark in eight out
of ten, and an AC1 of .6 or more. Below twenty nothing is said either way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lms.coaching.agreement import pooled

MARKS = (0, 1, 2)
LEAST_PAIRS = 20
LEAST_EXACT = 0.8
LEAST_AC1 = 0.6
# Who has not calibrated for so long does it again before new observations count.
VALID_DAYS = 92


class Gate(StrEnum):
    """Where somebody, or a criterion, stands before the gate; LAPSED passed it and not again in time."""

    TOO_FEW = "too few"
    BELOW = "below"
    THROUGH = "through"
    LAPSED = "lapsed"

    @property
    def counts(self) -> bool:
        """Return whether what stands so is used in figures."""
        return self is Gate.THROUGH


@dataclass(frozen=True)
class Reached:
    """What was reached before the gate; `exact` and `ac1` are None without a double mark."""

    gate: Gate
    pairs: int
    exact: float | None = None
    ac1: float | None = None


def reached(things: Sequence[Sequence[int]]) -> Reached:
    """Return where the marks that these things got stand before the gate, each thing's by two or more people."""
    found = pooled(things, MARKS)
    if found is None:
        return Reached(Gate.TOO_FEW, 0)
    if found.pairs < LEAST_PAIRS:
        return Reached(Gate.TOO_FEW, found.pairs, found.exact, found.ac1)
    is_through = found.exact >= LEAST_EXACT and found.ac1 >= LEAST_AC1
    return Reached(Gate.THROUGH if is_through else Gate.BELOW, found.pairs, found.exact, found.ac1)


@dataclass(frozen=True)
class Compared:
    """One mark of an observer beside the one that all agreed on afterwards, and the day both were shown."""

    mark: int
    agreed: int
    shown_on: date


def observer_gate(compared: Sequence[Compared], today: date) -> Reached:
    """Return where an observer stands, by the newest marks that make up the gate's number.

    Older marks are looked at only as far as twenty need them, so that who learned is not held to what was before.
    """
    newest = sorted(compared, key=lambda each: each.shown_on, reverse=True)
    # A whole day counts or does not: which marks of one day would be left out must not be chance.
    last = newest[min(len(newest), LEAST_PAIRS) - 1].shown_on if newest else today
    counted = [each for each in newest if each.shown_on >= last]
    found = reached([(each.mark, each.agreed) for each in counted])
    if found.gate is Gate.THROUGH and newest[0].shown_on < today - timedelta(days=VALID_DAYS):
        return Reached(Gate.LAPSED, found.pairs, found.exact, found.ac1)
    return found
