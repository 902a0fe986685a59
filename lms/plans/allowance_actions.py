"""More time and exemptions given to a person and taken back; due dates follow in the same transaction."""

from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.plans.allowance_queries import exemptions_ended
from lms.plans.assignment_actions import refresh_due_dates
from lms.plans.settling_actions import settle
from lms.plans.tables import Allowance


def give_allowance(  # noqa: PLR0913  # an allowance has that many parts, all named
    session: Session,
    person_id: int,
    course_slug: str,
    *,
    kind: str,
    until: date | None,
    reason: str,
    by: int,
    now: datetime,
) -> int:
    """Give the person more time, or exempt her; returns the allowance's id.

    One of the same kind in the same course that she has is withdrawn: the new one takes its place.
    """
    session.execute(
        update(Allowance)
        .where(
            Allowance.person_id == person_id,
            Allowance.course_slug == course_slug,
            Allowance.kind == kind,
            Allowance.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now, withdrawn_by=by)
        .execution_options(synchronize_session=False)
    )
    given = Allowance(
        person_id=person_id,
        course_slug=course_slug,
        kind=kind,
        until=until,
        reason=reason,
        given_by=by,
        given_at=now,
    )
    session.add(given)
    session.flush()
    # Whoever is exempt for good passes on to what comes next in a programme.
    settle(session, [person_id], now)
    return given.id


def withdraw_allowance(
    session: Session, person_id: int, allowance_id: int, *, by: int, now: datetime
) -> str | None:
    """Take this person's allowance back; returns its course, None when it is not hers or was taken back before."""
    slug = session.scalar(
        update(Allowance)
        .where(
            Allowance.id == allowance_id,
            Allowance.person_id == person_id,
            Allowance.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now, withdrawn_by=by)
        .returning(Allowance.course_slug)
        .execution_options(synchronize_session=False)
    )
    if slug is not None:
        settle(session, [person_id], now)
    return slug


def follow_ends(session: Session, now: datetime) -> int:
    """Let courses be due again for whoever's exemption ended; returns how many due dates changed."""
    ended = exemptions_ended(session, now.date())
    return sum(refresh_due_dates(session, slug, ended[slug], now) for slug in sorted(ended))
