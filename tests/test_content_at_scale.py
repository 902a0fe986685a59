"""Hundreds of courses written at random: each fault is told at its line, nothing else is, and nothing falls over.

`python -m bench checking` does the same with ten thousand.
"""

import pytest

from lms.content.reading.compiling import compile_file
from tests.support import whole_courses
from tests.support.plays import CALL
from tests.support.scenarios_written import FAULTS

BATCH = 60


@pytest.mark.parametrize("start", range(0, 2 * BATCH, BATCH))
def test_each_fault_is_told_at_its_line_and_nothing_else_is(start: int) -> None:
    assert whole_courses.wrong_about_written(range(start, start + BATCH)) == []


def test_no_text_makes_the_checker_fall_or_point_nowhere() -> None:
    assert whole_courses.wrong_about_spoilt(range(30)) == []


def test_the_courses_have_every_kind_of_file_and_most_of_the_faults() -> None:
    written = [whole_courses.write(seed) for seed in range(5 * BATCH)]
    kinds = {name.split("-")[1] for course in written for name in course.texts if "-" in name}
    assert kinds == {"lesson", "quiz", "scenario", "policy", "survey", "checklist"}
    codes = {code for course in written for _, _, code in course.expected}
    assert len(codes) >= 65, sorted(codes)
    assert len(FAULTS) == 27
    assert any(not course.expected for course in written)


# What the ten thousand found, each kept as a case of its own.


def places(text: str) -> list[tuple[int, str]]:
    compiled = compile_file("bees/02-a.md", text)
    return [(problem.line, problem.code) for problem in compiled.problems]


def test_an_empty_answer_is_no_underlined_heading() -> None:
    quiz = "---\ntitle: A\nkind: quiz\n---\n\n## Which? {#which}\n\nWhich word?\n\n= what\n=\n\nBecause.\n"
    assert places(quiz) == [(11, "empty-answer")]


def test_answers_of_two_shapes_are_not_read_as_one() -> None:
    quiz = (
        "---\ntitle: A\nkind: quiz\n---\n\n## Which? {#which}\n\nWhich?\n\n= what\n\n"
        "- [x] Yes\n    > Y.\n- [ ] No\n    > N.\n"
    )
    assert places(quiz) == [(12, "several-shapes")]


def test_a_start_that_is_none_says_nothing_of_passing() -> None:
    assert places(CALL.replace("heat 3", "heat 9")) == [(7, "bad-start")]
