"""Choosing among any number: a short list, words to find by, and what is chosen meanwhile."""

from datetime import date

import pytest

from lms.accounts.queries import TeamNode
from lms.web.choosing import MOST_LISTED, Chooser, Listed, Option, Teams, Words, chooser, words_for

FEW = Listed([Option(str(n), f"Team {n}") for n in range(MOST_LISTED)])
MANY = Listed([Option(str(n), f"Team {n:03}") for n in range(MOST_LISTED + 1)])


def values(found: Chooser) -> list[str]:
    return [option.value for option in found.options]


def test_as_many_as_one_reads_are_listed_and_nothing_is_looked_for() -> None:
    found = chooser("team", FEW, ["7"], Words("team 3", "", is_pressed=True), fixed=[("", "Any team")])
    assert found.is_short and not found.asks
    assert values(found) == ["", *(str(n) for n in range(MOST_LISTED))]
    assert found.value == "7"


def test_of_more_than_that_only_what_is_chosen_stands_there() -> None:
    found = chooser("team", MANY, ["7"], Words(), fixed=[("", "Any team")])
    assert not found.is_short and not found.asks and not found.is_open
    assert values(found) == ["", "7"] and found.value == "7"


def test_what_is_not_there_is_not_chosen() -> None:
    assert chooser("team", FEW, ["999"], Words()).value == ""
    assert chooser("team", MANY, ["999"], Words()).value == ""


def test_words_find_the_first_dozen_and_say_how_many_there_are() -> None:
    found = chooser("team", MANY, ["7"], Words("tEam"))
    assert (found.found, found.shown, found.asks, found.is_open) == (MOST_LISTED + 1, 12, True, True)
    assert values(found) == ["7", *(str(n) for n in range(12) if n != 7)]


def test_the_only_one_that_is_found_is_chosen_but_not_yet_acted_on() -> None:
    found = chooser("team", MANY, ["7"], Words("team 033"))
    assert found.value == "33" and found.asks
    # Sent again with what was found, it is a choice like any other.
    again = chooser("team", MANY, ["33"], Words("team 033", "team 033"))
    assert again.value == "33" and not again.asks and not again.is_open


def test_whoever_finds_nothing_keeps_what_was_chosen() -> None:
    found = chooser("team", MANY, ["7"], Words("kitchen"))
    assert (found.value, found.found, found.asks) == ("7", 0, True)


def test_found_and_nothing_picked_the_list_stands_there_again() -> None:
    found = chooser("team", MANY, [""], Words("team", "team"))
    assert found.is_open and not found.asks and found.value == ""


def test_the_button_to_find_never_does_more_even_with_the_words_of_before() -> None:
    assert chooser("team", MANY, ["7"], Words("team", "team", is_pressed=True)).asks
    assert chooser("team", MANY, ["7"], Words("", "", is_pressed=True)).asks


def test_of_several_what_is_found_comes_to_what_is_chosen() -> None:
    found = chooser("team", MANY, ["7", "9", "999"], Words("team 033"), several=True)
    assert list(found.chosen) == ["7", "9", "33"] and values(found) == ["7", "9", "33"]


def test_words_are_read_of_the_field_of_that_name_only() -> None:
    given = {"team-words": "  front \0 desk ", "team-looked": "front", "find": "team", "owner-words": "x" * 500}
    assert words_for("team", given) == Words("front desk", "front", is_pressed=True)
    assert words_for("owner", given) == Words("x" * 100, "", is_pressed=False)


HOTEL = [
    TeamNode(4, 2, "Desk 1", None),
    TeamNode(5, 3, "Desk 1", None),
    TeamNode(6, 3, "Desk 12", None),
    TeamNode(1, None, "Hotel", None),
    TeamNode(7, 3, "Old desk", date(2026, 1, 1)),
    TeamNode(2, 1, "South", None),
    TeamNode(3, 1, "West", None),
]


def test_a_few_teams_are_told_by_their_path_each_before_those_below() -> None:
    assert [option.text for option in Teams(HOTEL).all()] == [
        "Hotel", "Hotel / South", "Hotel / South / Desk 1", "Hotel / West", "Hotel / West / Desk 1",
        "Hotel / West / Desk 12",
    ]  # fmt: skip


def test_a_few_teams_of_a_manager_are_told_by_name() -> None:
    assert [option.text for option in Teams(HOTEL, are_named=True).all()][:3] == ["Desk 1", "Desk 1", "Desk 12"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("desk 1", ["4", "5", "6"]),  # the very name first, then more of it
        ("west desk", ["5", "6"]),  # whatever stands above is found as well
        ("hotel", ["1", "4", "5", "6", "2", "3"]),
        ("old", []),  # closed
        ("1", ["4", "5", "6"]),
    ],
)
def test_a_team_is_found_by_its_name_before_its_place(words: str, expected: list[str]) -> None:
    found, count = Teams(HOTEL).matching(words, 10)
    assert [option.value for option in found] == expected and count == len(expected)


def test_a_team_that_was_found_says_where_it_is() -> None:
    found, _count = Teams(HOTEL, value="manager-{}", say="Manager of {}".format).matching("west desk 12", 10)
    assert found == [Option("manager-6", "Manager of Desk 12", "Hotel / West")]


def test_a_circle_of_teams_comes_to_an_end() -> None:
    found, _count = Teams([TeamNode(1, 2, "A", None), TeamNode(2, 1, "B", None)]).matching("a", 5)
    assert {option.value for option in found} == {"1", "2"}
