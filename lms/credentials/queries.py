"""Reads about certificates: a person's own, one by its serial, one by the code a stranger has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.content.course import ConditionKind
from lms.credentials.awarding import day_of
from lms.credentials.certificate import ConditionMet, IssuedCertificate, Standing, standing
from lms.credentials.tables import Certificate
from lms.ids import typed_code

_BATCH = 500
_LATER = Certificate.__table__.alias("later")
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
)
_ISSUED = select(*_COLUMNS).join(Person, Person.id == Certificate.person_id)


@dataclass(frozen=True)
class CertificateLine:
    """One certificate in a list; `issued_on` is the day the course was completed, which it is dated by.

    `revoked_on` and the reason are there when it was withdrawn.
    """

    enrolment_id: int
    serial: str
    course_slug: str
    course_title: str
    issued_on: date
    valid_until: date | None
    standing: Standing
    revoked_on: date | None = None
    revoked_reason: str = ""

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
        )
        for row in rows
    ]


def find_certificate(session: Session, serial: str, person_id: int) -> IssuedCertificate | None:
    """Return this person's certificate with this serial, or None when there is none or it is another's.

    Managers ask by a person too: whom they may look at, they have found before.
    """
    return _find(session, Certificate.serial == serial, Certificate.person_id == person_id)


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
            ConditionKind(each["kind"]), each["mark"], date.fromisoformat(each["met_on"]), each.get("days")
        )
        for each in row.conditions
    )
    return IssuedCertificate(**values)
