"""The keys of course.md that say how a certificate is renewed and how the course is tested out of."""

import re
from datetime import date

from lms.content.course import EarlyCheck, Renewal
from lms.content.reading import converting
from lms.content.reading.front_matter import FrontMatter

RENEWING_KEYS = ("renew", "renew-with", "test-out")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_DAYS = re.compile(r"(\d{1,3})\s+days?")
_YEARLY = re.compile(r"(?:by\s+)?(\d{1,2})\s+([a-z]+)\s+to\s+(\d{1,2})\s+([a-z]+)")
_ASKED = re.compile(r"(?:(?:quiz|scenario|lesson)\s+)?([a-z0-9][a-z0-9-]{0,79})")
_EARLY = re.compile(r"(?:quiz|scenario)\s+([a-z0-9][a-z0-9-]{0,79})\s+(\d{1,3})\s*%?")
_LEAP_YEAR = 2024


def read_renewal(front: FrontMatter) -> Renewal:
    """Return when and by what a certificate is renewed; sixty days ahead and by the whole course by default."""
    for key in ("renew", "renew-with"):
        if key in front.entries and "valid-for" not in front.entries:
            front.complain(
                "nothing-to-renew",
                f"“{key}” speaks of renewing a certificate that never ends.",
                "Add a line “valid-for: 12 months”, or take this one out.",
                key=key,
            )
    return _window(front, _asked(front))


def read_early_check(front: FrontMatter) -> EarlyCheck | None:
    """Return the check that a course is tested out of by, or None."""
    entry = front.entries.get("test-out")
    if entry is None:
        return None
    found = _EARLY.fullmatch(" ".join(entry.value.split()))
    if found and 1 <= int(found[2]) <= 100:
        return EarlyCheck(found[1], int(found[2]) / 100)
    front.complain(
        "bad-test-out",
        f"“{entry.value}” does not name a quiz or scenario and the mark to reach.",
        "Write it like “quiz course-check 90” or “scenario third-call 85”, with the id of the activity.",
        key="test-out",
    )
    return None


def _asked(front: FrontMatter) -> tuple[str, ...]:
    asked: list[str] = []
    for text, offset in converting.pieces(front, "renew-with"):
        found = _ASKED.fullmatch(" ".join(text.split()))
        if found and found[1] not in asked:
            asked.append(found[1])
            continue
        what = f"“{text}” is named twice." if found else f"“{text}” does not name an activity of this course."
        cure = "Write it like “scenario third-call”, several with commas, with the ids of the activities."
        front.complain("bad-renewal", what, cure, key="renew-with", offset=offset)
    if "renew-with" in front.entries and not converting.pieces(front, "renew-with"):
        front.complain(
            "bad-renewal",
            "The line “renew-with:” names nothing.",
            "Write it like “scenario third-call”, or take it out to ask the whole course again.",
            key="renew-with",
        )
    return tuple(asked)


def _window(front: FrontMatter, asked: tuple[str, ...]) -> Renewal:
    entry = front.entries.get("renew")
    if entry is None:
        return Renewal(activity_ids=asked)
    text = " ".join(entry.value.lower().split())
    days, yearly = _DAYS.fullmatch(text), _YEARLY.fullmatch(text)
    if days and 1 <= int(days[1]) <= converting.MOST_DAYS:
        return Renewal(days=int(days[1]), activity_ids=asked)
    if yearly:
        first, last = _day(yearly[1], yearly[2]), _day(yearly[3], yearly[4])
        if first and last and first != last:
            return Renewal(yearly=(first, last), activity_ids=asked)
    front.complain(
        "bad-renewal",
        f"“{entry.value}” does not say when a certificate may be renewed.",
        "Write it like “60 days” (before it ends, at most 365) or “1 March to 31 March” (every year).",
        key="renew",
    )
    return Renewal(activity_ids=asked)


def _day(day: str, month: str) -> tuple[int, int] | None:
    if month not in _MONTHS:
        return None
    number = _MONTHS.index(month) + 1
    try:
        date(_LEAP_YEAR, number, int(day))
    except ValueError:
        return None
    return number, int(day)
