"""Reads about certificates: a person's own, one by its serial, one by the code a stranger has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.tables import Person
from lms.content.course import ConditionKind
from lms.credentials.awarding import day_of
from lms.credentials.certificate import ConditionMet, IssuedCertificate, Standing, standing
from lms.credentials.tables import Certificate, WithdrawalTakenBack
from lms.ids import typed_code

_BATCH = 500
_LATER = Certificate.__table__.alias("later")
_NEXT, _BEFORE = Certificate.__table__.alias("next"), Certificate.__table__.alias("before")
_COLUMNS = (
    Certificate.person_id,
    Certificate.serial,
    Certificate.code,
    Certificate.person_name,
    Certificate.organisation_name,
    Certificate.course_slug,
    Certificate.course_title,
    Certificate.language,
    Certificate.release_number,
    Certificate.release_hash,
    Certificate.conditions,
    Certificate.mark,
    Certificate.hours,
    Certificate.issued_at,
    Certificate.completed_on,
    Certificate.valid_until,
    Certificate.revoked_at,
    Certificate.revoked_reason,
    Person.time_zone,
    select(_LATER.c.serial)
    .where(
        _LATER.c.person_id == Certificate.person_id,
        _LATER.c.course_slug == Certificate.course_slug,
        _LATER.c.id > Certificate.id,
        _LATER.c.revoked_at.is_(None),
    )
    .order_by(_LATER.c.id)
    .limit(1)
    .correlate(Certificate)
    .scalar_subquery()
    .label("renewed_by"),
    select(_NEXT.c.serial)
    .where(_NEXT.c.replaces_id == Certificate.id)
    .correlate(Certificate)
    .scalar_subquery()
    .label("replaced_by"),
    select(_BEFORE.c.serial)
    .where(_BEFORE.c.id == Certificate.replaces_id)
    .correlate(Certificate)
    .scalar_subquery()
    .label("replaces"),
)
_ISSUED = select(*_COLUMNS).join(Person, Person.id == Certificate.person_id)


@dataclass(frozen=True)
class CertificateLine:
    """One certificate in a list; `issued_on` is the day the course was completed, which it is dated by.

    `revoked_on` and the reason are there when it was withdrawn; `replaced_by` is the serial of the one that was
    issued in its place, and then `enrolment_id` is None: that one stands for the round.
    """

    enrolment_id: int | None
    serial: str
    course_slug: str
    course_title: str
    issued_on: date
    valid_until: date | None
    standing: Standing
    revoked_on: date | None = None
    revoked_reason: str = ""
    replaced_by: str | None = None

    @property
    def is_valid(self) -> bool:
        """Return whether the certificate held when it was asked for."""
        return self.standing is Standing.VALID


@dataclass(frozen=True)
class Held:
    """What a report says of the newest certificate of a person in a course."""

    serial: str
    completed_on: date
    valid_until: date | None


def certificates_of(session: Session, person_id: int, now: datetime) -> list[CertificateLine]:
    """Return the person's certificates with their standing now, latest first; one query."""
    columns = _ISSUED.add_columns(Certificate.enrolment_id, Certificate.revoked_on).where(
        Certificate.person_id == person_id
    )
    rows = session.execute(columns.order_by(Certificate.issued_at.desc(), Certificate.id.desc()))
    return [
        CertificateLine(
            row.enrolment_id,
            row.serial,
            row.course_slug,
            row.course_title,
            row.completed_on,
            row.valid_until,
            standing_now(_issued(row), now),
            row.revoked_on,
            row.revoked_reason or "",
            row.replaced_by,
        )
        for row in rows
    ]


def find_certificate(session: Session, serial: str, person_id: int) -> IssuedCertificate | None:
    """Return this person's certificate with this serial, or None when there is none or it is another's.

    Managers ask by a person too: whom they may look at, they have found before.
    """
    return _find(session, Certificate.serial == serial, Certificate.person_id == person_id)


def find_by_serial(session: Session, serial: str) -> IssuedCertificate | None:
    """Return anybody's certificate with this serial, for who administers them, or None."""
    return _find(session, Certificate.serial == serial)


class DeedKind(StrEnum):
    """What can be done to a certificate."""

    ISSUED = "issued"
    WITHDRAWN = "withdrawn"
    GIVEN_BACK = "given back"
    REPLACED = "replaced"


@dataclass(frozen=True)
class PastDeed:
    """One thing that was done to a certificate; `by` is "" for the server itself or whom nobody knows any more."""

    deed: DeedKind
    at: datetime
    by: str = ""
    reason: str = ""


def history_of(session: Session, serial: str) -> tuple[PastDeed, ...]:
    """Return everything that was ever done to this certificate, oldest first; two queries."""
    revoker, taker = aliased(Person), aliased(Person)
    found = session.execute(
        select(Certificate, revoker.name)
        .outerjoin(revoker, revoker.id == Certificate.revoked_by)
        .where(Certificate.serial == serial)
    ).one_or_none()
    if found is None:
        return ()
    certificate, revoked_by = found
    deeds = [PastDeed(DeedKind.ISSUED, certificate.issued_at)]
    taken_back = (
        select(WithdrawalTakenBack, revoker.name, taker.name)
        .outerjoin(revoker, revoker.id == WithdrawalTakenBack.revoked_by)
        .outerjoin(taker, taker.id == WithdrawalTakenBack.taken_back_by)
        .where(WithdrawalTakenBack.certificate_id == certificate.id)
        .order_by(WithdrawalTakenBack.id)
    )
    for row, withdrawn_by, taken_back_by in session.execute(taken_back):
        deeds.append(PastDeed(DeedKind.WITHDRAWN, row.revoked_at, withdrawn_by or "", row.revoked_reason))
        deeds.append(PastDeed(DeedKind.GIVEN_BACK, row.taken_back_at, taken_back_by or "", row.taken_back_reason))
    if certificate.revoked_at is not None:
        last = DeedKind.WITHDRAWN if certificate.enrolment_id is not None else DeedKind.REPLACED
        deeds.append(PastDeed(last, certificate.revoked_at, revoked_by or "", certificate.revoked_reason or ""))
    return tuple(deeds)


def find_by_code(session: Session, typed: str) -> IssuedCertificate | None:
    """Return the certificate with this verification code however it was typed, or None; one indexed query."""
    return _find(session, Certificate.code == typed_code(typed)[:40])


def newest_by_person_and_course(session: Session, person_ids: Sequence[int]) -> dict[tuple[int, str], Held]:
    """Return the newest certificate that was not revoked, by person and course slug; a query per 500 people."""
    held: dict[tuple[int, str], Held] = {}
    for start in range(0, len(person_ids), _BATCH):
        query = (
            select(
                Certificate.person_id,
                Certificate.course_slug,
                Certificate.serial,
                Certificate.completed_on,
                Certificate.valid_until,
            )
            .where(Certificate.person_id.in_(person_ids[start : start + _BATCH]), Certificate.revoked_at.is_(None))
            .order_by(Certificate.id)
        )
        for row in session.execute(query):
            held[row.person_id, row.course_slug] = Held(row.serial, row.completed_on, row.valid_until)
    return held


def standing_now(certificate: IssuedCertificate, now: datetime) -> Standing:
    """Return whether the certificate holds now: today is the day it is where its person lives."""
    return standing(certificate, day_of(now, certificate.time_zone))


def _find(session: Session, *where: ColumnElement[bool]) -> IssuedCertificate | None:
    row = session.execute(_ISSUED.where(*where)).one_or_none()
    return _issued(row) if row else None


def _issued(row: Any) -> IssuedCertificate:
    values = {column.name: getattr(row, column.name) for column in _COLUMNS}
    values["conditions"] = tuple(
        ConditionMet(
            ConditionKind(each["kind"]),
            each["mark"],
            date.fromisoformat(each["met_on"]),
            each.get("days"),
            tuple(each.get("behaviours", ())),
        )
        for each in row.conditions
    )
    return IssuedCertificate(**values)
