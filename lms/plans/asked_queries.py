"""Reads who of some people is asked to learn a course today."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from lms.plans.allowance_queries import allowed_to
from lms.plans.assignment import reaching
from lms.plans.assignment_actions import live
from lms.plans.people_queries import teams_of
from lms.plans.programme import StepState
from lms.plans.programme_queries import asked_for
from lms.plans.tables import Assignment


def asked_of(session: Session, course_slug: str, person_ids: Collection[int], now: datetime) -> set[int]:
    """Return whom of these a live assignment of the course reaches today, or a programme; a few queries.

    Whoever is exempt is not asked, nor whoever waits for a programme's step to have its turn.
    """
    if not person_ids:
        return set()
    given = live(session, Assignment.course_slug == course_slug)
    teams = teams_of(session, person_ids, now)
    steps = asked_for(session, course_slug, person_ids)
    by_programme = {
        person_id for person_id, found in steps.items() if any(step.state is not StepState.LATER for step in found)
    }
    allowed = allowed_to(session, course_slug, person_ids)
    exempt = {each for each, what in allowed.items() if any(one.exempts(now.date()) for one in what)}
    return {
        each
        for each in person_ids
        if each not in exempt and (each in by_programme or reaching(given, each, teams[each]))
    }
