"""How a request speaks: its language and time zone, and the words for dates, times, marks and durations."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel import dates as babel_dates
from flask import Flask, g, has_request_context, request
from flask_babel import (
    format_date,
    format_decimal,
    format_percent,
    get_locale,
    get_timezone,
    gettext,
    to_user_timezone,
)
from flask_babel import ngettext as translated_count
from flask_login import current_user

from lms.progress.marks import percent_of, reaches
from lms.web.identity import now

LANGUAGES = ("en",)
_ENGLISH = ("en-GB", "en-US", "en-AU", "en-CA", "en-IE", "en-IN", "en-NZ", "en-ZA")


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))


def ngettext(one: str, many: str, count: int) -> str:
    """Return one of two sentences by the count, translated."""
    return str(translated_count(one, many, count))


def language() -> str:
    """Return the signed-in person's language where it is translated, else what the browser prefers.

    Dates and numbers of English are written as the browser's region writes them, British when it has none.
    """
    if not has_request_context():
        return "en"
    wanted = str(current_user.language) if current_user.is_authenticated else ""
    if wanted.split("-")[0] not in LANGUAGES:
        wanted = request.accept_languages.best_match(LANGUAGES, "en") or "en"
    if wanted == "en":
        wanted = request.accept_languages.best_match(_ENGLISH, "en-GB") or "en-GB"
    return wanted.replace("-", "_")


def time_zone() -> str | None:
    """Return the signed-in person's time zone, or None for the server's."""
    if has_request_context() and current_user.is_authenticated:
        return str(current_user.time_zone)
    return None


@dataclass(frozen=True)
class Manner:
    """What the words of a request hang on beside what is said: locale, time zone, today's date there."""

    locale: str
    time_zone: str
    today: date


def manner() -> Manner:
    """Return the manner of this request, found once."""
    found: Manner | None = g.get("manner")
    if found is None:
        found = g.manner = Manner(str(get_locale()), str(get_timezone()), to_user_timezone(now()).date())
    return found


def today() -> date:
    """Return today's date where the signed-in person is."""
    return manner().today


@lru_cache(maxsize=4_096)
def _written(on: date, pattern: str, locale: str) -> str:
    """Return a date by this pattern; long lists say the same few days over and over."""
    return str(babel_dates.format_date(on, pattern, locale))


def day(value: date | datetime) -> str:
    """Return a date in words, without the year when it is this year's: "4 December"."""
    on = _local_date(value)
    return _written(on, "d MMMM" if on.year == today().year else "d MMMM y", str(get_locale()))


def whole_day(value: date | datetime) -> str:
    """Return a date in words with its year, for what is kept or printed: "4 December 2026"."""
    return _written(_local_date(value), "d MMMM y", str(get_locale()))


def clock_time(value: datetime) -> str:
    """Return the time of day where the signed-in person is: "12:04"."""
    at = to_user_timezone(value)
    return _written_time(time(at.hour, at.minute), str(get_locale()))


@lru_cache(maxsize=4_096)
def _written_time(at: time, locale: str) -> str:
    return str(babel_dates.format_time(at, "short", locale=locale))


def moment(value: datetime) -> str:
    """Return a moment in words: "today at 12:04", "tomorrow at 8:00", "4 December at 17:15"."""
    days_ago = (today() - _local_date(value)).days
    at = clock_time(value)
    if days_ago == 0:
        return _("today at %(time)s", time=at)
    if days_ago == -1:
        return _("tomorrow at %(time)s", time=at)
    if days_ago == 1:
        return _("yesterday at %(time)s", time=at)
    return _("%(day)s at %(time)s", day=day(value), time=at)


def due(on: date) -> str:
    """Return a due date in words that do not scold: "due tomorrow", "due on Friday", "was due on 4 December"."""
    days = (on - today()).days
    if days < 0:
        return _("was due on %(day)s", day=day(on))
    if days == 0:
        return _("due today")
    if days == 1:
        return _("due tomorrow")
    if days < 7:
        return _("due on %(day)s", day=format_date(on, "EEEE"))
    return _("due on %(day)s", day=day(on))


def upper_first(words: str) -> str:
    """Return the words as a sentence begins: the first letter large, the others as they are."""
    return words[:1].upper() + words[1:]


def percent(mark: float) -> str:
    """Return a mark or a share (0..1) as whole percent, rounded down: "79%".

    Some are never said to be none, nor nearly all to be all: "under 1%", "over 99%".
    """
    return _in_percent(mark, percent_of(mark))


def nearest_percent(share: float) -> str:
    """Return a share (0..1) as whole percent, rounded to the nearest, with the same care at both ends."""
    return _in_percent(share, round(share * 100))


def _in_percent(share: float, whole: int) -> str:
    if whole <= 1 and not reaches(share, 0.01) and not reaches(0.0, share):
        return _("under %(percent)s", percent=format_percent(0.01))
    if whole >= 99 and not reaches(0.99, share) and not reaches(share, 1.0):
        return _("over %(percent)s", percent=format_percent(0.99))
    return str(format_percent(whole / 100))


def grouped(count: int) -> str:
    """Return a whole number with its thousands apart: "1,000"."""
    return str(format_decimal(count))


def hours(count: float) -> str:
    """Return a number of hours in words: "1 hour", "2.5 hours"."""
    return _("1 hour") if count == 1 else _("%(count)s hours", count=format_decimal(count))


def minutes(count: int) -> str:
    """Return a duration: "6 minutes", "1 hour 20 minutes"."""
    hours, rest = divmod(count, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(num)s hour", "%(num)s hours", hours))
    if rest or not hours:
        parts.append(ngettext("%(num)s minute", "%(num)s minutes", rest))
    return " ".join(parts)


def short_minutes(count: int) -> str:
    """Return a duration for a line of facts: "6 min"."""
    return _("%(count)s min", count=count)


def minutes_of_seconds(seconds: int) -> str:
    """Return seconds as whole minutes rounded up, in words."""
    return minutes(-(-seconds // 60))


def direction(language: str) -> str:
    """Return which way a language is written: "ltr" or "rtl"."""
    try:
        return str(Locale.parse(language, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):
        return "ltr"


def _local_date(value: date | datetime) -> date:
    if isinstance(value, datetime):
        local: datetime = to_user_timezone(value)
        return local.date()
    return value


def install(app: Flask) -> None:
    """Give the templates these words as filters."""
    words = (
        grouped,
        hours,
        day,
        whole_day,
        clock_time,
        moment,
        due,
        upper_first,
        percent,
        nearest_percent,
        minutes,
        short_minutes,
        minutes_of_seconds,
        direction,
    )
    for word in words:
        app.add_template_filter(word)
