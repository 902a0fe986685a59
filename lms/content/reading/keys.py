"""What the front matter of a course, a lesson and a quiz may say, and what stands where it is silent."""

import re
from dataclasses import dataclass
from enum import StrEnum

from lms.content.course import USUAL_RENEWAL, Condition, ConditionKind, Draw, EarlyCheck, Policy, Renewal, Review
from lms.content.reading import converting
from lms.content.reading.front_matter import FrontMatter, did_you_mean
from lms.content.reading.renewing import RENEWING_KEYS, read_early_check, read_renewal
from lms.problem import Severity

COURSE_KEYS = (
    "title", "summary", "language", "audience", "pass", "valid-for", "cpd-hours", "requires", *RENEWING_KEYS,
)  # fmt: skip
ACTIVITY_KEYS = ("id", "title", "summary", "kind", "minutes", "behaviours")
QUIZ_KEYS = ("pass", "attempts", "minutes-allowed", "draw", "shuffle", "review", "forms", "opens-after")

_DRAW = re.compile(r"(\d{1,4})\s+from\s+([A-Za-z][\w.-]*)")
_QUIZ = re.compile(r"quiz\s+(\d{1,3})\s*%?")
_RETAINED = re.compile(r"retained\s+(\d{1,3})\s*%?\s+after\s+(\d{1,3})\s+days?")
_SCENARIO = re.compile(r"scenario\s+(\d{1,3})\s*%?")
_OBSERVED = re.compile(r"observed((?:\s+[A-Za-z][\w.-]*)+)")
_LATER = re.compile(r"acknowledged\b")
_FORMS = re.compile(r"[A-Za-z0-9]{1,20}(\s*/\s*[A-Za-z0-9]{1,20}){1,5}")


class Kind(StrEnum):
    """The kinds of an activity; a policy is a lesson with somebody who answers for it."""

    LESSON = "lesson"
    QUIZ = "quiz"
    SCENARIO = "scenario"
    SURVEY = "survey"
    CHECKLIST = "checklist"
    POLICY = "policy"


# The keys that only one kind has.
KEYS_OF = {
    Kind.QUIZ: QUIZ_KEYS,
    Kind.SCENARIO: ("seat", "channel", "start", "pass", "end-heat", "weights"),
    Kind.SURVEY: ("anonymous",),
    Kind.POLICY: ("owner", "review-by"),
}


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
    renewal: Renewal = USUAL_RENEWAL
    early_check: EarlyCheck | None = None


@dataclass(frozen=True)
class QuizKeys:
    """What only a quiz has; marks are 0..1, None is unlimited."""

    pass_mark: float
    attempts: int | None
    seconds_allowed: int | None
    draws: tuple[Draw, ...]
    shuffle: bool
    review: Review
    forms: tuple[str, ...]
    opens_after_days: int | None


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
    own = (*ACTIVITY_KEYS, *(key for keys in KEYS_OF.values() for key in keys))
    elsewhere = dict.fromkeys(own, "a lesson's or quiz's own file")
    front.refuse_unknown(COURSE_KEYS, elsewhere)
    return CourseKeys(
        title=converting.title(front),
        summary=converting.plain(front, "summary"),
        language=converting.language(front),
        audience=converting.plain(front, "audience"),
        conditions=_conditions(front),
        valid_for_months=converting.months(front),
        cpd_hours=converting.hours(front),
        requires=tuple(slug for slug, _ in converting.names(front, "requires")),
        renewal=read_renewal(front),
        early_check=read_early_check(front),
    )


def read_activity_keys(front: FrontMatter, default_id: str) -> ActivityKeys:
    """Return an activity's keys; a quiz's own are read by `read_quiz_keys`."""
    kind = _kind(front)
    elsewhere = {
        key: f"a {owner}: add “kind: {owner}” if this is one" for owner, keys in KEYS_OF.items() for key in keys
    }
    front.refuse_unknown(
        (*ACTIVITY_KEYS, *KEYS_OF.get(kind, ())), elsewhere | dict.fromkeys(COURSE_KEYS, "course.md")
    )
    return ActivityKeys(
        id=converting.identifier(front, default_id),
        title=converting.title(front),
        summary=converting.plain(front, "summary"),
        kind=kind,
        minutes=converting.whole(front, "minutes", 1, 600),
        behaviours=tuple(name for name, _ in converting.names(front, "behaviours")),
    )


def read_quiz_keys(front: FrontMatter) -> QuizKeys:
    """Return what only a quiz has; by default 80 % to pass, as many attempts as wanted, shuffled."""
    minutes = converting.whole(front, "minutes-allowed", 1, 600)
    percent = converting.whole(front, "pass", 0, 100, unit="%")
    return QuizKeys(
        pass_mark=0.8 if percent is None else percent / 100,
        attempts=None
        if converting.text(front, "attempts") == "unlimited"
        else converting.whole(front, "attempts", 1, 100),
        seconds_allowed=None if minutes is None else minutes * 60,
        draws=_draws(front),
        shuffle=converting.yes_or_no(front, "shuffle", default=True),
        review=converting.review(front),
        forms=_forms(front),
        opens_after_days=converting.days(front, "opens-after"),
    )


def _forms(front: FrontMatter) -> tuple[str, ...]:
    entry = front.entries.get("forms")
    if entry is None:
        return ()
    names = tuple(name.strip() for name in entry.value.split("/"))
    if not _FORMS.fullmatch(entry.value) or len(set(names)) < len(names):
        front.complain(
            "bad-forms",
            f"“{entry.value}” does not name two to six forms.",
            "Write it like A/B, and form=A or form=B in the braces of the questions.",
            key="forms",
        )
        return ()
    if "draw" in front.entries:
        front.complain(
            "forms-and-draw",
            "This quiz has forms and draws from pools; an attempt asks the one or the other.",
            "Take out the line “forms” or the line “draw”.",
            key="forms",
        )
    return names


def read_policy(front: FrontMatter) -> Policy:
    """Return who answers for a policy and until when it is to be looked at again; both must be said."""
    owner = converting.plain(front, "owner")
    if not owner:
        front.complain(
            "no-owner",
            "The policy does not say who answers for it.",
            "Add a line “owner: …” with a role rather than a name.",
            key="owner",
            severity=Severity.WARNING,
        )
    return Policy(owner, converting.day(front, "review-by"))


def _kind(front: FrontMatter) -> Kind:
    entry = front.entries.get("kind")
    if entry is None:
        return Kind.LESSON
    try:
        return Kind(entry.value)
    except ValueError:
        kinds = [kind.value for kind in Kind]
        front.complain(
            "bad-value",
            f"“{entry.value}” is not a kind of activity.",
            did_you_mean(entry.value, kinds),
            key="kind",
        )
        return Kind.LESSON


def _draws(front: FrontMatter) -> tuple[Draw, ...]:
    draws: list[Draw] = []
    for text, offset in converting.pieces(front, "draw"):
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
    for text, offset in converting.pieces(front, "pass"):
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
    if not found and not converting.pieces(front, "pass"):
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
    scenario = _SCENARIO.fullmatch(text)
    if scenario and int(scenario[1]) <= 100:
        return Condition(ConditionKind.SCENARIO, int(scenario[1]) / 100)
    retained = _RETAINED.fullmatch(text)
    if retained and int(retained[1]) <= 100 and 1 <= int(retained[2]) <= converting.MOST_DAYS:
        return Condition(ConditionKind.RETAINED, int(retained[1]) / 100, int(retained[2]))
    observed = _OBSERVED.fullmatch(text)
    if observed:
        # Their names come from behaviours.md, once the whole course is known.
        return Condition(ConditionKind.OBSERVED, behaviours=tuple((name, name) for name in observed[1].split()))
    if _LATER.match(text):
        front.complain(
            "condition-not-yet",
            f"“{text}” cannot be met yet: this version knows lessons, quizzes, scenarios, delayed checks"
            " and what was observed.",
            "Take it out for now, or nobody could ever finish.",
            key="pass",
            offset=offset,
        )
    else:
        front.complain(
            "bad-condition",
            f"“{text}” is not a condition.",
            "Write “all lessons”, “quiz 80” (a percentage), “scenario 70”, “retained 80 after 7 days”,"
            " “observed ack own”, or several with commas.",
            key="pass",
            offset=offset,
        )
    return None
