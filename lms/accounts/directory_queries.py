"""Reads for lists of people: where each is, what each holds, how many there are; a few queries however many."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.identity import SessionLimits
from lms.accounts.queries import is_on
from lms.accounts.roles import Role
from lms.accounts.tables import Membership, Person, RoleGrant, SignInSession, Team


@dataclass(frozen=True)
class Whereabouts:
    """Somebody's teams today by name and roles held now, each once."""

    teams: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()


def whereabouts(session: Session, person_ids: Collection[int], today: date) -> dict[int, Whereabouts]:
    """Return the teams and roles of these people by number; two queries."""
    teams: dict[int, list[str]] = defaultdict(list)
    for row in session.execute(
        select(Membership.person_id, Team.name)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.person_id.in_(person_ids), is_on(today))
        .order_by(func.lower(Team.name), Team.id)
    ):
        teams[row.person_id].append(row.name)
    roles: dict[int, set[str]] = defaultdict(set)
    for row in session.execute(
        select(RoleGrant.person_id, RoleGrant.role).where(
            RoleGrant.person_id.in_(person_ids), RoleGrant.revoked_at.is_(None)
        )
    ):
        roles[row.person_id].add(row.role)
    return {
        person_id: Whereabouts(
            tuple(dict.fromkeys(teams[person_id])), tuple(role for role in Role if role in roles[person_id])
        )
        for person_id in person_ids
    }


@dataclass(frozen=True)
class Counts:
    """How many people and teams there are; `signed_in` are people with a session used within the idle time."""

    people: int
    disabled: int
    sample: int
    teams: int
    signed_in: int


def counts(session: Session, now: datetime, limits: SessionLimits) -> Counts:
    """Return the counts; three queries."""
    people = session.execute(
        select(
            func.count(Person.id).filter(Person.disabled_at.is_(None)),
            func.count(Person.id).filter(Person.disabled_at.is_not(None)),
            func.count(Person.id).filter(Person.is_sample),
        )
    ).one()
    teams = session.scalar(
        select(func.count(Team.id)).where(or_(Team.closed_on.is_(None), Team.closed_on > now.date()))
    )
    signed_in = session.scalar(
        select(func.count(SignInSession.person_id.distinct())).where(
            SignInSession.ended_at.is_(None), SignInSession.seen_at >= now - limits.idle
        )
    )
    return Counts(people[0], people[1], people[2], teams or 0, signed_in or 0)


def names_of(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Return the names of these people by number, of those who are still there; one query, none for nobody."""
    if not person_ids:
        return {}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row.id: row.name for row in rows}
