"""The only reader of the wall clock; rules and actions are handed `now` instead."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)
