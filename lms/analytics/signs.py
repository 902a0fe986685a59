"""Signs that a question wants mending, the worst first; pure.

A training quiz wants everybody to succeed: that nearly all are right, and that the question therefore tells
nobody apart, is no sign of anything. Looked for are wrong keys, wrong options that mislead those who know, and
options that nobody needs. Nothing is judged on fewer than ten first attempts; what hangs on small shares waits for
thirty.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.analytics.bands import FEWEST_JUDGED, FEWEST_SURE
from lms.analytics.item_statistics import ItemStatistics
from lms.analytics.options import OptionCount, PlaceCounts
from lms.measures import Share, correlation_interval, interval

EASY_ENOUGH = 0.8
_FEWEST_IN_THIRD = 5
_SELDOM = 0.05
_FEWEST_FOR_NOBODY = 20
_WEAK = 20


class Kind(StrEnum):
    """What was found; in the order in which to look at it."""

    AGAINST = "against"
    BEATEN = "beaten"
    MISLEADS = "misleads"
    MISSED_BY_BEST = "missed by the best"
    MISSED_BY_MOST = "missed by most"
    LEFT_OPEN = "left open"
    DEAD = "dead"
    WEAK = "weak"


# The others are worth a look, and may be well as they are.
TO_MEND = frozenset({Kind.AGAINST, Kind.BEATEN, Kind.MISLEADS, Kind.MISSED_BY_BEST, Kind.MISSED_BY_MOST})
# Of a key that rewards the wrong answer.
OF_A_WRONG_KEY = frozenset({Kind.AGAINST, Kind.BEATEN})
_ORDER = tuple(Kind)


@dataclass(frozen=True)
class Sign:
    """One sign; `options` are the options it is about, `value` is what it rests on, 0..1."""

    kind: Kind
    value: float = 0.0
    options: tuple[OptionCount, ...] = ()


def signs_of(
    statistics: ItemStatistics, left_open: Share | None, of_best: float | None, places: Sequence[PlaceCounts]
) -> tuple[Sign, ...]:
    """Return what speaks for mending, the worst first; `of_best` is the mean mark (0..1) of the high third."""
    if statistics.n < FEWEST_JUDGED:
        return ()
    found = [*_of_marks(statistics, of_best), *_of_options(statistics, places)]
    if left_open and left_open.low > _SELDOM:
        found.append(Sign(Kind.LEFT_OPEN, left_open.value))
    return tuple(sorted(found, key=lambda sign: _ORDER.index(sign.kind)))


def urgency(signs: Sequence[Sign]) -> tuple[int, int]:
    """Return a key that sorts questions by what to mend first; those without a sign last."""
    if not signs:
        return (len(_ORDER), 0)
    return (_ORDER.index(signs[0].kind), -len(signs))


def _of_marks(statistics: ItemStatistics, of_best: float | None) -> Iterator[Sign]:
    facility, discrimination = statistics.facility.value or 0.0, statistics.discrimination.value
    if discrimination is not None:
        limits = correlation_interval(discrimination / 100, statistics.n)
        if limits and limits[1] < 0:
            yield Sign(Kind.AGAINST, discrimination / 100)
        elif discrimination < _WEAK and facility < EASY_ENOUGH and statistics.n >= FEWEST_SURE:
            yield Sign(Kind.WEAK, discrimination / 100)
    if of_best is not None and of_best < 0.5:
        yield Sign(Kind.MISSED_BY_BEST, of_best)
    elif interval(facility, statistics.n)[1] < 0.5:
        yield Sign(Kind.MISSED_BY_MOST, facility)


def _of_options(statistics: ItemStatistics, places: Sequence[PlaceCounts]) -> Iterator[Sign]:
    facility = statistics.facility.value or 0.0
    for place in places:
        wrong = [option for option in place.options if not option.is_right]
        beaten = _beating(place.options)
        if beaten:
            yield Sign(Kind.BEATEN, max(map(_share_of_best, beaten)), beaten)
        misleading = tuple(each for each in wrong if each not in beaten and each.lift and each.lift.low > 0)
        if misleading:
            yield Sign(Kind.MISLEADS, max(map(_share_of_best, misleading)), misleading)
        dead = tuple(option for option in wrong if _is_dead(option.all))
        if dead and place.has_distractors and facility < EASY_ENOUGH:
            yield Sign(Kind.DEAD, options=dead)


def _is_dead(chosen: Share) -> bool:
    """Return whether next to nobody chose it, of enough people: nobody of twenty, or under 5 % of thirty."""
    if chosen.count == 0:
        return chosen.of >= _FEWEST_FOR_NOBODY
    return chosen.value < _SELDOM and chosen.of >= FEWEST_SURE


def _beating(options: Sequence[OptionCount]) -> tuple[OptionCount, ...]:
    """Return the wrong options that more of the high third chose than any right one."""
    if not any(option.of_best and option.of_best.of >= _FEWEST_IN_THIRD for option in options):
        return ()
    best = max((_share_of_best(option) for option in options if option.is_right), default=0.0)
    return tuple(option for option in options if not option.is_right and _share_of_best(option) > best)


def _share_of_best(option: OptionCount) -> float:
    return option.of_best.value if option.of_best else 0.0
