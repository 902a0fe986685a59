"""Every pattern is a good example: it compiles without a word of complaint."""

from pathlib import Path

import pytest

from lms.content.arranging import asking_for
from lms.content.patterning import KINDS, pattern
from tests.support.folders import checked, write_course

BEHAVIOURS = "## Listen {#listen}\n\nTo the end.\n\n## Own it {#keep}\n\nUntil it is done.\n"


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_file_has_nothing_to_mend(tmp_path: Path, kind: str) -> None:
    (tmp_path / "behaviours.md").write_text(BEHAVIOURS)
    write_course(tmp_path, {"02-new.md": pattern(kind, "The first words", ["listen", "keep"])})
    assert checked(tmp_path).problems == ()


@pytest.mark.parametrize("kind", ["lesson", "policy", "quiz", "scenario"])
def test_a_course_of_one_activity_asks_for_it(tmp_path: Path, kind: str) -> None:
    (tmp_path / "behaviours.md").write_text(BEHAVIOURS)
    front, new = asking_for(pattern("course", "Words"), kind), pattern(kind, "First", ["listen", "keep"])
    (tmp_path / "bees").mkdir()
    (tmp_path / "bees/course.md").write_text(front)
    (tmp_path / "bees/01-first.md").write_text(new)
    assert checked(tmp_path).problems == ()


def test_two_new_files_of_one_kind_live_in_one_course(tmp_path: Path) -> None:
    write_course(
        tmp_path,
        {
            "course.md": pattern("course", "Words"),
            "02-first.md": pattern("lesson", "The first words"),
            "03-last.md": pattern("lesson", "The last words"),
        },
    )
    assert checked(tmp_path).problems == ()


def test_a_kind_without_a_pattern_is_refused() -> None:
    with pytest.raises(ValueError, match="no pattern"):
        pattern("../secret", "x")
