"""First attempts at one quiz as the database counts them, before anything is worked out; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any


class Band(IntEnum):
    """Where an attempt stands among all by its total: the best and the weakest third, and the 27 % within each.

    Equal totals stand in the order in which the attempts were begun.
    """

    BEST = 5
    HIGH = 4
    MIDDLE = 3
    LOW = 2
    WEAKEST = 1

    @property
    def third(self) -> int:
        """Return 0 for the low, 1 for the middle, 2 for the high third."""
        return (self > Band.LOW) + (self > Band.MIDDLE)


@dataclass(frozen=True)
class Group:
    """Attempts alike: of one release, in one band, with one total (0..1 of the points asked).

    `lead` is the question that their papers begin with, where forms differ in it, else "". `passed` are how many
    of the `count` passed.
    """

    id: int
    release_id: int
    band: Band
    total: float
    lead: str
    count: int
    passed: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Answered:
    """`count` attempts of a group that answered a question alike and earned this mark (0..1) for it.

    `response` is None where answers were counted by their marks alone.
    """

    question_id: str
    group: Group
    response: Any
    mark: float
    count: int


@dataclass(frozen=True)
class Tally:
    """First attempts at one quiz: who they are in groups, what they answered, and what they left open.

    `left_open` is by question and group id where papers differ; None where every paper asked everything.
    """

    groups: tuple[Group, ...] = ()
    answers: Mapping[str, tuple[Answered, ...]] = field(default_factory=dict)
    left_open: Mapping[str, Mapping[int, int]] | None = None

    @property
    def n(self) -> int:
        """Return how many first attempts these are."""
        return sum(group.count for group in self.groups)

    @property
    def release_ids(self) -> frozenset[int]:
        """Return the releases they were made on."""
        return frozenset(group.release_id for group in self.groups)

    def of(self, question_id: str) -> tuple[Answered, ...]:
        """Return what was answered to a question."""
        return self.answers.get(question_id, ())

    def opened(self, question_id: str) -> dict[Group, int]:
        """Return how many of each group were asked a question and left it open.

        Where every paper asked everything these are all who did not answer, also those of releases that did not
        have the question: look at groups of releases that had it.
        """
        if self.left_open is not None:
            counts = self.left_open.get(question_id, {})
            return {group: counts[group.id] for group in self.groups if group.id in counts}
        answered = Counter[int]()
        for each in self.of(question_id):
            answered[each.group.id] += each.count
        left = {group: group.count - answered[group.id] for group in self.groups}
        return {group: count for group, count in left.items() if count > 0}


def newest_first(groups: Iterable[Group]) -> list[int]:
    """Return the releases of these groups, the one with the latest attempt first."""
    latest: dict[int, datetime] = {}
    for group in groups:
        latest[group.release_id] = max(latest.get(group.release_id, group.last_at), group.last_at)
    return sorted(latest, key=lambda release_id: (latest[release_id], release_id), reverse=True)
