"""Begins the rounds that renew certificates, as their windows open."""

from typing import Any

from sqlalchemy.orm import Session

from lms import clock
from lms.content import queries as content
from lms.credentials.renewal_actions import renewals_due
from lms.jobs.context import Context, Result
from lms.plans.assignment_actions import refresh_due_dates
from lms.progress.summary_actions import begin_renewals
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
                if due.rounds:
                    with writing(session):
                        begun += begin_renewals(session, due.rounds, course, clock.utc_now())
                        people = [person_id for person_id, _number, _by in due.rounds]
                        refresh_due_dates(session, slug, people, clock.utc_now())
            context.tell(number / len(slugs))
    return {"begun": begun}
