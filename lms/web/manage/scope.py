"""Whom this manager looks after: the teams managed and those below, asked afresh each request."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from flask import abort, g

from lms.accounts import queries as accounts
from lms.accounts.queries import PersonFacts, TeamNode
from lms.accounts.roles import Role
from lms.web.extensions import database
from lms.web.identity import me, today


@dataclass(frozen=True)
class Scope:
    """The teams in sight, by number in the order of their names; `roots` are those with none in sight above."""

    teams: dict[int, TeamNode]
    roots: tuple[int, ...]
    children_of: dict[int, list[TeamNode]]

    def is_whole(self) -> bool:
        """Return whether there is no team out of sight; one query for a manager."""
        return Role.ADMINISTRATOR in me().roles or accounts.count_teams(database()) == len(self.teams)

    @property
    def team_ids(self) -> frozenset[int]:
        """Return the numbers of all teams in sight."""
        return frozenset(self.teams)

    def below(self, team_id: int) -> frozenset[int]:
        """Return this team and those below it; all of them are in sight."""
        return frozenset(team.id for team, _depth in self.walk((team_id,)))

    def up(self, team_id: int) -> Iterator[int]:
        """Yield this team and those above it that are in sight, the nearest first."""
        seen: set[int | None] = set()
        at: int | None = team_id
        while at in self.teams and at not in seen:  # a circle in damaged data comes to an end
            seen.add(at)
            yield at
            at = self.teams[at].parent_id

    def children(self, team_id: int) -> tuple[TeamNode, ...]:
        """Return the open teams right below this one."""
        return tuple(team for team in self.children_of.get(team_id, ()) if team.closed_on is None)

    def walk(self, roots: tuple[int, ...]) -> Iterator[tuple[TeamNode, int]]:
        """Yield these teams and all below as an outline: each with its depth, children right after parents."""
        waiting = [(self.teams[root], 0) for root in reversed(roots)]
        seen = set()
        while waiting:
            team, depth = waiting.pop()
            if team.id in seen:  # a circle in damaged data comes to an end
                continue
            seen.add(team.id)
            yield team, depth
            waiting += [(child, depth + 1) for child in reversed(self.children_of.get(team.id, []))]


def scope() -> Scope:
    """Return what the signed-in person manages now; one query, asked once a request."""
    if "scope" not in g:
        person = me()
        if Role.ADMINISTRATOR in person.roles:
            nodes = accounts.team_nodes(database())
        else:
            nodes = accounts.team_nodes_below(database(), person.managed_team_ids)
        teams = {team.id: team for team in nodes}
        children = defaultdict(list)
        for team in teams.values():
            if team.parent_id in teams:
                children[team.parent_id].append(team)
        roots = tuple(team.id for team in teams.values() if team.parent_id not in teams)
        g.scope = Scope(teams, roots, dict(children))
    found: Scope = g.scope
    return found


def team_in_sight(team_id: int) -> TeamNode:
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
