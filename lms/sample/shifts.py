"""When people at the sample company have ten minutes to learn: in breaks and evenings, never on Sundays; pure."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

_MONDAY, _SUNDAY = 0, 6


class Shift(Enum):
    """A shift, as the times of day at which somebody on it may sit down for ten minutes."""

    EARLY = (time(10, 4), time(12, 38), time(15, 2))
    LATE = (time(11, 36), time(14, 11), time(16, 24))
    OFFICE = (time(8, 9), time(13, 5), time(17, 12))


_EVENING = time(19, 48)


@dataclass(frozen=True)
class Rota:
    """One person's week: a day off (0 is Monday) beside Sunday, and the shifts of even and odd weeks."""

    day_off: int
    shifts: tuple[Shift, Shift]
    learns_evenings: bool

    def works_on(self, day: date) -> bool:
        """Return whether the person works on this day."""
        return day.weekday() not in (self.day_off, _SUNDAY)

    def shift_on(self, day: date) -> Shift:
        """Return the shift of this day's week."""
        return self.shifts[day.isocalendar().week % 2]


def rota_of(chance: random.Random, in_office: bool) -> Rota:
    """Return a week for somebody; those in the office work Monday to Friday."""
    if in_office:
        return Rota(5, (Shift.OFFICE, Shift.OFFICE), learns_evenings=False)
    first = chance.choice((Shift.EARLY, Shift.LATE))
    second = Shift.LATE if first is Shift.EARLY else Shift.EARLY
    return Rota(chance.randint(_MONDAY, 5), (first, second), learns_evenings=chance.random() < 0.3)


def visits(
    chance: random.Random, rota: Rota, after: datetime, before: datetime, count: int, zone: ZoneInfo
) -> list[datetime]:
    """Return up to `count` moments (UTC) between two, oldest first; the last lies on the last possible day.

    Fewer when there are not as many working days; somebody away for a while may have none.
    """
    possible = _moments_by_day(chance, rota, after, before, zone)
    if not possible or count < 1:
        return []
    *earlier, last = possible
    chosen = chance.sample(earlier, min(count - 1, len(earlier)))
    return sorted([*chosen, last])


def _moments_by_day(
    chance: random.Random, rota: Rota, after: datetime, before: datetime, zone: ZoneInfo
) -> list[datetime]:
    moments = []
    day = after.astimezone(zone).date()
    last = before.astimezone(zone).date()
    while day <= last:
        if rota.works_on(day):
            is_evening = rota.learns_evenings and chance.random() < 0.5
            at = _EVENING if is_evening else chance.choice(rota.shift_on(day).value)
            begins = datetime.combine(day, at, zone).astimezone(UTC)
            moment = begins + timedelta(minutes=chance.randint(0, 8), seconds=chance.randint(0, 59))
            if after < moment < before:
                moments.append(moment)
        day += timedelta(days=1)
    return moments
