"""Courses put into the database as releases, for tests of what stands on them."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.content import queries as content
from lms.content.actions import publish_course
from lms.content.course import Course
from lms.content.reading.checking import WholeCourse
from lms.content.reading.keys import CourseKeys
from lms.content.reading.packing import made_ready
from lms.store import writing


def shelve(session: Session, course: Course, now: datetime) -> Course:
    """Publish this course as its current release and return it as the content room has it; the read is ended."""
    keys = CourseKeys(
        title=course.title,
        summary=course.summary,
        language=course.language,
        audience=course.audience,
        conditions=course.conditions,
        valid_for_months=course.valid_for_months,
        cpd_hours=course.cpd_hours,
        requires=course.requires,
        renewal=course.renewal,
        early_check=course.early_check,
    )
    whole = WholeCourse(course.slug, keys, course.front_html, course.activities, (), ())
    with writing(session):
        publish_course(session, course.slug, made_ready(whole), (), fingerprint="", now=now, by=None)
    found = content.find_course(session, course.slug)
    session.rollback()
    assert found is not None
    return found
