"""docs/authoring.md tells the truth: its first course has nothing wrong, its examples are read as it says."""

import re
from itertools import chain
from pathlib import Path

import pytest

from lms.content.course import Quiz
from lms.content.reading.compiling import compile_file
from lms.content.reading.files import MEDIA_TYPES
from lms.content.reading.keys import ACTIVITY_KEYS, COURSE_KEYS, KEYS_OF
from lms.problem import Severity
from lms.settings import ROOT
from tests.support.folders import checked

TEXT = (ROOT / "docs" / "authoring.md").read_text()
FILES = re.findall(r"\*\*`courses/(refunds/[\w.-]+)`\*\*\n\n~~~markdown\n(.*?)~~~", TEXT, re.DOTALL)
EXAMPLES = re.findall(r"~~~markdown\n(.*?)~~~", TEXT, re.DOTALL)


def test_the_first_course_has_nothing_wrong(tmp_path: Path) -> None:
    assert len(FILES) == 3
    for name, text in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = checked(tmp_path, "refunds", variables=frozenset())
    assert found.problems == ()
    assert found.course is not None and len(found.course.activities) == 2


def test_the_examples_of_questions_and_quizzes_are_right() -> None:
    (questions,) = [example for example in EXAMPLES if example.startswith("## Which ones are open?")]
    (quiz,) = [example for example in EXAMPLES if example.startswith("---\ntitle: Check")]
    for text in (f"---\ntitle: A\nkind: quiz\n---\n{questions}", quiz):
        compiled = compile_file("refunds/03-a.md", text)
        assert compiled.problems == [] and compiled.activity is not None
    assert len(compile_file("refunds/03-a.md", f"---\ntitle: A\nkind: quiz\n---\n{questions}").named) == 7


@pytest.mark.parametrize("kind", ["policy", "scenario", "survey", "checklist"])
def test_the_example_of_each_other_kind_is_right(kind: str) -> None:
    (example,) = [example for example in EXAMPLES if f"\nkind: {kind}\n" in example]
    compiled = compile_file("refunds/03-a.md", example)
    assert [problem.code for problem in compiled.problems if problem.severity is not Severity.NOTE] == []
    assert compiled.kind.value == kind and compiled.measured is not None and compiled.measured.text.words > 10


def test_the_example_of_forms_is_right() -> None:
    (example,) = [example for example in EXAMPLES if "\nforms: A/B\n" in example]
    compiled = compile_file("refunds/03-a.md", example)
    assert compiled.problems == []
    assert isinstance(compiled.activity, Quiz) and compiled.activity.forms == ("A", "B")


def test_the_shapes_of_markdown_are_right() -> None:
    (shapes,) = [example for example in EXAMPLES if example.startswith("| Where")]
    compiled = compile_file("refunds/03-a.md", f"---\ntitle: A\n---\n{shapes}")
    assert compiled.problems == []
    page = str(compiled.activity)
    for sign in ("<table>", "footnote-ref", "<dl>", "admonition note", "<details>", "highlight"):
        assert sign in page, sign


def test_every_key_and_type_of_file_is_in_the_reference() -> None:
    for name in (*COURSE_KEYS, *ACTIVITY_KEYS, *chain(*KEYS_OF.values()), *MEDIA_TYPES):
        assert re.search(rf"`{name}[`:]|\.{name}\b", TEXT) or name == "jpeg", name


def test_its_own_chapters_exist() -> None:
    headings = {
        re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")
        for heading in re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    }
    for anchor in re.findall(r"^- \[.*?\]\(#([\w-]+)\)$", TEXT, re.MULTILINE):
        assert anchor in headings, anchor
