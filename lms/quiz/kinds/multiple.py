"""Multiple choice: a list of options, one or more ticked; the response is a list of option ids."""

from lms.problem import Problem
from lms.quiz import choices
from lms.quiz.form import BadResponseError, Form
from lms.quiz.paper import options
from lms.quiz.paper.answers import Answers
from lms.quiz.question import ChoiceKey
from lms.quiz.verbs import Line, Parts, Rule

RULE = Rule.RIGHT_LESS_WRONG


def read(answers: Answers) -> tuple[ChoiceKey | None, list[Problem]]:
    """Return the key: at least two different options, at least one ticked."""
    return options.read_options(answers)


def shown(key: ChoiceKey) -> Parts:
    """Return the options without the key."""
    return choices.parts(key)


def response_from(key: ChoiceKey, form: Form) -> list[str] | None:
    """Return the ticked options' ids, sorted, or None. Raises BadResponseError for any other value."""
    chosen = form.getlist("response")
    allowed = choices.all_ids(key)
    if len(chosen) > len(allowed) or len(set(chosen)) < len(chosen) or not allowed.issuperset(chosen):
        raise BadResponseError("response: not a choice of this question's options")
    return sorted(chosen) or None


def right_response(key: ChoiceKey) -> list[str]:
    """Return the ids of the right options."""
    return sorted(choices.right_ids(key))


def mark(key: ChoiceKey, response: object) -> float:
    """Return (right ticks less wrong ticks) / number of right options, never below 0.

    A wrong tick undoes a right one, so that ticking everything earns nothing when half is wrong.
    """
    right, chosen = choices.right_ids(key), _chosen(response)
    return max(0, len(chosen & right) - len((chosen & choices.all_ids(key)) - right)) / len(right)


def feedback(key: ChoiceKey, response: object) -> tuple[Line, ...]:
    """Return a line for each option."""
    return choices.lines(key, _chosen(response))


def _chosen(response: object) -> frozenset[str]:
    if not isinstance(response, list):
        return frozenset()
    return frozenset(each for each in response if isinstance(each, str))
