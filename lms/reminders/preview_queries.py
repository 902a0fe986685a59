"""What is open by due day and what ends by its last day, everywhere, from what is kept of each team."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.units.tables import TeamHolding, TeamStanding


def open_by_day(session: Session, until: date) -> dict[date, int]:
    """Return how many courses are open by the day they are or were due, up to this one; one query."""
    query = (
        select(TeamStanding.due_on, func.sum(TeamStanding.not_started + TeamStanding.under_way))
        .where(TeamStanding.due_on <= until)
        .group_by(TeamStanding.due_on)
    )
    return {day: int(count) for day, count in session.execute(query) if count}


def ending_by_day(session: Session, since: date, until: date) -> dict[date, int]:
    """Return how many certificates end on each of these days; one query."""
    query = (
        select(TeamHolding.until, func.sum(TeamHolding.people))
        .where(TeamHolding.until.between(since, until))
        .group_by(TeamHolding.until)
    )
    return {day: int(count) for day, count in session.execute(query)}
