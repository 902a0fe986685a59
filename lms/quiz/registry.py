"""Which module stands for which question type."""

from lms.quiz.kinds import gaps, match, multiple, number, open_answer, order, short, single, sort, spot
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
    QuestionType.OPEN: open_answer,
}


def kind_of(question: Question) -> Kind:
    """Return the verbs of the question's type."""
    return KINDS[question.type]
