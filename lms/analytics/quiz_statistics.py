"""The statistics of a whole quiz that asks everybody the same, from the joint counts of its questions; pure.

Source: Moodle's `mod/quiz/report/statistics`; alpha is Cronbach's (Psychometrika 16, 1951).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from lms.analytics.figure import Figure, Why, divided, either
from lms.analytics.joint import Joint, covariance, mark_of, mean, size, total_of, variance


@dataclass(frozen=True)
class QuizStatistics:
    """One quiz over `n` attempts, in points; `error_ratio` and each of `weights` are percent.

    `weights` and `alphas_without` stand in the order of the questions. Skewness and kurtosis are Fisher's, from
    k-statistics: 0 for a bell curve.
    """

    n: int
    questions: int
    mean: Figure
    deviation: Figure
    skewness: Figure
    kurtosis: Figure
    alpha: Figure
    error_ratio: Figure
    standard_error: Figure
    weights: tuple[Figure, ...]
    alphas_without: tuple[Figure, ...]


def quiz_statistics(questions: Sequence[Sequence[Joint]]) -> QuizStatistics:
    """Return the statistics of a quiz; each question's counts, in points, are over the same attempts."""
    cells = questions[0] if questions else ()
    n = size(cells)
    if n < 2:
        few = Figure(why=Why.TOO_FEW)
        middle = Figure(mean(cells, total_of)) if n else few
        each = (few,) * len(questions)
        return QuizStatistics(n, len(questions), middle, few, few, few, few, few, few, each, each)
    spread = variance(cells, total_of)
    spreads = [variance(each, mark_of) for each in questions]
    alpha = _alpha(spreads, spread)
    return QuizStatistics(
        n=n,
        questions=len(questions),
        mean=Figure(mean(cells, total_of)),
        deviation=Figure(sqrt(spread)),
        skewness=_skewness(cells),
        kurtosis=_kurtosis(cells),
        alpha=alpha,
        error_ratio=either(alpha, lambda value: Figure(100 * sqrt(1 - value))),
        standard_error=either(alpha, lambda value: Figure(sqrt(spread) * sqrt(1 - value))),
        weights=_weights(questions),
        alphas_without=tuple(_alpha_without(questions, spreads, place) for place in range(len(questions))),
    )


def length_factor(alpha: float, wanted: float) -> Figure:
    """Return how many times as long a quiz must be to reach the wanted alpha (below 1), by Spearman-Brown."""
    if alpha <= 0:
        return Figure(why=Why.NEGATIVE)
    return divided(wanted * (1 - alpha), alpha * (1 - wanted), Why.NO_SPREAD)


def _alpha(spreads: Sequence[float], of_totals: float) -> Figure:
    count = len(spreads)
    if count < 2:
        return Figure(why=Why.ONE_QUESTION)
    return either(
        divided(sum(spreads), of_totals, Why.NO_SPREAD), lambda ratio: Figure(count / (count - 1) * (1 - ratio))
    )


def _alpha_without(questions: Sequence[Sequence[Joint]], spreads: Sequence[float], place: int) -> Figure:
    of_rest = variance(questions[place], lambda cell: cell.total - cell.mark)
    return _alpha([*spreads[:place], *spreads[place + 1 :]], of_rest)


def _weights(questions: Sequence[Sequence[Joint]]) -> tuple[Figure, ...]:
    crossed = [covariance(each, mark_of, total_of) for each in questions]
    whole = sum(sqrt(each) for each in crossed if each > 0)
    return tuple(
        Figure(why=Why.NEGATIVE) if each < 0 else divided(100 * sqrt(each), whole, Why.NO_SPREAD)
        for each in crossed
    )


def _moment(cells: Sequence[Joint], power: int) -> float:
    middle = mean(cells, total_of)
    return sum(cell.count * (cell.total - middle) ** power for cell in cells) / size(cells)


def _skewness(cells: Sequence[Joint]) -> Figure:
    n = size(cells)
    if n < 3:
        return Figure(why=Why.TOO_FEW)
    third = n**2 / ((n - 1) * (n - 2)) * _moment(cells, 3)
    return divided(third, _second(cells) ** 1.5, Why.NO_SPREAD)


def _kurtosis(cells: Sequence[Joint]) -> Figure:
    n = size(cells)
    if n < 4:
        return Figure(why=Why.TOO_FEW)
    inner = (n + 1) * _moment(cells, 4) - 3 * (n - 1) * _moment(cells, 2) ** 2
    fourth = n**2 / ((n - 1) * (n - 2) * (n - 3)) * inner
    return divided(fourth, _second(cells) ** 2, Why.NO_SPREAD)


def _second(cells: Sequence[Joint]) -> float:
    return variance(cells, total_of)
