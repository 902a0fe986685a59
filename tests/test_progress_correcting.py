"""A wrong key: how answers count under a ruling, who keeps a pass, and that marking again is marking afresh."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.progress.correcting import (
    Choice,
    Marked,
    Ruling,
    Standing,
    Twice,
    attempt_mark,
    mark_under,
    standings,
)
from lms.progress.marks import weighted_mark
from lms.quiz.keying import asks_alike, key_print
from lms.quiz.marking import mark, right_response
from lms.quiz.question import ChoiceKey, Question
from tests.support.builders import a_gaps, a_match, a_multiple, a_number, a_short, a_single, an_order
from tests.support.questions import questions

PASSED, FAILED = Marked(0.9, True), Marked(0.4, False)


@st.composite
def papers(draw: st.DrawFn) -> tuple[tuple[Question, ...], dict[str, Any]]:
    """Draw questions with ids of their own and the answers given to some of them, right or not."""
    asked = draw(st.lists(questions(), min_size=1, max_size=5, unique_by=lambda question: question.id))
    others = draw(st.lists(questions(), min_size=5, max_size=5))
    answers = {
        question.id: right_response(question if draw(st.booleans()) else other)
        for question, other in zip(asked, others, strict=False)
        if draw(st.booleans())
    }
    return tuple(asked), answers


def marked(asked: tuple[Question, ...], answers: dict[str, Any], rulings: dict[str, Ruling]) -> float:
    by_id = {question.id: question for question in asked}
    marks = {name: mark_under(by_id[name], response, rulings.get(name)) for name, response in answers.items()}
    return attempt_mark(asked, marks, rulings)


@given(papers())
def test_without_rulings_an_attempt_is_marked_as_ever(paper: tuple[tuple[Question, ...], dict[str, Any]]) -> None:
    asked, answers = paper
    afresh = weighted_mark((each.points, mark(each, answers.get(each.id))) for each in asked)
    assert marked(asked, answers, {}) == afresh


@given(papers())
def test_marking_again_with_the_same_key_changes_nothing(
    paper: tuple[tuple[Question, ...], dict[str, Any]],
) -> None:
    asked, answers = paper
    same = {question.id: Ruling(Choice.KEY, question) for question in asked}
    assert marked(asked, answers, same) == marked(asked, answers, {})


@given(papers(), st.data())
def test_marking_again_is_marking_afresh_with_the_mended_key(
    paper: tuple[tuple[Question, ...], dict[str, Any]], data: st.DataObject
) -> None:
    asked, answers = paper
    wrong = data.draw(st.sampled_from(asked))
    mended = replace(data.draw(questions(kinds=(wrong.type,))), id=wrong.id, points=wrong.points)
    afresh = tuple(replace(each, key=mended.key) if each.id == wrong.id else each for each in asked)
    assert marked(asked, answers, {wrong.id: Ruling(Choice.KEY, mended)}) == marked(afresh, answers, {})


@given(papers(), st.data())
def test_right_for_everybody_never_takes_and_left_out_is_as_if_never_asked(
    paper: tuple[tuple[Question, ...], dict[str, Any]], data: st.DataObject
) -> None:
    asked, answers = paper
    wrong = data.draw(st.sampled_from(asked))
    for_everybody = marked(asked, answers, {wrong.id: Ruling(Choice.EVERYBODY)})
    assert for_everybody >= marked(asked, answers, {}) - 1e-9
    rest = tuple(each for each in asked if each.id != wrong.id)
    left_out = marked(asked, answers, {wrong.id: Ruling(Choice.LEFT_OUT)})
    given = {name: response for name, response in answers.items() if name != wrong.id}
    assert left_out == (marked(rest, given, {}) if rest else 1.0)


# Which key is which


@given(questions(), questions())
def test_other_words_are_the_same_key(question: Question, other: Question) -> None:
    words = replace(
        question, title=other.title, stem_html=other.stem_html, explanation_html=other.explanation_html, points=9
    )
    assert key_print(words) == key_print(question)


def test_feedback_and_the_order_of_options_are_no_other_key() -> None:
    question = a_single("q")
    assert isinstance(question.key, ChoiceKey)
    options = tuple(replace(option, feedback_html="Other") for option in reversed(question.key.options))
    assert key_print(replace(question, key=ChoiceKey(options))) == key_print(question)


@pytest.mark.parametrize(
    ("before", "after", "is_alike"),
    [
        (a_short("q", "a"), a_short("q", "b"), True),
        (a_number("q", 1), a_number("q", 1, tolerance=2), True),
        (a_gaps("q", ("a",)), a_gaps("q", ("b",)), True),
        (a_gaps("q", ("a",)), a_gaps("q", ("a",), ("b",)), False),
        (a_single("q"), a_single("q", wrong=3), False),
        (a_single("q"), a_multiple("q"), False),
        (an_order("q"), an_order("q", 5), False),
        (a_match("q"), a_match("q", extra=2), False),
    ],
)
def test_other_keys_are_told_apart_and_which_can_stand_for_each_other(
    before: Question, after: Question, is_alike: bool
) -> None:
    assert key_print(before) != key_print(after)
    assert asks_alike(before, after) is is_alike


# Who keeps a pass


@pytest.mark.parametrize(
    ("attempts", "become"),
    [
        ([Twice(1, "check", FAILED, PASSED)], {1: Standing.DONE}),
        ([Twice(1, "check", PASSED, PASSED)], {}),
        ([Twice(1, "check", PASSED, FAILED)], {1: Standing.OPEN}),
        ([Twice(1, "check", PASSED, FAILED, is_kept=True)], {1: Standing.KEPT}),
        ([Twice(1, "check", PASSED, FAILED), Twice(2, "check", PASSED, PASSED)], {1: Standing.DONE}),
        ([Twice(1, "check", PASSED, FAILED), Twice(2, "other", PASSED, PASSED)], {1: Standing.OPEN}),
        (
            [Twice(1, "check", PASSED, FAILED), Twice(2, "check", FAILED, PASSED)],
            {1: Standing.DONE, 2: Standing.DONE},
        ),
        (
            [Twice(1, "check", PASSED, FAILED), Twice(2, "check", PASSED, FAILED)],
            {1: Standing.OPEN, 2: Standing.OPEN},
        ),
        ([Twice(1, "check", Marked(0.9, True), Marked(0.8, True))], {1: Standing.DONE}),
    ],
)
def test_who_would_no_longer_pass_keeps_it_until_somebody_decides(
    attempts: list[Twice], become: dict[int, Standing]
) -> None:
    assert standings(attempts) == become
