"""The statistics of one question from joint counts, by classical test theory as Moodle computes it; pure.

Source: Moodle's `mod/quiz/report/statistics`; the formulas stand in docs/statistics.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from lms.analytics.figure import Figure, Why, divided
from lms.analytics.joint import (
    Joint,
    covariance,
    greatest_covariance,
    mark_of,
    mean,
    rest_of,
    size,
    total_of,
    variance,
)


@dataclass(frozen=True)
class ItemStatistics:
    """One question over `n` attempts; `facility` is 0..1, discrimination and efficiency are percent (-100..100).

    `deviation` is in the unit of the marks. `correlation` is Pearson's of mark and total (the point-biserial
    where marks are 0 and 1); `discrimination` is that of mark and rest, times 100.
    """

    n: int
    facility: Figure
    deviation: Figure
    discrimination: Figure
    efficiency: Figure
    correlation: Figure


def item_statistics(cells: Sequence[Joint], highest: float = 1.0) -> ItemStatistics:
    """Return the statistics of a question whose marks go from 0 to `highest`."""
    n = size(cells)
    too_few = Figure(why=Why.TOO_FEW)
    facility = Figure(mean(cells, mark_of) / highest) if n else too_few
    if n < 2:
        return ItemStatistics(n, facility, too_few, too_few, too_few, too_few)
    spread, rest_spread = variance(cells, mark_of), variance(cells, rest_of)
    with_rest = covariance(cells, mark_of, rest_of)
    return ItemStatistics(
        n=n,
        facility=facility,
        deviation=Figure(sqrt(spread)),
        discrimination=_correlation(with_rest, spread, rest_spread).times(100),
        efficiency=_efficiency(cells, with_rest, spread, rest_spread),
        correlation=_correlation(covariance(cells, mark_of, total_of), spread, variance(cells, total_of)),
    )


def upper_lower(upper: Iterable[tuple[float, int]], lower: Iterable[tuple[float, int]]) -> Figure:
    """Return D, the mean mark of the best 27 % less that of the weakest 27 %, from marks and their counts."""
    means = [_mean(pairs) for pairs in (upper, lower)]
    if means[0] is None or means[1] is None:
        return Figure(why=Why.TOO_FEW)
    return Figure(means[0] - means[1])


def group_size(n: int) -> int:
    """Return how many attempts make the best, or the weakest, 27 %: at least 1."""
    return max(1, n * 27 // 100)


def _mean(pairs: Iterable[tuple[float, int]]) -> float | None:
    listed = list(pairs)
    count = sum(each for _, each in listed)
    return sum(mark * each for mark, each in listed) / count if count else None


def _correlation(crossed: float, spread: float, other_spread: float) -> Figure:
    if spread < 1e-12:
        return Figure(why=Why.NO_SPREAD)
    return divided(crossed, sqrt(spread * other_spread), Why.NO_SPREAD_ELSEWHERE)


def _efficiency(cells: Sequence[Joint], with_rest: float, spread: float, rest_spread: float) -> Figure:
    if spread < 1e-12:
        return Figure(why=Why.NO_SPREAD)
    if rest_spread < 1e-12:
        return Figure(why=Why.NO_SPREAD_ELSEWHERE)
    return Figure(100 * with_rest / greatest_covariance(cells, mark_of, rest_of))
