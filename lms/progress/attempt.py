"""What an attempt is outside the database: its paper, what was saved, how it ended; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from lms.progress import timing
from lms.quiz.drawing import Shown


class Reader(StrEnum):
    """Who has to read an open answer before the attempt has a mark."""

    TRAINER = "trainer"
    LEARNER = "learner"


class ClosedBy(StrEnum):
    """What closed an attempt: the learner's button, or its time limit."""

    LEARNER = "learner"
    TIME = "time"


@dataclass(frozen=True)
class SavedAnswer:
    """One saved answer; `mark` (0..1) is None until the attempt closes."""

    response: Any
    saved_at: datetime
    mark: float | None


@dataclass(frozen=True)
class Attempt:
    """One attempt at a quiz as its learner may have it; `paper` is in shown order, `answers` by question id."""

    id: int
    enrolment_id: int
    person_id: int
    course_slug: str
    activity_id: str
    release_id: int
    number: int
    paper: tuple[Shown, ...]
    answers: Mapping[str, SavedAnswer]
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None
    closed_by: ClosedBy | None
    mark: float | None
    passed: bool | None
    waits_for: Reader | None = None

    @property
    def is_open(self) -> bool:
        """Return whether nothing closed it yet; it may be overdue all the same."""
        return self.submitted_at is None

    def is_overdue(self, now: datetime) -> bool:
        """Return whether its time is over, grace included, and nobody closed it yet."""
        return self.is_open and timing.is_overdue(self.deadline_at, now)

    def seconds_left(self, now: datetime) -> int | None:
        """Return the whole seconds until the stated deadline, never below 0, or None without a limit."""
        return timing.seconds_left(self.deadline_at, now)

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Return the ids of the questions without a saved answer, in shown order."""
        return tuple(asked.question_id for asked in self.paper if asked.question_id not in self.answers)

    @property
    def resume_position(self) -> int:
        """Return the position (from 1) to go on at: the first unanswered question, or the last of all."""
        for position, asked in enumerate(self.paper, start=1):
            if asked.question_id not in self.answers:
                return position
        return len(self.paper)


@dataclass(frozen=True)
class AttemptLine:
    """One attempt in a list, without paper and answers."""

    id: int
    number: int
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None
    closed_by: ClosedBy | None
    mark: float | None
    passed: bool | None
    waits_for: Reader | None = None


@dataclass(frozen=True)
class Result:
    """How an attempt ended; every repetition of a submission gets the same.

    `mark` and `passed` are None as long as an open answer waits for its reader.
    """

    attempt_id: int
    enrolment_id: int
    course_slug: str
    activity_id: str
    number: int
    mark: float | None
    passed: bool | None
    submitted_at: datetime
    closed_by: ClosedBy
    waits_for: Reader | None = None


class StartRefusal(StrEnum):
    """Why no attempt was begun."""

    USED_UP = "used up"
    NOT_OPEN = "not open"
    NOT_MARKED = "not marked"


@dataclass(frozen=True)
class Start:
    """The attempt that is open now, or why there is none; `is_new` when this request began it."""

    enrolment_id: int
    attempt_id: int | None
    is_new: bool = False
    refusal: StartRefusal | None = None


class SaveOutcome(StrEnum):
    """What became of an answer sent to be saved."""

    SAVED = "saved"
    ALREADY_SUBMITTED = "already submitted"
    TIME_IS_UP = "time is up"
    NOT_ON_PAPER = "not on paper"
    NOT_FOUND = "not found"


@dataclass(frozen=True)
class Saved:
    """What became of one answer; `enrolment_id` is None when there is no such attempt of this person."""

    outcome: SaveOutcome
    enrolment_id: int | None = None
    saved_at: datetime | None = None


def is_key(number: int) -> bool:
    """Return whether a number from an address can be a row's key at all: databases refuse larger ones loudly."""
    return 0 < number < 2**63
