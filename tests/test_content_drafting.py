"""A text that is not saved yet, looked at in the midst of its course."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.content.course import Lesson, Quiz
from lms.content.drafting import Look, Workshop
from tests.support.folders import LESSON, QUIZ, write_course

KNOWN = frozenset({"name"})


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    made = Workshop(tmp_path / "courses", None)
    yield made
    made.rest()


def looked(workshop: Workshop, name_of_course: str, name: str, text: str, variables: frozenset[str]) -> Look:
    return workshop.look(workshop.source(), name_of_course, name, text, variables)


def test_a_text_is_looked_at_without_being_saved(workshop: Workshop) -> None:
    folder = write_course(workshop.courses, {"02-check.md": QUIZ})
    look = looked(workshop, "bees", "01-wings.md", LESSON.replace("four wings", "five wings"), KNOWN)
    assert isinstance(look.activity, Lesson)
    assert "five wings" in look.activity.pieces[0].html
    assert [activity.id for activity in look.course.activities] == ["wings", "check"]
    assert look.problems == ()
    assert (folder / "01-wings.md").read_text() == LESSON


def test_what_only_the_whole_course_can_tell_is_told_at_its_line(workshop: Workshop) -> None:
    write_course(workshop.courses, {"02-check.md": QUIZ, "03-more.md": QUIZ.replace("{#wings}", "{#legs}")})
    text = LESSON + "\nSee [the check](02-chek.md).\n\n## Try {.question #wings}\n\nHow many?\n\n= 4\n"
    look = looked(workshop, "bees", "01-wings.md", text, KNOWN)
    assert [(problem.line, problem.code) for problem in look.problems if problem.severity == "error"] == [
        (10, "broken-link"),
        (12, "question-id-twice"),
    ]
    assert look.errors_elsewhere == 1


def test_a_file_that_is_not_on_the_disk_yet_stands_at_its_place(workshop: Workshop) -> None:
    write_course(workshop.courses, {"03-check.md": QUIZ})
    look = looked(workshop, "bees", "02-new.md", LESSON, KNOWN)
    assert [activity.id for activity in look.course.activities] == ["wings", "new", "check"]


def test_a_broken_text_has_no_activity_and_the_others_stay(workshop: Workshop) -> None:
    write_course(workshop.courses, {"02-check.md": QUIZ})
    look = looked(workshop, "bees", "01-wings.md", "---\ntitle: Wings\n---\n\n" + "> " * 600 + "deep\n", KNOWN)
    assert look.activity is None
    assert [type(activity) for activity in look.course.activities] == [Quiz]
    assert "too-deep" in [problem.code for problem in look.problems]


def test_a_file_saved_elsewhere_is_seen_at_the_next_look(workshop: Workshop) -> None:
    folder = write_course(workshop.courses, {})
    looked(workshop, "bees", "01-wings.md", LESSON, KNOWN)
    (folder / "02-check.md").write_text(QUIZ)
    look = looked(workshop, "bees", "01-wings.md", LESSON, KNOWN)
    assert look.names.anchors["02-check.md"][-1] == "wings"
    assert look.names.files["02-check.md"] == "Check"


def test_a_text_that_costs_too_much_is_a_problem_and_the_next_one_is_compiled(workshop: Workshop) -> None:
    write_course(workshop.courses, {})
    hostile = "---\ntitle: Long\n---\n\n" + "![" * 9_000
    assert looked(workshop, "bees", "01-wings.md", hostile, KNOWN).problems
    assert looked(workshop, "bees", "01-wings.md", LESSON, KNOWN).problems == ()
