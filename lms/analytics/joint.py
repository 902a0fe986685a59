"""How many attempts had which mark and which total: all that the statistics of a question need; pure.

A database hands these out in one GROUP BY, however many attempts there were.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Joint:
    """`count` attempts earned `mark` here and `rest` in everything else they were asked; `total` is of all.

    The three share a unit: points where every attempt was asked the same, else each is a share (0..1).
    """

    mark: float
    rest: float
    total: float
    count: int


def joint(mark: float, total: float, count: int) -> Joint:
    """Return the joint count in points: the rest is the total less the mark."""
    return Joint(mark, total - mark, total, count)


Column = Callable[[Joint], float]


def size(cells: Iterable[Joint]) -> int:
    """Return how many attempts these are."""
    return sum(cell.count for cell in cells)


def mean(cells: Sequence[Joint], of: Column) -> float:
    """Return the mean of a column; at least one attempt."""
    return sum(cell.count * of(cell) for cell in cells) / size(cells)


def covariance(cells: Sequence[Joint], one: Column, other: Column) -> float:
    """Return the sample covariance (divided by n - 1) of two columns; at least two attempts."""
    mean_one, mean_other = mean(cells, one), mean(cells, other)
    crossed = sum(cell.count * (one(cell) - mean_one) * (other(cell) - mean_other) for cell in cells)
    return crossed / (size(cells) - 1)


def variance(cells: Sequence[Joint], of: Column) -> float:
    """Return the sample variance (divided by n - 1) of a column; at least two attempts."""
    return covariance(cells, of, of)


def greatest_covariance(cells: Sequence[Joint], one: Column, other: Column) -> float:
    """Return the covariance if both columns were sorted alike, the largest that their values allow."""
    left, right = _runs(cells, one), _runs(cells, other)
    matched: list[Joint] = []
    while left and right:
        count = min(left[-1][1], right[-1][1])
        matched.append(Joint(left[-1][0], right[-1][0], 0, count))
        for runs in (left, right):
            value, had = runs.pop()
            if had > count:
                runs.append((value, had - count))
    return covariance(matched, mark_of, rest_of)


def _runs(cells: Iterable[Joint], of: Column) -> list[tuple[float, int]]:
    counts: Counter[float] = Counter()
    for cell in cells:
        counts[of(cell)] += cell.count
    return sorted(counts.items())


def mark_of(cell: Joint) -> float:
    """Return the mark in this question."""
    return cell.mark


def rest_of(cell: Joint) -> float:
    """Return what was earned in everything else."""
    return cell.rest


def total_of(cell: Joint) -> float:
    """Return what was earned in all."""
    return cell.total
