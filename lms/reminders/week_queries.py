"""The week of who looks after some teams and those below: a fixed number of queries, however many there are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from lms.accounts.queries import TeamNode, count_teams
from lms.progress.team_queries import team_rows
from lms.reminders import queries
from lms.reminders.leave import is_away
from lms.reminders.reach_queries import count_without_email, without_email
from lms.reminders.week import (
    AHEAD,
    BACK,
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
from lms.units.place_queries import places_of, to_ask_for
from lms.units.places import Places
from lms.units.tables import TeamHolding, TeamPeople, TeamStanding

_DAY = timedelta(days=1)


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
    """Return the week of the people in these teams and below but for its reader; at most eight queries."""
    team_ids = tree.below(roots)
    places = places_of(session, team_ids)
    query = select(TeamPeople.team_id, TeamPeople.people)
    if to_ask_for(places.all) is not None:
        query = query.where(TeamPeople.team_id.in_(places.all))
    known = {place: people for place, people in session.execute(query) if place in places.all}
    count = sum(known.values())
    if count > MOST_PEOPLE:
        found = _units(session, tree, roots, places, known, today)
        is_whole = to_ask_for(team_ids) is None and count_teams(session) == len(team_ids)
        unreached = count_without_email(session, today, None if is_whole else team_ids)
        return Week(today, count, None, found, named((), unreached))
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


def _units(
    session: Session, tree: Tree, roots: Collection[int], places: Places, people: Mapping[int, int], today: date
) -> Units:
    limit = to_ask_for(places.all)
    stand, ending = _standing(session, today, limit), _ending(session, today, limit)

    def figures(team_ids: frozenset[int]) -> Figures:
        wanted = places.of(team_ids)
        late, due, fell_due, on_time = (
            sum(stand[place][at] for place in wanted if place in stand) for at in range(4)
        )
        return Figures(
            sum(people.get(place, 0) for place in wanted),
            late,
            due,
            sum(ending.get(place, 0) for place in wanted),
            fell_due,
            on_time,
        )

    below = [(unit, tree.teams[unit].name, figures(tree.below([unit]))) for unit in tree.units(roots)]
    return units_of(figures(places.team_ids), below)


def _standing(
    session: Session, today: date, places: Collection[int] | None
) -> dict[int, tuple[int, int, int, int]]:
    """Return by place what is late, what is due within the week, what fell due last week, and on time of that."""
    monday = today - timedelta(days=today.weekday())
    is_late, is_last = TeamStanding.due_on < today, TeamStanding.due_on.between(monday - BACK, monday - _DAY)
    open_ones = TeamStanding.not_started + TeamStanding.under_way
    query = (
        select(
            TeamStanding.team_id,
            func.sum(case((is_late, open_ones), else_=0)),
            func.sum(case((is_late, 0), else_=open_ones)),
            func.sum(case((is_last, open_ones + TeamStanding.done), else_=0)),
            func.sum(case((is_last, TeamStanding.on_time), else_=0)),
        )
        .where(TeamStanding.due_on <= today + AHEAD)
        .group_by(TeamStanding.team_id)
    )
    if places is not None:
        query = query.where(TeamStanding.team_id.in_(places))
    return {row[0]: (int(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in session.execute(query)}


def _ending(session: Session, today: date, places: Collection[int] | None) -> dict[int, int]:
    """Return by place how many certificates end soon."""
    query = (
        select(TeamHolding.team_id, func.sum(TeamHolding.people))
        .where(TeamHolding.until.between(today, today + units.ENDS_SOON))
        .group_by(TeamHolding.team_id)
    )
    if places is not None:
        query = query.where(TeamHolding.team_id.in_(places))
    return {place: int(count) for place, count in session.execute(query)}
