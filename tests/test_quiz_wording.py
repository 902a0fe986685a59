"""A question in other words is still the same question."""

import pytest
from hypothesis import given

from lms.quiz import drawing, marking
from lms.quiz.question import Question
from lms.quiz.wording import reworded
from tests.support.builders import one_of_each
from tests.support.papers import read
from tests.support.questions import questions


@given(questions())
def test_ids_and_marks_stay(question: Question) -> None:
    other = reworded(question, str.upper, str.upper)
    assert drawing.shown(other, 7) == drawing.shown(question, 7)
    assert marking.mark(other, marking.right_response(question)) == 1
    assert reworded(question, str, str) == question


@pytest.mark.parametrize("question", one_of_each(), ids=lambda question: question.id)
def test_every_text_is_changed(question: Question) -> None:
    said = repr(reworded(question, lambda _: "*", lambda _: "*"))
    assert "Text of" not in said and "Stem" not in said and "Option right" not in said and "On " not in said


@pytest.mark.parametrize("answer", ["= \ue000limit\ue001", "A [[\ue000limit\ue001]] gap."])
def test_a_variable_is_no_answer(answer: str) -> None:
    question, problems = read(f"## Q\nHow much?\n\n{answer}\n\nWhy.")
    assert question is None and [problem.code for problem in problems] == ["variable-in-answer"]
