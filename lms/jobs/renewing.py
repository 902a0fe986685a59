"""Begins the rounds that renew certificates as their windows open, and those that follow withdrawn ones."""

from typing import Any

from sqlalchemy.orm import Session

from lms import clock
from lms.content import queries as content
from lms.credentials.renewal_actions import begin, renewals_due
from lms.jobs.context import Context, Result
from lms.store import writing


def open_windows(context: Context, payload: dict[str, Any]) -> Result:
    """Begin what is due in every published course, or in the one named; a second time begins nothing.

    A portion is a transaction of its own.
    """
    with Session(context.engine) as session:
        slugs = [course.slug for course in content.published_courses(session)]
    if "course" in payload:
        slugs = [slug for slug in slugs if slug == payload["course"]]
    begun = 0
    for number, slug in enumerate(slugs):
        last_id: int | None = 0
        while last_id is not None:
            with Session(context.engine) as session:
                course = content.find_course(session, slug)
                if course is None:
                    break
                due = renewals_due(session, course, clock.utc_now(), after_id=last_id)
                last_id = due.last_id
                # Looked for without the writers' turn, which most of the time nobody needs.
                if due.person_ids:
                    with writing(session):
                        begun += begin(session, due, course, clock.utc_now())
            context.tell(number / len(slugs))
    return {"begun": begun}
