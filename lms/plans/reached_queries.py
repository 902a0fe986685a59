"""Whom a programme reaches, for a whole organisation at once; few people are looked at one by one."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.plans.people_queries import members_now, parts, whereabouts
from lms.plans.programme import Coming, Programme, Who, came_on
from lms.plans.programme_queries import candidates_of

# Above this a table is read whole rather than for each portion of people.
FEW = 5000


def reached(
    session: Session, programme: Programme, before: Mapping[int, Coming], now: datetime
) -> dict[int, Coming]:
    """Return whom the programme reaches today, and when they came; `before` are those whom it reached so far.

    For whoever is in a team that is meant, the team tells; only people whom a role or a day of joining may have
    brought, and those who came since a team was chosen, are looked at one by one.
    """
    today = now.date()
    whole = [target for target in programme.targets if target.who is Who.EVERYONE]
    meant = _inside(session, programme, [target.team_id for target in whole], now)
    others = set[int]()
    for target in programme.targets:
        if target.who is not Who.EVERYONE:
            others |= candidates_of(session, target, now)
    found = {who: before[who] for who in meant & before.keys()}
    if all(target.since == today for target in whole):
        found |= dict.fromkeys(meant - before.keys() - others, Coming(today, today))
    for who, place in whereabouts(session, (meant | others) - found.keys(), now).items():
        day = came_on(programme, place)
        if day is not None:
            found[who] = before.get(who) or Coming(day, today)
    return found


def _inside(session: Session, programme: Programme, team_ids: Collection[int | None], now: datetime) -> set[int]:
    """Return the enabled people of these teams, None meaning all, as far as the owner's programme reaches."""
    meant = set[int]()
    for team_id in set(team_ids):
        meant |= _people(session, team_id, now)
    owner = programme.owner_team_id
    return meant & members_now(session, owner, now) if meant and owner and owner not in team_ids else meant


def _people(session: Session, team_id: int | None, now: datetime) -> set[int]:
    if team_id is not None:
        return members_now(session, team_id, now)
    return set(session.scalars(select(Person.id).where(Person.disabled_at.is_(None))))


def among(
    session: Session, query: Select[*tuple[Any, ...]], person_id: SQLColumnExpression[int], people: Collection[int]
) -> Iterator[Any]:
    """Yield the rows about these people, whose number stands first; the table is read once where they are many."""
    if len(people) <= FEW:
        for part in parts(people):
            yield from session.execute(query.where(person_id.in_(part)))
    else:
        yield from (row for row in session.execute(query) if row[0] in people)
