"""What the studio's buttons put into a text reads without an error, whatever question it makes."""

import re

import pytest
from flask import Flask

from lms.content.course import Quiz
from lms.content.reading.compiling import compile_file
from lms.problem import Severity
from lms.quiz.question import QuestionType
from lms.web.teach.studio.words import insertions
from tests.test_quiz_pages import app

__all__ = ["app"]

QUESTIONS = {
    "single": QuestionType.SINGLE,
    "multiple": QuestionType.MULTIPLE,
    "text": QuestionType.SHORT,
    "number": QuestionType.NUMBER,
    "order": QuestionType.ORDER,
    "match": QuestionType.MATCH,
    "gaps": QuestionType.GAPS,
    "sort": QuestionType.SORT,
    "spot": QuestionType.SPOT,
    "own-words": QuestionType.OPEN,
}


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_a_button_puts_in_a_question_that_can_be_asked(app: Flask, name: str) -> None:
    with app.test_request_context():
        text = dict(insertions())[name]
    text = re.sub("[‹›]", "", text).replace("QUESTION", "").replace("#ID", "#mine")
    compiled = compile_file("course/01-quiz.md", f"---\ntitle: Quiz\nkind: quiz\n---\n\n{text}\n")
    assert not [problem for problem in compiled.problems if problem.severity is Severity.ERROR]
    assert isinstance(compiled.activity, Quiz)
    assert [question.type for question in compiled.activity.questions] == [QUESTIONS[name]]


def test_every_type_of_question_has_its_button() -> None:
    assert set(QUESTIONS.values()) == set(QuestionType)
