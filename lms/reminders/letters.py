"""What stands in a person's mail of the day, as the values its template speaks of; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from lms.mail.rendering import Link, Rendered, render
from lms.reminders.rules import Kind, Notice, TeamLate

KIND = "reminder"
MOST_NAMES = 10


@dataclass(frozen=True)
class Line:
    """One notice in a mail; `day` is in words, "" without one, `days` how many are left."""

    course: str
    link: Link
    day: str
    days: int


@dataclass(frozen=True)
class Reader:
    """Who gets a mail, and the day it is where she lives."""

    name: str
    language: str
    today: date


def letter_of(
    reader: Reader,
    notices: Sequence[Notice],
    team_late: Sequence[TeamLate],
    titles: Mapping[str, str],
    origin: str,
    template: tuple[str, str],
) -> Rendered:
    """Return the mail; `titles` are by course slug, `origin` is how this server is reached."""
    source, language = template
    # Dates are written as her region does, where the template speaks her language.
    locale = reader.language if reader.language.split("-")[0] == language.split("-")[0] else language

    def lines(kind: Kind) -> list[Line]:
        return [
            Line(
                titles.get(notice.course_slug, notice.course_slug),
                Link(f"{origin}/learn/courses/{notice.course_slug}"),
                day_in_words(notice.on, reader.today, locale) if notice.on else "",
                notice.days_left(reader.today),
            )
            for notice in notices
            if notice.kind is kind
        ]

    values: dict[str, Any] = {
        "first_name": reader.name.split(" ", 1)[0],
        "notices": notices,
        "late": lines(Kind.LATE),
        "due": lines(Kind.DUE),
        "ending": lines(Kind.ENDING),
        "given": lines(Kind.ASSIGNED),
        "team_late": [
            {
                "name": each.name,
                "course": titles.get(each.course_slug, each.course_slug),
                "day": day_in_words(each.due_on, reader.today, locale),
            }
            for each in team_late[:MOST_NAMES]
        ],
        "team_more": max(0, len(team_late) - MOST_NAMES),
        "manage_link": Link(f"{origin}/manage/"),
    }
    return render(source, values, language)


def day_in_words(day: date, today: date, language: str) -> str:
    """Return a day in this language with its weekday when it is near, with its year when it is another's."""
    pattern = (
        "EEEE d MMMM" if abs((day - today).days) <= 14 else "d MMMM" if day.year == today.year else "d MMMM y"
    )
    locale = _locale(language)
    if locale.language == "de":
        pattern = pattern.replace("EEEE d", "EEEE, d.").replace("d MMMM", "d. MMMM")
    return str(format_date(day, pattern, locale))


def _locale(language: str) -> Locale:
    try:
        found = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        found = Locale("en", "GB")
    return Locale("en", "GB") if str(found) == "en" else found
