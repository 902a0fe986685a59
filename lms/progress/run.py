"""What a run through a scenario is outside the database: where it began, its choices, how it ended; pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lms.scenario.playing import State, Turn, played
from lms.scenario.scenario import Outcome, Scenario


@dataclass(frozen=True)
class Run:
    """One run as its learner may have it; `choice_ids` are its choices in turn, `start` is where it began."""

    id: int
    enrolment_id: int
    person_id: int
    course_slug: str
    activity_id: str
    release_id: int
    number: int
    seed: int
    start: State
    from_run_id: int | None
    from_turn: int | None
    started_at: datetime
    finished_at: datetime | None
    outcome: Outcome | None
    score: float | None
    passed: bool | None
    choice_ids: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Return whether it has not come to an ending yet."""
        return self.finished_at is None

    @property
    def is_whole(self) -> bool:
        """Return whether it began where the scenario does; only such a run can pass."""
        return self.from_run_id is None

    @property
    def next_turn(self) -> int:
        """Return the number of the next choice, from 0."""
        return len(self.choice_ids)

    def turns(self, scenario: Scenario) -> tuple[Turn, ...]:
        """Return its turns in the scenario of its own release."""
        return played(scenario, self.seed, self.start, self.choice_ids)


@dataclass(frozen=True)
class RunLine:
    """One run in a list, without its choices; `measures` is true of the first whole one of its enrolment."""

    id: int
    number: int
    is_whole: bool
    measures: bool
    started_at: datetime
    finished_at: datetime | None
    outcome: Outcome | None
    score: float | None
    passed: bool | None


@dataclass(frozen=True)
class RunStart:
    """The run that is open now; `is_new` when this request began it."""

    enrolment_id: int
    run_id: int
    is_new: bool = False


class MoveOutcome(StrEnum):
    """What became of a choice that was sent: made now, made before, or not to be made."""

    MADE = "made"
    MADE_BEFORE = "made before"
    OTHERWISE_MADE = "otherwise made"
    NOT_OFFERED = "not offered"
    NOT_FOUND = "not found"


@dataclass(frozen=True)
class Moved:
    """What became of one choice; `enrolment_id` is None when there is no such run of this person."""

    outcome: MoveOutcome
    enrolment_id: int | None = None
    has_ended: bool = False
