"""New rounds of people who hold, or held, a certificate: for whoever is still asked for it, or wishes it.

One that ends is renewed before it does. One that was withdrawn is not held any more, so the whole course is asked
again. A round follows the newest certificate of a person in a course, in the latest round. Whoever may not sign in
any more and whom nothing asks any more gets none. The row of a round is unique, so that it is begun once, however
many nodes try.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.content.course import Course
from lms.credentials.awarding import day_of
from lms.credentials.certificate import IssuedCertificate
from lms.credentials.renewing import again_by, renews_by, window_of
from lms.credentials.tables import Certificate
from lms.plans.asked_queries import asked_of
from lms.plans.assignment_actions import refresh_due_dates
from lms.progress.actions import start_course
from lms.progress.summary_actions import begin_renewals, lock_enrolment, refresh, take_back_unbegun
from lms.progress.tables import Enrolment
from lms.progress.team_queries import is_latest_round

# A yearly window may lie this far before a certificate's end; a day more for the zones ahead of us.
_FARTHEST_AHEAD = timedelta(days=367)

# A person, the number of the round, and by when.
Round = tuple[int, int, date]


@dataclass(frozen=True)
class Due:
    """The rounds of one portion: those that renew, and `again` those that follow a withdrawn certificate.

    `last_id` is where the next portion goes on, if any.
    """

    rounds: tuple[Round, ...]
    again: tuple[Round, ...]
    last_id: int | None

    @property
    def person_ids(self) -> tuple[int, ...]:
        """Return whose rounds these are."""
        return tuple(person_id for person_id, _number, _by in (*self.rounds, *self.again))


def open_renewals(session: Session, course: Course, now: datetime, person_id: int) -> int:
    """Begin the round of this person that is due, if any; returns how many were."""
    return begin(session, renewals_due(session, course, now, person_id=person_id), course, now)


def begin(session: Session, due: Due, course: Course, now: datetime) -> int:
    """Begin these rounds and write when they are due; returns how many were begun."""
    begun = begin_renewals(session, due.rounds, course, now)
    begun += begin_renewals(session, due.again, course, now, is_again=True)
    if due.person_ids:
        refresh_due_dates(session, course.slug, due.person_ids, now)
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
    """Return the rounds that are due and have not begun, of one person or of all; a few queries."""
    ahead = timedelta(days=course.renewal.days + 1) if course.renewal.yearly is None else _FARTHEST_AHEAD
    query = _followed(course.slug).where(
        Certificate.id > after_id,
        or_(Certificate.revoked_at.is_not(None), Certificate.valid_until <= now.date() + ahead),
        Person.disabled_at.is_(None),
    )
    if person_id is not None:
        query = query.where(Certificate.person_id == person_id)
    rows = session.execute(query.order_by(Certificate.id).limit(limit)).all()
    due = {row.person_id: (row, by) for row in rows if (by := _by(row, course, now))}
    asked = asked_of(session, course.slug, due, now)
    rounds: dict[bool, list[Round]] = {True: [], False: []}
    for each, (row, by) in due.items():
        if each in asked:
            rounds[row.revoked_on is not None].append((each, row.round + 1, by))
    return Due(tuple(rounds[False]), tuple(rounds[True]), rows[-1].id if len(rows) == limit else None)


def renew_own(session: Session, person_id: int, serial: str, course: Course, now: datetime) -> int | None:
    """Begin the round that follows this certificate because its holder wants to; returns the enrolment's id.

    None when it cannot be: it is not hers or of this course, its round is not the latest any more, or it was not
    withdrawn and never ends or its window is not open yet.
    """
    own = (Certificate.serial == serial, Certificate.person_id == person_id)
    row = session.execute(_followed(course.slug).where(*own)).one_or_none()
    if row is None:
        return None
    by = _by(row, course, now)
    if by is None:
        return None
    rounds = [(person_id, row.round + 1, by)]
    begin_renewals(session, rounds, course, now, is_again=row.revoked_on is not None)
    # Whoever is exempt may renew and is not late with it.
    refresh_due_dates(session, course.slug, [person_id], now)
    return start_course(session, person_id, course, now)


def ask_again(session: Session, certificate: Certificate, course: Course, now: datetime) -> None:
    """Let the course be asked again of whoever held this certificate, which was withdrawn just now.

    A round that is under way to renew it asks for the whole course from here on; nothing done in it is lost. Who
    has another by a later round is asked for nothing.
    """
    earned_in = session.get_one(Enrolment, certificate.enrolment_id)
    renewing = and_(
        Enrolment.person_id == certificate.person_id,
        Enrolment.course_slug == certificate.course_slug,
        Enrolment.round == earned_in.round + 1,
        Enrolment.renews_by.is_not(None),
        Enrolment.completed_at.is_(None),
    )
    enrolment = lock_enrolment(session, renewing)
    if enrolment is None:
        open_renewals(session, course, now, certificate.person_id)
        return
    assert certificate.revoked_on is not None
    enrolment.renews_by = None
    enrolment.again_by = again_by(course.renewal, certificate.revoked_on, certificate.revoked_on)
    refresh(session, enrolment, course)
    refresh_due_dates(session, course.slug, [certificate.person_id], now)


def would_be_asked_again(
    session: Session, certificate: IssuedCertificate, course: Course, now: datetime
) -> date | None:
    """Return by when the course would be asked again if this certificate were withdrawn now, or None."""
    today = day_of(now, certificate.time_zone)
    if certificate.person_id not in asked_of(session, course.slug, [certificate.person_id], now):
        return None
    return again_by(course.renewal, today, today)


def ask_no_more(session: Session, certificate: Certificate, course: Course | None, now: datetime) -> int | None:
    """Ask no more for the round that followed this certificate, whose withdrawal was a mistake.

    One that nobody began goes. One under way stays with all that was done in it: as a renewal while its window is
    open, or else without being late before that. Returns its id when that completes it, so that it is awarded.
    """
    earned_in = session.get_one(Enrolment, certificate.enrolment_id)
    asked_again = and_(
        Enrolment.person_id == certificate.person_id,
        Enrolment.course_slug == certificate.course_slug,
        Enrolment.round == earned_in.round + 1,
        Enrolment.again_by.is_not(None),
        Enrolment.completed_at.is_(None),
    )
    enrolment = lock_enrolment(session, asked_again)
    if enrolment is None:
        return None
    if enrolment.started_at is None:
        take_back_unbegun(session, Enrolment.id == enrolment.id, now)
        session.expunge(enrolment)
        if course is not None:
            open_renewals(session, course, now, certificate.person_id)
        return None
    enrolment.again_by = None
    if course is not None and certificate.valid_until is not None:
        zone = session.scalars(select(Person.time_zone).where(Person.id == certificate.person_id)).one()
        window, today = (
            window_of(course.renewal, certificate.completed_on, certificate.valid_until),
            day_of(now, zone),
        )
        if today >= window.opens_on:
            enrolment.renews_by = renews_by(window, today)
        else:
            enrolment.again_by = window.ends_on
    session.flush()
    if course is not None:
        refresh(session, enrolment, course)
    refresh_due_dates(session, certificate.course_slug, [certificate.person_id], now)
    return enrolment.id if enrolment.completed_at else None


def _followed(slug: str) -> Select[int, int, date, date | None, date | None, int, str]:
    """Return the certificates that a round may follow: the latest round's, if they end or were withdrawn."""
    return (
        select(
            Certificate.id,
            Certificate.person_id,
            Certificate.completed_on,
            Certificate.valid_until,
            Certificate.revoked_on,
            Enrolment.round,
            Person.time_zone,
        )
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(Person, Person.id == Certificate.person_id)
        .where(
            Certificate.course_slug == slug,
            or_(Certificate.revoked_at.is_not(None), Certificate.valid_until.is_not(None)),
            is_latest_round(),
        )
    )


def _by(row: Any, course: Course, now: datetime) -> date | None:
    """Return by when the round that follows this certificate is due, or None while its window is not open."""
    today = day_of(now, row.time_zone)
    if row.revoked_on is not None:
        return again_by(course.renewal, row.revoked_on, today)
    window = window_of(course.renewal, row.completed_on, row.valid_until)
    return renews_by(window, today) if today >= window.opens_on else None
