"""Who asks for a report, when and where, and the teams that are in sight; pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass(frozen=True)
class Reach:
    """Whose rows may be seen: everybody's, or those of today's members of the teams below `roots`."""

    is_everybody: bool
    roots: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Asker:
    """One person asking at one moment; days are days in `time_zone`."""

    person_id: int
    reach: Reach
    now: datetime
    time_zone: str = "UTC"

    @property
    def today(self) -> date:
        """Return the day it is where the asker is."""
        return self.now.astimezone(self.zone).date()

    @property
    def zone(self) -> ZoneInfo:
        """Return the asker's time zone, UTC where it is unknown."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo("UTC")

    def begin_of(self, day: date) -> datetime:
        """Return the moment at which this day begins where the asker is."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """Return the moment at which this day is over where the asker is."""
        return self.begin_of(day + timedelta(days=1)) if day < date.max else self.begin_of(day)
