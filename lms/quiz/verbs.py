"""What every question type must be able to do, and the values that pass between types and pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from lms.problem import Problem
from lms.quiz.form import Form, Response
from lms.quiz.paper.answers import Answers
from lms.quiz.question import Item, Key


@dataclass(frozen=True)
class Spoken:
    """One line of a dialogue as it is shown; `voice` (1 to 4) is whose side it stands on."""

    id: str
    who: str
    html: str
    voice: int


@dataclass(frozen=True)
class Parts:
    """What a browser may see of a key: sides, options and pieces without which of them are right.

    At most one of `options`, `items`, `rights` holds something: what is shuffled.
    """

    options: tuple[Item, ...] = ()
    items: tuple[Item, ...] = ()
    lefts: tuple[Item, ...] = ()
    rights: tuple[Item, ...] = ()
    groups: tuple[Item, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    left_title: str = ""
    right_title: str = ""
    pieces_html: tuple[str, ...] = ()
    unit: str = ""


class Verdict(StrEnum):
    """How one line of an answer turned out; `REST` is an option rightly left alone."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    MISSED = "missed"
    REST = "rest"


@dataclass(frozen=True)
class Line:
    """One line of a review: an option, a step, a left side, a gap, a typed text …, and how it turned out.

    `given_html` is what the learner put here, `right_html` what belongs here; both empty where the verdict
    says it all, as in a choice. `who` and `voice` are those of a line of dialogue.
    """

    id: str
    verdict: Verdict
    html: str = ""
    given_html: str = ""
    right_html: str = ""
    feedback_html: str = ""
    who: str = ""
    voice: int = 0


class Rule(StrEnum):
    """How a type gives marks; the sentence for learners stands in templates/parts/question.html."""

    ALL_OR_NOTHING = "all-or-nothing"
    RIGHT_LESS_WRONG = "right-less-wrong"
    SAME_WORDS = "same-words"
    WITHIN_TOLERANCE = "within-tolerance"
    FEWEST_MOVES = "fewest-moves"
    EACH_PAIR = "each-pair"
    EACH_GAP = "each-gap"
    EACH_ITEM = "each-item"
    LINES_LESS_WRONG = "lines-less-wrong"
    EACH_CRITERION = "each-criterion"


class Kind(Protocol):
    """The verbs of one question type; each module of `quiz.kinds` is one."""

    RULE: Rule

    def read(self, answers: Answers) -> tuple[Key | None, list[Problem]]:
        """Return the key that the author wrote, or None, and every problem found on the way."""
        ...

    def shown(self, key: Any) -> Parts:
        """Return what may be sent to a browser, in the author's order."""
        ...

    def response_from(self, key: Any, form: Form) -> Response | None:
        """Return the posted answer, None when nothing was answered. Raises BadResponseError."""
        ...

    def right_response(self, key: Any) -> Response:
        """Return a response that earns 1."""
        ...

    def mark(self, key: Any, response: object) -> float:
        """Return the mark (0..1); a response of another shape, or None, earns 0."""
        ...

    def feedback(self, key: Any, response: object) -> Sequence[Line]:
        """Return the lines of a review in the author's order; typed text is escaped."""
        ...
