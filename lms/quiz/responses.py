"""From a posted form to a response that can be stored as JSON, whatever the question's type."""

from lms.quiz.form import BadResponseError, Form, Prefixed, Response
from lms.quiz.question import Question
from lms.quiz.registry import kind_of

__all__ = ["BadResponseError", "Form", "Response", "response_from"]


def response_from(question: Question, form: Form, prefix: str = "") -> Response | None:
    """Return the response in this form, None when nothing was answered.

    Raises BadResponseError, and nothing else, when no page of ours could have sent the form: ids that are
    not in the question, one field twice, texts too long.
    """
    return kind_of(question).response_from(question.key, Prefixed(form, prefix) if prefix else form)
