"""What an enrolment's summary columns must say, from what happened; pure."""

from dataclasses import dataclass
from datetime import datetime

from lms.content.course import ActivityKind
from lms.progress.completion import Completion, StepState


@dataclass(frozen=True)
class Summary:
    """Where one enrolment stands: the step she is at and how often she failed there, for managers."""

    completed_at: datetime | None
    steps_done: int
    steps_total: int
    minutes_left: int
    next_activity_id: str | None
    failed_attempts: int


def summary_of(completion: Completion) -> Summary:
    """Return the summary of a completion; what is complete has nothing left."""
    missing = completion.missing
    at = missing[0] if missing else None
    has_failed = at is not None and at.kind is not ActivityKind.LESSON and at.state is not StepState.DONE
    return Summary(
        completed_at=completion.completed_at,
        steps_done=len(completion.steps) - len(missing),
        steps_total=len(completion.steps),
        minutes_left=completion.minutes_left,
        next_activity_id=at.activity_id if at else None,
        failed_attempts=at.attempts_made if at and has_failed else 0,
    )
