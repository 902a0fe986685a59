"""Keeps how each manager's panels stood when a week was over; what was late then is in no other record."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from lms import clock
from lms.customers.measure import last_week_on, monday_of
from lms.jobs.context import Context, Result
from lms.store import writing
from lms.units.weekly_actions import keep_week
from lms.units.weekly_queries import ground, managers_without, shares_of

_PORTION = 500
# Who is looked at later than this stands otherwise than when the week was over: the week stays without a word.
_LATEST = timedelta(days=3)


def keep_panels(context: Context, _payload: dict[str, Any]) -> Result:
    """Keep last week of whoever manages since before this one, a portion a transaction; twice is once."""
    now = clock.utc_now()
    monday, week_on = monday_of(now.date()), last_week_on(now.date())
    if now.date() - monday >= _LATEST:
        return {"kept": 0}
    since = datetime.combine(monday, time(), UTC)
    kept, after_id, found = 0, 0, None
    while True:
        with Session(context.engine) as session:
            managers = managers_without(session, week_on, since, after_id, _PORTION)
            if not managers:
                return {"kept": kept}
            found = found or ground(session, week_on, now)
            shares = shares_of(session, managers, found, week_on, now)
            with writing(session):
                keep_week(session, week_on, managers, shares)
        kept, after_id = kept + len(managers), managers[-1].person_id
        context.tell(0.0, f"{kept} kept")
