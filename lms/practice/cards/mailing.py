"""How somebody hears of her questions by mail, and how long the address in it opens them; pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# Long enough for who reads her mail after a free weekend.
ADDRESS_LASTS = timedelta(days=3)


class Way(StrEnum):
    """Whether a mail speaks of today's questions: one that comes anyway, one of their own as well, or none."""

    ALONG = "along"
    ALONE = "alone"
    NEVER = "never"


@dataclass(frozen=True)
class Waiting:
    """How many questions somebody has today, and about how many minutes they take."""

    count: int
    minutes: int
