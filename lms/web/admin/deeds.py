"""The people and teams that the deeds of this desk are about."""

from typing import TypeVar

from flask import abort

from lms.accounts import queries as accounts
from lms.accounts.queries import PersonFacts, TeamFacts
from lms.web.extensions import database
from lms.web.identity import today

_Found = TypeVar("_Found")


def person_or_404(person_id: int) -> PersonFacts:
    """Return this person, disabled or not."""
    return _found(accounts.find_person(database(), person_id))


def team_or_404(team_id: int) -> TeamFacts:
    """Return this team, closed or not."""
    return _found(accounts.find_team(database(), team_id, today()))


def _found(value: _Found | None) -> _Found:
    if value is None:
        abort(404)
    return value
