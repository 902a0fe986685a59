"""The roster as stored, whole: for planning an import and for the export in the same shape."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from lms.accounts.roles import Role
from lms.accounts.roster.plan import Current, Held, PersonNow, Stay, TeamNow
from lms.accounts.roster.reading import COLUMNS
from lms.accounts.roster.teams import TeamIndex
from lms.accounts.tables import Membership, Person, RoleGrant, Team


def current_roster(session: Session) -> Current:
    """Return everybody by number with stays and roles, and every team; four queries."""
    teams = session.execute(
        select(Team.id, Team.parent_id, Team.code, Team.name, Team.closed_on.is_not(None)).order_by(Team.id)
    )
    return Current(people_now(session), tuple(TeamNow(*row) for row in teams))


def people_now(session: Session, person_ids: Collection[int] | None = None) -> tuple[PersonNow, ...]:
    """Return these people, or everybody, by number with stays and roles; three queries.

    Not for more than some hundreds at a time, unless for everybody.
    """

    def of(column: Any) -> ColumnElement[bool]:
        return true() if person_ids is None else column.in_(person_ids)

    stays: dict[int, list[Stay]] = defaultdict(list)
    for row in session.execute(
        select(Membership.person_id, Membership.id, Membership.team_id, Membership.joined_on, Membership.left_on)
        .where(of(Membership.person_id))
        .order_by(Membership.joined_on, Membership.id)
    ):
        stays[row.person_id].append(Stay(row.id, row.team_id, row.joined_on, row.left_on))
    roles: dict[int, list[Held]] = defaultdict(list)
    for held in session.execute(
        select(RoleGrant.person_id, RoleGrant.id, RoleGrant.role, RoleGrant.team_id)
        .where(RoleGrant.revoked_at.is_(None), of(RoleGrant.person_id))
        .order_by(RoleGrant.id)
    ):
        roles[held.person_id].append(Held(held.id, Role(held.role), held.team_id))
    people = session.execute(
        select(
            Person.id,
            Person.name,
            Person.sign_in_name,
            Person.email,
            Person.staff_number,
            Person.language,
            Person.time_zone,
            Person.disabled_at,
        )
        .where(of(Person.id))
        .order_by(Person.id)
    )
    return tuple(
        PersonNow(*row[:-1], row.disabled_at is None, tuple(stays.get(row.id, ())), tuple(roles.get(row.id, ())))
        for row in people
    )


def export_rows(current: Current) -> Iterator[tuple[str, ...]]:
    """Yield the rows under `COLUMNS`: one a stay, one for each person without any, one for each empty team.

    Read back by an import they change nothing.
    """
    index = TeamIndex(current.teams, may_create=False)
    labels = {team.id: index.label(team.id) for team in current.teams}
    seen: set[int] = set()
    for person in sorted(current.people, key=lambda person: (person.name.casefold(), person.id)):
        here = sorted(person.stays, key=lambda stay: (stay.left_on is not None, stay.joined_on, stay.id))
        seen |= {stay.team_id for stay in here}
        for position, stay in enumerate(here or [None]):
            yield _row(person, stay, labels, is_first=position == 0)
    for team in current.teams:
        if team.id not in seen and not team.is_closed:
            yield tuple(labels[team.id] if column == "team" else "" for column in COLUMNS)


def _row(person: PersonNow, stay: Stay | None, labels: dict[int, str], *, is_first: bool) -> tuple[str, ...]:
    is_open = stay is not None and stay.left_on is None
    roles = []
    for held in person.roles:
        if held.team_id is None:
            roles += [held.role.value] if is_first else []
        elif is_open and stay is not None and held.team_id == stay.team_id:
            roles.append(held.role.value)
        elif is_first and not any(each.left_on is None and each.team_id == held.team_id for each in person.stays):
            roles.append(f"{held.role.value} ({labels[held.team_id]})")
    cells = {
        "name": person.name,
        "sign_in_name": person.sign_in_name,
        "email": person.email,
        "staff_number": person.staff_number,
        "language": person.language,
        "time_zone": person.time_zone,
        "team": labels[stay.team_id] if stay else None,
        "joined_on": stay.joined_on.isoformat() if stay else None,
        "left_on": stay.left_on.isoformat() if stay and stay.left_on else None,
        "role": ", ".join(roles) or ("learner" if is_first and not person.roles else None),
        "active": "yes" if person.is_active else "no",
    }
    return tuple(cells[column] or "" for column in COLUMNS)
