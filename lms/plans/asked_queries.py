"""Reads who of some people is asked to learn a course today."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from lms.plans.allowance_queries import allowed_to
from lms.plans.assignment import reaching
from lms.plans.assignment_actions import live, teams_of
from lms.plans.tables import Assignment


def asked_of(session: Session, course_slug: str, person_ids: Collection[int], now: datetime) -> set[int]:
    """Return whom of these a live assignment of the course reaches today, herself or by a team; a few queries.

    Whoever is exempt is not asked.
    """
    if not person_ids:
        return set()
    given = live(session, Assignment.course_slug == course_slug)
    teams = teams_of(session, person_ids, now)
    allowed = allowed_to(session, course_slug, person_ids)
    exempt = {each for each, what in allowed.items() if any(one.exempts(now.date()) for one in what)}
    return {each for each in person_ids if each not in exempt and reaching(given, each, teams[each])}
