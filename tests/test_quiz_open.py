"""Open answers: kept as written, worth nothing until a person looks, then worth what that person found."""

import pytest
from flask import Flask, get_template_attribute
from hypothesis import given
from hypothesis import strategies as st

from lms.quiz import drawing
from lms.quiz.asking import asked
from lms.quiz.feedback import Outcome, feedback_on
from lms.quiz.kinds import open_answer
from lms.quiz.marking import is_self_marked, mark, waits_for_reader
from lms.quiz.responses import BadResponseError, response_from
from lms.quiz.reviewing import reviewed
from tests.support.builders import a_short, an_open
from tests.support.forms import PostedForm
from tests.test_quiz_pages import app

__all__ = ["app"]

EVIL = "<script>alert(1)</script>\n**bold** [x](javascript:1)"
WRITTEN = {"text": "I have it now."}


def sent(**fields: str) -> object:
    return response_from(an_open(), PostedForm({name: [value] for name, value in fields.items()}))


def test_what_was_written_is_kept_as_it_is_but_for_the_line_ends() -> None:
    assert sent(response=" One\r\n\r\ntwo\rthree ") == {"text": " One\n\ntwo\nthree "}
    assert sent(response=" \r\n ") is None and sent() is None


def test_the_length_is_counted_as_a_browser_counts_it() -> None:
    assert sent(response="\r\n" * 100 + "x" * 3900) is not None
    for text in ("x" * 4001, "\r\n" * 101 + "x" * 3900, "a\0b"):
        with pytest.raises(BadResponseError):
            sent(response=text)


def test_no_form_of_a_learner_says_what_it_is_worth() -> None:
    response = sent(response="a", verdicts="2", met="criterion-1", is_own="1", mark="1")
    assert response == {"text": "a"} and mark(an_open(), response) == 0


@pytest.mark.parametrize(("given", "earned"), [((2, 2), 1), ((2, 1), 0.75), ((1, 1), 0.5), ((0, 0), 0)])
def test_each_criterion_earns_a_share_and_half_of_one_when_partly_met(
    given: tuple[int, int], earned: float
) -> None:
    question = an_open()
    assert waits_for_reader(question, WRITTEN) and feedback_on(question, WRITTEN).outcome is Outcome.WAITING
    response = open_answer.judged(WRITTEN, {"criterion-1": given[0], "criterion-2": given[1]}, "Well begun.")
    assert not waits_for_reader(question, response)
    assert mark(question, response) == earned


def test_who_marks_is_said_in_the_heading_and_in_the_response() -> None:
    assert is_self_marked(an_open(roles=("self",))) and not is_self_marked(an_open())
    assert not waits_for_reader(an_open(), None) and not waits_for_reader(a_short(), "anything")
    own = open_answer.judged(WRITTEN, {"criterion-1": 2}, is_own=True)
    shown = drawing.shown(an_open(), 1)
    assert reviewed(an_open(), own, shown).is_own_mark
    assert not reviewed(an_open(), open_answer.judged(WRITTEN, {}), shown).is_own_mark


_STORED = st.text() | st.integers() | st.none() | st.dictionaries(st.text(max_size=12), st.integers() | st.text())


@given(st.dictionaries(st.sampled_from(["text", "verdicts", "words", "is_own"]), _STORED))
def test_whatever_is_stored_has_a_mark_and_a_review(response: dict[str, object]) -> None:
    question = an_open()
    assert 0 <= mark(question, response) <= 1
    reviewed(question, response, drawing.shown(question, 1))


def test_a_page_shows_typed_text_as_text_and_no_criterion_before_its_time(app: Flask) -> None:
    question = an_open()
    response = open_answer.judged({"text": EVIL}, {"criterion-1": 2, "criterion-2": 1}, EVIL, is_own=True)
    with app.test_request_context():
        ask = get_template_attribute("parts/question.html", "asked")
        tell = get_template_attribute("parts/question.html", "reviewed")
        page = str(ask(asked(question, drawing.shown(question, 7)), {"text": EVIL}))
        review = str(tell(reviewed(question, response, drawing.shown(question, 7))))
    assert "Text of criterion" not in page and "&lt;script&gt;" in page and "<script>alert" not in page
    assert "<script>alert" not in review and review.count("&lt;script&gt;alert(1)&lt;/script&gt;<br>**bold**") == 2
    assert "Text of criterion 2" in review and "Partly met" in review and "by your own mark" in review
