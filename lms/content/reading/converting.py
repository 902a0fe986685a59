"""Texts of the front matter converted, each by its key's own type; what cannot be is complained about."""

import re
from datetime import date

from lms.content.course import Review
from lms.content.reading.front_matter import FrontMatter, did_you_mean

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
MOST_DAYS = 365
_DAYS = re.compile(r"(\d{1,3})\s+days?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SPAN = re.compile(r"(\d{1,4})\s+(month|months|year|years)")


def text(front: FrontMatter, key: str) -> str:
    """Return the value as it is written, at most 500 characters, "" when the key is not there."""
    entry = front.entries.get(key)
    if entry and len(entry.value) > 500:
        front.complain("too-long", f"“{key}” is longer than 500 characters.", "Shorten it.", key=key)
        return entry.value[:500]
    return entry.value if entry else ""


def title(front: FrontMatter) -> str:
    """Return the title, at most 200 characters, "" after complaining when there is none."""
    written = plain(front, "title")
    if not written and not any(problem.code.endswith("front-matter") for problem in front.problems):
        front.complain(
            "no-title", "The title is missing.", "Add a line “title: …” to the front matter.", key="title"
        )
    elif len(written) > 200:
        front.complain("too-long", "The title is longer than 200 characters.", "Shorten it.", key="title")
    return written[:200]


def plain(front: FrontMatter, key: str) -> str:
    """Return a text that lists and certificates show as it is."""
    written = text(front, key)
    if "{{" in written:
        front.complain(
            "variable-in-heading",
            f"“{key}” cannot hold a word of the organisation's.",
            "Write it into the text: lists and certificates show this line as it is.",
            key=key,
            offset=written.index("{{"),
        )
    return written


def identifier(front: FrontMatter, default_id: str) -> str:
    """Return the id that is given, or the default."""
    entry = front.entries.get("id")
    if entry is None:
        return default_id
    if not _SLUG.fullmatch(entry.value):
        front.complain(
            "bad-id",
            f"“{entry.value}” is not an id.",
            "Use small letters, digits and dashes, at most 80.",
            key="id",
        )
        return default_id
    return entry.value


def whole(front: FrontMatter, key: str, low: int, high: int, unit: str = "") -> int | None:
    """Return a whole number in these bounds, or None when there is none."""
    entry = front.entries.get(key)
    if entry is None:
        return None
    digits = entry.value.removesuffix("%").rstrip() if unit == "%" else entry.value
    if digits.isascii() and digits.isdigit() and len(digits) < 6 and low <= int(digits) <= high:
        return int(digits)
    also = " or “unlimited”" if key == "attempts" else ""
    front.complain(
        "bad-value",
        f"“{entry.value}” is not a whole number from {low} to {high}{also}.",
        f"Write “{key}: ” and such a number{also}.",
        key=key,
    )
    return None


def hours(front: FrontMatter) -> float | None:
    """Return the hours of training, or None."""
    entry = front.entries.get("cpd-hours")
    if entry is None:
        return None
    if re.fullmatch(r"\d{1,3}([.,]\d{1,2})?", entry.value):
        return float(entry.value.replace(",", "."))
    front.complain(
        "bad-value", f"“{entry.value}” is not a number of hours.", "Write it like 0.5 or 2.", key="cpd-hours"
    )
    return None


def months(front: FrontMatter) -> int | None:
    """Return how many months a certificate holds, or None for ever."""
    entry = front.entries.get("valid-for")
    if entry is None:
        return None
    found = _SPAN.fullmatch(entry.value)
    count = int(found[1]) * (12 if found[2].startswith("year") else 1) if found else 0
    if 1 <= count <= 600:
        return count
    front.complain(
        "bad-value",
        f"“{entry.value}” is not a span of time.",
        "Write it like “24 months” or “2 years”; without the line a certificate never ends.",
        key="valid-for",
    )
    return None


def days(front: FrontMatter, key: str) -> int | None:
    """Return a number of days, 1..365, or None when there is none."""
    entry = front.entries.get(key)
    if entry is None:
        return None
    found = _DAYS.fullmatch(entry.value)
    if found and 1 <= int(found[1]) <= MOST_DAYS:
        return int(found[1])
    front.complain(
        "bad-value",
        f"“{entry.value}” is not a number of days from 1 to {MOST_DAYS}.",
        f"Write it like “{key}: 7 days”.",
        key=key,
    )
    return None


def day(front: FrontMatter, key: str) -> date | None:
    """Return a day, or None when there is none."""
    entry = front.entries.get(key)
    if entry is None:
        return None
    try:
        if _DAY.fullmatch(entry.value):
            return date.fromisoformat(entry.value)
    except ValueError:
        pass
    front.complain("bad-value", f"“{entry.value}” is not a day.", f"Write it like “{key}: 2027-05-31”.", key=key)
    return None


def language(front: FrontMatter) -> str:
    """Return the code of the language the course is written in."""
    entry = front.entries.get("language")
    if entry is None:
        return "en"
    if _LANGUAGE.fullmatch(entry.value):
        return entry.value
    front.complain(
        "bad-value",
        f"“{entry.value}” is not the code of a language.",
        "Write it like en, de or pt-BR.",
        key="language",
    )
    return "en"


def yes_or_no(front: FrontMatter, key: str, *, default: bool) -> bool:
    """Return whether the value is yes."""
    entry = front.entries.get(key)
    if entry is None:
        return default
    if entry.value.lower() not in ("yes", "no"):
        front.complain("bad-value", f"“{entry.value}” is neither yes nor no.", "Write yes or no.", key=key)
        return default
    return entry.value.lower() == "yes"


def review(front: FrontMatter) -> Review:
    """Return when a learner sees marks, key and feedback."""
    entry = front.entries.get("review")
    if entry is None:
        return Review.AFTER_SUBMIT
    try:
        return Review(entry.value)
    except ValueError:
        times = [time.value for time in Review]
        front.complain(
            "bad-value",
            f"“{entry.value}” is not a time for the review.",
            did_you_mean(entry.value, times),
            key="review",
        )
        return Review.AFTER_SUBMIT


def names(front: FrontMatter, key: str) -> list[tuple[str, int]]:
    """Return the names of a list with commas, each with its offset in the value."""
    entry = front.entries.get(key)
    if entry is None:
        return []
    return [(name[0], name.start()) for name in re.finditer(r"[^\s,\[\]]+", entry.value)]


def pieces(front: FrontMatter, key: str) -> list[tuple[str, int]]:
    """Return what stands between the commas, each piece with its offset in the value."""
    entry = front.entries.get(key)
    if entry is None:
        return []
    found = [(each[0], each.start()) for each in re.finditer(r"[^,]+", entry.value)]
    return [(part.strip(), start + len(part) - len(part.lstrip())) for part, start in found if part.strip()]
