"""How far people who marked the same things alone agree: kappa, weighted kappa, AC1, PABAK; pure.

A mark is one of a scale's values, in order; the distance of two marks is the difference of their places on it.
What an observer left out (had no chance to show) is no mark, and the caller leaves that pair out.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class Agreement:
    """How two people agree over the `of` things that both marked, at least one.

    `exact` is the share of the same marks (0..1). The kappas are None where both had only one mark to give: luck
    alone agrees then. `kappa_error` is the standard error of `kappa`. `ac1` and `pabak` hold where nearly all
    marks are alike and kappa falls though people agree.
    """

    of: int
    exact: float
    kappa: float | None
    kappa_error: float | None
    linear_kappa: float | None
    quadratic_kappa: float | None
    ac1: float
    pabak: float


@dataclass(frozen=True)
class PooledAgreement:
    """How any number of people agree over things that two or more of them marked; `pairs` are double marks."""

    pairs: int
    exact: float
    ac1: float


def agreement(pairs: Sequence[tuple[int, int]], scale: Sequence[int]) -> Agreement | None:
    """Return how both agree, or None of no pair; `scale` are all marks there are, lowest first, two or more.

    Raises ValueError for a mark that is not on the scale. Sources: J. Cohen, "A coefficient of agreement for
    nominal scales", Educational and Psychological Measurement 20 (1960), and "Weighted kappa", Psychological
    Bulletin 70 (1968); K. L. Gwet, "Computing inter-rater reliability", British Journal of Mathematical and
    Statistical Psychology 61 (2008); T. Byrt et al., "Bias, prevalence and kappa", J. of Clinical Epidemiology 46
    (1993).
    """
    places = _places(scale)
    found = [(_place(one, places), _place(other, places)) for one, other in pairs]
    if not found:
        return None
    of, marks = len(found), len(places)
    exact = sum(one == other for one, other in found) / of
    by_chance = 1 - _expected_distance(found, _nominal)
    kappa = _kappa(found, _nominal)
    return Agreement(
        of=of,
        exact=exact,
        kappa=kappa,
        kappa_error=None if kappa is None else sqrt(exact * (1 - exact) / (of * (1 - by_chance) ** 2)),
        linear_kappa=_kappa(found, _linear),
        quadratic_kappa=_kappa(found, _quadratic),
        ac1=_ac1(exact, [list(pair) for pair in found], marks),
        pabak=(marks * exact - 1) / (marks - 1),
    )


def pooled(things: Sequence[Sequence[int]], scale: Sequence[int]) -> PooledAgreement | None:
    """Return how all who marked each of these things agree, or None when nothing was marked twice.

    Each of `things` holds the marks it got. A thing counts the same however many marked it, so that one session
    with twelve people does not drown four with two; of two people it is the same figure as `agreement`'s.
    """
    places = _places(scale)
    twice = [[_place(mark, places) for mark in marks] for marks in things if len(marks) > 1]
    if not twice:
        return None
    exact = sum(_alike(marks) for marks in twice) / len(twice)
    pairs = sum(len(marks) * (len(marks) - 1) // 2 for marks in twice)
    return PooledAgreement(pairs, exact, _ac1(exact, twice, len(places)))


def _places(scale: Sequence[int]) -> dict[int, int]:
    places = {mark: place for place, mark in enumerate(scale)}
    if len(places) < 2 or len(places) != len(scale):
        raise ValueError(f"a scale has two or more different marks, not {list(scale)}")
    return places


def _place(mark: int, places: dict[int, int]) -> int:
    if mark not in places:
        raise ValueError(f"{mark} is no mark of {list(places)}")
    return places[mark]


def _alike(marks: Sequence[int]) -> float:
    """Return the share of pairs of these marks that are the same."""
    same = sum(count * (count - 1) for count in Counter(marks).values())
    return same / (len(marks) * (len(marks) - 1))


def _ac1(exact: float, things: Sequence[Sequence[int]], marks: int) -> float:
    shares = [sum(thing.count(place) / len(thing) for thing in things) / len(things) for place in range(marks)]
    by_chance = sum(part * (1 - part) for part in shares) / (marks - 1)
    return (exact - by_chance) / (1 - by_chance)


_Distance = Callable[[int, int], float]


def _nominal(one: int, other: int) -> float:
    return float(one != other)


def _linear(one: int, other: int) -> float:
    return float(abs(one - other))


def _quadratic(one: int, other: int) -> float:
    return float((one - other) ** 2)


def _kappa(pairs: Sequence[tuple[int, int]], distance: _Distance) -> float | None:
    """Return 1 less the distance that there is over the one that luck would give."""
    expected = _expected_distance(pairs, distance)
    if expected == 0:
        return None
    return 1 - sum(distance(*pair) for pair in pairs) / len(pairs) / expected


def _expected_distance(pairs: Sequence[tuple[int, int]], distance: _Distance) -> float:
    ones = Counter(one for one, _ in pairs)
    others = Counter(other for _, other in pairs)
    total = sum(distance(one, other) * ones[one] * others[other] for one in ones for other in others)
    return total / len(pairs) ** 2
