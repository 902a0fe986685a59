"""Reads of certificates for those who look after others; each takes the teams in question."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.queries import is_on
from lms.accounts.tables import Membership, Person
from lms.credentials.tables import Certificate, WithdrawalTakenBack


def is_earned() -> ColumnElement[bool]:
    """Return the condition that a certificate took no other's place."""
    # Not `is_(None)`: SQLite would then walk all that replace none, and not those of the people in question.
    return func.coalesce(Certificate.replaces_id, 0) == 0


def earned_since(
    session: Session, team_ids: Collection[int], first: date, today: date
) -> tuple[tuple[int, str, str], ...]:
    """Return who of today's members of these teams earned a certificate from this day on, by name; one query.

    Each as person, name and course; one that was revoked is none, nor is one that took another's place.
    """
    if not team_ids:
        return ()
    inside = select(Membership.person_id).where(Membership.team_id.in_(team_ids), is_on(today))
    rows = session.execute(
        select(Certificate.person_id, Person.name, Certificate.course_slug)
        .join(Person, Person.id == Certificate.person_id)
        .where(
            Certificate.person_id.in_(inside),
            Certificate.issued_on >= first,
            Certificate.revoked_at.is_(None),
            is_earned(),
            Person.disabled_at.is_(None),
        )
        .order_by(func.lower(Person.name), Person.id, Certificate.id)
    )
    return tuple((row[0], row[1], row[2]) for row in rows)


@dataclass(frozen=True)
class PastCertificate:
    """One certificate of one person from its issue on.

    `replaces` is the serial of the one whose place it took; `is_replaced` says that another took its own. `pauses`
    are withdrawals that were taken back, with their moments.
    """

    id: int
    serial: str
    course_slug: str
    course_title: str
    valid_until: date | None
    issued_at: datetime
    revoked_at: datetime | None
    replaces: str | None = None
    is_replaced: bool = False
    pauses: tuple[tuple[datetime, datetime], ...] = ()


def certificates_ever(session: Session, person_id: int) -> tuple[PastCertificate, ...]:
    """Return every certificate the person was given, oldest first; two queries."""
    before = aliased(Certificate)
    pauses: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    taken_back = (
        select(
            WithdrawalTakenBack.certificate_id, WithdrawalTakenBack.revoked_at, WithdrawalTakenBack.taken_back_at
        )
        .join(Certificate, Certificate.id == WithdrawalTakenBack.certificate_id)
        .where(Certificate.person_id == person_id)
        .order_by(WithdrawalTakenBack.id)
    )
    for number, withdrawn_at, taken_back_at in session.execute(taken_back):
        pauses[number].append((withdrawn_at, taken_back_at))
    rows = session.execute(
        select(
            Certificate.id,
            Certificate.serial,
            Certificate.course_slug,
            Certificate.course_title,
            Certificate.valid_until,
            Certificate.issued_at,
            Certificate.revoked_at,
            before.serial,
            Certificate.enrolment_id.is_(None),
        )
        .outerjoin(before, before.id == Certificate.replaces_id)
        .where(Certificate.person_id == person_id)
        .order_by(Certificate.issued_at, Certificate.id)
    )
    return tuple(PastCertificate(*row, tuple(pauses[row.id])) for row in rows)
