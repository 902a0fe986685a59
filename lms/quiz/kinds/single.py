"""Single choice: a list of options, one of them ticked; the response is the id of an option."""

from lms.problem import Problem
from lms.quiz import choices
from lms.quiz.form import Form, chosen_in
from lms.quiz.paper import options
from lms.quiz.paper.answers import Answers
from lms.quiz.question import ChoiceKey
from lms.quiz.verbs import Line, Parts, Rule

RULE = Rule.ALL_OR_NOTHING


def read(answers: Answers) -> tuple[ChoiceKey | None, list[Problem]]:
    """Return the key: at least two different options, exactly one ticked."""
    key, problems = options.read_options(answers)
    if key and len(choices.right_ids(key)) > 1:
        cure = "Leave one tick, or take `.single` out of the heading."
        return None, [*problems, answers.problem("two-ticks", "A single choice with several ticks.", cure)]
    return key, problems


def shown(key: ChoiceKey) -> Parts:
    """Return the options without the key."""
    return choices.parts(key)


def response_from(key: ChoiceKey, form: Form) -> str | None:
    """Return the chosen option's id, or None. Raises BadResponseError for any other value."""
    return chosen_in(form, "response", choices.all_ids(key)) or None


def right_response(key: ChoiceKey) -> str:
    """Return the id of the right option."""
    return next(option.id for option in key.options if option.is_right)


def mark(key: ChoiceKey, response: object) -> float:
    """Return 1 for the right option, else 0."""
    return 1.0 if isinstance(response, str) and response in choices.right_ids(key) else 0.0


def feedback(key: ChoiceKey, response: object) -> tuple[Line, ...]:
    """Return a line for each option."""
    return choices.lines(key, [response] if isinstance(response, str) else [])
