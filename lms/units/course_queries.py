"""How teams stand in each course, from what is kept: for pages about more people than one lists."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from lms.progress.overview import Tally, tally_of
from lms.units.tables import TeamPeople, TeamStanding

# Asking for so many teams by number costs more than looking at all and leaving the others out.
_MOST_NAMED = 500


def course_tallies(session: Session, team_ids: Collection[int] | None, today: date) -> tuple[Tally, ...]:
    """Return a tally for each course anybody of these teams (of any when None) is in, by slug; one query.

    Who is stuck is not kept: they count as under way. Somebody in several teams counts in the one joined first.
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
    if team_ids is not None:
        query = query.where(TeamStanding.team_id.in_(team_ids))
    return tuple(
        tally_of(slug, done=int(done), late=int(late), stuck=0, not_started=int(waiting), under_way=int(going))
        for slug, done, late, waiting, going in session.execute(query)
    )


def people_kept(session: Session, team_ids: Collection[int]) -> int:
    """Return how many people count in these teams, each in the one joined first; one query over small rows."""
    if not team_ids:
        return 0
    query = select(TeamPeople.team_id, TeamPeople.people)
    if len(team_ids) <= _MOST_NAMED:
        query = query.where(TeamPeople.team_id.in_(team_ids))
    wanted = frozenset(team_ids)
    return sum(people for team_id, people in session.execute(query) if team_id in wanted)
