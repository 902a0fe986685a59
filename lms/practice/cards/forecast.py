"""How well somebody is likely to remember in the days to come, by FSRS; pure. Probabilities are 0..1.

It is a forecast of one person's own memory, made of her own answers, and a mark of nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lms.practice.cards.card import Card
from lms.practice.spacing import Grade, Memory, answered, recall

AHEAD_DAYS = 60
_STEP_DAYS = 2
# The days that are told in words and in the table: today, in a week, in a month, in two.
TOLD_DAYS = (0, 7, 30, AHEAD_DAYS)


@dataclass(frozen=True)
class Curve:
    """How likely recall is, at equal steps from today to `AHEAD_DAYS` later; `told` at `TOLD_DAYS`."""

    values: tuple[float, ...]
    told: tuple[float, ...]


@dataclass(frozen=True)
class Forecast:
    """The mean of several cards as they are, and as they would be if each were answered right today."""

    count: int
    as_it_is: Curve
    if_answered: Curve


@dataclass(frozen=True)
class CardForecast:
    """One behaviour's curve if it is not asked for, and the day on which it is."""

    behaviour_id: str
    curve: Curve
    due_on: date


def forecast(cards: Sequence[Card], day: date) -> Forecast | None:
    """Return what is to be expected of these cards from this day on, None without any."""
    if not cards:
        return None
    memories = [card.memory for card in cards]
    return Forecast(
        len(cards),
        _curve(memories, day),
        _curve([answered(memory, Grade.GOOD, day) for memory in memories], day),
    )


def card_forecasts(cards: Iterable[Card], day: date) -> tuple[CardForecast, ...]:
    """Return the curve of each card, what is most likely to be forgotten first."""
    found = [CardForecast(card.behaviour_id, _curve([card.memory], day), card.due_on) for card in cards]
    return tuple(sorted(found, key=lambda each: (each.curve.told[0], each.behaviour_id)))


def _curve(memories: Sequence[Memory], day: date) -> Curve:
    def mean(days: int) -> float:
        on = day + timedelta(days=days)
        return sum(recall(memory, max(on, memory.reviewed_on)) for memory in memories) / len(memories)

    return Curve(
        tuple(mean(days) for days in range(0, AHEAD_DAYS + 1, _STEP_DAYS)), tuple(mean(days) for days in TOLD_DAYS)
    )
