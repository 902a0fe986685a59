"""Which module stands for which question type, and the shapes of the format that are still to come."""

from lms.quiz.kinds import gaps, match, multiple, number, order, short, single, sort, spot
from lms.quiz.question import Question, QuestionType
from lms.quiz.verbs import Kind

KINDS: dict[QuestionType, Kind] = {
    QuestionType.SINGLE: single,
    QuestionType.MULTIPLE: multiple,
    QuestionType.SHORT: short,
    QuestionType.NUMBER: number,
    QuestionType.ORDER: order,
    QuestionType.MATCH: match,
    QuestionType.GAPS: gaps,
    QuestionType.SORT: sort,
    QuestionType.SPOT: spot,
}
# Classes that docs/authoring.md keeps for types this server cannot ask yet.
LATER = ("open", "scale")


def kind_of(question: Question) -> Kind:
    """Return the verbs of the question's type."""
    return KINDS[question.type]
