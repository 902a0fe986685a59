"""What a quiz's report says of its questions: figures, options by thirds, and what to mend first."""

from dataclasses import replace
from statistics import correlation, mean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.analytics.bands import Consistency, Ease, Power, Trust, consistency_of, ease_of, power_of, trust_in
from lms.analytics.choosing import chosen_in, places_of
from lms.analytics.figure import Figure, Why
from lms.analytics.guessing import guess_mark
from lms.analytics.report import QuizReport, report_on
from lms.analytics.sameness import is_same
from lms.analytics.signs import Kind
from lms.content.course import Draw, Quiz
from lms.quiz.marking import mark, right_response
from lms.quiz.question import Question
from tests.support.builders import (
    a_gaps,
    a_match,
    a_multiple,
    a_number,
    a_quiz,
    a_short,
    a_single,
    an_order,
)
from tests.support.questions import questions
from tests.support.tallies import Sitting, tally_of

ROWS = ["11111", "11110", "11101", "11010", "10100", "11000", "10001", "00000"]
FIVE = [a_single(f"q{number}") for number in range(1, 6)]


def told(quiz: Quiz, sittings: list[Sitting]) -> QuizReport:
    return report_on(quiz, tally_of(quiz, sittings), {1: quiz})


def rows(*lines: str) -> list[Sitting]:
    """Return attempts at q1, q2 …: 1 right, 2 and 3 the wrong options, - left open."""
    responses = {"1": "right", "2": "wrong-1", "3": "wrong-2", "-": None, "0": "wrong-1"}
    return [{f"q{at}": responses[sign] for at, sign in enumerate(line, start=1)} for line in lines]


def kinds(report: QuizReport, question_id: str) -> list[Kind]:
    found = report.question(question_id)
    assert found
    return [sign.kind for sign in found.signs]


def test_the_report_of_the_printed_attempts_is_as_printed() -> None:
    report = told(a_quiz("check", *FIVE), rows(*ROWS))
    assert report.whole
    assert round(report.whole.alpha.value or 0, 6) == 0.642857
    assert [round(each.statistics.discrimination.value or 0, 2) for each in report.questions] == [
        55.86, 52.60, 41.70, 39.74, 17.16,
    ]  # fmt: skip
    assert {each.upper_lower for each in report.questions} == {Figure(why=Why.SHORT_QUIZ)}
    assert [round(each.weight.value or 0, 2) for each in report.questions] == [17.80, 22.13, 21.47, 20.79, 17.80]


def test_points_weigh_what_the_rest_is() -> None:
    heavy = [replace(question, points=points) for question, points in zip(FIVE, (1, 2, 3, 1, 5), strict=True)]
    report = told(a_quiz("check", *heavy), rows(*ROWS))
    marks = [[float(sign) for sign in row] for row in ROWS]
    for place, each in enumerate(report.questions):
        rest = [
            sum(mark * question.points for mark, question in zip(row, heavy, strict=True))
            - row[place] * heavy[place].points
            for row in marks
        ]
        expected = correlation([row[place] for row in marks], rest)
        assert each.statistics.discrimination.value == pytest.approx(100 * expected)


def test_a_question_left_open_earned_nothing_and_is_counted() -> None:
    report = told(a_quiz("check", *FIVE[:2]), rows(*["11"] * 9, *["1-"] * 3))
    second = report.question("q2")
    assert second and second.left_open
    assert (second.n, second.left_open.count, second.statistics.facility) == (12, 3, Figure(0.75))
    assert second.marks == ((0.0, 3), (1.0, 9))
    assert Kind.LEFT_OPEN in kinds(report, "q2")


def test_attempts_that_ask_different_questions_share_no_alpha() -> None:
    quiz = a_quiz("check", *(replace(each, pool="p") for each in FIVE), draws=(Draw(2, "p"),))
    sittings = [
        {"q1": "right", "q2": "right"}, {"q1": "right", "q3": "wrong-1"}, {"q2": "wrong-1", "q3": "right"},
        {"q1": "wrong-1", "q2": "wrong-1"}, {"q1": "right", "q3": None},
    ]  # fmt: skip
    report = told(quiz, sittings)
    first, third = report.question("q1"), report.question("q3")
    assert first and third and third.left_open
    assert report.is_sampled and report.whole is None
    assert first.weight == Figure(why=Why.DIFFERENT_PAPERS)
    assert (first.n, first.statistics.facility) == (4, Figure(0.75))
    # The rest is what the other question of the same paper earned.
    assert first.statistics.discrimination.value == pytest.approx(100 * correlation([1, 1, 0, 1], [1, 0, 0, 0]))
    assert (third.n, third.left_open.count) == (3, 1)


def test_forms_are_compared_by_who_passed() -> None:
    formed = [replace(each, form=form) for each, form in zip(FIVE, "AABBB", strict=True)]
    quiz = a_quiz("check", *formed, forms=("A", "B"))
    sittings = [{"q1": "right", "q2": "right"}] * 3 + [{"q3": "right", "q4": "wrong-1", "q5": "right"}] * 2
    report = told(quiz, sittings)
    assert [(form.name, form.passed.count, form.passed.of) for form in report.forms] == [("A", 3, 3), ("B", 0, 2)]


def test_a_key_that_rewards_the_wrong_option_comes_first() -> None:
    # Those who know the rest choose wrong-1 in q1; q2 is sound; q3 has an option that nobody takes.
    sittings = rows(*["2111"] * 12, *["1121"] * 4, *["1222"] * 10, *["1212"] * 8)
    report = told(a_quiz("check", *FIVE[:4]), sittings)
    assert kinds(report, "q1")[:2] == [Kind.AGAINST, Kind.BEATEN]
    assert Kind.MISSED_BY_BEST in kinds(report, "q1")
    assert report.to_look_at[0].question.id == "q1"
    beaten = next(sign for sign in report.to_look_at[0].signs if sign.kind is Kind.BEATEN)
    assert [option.id for option in beaten.options] == ["wrong-1"]
    assert Kind.DEAD in kinds(report, "q3")


def test_that_everybody_succeeds_is_no_sign() -> None:
    sittings = rows(*["1111"] * 40, "2111", "1211", "1121", "1112")
    report = told(a_quiz("check", *FIVE[:4]), sittings)
    assert report.to_look_at == ()


def test_ten_people_at_least_are_needed_to_judge() -> None:
    assert told(a_quiz("check", *FIVE[:2]), rows(*["21"] * 5, *["12"] * 4)).to_look_at == ()


def test_options_of_a_short_quiz_are_counted_by_what_the_rest_earned() -> None:
    report = told(a_quiz("check", *FIVE[:3]), rows("111", "112", "121", "322", "232", "222"))
    first = report.question("q1")
    assert first
    [place] = first.places
    counts = {each.id: [third and (third.count, third.of) for third in each.thirds] for each in place.options}
    assert counts == {
        "right": [(0, 3), (2, 2), (1, 1)],
        "wrong-1": [(2, 3), (0, 2), (0, 1)],
        "wrong-2": [(1, 3), (0, 2), (0, 1)],
    }
    rest = [1, 0.5, 0.5, 0, 0, 0]
    assert place.options[0].correlation.value == pytest.approx(correlation([1, 1, 1, 0, 0, 0], rest))


def test_options_of_a_long_quiz_are_counted_by_thirds_of_the_whole() -> None:
    ten = [a_single(f"q{number}") for number in range(1, 11)]
    report = told(a_quiz("check", *ten), rows(*("1" * right + "2" * (10 - right) for right in range(9))))
    fifth = report.question("q5")
    assert fifth
    [place] = fifth.places
    right, wrong, _never = place.options
    assert [third and (third.count, third.of) for third in right.thirds] == [(0, 3), (1, 3), (3, 3)]
    assert [third and (third.count, third.of) for third in wrong.thirds] == [(3, 3), (2, 3), (0, 3)]
    assert fifth.upper_lower == Figure(1.0)


def test_where_everybody_earned_the_same_there_is_one_group() -> None:
    report = told(a_quiz("check", *FIVE[:2]), rows("11", "21", "31"))
    [place] = report.questions[0].places
    assert [option.thirds[0] for option in place.options] == [None] * 3
    assert [option.all.count for option in place.options] == [1, 1, 1]


def test_words_that_few_people_typed_are_never_shown() -> None:
    quiz = a_quiz("check", a_short("q1", "thank you"), a_single("q2"))
    typed = [*["Thank you."] * 6, *["thanks"] * 5, *["cheers"] * 4, "my number is 0151 23"]
    report = told(quiz, [{"q1": words, "q2": "right"} for words in typed])
    found = report.question("q1")
    assert found
    [place] = found.places
    assert [(option.html, option.is_right, option.all.count) for option in place.options] == [
        ("thank you", True, 6), ("thanks", False, 5),
    ]  # fmt: skip
    assert (place.others, place.different) == (5, 2)


def test_answers_of_a_release_with_other_options_do_not_count() -> None:
    now, before = a_quiz("check", *FIVE[:2]), a_quiz("check", a_single("q1", wrong=1), FIVE[1])
    tally = tally_of(now, rows("11", "12", "21"), release_id=2)
    earlier = tally_of(before, rows("11", "21"), release_id=1, first_group=10)
    both = replace(
        tally,
        groups=(*tally.groups, *earlier.groups),
        answers={each: (*tally.of(each), *earlier.of(each)) for each in ("q1", "q2")},
    )
    report = report_on(now, both, {1: before, 2: now})
    first, second = report.questions
    assert (first.n, second.n, report.n) == (3, 5, 5)
    assert {each.release_id: each.is_same for each in first.by_release} == {1: False, 2: True}
    assert report.whole and report.whole.n == 3


def test_nobody_yet_has_nothing_to_say() -> None:
    report = told(a_quiz("check", *FIVE), [])
    assert (report.n, report.passed, report.mean, report.to_look_at) == (0, None, None, ())
    assert {each.statistics.facility for each in report.questions} == {Figure(why=Why.TOO_FEW)}


@given(questions())
def test_the_right_response_is_the_right_choice_everywhere(question: Question) -> None:
    right = {(place.id, option.id) for place in places_of(question) for option in place.options if option.is_right}
    chosen = set(chosen_in(question, right_response(question)))
    assert chosen <= right or mark(question, right_response(question)) < 1


@given(
    questions(),
    st.none() | st.integers() | st.text() | st.lists(st.integers()) | st.dictionaries(st.text(), st.none()),
)
def test_no_response_is_too_odd(question: Question, response: Any) -> None:
    assert all(isinstance(word, str) for choice in chosen_in(question, response) for word in choice)


@given(questions())
def test_a_question_is_itself_whatever_its_stem(question: Question) -> None:
    assert is_same(question, replace(question, stem_html="<p>Other.</p>", title="Other", points=3.0))


def test_another_key_is_another_question() -> None:
    assert not is_same(a_short("q1", "one"), a_short("q1", "two"))
    assert not is_same(a_number("q1", 64), a_number("q1", 65))
    assert not is_same(a_gaps("q1", ("a",)), a_gaps("q1", ("b",)))
    assert not is_same(an_order("q1", 3), an_order("q1", 4))
    assert not is_same(a_match("q1", extra=0), a_match("q1", extra=1))


@pytest.mark.parametrize(
    ("question", "guess"),
    [
        (a_single(wrong=2), 1 / 3),
        # Of six ways to tick two of four, one hits both; one hit and one miss earn nothing.
        (a_multiple(right=2, wrong=2), 1 / 6),
        (a_match(pairs=3, extra=1), 1 / 4),
        (an_order(steps=2), 0.5),
        (a_short(), 0.0),
        (a_number(), 0.0),
        (a_gaps(), 0.0),
        (an_order(steps=7), None),
    ],
)
def test_a_guess_earns_on_average(question: Question, guess: float | None) -> None:
    assert guess_mark(question) == (pytest.approx(guess) if guess is not None else None)


def test_four_steps_guessed_blindly_earn_almost_half() -> None:
    assert round(guess_mark(an_order(steps=4)) or 0, 2) == 0.47


@pytest.mark.parametrize(
    ("percent", "ease"),
    [
        (0, Ease.BROKEN), (5, Ease.BROKEN), (6, Ease.VERY_HARD), (10, Ease.VERY_HARD), (11, Ease.HARD),
        (20, Ease.HARD), (21, Ease.RATHER_HARD), (34, Ease.RATHER_HARD), (35, Ease.MIDDLING), (64, Ease.MIDDLING),
        (65, Ease.RATHER_EASY), (80, Ease.RATHER_EASY), (81, Ease.EASY), (89, Ease.EASY), (90, Ease.VERY_EASY),
        (94, Ease.VERY_EASY), (95, Ease.EXTREMELY_EASY), (100, Ease.EXTREMELY_EASY),
    ],
)  # fmt: skip
def test_facility_in_words(percent: int, ease: Ease) -> None:
    assert ease_of(percent / 100) is ease


def test_discrimination_and_alpha_in_words() -> None:
    assert [power_of(value) for value in (-0.1, 0, 19.9, 20, 30, 49.9, 50)] == [
        Power.AGAINST, Power.VERY_WEAK, Power.VERY_WEAK, Power.WEAK,
        Power.ADEQUATE, Power.ADEQUATE, Power.VERY_GOOD,
    ]  # fmt: skip
    assert [consistency_of(value) for value in (0.63, 0.64, 0.75, 0.76)] == [
        Consistency.UNSATISFACTORY, Consistency.BETWEEN, Consistency.BETWEEN, Consistency.SATISFACTORY,
    ]  # fmt: skip
    assert [trust_in(n) for n in (4, 5, 9, 10, 29, 30)] == [
        Trust.HIDDEN, Trust.TOO_FEW, Trust.TOO_FEW, Trust.ROUGH, Trust.ROUGH, Trust.FAIR,
    ]  # fmt: skip


def test_the_mean_is_that_of_the_totals() -> None:
    report = told(a_quiz("check", *FIVE[:2]), rows("11", "12", "22"))
    assert report.mean == pytest.approx(mean([1, 0.5, 0]))
