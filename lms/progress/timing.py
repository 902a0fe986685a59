"""The rule of time limits: a stated deadline, and a grace that only acceptance knows; pure."""

from datetime import datetime, timedelta

# For a slow network: what arrives this much after the stated deadline still counts. Pages show the deadline.
GRACE = timedelta(seconds=30)


def deadline(started_at: datetime, seconds_allowed: int | None) -> datetime | None:
    """Return when an attempt begun at this moment ends, or None without a limit."""
    return None if seconds_allowed is None else started_at + timedelta(seconds=seconds_allowed)


def is_overdue(deadline_at: datetime | None, now: datetime) -> bool:
    """Return whether deadline and grace are both over."""
    return deadline_at is not None and now > deadline_at + GRACE


def seconds_left(deadline_at: datetime | None, now: datetime) -> int | None:
    """Return the whole seconds until the stated deadline, never below 0, or None without a limit."""
    return None if deadline_at is None else max(0, int((deadline_at - now).total_seconds()))
