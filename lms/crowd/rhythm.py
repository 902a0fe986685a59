"""When people at work find time to learn: a week with its weekdays, a day with its quiet hours; pure.

Moments are whole seconds since 1970 in UTC, which millions of them can be reckoned with; days are proleptic
ordinals (`date.toordinal`).
"""

from bisect import bisect_left
from datetime import UTC, date, datetime
from random import Random

DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
# Monday to Sunday: the week begins with meetings, and few work on Sundays.
_WEEK = (0.9, 1.15, 1.1, 1.05, 0.8, 0.45, 0.15)
_QUIET_MONTHS = {8: 0.7, 12: 0.65}
_SLOTS_A_DAY = 60
# When a shift leaves room: before the phones open, after lunch, in the evening; hour and how likely.
_PEAKS = ((8.25, 2), (10.5, 3), (14.25, 4), (16.5, 2), (19.75, 2))


class Calendar:
    """Every moment of two years and more that somebody may sit down at, oldest first, by local clocks."""

    def __init__(self, chance: Random, first: int, last: int) -> None:
        self._slots: list[int] = []
        hours, likely = zip(*_PEAKS, strict=True)
        for day in range(first, last + 1):
            on = date.fromordinal(day)
            weight = _WEEK[on.weekday()] * _QUIET_MONTHS.get(on.month, 1.0)
            begins = (day - _EPOCH) * DAY
            self._slots += sorted(
                begins + int(3600 * max(6.0, min(22.5, chance.gauss(chance.choices(hours, likely)[0], 0.8))))
                for _slot in range(round(_SLOTS_A_DAY * weight))
            )

    def sittings(self, chance: Random, since: int, until: int, count: int) -> list[int]:
        """Return so many moments between these two, oldest first; fewer where there is no room."""
        low, high = bisect_left(self._slots, since), bisect_left(self._slots, until)
        if high <= low:
            return []
        wide = high - low
        drawn = sorted(low + int(chance.random() * wide) for _sitting in range(count))
        return [self._slots[place] for place in drawn]


def seconds(day: int, hour: float = 0) -> int:
    """Return the moment at which this hour of this day is in UTC."""
    return (day - _EPOCH) * DAY + int(hour * 3600)


def day_in(moment: int) -> int:
    """Return the ordinal of the moment's day in UTC."""
    return moment // DAY + _EPOCH


def as_datetime(moment: int) -> datetime:
    """Return the moment as the product's rules take it."""
    return datetime.fromtimestamp(moment, UTC)
