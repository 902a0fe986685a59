"""Reads who of some people is asked to learn a course today."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from lms.plans.assignment import reaching
from lms.plans.assignment_actions import live, teams_of
from lms.plans.tables import Assignment


def asked_of(session: Session, course_slug: str, person_ids: Collection[int], now: datetime) -> set[int]:
    """Return whom of these a live assignment of the course reaches today, herself or by a team; a few queries."""
    if not person_ids:
        return set()
    given = live(session, Assignment.course_slug == course_slug)
    teams = teams_of(session, person_ids, now)
    return {person_id for person_id in person_ids if reaching(given, person_id, teams[person_id])}
