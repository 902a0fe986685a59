"""What stands in a person's mail of the day, as the values its template speaks of; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from lms.mail.rendering import Link, Rendered, render
from lms.reminders.rules import Kind, Notice, TeamLate
from lms.reminders.week import AHEAD, Part, Week

KIND, WEEK_KIND = "reminder", "week"
MOST_NAMES = 10
_PARTS = ("late", "due", "stuck", "ending", "finished", "away")


@dataclass(frozen=True)
class Line:
    """One notice in a mail; `day` is in words, "" without one, `days` how many are left.

    Of a note `by` is who left it, `says` which of the prepared sentences it is.
    """

    course: str
    link: Link
    day: str
    days: int
    by: str = ""
    says: str = ""


@dataclass(frozen=True)
class Reader:
    """Who gets a mail, and the day it is where she lives."""

    name: str
    language: str
    today: date


@dataclass(frozen=True)
class Questions:
    """The questions of today, as a mail tells of them: how many, about how many minutes, where they open."""

    count: int
    minutes: int
    link: Link


@dataclass(frozen=True)
class LooksBack:
    """The plans to look back on, as a mail tells of them: how many, and where one tap tells how they went.

    Their words are not in it: who runs the server can read its mail.
    """

    count: int
    link: Link


@dataclass(frozen=True)
class Practice:
    """What keeps a course alive after it, as a mail tells of it; None where there is none today."""

    questions: Questions | None = None
    looks_back: LooksBack | None = None


@dataclass(frozen=True)
class Words:
    """What mails are made of: titles of courses by slug, this server's address, a template with its language.

    `parts` are templates that this one includes, by name.
    """

    titles: Mapping[str, str]
    origin: str
    template: str
    language: str
    parts: tuple[tuple[str, str], ...] = ()


def letter_of(
    reader: Reader,
    notices: Sequence[Notice],
    team_late: Sequence[TeamLate],
    words: Words,
    week: Week | None = None,
    practice: Practice | None = None,
    meeting_on: date | None = None,
) -> Rendered:
    """Return the mail of somebody's day, with the week of her teams, her questions and plans where told.

    Of a meeting it says the day, and has nothing else to say.
    """
    # Dates are written as her region does, where the template speaks her language.
    is_hers = reader.language.split("-")[0] == words.language.split("-")[0]
    locale = reader.language if is_hers else words.language

    def said(day: date | None) -> str:
        return day_in_words(day, reader.today, locale) if day else ""

    def title(slug: str) -> str:
        return words.titles.get(slug, slug)

    def lines(kind: Kind) -> list[Line]:
        return [
            Line(
                title(notice.course_slug),
                Link(f"{words.origin}/learn/courses/{notice.course_slug}"),
                said(notice.on),
                notice.days_left(reader.today),
                notice.note.by if notice.note else "",
                notice.note.says.value if notice.note else "",
            )
            for notice in notices
            if notice.kind is kind
        ]

    def part(found: Part) -> dict[str, Any]:
        return {
            "count": found.in_all,
            "more": found.more,
            "lines": [
                {
                    "name": each.name,
                    "courses": [
                        {"course": title(one.course_slug), "day": said(one.on), "has_failed": one.has_failed}
                        for one in each.entries
                    ],
                }
                for each in found.lines
            ],
        }

    values: dict[str, Any] = {
        "first_name": reader.name.split(" ", 1)[0],
        "notices": notices,
        "late": lines(Kind.LATE),
        "due": lines(Kind.DUE),
        "ending": lines(Kind.ENDING),
        "given": lines(Kind.ASSIGNED),
        "notes": lines(Kind.NOTE),
        "team_late": [
            {"name": each.name, "course": title(each.course_slug), "day": said(each.due_on)}
            for each in team_late[:MOST_NAMES]
        ],
        "team_more": max(0, len(team_late) - MOST_NAMES),
        "meeting": said(meeting_on),
        "questions": practice.questions if practice else None,
        "looks_back": practice.looks_back if practice else None,
        "manage_link": Link(f"{words.origin}/manage/"),
    }
    if week is not None:
        values |= {
            "week": week,
            "week_link": Link(f"{words.origin}/manage/digest"),
            "last_day": said(week.today + AHEAD),
            "people": {name: part(getattr(week.people, name)) for name in _PARTS} if week.people else {},
            "unreachable": part(week.unreachable),
        }
    return render(words.template, values, words.language, words.parts)


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
