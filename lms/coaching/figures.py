"""What many observations add up to, for judging, and how observers give them; pure.

Coach from one, judge only from many: four to ten contacts a month of one person cannot tell people apart. So what
is counted is a behaviour of a team, by contacts, with its interval; below ten nothing is judged, and no list is
ever in the order of marks. Source: measurement 2.0, 2.5.5.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lms.coaching.observation import Mark, scored
from lms.measures import Share, share

PERIOD = timedelta(weeks=4)
PERIODS = 6
# A quarter, what is judged.
JUDGED_DAYS = 91
_SHOWN, _TOLD, _ENOUGH = 5, 10, 20
_FEWEST_QUOTED, _FEWEST_IN_SITUATION = 5, 4
_QUOTES = '“”"„«»‘’'


class Weight(StrEnum):
    """What a share may be used for, by its number: nothing, a look, its interval, a judgment."""

    HIDDEN = "hidden"
    TOO_FEW = "too few"
    INTERVAL = "interval"
    ENOUGH = "enough"


def weight_of(found: Share | None) -> Weight:
    """Return what this share may be used for."""
    if found is None or found.of < _SHOWN:
        return Weight.HIDDEN
    if found.of < _TOLD:
        return Weight.TOO_FEW
    return Weight.INTERVAL if found.of < _ENOUGH else Weight.ENOUGH


@dataclass(frozen=True)
class DayCount:
    """How often one behaviour was seen clearly on a day, of how many contacts in which it had a chance."""

    behaviour_id: str
    on: date
    clearly: int
    of: int


@dataclass(frozen=True)
class BehaviourFigure:
    """How often one behaviour was seen clearly in the last quarter, and its trend by four weeks, oldest first.

    A period of fewer than ten contacts is None.
    """

    behaviour_id: str
    share: Share | None
    periods: tuple[Share | None, ...]

    @property
    def weight(self) -> Weight:
        """Return what the share may be used for."""
        return weight_of(self.share)

    @property
    def has_trend(self) -> bool:
        """Return whether there are at least two periods to compare."""
        return sum(each is not None for each in self.periods) >= 2


def first_day(today: date) -> date:
    """Return the first day of the oldest period that is told."""
    return today - PERIODS * PERIOD + timedelta(days=1)


def behaviour_figures(counts: Iterable[DayCount], today: date) -> dict[str, BehaviourFigure]:
    """Return the figure of each behaviour that had a chance since `first_day`, by behaviour."""
    by_behaviour: dict[str, list[DayCount]] = defaultdict(list)
    for count in counts:
        by_behaviour[count.behaviour_id].append(count)
    return {
        behaviour_id: BehaviourFigure(
            behaviour_id,
            _share([each for each in found if today - each.on < timedelta(days=JUDGED_DAYS)]),
            tuple(_told(_share(inside)) for inside in _by_period(found, today)),
        )
        for behaviour_id, found in by_behaviour.items()
    }


def _by_period(counts: Sequence[DayCount], today: date) -> list[list[DayCount]]:
    periods: list[list[DayCount]] = [[] for _ in range(PERIODS)]
    for count in counts:
        back = (today - count.on) // PERIOD
        if 0 <= back < PERIODS:
            periods[PERIODS - 1 - back].append(count)
    return periods


def _share(counts: Iterable[DayCount]) -> Share | None:
    found = list(counts)
    return share(sum(each.clearly for each in found), sum(each.of for each in found))


def _told(found: Share | None) -> Share | None:
    return found if found and found.of >= _TOLD else None


@dataclass(frozen=True)
class Form:
    """One observation as it tells of its observer: the words it holds and its marks."""

    observer_id: int
    observer_name: str
    words_heard: str
    situation: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class ObserverFigure:
    """How one observer gives observations: how many, the marks 0, 1 and 2 in them, and what is in the words.

    Each has one strength and one next step, so the balance is told by `scores`. `specific` is the share with a
    quote and a situation, `alike` the share of forms of three marks or more that are all the same: whoever marks
    so has marked the person and not the lines. Both are None of fewer than five.
    """

    name: str
    forms: int
    scores: tuple[int, int, int]
    specific: Share | None
    alike: Share | None


def observer_figures(forms: Iterable[Form]) -> tuple[ObserverFigure, ...]:
    """Return the figure of each observer by name."""
    by_observer: dict[tuple[str, str, int], list[Form]] = defaultdict(list)
    for form in forms:
        by_observer[form.observer_name.casefold(), form.observer_name, form.observer_id].append(form)
    return tuple(_observer(name, found) for (_, name, _), found in sorted(by_observer.items()))


def _observer(name: str, forms: Sequence[Form]) -> ObserverFigure:
    scores = [mark.score for form in forms for mark in form.marks]
    several = [form for form in forms if len(scored(form.marks)) >= 3]  # two marks are soon alike
    alike = sum(len({mark.score for mark in scored(form.marks)}) == 1 for form in several)
    return ObserverFigure(
        name=name,
        forms=len(forms),
        scores=(scores.count(0), scores.count(1), scores.count(2)),
        specific=_shown(share(sum(map(is_specific, forms)), len(forms))),
        alike=_shown(share(alike, len(several))),
    )


def _shown(found: Share | None) -> Share | None:
    return found if found and found.of >= _SHOWN else None


def is_specific(form: Form) -> bool:
    """Return whether the feedback holds a quote and says when it was."""
    is_quoted = any(quote in form.words_heard for quote in _QUOTES)
    return (is_quoted or len(form.words_heard.split()) >= _FEWEST_QUOTED) and (
        len(form.situation.split()) >= _FEWEST_IN_SITUATION
    )
