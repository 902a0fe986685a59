"""Whom the signed-in person may observe, and which observations she may read or settle; asked afresh each time."""

from collections.abc import Collection

from flask import abort, request

from lms.accounts import queries as accounts
from lms.accounts.queries import PersonFacts, TeamNode
from lms.accounts.roles import Role
from lms.coaching import queries
from lms.coaching.observation import State, may_read, may_settle
from lms.coaching.queries import Told
from lms.web.extensions import database
from lms.web.identity import me, now, today
from lms.web.manage.scope import person_in_sight, scope, team_in_sight

# More teams than this are not offered in a list.
MOST_LISTED = 200


def observable(person_id: int) -> PersonFacts:
    """Return somebody in sight who is not oneself and can still sign in, or answer 404."""
    if person_id == me().person_id:
        abort(404)
    person = person_in_sight(person_id)
    if person.disabled_at is not None:
        abort(404)
    return person


def in_sight(person_ids: Collection[int]) -> Collection[int]:
    """Return those of these people whom the signed-in one looks after now; at most one query."""
    if Role.ADMINISTRATOR in me().roles:
        return person_ids
    members = accounts.members_of(database(), scope().team_ids, today(), person_ids) if person_ids else ()
    return {member.person_id for member in members}


def open_teams() -> list[TeamNode]:
    """Return the teams in sight that are not closed, by name."""
    return [team for team in scope().teams.values() if team.closed_on is None]


def team_asked_for() -> TeamNode | None:
    """Return the open team in sight that the address asks for, else the first, else None; 404 out of sight."""
    asked = request.args.get("team", "")
    if asked:
        return team_in_sight(int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0)
    return next((team for team, _depth in scope().walk(scope().roots) if team.closed_on is None), None)


def team_observed(person_id: int) -> TeamNode | None:
    """Return the team in sight that this person is in today, or None; the first by name of several."""
    here = {stay.team_id for stay in accounts.stays_of(database(), person_id) if stay.covers(today())}
    return next((team for team in scope().teams.values() if team.id in here), None)


def readable(observation_id: int) -> Told:
    """Return a given observation that may be read now, or answer 404.

    Her own observer may no longer once the person has left the teams in sight, and nobody reads about oneself
    here: that is under the person's own feedback.
    """
    told = queries.find_given(database(), observation_id)
    if told is None or told.observee_id == me().person_id:
        abort(404)
    person_in_sight(told.observee_id)
    if not is_readable(told):
        abort(404)
    return told


def is_readable(told: Told) -> bool:
    """Return whether the signed-in person, who has its person in sight, may read this one now."""
    return may_read(
        is_observer=told.observer_id == me().person_id,
        state=told.state,
        given_at=told.given_at,
        seen_at=told.seen_at,
        now=now(),
    )


def is_mine_to_settle(told: Told) -> bool:
    """Return whether the signed-in person may settle this dispute now."""
    return told.state is State.DISPUTED and settles(told.observer_id, told.observee_id, told.team_id)


def settles(observer_id: int, observee_id: int, team_id: int) -> bool:
    """Return whether the signed-in person is neutral between these two people of this team."""
    team = scope().teams.get(team_id)
    return may_settle(
        is_party=me().person_id in (observer_id, observee_id),
        looks_above=team is not None and team.parent_id in scope().team_ids,
        is_administrator=Role.ADMINISTRATOR in me().roles,
    )
