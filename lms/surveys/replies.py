"""From a posted form to the answers of a survey or the marks of a checklist."""

from dataclasses import dataclass

from lms.content.asking import POINTS, AskKind
from lms.content.course import Checklist, Survey
from lms.quiz.form import Form, chosen_in, text_in

LONGEST = 2000
MARKS = ("0", "1", "2")

# By statement: a point of the scale; by part: the id of what was chosen, or a text.
Answers = dict[str, int | str]


@dataclass(frozen=True)
class Trial:
    """What somebody found with a checklist: 0, 1 or 2 by criterion, none where it was not seen; and in words."""

    marks: dict[str, int]
    words_heard: str
    strength: str
    next_step: str

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was marked and nothing written."""
        return not (self.marks or self.words_heard or self.strength or self.next_step)


def answers_from(survey: Survey, form: Form) -> Answers:
    """Return what was answered, without what was left out. Raises BadResponseError."""
    answers: Answers = {}
    points = frozenset(map(str, POINTS))
    for part in survey.parts:
        match part.kind:
            case AskKind.SCALE:
                chosen = {each.id: chosen_in(form, f"answer-{each.id}", points) for each in part.statements}
                answers |= {name: int(point) for name, point in chosen.items() if point}
            case AskKind.CHOICE:
                choice = chosen_in(form, f"answer-{part.id}", frozenset(each.id for each in part.statements))
                answers |= {part.id: choice} if choice else {}
            case AskKind.OPEN:
                text = _text(form, f"answer-{part.id}")
                answers |= {part.id: text} if text else {}
    return answers


def trial_from(checklist: Checklist, form: Form) -> Trial:
    """Return what was found. Raises BadResponseError."""
    allowed = frozenset(MARKS)
    chosen = {each.id: chosen_in(form, f"mark-{each.id}", allowed) for each in checklist.criteria}
    return Trial(
        {name: int(mark) for name, mark in chosen.items() if mark},
        _text(form, "words-heard"),
        _text(form, "strength"),
        _text(form, "next-step"),
    )


def _text(form: Form, name: str) -> str:
    return text_in(form, name, 2 * LONGEST).replace("\r\n", "\n").strip()[:LONGEST]
