"""Reads of where people stand today, whom teams hold, and people in portions."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.queries import is_on, parents_from, team_and_below_ids
from lms.accounts.roles import Role
from lms.accounts.tables import Membership, Person, RoleGrant
from lms.plans.programme import Whereabouts, unbroken_since

_BATCH = 5000


def parts(numbers: Iterable[int]) -> Iterator[list[int]]:
    """Yield the numbers in order, each once, a few thousand at a time: no statement names more."""
    ordered = sorted(set(numbers))
    return (ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH))


def enabled(session: Session, person_ids: Iterable[int]) -> set[int]:
    """Return who of these may sign in."""
    return {
        person_id
        for part in parts(person_ids)
        for person_id in session.scalars(
            select(Person.id).where(Person.id.in_(part), Person.disabled_at.is_(None))
        )
    }


def members_now(session: Session, team_id: int, now: datetime) -> set[int]:
    """Return who is in the team or below it today and may sign in; two queries."""
    query = (
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.team_id.in_(team_and_below_ids(session, team_id)),
            is_on(now.date()),
            Person.disabled_at.is_(None),
        )
    )
    return set(session.scalars(query))


def teams_of(session: Session, person_ids: Collection[int], now: datetime) -> dict[int, frozenset[int]]:
    """Return for each person the teams she is in today and every team above them; two queries and more."""
    stays = select(Membership.person_id, Membership.team_id).where(is_on(now.date()))
    here = [
        (person_id, team_id)
        for part in parts(person_ids)
        for person_id, team_id in session.execute(stays.where(Membership.person_id.in_(part)))
    ]
    parents = parents_from(session, {team_id for _person, team_id in here})
    own: dict[int, set[int]] = {person_id: set() for person_id in person_ids}
    for person_id, team_id in here:
        own[person_id].update(_line_above(team_id, parents))
    return {person_id: frozenset(teams) for person_id, teams in own.items()}


def whereabouts(session: Session, person_ids: Collection[int], now: datetime) -> dict[int, Whereabouts]:
    """Return where these people stand today, whoever may not sign in left out; five queries a portion."""
    found: dict[int, Whereabouts] = {}
    for part in parts(person_ids):
        people = session.execute(
            select(Person.id, Person.created_at).where(Person.id.in_(part), Person.disabled_at.is_(None))
        ).all()
        stays: dict[int, list[tuple[int, date, date | None]]] = defaultdict(list)
        for row in session.execute(
            select(Membership.person_id, Membership.team_id, Membership.joined_on, Membership.left_on).where(
                Membership.person_id.in_(part)
            )
        ):
            stays[row.person_id].append((row.team_id, row.joined_on, row.left_on))
        grants: dict[int, list[tuple[str, int | None, datetime]]] = defaultdict(list)
        for grant in session.execute(
            select(RoleGrant.person_id, RoleGrant.role, RoleGrant.team_id, RoleGrant.granted_at).where(
                RoleGrant.person_id.in_(part), RoleGrant.revoked_at.is_(None)
            )
        ):
            grants[grant.person_id].append((grant.role, grant.team_id, grant.granted_at))
        named = {team_id for some in stays.values() for team_id, _joined, _left in some}
        named |= {team_id for some in grants.values() for _role, team_id, _at in some if team_id is not None}
        parents = parents_from(session, named)
        for person_id, created_at in people:
            found[person_id] = _whereabouts(
                person_id, created_at.date(), stays[person_id], grants[person_id], parents, now.date()
            )
    return found


def _whereabouts(
    person_id: int,
    created_on: date,
    stays: Iterable[tuple[int, date, date | None]],
    grants: Iterable[tuple[str, int | None, datetime]],
    parents: Mapping[int, int | None],
    today: date,
) -> Whereabouts:
    by_team: dict[int | None, list[tuple[date, date | None]]] = defaultdict(list)
    for team_id, joined_on, left_on in stays:
        by_team[None].append((joined_on, left_on))
        for above in _line_above(team_id, parents):
            by_team[above].append((joined_on, left_on))
    teams = {team_id: since for team_id, spans in by_team.items() if (since := unbroken_since(spans, today))}
    own = frozenset(team_id for team_id in teams if team_id is not None)
    # Whoever is in no team belongs to the organisation since the account was made.
    teams.setdefault(None, created_on)
    roles = tuple(
        (Role(role), own if team_id is None else frozenset(_line_above(team_id, parents)), granted_at.date())
        for role, team_id, granted_at in grants
    )
    return Whereabouts(person_id, teams, roles)


def _line_above(team_id: int, parents: Mapping[int, int | None]) -> Iterator[int]:
    seen: set[int] = set()
    at: int | None = team_id
    # Even a circle in damaged data comes to an end.
    while at is not None and at not in seen:
        seen.add(at)
        yield at
        at = parents.get(at)
