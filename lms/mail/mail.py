"""What a mail is while it lies in the outbox: its states, and how long one waits that could not be sent."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

# How long a conversation with the mail server may take before nobody believes any more that it goes on.
LEASE = timedelta(minutes=5)
# What could not be sent for so long tells nobody anything new.
STALE_AFTER = timedelta(days=2)
# No reminder is what somebody asked for, nor what was done to her certificate: it takes nobody's mail of the day.
NO_REMINDER = frozenset({"report", "certificate"})
_FIRST_DELAY = timedelta(minutes=1)
_LONGEST_DELAY = timedelta(hours=1)


class MailState(StrEnum):
    """How far a mail is; only the first two move by themselves."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    PERHAPS = "perhaps"
    GIVEN_UP = "given up"
    WITHHELD = "withheld"


class Why(StrEnum):
    """Why a mail was withheld."""

    NO_SERVER = "no server"
    NO_ADDRESS = "no address"
    DISABLED = "disabled"
    MADE_UP = "made up"


@dataclass(frozen=True)
class Post:
    """A mail to be put into the outbox; `key` names what it tells, `day` is a date where its reader lives.

    It is sent from `not_before` until `not_after`; then it waits to be called back.
    """

    person_id: int
    day: date
    kind: str
    subject: str
    text: str
    html: str
    key: str
    not_before: datetime
    not_after: datetime | None = None


@dataclass(frozen=True)
class Letter:
    """A mail in the hands of who sends it; `attempt` fences as a job's does."""

    mail_id: int
    attempt: int
    message_id: str
    name: str
    address: str
    subject: str
    text: str
    html: str


# Set apart for examples and tests (RFC 2606, RFC 6761): nobody reads mail there.
_NOBODYS = ("example", "invalid", "test", "example.com", "example.net", "example.org")


def reaches_nobody(address: str) -> bool:
    """Return whether the address is of a domain set apart for examples, as those of invented people are."""
    domain = address.rpartition("@")[2].casefold().rstrip(".")
    return any(domain == each or domain.endswith(f".{each}") for each in _NOBODYS)


def delay_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: a minute, then twice as long each time, up to an hour."""
    return min(_FIRST_DELAY * int(2 ** min(max(0, attempts - 1), 10)), _LONGEST_DELAY)
