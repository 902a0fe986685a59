"""What presses among more people than one looks at each: how much in all, and the few to begin with by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVarTuple

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.queries import is_on
from lms.accounts.tables import Membership, Person
from lms.plans.exempt_queries import exempt_in, is_exempt
from lms.progress.overview import SOON, Matter, matters, with_exempt
from lms.progress.tables import Enrolment
from lms.progress.team_queries import is_latest_round, team_rows
from lms.units.places import Places
from lms.units.tables import TeamCrossing, TeamStanding

# So many places, courses and days hold those one begins with, also when some of them are exempt.
_SPOTS = 15
Found = TypeVarTuple("Found")


@dataclass(frozen=True)
class Pressing:
    """Courses of people, not people: `late`, and `soon` those not begun that are due within a week."""

    late: int
    soon: int


def pressing(session: Session, places: Places | None, today: date) -> Pressing:
    """Return how much presses among people counted here (anywhere when None), exempt ones too; one query."""
    open_ones = TeamStanding.not_started + TeamStanding.under_way
    is_late = TeamStanding.due_on < today
    query = select(
        func.sum(case((is_late, open_ones), else_=0)), func.sum(case((is_late, 0), else_=TeamStanding.not_started))
    )
    late, soon = session.execute(_within(query, places, today)).one()
    return Pressing(int(late or 0), int(soon or 0))


def most_pressing(session: Session, places: Places | None, now: datetime, today: date, most: int) -> list[Matter]:
    """Return the first who need somebody, what has been late longest first; at most six queries.

    Found by their day: whoever is stuck and not late is not among them. Nobody exempt is.
    """
    is_late = TeamStanding.due_on < today
    oldest = _within(select(TeamStanding.team_id, TeamStanding.course_slug, TeamStanding.due_on), places, today)
    oldest = oldest.where(or_(is_late, TeamStanding.not_started > 0))
    spots = session.execute(oldest.order_by(TeamStanding.due_on, TeamStanding.team_id).limit(_SPOTS)).all()
    if not spots:
        return []
    some = _teams_at(session, {spot.team_id for spot in spots}, places)
    person_ids = _people_at(session, spots, some, today, most)
    rows = team_rows(session, some, now, today, person_ids)
    return matters(with_exempt(rows, exempt_in(session, some, today)))[:most]


def _teams_at(session: Session, numbers: set[int], places: Places | None) -> set[int]:
    """Return the teams that have a part in these places, of those in question."""
    teams = {number for number in numbers if number > 0}
    if numbers > teams:
        meeting = select(TeamCrossing.team_id).where(TeamCrossing.place_id.in_(numbers - teams))
        teams.update(session.scalars(meeting.distinct()))
    return teams if places is None else teams & places.team_ids


def _people_at(session: Session, spots: Sequence[Any], team_ids: set[int], today: date, most: int) -> list[int]:
    """Return the first people of these teams who are open in one of these courses on one of these days."""
    inside = select(Membership.person_id).where(Membership.team_id.in_(team_ids), is_on(today))
    first_due = func.min(Enrolment.due_on)
    query = (
        select(Person.id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Person.id.in_(inside),
            Person.disabled_at.is_(None),
            Enrolment.course_slug.in_({spot.course_slug for spot in spots}),
            Enrolment.completed_at.is_(None),
            Enrolment.due_on.in_({spot.due_on for spot in spots}),
            or_(Enrolment.due_on < today, Enrolment.started_at.is_(None)),
            is_latest_round(),
            ~is_exempt(today),
        )
        .group_by(Person.id)
        .order_by(first_due, func.lower(Person.name), Person.id)
        .limit(most)
    )
    return list(session.scalars(query))


def _within(query: Select[*Found], places: Places | None, today: date) -> Select[*Found]:
    open_ones = TeamStanding.not_started + TeamStanding.under_way
    query = query.where(open_ones > 0, TeamStanding.due_on <= today + SOON)
    return query if places is None else query.where(TeamStanding.team_id.in_(places.all))
