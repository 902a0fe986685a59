"""What a calibration session shows once its marks are shown: to those who took part and to whoever prepared it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import abort

from lms.coaching.agreement import Agreement, PooledAgreement
from lms.coaching.calibration import queries
from lms.coaching.calibration.session import Agreed, Calibration, Contact, Noted, Place, Turn, all_together, both
from lms.content import queries as content
from lms.content.asking import Criterion
from lms.content.course import Checklist
from lms.web.extensions import database
from lms.web.wording import criteria_in_our_words


@dataclass(frozen=True)
class Voice:
    """What one person marked, with the words heard behind it; no `mark` where it had no chance to show."""

    name: str
    mark: int | None
    words: str


@dataclass(frozen=True)
class CriterionResult:
    """One criterion of one contact: who gave which mark, and what all agreed on, None before they did."""

    criterion: Criterion
    voices: tuple[Voice, ...]
    agreed: Agreed | None

    def names(self, mark: int | None) -> tuple[str, ...]:
        """Return who gave this mark, by name."""
        return tuple(voice.name for voice in self.voices if voice.mark == mark)

    @property
    def is_split(self) -> bool:
        """Return whether not all gave the same mark."""
        return len({voice.mark for voice in self.voices}) > 1


@dataclass(frozen=True)
class ContactResult:
    """One contact with what was found in it."""

    number: int
    title: str
    turns: tuple[Turn, ...]
    criteria: tuple[CriterionResult, ...]

    @property
    def is_agreed(self) -> bool:
        """Return whether all have agreed on every criterion."""
        return all(each.agreed for each in self.criteria)


@dataclass(frozen=True)
class Results:
    """A whole session; `pair` when exactly two handed in, `together` as soon as something was marked twice."""

    language: str
    contacts: tuple[ContactResult, ...]
    people: int
    together: PooledAgreement | None
    pair: Agreement | None


def criteria_of(calibration: Calibration) -> tuple[str, tuple[Criterion, ...]]:
    """Return the language and the criteria to mark, as the session's release has them; answers 404 without it."""
    release = content.find_release(database(), calibration.release_id)
    checklist = release.activity(calibration.activity_id) if release else None
    if release is None or not isinstance(checklist, Checklist):
        abort(404)
    known = {each.id: each for each in criteria_in_our_words(checklist.criteria)}
    return release.language, tuple(known[each] for each in calibration.criterion_ids if each in known)


def results_of(calibration: Calibration) -> Results:
    """Return what a session showed; three queries. It holds no marks before they are shown."""
    language, criteria = criteria_of(calibration)
    marks = queries.marks_shown(database(), calibration.id)
    agreed = queries.agreed_in(database(), calibration.id)
    names = {seat.person_id: seat.name for seat in queries.seats_of(database(), calibration.id)}
    heard = [(names[person_id], marks[person_id]) for person_id in names if person_id in marks]
    told = list(marks.values())
    return Results(
        language=language,
        contacts=tuple(_contact(contact, criteria, heard, agreed) for contact in calibration.contacts),
        people=len(told),
        together=all_together(told),
        pair=both(told),
    )


def _contact(
    contact: Contact,
    criteria: tuple[Criterion, ...],
    heard: Sequence[tuple[str, Mapping[Place, Noted]]],
    agreed: Mapping[Place, Agreed],
) -> ContactResult:
    found = []
    for criterion in criteria:
        place = contact.number, criterion.id
        voices = tuple(Voice(name, mine[place].mark, mine[place].words) for name, mine in heard if place in mine)
        found.append(CriterionResult(criterion, voices, agreed.get(place)))
    return ContactResult(contact.number, contact.title, contact.turns, tuple(found))
