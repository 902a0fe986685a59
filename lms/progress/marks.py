"""What marks add up to and when they are enough; pure.

Marks are floats 0..1. Sums of thirds and tenths carry noise in the last digits, so a mark that is within one
billionth of what is needed is enough; nothing else is ever rounded before it is compared.
"""

from collections.abc import Iterable
from math import floor

_NOISE = 1e-9


def reaches(mark: float, needed: float) -> bool:
    """Return whether a mark (0..1) is at least what is needed, float noise forgiven."""
    return mark + _NOISE >= needed


def weighted_mark(points_and_marks: Iterable[tuple[float, float]]) -> float:
    """Return the mean mark (0..1) weighed by points: all alike when no question has points, 0 of nothing."""
    pairs = list(points_and_marks)
    points = sum(weight for weight, _ in pairs)
    if points <= 0:
        pairs = [(1.0, mark) for _, mark in pairs]
        points = len(pairs)
    if not pairs:
        return 0.0
    return min(1.0, max(0.0, sum(weight * mark for weight, mark in pairs) / points))


def percent_of(mark: float) -> int:
    """Return a mark as whole percent (0..100), rounded down: 79.6 % never shows as a failed 80 %."""
    return min(100, max(0, floor((mark + _NOISE) * 100)))
