"""What each front-matter key means: texts converted by the key's own type, never guessed."""

import re
from dataclasses import dataclass
from enum import StrEnum

from lms.content.course import Condition, ConditionKind, Draw, Review
from lms.content.reading.front_matter import FrontMatter, did_you_mean
from lms.problem import Severity

COURSE_KEYS = ("title", "summary", "language", "audience", "pass", "valid-for", "cpd-hours", "requires")
ACTIVITY_KEYS = ("id", "title", "summary", "kind", "minutes", "behaviours")
QUIZ_KEYS = ("pass", "attempts", "minutes-allowed", "draw", "shuffle", "review", "forms")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_DRAW = re.compile(r"(\d{1,4})\s+from\s+([A-Za-z][\w.-]*)")
_SPAN = re.compile(r"(\d{1,4})\s+(month|months|year|years)")
_QUIZ = re.compile(r"quiz\s+(\d{1,3})\s*%?")
_LATER = re.compile(r"(scenario|retained|observed|acknowledged)\b")


class Kind(StrEnum):
    """The kinds of an activity; those after QUIZ have their place in the format and are not played yet."""

    LESSON = "lesson"
    QUIZ = "quiz"
    SCENARIO = "scenario"
    SURVEY = "survey"
    CHECKLIST = "checklist"
    POLICY = "policy"


@dataclass(frozen=True)
class CourseKeys:
    """The front matter of a course.md."""

    title: str
    summary: str
    language: str
    audience: str
    conditions: tuple[Condition, ...]
    valid_for_months: int | None
    cpd_hours: float | None
    requires: tuple[str, ...]


@dataclass(frozen=True)
class QuizKeys:
    """What only a quiz has; marks are 0..1, None is unlimited."""

    pass_mark: float
    attempts: int | None
    seconds_allowed: int | None
    draws: tuple[Draw, ...]
    shuffle: bool
    review: Review


@dataclass(frozen=True)
class ActivityKeys:
    """The front matter of an activity; `minutes` is None when the file leaves them to be reckoned."""

    id: str
    title: str
    summary: str
    kind: Kind
    minutes: int | None
    behaviours: tuple[str, ...]


def read_course_keys(front: FrontMatter) -> CourseKeys:
    """Return a course's keys; what cannot be read is complained about and stands at its default."""
    elsewhere = dict.fromkeys((*ACTIVITY_KEYS, *QUIZ_KEYS), "a lesson's or quiz's own file")
    front.refuse_unknown(COURSE_KEYS, elsewhere)
    return CourseKeys(
        title=_title(front),
        summary=_text(front, "summary"),
        language=_language(front),
        audience=_text(front, "audience"),
        conditions=_conditions(front),
        valid_for_months=_months(front),
        cpd_hours=_hours(front),
        requires=tuple(slug for slug, _ in _names(front, "requires")),
    )


def read_activity_keys(front: FrontMatter, default_id: str) -> ActivityKeys:
    """Return an activity's keys; a quiz's own are read by `read_quiz_keys`."""
    kind = _kind(front)
    known = (*ACTIVITY_KEYS, *QUIZ_KEYS) if kind is Kind.QUIZ else ACTIVITY_KEYS
    if kind in (Kind.LESSON, Kind.QUIZ):
        elsewhere = dict.fromkeys(QUIZ_KEYS, "a quiz: add “kind: quiz” if this is one")
        front.refuse_unknown(known, elsewhere | dict.fromkeys(COURSE_KEYS, "course.md"))
    return ActivityKeys(
        id=_id(front, default_id),
        title=_title(front),
        summary=_text(front, "summary"),
        kind=kind,
        minutes=_whole(front, "minutes", 1, 600),
        behaviours=tuple(name for name, _ in _names(front, "behaviours")),
    )


def read_quiz_keys(front: FrontMatter) -> QuizKeys:
    """Return what only a quiz has; by default 80 % to pass, as many attempts as wanted, shuffled."""
    if "forms" in front.entries:
        front.complain(
            "not-yet",
            "Forms A and B of a quiz are not drawn yet; everyone gets the same pools.",
            "Leave the line for later, or take it out.",
            key="forms",
            severity=Severity.WARNING,
        )
    minutes = _whole(front, "minutes-allowed", 1, 600)
    percent = _whole(front, "pass", 0, 100, unit="%")
    return QuizKeys(
        pass_mark=0.8 if percent is None else percent / 100,
        attempts=None if _text(front, "attempts") == "unlimited" else _whole(front, "attempts", 1, 100),
        seconds_allowed=None if minutes is None else minutes * 60,
        draws=_draws(front),
        shuffle=_yes_or_no(front, "shuffle", default=True),
        review=_review(front),
    )


def _text(front: FrontMatter, key: str) -> str:
    entry = front.entries.get(key)
    if entry and len(entry.value) > 500:
        front.complain("too-long", f"“{key}” is longer than 500 characters.", "Shorten it.", key=key)
        return entry.value[:500]
    return entry.value if entry else ""


def _title(front: FrontMatter) -> str:
    title = _text(front, "title")
    if not title and not any(problem.code.endswith("front-matter") for problem in front.problems):
        front.complain(
            "no-title", "The title is missing.", "Add a line “title: …” to the front matter.", key="title"
        )
    elif len(title) > 200:
        front.complain("too-long", "The title is longer than 200 characters.", "Shorten it.", key="title")
    return title[:200]


def _id(front: FrontMatter, default_id: str) -> str:
    entry = front.entries.get("id")
    if entry is None:
        return default_id
    if not SLUG.fullmatch(entry.value):
        front.complain(
            "bad-id",
            f"“{entry.value}” is not an id.",
            "Use small letters, digits and dashes, at most 80.",
            key="id",
        )
        return default_id
    return entry.value


def _kind(front: FrontMatter) -> Kind:
    entry = front.entries.get("kind")
    if entry is None:
        return Kind.LESSON
    try:
        kind = Kind(entry.value)
    except ValueError:
        kinds = [kind.value for kind in Kind]
        front.complain(
            "bad-value",
            f"“{entry.value}” is not a kind of activity.",
            did_you_mean(entry.value, kinds),
            key="kind",
        )
        return Kind.LESSON
    if kind not in (Kind.LESSON, Kind.QUIZ):
        front.complain(
            "not-yet",
            f"A {kind.value} is not played yet; it is left out of the release.",
            "Nothing to mend: it will be there once this server plays it.",
            key="kind",
            severity=Severity.WARNING,
        )
    return kind


def _whole(front: FrontMatter, key: str, low: int, high: int, unit: str = "") -> int | None:
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


def _hours(front: FrontMatter) -> float | None:
    entry = front.entries.get("cpd-hours")
    if entry is None:
        return None
    if re.fullmatch(r"\d{1,3}([.,]\d{1,2})?", entry.value):
        return float(entry.value.replace(",", "."))
    front.complain(
        "bad-value", f"“{entry.value}” is not a number of hours.", "Write it like 0.5 or 2.", key="cpd-hours"
    )
    return None


def _months(front: FrontMatter) -> int | None:
    entry = front.entries.get("valid-for")
    if entry is None:
        return None
    found = _SPAN.fullmatch(entry.value)
    months = int(found[1]) * (12 if found[2].startswith("year") else 1) if found else 0
    if 1 <= months <= 600:
        return months
    front.complain(
        "bad-value",
        f"“{entry.value}” is not a span of time.",
        "Write it like “24 months” or “2 years”; without the line a certificate never ends.",
        key="valid-for",
    )
    return None


def _language(front: FrontMatter) -> str:
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


def _yes_or_no(front: FrontMatter, key: str, *, default: bool) -> bool:
    entry = front.entries.get(key)
    if entry is None:
        return default
    if entry.value.lower() not in ("yes", "no"):
        front.complain("bad-value", f"“{entry.value}” is neither yes nor no.", "Write yes or no.", key=key)
        return default
    return entry.value.lower() == "yes"


def _review(front: FrontMatter) -> Review:
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


def _names(front: FrontMatter, key: str) -> list[tuple[str, int]]:
    """Return the names of a list with commas, each with its offset in the value."""
    entry = front.entries.get(key)
    if entry is None:
        return []
    return [(name[0], name.start()) for name in re.finditer(r"[^\s,\[\]]+", entry.value)]


def names_at(front: FrontMatter, key: str) -> list[tuple[str, int]]:
    """Return the names in this key's list, each with how far into the value it stands."""
    return _names(front, key)


def _pieces(front: FrontMatter, key: str) -> list[tuple[str, int]]:
    entry = front.entries.get(key)
    if entry is None:
        return []
    pieces = [(found[0], found.start()) for found in re.finditer(r"[^,]+", entry.value)]
    return [(text.strip(), start + len(text) - len(text.lstrip())) for text, start in pieces if text.strip()]


def _draws(front: FrontMatter) -> tuple[Draw, ...]:
    draws: list[Draw] = []
    for text, offset in _pieces(front, "draw"):
        found = _DRAW.fullmatch(text)
        if not found or int(found[1]) == 0:
            front.complain(
                "bad-draw",
                f"“{text}” does not say how many questions come from which pool.",
                "Write it like “5 from opening, 3 from closing”.",
                key="draw",
                offset=offset,
            )
        elif found[2] in [draw.pool for draw in draws]:
            front.complain(
                "bad-draw",
                f"The pool “{found[2]}” is drawn from twice.",
                "Name each pool once.",
                key="draw",
                offset=offset,
            )
        else:
            draws.append(Draw(int(found[1]), found[2]))
    return tuple(draws)


def _conditions(front: FrontMatter) -> tuple[Condition, ...]:
    """Return what completes the course; all lessons when the file does not say."""
    if "pass" not in front.entries:
        return (Condition(ConditionKind.ALL_LESSONS),)
    found: list[Condition] = []
    for text, offset in _pieces(front, "pass"):
        condition = _condition(front, " ".join(text.split()), offset)
        if condition and condition.kind in [known.kind for known in found]:
            front.complain(
                "bad-condition",
                f"“{condition.kind.value}” is asked for twice.",
                "Keep one of them.",
                key="pass",
                offset=offset,
            )
        elif condition:
            found.append(condition)
    if not found and not _pieces(front, "pass"):
        front.complain(
            "bad-condition",
            "The line “pass:” names no condition.",
            "Write “all lessons”, “quiz 80” or both with a comma.",
            key="pass",
        )
    return tuple(found) or (Condition(ConditionKind.ALL_LESSONS),)


def _condition(front: FrontMatter, text: str, offset: int) -> Condition | None:
    if text == "all lessons":
        return Condition(ConditionKind.ALL_LESSONS)
    quiz = _QUIZ.fullmatch(text)
    if quiz and int(quiz[1]) <= 100:
        return Condition(ConditionKind.QUIZ, int(quiz[1]) / 100)
    if _LATER.match(text):
        front.complain(
            "condition-not-yet",
            f"“{text}” cannot be met yet: this version knows lessons and quizzes.",
            "Take it out for now, or nobody could ever finish.",
            key="pass",
            offset=offset,
        )
    else:
        front.complain(
            "bad-condition",
            f"“{text}” is not a condition.",
            "Write “all lessons”, “quiz 80” (a percentage) or both with a comma.",
            key="pass",
            offset=offset,
        )
    return None
