"""What the pages about jobs and mail show, one value a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.mail.queries import MailFacts
from lms.queue.queries import JobFacts
from lms.web.admin.pages import Choices


@dataclass(frozen=True)
class Mark:
    """A state in a word; `kind` is how it is shown."""

    word: str
    kind: str


@dataclass(frozen=True)
class JobLine:
    """One job in words; `by` is who asked for it, empty when nobody did."""

    job: JobFacts
    what: str
    mark: Mark
    by: str
    may_try_again: bool
    may_cancel: bool


@dataclass(frozen=True)
class JobsPage:
    """Jobs, the newest first; `counts` are (state, word, how many), the open and failed ones only."""

    state: str
    counts: Sequence[tuple[str, str, int]]
    lines: Sequence[JobLine]
    next_before: int | None
    has_worker: bool


@dataclass(frozen=True)
class MailLine:
    """One mail in words; `why` says what became of it where the state alone does not."""

    mail: MailFacts
    what: str
    mark: Mark
    why: str


@dataclass(frozen=True)
class OutboxChoice:
    """Which mails are to be listed, as chosen; unknown choices count as not made."""

    words: str = ""
    state: str = ""
    day: str = ""
    before: int | None = None

    def as_query(self, before: int | None = None) -> dict[str, str | int]:
        """Return the address's parameters for this list, from this mail on."""
        given = {"q": self.words, "state": self.state, "day": self.day, "before": before}
        return {key: value for key, value in given.items() if value}

    @property
    def is_narrow(self) -> bool:
        """Return whether anything was chosen."""
        return bool(self.words or self.state or self.day)


@dataclass(frozen=True)
class OutboxPage:
    """The outbox, the newest first; `counts` are (state, word, how many in words)."""

    choice: OutboxChoice
    states: Choices
    counts: Sequence[tuple[str, str, str]]
    lines: Sequence[MailLine]
    next_before: int | None
    has_server: bool


@dataclass(frozen=True)
class MailPage:
    """One mail: what became of it, and what it says."""

    line: MailLine
    text: str
