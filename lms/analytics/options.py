"""How often each option was chosen in the low, the middle and the high third of all attempts; pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from math import sqrt
from typing import Any

from lms.analytics.choosing import Place, chosen_in, is_right, places_of
from lms.analytics.figure import Figure, Why, divided
from lms.measures import Difference, Share, difference, share
from lms.quiz.question import Question

# Fewer people who typed the same could be known by it.
FEWEST_ALIKE = 5
MOST_TYPED = 12


@dataclass(frozen=True)
class Response:
    """`count` attempts of a third (0 low, 1 middle, 2 high) that answered alike; `rest` (0..1) as in `Joint`.

    `value` is None when the question was left open; `mark` is 0..1.
    """

    value: Any
    mark: float
    third: int
    rest: float
    count: int


@dataclass(frozen=True)
class OptionCount:
    """One option: how many chose it, in each third (low, middle, high; None where it is empty) and in all.

    `correlation` is that of choosing it and what was earned in everything else, -1..1.
    """

    id: str
    html: str
    is_right: bool
    thirds: tuple[Share | None, Share | None, Share | None]
    all: Share
    correlation: Figure

    @property
    def of_best(self) -> Share | None:
        """Return the share of the high third that chose it."""
        return self.thirds[2]

    @property
    def lift(self) -> Difference | None:
        """Return the share of the high third less that of the low one."""
        low, _middle, high = self.thirds
        return difference(high, low) if high and low else None


@dataclass(frozen=True)
class PlaceCounts:
    """One place of a question: its options by thirds; `others` typed `different` words too few people share."""

    html: str
    options: tuple[OptionCount, ...]
    is_typed: bool = False
    has_distractors: bool = False
    others: int = 0
    different: int = 0


def by_rest(responses: Iterable[Response]) -> list[Response]:
    """Return the responses with thirds made by what was earned in everything else, equal ones kept together.

    For quizzes so short that a question would have a say in who did well. The best are always in the high third,
    the weakest in the low one, so thirds may differ in size and the middle one may be empty. All are in the middle
    when everybody earned the same.
    """
    cells = list(responses)
    counts = Counter[float]()
    for cell in cells:
        counts[cell.rest] += cell.count
    n, before, thirds = sum(counts.values()), 0, {}
    for rest in sorted(counts):
        thirds[rest] = int(3 * (before + counts[rest] / 2) / n - 1e-9)
        before += counts[rest]
    if len(counts) > 1:
        thirds[min(counts)], thirds[max(counts)] = 0, 2
    else:
        thirds = dict.fromkeys(counts, 1)
    return [replace(cell, third=thirds[cell.rest]) for cell in cells]


def option_counts(question: Question, responses: Sequence[Response]) -> tuple[PlaceCounts, ...]:
    """Return what was chosen in each place; empty when nobody was asked."""
    asked = _Asked(responses)
    if not asked.n:
        return ()
    chosen: dict[tuple[str, str], list[Response]] = defaultdict(list)
    for response in responses:
        for choice in set(chosen_in(question, response.value)):
            chosen[choice].append(response)
    return tuple(_counts(question, place, chosen, asked) for place in places_of(question))


class _Asked:
    """Everybody who was asked: how many in each third, and the moments of what they earned in everything else."""

    def __init__(self, responses: Iterable[Response]) -> None:
        cells = list(responses)
        self.thirds = [sum(cell.count for cell in cells if cell.third == third) for third in range(3)]
        self.n = sum(self.thirds)
        self.mean = sum(cell.count * cell.rest for cell in cells) / self.n if self.n else 0.0
        self.squares = sum(cell.count * (cell.rest - self.mean) ** 2 for cell in cells)

    def correlation(self, who: Iterable[Response]) -> Figure:
        """Return Pearson's correlation of being among these with the rest."""
        cells = list(who)
        count = sum(cell.count for cell in cells)
        if count in (0, self.n):
            return Figure(why=Why.NO_SPREAD)
        above = sum(cell.count * (cell.rest - self.mean) for cell in cells)
        spread = count - count**2 / self.n
        return divided(above, sqrt(spread * self.squares), Why.NO_SPREAD_ELSEWHERE)


def _counts(
    question: Question, place: Place, chosen: dict[tuple[str, str], list[Response]], asked: _Asked
) -> PlaceCounts:
    known = {option.id for option in place.options}
    options = [
        _count(option.id, option.html, option.is_right, chosen.get((place.id, option.id), []), asked)
        for option in place.options
    ]
    if not place.is_typed:
        return PlaceCounts(place.html, tuple(options), has_distractors=place.has_distractors)
    # What the key accepts and nobody typed need not be listed; the first shows what was expected.
    options = [option for at, option in enumerate(options) if at == 0 or option.all.count]
    typed = [
        _count(words, escape(words), is_right(question, place.id, words), who, asked)
        for (place_id, words), who in chosen.items()
        if place_id == place.id and words not in known
    ]
    shown = sorted(
        (option for option in typed if option.all.count >= FEWEST_ALIKE), key=lambda option: -option.all.count
    )[:MOST_TYPED]
    hidden = sum(option.all.count for option in typed) - sum(option.all.count for option in shown)
    return PlaceCounts(
        place.html, (*options, *shown), is_typed=True, others=hidden, different=len(typed) - len(shown)
    )


def _count(option_id: str, html: str, right: bool, who: Sequence[Response], asked: _Asked) -> OptionCount:
    counts = [sum(cell.count for cell in who if cell.third == third) for third in range(3)]
    low, middle, high = (share(count, of) for count, of in zip(counts, asked.thirds, strict=True))
    everybody = share(sum(counts), asked.n)
    assert everybody
    return OptionCount(option_id, html, right, (low, middle, high), everybody, asked.correlation(who))
