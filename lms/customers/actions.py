"""Writes of customer figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Team
from lms.customers.measure import MOST_COUNTED, Measure, monday_of
from lms.customers.tables import CustomerCount


@dataclass(frozen=True)
class Figure:
    """One figure to be kept: `count` of `out_of` of one measure, of one team in the week of this Monday."""

    team_id: int
    week_on: date
    measure: Measure
    count: int
    out_of: int


@dataclass(frozen=True)
class Recorded:
    """What became of figures: new ones, corrections of earlier ones, and those that were there already."""

    added: int
    corrected: int
    same: int


def record_figures(session: Session, figures: Iterable[Figure], by: int, now: datetime) -> Recorded:
    """Keep these figures; one that differs from the one that holds takes its place, the earlier row stays.

    Of several about the same team, week and measure the last counts. Raises ValueError for what is no share or
    no Monday.
    """
    wanted = {(each.team_id, each.week_on, each.measure): each for each in figures}
    for figure in wanted.values():
        if not 0 <= figure.count <= figure.out_of <= MOST_COUNTED or not figure.out_of:
            raise ValueError(f"{figure.count} of {figure.out_of} is no share")
        if figure.week_on != monday_of(figure.week_on):
            raise ValueError(f"{figure.week_on} is no Monday")
    team_ids = sorted({figure.team_id for figure in wanted.values()})
    # Whoever writes figures of the same team waits here, so that both find the row that holds.
    session.execute(select(Team.id).where(Team.id.in_(team_ids)).order_by(Team.id).with_for_update(key_share=True))
    days = {figure.week_on for figure in wanted.values()}
    holding = {
        (row.team_id, row.week_on, row.measure): row
        for row in session.scalars(
            select(CustomerCount).where(
                CustomerCount.replaced_at.is_(None),
                CustomerCount.team_id.in_(team_ids),
                CustomerCount.week_on.in_(days),
            )
        )
    }
    added = corrected = same = 0
    for key, figure in wanted.items():
        earlier = holding.get(key)
        if earlier and (earlier.count, earlier.out_of) == (figure.count, figure.out_of):
            same += 1
            continue
        if earlier:
            earlier.replaced_at = now
            # The new row comes only after the old one no longer holds.
            session.flush()
        corrected, added = (corrected + 1, added) if earlier else (corrected, added + 1)
        session.add(
            CustomerCount(
                team_id=figure.team_id,
                week_on=figure.week_on,
                measure=figure.measure,
                count=figure.count,
                out_of=figure.out_of,
                entered_by=by,
                entered_at=now,
            )
        )
    session.flush()
    return Recorded(added, corrected, same)
