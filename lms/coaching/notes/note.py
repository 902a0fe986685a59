"""What a coaching note is, what it takes to give one, when its loop is closed, and what leaders show; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from lms.coaching.observation import says_something
from lms.coaching.wording import Caught, judging_among
from lms.measures import Share, share

# An observation within these days after a talk closes its loop. Source: practices, S30.
LOOP = timedelta(days=30)
# Figures of a coach are of the talks of a year.
FIGURE_DAYS = 365
# Domain: a talk takes ten minutes or less.
USUAL_MINUTES = 10
NEXT_TALK = timedelta(days=14)
_FEWEST = 5


class Basis(StrEnum):
    """What a talk was about. Handle time and other numbers alone are `NUMBERS`, which is to become rare."""

    BEHAVIOUR = "behaviour"
    NUMBERS = "numbers"
    BOTH = "both"


class Format(StrEnum):
    """How a leader showed a behaviour herself."""

    LIVE = "live-call"
    ROLE_PLAY = "role-play"
    DEMONSTRATION = "demonstration"


@dataclass(frozen=True)
class Talk:
    """What a coach has written down; texts are "" where nothing is said yet.

    SBI(+I) first: `situation`, `behaviour`, `impact`, and the intent as the person told it. Then GROW: `goal`,
    `reality`, `options`, `will`. `behaviours` are those of the vocabulary; `next_on` is when both talk again.
    """

    basis: Basis | None
    behaviours: tuple[str, ...]
    happened_on: date
    minutes: int
    situation: str = ""
    behaviour: str = ""
    impact: str = ""
    intent: str = ""
    goal: str = ""
    reality: str = ""
    options: str = ""
    will: str = ""
    next_on: date | None = None


class Lack(StrEnum):
    """What a note lacks before it can be given; each names its field."""

    BASIS = "basis"
    BEHAVIOURS = "behaviours"
    NUMBERS_ONLY = "numbers-only"
    SITUATION = "situation"
    BEHAVIOUR = "behaviour"
    IMPACT = "impact"
    GOAL = "goal"
    WILL = "will"
    NEXT = "next-on"


def lacking_in(talk: Talk) -> tuple[Lack, ...]:
    """Return what has to be written before the note is given, in the order of the form.

    A talk cites a behaviour, or says that it was about numbers alone; only then may what was seen stay empty.
    """
    found = []
    if talk.basis is None:
        found.append(Lack.BASIS)
    elif talk.basis is Basis.NUMBERS and talk.behaviours:
        found.append(Lack.NUMBERS_ONLY)
    elif talk.basis is not Basis.NUMBERS and not talk.behaviours:
        found.append(Lack.BEHAVIOURS)
    seen = {Lack.SITUATION: talk.situation, Lack.BEHAVIOUR: talk.behaviour, Lack.IMPACT: talk.impact}
    if talk.basis is not Basis.NUMBERS:
        found += [field for field, text in seen.items() if not says_something(text)]
    agreed = {Lack.GOAL: talk.goal, Lack.WILL: talk.will}
    found += [field for field, text in agreed.items() if not says_something(text)]
    return (*found, Lack.NEXT) if talk.next_on is None else tuple(found)


def caught_in(talk: Talk) -> tuple[Caught, ...]:
    """Return the judging words of what was seen and of what was agreed, by field.

    Intent, reality and options are the other's own words, and nobody's are judged here.
    """
    seen = {
        Lack.SITUATION.value: talk.situation,
        Lack.BEHAVIOUR.value: talk.behaviour,
        Lack.IMPACT.value: talk.impact,
    }
    return judging_among(seen, {Lack.GOAL.value: talk.goal, Lack.WILL.value: talk.will})


class Loop(StrEnum):
    """Whether somebody looked again after a talk."""

    OPEN = "open"
    CLOSED = "closed"
    RUN_OUT = "run-out"


@dataclass(frozen=True)
class LoopState:
    """Where the loop of one talk stands: open `until`, or closed by the observation given `closed_at`."""

    loop: Loop
    until: datetime
    closed_at: datetime | None = None


def loop_of(given_at: datetime, observed_at: Iterable[datetime], now: datetime) -> LoopState:
    """Return whether a talk was followed by an observation of the same person within thirty days.

    `observed_at` are the moments at which observations of the person were given, in no order.
    """
    until = given_at + LOOP
    closed_at = min((each for each in observed_at if given_at < each <= until), default=None)
    if closed_at is not None:
        return LoopState(Loop.CLOSED, until, closed_at)
    return LoopState(Loop.OPEN if now <= until else Loop.RUN_OUT, until)


@dataclass(frozen=True)
class TalkFact:
    """One given note without a word of it: what figures are made of."""

    coach_id: int
    basis: Basis
    loop: Loop


@dataclass(frozen=True)
class CoachFigure:
    """One coach's talks: the share of loops closed, of those that are decided, and of talks on numbers alone.

    A share of fewer than five is None; `talks` and `decided` say of how many they are.
    """

    talks: int
    decided: int
    closed: Share | None
    numbers_only: Share | None


def figure_of(facts: Iterable[TalkFact]) -> CoachFigure:
    """Return what these talks of one coach add up to. A loop that is still open counts neither way."""
    found = tuple(facts)
    loops = [fact.loop for fact in found if fact.loop is not Loop.OPEN]
    closed = loops.count(Loop.CLOSED)
    numbers = sum(fact.basis is Basis.NUMBERS for fact in found)
    return CoachFigure(len(found), len(loops), _told(closed, len(loops)), _told(numbers, len(found)))


def _told(count: int, of: int) -> Share | None:
    return share(count, of) if of >= _FEWEST else None
