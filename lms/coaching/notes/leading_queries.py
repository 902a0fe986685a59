"""Leaders first: what teams are asked to complete that their leaders have not completed themselves."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.queries import parents_from
from lms.plans.exempt_queries import exempt_now
from lms.plans.tables import Allowance, Assignment, Programme, ProgrammeStep, ProgrammeTarget
from lms.progress.tables import Enrolment


def asked_of_teams(session: Session, team_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Return the courses that these teams, or those above them, are asked to complete; three queries.

    Asked by assignments and by programmes for a team; what is asked of one person or one role is not the team's.
    """
    parents = parents_from(session, team_ids)
    lines = (
        select(Assignment.team_id, Assignment.course_slug).where(
            Assignment.withdrawn_at.is_(None), Assignment.team_id.in_(parents)
        ),
        select(ProgrammeTarget.team_id, ProgrammeStep.course_slug)
        .join(Programme, Programme.id == ProgrammeTarget.programme_id)
        .join(ProgrammeStep, ProgrammeStep.programme_id == Programme.id)
        .where(
            Programme.withdrawn_at.is_(None),
            ProgrammeStep.gone_at.is_(None),
            ProgrammeTarget.role.is_(None),
            ProgrammeTarget.team_id.in_(parents),
        ),
    )
    asked: dict[int, set[str]] = defaultdict(set)
    for line in lines:
        for team_id, slug in session.execute(line):
            asked[team_id or 0].add(slug)
    return {team_id: frozenset().union(*_asked_above(team_id, parents, asked)) for team_id in team_ids}


def _asked_above(
    team_id: int, parents: Mapping[int, int | None], asked: Mapping[int, set[str]]
) -> list[frozenset[str]]:
    found, here, seen = [], team_id, set()
    while here in parents and here not in seen:
        seen.add(here)
        found.append(frozenset(asked.get(here, ())))
        here = parents[here] or 0
    return found


def done_by(session: Session, person_ids: Collection[int], today: date) -> dict[int, frozenset[str]]:
    """Return the courses that each of these people once completed, or is exempt from; two queries."""
    completed = select(Enrolment.person_id, Enrolment.course_slug).where(
        Enrolment.person_id.in_(person_ids), Enrolment.completed_at.is_not(None)
    )
    spared = exempt_now(today).where(Allowance.person_id.in_(person_ids))
    found: dict[int, set[str]] = defaultdict(set)
    for query in (completed, spared):
        for person_id, slug in session.execute(query):
            found[person_id].add(slug)
    return {person_id: frozenset(slugs) for person_id, slugs in found.items()}
