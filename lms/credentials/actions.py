"""Writes of certificates: one for each completed enrolment, and its revocation; mistakes are put right beside."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.audit.actions import record
from lms.content.course import Course
from lms.content.queries import course_at, find_course
from lms.credentials import awarding
from lms.credentials.renewal_actions import ask_again
from lms.credentials.renewing import first_day
from lms.credentials.tables import Certificate
from lms.organisation import queries as organisation
from lms.plans.settling_actions import follow_completion, follow_withdrawal
from lms.progress.completion import Completion, completion_of
from lms.progress.history_queries import facts_of, happened_in
from lms.progress.summary_actions import lock_enrolment
from lms.progress.tables import Enrolment

# Serials are short: two may coincide once in a billion, and then the next one is taken.
_SERIAL_TRIES = 5
MOST_REASON = 500


@dataclass(frozen=True)
class Deed:
    """Who does something privileged, when and from where, for the audit log."""

    actor_id: int | None
    actor_name: str
    address: str
    now: datetime


def award_what_is_due(session: Session, enrolment_id: int, now: datetime) -> int | None:
    """Issue the certificate of this enrolment when it is complete and has none; returns the certificate's id.

    Call it after the act that may complete, in the same transaction; one query while nothing is due. However
    many call at once, one certificate is issued. A revoked certificate is not issued again. What comes next in a
    programme opens with it.
    """
    completed_at, certificate_id = _state(session, enrolment_id)
    if completed_at is None or certificate_id is not None:
        return certificate_id
    enrolment = lock_enrolment(session, Enrolment.id == enrolment_id)
    assert enrolment is not None
    certificate_id = _state(session, enrolment_id)[1]
    if certificate_id is not None:
        return certificate_id
    certificate_id = _issue(session, enrolment, completed_at, now)
    follow_completion(session, enrolment.person_id, enrolment.course_slug, now)
    return certificate_id


def revoke_certificate(session: Session, serial: str, reason: str, deed: Deed) -> bool:
    """Revoke a certificate for a stated reason; returns whether it was in force until now. Audited.

    Whoever is still asked for the course is asked for all of it again, in a round of its own; what comes after it
    in a programme follows in a moment.
    """
    certificate = held_certificate(session, serial)
    if certificate is None or certificate.revoked_at is not None:
        return False
    revoke(session, certificate, reason, deed)
    earned_in = session.get_one(Enrolment, certificate.enrolment_id)
    earned_in.withdrawn_on = certificate.revoked_on
    session.flush()
    course = find_course(session, certificate.course_slug)
    if course is not None:
        ask_again(session, certificate, course, deed.now)
    follow_withdrawal(session, certificate.person_id, certificate.course_slug, deed.now)
    note_deed(session, "certificate.withdraw", certificate, deed, reason=certificate.revoked_reason)
    return True


def held_certificate(session: Session, serial: str) -> Certificate | None:
    """Return this certificate, locked until the commit together with the round it stands for, or None."""
    # The round first, as whoever learns in it does.
    earned_in = select(Certificate.enrolment_id).where(Certificate.serial == serial)
    lock_enrolment(session, Enrolment.id == earned_in.scalar_subquery())
    query = select(Certificate).where(Certificate.serial == serial).with_for_update(key_share=True)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def revoke(session: Session, certificate: Certificate, reason: str, deed: Deed) -> None:
    """Write into a certificate that it holds no more from now on, and why."""
    certificate.revoked_at, certificate.revoked_by = deed.now, deed.actor_id
    certificate.revoked_on = day_of_holder(session, certificate, deed.now)
    certificate.revoked_reason = one_line(reason)
    session.flush()


def day_of_holder(session: Session, certificate: Certificate, now: datetime) -> date:
    """Return the day it is where the holder of this certificate lives."""
    zone = session.scalars(select(Person.time_zone).where(Person.id == certificate.person_id)).one()
    return awarding.day_of(now, zone)


def one_line(reason: str) -> str:
    """Return a reason as it is kept."""
    return " ".join(reason.split())[:MOST_REASON]


def note_deed(session: Session, action: str, certificate: Certificate, deed: Deed, **detail: Any) -> None:
    """Record in the audit log what was done to a certificate; the last thing of the deed."""
    record(
        session,
        now=deed.now,
        actor_id=deed.actor_id,
        actor_name=deed.actor_name,
        action=action,
        subject=f"person:{certificate.person_id}",
        detail={"certificate": certificate.serial, "course": certificate.course_slug, **detail},
        address=deed.address,
    )


def issue_with_free_serial(session: Session, certificate: Certificate) -> bool:
    """Store a new certificate under a serial that nobody has; False when its round has one of its own by now."""
    for _ in range(_SERIAL_TRIES):
        certificate.serial = awarding.new_serial(certificate.completed_on)
        try:
            with session.begin_nested():
                session.add(certificate)
                session.flush()
        except IntegrityError:
            assert certificate.enrolment_id is not None
            if _state(session, certificate.enrolment_id)[1] is not None:
                return False
        else:
            return True
    raise RuntimeError(f"no free serial for enrolment {certificate.enrolment_id}")


def _state(session: Session, enrolment_id: int) -> tuple[datetime | None, int | None]:
    row = session.execute(
        select(Enrolment.completed_at, Certificate.id)
        .outerjoin(Certificate, Certificate.enrolment_id == Enrolment.id)
        .where(Enrolment.id == enrolment_id)
    ).one_or_none()
    return (row[0], row[1]) if row else (None, None)


def _issue(session: Session, enrolment: Enrolment, completed_at: datetime, now: datetime) -> int:
    course = course_at(session, enrolment.release_id)
    facts = facts_of(session, [enrolment.id])[enrolment.id]
    completion = completion_of(course, happened_in(facts, is_renewal=enrolment.renews_by is not None))
    certificate = _certificate(session, enrolment, course, completion, completed_at, now)
    if issue_with_free_serial(session, certificate):
        return certificate.id
    issued = _state(session, enrolment.id)[1]
    assert issued is not None
    return issued


def _renewed_until(session: Session, enrolment: Enrolment) -> date | None:
    """Return the last day of the certificate that this round renews, or None when it does not hold any more."""
    earlier = Enrolment.__table__.alias("earlier")
    query = (
        select(Certificate.valid_until)
        .join(earlier, earlier.c.id == Certificate.enrolment_id)
        .where(
            earlier.c.person_id == enrolment.person_id,
            earlier.c.course_slug == enrolment.course_slug,
            earlier.c.round == enrolment.round - 1,
            Certificate.revoked_at.is_(None),
        )
    )
    return session.scalar(query)


def _certificate(
    session: Session,
    enrolment: Enrolment,
    course: Course,
    completion: Completion,
    completed_at: datetime,
    now: datetime,
) -> Certificate:
    person = session.execute(
        select(Person.id, Person.name, Person.language, Person.time_zone).where(Person.id == enrolment.person_id)
    ).one()
    completed_on = awarding.day_of(completed_at, person.time_zone)
    months = course.valid_for_months
    renewed_until = _renewed_until(session, enrolment) if enrolment.renews_by else None
    return Certificate(
        enrolment_id=enrolment.id,
        person_id=person.id,
        code=awarding.new_verification_code(),
        person_name=" ".join(person.name.split()),
        organisation_name=organisation.name(session)[:200],
        course_slug=course.slug,
        course_title=course.title,
        language=person.language,
        release_id=course.release_id,
        release_number=course.number,
        release_hash=course.hash,
        conditions=[each.as_plain() for each in awarding.conditions_met(completion, person.time_zone)],
        mark=awarding.final_mark(completion),
        hours=course.cpd_hours,
        issued_at=now,
        # Never before what it is dated by, whatever the clock did in between.
        issued_on=max(completed_on, awarding.day_of(now, person.time_zone)),
        completed_on=completed_on,
        valid_until=awarding.months_after(first_day(completed_on, renewed_until), months) if months else None,
    )
