"""How attempts count when the key of a question was wrong: rulings, marks under them, who keeps a pass; pure.

A ruling is about one question asked with one key. Every other question of an attempt counts as it did.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from lms.content.course import Quiz
from lms.progress.marks import weighted_mark
from lms.quiz.keying import key_print
from lms.quiz.marking import mark
from lms.quiz.question import Question


class Choice(StrEnum):
    """How answers given under a wrong key count: by the mended key, right for everybody, or not at all."""

    KEY = "key"
    EVERYBODY = "everybody"
    LEFT_OUT = "left-out"


class Standing(StrEnum):
    """What became of an attempt that was marked again.

    `OPEN` would no longer pass: it keeps its mark and its pass until a person decides; then it is `KEPT` or
    `REVOKED`. `DONE` has its new mark. `OVERTAKEN` waited for a decision when a later correction looked again.
    """

    DONE = "done"
    OPEN = "open"
    KEPT = "kept"
    REVOKED = "revoked"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True)
class Ruling:
    """How answers to one question count; `right` is the question with its mended key when that decides."""

    choice: Choice
    right: Question | None = None


@dataclass(frozen=True)
class Marked:
    """One attempt's mark (0..1), and whether it passes with it."""

    mark: float
    passed: bool


@dataclass(frozen=True)
class Twice:
    """One closed attempt as it is marked and as the rulings would have it; the same for one they are not about.

    `is_kept` when a person already decided that it keeps its pass.
    """

    attempt_id: int
    activity_id: str
    before: Marked
    after: Marked
    is_kept: bool = False


def corrected(question: Question, ruling: Ruling | None) -> Question:
    """Return the question with its mended key, or as it is."""
    return replace(question, key=ruling.right.key) if ruling and ruling.right else question


def corrected_quiz(quiz: Quiz, rulings: Mapping[str, Ruling]) -> Quiz:
    """Return the quiz with the mended keys of its questions, to be reviewed."""
    return replace(quiz, questions=tuple(corrected(each, rulings.get(each.id)) for each in quiz.questions))


def choices_told(quiz: Quiz, rulings: Mapping[str, Ruling]) -> dict[str, Choice]:
    """Return how answers count by question, to be told beside it; a key that was right after all is not named."""
    keys = {question.id: key_print(question) for question in quiz.questions if question.id in rulings}
    return {
        name: ruling.choice
        for name, ruling in rulings.items()
        if ruling.right is None or key_print(ruling.right) != keys.get(name)
    }


def mark_under(question: Question, response: object, ruling: Ruling | None) -> float:
    """Return what a response is worth (0..1) under this ruling; one left out keeps what it earned."""
    if ruling is not None and ruling.choice is Choice.EVERYBODY:
        return 1.0
    return mark(corrected(question, ruling), response)


def attempt_mark(asked: Sequence[Question], marks: Mapping[str, float], rulings: Mapping[str, Ruling]) -> float:
    """Return the mark (0..1) of an attempt from those of its answers; what is not among them was not answered.

    What is right for everybody is so for who gave no answer too. An attempt with nothing left to ask is right.
    """
    counted = [question for question in asked if _choice(rulings, question) is not Choice.LEFT_OUT]
    if asked and not counted:
        return 1.0
    return weighted_mark(
        (
            question.points,
            1.0 if _choice(rulings, question) is Choice.EVERYBODY else marks.get(question.id, 0.0),
        )
        for question in counted
    )


def standings(attempts: Sequence[Twice]) -> dict[int, Standing]:
    """Return what becomes of each attempt of one enrolment that the rulings change.

    Who passes a quiz by another attempt as well loses nothing by one that no longer passes.
    """
    found = {}
    for each in attempts:
        if each.before == each.after:
            continue
        is_lost = each.before.passed and not each.after.passed
        passes_otherwise = any(
            other.after.passed or (other.is_kept and other.before.passed)
            for other in attempts
            if other.activity_id == each.activity_id and other != each
        )
        if is_lost and not passes_otherwise:
            found[each.attempt_id] = Standing.KEPT if each.is_kept else Standing.OPEN
        else:
            found[each.attempt_id] = Standing.DONE
    return found


def _choice(rulings: Mapping[str, Ruling], question: Question) -> Choice | None:
    ruling = rulings.get(question.id)
    return ruling.choice if ruling else None
