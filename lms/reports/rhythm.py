"""When a report comes round: on a weekday or a day of the month, at an hour, on one wall's clock; pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from lms.reminders.hours import local_time, zone_of

LAST_DAY = 31


class Every(StrEnum):
    """How often it comes round."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Rhythm:
    """Each week on `day` (1 is Monday) or each month on `day`, or its last where it is shorter, at `hour`.

    Both are read on a wall in `time_zone`: an hour that a change of clocks skips is the one after it, one that it
    repeats is the first. Raises ValueError for a day or an hour that there is not.
    """

    every: Every
    day: int
    hour: int
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        """Refuse what no calendar has."""
        if not 1 <= self.day <= (7 if self.every is Every.WEEK else LAST_DAY) or not 0 <= self.hour <= 23:
            raise ValueError(f"no such day or hour: {self.every} {self.day}, {self.hour}")

    def next_after(self, moment: datetime) -> datetime:
        """Return the first time it comes round after this moment, in UTC."""
        today = local_time(moment, self.time_zone).date()
        # A week and a day ahead, or two months, there is always one.
        for ahead in range(9 if self.every is Every.WEEK else 63):
            day = today + timedelta(days=ahead)
            if self._is_on(day) and (found := self._at(day)) > moment:
                return found
        raise AssertionError(f"{self} never comes round")

    def _is_on(self, day: date) -> bool:
        if self.every is Every.WEEK:
            return day.isoweekday() == self.day
        return day.day == min(self.day, monthrange(day.year, day.month)[1])

    def _at(self, day: date) -> datetime:
        return datetime.combine(day, time(self.hour), zone_of(self.time_zone)).astimezone(UTC)
