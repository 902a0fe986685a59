"""What somebody sees of her own account, and how a browser's long name is said in two words."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lms.web.fields import FieldProblem
from lms.web.peace import LeavePart, QuietPart


class Proof(StrEnum):
    """What must be typed before a secret may be changed."""

    PASSWORD = "password"
    PIN = "pin"
    NOTHING = ""


@dataclass(frozen=True)
class OwnSession:
    """One browser in which the person is signed in; `ref` names it in the form that signs it out."""

    ref: str
    device: str
    method: str
    shared_device: bool
    address: str
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True)
class OwnPage:
    """A person's own settings, what opens the account, and where it is open."""

    name: str
    sign_in_name: str
    email: str | None
    languages: tuple[tuple[str, str], ...]
    language: str
    time_zones: tuple[tuple[str, str], ...]
    time_zone: str
    has_password: bool
    may_change_password: bool
    password_proof: Proof
    has_card: bool
    has_pin: bool
    pin_proof: Proof
    sessions: tuple[OwnSession, ...]
    manages: bool
    calendar_since: datetime | None
    teams_calendar_since: datetime | None
    leave: LeavePart
    quiet: QuietPart
    has_own_quiet: bool
    question_way: str
    has_question_address: bool
    problems: tuple[FieldProblem, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def device(agent: str) -> str:
    """Return what the browser's own description says, such as "Firefox, Windows"; empty when it says nothing."""
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (_BROWSERS, _SYSTEMS)]
    return ", ".join(word for word in found if word)
