"""If-then plans made at the end of a lesson and looked at again at work: the rules of the follow-up; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never

# Plans help most when there are few of them: with many at once each cue is noticed less.
# Source: A. N. Dalton, S. A. Spiller, "Too much of a good thing: the benefits of implementation intentions depend
# on the number of goals", Journal of Consumer Research 39 (2012).
MOST_OPEN = 5
LONGEST = 200
LONGEST_NOTE = 500
CHECKED_AFTER = timedelta(days=7)
# What holds is asked about ever more seldom.
KEPT_CHECKED_AFTER = (timedelta(days=14), timedelta(days=28))
MISSES_FOR_SMALLER = 2
_IF = re.compile(r"^(?:if|when)\s+", re.IGNORECASE)
_THEN = re.compile(r"^then\s+", re.IGNORECASE)
_THEN_I = re.compile(r"^(?:then\s+)?(?:i[’']ll\s+|i\s+(?:will\s+)?)?", re.IGNORECASE)


class Answer(StrEnum):
    """How a plan went since it was made or last looked at."""

    KEPT = "kept"
    PARTLY = "partly"
    NOT_YET = "not-yet"
    DROPPED = "dropped"


class Closing(StrEnum):
    """How a plan ended."""

    KEPT = "kept"
    DROPPED = "dropped"


class BuddyState(StrEnum):
    """Whether the colleague who was asked has agreed."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"


@dataclass(frozen=True)
class Check:
    """One check-in: what was answered, on which day of the person's."""

    answer: Answer
    on: date


@dataclass(frozen=True)
class FollowUp:
    """What comes next for a plan: `due_on` is when it is asked about again, None once it was dropped.

    `misses` and `keeps` count the latest check-ins in a row, since the plan has its present words; at most one of
    them is above 0.
    """

    due_on: date | None
    misses: int
    keeps: int

    @property
    def offers_smaller(self) -> bool:
        """Return whether a smaller step is offered: not kept twice in a row."""
        return self.due_on is not None and self.misses >= MISSES_FOR_SMALLER


def follow_up(worded_on: date, checks: Sequence[Check]) -> FollowUp:
    """Return what comes next for a plan that has its words since this day, after these check-ins, oldest first."""
    misses = keeps = 0
    last_on = worded_on
    for check in checks:
        last_on = max(last_on, check.on)
        match check.answer:
            case Answer.KEPT:
                misses, keeps = 0, keeps + 1
            case Answer.PARTLY | Answer.NOT_YET:
                misses, keeps = misses + 1, 0
            case Answer.DROPPED:
                return FollowUp(None, misses, keeps)
            case _:
                assert_never(check.answer)
    wait = KEPT_CHECKED_AFTER[min(keeps, len(KEPT_CHECKED_AFTER)) - 1] if keeps else CHECKED_AFTER
    return FollowUp(last_on + wait, misses, keeps)


@dataclass(frozen=True)
class Words:
    """What a plan says: the two halves, and the whole sentence that is said aloud."""

    cue: str
    action: str
    sentence: str


class Slip(StrEnum):
    """What is wrong with one half of a plan."""

    MISSING = "missing"
    TOO_LONG = "too-long"


def tidied_cue(typed: str) -> str:
    """Return the cue without what the form says already: “If the phone rings,” is “the phone rings”."""
    return _IF.sub("", " ".join(typed.split())).rstrip(" ,.;")


def tidied_action(typed: str, *, is_own: bool = True) -> str:
    """Return the action without what the form says already: “then I ask first.” is “ask first”.

    An author's plan says itself who does it: there only “then” goes.
    """
    return (_THEN_I if is_own else _THEN).sub("", " ".join(typed.split())).rstrip(" ,.;")


def slip_of(half: str) -> Slip | None:
    """Return what is wrong with this half of a plan, None when it can stand."""
    if not half:
        return Slip.MISSING
    return Slip.TOO_LONG if len(half) > LONGEST else None


def restated(words: Words, action: str) -> Words:
    """Return the plan with another action, its sentence otherwise as it was."""
    before, found, after = words.sentence.rpartition(words.action)
    sentence = f"{before}{action}{after}" if found else f"{words.cue}: {action}"
    return Words(words.cue, action, sentence)
