"""A question as a review shows it, key and feedback included; only for who has earned it."""

from dataclasses import dataclass

from lms.quiz.drawing import Shown
from lms.quiz.feedback import Feedback, Outcome, feedback_on
from lms.quiz.kinds.open_answer import is_own
from lms.quiz.question import GapsKey, NumberKey, Question, QuestionType
from lms.quiz.verbs import Line


@dataclass(frozen=True)
class Reviewed:
    """One question with what was answered; `mark` is 0..1, `lines` stand as they were shown.

    The lines of an ordering stand in the right order instead. `pieces_html` surround the gaps' lines.
    `is_own_mark` says that the learner marked her open answer herself.
    """

    id: str
    number: int
    type: QuestionType
    title: str
    stem_html: str
    mark: float
    points: float
    outcome: Outcome
    lines: tuple[Line, ...]
    pieces_html: tuple[str, ...]
    unit: str
    explanation_html: str
    is_own_mark: bool = False


def reviewed(question: Question, response: object, shown: Shown, number: int = 1) -> Reviewed:
    """Return the question with what was answered and what is right, in the order that was shown."""
    feedback = feedback_on(question, response)
    return Reviewed(
        id=question.id,
        number=number,
        type=question.type,
        title=question.title,
        stem_html=question.stem_html,
        mark=feedback.mark,
        points=question.points,
        outcome=feedback.outcome,
        lines=_arranged(question, feedback, shown),
        pieces_html=question.key.pieces_html if isinstance(question.key, GapsKey) else (),
        unit=question.key.unit if isinstance(question.key, NumberKey) else "",
        explanation_html=feedback.explanation_html,
        is_own_mark=question.type is QuestionType.OPEN and is_own(response),
    )


def _arranged(question: Question, feedback: Feedback, shown: Shown) -> tuple[Line, ...]:
    if question.type not in (QuestionType.SINGLE, QuestionType.MULTIPLE):
        return feedback.lines
    places = {option_id: place for place, option_id in enumerate(shown.order)}
    return tuple(sorted(feedback.lines, key=lambda line: places.get(line.id, len(places))))
