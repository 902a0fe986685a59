"""Corrections with what hangs on them: certificates that are due now, and those that a person decides about."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.credentials.actions import Deed, award_what_is_due, revoke_certificate
from lms.credentials.tables import Certificate
from lms.progress import correction_actions
from lms.progress.correcting import Standing
from lms.progress.correction_actions import Portion


def carry_on(
    session: Session, correction_id: int, now: datetime, limit: int, *, wait: bool = True
) -> Portion | None:
    """Mark the next portion of a correction again and issue what that completes; see `remark_portion`."""
    portion = correction_actions.remark_portion(session, correction_id, now, limit, wait=wait)
    for enrolment_id in portion.enrolment_ids if portion else ():
        award_what_is_due(session, enrolment_id, now)
    return portion


def decide_lost(
    session: Session, correction_id: int, attempt_id: int, *, keep: bool, why: str, deed: Deed
) -> Standing | None:
    """Let somebody keep a pass and its certificate, or take both; None when that was decided already.

    `DONE` says that another attempt passes by now: the mark is another, pass and certificate stay.
    """
    assert deed.actor_id is not None
    decided = correction_actions.decide_lost(
        session, correction_id, attempt_id, keep=keep, why=why, now=deed.now, by=deed.actor_id
    )
    if decided is None:
        return None
    if decided.standing is Standing.REVOKED:
        of_enrolment = Certificate.enrolment_id == decided.enrolment_id
        serial = session.scalar(select(Certificate.serial).where(of_enrolment))
        if serial is not None:
            revoke_certificate(session, serial, why, deed)
    return decided.standing
