"""Cures that need no thought, and ids written into headings."""

import pytest

from lms.content.mending import Cure, cure_for, with_ids
from lms.problem import Problem


def problem(line: int, column: int, code: str, what: str, cure: str) -> Problem:
    return Problem("bees/01-wings.md", line, column, code, what, cure)


@pytest.mark.parametrize(
    ("line", "column", "what", "cure", "mended"),
    [
        ("minuts: 3", 1, "“minuts” is not a key of this format.", "Did you mean “minutes”?", "minutes: 3"),
        ("[x](02-chek.md)", 5, "There is no file 02-chek.md.", "Did you mean 02-check.md?", "[x](02-check.md)"),
        ("[x](#wigs)", 5, "No heading of 01.md is called #wigs.", "Did you mean #wings?", "[x](#wings)"),
        ("## A {.momnet}", 1, "“.momnet” means nothing here.", "Did you mean “moment”?", "## A {.moment}"),
        ("## A {.momnet}", 1, "“.momnet” means nothing.", "Did you mean `.moment`?", "## A {.moment}"),
        ("## A {pint=2}", 1, "“pint=” means nothing here.", "Did you mean “points”?", "## A {points=2}"),
    ],
)
def test_the_word_that_was_meant_takes_the_place_of_the_other(
    line: str, column: int, what: str, cure: str, mended: str
) -> None:
    found = cure_for(problem(1, column, "some-code", what, cure), [line])
    assert found
    start = found.column - 1
    assert line[:start] + found.text + line[start + found.length :] == mended


def test_a_moment_gets_an_id_of_its_words() -> None:
    found = cure_for(problem(1, 1, "no-moment-id", "…", "…"), ["## She calms down {.draw}"])
    assert found == Cure(1, 1, 25, "## She calms down {.draw #she-calms-down}")


@pytest.mark.parametrize("line", [0, 2, 99])
def test_a_problem_outside_the_text_has_no_cure(line: int) -> None:
    assert cure_for(problem(line, 1, "x", "“a” is wrong.", "Did you mean “b”?"), ["a"]) is None


def test_where_somebody_has_to_think_there_is_no_cure() -> None:
    assert cure_for(problem(1, 1, "x", "“a” is wrong.", "Use one of: b, c."), ["a"]) is None


def test_ids_are_written_where_none_stands_and_nothing_else_is_touched() -> None:
    text = "---\r\ntitle: A\r\n---\r\n\r\n## How many? {.question}\r\n\r\n## Which {#which}\r\n\r\n## Why\r\n"
    found = with_ids(text, [(5, "how-many"), (7, "which"), (9, "why")], {"why"}, "wings")
    assert found == text.replace("{.question}", "{.question #how-many}").replace("## Why", "## Why {#wings-why}")


def test_a_text_with_ids_stays_as_it_is() -> None:
    text = "## How many? {.question #wings}\n"
    assert with_ids(text, [(1, "wings")], set(), "a") == text
    assert with_ids(text, [(7, "gone")], set(), "a") == text
