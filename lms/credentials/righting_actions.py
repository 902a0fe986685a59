"""Mistakes put right: a withdrawal taken back, a certificate issued again in another's place.

Nothing that was ever said is erased: a withdrawal that is taken back is kept with its days, and a certificate that
another takes the place of stays under its number and says so. Calls belong inside `writing`.
"""

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from lms.content.queries import find_course
from lms.credentials import awarding
from lms.credentials.actions import (
    Deed,
    award_what_is_due,
    day_of_holder,
    held_certificate,
    issue_with_free_serial,
    note_deed,
    one_line,
    revoke,
)
from lms.credentials.renewal_actions import ask_no_more
from lms.credentials.tables import Certificate, WithdrawalTakenBack
from lms.plans.settling_actions import follow_withdrawal
from lms.progress.tables import Enrolment

# What a certificate that takes another's place has of its own.
_OWN = frozenset({
    "id", "enrolment_id", "replaces_id", "serial", "code", "person_name", "issued_at", "issued_on", "revoked_at",
    "revoked_on", "revoked_by", "revoked_reason",
})  # fmt: skip


def take_back_withdrawal(session: Session, serial: str, reason: str, deed: Deed) -> bool:
    """Let a withdrawn certificate hold again from today on; returns whether it did not until now. Audited.

    The days between stay days on which it was not held. The round that was asked again because of it goes, if
    nobody began it; whoever did may finish it.
    """
    certificate = held_certificate(session, serial)
    if certificate is None or certificate.revoked_at is None or certificate.enrolment_id is None:
        return False
    assert certificate.revoked_on is not None
    session.add(
        WithdrawalTakenBack(
            certificate_id=certificate.id,
            revoked_at=certificate.revoked_at,
            revoked_on=certificate.revoked_on,
            revoked_by=certificate.revoked_by,
            revoked_reason=certificate.revoked_reason or "",
            taken_back_at=deed.now,
            # Never before it was withdrawn, wherever she has moved since.
            taken_back_on=max(certificate.revoked_on, day_of_holder(session, certificate, deed.now)),
            taken_back_by=deed.actor_id,
            taken_back_reason=one_line(reason),
        )
    )
    certificate.revoked_at = certificate.revoked_on = certificate.revoked_by = certificate.revoked_reason = None
    session.get_one(Enrolment, certificate.enrolment_id).withdrawn_on = None
    session.flush()
    course = find_course(session, certificate.course_slug)
    completed = ask_no_more(session, certificate, course, deed.now)
    if completed is not None:
        award_what_is_due(session, completed, deed.now)
    follow_withdrawal(session, certificate.person_id, certificate.course_slug, deed.now)
    note_deed(session, "certificate.give-back", certificate, deed, reason=one_line(reason))
    return True


def issue_again(session: Session, serial: str, person_name: str, reason: str, deed: Deed) -> str | None:
    """Issue a certificate anew with this name, in the place of another; returns the new number. Audited.

    Dates, mark and release stay, number and code are new; the old one says from now on what took its place. None
    when it does not stand any more, was withdrawn, or a later round of the course has one of its own.
    """
    old = held_certificate(session, serial)
    if old is None or old.revoked_at is not None or _has_later(session, old):
        return None
    same = {
        column.key: getattr(old, column.key)
        for column in inspect(Certificate).mapper.column_attrs
        if column.key not in _OWN
    }
    new = Certificate(
        **same,
        enrolment_id=old.enrolment_id,
        replaces_id=old.id,
        code=awarding.new_verification_code(),
        person_name=" ".join(person_name.split())[:200],
        issued_at=deed.now,
        issued_on=max(old.issued_on, day_of_holder(session, old, deed.now)),
    )
    old.enrolment_id = None
    revoke(session, old, reason, deed)
    if not issue_with_free_serial(session, new):
        raise RuntimeError(f"the place of {serial} was taken while it was locked")
    names = [old.person_name, new.person_name]
    note_deed(
        session, "certificate.issue-again", new, deed, instead_of=serial, name=names, reason=one_line(reason)
    )
    return new.serial


def _has_later(session: Session, certificate: Certificate) -> bool:
    later = select(Certificate.id).where(
        Certificate.person_id == certificate.person_id,
        Certificate.course_slug == certificate.course_slug,
        Certificate.id > certificate.id,
        Certificate.revoked_at.is_(None),
    )
    return session.scalar(select(later.exists())) or False
