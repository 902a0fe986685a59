"""When something learned is asked again: FSRS-6 as the well-kept `fsrs` library computes it; pure.

Without learning steps and without chance, so the same answers give the same days everywhere and for good. Days are
whole days of the person's own. Source: 2.10 of the measurement notes; Open Spaced Repetition, `fsrs` 6.3.

The library differs from the formulas in one place that is not reached here: of several answers on one day it lets
a hard one not lower the stability either. Nothing is asked twice a day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import IntEnum
from functools import cache

from fsrs import Card, Rating, Scheduler, State


class Grade(IntEnum):
    """How well something was recalled, as FSRS counts it."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True)
class Memory:
    """How well something is remembered: `stability` in days until recall falls to 90 %, `difficulty` 1..10."""

    stability: float
    difficulty: float
    reviewed_on: date


@dataclass(frozen=True)
class Pace:
    """How likely recall is to be when it is asked for (0..1), and after how many days it is asked for anyway."""

    retention: float = 0.9
    most_days: int = 180


USUAL = Pace()


def begun(grade: Grade, day: date) -> Memory:
    """Return the memory of what was met for the first time on this day."""
    return _answered(Card(card_id=0, due=_moment(day)), grade, day)


def answered(memory: Memory, grade: Grade, day: date) -> Memory:
    """Return the memory after an answer on this day, which is never taken for one before the last."""
    return _answered(_card(memory), grade, max(day, memory.reviewed_on))


def replayed(memory: Memory, answers: Iterable[tuple[Grade, date]]) -> Memory:
    """Return the memory after these answers, oldest first."""
    for grade, day in answers:
        memory = answered(memory, grade, day)
    return memory


def recall(memory: Memory, day: date) -> float:
    """Return how likely it is to be recalled on this day, 0..1."""
    return _scheduler(USUAL).get_card_retrievability(_card(memory), _moment(day))


def gap_days(memory: Memory, pace: Pace = USUAL) -> int:
    """Return after how many days it is to be asked again, at least 1."""
    # The library keeps this rule to itself but for a review: its own words are taken, not a copy of them.
    return _scheduler(pace)._next_interval(stability=memory.stability)


def _answered(card: Card, grade: Grade, day: date) -> Memory:
    after, _log = _scheduler(USUAL).review_card(card, Rating(grade), _moment(day))
    assert after.stability is not None and after.difficulty is not None
    return Memory(after.stability, after.difficulty, day)


def _card(memory: Memory) -> Card:
    last = _moment(memory.reviewed_on)
    # A number and a day are given because the library would otherwise ask the clock and wait.
    return Card(0, State.Review, None, memory.stability, memory.difficulty, last, last)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


@cache
def _scheduler(pace: Pace) -> Scheduler:
    return Scheduler(
        desired_retention=pace.retention,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=pace.most_days,
        enable_fuzzing=False,
    )
