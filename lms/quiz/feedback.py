"""What a learner may be told about an answer, once a desk has found that it is earned."""

from dataclasses import dataclass
from enum import StrEnum

from lms.quiz.marking import mark, waits_for_reader
from lms.quiz.question import Question
from lms.quiz.registry import kind_of
from lms.quiz.verbs import Line


class Outcome(StrEnum):
    """How a whole answer turned out; `WAITING` for a person to read it."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    NONE = "none"
    WAITING = "waiting"


@dataclass(frozen=True)
class Feedback:
    """One answer looked at: its mark (0..1), a line for each part in the author's order, and the explanation."""

    mark: float
    outcome: Outcome
    lines: tuple[Line, ...]
    explanation_html: str


def feedback_on(question: Question, response: object) -> Feedback:
    """Return what there is to say about this response; it holds the key."""
    earned = mark(question, response)
    lines = tuple(kind_of(question).feedback(question.key, response))
    return Feedback(earned, _outcome(question, earned, response), lines, question.explanation_html)


def _outcome(question: Question, earned: float, response: object) -> Outcome:
    if response is None or waits_for_reader(question, response):
        return Outcome.NONE if response is None else Outcome.WAITING
    if earned == 1:
        return Outcome.RIGHT
    return Outcome.PARTLY if earned > 0 else Outcome.WRONG
