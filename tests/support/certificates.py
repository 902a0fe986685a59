"""Certificates for tests: an enrolment whose course is complete, and what was issued for it."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.content.course import ConditionKind, Course
from lms.credentials.actions import award_what_is_due
from lms.credentials.certificate import ConditionMet, IssuedCertificate
from lms.credentials.queries import certificates_of
from lms.progress import actions
from lms.store import writing
from tests.support.builders import a_course, a_lesson
from tests.support.shelf import shelve


def a_certificate(**more: Any) -> IssuedCertificate:
    """Return a certificate of Lena's for a course of two conditions, valid for a year; `more` are its fields."""
    issued = IssuedCertificate(
        person_id=1,
        serial="LN-2026-7K3MQ9",
        code="7K3MQ9ABCDEFGHJKMNPQRSTVWX",
        person_name="Lena Brandt",
        organisation_name="Harbour Hotels",
        course_slug="escalation",
        course_title="Handling an escalation: from first word to repair",
        language="en",
        release_number=3,
        release_hash="9f2c41d08a77" + "0" * 52,
        conditions=(
            ConditionMet(ConditionKind.ALL_LESSONS, None, date(2026, 11, 12)),
            ConditionMet(ConditionKind.QUIZ, 0.8, date(2026, 11, 16)),
        ),
        mark=0.92,
        hours=4.5,
        issued_at=datetime.fromisoformat("2026-11-16T09:30:00+00:00"),
        completed_on=date(2026, 11, 16),
        valid_until=date(2027, 11, 16),
        revoked_at=None,
        revoked_reason=None,
        time_zone="Europe/Berlin",
    )
    return replace(issued, **more)


def a_short_course(**more: Any) -> Course:
    """Return a course that one lesson completes; `more` are its fields."""
    given = {"valid_for_months": 12, "cpd_hours": 1.5, **more}
    return a_course("steady", a_lesson("read"), conditions=(), **given)


def complete(session: Session, person_id: int, course: Course, now: datetime) -> int:
    """Complete this course of one lesson for the person without an award; returns the enrolment's id."""
    with writing(session):
        return actions.finish_lesson(session, person_id, course, "read", now).enrolment_id


def award(session: Session, person_id: int, now: datetime, **more: Any) -> str:
    """Publish a short course, complete it for the person, and return the serial of the certificate issued."""
    course = shelve(session, a_short_course(**more), now)
    enrolment_id = complete(session, person_id, course, now)
    with writing(session):
        award_what_is_due(session, enrolment_id, now)
    return certificates_of(session, person_id, now)[0].serial
