"""Markdown from elsewhere, and courses of this house as archives."""

# ruff: noqa: E501  # files of other systems have long lines
import io
import zipfile
from pathlib import Path

import pytest

from lms.content.reading.compiling import compile_file
from lms.content.reading.files import read_folder
from lms.content.reading.packing import made_ready
from lms.interop.brought import Brought
from lms.interop.draft import Choice, DraftOption, Gaps, Pairs, Words
from lms.interop.pages import liascript
from lms.interop.pages.navigation import read_navigation
from lms.interop.pages.shapes import in_our_shape
from lms.interop.pages.site import read_site
from lms.interop.pages.whole_course import find_front, read_course, write_course
from lms.interop.safe_zip import opened
from lms.problem import Severity
from tests.support.folders import QUIZ, checked
from tests.support.folders import write_course as write_folder

COURSES = Path(__file__).resolve().parents[2] / "courses"


def archived(**files: str | bytes) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made


def zip_of(courses: Path, slug: str) -> io.BytesIO:
    folder = read_folder(courses, slug)
    out = io.BytesIO()
    write_course(
        out, slug, folder.texts, {path: media.disk for path, media in folder.media.items()}, "## A {#a}\n"
    )
    return out


def test_a_course_goes_out_and_comes_back_as_the_same_release(tmp_path: Path) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    write_folder(there, {"02-check.md": QUIZ, "03-late.md": "---\ntitle: ü\n---\n\n![x](media/a-b.png)\n",
                         "media/a-b.png": b"\x89PNG\r\n\x1a\n"})  # fmt: skip
    out = zip_of(there, "bees")
    with opened(out) as archive:
        brought = read_course(archive, str(find_front(archive)))
    files = {file.name: file.text for file in brought.files} | {
        f"media/{m.name}": m.content for m in brought.media
    }
    write_folder(here, files)
    before, after = checked(there).course, checked(here).course
    assert before is not None and after is not None
    assert made_ready(before).hash == made_ready(after).hash
    assert [loss.item for loss in brought.losses] == ["behaviours.md"]


@pytest.mark.parametrize("slug", [path.parent.name for path in COURSES.glob("*/course.md")])
def test_every_course_of_the_house_comes_back_letter_by_letter(slug: str) -> None:
    folder = read_folder(COURSES, slug)
    with opened(zip_of(COURSES, slug)) as archive:
        brought = read_course(archive, str(find_front(archive)))
    assert {file.name: file.text for file in brought.files} == folder.texts
    assert {media.name for media in brought.media} == set(folder.media)


def test_the_same_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    write_folder(tmp_path, {})
    assert zip_of(tmp_path, "bees").getvalue() == zip_of(tmp_path, "bees").getvalue()


def test_what_is_no_part_of_a_course_is_named() -> None:
    with opened(archived(**{"bees/course.md": "---\ntitle: Bees\n---\n", "bees/notes.md": "x", "bees/media/a.exe": b"x",
                            "bees/media/b/c.png": b"x", "readme.txt": "x"})) as archive:  # fmt: skip
        brought = read_course(archive, "bees/course.md")
    assert brought.title == "Bees"
    assert {loss.item for loss in brought.losses} == {"bees/notes.md", "bees/media/a.exe", "bees/media/b/c.png", "readme.txt"}  # fmt: skip


# MkDocs.

SITE = {
    "mkdocs.yml": 'site_name: "Support handbook"\ntheme: material\nnav:\n  - Home: index.md\n  - Calls:\n'
    "    - 'First words': calls/first.md\n    - calls/last.md\n  - Web: https://example.org\n  - gone.md\nplugins: []\n",
    "docs/index.md": "# Welcome\n\nSee [first](calls/first.md#hear), [gone](gone.md), ![logo](img/logo.png) and"
    " ![far](https://x.org/a.png).\n\n```\n[not](a-link.md)\n```\n",
    "docs/calls/first.md": "---\ntags: [x]\n---\n\nFirst words\n===========\n\n## Hear {#hear}\n\n[home](../index.md)\n",
    "docs/calls/last.md": "# The **last** words\n\nBye.\n",
    "docs/other.md": "Not in the navigation.\n",
    "docs/img/logo.png": b"\x89PNG",
}


def site(files: dict[str, str | bytes], config: str | None = "mkdocs.yml") -> Brought:
    with opened(archived(**files)) as archive:
        return read_site(archive, config)


def test_a_site_becomes_lessons_in_the_order_of_its_navigation() -> None:
    brought = site(SITE)
    assert brought.title == "Support handbook"
    assert [(file.name, file.title) for file in brought.files] == [
        ("01-docs.md", "Home"), ("02-first.md", "First words"), ("03-last.md", "The last words"),
    ]  # fmt: skip
    first = brought.files[0].text
    assert first.startswith(
        "---\ntitle: Home\n---\n\nSee [first](02-first.md#hear), gone, ![logo](media/logo.png) and far."
    )
    assert "[not](a-link.md)" in first
    assert [media.name for media in brought.media] == ["logo.png"]
    assert {loss.item for loss in brought.losses} == {"mkdocs.yml", "gone.md", "docs/other.md"}
    assert {loss.what.split("“")[0] for loss in brought.files[0].losses} == {"The link to ", "The picture "}
    assert brought.files[1].text.endswith("## Hear {#hear}\n\n[home](01-docs.md)\n")


def test_every_page_compiles_without_an_error() -> None:
    for file in site(SITE).files:
        compiled = compile_file(f"x/{file.name}", file.text)
        assert not [each for each in compiled.problems if each.severity is Severity.ERROR]


def test_a_folder_without_a_navigation_is_read_by_its_names() -> None:
    brought = site({"b.md": "B", "a/z.md": "Z", "a/index.md": "A", "README.md": "R"}, None)
    assert [file.source for file in brought.files] == ["README.md", "a/index.md", "a/z.md", "b.md"]


def test_boxes_fold_outs_and_tabs_are_written_our_way() -> None:
    text, losses = in_our_shape(
        'Before\n\n!!! failure "Never"\n    One.\n\n    !!! tip\n        Two.\n\n??? note "More"\n    Three.\n\n'
        '=== "A"\n    Four.\n\n!!! odd\n    Five.\n\n```\n!!! note\n    stays\n```\n'
    )
    assert "/// danger | Never" in text or "//// danger | Never" in text
    assert "/// details | More\n\nThree.\n\n///" in text
    assert "**A**\n\nFour." in text and "/// note | Odd\n\nFive.\n\n///" in text
    assert "!!! note\n    stays" in text
    assert [what for _, what, _ in losses] == [
        "Tabs stand one below the other, each under its name in bold.",
        "A box of the kind “odd” becomes a note.",
    ]
    html = compile_file("x/01-a.md", f"---\ntitle: x\n---\n\n{text}")
    assert not [each for each in html.problems if each.severity is Severity.ERROR]


def test_the_navigation_is_read_without_the_rest_of_the_file() -> None:
    found = read_navigation(
        "docs_dir: 'pages'\nnav: # order\n- 'It''s': a.md\n- B: x: b.md\n- c.md # last\nextra: !!python/object:os.system 'x'\n- d.md\n"
    )
    assert found.folder == "pages"
    assert [entry.path for entry in found.entries][:1] == ["a.md"]
    assert "d.md" not in [entry.path for entry in found.entries]


# LiaScript.

LIA = """<!--
author: Ann
narrator: US English Female
-->

# Service

Text alone.

## First

What do you say?

    --{{0}}--
Said aloud.

[( )] No.
[(X)] Let me *look*.
[[?]] Think of her.
*****
Because it helps.
*****

## Several

[[X]] One
[[ ]] Two
[[X]] Three

## Typed

The word is

[[sorry]]

I am [[sorry]] for the [[wait]].

Choose [[ a | (b) | c ]].

Both [[ (a) | b ]] and [[ c | (d) ]].

## Not these

[[!]]
<script>
1
</script>

[(1)] never
[(2)] always

[[left] [right]]
[[X] [ ]] row
"""


def test_the_quizzes_of_liascript_become_questions() -> None:
    assert liascript.is_liascript(LIA)
    brought = liascript.read(LIA, lambda _url: "")
    assert [draft.title for draft in brought.drafts] == [
        "First", "Several", "Typed", "Typed (2)", "Typed (3)", "Typed (4)",
    ]  # fmt: skip
    first, several, typed, gaps, one_list, lists = (draft.answers for draft in brought.drafts)
    assert first == Choice((DraftOption("No.", False), DraftOption("Let me <em>look</em>.", True)))
    assert brought.drafts[0].hint_html == "<p>Think of her.</p>"
    assert brought.drafts[0].explanation_html == "<p>Because it helps.</p>"
    assert isinstance(several, Choice) and several.is_multiple
    assert typed == Words(("sorry",))
    assert gaps == Gaps(("<p>I am ", " for the ", ".</p>"), (("sorry",), ("wait",)))
    assert one_list == Choice((DraftOption("a", False), DraftOption("b", True), DraftOption("c", False)))
    assert isinstance(lists, Pairs) and [pair.right_html for pair in lists.pairs] == ["a", "d", "b", "c"]
    told = " ".join(loss.what for loss in brought.losses)
    assert all(word in told for word in ("Programs", "program", "survey", "table", "without a question", "aloud"))


def test_a_plain_text_is_no_liascript() -> None:
    assert not liascript.is_liascript("# Hello\n\n- [ ] a task\n- [x] done\n\n<!-- a comment -->\n")
