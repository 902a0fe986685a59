"""Whom this manager looks after: the teams managed and those below, asked afresh each request."""

from dataclasses import dataclass

from flask import abort, g

from lms.accounts import queries as accounts
from lms.accounts.queries import PersonFacts, TeamFacts
from lms.accounts.roles import Role
from lms.web.extensions import database
from lms.web.identity import me, today


@dataclass(frozen=True)
class Scope:
    """The teams in sight; `roots` are those the person was given, in the order of their names."""

    teams: dict[int, TeamFacts]
    roots: tuple[int, ...]

    @property
    def team_ids(self) -> frozenset[int]:
        """Return the numbers of all teams in sight."""
        return frozenset(self.teams)

    def below(self, team_id: int) -> frozenset[int]:
        """Return this team and those below it; all of them are in sight."""
        found = {team_id}
        while more := {team.id for team in self.teams.values() if team.parent_id in found} - found:
            found |= more
        return frozenset(found)

    def children(self, team_id: int) -> tuple[TeamFacts, ...]:
        """Return the open teams right below this one."""
        return tuple(team for team in self.teams.values() if team.parent_id == team_id and team.closed_on is None)


def scope() -> Scope:
    """Return what the signed-in person manages now; at most two queries, asked once a request."""
    if "scope" not in g:
        person = me()
        wanted = None
        if Role.ADMINISTRATOR not in person.roles:
            wanted = accounts.teams_and_below_ids(database(), person.managed_team_ids)
        teams = {team.id: team for team in accounts.teams(database(), today(), wanted)}
        roots = (
            tuple(team.id for team in teams.values() if team.parent_id not in teams)
            if wanted is None
            else tuple(
                team.id
                for team in teams.values()
                if team.id in person.managed_team_ids
                and not _has_managed_parent(team, teams, person.managed_team_ids)
            )
        )
        g.scope = Scope(teams, roots)
    found: Scope = g.scope
    return found


def _has_managed_parent(team: TeamFacts, teams: dict[int, TeamFacts], managed: frozenset[int]) -> bool:
    parent = teams.get(team.parent_id) if team.parent_id else None
    while parent:
        if parent.id in managed:
            return True
        parent = teams.get(parent.parent_id) if parent.parent_id else None
    return False


def team_in_sight(team_id: int) -> TeamFacts:
    """Return the team, or answer 404 whether it is somebody else's or does not exist."""
    team = scope().teams.get(team_id)
    if team is None:
        abort(404)
    return team


def person_in_sight(person_id: int) -> PersonFacts:
    """Return the person if the signed-in one may see her now, or answer 404 as for nobody."""
    if not accounts.may_see_person(database(), me(), person_id, today()):
        abort(404)
    person = accounts.find_person(database(), person_id)
    if person is None:
        abort(404)
    return person
