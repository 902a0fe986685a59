"""A team's month counted anew from its observations and talks, in the transaction that changed one of them."""

from dataclasses import asdict
from datetime import date

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from lms.coaching.pooled.figures import Coached
from lms.coaching.pooled.queries import counted_month
from lms.coaching.pooled.tables import CoachingMonth, SeenMonth
from lms.store import one_at_a_time

# Far from every other turn; a team's own is this plus its number.
_TURNS = 7_301_021 << 32


def count_month(session: Session, team_id: int, day: date) -> None:
    """Make what is kept of this team true for the month of this day; eight statements, whatever its size.

    Two who observe in one team at once wait for each other, and the second counts both.
    """
    one_at_a_time(session, _TURNS + team_id)
    month_on = day.replace(day=1)
    month = {"team_id": team_id, "month_on": month_on}
    for table in (SeenMonth, CoachingMonth):
        session.execute(delete(table).filter_by(**month).execution_options(synchronize_session=False))
    counted = counted_month(session, team_id, month_on)
    if counted.seen:
        rows = [{**month, "behaviour_id": name, **asdict(seen)} for name, seen in counted.seen.items()]
        session.execute(insert(SeenMonth), rows)
    if counted.coached != Coached():
        sums = asdict(counted.coached)
        seen = sums.pop("seen")
        whole = {"seen_clearly": seen["clearly"], "seen_chances": seen["chances"]}
        session.execute(insert(CoachingMonth).values(**month, **whole, **sums))
