"""The week of who looks after some teams and those below: a fixed number of queries, however many there are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.queries import TeamNode
from lms.progress.team_queries import team_rows
from lms.reminders import queries
from lms.reminders.leave import is_away
from lms.reminders.reach_queries import count_without_email, without_email
from lms.reminders.week import (
    AHEAD,
    MOST_OTHERS,
    MOST_PEOPLE,
    Figures,
    Units,
    Week,
    named,
    people_of,
    units_of,
)
from lms.units import queries as units
from lms.units.tables import TeamPeople, TeamStanding

# Asking for so many teams by number costs more than looking at all and leaving the others out.
_MOST_NAMED = 500


@dataclass(frozen=True)
class Tree:
    """All teams, closed ones too, by number in the order of their names, and those right below each."""

    teams: Mapping[int, TeamNode]
    children: Mapping[int, tuple[int, ...]]

    def below(self, team_ids: Iterable[int]) -> frozenset[int]:
        """Return these teams and those below; even a circle in damaged data comes to an end."""
        found: set[int] = set()
        waiting = [team_id for team_id in team_ids if team_id in self.teams]
        while waiting:
            team_id = waiting.pop()
            if team_id not in found:
                found.add(team_id)
                waiting += self.children.get(team_id, ())
        return frozenset(found)

    def units(self, roots: Collection[int]) -> tuple[int, ...]:
        """Return the open units that tell the week of these teams: those below the only one, or themselves."""
        # A team that another of them holds is told with it.
        inside = self.below(child for root in roots for child in self.children.get(root, ()))
        tops = [team_id for team_id in self.teams if team_id in roots and team_id not in inside]
        wanted = self.children.get(tops[0], ()) if len(tops) == 1 else tuple(tops)
        return tuple(team_id for team_id in wanted if self.teams[team_id].closed_on is None)


def tree_of(nodes: Iterable[TeamNode]) -> Tree:
    """Return the tree of these teams."""
    teams = {node.id: node for node in nodes}
    children: dict[int, list[int]] = defaultdict(list)
    for node in teams.values():
        if node.parent_id in teams:
            children[node.parent_id].append(node.id)
    return Tree(teams, {team_id: tuple(found) for team_id, found in children.items()})


def week_of_teams(
    session: Session, tree: Tree, roots: Collection[int], own_id: int, now: datetime, today: date
) -> Week:
    """Return the week of the people in these teams and below but for its reader; at most seven queries."""
    team_ids = tree.below(roots)
    query = select(TeamPeople.team_id, TeamPeople.people)
    if len(team_ids) <= _MOST_NAMED:
        query = query.where(TeamPeople.team_id.in_(team_ids))
    count = sum(people for team_id, people in session.execute(query) if team_id in team_ids)
    if count > MOST_PEOPLE:
        found = _units(session, tree, roots, team_ids, today)
        return Week(today, count, None, found, named((), count_without_email(session, today, team_ids)))
    rows = [row for row in team_rows(session, team_ids, now, today) if row.person_id != own_id]
    days = {row.person_id: today for row in rows}
    leaves = queries.leaves_by_person(session, days)
    away = {person_id for person_id in days if is_away(leaves.get(person_id, ()), today)}
    unreachable = [each for each in without_email(session, today, team_ids) if each[0] != own_id]
    return Week(
        today,
        len(rows),
        people_of(rows, queries.ending_certificates(session, days), away, now, today),
        None,
        named(unreachable[:MOST_OTHERS], len(unreachable)),
    )


def _units(session: Session, tree: Tree, roots: Collection[int], team_ids: frozenset[int], today: date) -> Units:
    limit = team_ids if len(team_ids) <= _MOST_NAMED else None
    known = units.figures(session, today, team_ids=limit)
    due = _open_between(session, today, today + AHEAD, limit)
    last = _done_of_last_week(session, today, limit)

    def figures(wanted: frozenset[int]) -> Figures:
        together = units.total(known[team_id] for team_id in wanted if team_id in known)
        fell_due, on_time = (sum(last.get(team_id, (0, 0))[at] for team_id in wanted) for at in (0, 1))
        return Figures(
            together.people,
            together.late,
            sum(due.get(team_id, 0) for team_id in wanted),
            together.ending,
            fell_due,
            on_time,
        )

    below = [(unit, tree.teams[unit].name, figures(tree.below([unit]))) for unit in tree.units(roots)]
    return units_of(figures(team_ids), below)


def _open_between(session: Session, first: date, last: date, team_ids: Collection[int] | None) -> dict[int, int]:
    query = (
        select(TeamStanding.team_id, func.sum(TeamStanding.not_started + TeamStanding.under_way))
        .where(TeamStanding.due_on.between(first, last))
        .group_by(TeamStanding.team_id)
    )
    if team_ids is not None:
        query = query.where(TeamStanding.team_id.in_(team_ids))
    return {team_id: int(count) for team_id, count in session.execute(query)}


def _done_of_last_week(
    session: Session, today: date, team_ids: Collection[int] | None
) -> dict[int, tuple[int, int]]:
    monday = today - timedelta(days=today.weekday())
    whole = TeamStanding.not_started + TeamStanding.under_way + TeamStanding.done
    query = (
        select(TeamStanding.team_id, func.sum(whole), func.sum(TeamStanding.on_time))
        .where(TeamStanding.due_on >= monday - timedelta(days=7), TeamStanding.due_on < monday)
        .group_by(TeamStanding.team_id)
    )
    if team_ids is not None:
        query = query.where(TeamStanding.team_id.in_(team_ids))
    return {team_id: (int(fell_due), int(on_time)) for team_id, fell_due, on_time in session.execute(query)}
