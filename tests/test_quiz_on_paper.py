"""Quizzes on paper: letters, numbers, and the key in them."""

import pytest

from lms.quiz.asking import asked
from lms.quiz.drawing import Shown, shown
from lms.quiz.marking import mark
from lms.quiz.on_paper import key_on_paper, letter
from lms.quiz.question import Question
from tests.support.builders import a_gaps, a_match, a_multiple, a_number, a_short, a_single, an_order, one_of_each


def test_letters_go_on_after_z() -> None:
    assert [letter(place) for place in (0, 25, 26, 27, 51, 52)] == ["A", "Z", "AA", "AB", "AZ", "BA"]


@pytest.mark.parametrize(
    ("question", "order", "key"),
    [
        (a_single("q", 2), ("wrong-2", "right", "wrong-1"), "B"),
        (a_multiple("q", 2, 2), ("wrong-1", "right-2", "wrong-2", "right-1"), "B, D"),
        (an_order("q", 3), ("step-2", "step-3", "step-1"), "C – A – B"),
        (a_match("q", 2, 1), ("right-3", "right-2", "right-1"), "1 C, 2 B"),
        (a_gaps("q"), (), "1 sorry; 2 you / yourself"),
        (a_short("q", "thank you", "thanks"), (), "thank you / thanks"),
        (a_number("q"), (), "64 ± 0.5 minutes"),
    ],
)
def test_the_key_is_in_the_letters_of_this_paper(question: Question, order: tuple[str, ...], key: str) -> None:
    assert key_on_paper(question, asked(question, Shown("q", order))) == key


@pytest.mark.parametrize("question", one_of_each(), ids=lambda question: question.type.value)
def test_every_type_has_a_key_on_paper_or_says_that_a_person_decides(question: Question) -> None:
    key = key_on_paper(question, asked(question, shown(question, 3)))
    assert bool(key) or question.type.value == "open"
    assert mark(question, None) == 0
