"""Reads about leave, quiet hours, and what is known of people whose day is planned."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.tables import Person
from lms.content.tables import CourseRow
from lms.credentials.tables import Certificate
from lms.organisation import queries as organisation
from lms.plans.nudge_queries import notes_unanswered
from lms.progress.tables import Enrolment
from lms.progress.team_queries import is_latest_round
from lms.reminders.hours import QuietHours
from lms.reminders.leave import Leave
from lms.reminders.policy import FARTHEST, Policy, policy_of
from lms.reminders.rules import EndingCertificate, Facts, Kind, Mark, NoteLeft, OpenCourse
from lms.reminders.tables import Absence, MeetingDay, OwnQuietHours, Told

_BACK = timedelta(days=60)
_AT_ONCE = 5_000


def policy(session: Session) -> Policy:
    """Return what the organisation decided; one query."""
    return policy_of(organisation.settings(session))


def own_quiet_hours(session: Session, person_ids: Collection[int]) -> dict[int, QuietHours]:
    """Return the own quiet hours of those of these people who have some; one query."""
    rows = session.scalars(select(OwnQuietHours).where(OwnQuietHours.person_id.in_(person_ids)))
    return {
        row.person_id: QuietHours(
            _time(row.starts_minute), _time(row.ends_minute), frozenset(int(day) for day in row.days)
        )
        for row in rows
    }


def _time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


@dataclass(frozen=True)
class NotedLeave:
    """One stretch of leave in a list; `noted_by` is a name, "" when that person is no longer here."""

    id: int
    leave: Leave
    noted_by: str
    noted_at: datetime


def leave_of(session: Session, person_id: int, today: date) -> tuple[NotedLeave, ...]:
    """Return the person's leave of today and later that was not withdrawn, the earliest first; one query."""
    rows = session.execute(
        select(Absence.id, Absence.from_on, Absence.until_on, Person.name, Absence.noted_at)
        .outerjoin(Person, Person.id == Absence.noted_by)
        .where(
            Absence.person_id == person_id,
            Absence.withdrawn_at.is_(None),
            or_(Absence.until_on.is_(None), Absence.until_on >= today),
        )
        .order_by(Absence.from_on, Absence.id)
    )
    return tuple(
        NotedLeave(row.id, Leave(row.from_on, row.until_on), row.name or "", row.noted_at) for row in rows
    )


def leaves_by_person(session: Session, person_ids: Collection[int]) -> dict[int, list[Leave]]:
    """Return all leave of these people that was not withdrawn; one query per 5,000 of them."""
    found: dict[int, list[Leave]] = defaultdict(list)
    ordered = sorted(person_ids)
    for start in range(0, len(ordered), _AT_ONCE):
        # PostgreSQL takes no more than 65,535 values in a statement.
        query = select(Absence.person_id, Absence.from_on, Absence.until_on).where(
            Absence.person_id.in_(ordered[start : start + _AT_ONCE]), Absence.withdrawn_at.is_(None)
        )
        for row in session.execute(query):
            found[row.person_id].append(Leave(row.from_on, row.until_on))
    return found


def facts_of(session: Session, days: Mapping[int, date], leaves: Mapping[int, list[Leave]]) -> dict[int, Facts]:
    """Return what is known of these people on their days; four queries."""
    courses = _open_courses(session, days)
    certificates = ending_certificates(session, days)
    told = told_to(session, days)
    notes = notes_unanswered(session, days)
    return {
        person_id: Facts(
            courses.get(person_id, ()),
            certificates.get(person_id, ()),
            leaves.get(person_id, ()),
            told.get(person_id, ()),
            [
                NoteLeft(note.id, note.course_slug, note.by, note.says, note.given_at.date())
                for note in notes.get(person_id, ())
            ],
        )
        for person_id in days
    }


def standing_facts(session: Session, person_id: int, today: date) -> Facts:
    """Return what a page needs to know of one person today, told before or not; two queries."""
    days = {person_id: today}
    courses, certificates = _open_courses(session, days), ending_certificates(session, days)
    return Facts(courses.get(person_id, ()), certificates.get(person_id, ()))


def _open_courses(session: Session, person_ids: Collection[int]) -> dict[int, list[OpenCourse]]:
    found: dict[int, list[OpenCourse]] = defaultdict(list)
    for row in session.execute(
        select(
            Enrolment.id,
            Enrolment.person_id,
            Enrolment.course_slug,
            Enrolment.enrolled_at,
            Enrolment.started_at,
            Enrolment.due_on,
        )
        .join(CourseRow, CourseRow.slug == Enrolment.course_slug)
        .where(
            Enrolment.person_id.in_(person_ids),
            Enrolment.completed_at.is_(None),
            # Nobody is sent to a course that cannot be opened.
            CourseRow.is_hidden.is_(False),
            CourseRow.release_id.is_not(None),
            is_latest_round(),
        )
    ):
        # In UTC: whoever moves to another time zone is not told again because of it.
        enrolled_on = row.enrolled_at.date()
        found[row.person_id].append(
            OpenCourse(row.id, row.course_slug, enrolled_on, row.started_at is not None, row.due_on)
        )
    return found


def ending_certificates(session: Session, days: Mapping[int, date]) -> dict[int, list[EndingCertificate]]:
    """Return the certificates that end soon or ended lately, of each course the newest that holds."""
    if not days:
        return {}
    later = aliased(Certificate)
    is_followed = (
        select(later.id)
        .where(
            later.person_id == Certificate.person_id,
            later.course_slug == Certificate.course_slug,
            later.revoked_at.is_(None),
            or_(
                later.issued_at > Certificate.issued_at,
                and_(later.issued_at == Certificate.issued_at, later.id > Certificate.id),
            ),
        )
        .exists()
    )
    since, until = min(days.values()) - _BACK, max(days.values()) + timedelta(days=FARTHEST)
    found: dict[int, list[EndingCertificate]] = defaultdict(list)
    for row in session.execute(
        select(Certificate.id, Certificate.person_id, Certificate.course_slug, Certificate.valid_until).where(
            Certificate.person_id.in_(days),
            Certificate.revoked_at.is_(None),
            Certificate.valid_until.between(since, until),
            ~is_followed,
        )
    ):
        found[row.person_id].append(EndingCertificate(row.id, row.course_slug, row.valid_until))
    return found


def told_to(session: Session, person_ids: Collection[int]) -> dict[int, list[tuple[Mark, date]]]:
    """Return what was told to these people, each with the day; one query."""
    found: dict[int, list[tuple[Mark, date]]] = defaultdict(list)
    for row in session.execute(
        select(Told.person_id, Told.kind, Told.subject_id, Told.about_on, Told.stage, Told.told_on).where(
            Told.person_id.in_(person_ids)
        )
    ):
        mark = Mark(Kind(row.kind), row.subject_id, row.about_on, row.stage)
        found[row.person_id].append((mark, row.told_on))
    return found


def meeting_day_of(session: Session, person_id: int) -> date | None:
    """Return the day of the meeting that she asked to be reminded of, or None."""
    return session.scalar(select(MeetingDay.day).where(MeetingDay.person_id == person_id))


def meetings_near(session: Session, days: Mapping[int, date]) -> dict[int, date]:
    """Return who of these people has a meeting to be reminded of on her day or the one after it, and when."""
    rows = session.execute(select(MeetingDay.person_id, MeetingDay.day).where(MeetingDay.person_id.in_(days)))
    return {person_id: day for person_id, day in rows if 0 <= (day - days[person_id]).days <= 1}
