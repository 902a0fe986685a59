"""What an observation is, what it takes to give one, what its marks add up to, and who may read it when; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

# Who looks after the observer reads a single observation once its person has, or after so long.
FIRST_LOOK = timedelta(days=3)
SCORES = (0, 1, 2)
CLEARLY = 2
# What counts as said in words: "Good job" does not.
_FEWEST_WORDS = 3


class Mode(StrEnum):
    """How it was watched; a mystery contact was announced to the team beforehand."""

    LIVE = "live"
    BESIDE = "side-by-side"
    RECORDING = "recording"
    MYSTERY = "mystery"
    ROLE_PLAY = "role-play"


class Channel(StrEnum):
    """Where the contact came in."""

    PHONE = "phone"
    COUNTER = "counter"
    CHAT = "chat"
    MAIL = "mail"


class State(StrEnum):
    """Where an observation stands; only a draft may still be written, and only its observer sees it."""

    DRAFT = "draft"
    GIVEN = "given"
    DISPUTED = "disputed"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """How somebody neutral decided a dispute."""

    STANDS = "stands"
    SET_ASIDE = "set-aside"


@dataclass(frozen=True)
class Mark:
    """One criterion of an observation; `score` is 0 to 2, None where it had no chance to show."""

    criterion_id: str
    behaviour_id: str
    score: int | None
    weight: int = 1
    is_critical: bool = False


@dataclass(frozen=True)
class Strength:
    """What is to be repeated: when it was, what was said or done, what that did; tied to a criterion."""

    situation: str = ""
    behaviour: str = ""
    impact: str = ""
    criterion_id: str = ""


@dataclass(frozen=True)
class NextStep:
    """The one thing to do next, as "if …, then I …", tied to a criterion; the day both look at it again."""

    when: str = ""
    then: str = ""
    criterion_id: str = ""
    look_again_on: date | None = None


@dataclass(frozen=True)
class Written:
    """What an observer has written down so far; texts are "" where nothing is said yet."""

    mode: Mode
    channel: Channel
    happened_on: date
    minutes: int
    contact: str
    marks: tuple[Mark, ...]
    words_heard: str
    strength: Strength
    next_step: NextStep


class Missing(StrEnum):
    """What an observation lacks before it can be given; each names its field."""

    MARKS = "marks"
    WORDS = "words-heard"
    SITUATION = "strength-situation"
    BEHAVIOUR = "strength-behaviour"
    IMPACT = "strength-impact"
    WHEN = "step-when"
    THEN = "step-then"


def missing_in(written: Written) -> tuple[Missing, ...]:
    """Return what has to be written before it is given, in the order of the form.

    That is at least one mark, the words heard, one strength and one next step, each in more than a word or two.
    """
    said = {
        Missing.WORDS: written.words_heard,
        Missing.SITUATION: written.strength.situation,
        Missing.BEHAVIOUR: written.strength.behaviour,
        Missing.IMPACT: written.strength.impact,
        Missing.WHEN: written.next_step.when,
        Missing.THEN: written.next_step.then,
    }
    missing = [] if scored(written.marks) else [Missing.MARKS]
    return (*missing, *(field for field, text in said.items() if not says_something(text)))


def says_something(text: str) -> bool:
    """Return whether this is more than a word or two."""
    # Scripts that set no spaces between words say much in one.
    return len(text.split()) >= _FEWEST_WORDS or len(text.strip()) >= 5 * _FEWEST_WORDS


def tied(written: Written) -> tuple[str, str]:
    """Return the criteria of strength and next step: those chosen, else the best and the weakest marked."""
    known = {mark.criterion_id for mark in written.marks}
    marked = [mark for mark in written.marks if mark.score is not None]
    best = max(marked, key=_score_of, default=None)
    weakest = min(marked, key=_score_of, default=None)
    strength, step = written.strength.criterion_id, written.next_step.criterion_id
    return (
        strength if strength in known else best.criterion_id if best else "",
        step if step in known else weakest.criterion_id if weakest else "",
    )


def _score_of(mark: Mark) -> int:
    return mark.score or 0


def scored(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Return the marks of what had a chance to show."""
    return tuple(mark for mark in marks if mark.score is not None)


@dataclass(frozen=True)
class Quality:
    """What the marks of one form add up to: `points` of `most`; `missed` are critical criteria not seen."""

    points: int
    most: int
    missed: tuple[str, ...]

    @property
    def value(self) -> float:
        """Return the share, 0..1."""
        return self.points / self.most


def quality_of(marks: Sequence[Mark]) -> Quality | None:
    """Return the weighted quality, without what had no chance to show; None when nothing had.

    A critical criterion that was missed is named and takes nothing else away. Source: measurement 2.5.4.
    """
    found = scored(marks)
    if not found:
        return None
    return Quality(
        points=sum(mark.weight * (mark.score or 0) for mark in found),
        most=sum(2 * mark.weight for mark in found),
        missed=tuple(mark.criterion_id for mark in found if mark.is_critical and mark.score == 0),
    )


def may_read(
    *, is_observer: bool, state: State, given_at: datetime | None, seen_at: datetime | None, now: datetime
) -> bool:
    """Return whether somebody who looks after the person may read this one observation now.

    A draft is its observer's alone. What was given belongs to the person first: everybody but the observer waits
    until she has seen it, or three days. Figures hold it at once.
    """
    if is_observer:
        return True
    if state is State.DRAFT or given_at is None:
        return False
    return seen_at is not None or now - given_at >= FIRST_LOOK


def may_settle(*, is_party: bool, looks_above: bool, is_administrator: bool) -> bool:
    """Return whether somebody is neutral enough to settle a dispute: a manager above, or an administrator.

    Never who observed or was observed.
    """
    return not is_party and (looks_above or is_administrator)
