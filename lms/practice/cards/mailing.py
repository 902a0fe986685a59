"""How somebody hears of her questions by mail, and how long the address in it opens them; pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# Long enough for who reads her mail after a free weekend.
ADDRESS_LASTS = timedelta(days=3)


class Opens(StrEnum):
    """What a mail's private address opens: today's questions, or the plans to look back on; never both."""

    QUESTIONS = "questions"
    PLANS = "plans"


class Way(StrEnum):
    """Which mail speaks of today's questions and due plans: one that comes anyway, its own as well, or none."""

    ALONG = "along"
    ALONE = "alone"
    NEVER = "never"


@dataclass(frozen=True)
class Waiting:
    """How many questions somebody has today, and about how many minutes they take."""

    count: int
    minutes: int
