"""Who became late among those somebody manages: told to the nearest manager above, once."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.queries import is_on
from lms.accounts.roles import Role
from lms.accounts.tables import Membership, Person, RoleGrant, Team
from lms.content.tables import CourseRow
from lms.progress.tables import Enrolment
from lms.progress.team_queries import is_latest_round
from lms.reminders.leave import is_away
from lms.reminders.queries import leaves_by_person
from lms.reminders.rules import TeamLate

# What became late longer ago is known, or stands in the week.
_NEWS = timedelta(days=31)


def managed_by(session: Session, person_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Return the teams whose manager each of these people is; those who manage none are missing; one query."""
    found: dict[int, set[int]] = defaultdict(set)
    for row in session.execute(
        select(RoleGrant.person_id, RoleGrant.team_id).where(
            RoleGrant.person_id.in_(person_ids), RoleGrant.role == Role.MANAGER, RoleGrant.revoked_at.is_(None)
        )
    ):
        found[row.person_id].add(row.team_id)
    return {person_id: frozenset(teams) for person_id, teams in found.items()}


def newly_late(
    session: Session, managed: Mapping[int, frozenset[int]], days: Mapping[int, date]
) -> dict[int, list[TeamLate]]:
    """Return who became late in the last month under these managers, by name; four queries, none for nobody.

    Only to the nearest manager: whoever stands above reads the week. People on leave are left out until they are
    back, and nobody is told of herself.
    """
    if not managed:
        return {}
    teams_of = _nearest(session, managed)
    here = {team_id for teams in teams_of.values() for team_id in teams}
    latest, earliest = max(days[each] for each in managed), min(days[each] for each in managed)
    rows = session.execute(
        select(
            Membership.team_id,
            Enrolment.id,
            Enrolment.person_id,
            Person.name,
            Enrolment.course_slug,
            Enrolment.due_on,
        )
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .join(Enrolment, Enrolment.person_id == Membership.person_id)
        .join(CourseRow, CourseRow.slug == Enrolment.course_slug)
        .where(
            Membership.team_id.in_(here),
            is_on(latest),
            Person.disabled_at.is_(None),
            Enrolment.completed_at.is_(None),
            Enrolment.due_on.between(earliest - _NEWS, latest - timedelta(days=1)),
            CourseRow.is_hidden.is_(False),
            is_latest_round(),
        )
    ).all()
    leaves = leaves_by_person(session, {row.person_id for row in rows})
    found: dict[int, list[TeamLate]] = {}
    for manager_id, teams in teams_of.items():
        today = days[manager_id]
        late = {
            row.id: TeamLate(row.id, row.name, row.course_slug, row.due_on)
            for row in rows
            if row.team_id in teams
            and row.person_id != manager_id
            and today - _NEWS <= row.due_on < today
            and not is_away(leaves.get(row.person_id, ()), today)
        }
        found[manager_id] = sorted(late.values(), key=lambda each: (each.name.casefold(), each.due_on))
    return found


def _nearest(session: Session, managed: Mapping[int, frozenset[int]]) -> dict[int, frozenset[int]]:
    """Return the teams whose nearest manager each of these people is."""
    parents = {row.id: row.parent_id for row in session.execute(select(Team.id, Team.parent_id))}
    has_manager = set(
        session.scalars(
            select(RoleGrant.team_id)
            .join(Person, Person.id == RoleGrant.person_id)
            .where(RoleGrant.role == Role.MANAGER, RoleGrant.revoked_at.is_(None), Person.disabled_at.is_(None))
        )
    )
    of_team: dict[int, set[int]] = defaultdict(set)
    for team_id in parents:
        at: int | None = team_id
        seen: set[int] = set()
        # Even a circle in damaged data comes to an end.
        while at is not None and at not in has_manager and at not in seen:
            seen.add(at)
            at = parents.get(at)
        if at in has_manager and at is not None:
            of_team[at].add(team_id)
    return {
        person_id: frozenset(each for team_id in teams for each in of_team[team_id])
        for person_id, teams in managed.items()
    }
