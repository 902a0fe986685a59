"""Writes exactly what a plan says, in few statements however many people it names."""

from collections import ChainMap, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar, cast

from sqlalchemy import Table, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.roster.plan import Current, NewTeam, PersonDeed, Plan, TeamKey
from lms.accounts.roster.portions import Portion
from lms.accounts.roster.queries import current_roster, people_now
from lms.accounts.tables import Membership, OneTimeLink, Person, RoleGrant, SignInSession, Team

_CHUNK = 5_000
_Item = TypeVar("_Item")


class OutdatedPlanError(RuntimeError):
    """Somebody changed people or teams since the plan was made; make it again."""


def apply_import(
    session: Session, plan: Plan, planned_on: Current, now: datetime, granted_by: int | None
) -> set[int]:
    """Do all of the plan or nothing; returns the people written.

    Raises OutdatedPlanError unless all is stored as when it was planned.
    """
    _hold_still(session)
    if current_roster(session) != planned_on:
        raise OutdatedPlanError
    return _written(session, Portion(plan.new_teams, plan.deeds), {}, now, granted_by)


@dataclass
class Progress:
    """A plan on its way into the database: what it was planned on, and the teams made so far by their key."""

    planned_on: Current
    teams: dict[TeamKey | None, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.people = {person.id: person for person in self.planned_on.people}
        self.closed = {team.id for team in self.planned_on.teams if team.is_closed}


def apply_portion(
    session: Session, portion: Portion, progress: Progress, now: datetime, granted_by: int | None
) -> set[int]:
    """Write one portion of a plan, all of it or nothing; returns the people written.

    Raises OutdatedPlanError unless the people in it are stored as when it was planned, and the teams are open.
    """
    _hold_still(session)
    touched = [deed.person_id for deed in portion.deeds if deed.person_id is not None]
    if touched and any(progress.people[person.id] != person for person in people_now(session, touched)):
        raise OutdatedPlanError
    entered = {stay.team for deed in portion.deeds for stay in deed.stays.added if isinstance(stay.team, int)}
    closed = select(Team.id).where(Team.id.in_(entered), Team.closed_on.is_not(None))
    if not progress.closed.issuperset(session.scalars(closed)):
        raise OutdatedPlanError
    return _written(session, portion, progress.teams, now, granted_by)


def _hold_still(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        # Readers pass, and so do rows that only point at a person; other changes of these wait a moment.
        session.execute(text("LOCK TABLE person, team, membership, role_grant IN SHARE ROW EXCLUSIVE MODE"))


def _written(
    session: Session,
    portion: Portion,
    teams: dict[TeamKey | None, int],
    now: datetime,
    granted_by: int | None,
) -> set[int]:
    made: dict[TeamKey | None, int] = {}
    known = ChainMap(made, teams)
    try:
        _write_teams(session, portion.teams, made, known, now)
        people = _write_people(session, portion, now)
        _write_stays(session, portion, people, known)
        _write_roles(session, portion, people, known, now, granted_by)
        session.flush()
    except IntegrityError as error:
        raise OutdatedPlanError from error
    session.expire_all()
    teams.update(made)
    return set(people.values())


def _write_teams(
    session: Session,
    teams: Sequence[NewTeam],
    made: dict[TeamKey | None, int],
    known: Mapping[TeamKey | None, int],
    now: datetime,
) -> None:
    """Write the new teams level by level, those above first, and put their numbers into `made`."""
    waiting = teams
    while waiting:
        level = [team for team in waiting if not isinstance(team.parent, str) or team.parent in known]
        rows = [
            {
                "code": team.code,
                "name": team.name,
                "parent_id": None if team.parent is None else _number(team.parent, known),
                "is_sample": False,
                "created_at": now,
            }
            for team in level
        ]
        session.execute(insert(Team).execution_options(render_nulls=True), rows)
        codes = {team.code: team.key for team in level}
        for row in session.execute(select(Team.code, Team.id).where(Team.code.in_(codes))):
            made[codes[row.code]] = row.id
        waiting = [team for team in waiting if team.key not in made]


def _number(team: TeamKey, created: Mapping[TeamKey | None, int]) -> int:
    return team if isinstance(team, int) else created[team]


def _write_people(session: Session, plan: Portion, now: datetime) -> dict[int, int]:
    """Write the people's own columns; returns each deed's person by the deed's place in the plan."""
    people = {place: deed.person_id for place, deed in enumerate(plan.deeds) if deed.person_id is not None}
    new = [place for place, deed in enumerate(plan.deeds) if deed.person_id is None]
    rows = [
        {
            **plan.deeds[place].values,
            "created_at": now,
            "disabled_at": now if plan.deeds[place].active is False else None,
            "is_sample": False,
        }
        for place in new
    ]
    # RETURNING would go row by row on SQLite; the sign-in name finds each number again at once.
    by_name: dict[str, int] = {}
    for some in _chunks(rows):
        # Past the mapper, which would sort each row's columns first.
        session.execute(insert(cast("Table", Person.__table__)), some)
        written = [row["sign_in_name"] for row in some]
        found = session.execute(select(Person.sign_in_name, Person.id).where(Person.sign_in_name.in_(written)))
        by_name.update({row.sign_in_name: row.id for row in found})
    people |= {place: by_name[plan.deeds[place].values["sign_in_name"] or ""] for place in new}
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for deed in plan.deeds:
        if deed.person_id is not None and deed.values:
            by_columns[tuple(deed.values)].append({"id": deed.person_id, **deed.values})
    for changes in by_columns.values():
        session.execute(update(Person), changes)
    _write_activity(session, [deed for deed in plan.deeds if deed.person_id is not None], now)
    return people


def _write_activity(session: Session, deeds: list[PersonDeed], now: datetime) -> None:
    enabled = [deed.person_id for deed in deeds if deed.active is True]
    disabled = [deed.person_id for deed in deeds if deed.active is False]
    for some in _chunks(enabled):
        session.execute(update(Person).where(Person.id.in_(some)).values(disabled_at=None))
    for some in _chunks(disabled):
        session.execute(update(Person).where(Person.id.in_(some)).values(disabled_at=now))
        session.execute(
            update(SignInSession)
            .where(SignInSession.person_id.in_(some), SignInSession.ended_at.is_(None))
            .values(ended_at=now)
        )
        session.execute(
            update(OneTimeLink)
            .where(OneTimeLink.person_id.in_(some), OneTimeLink.used_at.is_(None))
            .values(used_at=now)
        )


def _write_stays(
    session: Session, plan: Portion, people: dict[int, int], teams: Mapping[TeamKey | None, int]
) -> None:
    removed = [stay.id for deed in plan.deeds for stay in deed.stays.removed]
    for some in _chunks(removed):
        session.execute(delete(Membership).where(Membership.id.in_(some)))
    changed = [stay for deed in plan.deeds for stay in deed.stays.changed]
    # What ends goes first: two open stays in one team are refused by the database at any moment.
    changed.sort(key=lambda stay: stay.left_on or date.max)
    if changed:
        session.execute(
            update(Membership),
            [{"id": stay.id, "joined_on": stay.joined_on, "left_on": stay.left_on} for stay in changed],
        )
    added = [
        {
            "person_id": people[place],
            "team_id": _number(stay.team, teams),
            "joined_on": stay.joined_on,
            "left_on": stay.left_on,
        }
        for place, deed in enumerate(plan.deeds)
        for stay in deed.stays.added
    ]
    for rows in _chunks(added):
        session.execute(insert(Membership).execution_options(render_nulls=True), rows)


def _write_roles(
    session: Session,
    plan: Portion,
    people: dict[int, int],
    teams: Mapping[TeamKey | None, int],
    now: datetime,
    granted_by: int | None,
) -> None:
    revoked = [held.grant_id for deed in plan.deeds for held in deed.revoked]
    for some in _chunks(revoked):
        session.execute(
            update(RoleGrant).where(RoleGrant.id.in_(some), RoleGrant.revoked_at.is_(None)).values(revoked_at=now)
        )
    granted = [
        {
            "person_id": people[place],
            "role": role.value,
            "team_id": None if team is None else _number(team, teams),
            "granted_at": now,
            "granted_by": granted_by,
            "revoked_at": None,
        }
        for place, deed in enumerate(plan.deeds)
        for role, team in deed.granted
    ]
    for rows in _chunks(granted):
        session.execute(insert(RoleGrant), rows)


def _chunks(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))
