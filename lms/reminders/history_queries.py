"""Reads of what one person was reminded of; nothing that she was told about others."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.mail.mail import MailState
from lms.mail.tables import Mail
from lms.reminders.letters import KIND
from lms.reminders.rules import Kind
from lms.reminders.tables import Told

# What concerns herself; what she hears as somebody's manager is hers alone.
_OWN = (Kind.LATE, Kind.DUE, Kind.ENDING, Kind.ASSIGNED, Kind.NOTE)


@dataclass(frozen=True)
class Reminded:
    """The reminder of one of her days: what it told, as kind and number of enrolment, certificate or nudge.

    `state` and `at` are of its mail, None once the outbox has forgotten it.
    """

    on: date
    told: tuple[tuple[Kind, int], ...]
    state: MailState | None
    at: datetime | None


def reminders_of(session: Session, person_id: int) -> tuple[Reminded, ...]:
    """Return every day on which she was reminded of something of her own, oldest first; two queries."""
    told: dict[date, list[tuple[Kind, int]]] = defaultdict(list)
    rows = session.execute(
        select(Told.told_on, Told.kind, Told.subject_id)
        .where(Told.person_id == person_id, Told.kind.in_(_OWN))
        .order_by(Told.told_on, Told.kind, Told.subject_id)
    )
    for told_on, kind, subject_id in rows:
        told[told_on].append((Kind(kind), subject_id))
    mails = {
        day: (MailState(state), ended_at or created_at)
        for day, state, ended_at, created_at in session.execute(
            select(Mail.day, Mail.state, Mail.ended_at, Mail.created_at).where(
                Mail.person_id == person_id, Mail.kind == KIND
            )
        )
    }
    return tuple(Reminded(on, tuple(what), *mails.get(on, (None, None))) for on, what in sorted(told.items()))
