"""A calibration session as a value: its contacts, what was marked, and what may be said of both; pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from lms.coaching.agreement import Agreement, PooledAgreement, agreement, pooled
from lms.coaching.gate import MARKS, Gate, Reached, reached

MOST_CONTACTS = 4
FEWEST_TO_SHOW = 2
_LONGEST_NAME = 30


@dataclass(frozen=True)
class Turn:
    """What one side said without a break; `speaker` is empty where the text names none.

    `voice` counts who speaks, from 1 in the order in which they come in; 0 is nobody named.
    """

    speaker: str
    words: str
    voice: int = 0


@dataclass(frozen=True)
class Contact:
    """One contact to mark; `number` counts from 1."""

    number: int
    title: str
    words: str

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Return the dialogue turn by turn."""
        return turns_of(self.words)


@dataclass(frozen=True)
class Calibration:
    """One session with its contacts; hidden marks until `revealed_at`."""

    id: int
    title: str
    course_slug: str
    activity_id: str
    release_id: int
    criterion_ids: tuple[str, ...]
    due_on: date | None
    opened_by: int
    revealed_at: datetime | None
    contacts: tuple[Contact, ...]

    @property
    def is_open(self) -> bool:
        """Return whether marks are still taken."""
        return self.revealed_at is None


@dataclass(frozen=True)
class Noted:
    """One mark with the words heard that stand behind it; no `mark` where it had no chance to show."""

    mark: int | None
    words: str = ""


@dataclass(frozen=True)
class Agreed:
    """What all agreed on about one criterion in one contact, and how its line should read from now on."""

    mark: int | None
    rewording: str = ""


# A contact's number and a criterion's id.
Place = tuple[int, str]


@dataclass(frozen=True)
class CriterionStanding:
    """How far a criterion is marked alike over all sessions of its checklist, and its newest rewording."""

    criterion_id: str
    reached: Reached
    rewording: str = ""

    @property
    def wants_rewording(self) -> bool:
        """Return whether careful people keep reading it differently."""
        return self.reached.gate is Gate.BELOW


@dataclass(frozen=True)
class BesideAgreed:
    """One person's marks beside those that all agreed on; `kinder` is the mean difference, above 0 for kinder."""

    figures: Agreement
    kinder: float


def turns_of(words: str) -> tuple[Turn, ...]:
    """Return a written dialogue turn by turn: a line that begins with a name and a colon begins one."""
    found: list[Turn] = []
    voices: dict[str, int] = {}
    for line in (each.strip() for each in words.splitlines()):
        if not line:
            continue
        name, colon, rest = line.partition(":")
        if colon and rest.strip() and 0 < len(name) <= _LONGEST_NAME and not name.endswith(("http", "https")):
            voices.setdefault(name.strip(), len(voices) + 1)
            found.append(Turn(name.strip(), rest.strip(), voices[name.strip()]))
        elif found:
            found[-1] = replace(found[-1], words=f"{found[-1].words}\n{line}")
        else:
            found.append(Turn("", line))
    return tuple(found)


def places_of(calibration: Calibration) -> tuple[Place, ...]:
    """Return everything there is to mark, contact by contact."""
    return tuple(
        (contact.number, criterion_id)
        for contact in calibration.contacts
        for criterion_id in calibration.criterion_ids
    )


def unmarked(calibration: Calibration, marked: Iterable[Place]) -> tuple[Place, ...]:
    """Return what is still to be decided before it can be handed in."""
    known = set(marked)
    return tuple(place for place in places_of(calibration) if place not in known)


def all_together(marks: Iterable[Mapping[Place, Noted]]) -> PooledAgreement | None:
    """Return how far all who handed in agree over the whole session; what had no chance to show is left out."""
    return pooled(_by_place(marks), MARKS)


def both(marks: Sequence[Mapping[Place, Noted]]) -> Agreement | None:
    """Return how two people agree, None unless there are exactly two with a mark in common."""
    if len(marks) != 2:
        return None
    pairs = [each for each in _by_place(marks) if len(each) == 2]
    return agreement([(one, other) for one, other in pairs], MARKS)


def beside_agreed(mine: Mapping[Place, Noted], agreed: Mapping[Place, Agreed]) -> BesideAgreed | None:
    """Return one person's marks beside the agreed ones, None while nothing can be compared."""
    pairs = [(noted.mark, agreed[place].mark) for place, noted in mine.items() if place in agreed]
    told = [(one, other) for one, other in pairs if one is not None and other is not None]
    figures = agreement(told, MARKS)
    if figures is None:
        return None
    return BesideAgreed(figures, sum(one - other for one, other in told) / len(told))


def standings_of(
    criterion_ids: Sequence[str], things: Mapping[str, Sequence[Sequence[int]]], rewordings: Mapping[str, str]
) -> tuple[CriterionStanding, ...]:
    """Return how each criterion stands, those that want rewording first, else in the checklist's order."""
    found = [
        CriterionStanding(each, reached(things.get(each, ())), rewordings.get(each, "")) for each in criterion_ids
    ]
    return tuple(sorted(found, key=lambda each: not each.wants_rewording))


def _by_place(marks: Iterable[Mapping[Place, Noted]]) -> list[list[int]]:
    found: dict[Place, list[int]] = defaultdict(list)
    for each in marks:
        for place, noted in each.items():
            if noted.mark is not None:
                found[place].append(noted.mark)
    return list(found.values())
