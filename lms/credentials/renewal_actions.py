"""New rounds that renew certificates before they end: for whoever is still asked to hold one, or wishes to.

A round follows the newest certificate of a person in a course, in the latest round, that ends and was not revoked.
Whoever may not sign in any more and whom nothing asks any more gets none. The row of a round is unique, so that it
is begun once, however many nodes try.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.content.course import Course
from lms.credentials.awarding import day_of
from lms.credentials.renewing import renews_by, window_of
from lms.credentials.tables import Certificate
from lms.plans.asked_queries import asked_of
from lms.plans.assignment_actions import refresh_due_dates
from lms.progress.actions import start_course
from lms.progress.summary_actions import begin_renewals
from lms.progress.tables import Enrolment
from lms.progress.team_queries import is_latest_round

# A yearly window may lie this far before a certificate's end; a day more for the zones ahead of us.
_FARTHEST_AHEAD = timedelta(days=367)


@dataclass(frozen=True)
class Due:
    """The rounds of one portion (person, number, by when); `last_id` is where the next goes on, if any."""

    rounds: tuple[tuple[int, int, date], ...]
    last_id: int | None


def open_renewals(session: Session, course: Course, now: datetime, person_id: int) -> int:
    """Begin the round of this person whose window is open, if any; returns how many were."""
    due = renewals_due(session, course, now, person_id=person_id)
    begun = begin_renewals(session, due.rounds, course, now)
    refresh_due_dates(session, course.slug, [person_id], now)
    return begun


def renewals_due(
    session: Session,
    course: Course,
    now: datetime,
    *,
    person_id: int | None = None,
    after_id: int = 0,
    limit: int = 1000,
) -> Due:
    """Return the rounds whose window is open and that have not begun, of one person or of all; a few queries."""
    ahead = timedelta(days=course.renewal.days + 1) if course.renewal.yearly is None else _FARTHEST_AHEAD
    query = _renewable(course.slug).where(
        Certificate.id > after_id,
        Certificate.valid_until <= now.date() + ahead,
        Person.disabled_at.is_(None),
    )
    if person_id is not None:
        query = query.where(Certificate.person_id == person_id)
    rows = session.execute(query.order_by(Certificate.id).limit(limit)).all()
    due = {row.person_id: (row.round + 1, by) for row in rows if (by := _by(row, course, now))}
    asked = asked_of(session, course.slug, due, now)
    rounds = tuple((each, *due[each]) for each in due if each in asked)
    return Due(rounds, rows[-1].id if len(rows) == limit else None)


def renew_own(session: Session, person_id: int, serial: str, course: Course, now: datetime) -> int | None:
    """Begin the round that renews this certificate because its holder wants to; returns the enrolment's id.

    None when it cannot be: it is not hers or of this course, was revoked, never ends, its round is not the latest
    any more or its window is not open yet.
    """
    own = (Certificate.serial == serial, Certificate.person_id == person_id)
    row = session.execute(_renewable(course.slug).where(*own)).one_or_none()
    if row is None:
        return None
    by = _by(row, course, now)
    if by is None:
        return None
    begin_renewals(session, [(person_id, row.round + 1, by)], course, now)
    # Whoever is exempt may renew and is not late with it.
    refresh_due_dates(session, course.slug, [person_id], now)
    return start_course(session, person_id, course, now)


def _renewable(slug: str) -> Select[int, int, date, date | None, int, str]:
    return (
        select(
            Certificate.id,
            Certificate.person_id,
            Certificate.completed_on,
            Certificate.valid_until,
            Enrolment.round,
            Person.time_zone,
        )
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(Person, Person.id == Certificate.person_id)
        .where(
            Certificate.course_slug == slug,
            Certificate.valid_until.is_not(None),
            Certificate.revoked_at.is_(None),
            is_latest_round(),
        )
    )


def _by(row: Any, course: Course, now: datetime) -> date | None:
    """Return by when this certificate is to be renewed, or None while its window is not open."""
    today = day_of(now, row.time_zone)
    window = window_of(course.renewal, row.completed_on, row.valid_until)
    return renews_by(window, today) if today >= window.opens_on else None
