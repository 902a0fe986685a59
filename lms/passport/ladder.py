"""The rungs of evidence behind a behaviour, and how they fade; pure.

Evidence counts for its rung as it was found and fades with age: half of what training gives is gone after some six
and a half months without use, so what is older than one half-life is called fading and what is older than two no
longer holds the rung. It is never deleted: the passport goes on showing it with its day.
Source of the half-life: C. Tatel and P. Ackerman, a synthesis of skill decay, Psychological Bulletin (bul0000481).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum, StrEnum

HALF_LIFE_DAYS = 197
# Right once more, so long after it was right first, is remembered and not only repeated.
RETAINED_AFTER_DAYS = 7


class Rung(IntEnum):
    """How much stands behind a behaviour, from the least to the most."""

    OPENED = 1
    ANSWERED = 2
    DECIDED = 3
    RETAINED = 4
    OBSERVED = 5
    OBSERVED_BY_ANOTHER = 6


class Freshness(StrEnum):
    """How far evidence has faded."""

    FRESH = "fresh"
    FADING = "fading"
    FADED = "faded"


@dataclass(frozen=True)
class Evidence:
    """One thing that happened: the behaviour, its rung, the day, and the title of where, "" when it has none.

    `observer_id` is who saw it: of OBSERVED an observer, of OBSERVED_BY_ANOTHER the buddy of a plan.
    """

    behaviour_id: str
    rung: Rung
    on: date
    where: str
    observer_id: int | None = None


@dataclass(frozen=True)
class Step:
    """One rung of one behaviour: the newest evidence for it, how much there is, and how fresh the newest is."""

    rung: Rung
    newest: Evidence
    count: int
    freshness: Freshness

    @property
    def fades_on(self) -> date:
        """Return the first day on which it is no longer fresh."""
        return self.newest.on + timedelta(days=HALF_LIFE_DAYS + 1)


@dataclass(frozen=True)
class Ladder:
    """What stands behind one behaviour; `steps` are the rungs with any evidence, the highest first.

    `holds` is the highest rung that has not faded, or None.
    """

    behaviour_id: str
    steps: tuple[Step, ...]

    @property
    def holds(self) -> Rung | None:
        """Return the highest rung that still holds."""
        return next((step.rung for step in self.steps if step.freshness is not Freshness.FADED), None)

    @property
    def highest(self) -> Rung | None:
        """Return the highest rung that was ever reached."""
        return self.steps[0].rung if self.steps else None


def ladder(behaviour_id: str, evidence: Iterable[Evidence], today: date) -> Ladder:
    """Return what stands behind this behaviour today; what is about others, or yet to come, is left out."""
    found: dict[Rung, list[Evidence]] = defaultdict(list)
    for each in evidence:
        if each.behaviour_id == behaviour_id and each.on <= today:
            found[each.rung].append(each)
    _tell_observers_apart(found)
    _tell_what_was_retained(found)
    steps = (_step(rung, each, today) for rung, each in sorted(found.items(), reverse=True) if each)
    return Ladder(behaviour_id, tuple(steps))


def freshness(on: date, today: date) -> Freshness:
    """Return how far evidence of that day has faded today."""
    age = (today - on).days
    if age <= HALF_LIFE_DAYS:
        return Freshness.FRESH
    return Freshness.FADING if age <= 2 * HALF_LIFE_DAYS else Freshness.FADED


def _step(rung: Rung, evidence: list[Evidence], today: date) -> Step:
    newest = max(evidence, key=lambda each: each.on)
    return Step(rung, newest, len(evidence), freshness(newest.on, today))


def _tell_observers_apart(found: dict[Rung, list[Evidence]]) -> None:
    """Count each observer's newest but the newest of all one rung up: two people have seen it since that day.

    A buddy is the second of two only where an observer has seen it as well: alone she raises nobody.
    """
    newest: dict[int | None, Evidence] = {}
    for each in sorted(found.get(Rung.OBSERVED, ()), key=lambda each: each.on):
        newest[each.observer_id] = each
    others = sorted(newest.values(), key=lambda each: each.on)[:-1]
    for buddy in found.pop(Rung.OBSERVED_BY_ANOTHER, []):
        seen_on = [each.on for observer_id, each in newest.items() if observer_id != buddy.observer_id]
        if seen_on:
            others.append(replace(buddy, on=min(buddy.on, max(seen_on))))
    if others:
        found[Rung.OBSERVED_BY_ANOTHER] = others


def _tell_what_was_retained(found: dict[Rung, list[Evidence]]) -> None:
    """Count right answers and decisions so many days after the first one as retained as well."""
    known = [*found.get(Rung.ANSWERED, ()), *found.get(Rung.DECIDED, ())]
    if known:
        since = min(each.on for each in known) + timedelta(days=RETAINED_AFTER_DAYS)
        later = [each for each in known if each.on >= since]
        if later:
            found[Rung.RETAINED] = [*found.get(Rung.RETAINED, ()), *later]
