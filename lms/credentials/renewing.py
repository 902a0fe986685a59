"""When a certificate may be renewed, by when, and from which day the next one counts; pure.

Days are days where its person lives. A window never opens before half of a certificate's time is over, so that one
longer than the validity, or a yearly one right after the course, asks nobody again at once.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from lms.content.course import Renewal

# Nobody is asked to renew in less than this, though a certificate may have ended by then.
FAIR = timedelta(days=14)


@dataclass(frozen=True)
class Window:
    """The days on which a certificate is to be renewed, both included."""

    opens_on: date
    ends_on: date


def window_of(renewal: Renewal, completed_on: date, valid_until: date) -> Window:
    """Return the window of a certificate that holds through `valid_until`."""
    half = completed_on + (valid_until - completed_on) // 2
    first, last = valid_until - timedelta(days=renewal.days), valid_until
    if renewal.yearly:
        first, last = _yearly(renewal.yearly, valid_until)
    opens_on = max(first, half)
    return Window(opens_on, min(last, valid_until) if last >= opens_on else valid_until)


def renews_by(window: Window, today: date) -> date:
    """Return the last day of a round that begins today: the window's end, or a fair time for who is late."""
    return max(window.ends_on, today + FAIR) if today > window.opens_on else window.ends_on


def again_by(renewal: Renewal, revoked_on: date, today: date) -> date:
    """Return the last day of a round that begins today because the certificate was withdrawn on a day.

    There is as much time as the course gives to renew in, and a fair one for whoever hears of it late.
    """
    return max(revoked_on + timedelta(days=renewal.days), today + FAIR)


def first_day(completed_on: date, renewed_until: date | None) -> date:
    """Return the day a new certificate's validity counts from: nobody loses days by renewing in time."""
    return renewed_until if renewed_until and renewed_until > completed_on else completed_on


def _yearly(yearly: tuple[tuple[int, int], tuple[int, int]], valid_until: date) -> tuple[date, date]:
    """Return the last yearly window that begins on or before this day."""
    (month, day), (last_month, last_day) = yearly
    year = valid_until.year
    if _on(year, month, day) > valid_until:
        year -= 1
    first, last = _on(year, month, day), _on(year, last_month, last_day)
    return first, last if last >= first else _on(year + 1, last_month, last_day)


def _on(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))
