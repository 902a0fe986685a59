"""When nobody is written to: quiet hours and quiet days, by the clock on a person's own wall; pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WEEKDAYS = range(7)  # 0 is Monday
_WEEKEND = frozenset({5, 6})
_DAY_MINUTES = 24 * 60
_STEP = timedelta(minutes=15)
_FARTHEST = timedelta(days=8)


@dataclass(frozen=True)
class QuietHours:
    """Quiet from `starts` until `ends`, over midnight where it ends earlier, and all of `days` (0 is Monday).

    Equal times mean that no hour is quiet. They are read on the wall: a day of 23 or 25 hours changes nothing.
    """

    starts: time = time(20)
    ends: time = time(7)
    days: frozenset[int] = _WEEKEND

    def covers(self, local: datetime) -> bool:
        """Return whether somebody whose wall shows this moment is left in peace."""
        if local.weekday() in self.days:
            return True
        at = local.time()
        if self.starts <= self.ends:
            return self.starts <= at < self.ends
        return at >= self.starts or at < self.ends

    @property
    def open_minutes(self) -> int:
        """Return how many minutes of a day that is not quiet somebody may be written to."""
        starts, ends = (at.hour * 60 + at.minute for at in (self.starts, self.ends))
        return _DAY_MINUTES - (ends - starts) % _DAY_MINUTES

    def begins_after(self, local: datetime) -> datetime:
        """Return when quiet begins next after a moment that is not quiet, at midnight at the latest."""
        if self.starts != self.ends and local.time() < self.starts:
            return datetime.combine(local.date(), self.starts, local.tzinfo)
        return datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)


@lru_cache(maxsize=1_000)
def zone_of(name: str) -> tzinfo:
    """Return the time zone of this name, UTC when nobody knows it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def local_time(moment: datetime, zone: str) -> datetime:
    """Return the moment as a wall in this time zone shows it."""
    return moment.astimezone(zone_of(zone))


def first_free(moment: datetime, quiet: QuietHours, time_zone: str) -> datetime | None:
    """Return the moment, or the next quarter of an hour at which nobody is disturbed; None when that is never."""
    at = moment
    while quiet.covers(local_time(at, time_zone)):
        at += timedelta(seconds=_STEP.total_seconds() - at.timestamp() % _STEP.total_seconds())
        if at - moment > _FARTHEST:
            return None
    return at
