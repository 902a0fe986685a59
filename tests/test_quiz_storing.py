"""Questions survive JSON unchanged."""

import json

import pytest
from hypothesis import given

from lms.quiz import storing
from lms.quiz.question import Question
from tests.support.builders import one_of_each
from tests.support.questions import questions


@pytest.mark.parametrize("question", one_of_each(), ids=lambda question: question.id)
def test_a_question_comes_back_from_json_as_it_was(question: Question) -> None:
    assert storing.from_plain(json.loads(json.dumps(storing.to_plain(question)))) == question


@given(questions())
def test_any_question_comes_back_from_json_as_it_was(question: Question) -> None:
    assert storing.from_plain(json.loads(json.dumps(storing.to_plain(question)))) == question


def test_a_type_nobody_knows_is_refused() -> None:
    plain = storing.to_plain(one_of_each()[0]) | {"type": "telepathy"}
    with pytest.raises(ValueError, match="telepathy"):
        storing.from_plain(plain)
