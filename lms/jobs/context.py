"""What a handler of a job is handed, and how it is told to stop."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from lms.queue.job import Ticket
from lms.settings import Settings

Result = dict[str, Any] | None


class StoppedError(Exception):
    """The handler was asked to stop: the server ends, or the job was cancelled or is somebody else's by now."""


class GivenUpError(Exception):
    """Trying again would not help; the message says what is wrong and how to mend it."""


@dataclass
class Context:
    """A handler's surroundings; it opens its own sessions on `engine` and commits itself.

    `tell` is cheap and may be called for every row; whoever watches the job writes it down once a second.
    """

    engine: Engine
    settings: Settings
    ticket: Ticket
    stops: tuple[threading.Event, ...] = ()
    share: float = 0.0
    word: str = ""
    told: Callable[["Context"], None] | None = None

    def check(self) -> None:
        """Raise StoppedError when asked to stop."""
        if any(stop.is_set() for stop in self.stops):
            raise StoppedError

    def tell(self, share: float, word: str = "") -> None:
        """Say how far it is, as a share of 1, with a word for people. Raises StoppedError when asked to stop.

        Call it now and then, never with a transaction open: leaving there rolls it back, which is safe, but late.
        """
        self.share, self.word = share, word
        if self.told is not None:
            self.told(self)
        self.check()


Handler = Callable[[Context, dict[str, Any]], Result]
