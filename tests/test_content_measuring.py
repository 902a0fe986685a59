"""How much is in a file: words, sentences, syllables, questions by type, options explained."""

import json
from pathlib import Path

import pytest
from flask import Flask

from lms.content.reading.measured import Measured, Text, together
from lms.content.reading.measuring import measured_questions, syllables_in, text_of
from lms.settings import ROOT
from tests.support.builders import a_match, a_multiple, a_single
from tests.support.folders import LESSON, QUIZ, checked, write_course


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("cat", 1), ("take", 1), ("table", 2), ("promise", 2), ("promised", 2), ("wanted", 2), ("needed", 2),
        ("asked", 1), ("services", 3), ("you’ve", 1), ("customer", 3), ("the", 1), ("apologise", 4), ("rhythm", 1),
        ("refund", 2), ("people", 2), ("responsibility", 6), ("I", 1), ("Ms", 1),
    ],
)  # fmt: skip
def test_syllables_are_counted_by_ear(word: str, count: int) -> None:
    assert syllables_in(word) == count


def test_every_block_ends_a_sentence_and_tags_are_no_words() -> None:
    said = text_of(["<p>The cat <em>sat</em> on the mat. Did it?</p>", "<ul><li>One more</li><li>Two</li></ul>"])
    assert (said.words, said.sentences) == (11, 4)
    assert text_of([]) == text_of(["<p></p>", "<hr>"]) == Text()


def test_the_grade_is_flesch_and_kincaids() -> None:
    assert Text(words=100, sentences=10, syllables=150).grade == pytest.approx(0.39 * 10 + 11.8 * 1.5 - 15.59)
    assert Text(words=99, sentences=10, syllables=150).grade is None


def test_questions_are_counted_by_type_and_explained_options() -> None:
    measured = measured_questions([a_single("a"), a_single("b"), a_multiple("c"), a_match("d")])
    assert measured.questions == {"single": 2, "multiple": 1, "match": 1}
    assert (measured.options, measured.explained) == (10, 10)
    both = together([measured, measured, Measured(statements=3)])
    assert both.questions["single"] == 4 and both.statements == 3 and both.text.words == 2 * measured.text.words


def test_a_lessons_core_leaves_out_job_aid_plan_and_huddle(tmp_path: Path) -> None:
    beside = "".join(
        f"\n## Beside {{.{role}}}\n\nWords that do not count.\n" for role in ("job-aid", "commit", "trainer")
    )
    write_course(tmp_path, {"01-wings.md": LESSON + beside, "02-check.md": QUIZ})
    lesson, quiz = checked(tmp_path).files
    assert (lesson.measured.text.words, quiz.measured.questions) == (5, {"single": 1})


def test_the_command_counts_files_courses_and_all(app: Flask, tmp_path: Path) -> None:
    def run_command(words: list[str]) -> str:
        result = app.test_cli_runner().invoke(args=words)
        assert result.exit_code == 0
        return result.output

    write_course(tmp_path, {"02-check.md": QUIZ})
    write_course(tmp_path, {}, slug="wasps")
    said = run_command(["courses", "count", str(tmp_path)])
    assert "bees, together: 1 lesson, 1 quiz" in said and "All courses: 2 lessons, 1 quiz" in said
    assert "questions: 1 (1 single)" in said and "options and choices with feedback: 2 of 2 (100 %)" in said
    (only,) = json.loads(run_command(["courses", "count", "--json", str(tmp_path / "bees")]))
    assert (only["slug"], only["kinds"], only["questions"]) == ("bees", {"lesson": 1, "quiz": 1}, {"single": 1})
    assert [each["file"] for each in only["files"]] == ["bees/01-wings.md", "bees/02-check.md"]


def test_our_own_courses_explain_every_option_and_read_easily() -> None:
    for slug in ("a-to-z", "escalation-handling", "leading-a-service-team"):
        whole = together(each.measured for each in checked(ROOT / "courses", slug).files)
        assert whole.explained == whole.options > 0
        assert whole.text.grade is not None and whole.text.grade < 8
