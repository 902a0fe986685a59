"""Reads of what people were asked to learn; each takes the people or teams in question."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person, Team
from lms.plans.tables import Assignment


@dataclass(frozen=True)
class LiveAssignment:
    """One assignment that holds: to the person or to one of the person's teams, by whom and until when."""

    id: int
    course_slug: str
    person_id: int | None
    person_name: str | None
    team_id: int | None
    team_name: str | None
    due_on: date | None
    assigned_at: datetime
    assigned_by: str


def live_assignments(
    session: Session, *, person_id: int | None = None, team_ids: Collection[int] = ()
) -> tuple[LiveAssignment, ...]:
    """Return the assignments that hold for this person or for these teams, newest first; one query."""
    giver = Person.__table__.alias("giver")
    rows = session.execute(
        select(
            Assignment.id,
            Assignment.course_slug,
            Assignment.person_id,
            Person.name,
            Assignment.team_id,
            Team.name,
            Assignment.due_on,
            Assignment.assigned_at,
            giver.c.name,
        )
        .outerjoin(Person, Person.id == Assignment.person_id)
        .outerjoin(Team, Team.id == Assignment.team_id)
        .join(giver, giver.c.id == Assignment.assigned_by)
        .where(
            Assignment.withdrawn_at.is_(None),
            # Nobody in particular must not mean every assignment that names no person.
            or_(Assignment.person_id == (person_id or -1), Assignment.team_id.in_(team_ids)),
        )
        .order_by(Assignment.assigned_at.desc(), Assignment.id.desc())
    )
    return tuple(LiveAssignment(*row) for row in rows)
