"""How teams stand in each course, from what is kept: for pages about more people than one lists."""

from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from lms.progress.overview import Tally, tally_of
from lms.units.place_queries import to_ask_for
from lms.units.places import Places
from lms.units.tables import TeamPeople, TeamStanding


def course_tallies(session: Session, places: Places | None, today: date) -> tuple[Tally, ...]:
    """Return a tally for each course anybody counted here (anywhere when None) is in, by slug; one query.

    Who is stuck is not kept: they count as under way.
    """
    is_late = TeamStanding.due_on < today
    query = (
        select(
            TeamStanding.course_slug,
            func.sum(TeamStanding.done),
            func.sum(case((is_late, TeamStanding.not_started + TeamStanding.under_way), else_=0)),
            func.sum(case((is_late, 0), else_=TeamStanding.not_started)),
            func.sum(case((is_late, 0), else_=TeamStanding.under_way)),
        )
        .group_by(TeamStanding.course_slug)
        .order_by(TeamStanding.course_slug)
    )
    if places is not None:
        query = query.where(TeamStanding.team_id.in_(places.all))
    return tuple(
        tally_of(slug, done=int(done), late=int(late), stuck=0, not_started=int(waiting), under_way=int(going))
        for slug, done, late, waiting, going in session.execute(query)
    )


def people_kept(session: Session, places: Places) -> int:
    """Return how many people count here; one query over small rows."""
    if not places.team_ids:
        return 0
    query = select(TeamPeople.team_id, TeamPeople.people)
    if to_ask_for(places.all) is not None:
        query = query.where(TeamPeople.team_id.in_(places.all))
    return sum(people for place_id, people in session.execute(query) if place_id in places.all)
