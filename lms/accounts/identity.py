"""The value that says who is signed in and what they hold; pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from lms.accounts.roles import Role


class Method(StrEnum):
    """How somebody signed in; a card is weaker than the others: it may lie about on a shared desk."""

    PASSWORD = "password"
    LINK = "link"
    CARD = "card"


@dataclass(frozen=True)
class SessionLimits:
    """How long a session lives without use, and at all; a shared device gets `shared_idle`."""

    idle: timedelta = timedelta(hours=12)
    absolute: timedelta = timedelta(days=14)
    shared_idle: timedelta = timedelta(minutes=10)


@dataclass(frozen=True)
class SignedIn:
    """One signed-in person, with what Flask-Login asks of a user.

    `managed_team_ids` are the teams of the person's manager grants themselves; the teams below them are
    a query's business. Somebody who came by card holds no role while that session lives.
    """

    person_id: int
    name: str
    language: str
    time_zone: str
    roles: frozenset[Role]
    managed_team_ids: frozenset[int]
    session_hash: str
    signed_in_at: datetime
    shared_device: bool = False
    method: str = Method.PASSWORD
    seen_at: datetime | None = None
    is_authenticated: bool = field(default=True)
    is_active: bool = field(default=True)
    is_anonymous: bool = field(default=False)

    def get_id(self) -> str:
        """Return the session's hash: a person's number never identifies a browser."""
        return self.session_hash

    @property
    def is_strong(self) -> bool:
        """Return whether this sign-in may ever reach a desk other than the learner's."""
        return self.method != Method.CARD

    def has(self, role: Role) -> bool:
        """Return whether the person holds this role somewhere."""
        return role in self.roles
