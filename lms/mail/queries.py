"""What lies in the outbox."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.mail.actions import is_due
from lms.mail.mail import MailState, Why
from lms.mail.tables import Mail


@dataclass(frozen=True)
class MailFacts:
    """One mail as lists show it; `day` is a date where the person lives, `why` set when it was withheld."""

    id: int
    person_id: int
    name: str
    day: date
    kind: str
    subject: str
    state: MailState
    why: Why | None
    attempts: int
    error: str
    address: str
    retry_at: datetime
    not_after: datetime | None
    created_at: datetime
    ended_at: datetime | None

    @property
    def may_be_sent_again(self) -> bool:
        """Return whether sending it (again) is a person's to decide."""
        return self.state in (MailState.GIVEN_UP, MailState.PERHAPS, MailState.WITHHELD)


@dataclass(frozen=True)
class OutboxFilter:
    """Which mails are wanted; an empty field lets every mail pass. `words` are part of a name or an address."""

    state: MailState | None = None
    words: str = ""
    day: date | None = None


MOST_COUNTED = 1_000
_MOST_PEOPLE = 200
_COLUMNS = (
    Mail.id, Mail.person_id, Person.name, Mail.day, Mail.kind, Mail.subject, Mail.state, Mail.why, Mail.attempts,
    Mail.error, Mail.address, Mail.retry_at, Mail.not_after, Mail.created_at, Mail.ended_at,
)  # fmt: skip


def has_due(session: Session, now: datetime) -> bool:
    """Return whether there is a mail that somebody has to look at now."""
    return session.scalar(select(select(Mail.id).where(is_due(now)).exists())) or False


def longest_wait(session: Session, now: datetime) -> timedelta | None:
    """Return how long the mail that waits longest could have been sent already, None when none waits."""
    waiting = select(func.min(Mail.waiting_since)).where(
        Mail.state == MailState.WAITING, Mail.waiting_since <= now
    )
    since = session.scalar(waiting)
    return None if since is None else now - since


def mails(
    session: Session, wanted: OutboxFilter, *, before: int | None = None, limit: int = 50
) -> list[MailFacts]:
    """Return the newest of the wanted mails with a number below `before`; one query."""
    query = _wanted(wanted).order_by(Mail.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Mail.id < before)
    return [_facts(row) for row in session.execute(query)]


def find_mail(session: Session, mail_id: int) -> MailFacts | None:
    """Return one mail, or None."""
    row = session.execute(_wanted(OutboxFilter()).where(Mail.id == mail_id)).one_or_none()
    return None if row is None else _facts(row)


def text_of(session: Session, mail_id: int) -> str:
    """Return the words of this mail, empty when it is not there."""
    return session.scalar(select(Mail.text).where(Mail.id == mail_id)) or ""


def counts(session: Session) -> dict[MailState, int]:
    """Return how many mails there are in each state, at most MOST_COUNTED + 1; one query whose cost has an end."""
    counted = [_count_of(state).label(state.name) for state in MailState]
    row = session.execute(select(*counted)).one()
    return {state: getattr(row, state.name) for state in MailState}


def _count_of(state: MailState) -> ScalarSelect[int]:
    some = select(Mail.id).where(Mail.state == state).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _wanted(wanted: OutboxFilter) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = select(*_COLUMNS).join(Person, Person.id == Mail.person_id)
    if wanted.state is not None:
        query = query.where(Mail.state == wanted.state)
    if wanted.words:
        people = select(Person.id).where(
            or_(*(column.icontains(wanted.words, autoescape=True) for column in (Person.name, Person.email)))
        )
        query = query.where(Mail.person_id.in_(people.limit(_MOST_PEOPLE)))
    if wanted.day is not None:
        query = query.where(Mail.day == wanted.day)
    return query


def _facts(row: Any) -> MailFacts:
    why = Why(row.why) if row.why else None
    return MailFacts(**{**row._mapping, "state": MailState(row.state), "why": why})


@dataclass(frozen=True)
class WaitingMail:
    """One mail that nobody has taken yet, or that the mail server did not take.

    `not_after` is None when somebody wanted it sent whatever the hour.
    """

    id: int
    person_id: int
    day: date
    kind: str
    not_after: datetime | None
    created_at: datetime


def waiting_of(session: Session, kinds: Collection[str], after_id: int, most: int) -> tuple[WaitingMail, ...]:
    """Return up to `most` waiting mails of these kinds with a greater number, by it; one query of the open."""
    rows = session.execute(
        select(Mail.id, Mail.person_id, Mail.day, Mail.kind, Mail.not_after, Mail.created_at)
        .where(Mail.state == MailState.WAITING, Mail.kind.in_(kinds), Mail.id > after_id)
        .order_by(Mail.id)
        .limit(most)
    )
    return tuple(WaitingMail(*row) for row in rows)
