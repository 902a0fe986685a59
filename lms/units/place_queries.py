"""In which places the people of some teams count."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.units import counting
from lms.units.places import Places, place_of
from lms.units.tables import TeamCrossing

# Asking for so many teams by number costs more than looking at all and leaving the others out.
_MOST_NAMED = 500


def to_ask_for(numbers: frozenset[int]) -> frozenset[int] | None:
    """Return the numbers to ask for, or None where all are looked at and the others left out afterwards."""
    return numbers if len(numbers) <= _MOST_NAMED else None


def places_of(session: Session, team_ids: Collection[int]) -> Places:
    """Return the places of the people in these teams; one query over those who are in several."""
    wanted = frozenset(team_ids)
    query = select(TeamCrossing.place_id, TeamCrossing.team_id).distinct()
    if to_ask_for(wanted) is not None:
        query = query.where(TeamCrossing.team_id.in_(wanted))
    crossings: defaultdict[int, set[int]] = defaultdict(set)
    for place_id, team_id in session.execute(query):
        if team_id in wanted:
            crossings[place_id].add(team_id)
    return Places(wanted, {place_id: frozenset(teams) for place_id, teams in crossings.items()})


def teams_of_several(session: Session, team_ids: Collection[int]) -> tuple[frozenset[int], ...]:
    """Return for everybody who is in several of these teams which they are; one query."""
    teams: defaultdict[int, set[int]] = defaultdict(set)
    query = select(TeamCrossing.person_id, TeamCrossing.team_id).where(TeamCrossing.team_id.in_(team_ids))
    for person_id, team_id in session.execute(query):
        teams[person_id].add(team_id)
    return tuple(frozenset(hers) for hers in teams.values() if len(hers) > 1)


class Crossing(NamedTuple):
    """One team of somebody who is in several, and the place of all of these."""

    place_id: int
    person_id: int
    team_id: int
    first_id: int


def crossings_kept(session: Session, team_ids: Collection[int]) -> set[Crossing]:
    """Return what is kept of the crossings whose first team is one of these; one query."""
    rows = session.execute(
        select(TeamCrossing.place_id, TeamCrossing.person_id, TeamCrossing.team_id, TeamCrossing.first_id).where(
            TeamCrossing.first_id.in_(team_ids)
        )
    )
    return {Crossing(*row) for row in rows}


def crossings_found(session: Session, team_ids: Collection[int], today: date) -> set[Crossing]:
    """Return the same as the record says; one query over the people of these teams who are in several."""
    teams: defaultdict[int, set[int]] = defaultdict(set)
    for person_id, team_id in session.execute(counting.crossings(team_ids, today)):
        teams[person_id].add(team_id)
    return {
        Crossing(place_of(hers), person_id, team_id, min(hers))
        for person_id, hers in teams.items()
        if min(hers) in team_ids
        for team_id in hers
    }
