"""Which assignments reach a person, and when something is due then; pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class GivenTo:
    """One live assignment of a course to a person or to a team and all below it."""

    course_slug: str
    person_id: int | None
    team_id: int | None
    due_on: date | None


def reaching(given: Iterable[GivenTo], person_id: int, team_ids: Collection[int]) -> list[GivenTo]:
    """Return the assignments that reach this person; `team_ids` are hers and those above them."""
    return [each for each in given if each.person_id == person_id or each.team_id in team_ids]


def due_on_for(given: Iterable[GivenTo], person_id: int, team_ids: Collection[int]) -> date | None:
    """Return the earliest due date of the assignments that reach this person, or None."""
    dates = [each.due_on for each in reaching(given, person_id, team_ids) if each.due_on]
    return min(dates, default=None)
