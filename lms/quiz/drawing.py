"""Which questions a learner gets and in which order everything stands, from a stored seed.

The way from seed to paper is part of what is stored: things are sorted by SHA-256 of `seed:purpose:id`, never
by a library's random numbers, so that the same seed gives the same paper on every version of Python.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lms.quiz.question import OrderKey, Question
from lms.quiz.registry import kind_of

FIXED = "fixed"


class PoolDraw(Protocol):
    """How many questions come from which pool; `content.course.Draw` is one."""

    @property
    def count(self) -> int:
        """Return how many."""
        ...

    @property
    def pool(self) -> str:
        """Return the pool's name."""
        ...


@dataclass(frozen=True)
class Shown:
    """One question on a paper; `order` holds the ids of its options, items or right sides as they are shown."""

    question_id: str
    order: tuple[str, ...] = ()


def form_of_turn(forms: Sequence[str], turn: int) -> str:
    """Return the form of somebody's turn (from 0): each in its row and round again; "" without forms."""
    return forms[turn % len(forms)] if forms else ""


def draw(
    questions: Sequence[Question], draws: Sequence[PoolDraw], shuffle: bool, seed: int, form: str = ""
) -> tuple[Shown, ...]:
    """Return the paper of this seed: one form, as many of each pool as the draws ask for, or every question.

    No question comes twice; a pool that is too small gives all it has; one that several quizzes filled gives
    from as many of them as it can. `shuffle` is about the order of the questions; options are always shuffled,
    unless the question's heading says `.fixed`.
    """
    if form:
        drawn = [question for question in questions if question.form == form]
    else:
        drawn = _drawn(questions, draws, seed) if draws else list(questions)
    if shuffle:
        by_id = {question.id: question for question in drawn}
        drawn = [by_id[question_id] for question_id in _shuffled(by_id, seed, "paper")]
    return tuple(shown(question, seed) for question in drawn)


def shown(question: Question, seed: int) -> Shown:
    """Return one question as this seed shows it, for questions that stand in a lesson."""
    parts = kind_of(question).shown(question.key)
    ids = [item.id for item in parts.options or parts.items or parts.rights]
    if FIXED in question.roles and parts.options:
        return Shown(question.id, tuple(ids))
    order = _shuffled(ids, seed, f"options:{question.id}")
    # Nobody should find the steps already in order and be done by doing nothing.
    if isinstance(question.key, OrderKey) and order == [item.id for item in question.key.items]:
        order = [*order[1:], order[0]]
    return Shown(question.id, tuple(order))


def paper_to_plain(paper: Iterable[Shown]) -> list[Any]:
    """Return the paper as lists and texts for JSON."""
    return [[each.question_id, list(each.order)] for each in paper]


def paper_from_plain(plain: Iterable[Any]) -> tuple[Shown, ...]:
    """Return the paper that `paper_to_plain` wrote."""
    return tuple(Shown(question_id, tuple(order)) for question_id, order in plain)


def _shuffled(ids: Iterable[str], seed: int, purpose: str) -> list[str]:
    return sorted(ids, key=lambda each: hashlib.sha256(f"{seed}:{purpose}:{each}".encode()).digest())


def _drawn(questions: Sequence[Question], draws: Sequence[PoolDraw], seed: int) -> list[Question]:
    taken: set[str] = set()
    for each in draws:
        homes = {
            question.id: question.home
            for question in questions
            if question.pool == each.pool and question.id not in taken
        }
        taken.update(_spread(_shuffled(homes, seed, "draw"), homes)[: each.count])
    return [question for question in questions if question.id in taken]


def _spread(ids: list[str], homes: dict[str, str]) -> list[str]:
    """Return the ids with the first of every home before the second of any; else in their order."""
    seen: Counter[str] = Counter()
    rounds = {}
    for question_id in ids:
        rounds[question_id] = seen[homes[question_id]]
        seen[homes[question_id]] += 1
    return sorted(ids, key=lambda question_id: rounds[question_id])
