"""Papers drawn from a seed: without replacement, shuffled, and the same on every machine for ever."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quiz import drawing
from lms.quiz.drawing import Shown, draw, paper_from_plain, paper_to_plain
from tests.support.builders import a_match, a_short, a_single, an_order


@dataclass(frozen=True)
class Draw:
    """So many questions of one pool."""

    count: int
    pool: str


POOLS = tuple(a_single(f"{pool}-{number}", pool=pool) for pool in ("opening", "closing") for number in range(5))
_SEEDS = st.integers(0, 2**63 - 1)


def test_a_seed_gives_the_paper_it_has_always_given() -> None:
    """Stored attempts rest on this: if it fails, the way from seed to paper was changed."""
    paper = draw(POOLS, [Draw(2, "opening"), Draw(1, "closing")], shuffle=True, seed=20261116)
    assert paper_to_plain(paper) == GOLDEN


GOLDEN = [
    ["opening-1", ["wrong-1", "wrong-2", "right"]],
    ["opening-4", ["wrong-1", "wrong-2", "right"]],
    ["closing-1", ["right", "wrong-1", "wrong-2"]],
]


@given(_SEEDS)
def test_the_same_seed_gives_the_same_paper(seed: int) -> None:
    draws = [Draw(3, "opening"), Draw(2, "closing")]
    assert draw(POOLS, draws, True, seed) == draw(POOLS, draws, True, seed)
    assert draw(POOLS[::-1], draws, True, seed) == draw(POOLS, draws, True, seed)


@given(_SEEDS, st.integers(0, 7), st.integers(0, 7), st.booleans())
def test_pools_are_drawn_without_replacement(seed: int, opening: int, closing: int, shuffle: bool) -> None:
    draws = [Draw(opening, "opening"), Draw(closing, "closing"), Draw(2, "opening"), Draw(9, "nowhere")]
    ids = [shown.question_id for shown in draw(POOLS, draws, shuffle, seed)]
    assert len(ids) == len(set(ids))
    assert sum(each.startswith("opening") for each in ids) == min(5, opening + 2)
    assert sum(each.startswith("closing") for each in ids) == min(5, closing)


@given(_SEEDS, st.booleans())
def test_a_form_asks_its_own_questions_and_no_others(seed: int, shuffle: bool) -> None:
    both = tuple(a_single(f"{form}{number}", form=form) for number in range(3) for form in "AB")
    reserve = a_single("kept", pool="check")
    papers = {form: draw((*both, reserve), [], shuffle, seed, form) for form in "AB"}
    assert {form: {shown.question_id for shown in paper} for form, paper in papers.items()} == {
        "A": {"A0", "A1", "A2"}, "B": {"B0", "B1", "B2"}
    }  # fmt: skip


def test_forms_come_in_turn() -> None:
    assert [drawing.form_of_turn(("A", "B"), turn) for turn in range(4)] == ["A", "B", "A", "B"]
    assert drawing.form_of_turn((), 3) == ""


@given(_SEEDS, st.integers(0, 9))
def test_a_pool_of_several_quizzes_gives_from_as_many_as_it_can(seed: int, count: int) -> None:
    lent = [a_single(f"{home}-{number}", pool="check", home=home) for home in "abc" for number in range(3)]
    homes = [shown.question_id[0] for shown in draw(lent, [Draw(count, "check")], True, seed)]
    assert len(homes) == count
    assert {homes.count(home) for home in "abc"} <= {count // 3, -(-count // 3)}


@given(_SEEDS)
def test_without_draws_every_question_is_asked(seed: int) -> None:
    in_order = [shown.question_id for shown in draw(POOLS, [], False, seed)]
    shuffled = [shown.question_id for shown in draw(POOLS, [], True, seed)]
    assert in_order == [question.id for question in POOLS]
    assert sorted(shuffled) == sorted(in_order)


def test_every_question_of_a_pool_is_drawn_about_as_often() -> None:
    counts: dict[str, int] = {}
    for seed in range(1000):
        for shown in draw(POOLS, [Draw(2, "opening")], True, seed):
            counts[shown.question_id] = counts.get(shown.question_id, 0) + 1
    assert len(counts) == 5 and all(330 < count < 470 for count in counts.values())


def test_every_option_comes_first_about_as_often() -> None:
    firsts = [drawing.shown(a_single("q", wrong=3), seed).order[0] for seed in range(1000)]
    assert all(190 < firsts.count(option) < 310 for option in set(firsts)) and len(set(firsts)) == 4


def test_fixed_options_stay_as_they_were_written() -> None:
    question = a_single("q", wrong=5, roles=("fixed",))
    assert {drawing.shown(question, seed).order for seed in range(20)} == {
        ("right", "wrong-1", "wrong-2", "wrong-3", "wrong-4", "wrong-5")
    }


@pytest.mark.parametrize("question", [an_order("q", roles=("fixed",)), a_match("q", roles=("fixed",))])
def test_fixed_never_shows_the_key_of_an_order_or_a_match(question) -> None:
    assert len({drawing.shown(question, seed).order for seed in range(50)}) > 5


def test_two_steps_are_shown_the_other_way_round() -> None:
    assert {drawing.shown(an_order("q", steps=2), seed).order for seed in range(20)} == {("step-2", "step-1")}


def test_what_has_nothing_to_shuffle_has_an_empty_order() -> None:
    assert drawing.shown(a_short("q"), 7) == Shown("q")


def test_a_paper_comes_back_from_plain_values() -> None:
    paper = draw(POOLS, [], True, 7)
    assert paper_from_plain(paper_to_plain(paper)) == paper
