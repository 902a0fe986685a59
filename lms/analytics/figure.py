"""One statistic, or the reason why there is none; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why a statistic has no value."""

    TOO_FEW = "too few"
    NO_SPREAD = "no spread"
    NO_SPREAD_ELSEWHERE = "no spread elsewhere"
    ONE_QUESTION = "one question"
    NEGATIVE = "negative"
    DIFFERENT_PAPERS = "different papers"
    SHORT_QUIZ = "short quiz"


@dataclass(frozen=True)
class Figure:
    """A value with None, or no value with the reason; exactly one of them is None."""

    value: float | None = None
    why: Why | None = None

    def times(self, factor: float) -> "Figure":
        """Return the figure in another unit."""
        return self if self.value is None else Figure(self.value * factor)


def divided(numerator: float, denominator: float, why: Why) -> Figure:
    """Return the quotient, or the reason when there is nothing to divide by."""
    # Sums of squares of equal floats need not cancel to zero.
    return Figure(why=why) if abs(denominator) < 1e-12 else Figure(numerator / denominator)


def either(figure: Figure, then: Callable[[float], Figure]) -> Figure:
    """Return what follows from the figure's value, or the same reason for none."""
    return figure if figure.value is None else then(figure.value)


def middle(counts: Mapping[int, int]) -> int | None:
    """Return the lower median of values and how often each was seen; below 0 does not count, None of nothing."""
    ordered = sorted((value, count) for value, count in counts.items() if value >= 0)
    left = (sum(count for _, count in ordered) + 1) // 2
    for value, count in ordered:
        left -= count
        if left <= 0:
            return value
    return None
