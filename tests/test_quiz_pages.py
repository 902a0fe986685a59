"""Questions on pages: what is asked can be answered, what is reviewed says how it went, nothing runs."""

import re

import html5lib
import pytest
from flask import Flask, get_template_attribute, render_template_string

from lms.quiz import drawing
from lms.quiz.asking import asked
from lms.quiz.marking import mark, right_response
from lms.quiz.question import Question
from lms.quiz.responses import response_from
from lms.quiz.reviewing import reviewed
from lms.settings import Environment, Settings
from lms.web.building import build_app
from tests.support.browser import check_page
from tests.support.builders import (
    a_gaps,
    a_match,
    a_multiple,
    a_number,
    a_short,
    a_single,
    a_sort,
    a_spot,
    an_order,
    one_of_each,
)
from tests.support.forms import PostedForm


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An app whose templates are filled without a request or a row."""
    folder = tmp_path_factory.mktemp("pages")
    return build_app(
        Settings(
            env=Environment.TEST,
            database_url="sqlite://",
            data_folder=folder,
            courses_folder=folder,
            secret_key="for tests only, and long enough to be one",
        )
    )


_EACH = pytest.mark.parametrize("question", one_of_each(), ids=lambda question: question.id)
_EVIL = "\"'><script>alert(1)</script>"


def _asked(app: Flask, question: Question, response: object = None, prefix: str = "") -> str:
    with app.test_request_context():
        macro = get_template_attribute("parts/question.html", "asked")
        return str(macro(asked(question, drawing.shown(question, 7)), response, prefix))


def _reviewed(app: Flask, question: Question, response: object) -> str:
    with app.test_request_context():
        macro = get_template_attribute("parts/question.html", "reviewed")
        return str(macro(reviewed(question, response, drawing.shown(question, 7))))


def _sent(html: str, prefix: str = "") -> PostedForm:
    """Return what a browser would send of the form that stands in this HTML."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    fields: dict[str, list[str]] = {}
    for element in tree.iter():
        if element.tag not in ("input", "select"):
            continue
        if element.tag == "select":
            chosen = [option for option in element.iter("option") if "selected" in option.attrib]
            value = (chosen or list(element.iter("option")))[0].get("value")
        elif element.get("type") in ("radio", "checkbox"):
            value = element.get("value") if "checked" in element.attrib else None
        else:
            value = element.get("value")
        if value is not None:
            fields.setdefault(element.get("name"), []).append(value)
    return PostedForm(fields)


@_EACH
def test_an_unanswered_question_sends_no_response(app: Flask, question: Question) -> None:
    assert response_from(question, _sent(_asked(app, question))) is None


@_EACH
def test_an_answered_question_comes_back_as_it_was_answered(app: Flask, question: Question) -> None:
    right = right_response(question)
    assert response_from(question, _sent(_asked(app, question, right))) == right
    assert response_from(question, _sent(_asked(app, question, right, "p-")), "p-") == right


@_EACH
@pytest.mark.parametrize("response", [7, "text", ["a"], {"a": 1}, [1, None], {"a": [1]}, True, [[]]])
def test_a_response_of_another_shape_breaks_no_page(app: Flask, question: Question, response: object) -> None:
    assert mark(question, response) == 0
    assert "</fieldset>" in _asked(app, question, response)
    assert "question--reviewed" in _reviewed(app, question, response)


def test_pages_with_every_question_are_well_formed(app: Flask) -> None:
    with app.test_request_context():
        questions = [asked(question, drawing.shown(question, 7)) for question in one_of_each()]
        reviews = [reviewed(question, None, drawing.shown(question, 7)) for question in one_of_each()]
        page = render_template_string(
            "<!doctype html><html lang='en'><head><title>Questions</title></head><body><h1>Questions</h1>"
            "{% from 'parts/question.html' import asked, reviewed %}<form>"
            "{% for each in questions %}{{ asked(each, none) }}{{ asked(each, none, 'again-') }}{% endfor %}"
            "</form>"
            "{% for each in reviews %}{{ reviewed(each, 2) }}{% endfor %}</body></html>",
            questions=questions,
            reviews=reviews,
        )
    check_page(page, "questions")


@pytest.mark.parametrize("question", [a_short(), a_number(), a_gaps("q", ("a",))], ids=["short", "number", "gaps"])
def test_typed_scripts_stay_text(app: Flask, question: Question) -> None:
    response = [_EVIL] if question.type == "gaps" else _EVIL
    assert "<script>alert" not in _asked(app, question, response)
    assert "<script>alert" not in _reviewed(app, question, response)
    assert "&lt;script&gt;alert" in _reviewed(app, question, response)


def test_nothing_of_the_key_is_on_the_page_that_asks(app: Flask) -> None:
    page = "".join(_asked(app, question) for question in one_of_each())
    for secret in ("On right", "On wrong", "Because of", "thank you", "sorry", "yourself", "64", "0.5"):
        assert secret not in re.sub(r"maxlength=\"\d+\"|<svg.*?</svg>", "", page, flags=re.DOTALL), secret


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_a_review_of_a_choice_says_what_was_chosen_and_what_was_missed(app: Flask) -> None:
    words = _words(_reviewed(app, a_multiple(), ["right-1", "wrong-1"]))
    assert "Not right yet" in words
    assert "Option right-1 Your answer, and right On right-1." in words
    assert "Option wrong-1 Your answer, not right On wrong-1." in words
    assert "Option right-2 Right, and not chosen On right-2." in words
    assert "Option wrong-2 On wrong-2." in words
    assert words.endswith("Because of q1.")


@pytest.mark.parametrize(
    ("question", "response", "said"),
    [
        (a_single(), "right", "Right Stem"),
        (a_single(), None, "Not answered Stem"),
        (a_short(), "thanks", "thanks Your answer, not right Right: thank you"),
        (a_number(), "70", "70 Your answer, not right Right: 64 ± 0.5 minutes"),
        (an_order(), {"step-2": 1, "step-1": 2, "step-3": 3, "step-4": 4}, "Partly right: 66%"),
        (an_order(), {"step-2": 1, "step-1": 2, "step-3": 3, "step-4": 4}, "You put it at 1"),
        (a_match(), {"left-1": "right-3"}, "Text of left 1 → Text of right 1 You chose: Text of right 3"),
        (a_sort(), {"item-1-1": "group-1", "item-2-1": "group-1"}, "Partly right: 25%"),
        (a_sort(), {"item-1-1": "group-1"}, "Text of group 1 Text of item 1 1 Your answer, and right On it."),
        (a_sort(), {"item-2-1": "group-1"}, "Text of item 2 1 You put it under: Text of group 1 On it."),
        (a_spot(), ["right-1"], "Partly right: 50%"),
        (a_spot(), ["right-1", "wrong-1"], "Not right yet"),
        (a_spot(), ["right-1"], "Sam : Text of right-1 You found it On right-1."),
        (a_spot(), ["wrong-2"], "Caller : Text of wrong-2 You ticked it, and it is not one On wrong-2."),
        (a_spot(), [], "Caller : Text of right-2 One to find, and not ticked On right-2."),
        (a_gaps(), ["sorry", "me"], "Before Right: sorry between Not right: me Right: you after."),
    ],
)
def test_a_review_says_it_in_words(app: Flask, question: Question, response: object, said: str) -> None:
    assert said in _words(_reviewed(app, question, response))
