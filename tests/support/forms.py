"""Posted forms without a web framework: what a question's page would send for a response."""

from lms.quiz.question import Question, QuestionType


class PostedForm:
    """Fields with all their values, as werkzeug's MultiDict gives them."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        """Hold these fields."""
        self.fields = fields

    def getlist(self, key: str, /) -> list[str]:
        """Return every value of this field."""
        return list(self.fields.get(key, []))


def form_of(question: Question, response: object, prefix: str = "") -> PostedForm:
    """Return the form that the question's page sends when it is answered so."""
    if isinstance(response, dict):
        fields = {f"response-{item}": [str(value)] for item, value in response.items()}
    elif question.type is QuestionType.GAPS and isinstance(response, list):
        fields = {f"response-{number}": [text] for number, text in enumerate(response, start=1)}
    elif isinstance(response, list):
        fields = {"response": response}
    else:
        fields = {"response": [str(response)]} if response is not None else {}
    return PostedForm({prefix + name: values for name, values in fields.items()})
