"""The only reader of the wall clock, and what day a moment is; rules and actions are handed `now` instead."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def day_of(moment: datetime, time_zone: str) -> date:
    """Return the calendar day of a moment in this time zone; in UTC when the zone is unknown."""
    try:
        return moment.astimezone(ZoneInfo(time_zone)).date()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return moment.date()
