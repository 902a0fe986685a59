"""Writes of the counters of failed sign-ins; they hold across processes and nodes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.accounts.tables import SignInFailure
from lms.accounts.throttle import PAIR, Counter, is_forgotten, wait


def count_try(session: Session, counters: Sequence[Counter], now: datetime) -> timedelta:
    """Count one try in advance and return nought, or return how long to wait and count nothing.

    Counting before the secret is looked at means that of many tries at once none is free.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [{"key": counter.key, "failures": 0, "last_failed_at": now} for counter in counters]
    session.execute(insert(SignInFailure).values(rows).on_conflict_do_nothing())
    # Counters come sorted by key, so two tries that share some wait for each other in the same order.
    keys = [counter.key for counter in counters]
    stored = {
        row.key: row
        for row in session.scalars(
            select(SignInFailure)
            .where(SignInFailure.key.in_(keys))
            .order_by(SignInFailure.key)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    waits = [
        wait(counter.limit, stored[counter.key].failures, stored[counter.key].last_failed_at, now)
        for counter in counters
    ]
    longest = max(waits, default=timedelta())
    if longest:
        return longest
    for counter in counters:
        row = stored[counter.key]
        row.failures = 1 if is_forgotten(counter.limit, row.last_failed_at, now) else row.failures + 1
        row.last_failed_at = now
    session.flush()
    return timedelta()


def forgive_try(session: Session, counters: Sequence[Counter]) -> None:
    """Take back the try counted in advance, for it succeeded; the strict pair begins anew.

    The others only lose this one: an owner who comes in must not give a guesser elsewhere new tries.
    """
    for counter in counters:
        row = SignInFailure.key == counter.key
        if counter.limit is PAIR:
            session.execute(delete(SignInFailure).where(row))
        else:
            left = SignInFailure.failures - 1
            session.execute(update(SignInFailure).where(row, left >= 0).values(failures=left))


def forget_old_tries(session: Session, before: datetime) -> None:
    """Delete counters nothing was added to since this moment."""
    session.execute(delete(SignInFailure).where(SignInFailure.last_failed_at < before))
