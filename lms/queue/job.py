"""What a job is while it lives: its states, the ticket of whoever holds it, and how long a failed one waits."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

# How long a worker that says nothing is believed to be alive.
LEASE = timedelta(seconds=60)
# A lease that ends later than this was given by a clock that has been put back since; it is not waited for.
LONGEST_LEASE = 2 * LEASE
MOST_FAILURES = 7
_FIRST_DELAY = timedelta(seconds=15)
_LONGEST_DELAY = timedelta(hours=1)


class JobState(StrEnum):
    """How far a job is; the last three are ends."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Ticket:
    """A job as its worker holds it; worth something as long as nobody has taken the job again since."""

    job_id: int
    attempt: int
    kind: str
    payload: dict[str, Any]
    asked_by: int | None = None


def delay_after(failures: int) -> timedelta:
    """Return how long to wait after so many failures: 15 seconds, then thrice as long each time, up to 1 h."""
    return min(_FIRST_DELAY * int(3 ** max(0, min(failures, MOST_FAILURES) - 1)), _LONGEST_DELAY)


def slot_key(name: str, slot: str) -> str:
    """Return the key of a periodic job's slot."""
    return f"{name}@{slot}"
