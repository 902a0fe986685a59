"""What may be told of a survey: the vectors of suppression, the shares, and nothing of a few."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.asking import AskKind, Statement, SurveyPart
from lms.content.course import Survey
from lms.surveys.results import FEWEST, Reply, results_of, shown_groups

SCALE = SurveyPart(
    "us", "Us", AskKind.SCALE, "", (Statement("laugh", "We laugh."), Statement("rest", "We rest.")), "no", "yes"
)
CHOICE = SurveyPart("pick", "Pick", AskKind.CHOICE, "", (Statement("tea", "Tea"), Statement("milk", "Milk")))
OPEN = SurveyPart("say", "Say", AskKind.OPEN, "")
SURVEY = Survey("pulse", "Pulse", 2, (), "", True, (SCALE, CHOICE, OPEN), "", ())


@pytest.mark.parametrize(
    ("sizes", "whole", "shown"),
    [
        ({"A": 3, "B": 6}, 9, ""),  # the rest would be A
        ({"A": 3, "B": 6}, 13, "B"),  # with four in no group the rest is seven
        ({"A": 3, "B": 6, "C": 7}, 16, "C"),  # the next smallest goes with the one below five
        ({"A": 3, "B": 3, "C": 6}, 12, "C"),  # two below five are six together
        ({"A": 2, "B": 2, "C": 6, "D": 9}, 19, "D"),
        ({"A": 5, "B": 5}, 10, "AB"),
        ({"A": 6, "B": 7}, 17, "B"),  # four in no group are as small a rest as any
        ({"A": 4}, 4, ""),
        ({}, 0, ""),
        ({"A": 9}, 9, "A"),
    ],
)
def test_a_hidden_group_cannot_be_worked_out(sizes: dict[str, int], whole: int, shown: str) -> None:
    assert shown_groups(sizes, whole) == frozenset(shown)


@given(st.dictionaries(st.text("ABCDEFG", min_size=1, max_size=1), st.integers(0, 12)), st.integers(0, 12))
def test_whatever_is_shown_leaves_nobody_or_five(sizes: dict[str, int], rest: int) -> None:
    whole = sum(sizes.values()) + rest
    shown = shown_groups(sizes, whole)
    assert all(sizes[group] >= FEWEST for group in shown)
    left = whole - sum(sizes[group] for group in shown)
    assert not shown or left == 0 or left >= FEWEST
    assert all(group in shown for group in sizes) or not (rest == 0 and all(n >= FEWEST for n in sizes.values()))


def replies(points: str, team: int | None = None, *, leaders: int = 0, words: str = "") -> list[Reply]:
    return [
        Reply(team, place < leaders, {"laugh": int(point)} | ({"say": f"{words} {place}"} if words else {}))
        for place, point in enumerate(points)
    ]


def test_of_fewer_than_five_nothing_is_told() -> None:
    assert results_of(SURVEY, replies("1234")).parts == ()
    told = results_of(SURVEY, [*replies("1234"), Reply(None, False, {"rest": 5})]).parts[0]
    assert [(each.n, each.favourable, each.counts) for each in told.statements] == [(4, None, ()), (1, None, ())]


def test_a_statement_has_its_share_its_interval_and_its_spread() -> None:
    told = results_of(SURVEY, replies("1233445555")).parts[0].statements[0]
    assert told.favourable and (told.favourable.value, told.n, told.counts) == (0.6, 10, (1, 1, 2, 2, 4))
    assert (round(told.favourable.low, 3), round(told.favourable.high, 3)) == (0.313, 0.832)


def test_groups_are_told_only_as_far_as_no_other_follows_from_it() -> None:
    told = results_of(SURVEY, [*replies("444", team=1), *replies("555511", team=2)]).parts[0]
    assert told.everyone and told.everyone.n == 9
    assert [(team, group.n) for team, group in told.teams] == [(1, None), (2, None)]
    told = results_of(SURVEY, [*replies("444", 1), *replies("555511", 2), *replies("3333")]).parts[0]
    assert {team: group.n for team, group in told.teams} == {1: None, 2: 6}
    told = results_of(SURVEY, replies("5" * 12, leaders=3)).parts[0]
    assert told.leaders and told.staff and (told.leaders.n, told.staff.n) == (None, None)
    told = results_of(SURVEY, replies("5" * 5 + "1" * 7, leaders=5)).parts[0]
    assert told.leaders and told.staff and (told.leaders.favourable, told.staff.favourable) == (1, 0)


def test_words_come_from_ten_people_on_and_in_no_order_of_theirs() -> None:
    few = results_of(SURVEY, replies("5" * 9, words="word")).parts[2]
    assert few.words == () and few.words_hidden and few.n == 9
    many = replies("5" * 10, words="word")
    orders = {results_of(SURVEY, list(order)).parts[2].words for order in itertools.islice(
        itertools.permutations(many), 0, 3_000_000, 900_001)}  # fmt: skip
    assert len(orders) == 1 and sorted(orders.pop()) == sorted(f"word {place}" for place in range(10))


def test_choices_are_shares_of_those_who_chose() -> None:
    picked = [Reply(None, False, {"pick": choice}) for choice in ("tea", "tea", "tea", "milk", "milk", "gone")]
    told = results_of(SURVEY, picked).parts[1]
    assert [(each.id, each.chosen and each.chosen.count) for each in told.choices] == [("tea", 3), ("milk", 2)]
    assert all(each.chosen is None for each in results_of(SURVEY, [*picked[:4], *replies("55")]).parts[1].choices)


def test_the_lowest_are_three_and_the_smallest_first() -> None:
    given = [Reply(None, False, {"laugh": 5, "rest": 1})] * 5
    assert [each.id for each in results_of(SURVEY, given).lowest] == ["rest", "laugh"]
