"""Keeps how the panels of managers stood in a week; the call belongs inside `writing`."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.measures import Share
from lms.units.tables import PanelWeek
from lms.units.weekly_queries import Manager, sight_of


def keep_week(
    session: Session, week_on: date, managers: Iterable[Manager], shares: Mapping[int, Mapping[str, Share | None]]
) -> int:
    """Keep the week of these managers, three rows each; what is kept already stays. Returns how many rows."""
    rows = [
        {
            "person_id": each.person_id,
            "week_on": week_on,
            "panel": panel,
            "sight": sight_of(each.team_ids, is_administrator=each.is_administrator),
            "count": found.count if found else 0,
            "out_of": found.of if found else 0,
        }
        for each in managers
        for panel, found in shares[each.person_id].items()
    ]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    if rows:
        # Another node may write the same portion: whichever comes first holds.
        session.execute(dialect.insert(PanelWeek.__table__).on_conflict_do_nothing(), rows)
    return len(rows)
