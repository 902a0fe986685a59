"""A team's month counted anew from its observations and talks, in the transaction that changed one of them."""

from datetime import date

from sqlalchemy import case, delete, func, insert, literal, select
from sqlalchemy.orm import Session

from lms.coaching import queries
from lms.coaching.figures import is_specific
from lms.coaching.notes.note import Basis
from lms.coaching.notes.tables import CoachingNote
from lms.coaching.observation import CLEARLY
from lms.coaching.pooled.figures import month_after
from lms.coaching.pooled.tables import CoachingMonth, SeenMonth
from lms.coaching.tables import Observation, ObservationMark
from lms.store import one_at_a_time

# Far from every other turn; a team's own is this plus its number.
_TURNS = 7_301_021 << 32


def count_month(session: Session, team_id: int, day: date) -> None:
    """Make what is kept of this team true for the month of this day; eight statements, whatever its size.

    Two who observe in one team at once wait for each other, and the second counts both.
    """
    one_at_a_time(session, _TURNS + team_id)
    month_on = day.replace(day=1)
    for table in (SeenMonth, CoachingMonth):
        session.execute(
            delete(table)
            .where(table.team_id == team_id, table.month_on == month_on)
            .execution_options(synchronize_session=False)
        )
    _count_seen(session, team_id, month_on)
    _count_coaching(session, team_id, month_on)


def _count_seen(session: Session, team_id: int, month_on: date) -> None:
    clearly = func.sum(case((ObservationMark.score == CLEARLY, 1), else_=0))
    counted = (
        select(
            literal(team_id),
            literal(month_on),
            ObservationMark.behaviour_id,
            clearly,
            func.count(ObservationMark.score),
        )
        .join(Observation, Observation.id == ObservationMark.observation_id)
        .where(
            Observation.team_id == team_id,
            Observation.happened_on >= month_on,
            Observation.happened_on < month_after(month_on),
            ObservationMark.score.is_not(None),
            queries.counted(),
        )
        .group_by(ObservationMark.behaviour_id)
    )
    names = ["team_id", "month_on", "behaviour_id", "clearly", "chances"]
    session.execute(insert(SeenMonth).from_select(names, counted))


def _count_coaching(session: Session, team_id: int, month_on: date) -> None:
    forms = queries.forms_in(session, team_id, month_on, month_after(month_on))
    scores = [mark.score for form in forms for mark in form.marks]
    numbers_only = func.count().filter(CoachingNote.basis == Basis.NUMBERS)
    talks, on_numbers = session.execute(
        select(func.count(), numbers_only).where(
            CoachingNote.team_id == team_id,
            CoachingNote.happened_on >= month_on,
            CoachingNote.happened_on < month_after(month_on),
            CoachingNote.given_at.is_not(None),
        )
    ).one()
    seen = select(
        func.coalesce(func.sum(SeenMonth.clearly), 0), func.coalesce(func.sum(SeenMonth.chances), 0)
    ).where(SeenMonth.team_id == team_id, SeenMonth.month_on == month_on)
    seen_clearly, seen_chances = session.execute(seen).one()
    if forms or talks:
        session.execute(
            insert(CoachingMonth).values(
                team_id=team_id,
                month_on=month_on,
                seen_clearly=seen_clearly,
                seen_chances=seen_chances,
                forms=len(forms),
                specific=sum(map(is_specific, forms)),
                clearly=scores.count(2),
                partly=scores.count(1),
                missed=scores.count(0),
                talks=talks,
                numbers_only=on_numbers,
            )
        )
