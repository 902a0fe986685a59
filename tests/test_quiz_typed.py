"""Numbers as people type them, and patterns that cannot run away."""

from decimal import Decimal
from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lms.quiz import numbers, patterns
from lms.quiz.texts import folded, tidied


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("64", {"64"}),
        ("064", {"64"}),
        (" 64 ", {"64"}),
        ("64.", {"64"}),
        ("+64", {"64"}),
        ("−64", {"-64"}),
        ("- 64", {"-64"}),
        (",5", {"0.5"}),
        ("0,125", {"0.125"}),
        ("1,5", {"1.5"}),
        ("1.25", {"1.25"}),
        ("1,2345", {"1.2345"}),
        ("1234,567", {"1234.567"}),
        ("1,234", {"1.234", "1234"}),
        ("1.234", {"1.234", "1234"}),
        ("1.234,5", {"1234.5"}),
        ("1,234.5", {"1234.5"}),
        ("1.234.567", {"1234567"}),
        ("1,234,567.89", {"1234567.89"}),
        ("12,34,567", {"1234567"}),
        ("1 234 567,8", {"1234567.8"}),
        ("1\u202f234", {"1234"}),
        ("1'234.50", {"1234.5"}),
        ("1’234", {"1234"}),
        ("١٬٢٣٤٫٥", {"1234.5"}),
        ("१२", {"12"}),
        ("1.2.3", set()),
        ("1.23,4,5", set()),
        ("1,2.3,4", set()),
        ("12 34", set()),
        ("1,23", {"1.23"}),
        ("0xff", set()),
        ("1e5", set()),
        ("", set()),
        ("-", set()),
        (".", set()),
        ("64 or 65", set()),
        ("½", set()),
    ],
)
def test_numbers_are_read_without_asking_for_a_language(typed: str, values: set[str]) -> None:
    assert numbers.readings(typed) == {Decimal(value) for value in values}


@pytest.mark.parametrize("typed", ["64 €", "€64", "€ 64", "64€", "64"])
def test_the_unit_may_stand_on_either_side_or_nowhere(typed: str) -> None:
    assert numbers.readings(typed, "€") == {Decimal(64)}


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=3))
def test_a_written_number_is_read_as_itself(value: Decimal) -> None:
    assert value in numbers.readings(numbers.plain(float(value)))


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_both_habits_of_grouping_mean_the_same(whole: int, hundredths: int) -> None:
    english = f"{whole:,}.{hundredths:02}"
    german = english.replace(",", " ").replace(".", ",").replace(" ", ".")
    value = Decimal(f"{whole}.{hundredths:02}")
    assert numbers.readings(english) == numbers.readings(german) == {value}


@example("⁻")
@example(" ´ ")
@given(st.text(max_size=120))
def test_any_text_is_read_without_complaint(text: str) -> None:
    assert all(value.is_finite() for value in numbers.readings(text, "min"))
    assert folded(folded(text)) == folded(text) or "." in text
    assert tidied(tidied(text)) == tidied(text)


@pytest.mark.parametrize(
    ("source", "fitting", "not_fitting"),
    [
        ("/colou?r/i", ["color", "Colour", "colour."], ["colours"]),
        (r"/^(16|0?4)[:.]?40 ?(p\.?m\.?)?$/i", ["16:40", "4.40 pm", "1640", "04:40"], ["16:41"]),
        ("/^calm[ -]*down[.!]*$/i", ["calm down", "Calm-down!"], ["calm"]),
        (r"/.*(sorry|apologi[sz]e).*(because|as).*/i", ["I'm sorry because we lost it"], ["sorry"]),
        (r"/\d{2,3} ?(min|minutes)/", ["64 min", "120minutes"], ["6 min"]),
        ("/I’m here/", ["I'm here", "I’m here"], ["i'm here"]),
        ("/a|b/", ["a", "b"], ["ab"]),
        (r"/\w+ \+ 1/", ["x + 1"], ["x"]),
        ("/[]x]y[^a-c]/", ["]yd"], ["xya"]),
    ],
)
def test_a_pattern_fits_the_whole_answer(source: str, fitting: list[str], not_fitting: list[str]) -> None:
    stored = patterns.from_source(source)
    assert all(patterns.fits(stored, text) for text in fitting)
    assert not any(patterns.fits(stored, text) for text in not_fitting)


@pytest.mark.parametrize(
    ("source", "offset"),
    [
        ("/(a+)+/", 1),
        ("/x(a*)*/", 2),
        ("/(a|a)*b/", 1),
        ("/(a?){30}b/", 1),
        ("/(.*)*x/", 1),
        ("/.*.*.*.*x/", 1),
        ("/" + "a?" * 30 + "a" * 30 + "/", 1),
        ("/" + "(a|a)" * 30 + "b/", 1),
        (r"/(a)\1/", 4),
        ("/(?=a)b/", 2),
        ("/(?P<x>a)/", 2),
        ("/(?i)a/", 2),
        ("/a**/", 3),
        ("/a+{2}/", 3),
        ("/*a/", 1),
        ("/(a/", 1),
        ("/a)/", 2),
        ("/[a/", 1),
        ("/a{x}/", 2),
        ("/a{999}/", 2),
        ("/a{3,2}/", 2),
        ("/[z-a]/", 2),
        ("/a/gi", 3),
        ("//", 0),
        ("/a*/", 1),
        ("/a\\/", 2),
        ("/" + "a" * 301 + "/", 0),
        ("/" + "(" * 30 + "a" + ")" * 30 + "/", None),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_at_its_place(source: str, offset: int | None) -> None:
    with pytest.raises(patterns.BadPatternError) as caught:
        patterns.from_source(source)
    assert caught.value.what.endswith(".") and caught.value.cure.endswith(".")
    assert offset is None or caught.value.offset == offset


_ATOMS = st.sampled_from(["a", "b", ".", "[ab]", r"\w", "(a|b)", "(ab|a)", "(?:a)", "a?", "[^b]"])
_REPEATS = st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,3}", "{2,}", "*?"])


@given(st.lists(st.tuples(_ATOMS, _REPEATS), min_size=1, max_size=12))
def test_what_is_accepted_is_quick_with_the_worst_answers(pieces: list[tuple[str, str]]) -> None:
    source = "/" + "".join(atom + repeat for atom, repeat in pieces) + "c/"
    try:
        stored = patterns.from_source(source)
    except patterns.BadPatternError:
        return
    begun = perf_counter()
    for text in ("a" * 250, "ab" * 125, "a" * 249 + "d", "a" * 100_000):
        patterns.fits(stored, text)
    assert perf_counter() - begun < 20  # a pattern that runs away takes minutes


@example("[[]")
@given(st.text(max_size=40))
def test_any_pattern_is_accepted_or_refused(text: str) -> None:
    try:
        stored = patterns.from_source(f"/{text}/i")
    except patterns.BadPatternError:
        return
    assert not patterns.fits(stored, "")


def test_a_long_answer_fits_no_pattern() -> None:
    stored = patterns.from_source("/a+/")
    assert patterns.fits(stored, "a" * 250) and not patterns.fits(stored, "a" * 251)
