"""Cards: when each is due, how an answer is graded, which are for today; pure.

A card begins on the day its behaviour was learned, as if it had been recalled well that day: so it usually comes
back after two days. At most so many come a day, those first that are most likely to be forgotten; what was not
answered waits, and nothing counts it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.practice.spacing import Grade, Memory, Pace, begun, gap_days, recall, replayed
from lms.progress.marks import reaches

MOST_A_DAY = 5
SECONDS_A_DAY = 90
# Who took longer was called away in between; and an answer whose time is unknown counts as a usual one.
LONGEST_SECONDS = 60
USUAL_SECONDS = 20
# Read and answered within this, a scenario of three lines was known, not worked out.
_QUICK_SECONDS = 20
_NEARLY = 0.75


class Confidence(StrEnum):
    """How sure somebody was of an answer, said with it."""

    GUESS = "guess"
    FAIRLY = "fairly"
    SURE = "sure"


@dataclass(frozen=True)
class Kept:
    """What is kept of a card once a question of it was answered; `seconds` are those of the last answer."""

    learned_on: date
    memory: Memory
    due_on: date
    answers: int
    seconds: int


@dataclass(frozen=True)
class Card:
    """One behaviour of one person; `answers` is how many questions of it she has answered."""

    behaviour_id: str
    learned_on: date
    memory: Memory
    pace: Pace
    due_on: date
    answers: int = 0
    seconds: int = 0


def card_of(behaviour_id: str, learned_on: date, pace: Pace, kept: Kept | None) -> Card:
    """Return the card as it stands: as it is kept, or as it begins."""
    if kept is not None:
        return Card(
            behaviour_id, kept.learned_on, kept.memory, pace, kept.due_on, kept.answers, kept.seconds
        )  # fmt: skip
    memory = first_memory(learned_on)
    return Card(behaviour_id, learned_on, memory, pace, due_after(memory, pace))


def first_memory(learned_on: date) -> Memory:
    """Return the memory of a behaviour on the day it was learned."""
    return begun(Grade.GOOD, learned_on)


def due_after(memory: Memory, pace: Pace) -> date:
    """Return the day on which it is to be asked again."""
    # By number: a day near the end of the calendar must not be an error.
    return date.fromordinal(min(memory.reviewed_on.toordinal() + gap_days(memory, pace), date.max.toordinal()))


@dataclass(frozen=True)
class Graded:
    """One answer as far as the card goes: its grade, its seconds, her day, and the pace it was asked at.

    It tells nothing of her memory when it was marked by a key that was found wrong: then `counts` is False.
    """

    grade: Grade
    seconds: int
    day: date
    pace: Pace
    counts: bool = True


def kept_after(learned_on: date, answers: Sequence[Graded]) -> Kept:
    """Return what is kept of a card after these answers, oldest first; there is at least one."""
    memory = replayed(first_memory(learned_on), [(each.grade, each.day) for each in answers if each.counts])
    return Kept(learned_on, memory, due_after(memory, answers[-1].pace), len(answers), answers[-1].seconds)


def grade_of(mark: float, confidence: Confidence, seconds: int) -> Grade:
    """Return how well it was recalled: a wrong answer 1, nearly right or guessed 2, right 3, sure and quick 4."""
    if not reaches(mark, _NEARLY):
        return Grade.AGAIN
    if not reaches(mark, 1.0) or confidence is Confidence.GUESS:
        return Grade.HARD
    is_known = confidence is Confidence.SURE and seconds <= _QUICK_SECONDS
    return Grade.EASY if is_known else Grade.GOOD


@dataclass(frozen=True)
class Today:
    """Somebody's questions of one day: the cards still to come, in their order, and how many are answered."""

    cards: tuple[Card, ...]
    answered: int

    @property
    def minutes(self) -> int:
        """Return about how many minutes the rest takes, at least one."""
        return max(1, round(len(self.cards) * USUAL_SECONDS / 60))


def today_of(cards: Iterable[Card], day: date) -> Today:
    """Return what is for this day: five cards or ninety seconds of them, the most at risk first."""
    cards = list(cards)
    done = [card for card in cards if card.answers and card.memory.reviewed_on >= day]
    due = sorted(
        (card for card in cards if card.due_on <= day and card not in done),
        key=lambda card: (recall(card.memory, day), card.behaviour_id),
    )
    is_time_left = sum(card.seconds for card in done) < SECONDS_A_DAY
    left = max(0, MOST_A_DAY - len(done)) if is_time_left else 0
    return Today(tuple(due[:left]), len(done))


def next_day(cards: Iterable[Card], day: date) -> date | None:
    """Return the first day after this one on which a question comes, or None without cards."""
    return min((max(card.due_on, day.fromordinal(day.toordinal() + 1)) for card in cards), default=None)
