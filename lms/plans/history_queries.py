"""Reads of everything that was ever asked of, allowed or said to one person, what was taken back too."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.tables import Person, Team
from lms.plans.nudge import Says
from lms.plans.tables import Allowance, Assignment, Nudge, Programme, ProgrammePerson


@dataclass(frozen=True)
class PastAssignment:
    """One assignment to the person or to a team; `team_id` and `team_name` are None when to herself."""

    course_slug: str
    team_id: int | None
    team_name: str | None
    due_on: date | None
    by: str
    at: datetime
    withdrawn_at: datetime | None


def assignments_of(session: Session, person_id: int, team_ids: Collection[int]) -> tuple[PastAssignment, ...]:
    """Return every assignment to her or to these teams, oldest first; one query."""
    rows = session.execute(
        select(
            Assignment.course_slug,
            Assignment.team_id,
            Team.name,
            Assignment.due_on,
            Person.name,
            Assignment.assigned_at,
            Assignment.withdrawn_at,
        )
        .outerjoin(Team, Team.id == Assignment.team_id)
        .join(Person, Person.id == Assignment.assigned_by)
        .where(or_(Assignment.person_id == person_id, Assignment.team_id.in_(team_ids)))
        .order_by(Assignment.assigned_at, Assignment.id)
    )
    return tuple(PastAssignment(*row) for row in rows)


@dataclass(frozen=True)
class PastAllowance:
    """One allowance, taken back or not; `withdrawn_by` is "" when nobody is known to have done so."""

    course_slug: str
    kind: str
    until: date | None
    reason: str
    by: str
    at: datetime
    withdrawn_by: str
    withdrawn_at: datetime | None


def allowances_ever(session: Session, person_id: int) -> tuple[PastAllowance, ...]:
    """Return every allowance she was given, oldest first; one query."""
    giver, taker = aliased(Person), aliased(Person)
    rows = session.execute(
        select(
            Allowance.course_slug,
            Allowance.kind,
            Allowance.until,
            Allowance.reason,
            giver.name,
            Allowance.given_at,
            taker.name,
            Allowance.withdrawn_at,
        )
        .join(giver, giver.id == Allowance.given_by)
        .outerjoin(taker, taker.id == Allowance.withdrawn_by)
        .where(Allowance.person_id == person_id)
        .order_by(Allowance.given_at, Allowance.id)
    )
    return tuple(PastAllowance(*row[:6], row[6] or "", row[7]) for row in rows)


@dataclass(frozen=True)
class PastNudge:
    """One nudge, and when she put it away, if she did."""

    course_slug: str
    says: Says
    by: str
    at: datetime
    put_away_at: datetime | None


def nudges_of(session: Session, person_id: int) -> tuple[PastNudge, ...]:
    """Return every nudge she got, oldest first; one query."""
    rows = session.execute(
        select(Nudge.course_slug, Nudge.says, Person.name, Nudge.given_at, Nudge.put_away_at)
        .join(Person, Person.id == Nudge.given_by)
        .where(Nudge.person_id == person_id)
        .order_by(Nudge.given_at, Nudge.id)
    )
    return tuple(PastNudge(row[0], Says(row[1]), *row[2:]) for row in rows)


def programmes_reaching(
    session: Session, person_id: int, team_ids: Collection[int]
) -> tuple[tuple[str, date], ...]:
    """Return the programmes of the organisation and of these teams that reach her now, since when; one query."""
    rows = session.execute(
        select(Programme.name, ProgrammePerson.reached_on)
        .join(Programme, Programme.id == ProgrammePerson.programme_id)
        .where(
            ProgrammePerson.person_id == person_id,
            Programme.withdrawn_at.is_(None),
            or_(Programme.owner_team_id.is_(None), Programme.owner_team_id.in_(team_ids)),
        )
        .order_by(ProgrammePerson.reached_on, Programme.id)
    )
    return tuple((row[0], row[1]) for row in rows)
