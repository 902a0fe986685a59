"""A manager's friendly note that a course waits: what it may say, and how often; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# One note in a course holds this long, whoever else would like to write one.
HOLDS = timedelta(hours=72)


class Says(StrEnum):
    """What a note says: one of three prepared sentences, never words of one's own."""

    STEP = "step"
    HELP = "help"
    TIME = "time"


class Refusal(StrEnum):
    """Why somebody is not nudged."""

    ONESELF = "oneself"
    DISABLED = "disabled"
    NOT_ENROLLED = "not enrolled"
    DONE = "done"
    EXEMPT = "exempt"


@dataclass(frozen=True)
class Given:
    """A note that holds: by whom and since when; `is_new` when it was given just now, else it was there before."""

    by: str
    at: datetime
    is_new: bool
