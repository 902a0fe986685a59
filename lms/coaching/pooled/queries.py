"""Reads of what teams add up to by unit: one query each, however many teams hang below."""

from datetime import date

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Team
from lms.coaching.pooled.figures import Coached, Seen
from lms.coaching.pooled.tables import CoachingMonth, SeenMonth


def coached_below(session: Session, team_id: int, since: date) -> dict[int, Coached]:
    """Return how each unit right below a team, with all below it, was observed and coached since this month.

    The team itself stands under its own number. The caller has asked whether it is in sight.
    """
    units = _units(team_id)
    names = (
        CoachingMonth.seen_clearly, CoachingMonth.seen_chances, CoachingMonth.forms, CoachingMonth.specific,
        CoachingMonth.clearly, CoachingMonth.partly, CoachingMonth.missed, CoachingMonth.talks,
        CoachingMonth.numbers_only,
    )  # fmt: skip
    rows = session.execute(
        select(units.c.unit_id, *(func.sum(name) for name in names))
        .join(CoachingMonth, CoachingMonth.team_id == units.c.team_id)
        .where(CoachingMonth.month_on >= since)
        .group_by(units.c.unit_id)
    )
    return {
        unit_id: Coached(Seen(int(clearly), int(chances)), *map(int, sums))
        for unit_id, clearly, chances, *sums in rows
    }


def seen_below(session: Session, team_id: int, behaviour_id: str, since: date) -> dict[int, Seen]:
    """Return how often one behaviour was seen since this month in each unit right below a team, and in itself."""
    units = _units(team_id)
    rows = session.execute(
        select(units.c.unit_id, func.sum(SeenMonth.clearly), func.sum(SeenMonth.chances))
        .join(SeenMonth, SeenMonth.team_id == units.c.team_id)
        .where(SeenMonth.behaviour_id == behaviour_id, SeenMonth.month_on >= since)
        .group_by(units.c.unit_id)
    )
    return {unit_id: Seen(int(clearly), int(chances)) for unit_id, clearly, chances in rows}


def _units(team_id: int) -> Subquery:
    """Return every team below this one with the unit right below it that it belongs to, and the team itself."""
    top = select(Team.id.label("unit_id"), Team.id.label("team_id")).where(Team.parent_id == team_id)
    found = top.cte("units", recursive=True)
    # Without doubles, so that a circle in damaged data comes to an end.
    below = found.union(select(found.c.unit_id, Team.id).join(found, Team.parent_id == found.c.team_id))
    own = select(Team.id, Team.id).where(Team.id == team_id)
    return select(below.c.unit_id, below.c.team_id).union_all(own).subquery()
