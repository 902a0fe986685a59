"""What each type's answers are worth: the stated rules, case by case."""

from pathlib import Path

import pytest

from lms.quiz.marking import mark, right_response, rule_for
from lms.quiz.question import QuestionType, ShortKey
from lms.quiz.responses import BadResponseError, response_from
from lms.quiz.verbs import Rule
from tests.support.builders import (
    a_gaps,
    a_match,
    a_multiple,
    a_number,
    a_question,
    a_short,
    a_single,
    a_sort,
    a_spot,
    an_open,
    an_order,
    one_of_each,
)
from tests.support.forms import PostedForm


def test_a_single_choice_is_right_or_wrong() -> None:
    assert mark(a_single(), "right") == 1
    assert mark(a_single(), "wrong-1") == 0
    assert mark(a_single(), "from another question") == 0


@pytest.mark.parametrize(
    ("chosen", "earned"),
    [
        (["right-1", "right-2"], 1),
        (["right-1"], 0.5),
        (["right-1", "right-2", "wrong-1"], 0.5),
        (["right-1", "right-2", "wrong-1", "wrong-2"], 0),
        (["right-1", "wrong-1"], 0),
        (["wrong-1", "wrong-2"], 0),
        ([], 0),
        (["right-1", "from another question"], 0.5),
    ],
)
def test_a_wrong_tick_takes_back_a_right_one(chosen: list[str], earned: float) -> None:
    assert mark(a_multiple(), chosen) == earned


@pytest.mark.parametrize(
    ("chosen", "earned"),
    [
        ({"item-1-1": "group-1", "item-1-2": "group-1", "item-2-1": "group-2", "item-2-2": "group-2"}, 1),
        ({"item-1-1": "group-1", "item-1-2": "group-1", "item-2-1": "group-1"}, 0.5),
        ({"item-1-1": "group-1"}, 0.25),
        ({"item-1-1": "group-2", "item-9-9": "group-1"}, 0),
    ],
)
def test_each_item_in_its_group_earns_a_share(chosen: dict[str, str], earned: float) -> None:
    assert mark(a_sort(), chosen) == earned


@pytest.mark.parametrize(
    ("chosen", "earned"),
    [
        (["right-1", "right-2"], 1),
        (["right-1"], 0.5),
        (["right-1", "right-2", "wrong-1"], 0.5),
        (["wrong-1"], 0),
        (["right-1", "right-2", "wrong-1", "wrong-2"], 0),
    ],
)
def test_a_line_ticked_in_vain_takes_back_one_that_was_found(chosen: list[str], earned: float) -> None:
    assert mark(a_spot(), chosen) == earned


@pytest.mark.parametrize(
    ("accepted", "typed"),
    [
        ("thank you", "Thank  You"),
        ("thank you", " thank\u00a0you. "),
        ("I'm sorry", "I’m sorry"),
        ("Straße", "STRASSE"),
        ("straße", "Strasse"),
        ("ışık", "IŞIK"),
        ("İstanbul", "istanbul"),
        ("istanbul", "İSTANBUL"),
        ("résumé", "re\u0301sume\u0301"),
        ("ﬁne", "fine"),
        ("e-mail", "e‑mail"),
        ("Ἀθῆναι", "ἈΘΗ͂ΝΑΙ"),
        ("χάος", "ΧΆΟΣ"),
        ("١٢", "١٢"),
    ],
)
def test_what_a_thumb_changes_does_not_count(accepted: str, typed: str) -> None:
    assert mark(a_short("q", accepted), typed) == 1
    assert mark(a_short("q", typed), accepted) == 1


@pytest.mark.parametrize(("accepted", "typed"), [("résumé", "resume"), ("thank you", "thankyou"), ("no", "not")])
def test_what_changes_the_word_counts(accepted: str, typed: str) -> None:
    assert mark(a_short("q", accepted), typed) == 0


def test_an_answer_may_fit_a_pattern_instead() -> None:
    question = a_short("q", "calm down", patterns=("(?i)^calm[ -]*down[.!]*$",))
    assert mark(question, "Calm-down!!") == 1
    assert mark(question, "please calm down") == 0


@pytest.mark.parametrize(
    ("typed", "earned"),
    [
        ("64", 1),
        ("63.5", 1),
        ("64,5", 1),
        ("64.51", 0),
        ("64 minutes", 1),
        ("64minutes", 1),
        ("64 Minutes.", 1),
        ("64 hours", 0),
        ("about 64", 0),
        ("٦٤", 1),
        ("6４", 1),
        ("-64", 0),
        ("NaN", 0),
        ("inf", 0),
        ("6.4e1", 0),
        ("1e309", 0),
        ("9" * 90, 0),
    ],
)
def test_a_number_is_right_within_its_tolerance(typed: str, earned: float) -> None:
    assert mark(a_number(value=64, tolerance=0.5), typed) == earned


def test_the_edge_of_a_tolerance_is_compared_in_decimal() -> None:
    assert mark(a_number(value=0.3, tolerance=0.1), "0.4") == 1
    assert mark(a_number(value=0.3, tolerance=0.1), "0.2") == 1
    assert mark(a_number(value=0.3, tolerance=0.1), "0.41") == 0


@pytest.mark.parametrize(
    ("places", "earned"),
    [
        ((1, 2, 3, 4), 1),
        ((2, 1, 3, 4), 2 / 3),
        ((4, 1, 2, 3), 2 / 3),
        ((2, 3, 4, 1), 2 / 3),
        ((4, 3, 2, 1), 0),
        ((2, 1, 4, 3), 1 / 3),
        ((1, 1, 1, 1), 0),
        ((1, 2, None, None), 1 / 3),
        ((None, None, None, 4), 0),
        ((1, 1, 2, 3), 2 / 3),
    ],
)
def test_each_step_that_would_have_to_move_costs_a_share(places: tuple[int | None, ...], earned: float) -> None:
    response = {f"step-{number}": place for number, place in enumerate(places, start=1) if place}
    assert mark(an_order(steps=4), response) == pytest.approx(earned)


def test_each_right_pair_and_each_right_gap_earns_a_share() -> None:
    assert mark(a_match(pairs=4), {"left-1": "right-1", "left-2": "right-1"}) == 0.25
    assert mark(a_gaps(), ["Sorry", "me"]) == 0.5
    assert mark(a_gaps(), ["", "YOURSELF "]) == 0.5


def test_the_rule_of_every_type_is_known_to_the_page() -> None:
    page = Path("templates/parts/question.html").read_text()
    assert {rule_for(question) for question in (*one_of_each(), an_open())} == set(Rule)
    assert all(f'"{rule}"' in page for rule in Rule)


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        (a_single(), {"response": ["nonsense"]}),
        (a_single(), {"response": ["right", "wrong-1"]}),
        (a_multiple(), {"response": ["right-1"] * 2}),
        (a_multiple(), {"response": ["right-1"] * 1000}),
        (a_multiple(), {"response": ["left-1"]}),
        (a_short(), {"response": ["x" * 501]}),
        (a_short(), {"response": ["a\0b"]}),
        (a_short(), {"response": ["\ud800"]}),
        (a_number(), {"response": ["1" * 101]}),
        (an_order(), {"response-step-1": ["5"]}),
        (an_order(), {"response-step-1": ["0"]}),
        (an_order(), {"response-step-1": ["²"]}),
        (an_order(), {"response-step-1": ["1", "2"]}),
        (a_match(), {"response-left-1": ["left-2"]}),
        (a_gaps(), {"response-1": ["x" * 201]}),
    ],
)
def test_what_no_page_sends_is_refused(question, fields: dict[str, list[str]]) -> None:
    with pytest.raises(BadResponseError, match="response"):
        response_from(question, PostedForm(fields))


def test_an_empty_form_is_no_response() -> None:
    assert all(response_from(question, PostedForm({})) is None for question in one_of_each())


def test_what_is_typed_is_kept_as_it_was() -> None:
    assert response_from(a_short(), PostedForm({"response": ["  Thank You "]})) == "  Thank You "
    assert response_from(a_gaps(), PostedForm({"response-2": ["me"]})) == ["", "me"]
    assert response_from(an_order(), PostedForm({"response-step-2": ["1"]})) == {"step-2": 1}


def test_a_key_of_patterns_alone_has_no_answer_to_show() -> None:
    question = a_question("q", QuestionType.SHORT, ShortKey((), ("(?i)yes",)))
    assert right_response(question) == ""
    assert mark(question, "YES") == 1
