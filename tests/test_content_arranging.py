"""How files are named and follow each other."""

import pytest

from lms.content.arranging import moved, name_for, relinked, renamed, slug_of, with_id

NAMES = ["course.md", "01-a.md", "02-b.md", "05-c.md"]


@pytest.mark.parametrize(
    ("title", "names", "expected"),
    [
        ("The first words", NAMES, "06-the-first-words.md"),
        ("Über Größe", ["course.md"], "01-uber-grosse.md"),
        ("B", NAMES, "06-b-2.md"),
        ("漢字", NAMES, "06-lesson.md"),
        ("X", ["course.md", "099-a.md"], "100-x.md"),
    ],
)
def test_a_new_file_comes_last_under_a_name_that_is_free(title: str, names: list[str], expected: str) -> None:
    assert name_for(title, names, "lesson") == expected


@pytest.mark.parametrize("title", ["", "?!", "漢字"])
def test_a_title_without_plain_letters_names_no_file(title: str) -> None:
    assert slug_of(title) == ""


def test_only_the_numbers_that_must_change_are_rewritten() -> None:
    assert moved(NAMES, "05-c.md", -1) == {"02-b.md": "05-b.md", "05-c.md": "02-c.md"}
    assert moved(NAMES, "01-a.md", 2) == {"02-b.md": "01-b.md", "05-c.md": "02-c.md", "01-a.md": "05-a.md"}
    assert moved(NAMES, "01-a.md", -1) == {}
    assert moved(NAMES, "course.md", 1) == {}


def test_files_that_share_a_number_get_numbers_of_their_own() -> None:
    assert moved(["01-a.md", "01-b.md"], "01-b.md", -1) == {"01-a.md": "02-a.md"}


def test_a_file_keeps_its_number_when_it_is_renamed() -> None:
    assert renamed("007_old.md", "New name") == "007-new-name.md"


def test_links_of_every_shape_follow_and_nothing_else_does() -> None:
    text = "[a](01-a.md) [b](./01-a.md#x) [c](<01-a.md>) [d](../o/01-a.md) 01-a.md\n\n[r]: 01-a.md\n"
    assert relinked(text, {"01-a.md": "02-a.md"}) == (
        "[a](02-a.md) [b](./02-a.md#x) [c](<02-a.md>) [d](../o/01-a.md) 01-a.md\n\n[r]: 02-a.md\n"
    )


def test_links_to_files_that_change_places_do_not_run_in_circles() -> None:
    assert relinked("[a](01-a.md) [b](02-a.md)", {"01-a.md": "02-a.md", "02-a.md": "01-a.md"}) == (
        "[a](02-a.md) [b](01-a.md)"
    )


def test_the_id_is_written_once() -> None:
    text = "---\ntitle: A\n---\n\nid: no key\n"
    assert with_id(text, "a") == "---\ntitle: A\nid: a\n---\n\nid: no key\n"
    assert with_id(with_id(text, "a"), "b") == with_id(text, "a")
    assert with_id("no front matter", "a") == "no front matter"
