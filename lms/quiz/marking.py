"""What a response is worth, 0..1; how each type counts is said in its module and by its rule."""

from lms.quiz.form import Response
from lms.quiz.kinds import open_answer
from lms.quiz.question import OpenKey, Question
from lms.quiz.registry import kind_of
from lms.quiz.verbs import Rule

# The class of an open question in a quiz that the learner marks herself.
SELF = "self"


def mark(question: Question, response: object) -> float:
    """Return the mark (0..1); None and responses that do not fit the question earn 0."""
    return 0.0 if response is None else kind_of(question).mark(question.key, response)


def waits_for_reader(question: Question, response: object) -> bool:
    """Return whether a person has to look at this response before it has a mark."""
    return isinstance(question.key, OpenKey) and response is not None and not open_answer.is_judged(response)


def is_self_marked(question: Question) -> bool:
    """Return whether the learner is that person, in a quiz; in a lesson she always is."""
    return SELF in question.roles


def right_response(question: Question) -> Response:
    """Return a response that earns 1, for samples, previews and tests."""
    return kind_of(question).right_response(question.key)


def rule_for(question: Question) -> Rule:
    """Return how this question gives marks; `rule_text` of templates/parts/question.html says it in a sentence."""
    return kind_of(question).RULE
