"""Files of courses written by the server: whole or not at all, and never over somebody's newer text."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from lms.content import writing
from lms.content.writing import (
    ABSENT,
    BadCourseFileError,
    Conflict,
    Written,
    add_media_file,
    hash_of,
    read_course_file,
    write_course_file,
)


@pytest.fixture
def courses(tmp_path: Path) -> Path:
    """A courses folder with one course."""
    (tmp_path / "bees").mkdir()
    (tmp_path / "bees" / "course.md").write_text("---\ntitle: Bees\n---\n")
    return tmp_path


def files(courses: Path) -> list[str]:
    return sorted(path.relative_to(courses).as_posix() for path in courses.rglob("*") if path.is_file())


def test_a_new_file_is_written_and_its_hash_is_that_of_what_lies_there(courses: Path) -> None:
    done = write_course_file(courses, "bees", "01-wings.md", "Zwölf\n", ABSENT)
    assert done == Written("01-wings.md", hash_of("Zwölf\n"))
    lies = read_course_file(courses, "bees", "01-wings.md")
    assert lies is not None and (lies.text, lies.hash) == ("Zwölf\n", hash_of("Zwölf\n"))
    assert files(courses) == ["bees/01-wings.md", "bees/course.md"]


def test_a_new_course_gets_its_folder(courses: Path) -> None:
    assert isinstance(write_course_file(courses, "wasps", "course.md", "x", ABSENT), Written)
    assert (courses / "wasps" / "course.md").read_text() == "x"


def test_who_read_the_newest_text_may_replace_it_and_its_mode_stays(courses: Path) -> None:
    (courses / "bees" / "course.md").chmod(0o640)
    before = read_course_file(courses, "bees", "course.md")
    assert before is not None
    assert isinstance(write_course_file(courses, "bees", "course.md", "new\n", before.hash), Written)
    assert (courses / "bees" / "course.md").stat().st_mode & 0o777 == 0o640


def test_nobodys_newer_text_is_written_over(courses: Path) -> None:
    before = read_course_file(courses, "bees", "course.md")
    assert before is not None
    (courses / "bees" / "course.md").write_text("hers\n")
    found = write_course_file(courses, "bees", "course.md", "mine\n", before.hash)
    assert isinstance(found, Conflict) and found.current is not None and found.current.text == "hers\n"
    assert (courses / "bees" / "course.md").read_text() == "hers\n"


def test_a_new_file_does_not_replace_one_that_is_there(courses: Path) -> None:
    assert isinstance(write_course_file(courses, "bees", "course.md", "mine", ABSENT), Conflict)


def test_a_file_that_was_removed_is_not_brought_back(courses: Path) -> None:
    before = read_course_file(courses, "bees", "course.md")
    assert before is not None
    (courses / "bees" / "course.md").unlink()
    assert write_course_file(courses, "bees", "course.md", "x", before.hash) == Conflict("course.md", None)
    (courses / "bees").rmdir()
    assert write_course_file(courses, "bees", "course.md", "x", before.hash) == Conflict("course.md", None)
    assert files(courses) == []


def test_an_editor_that_is_quicker_by_a_hair_keeps_its_text(
    courses: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = courses / "bees" / "01-wings.md"

    def link(source: Path, target: Path) -> None:
        place.write_text("hers")
        original(source, target)

    original = os.link
    monkeypatch.setattr(writing.os, "link", link)
    assert isinstance(write_course_file(courses, "bees", "01-wings.md", "mine", ABSENT), Conflict)
    assert place.read_text() == "hers"
    assert files(courses) == ["bees/01-wings.md", "bees/course.md"]


def test_of_twenty_at_once_one_is_written_and_nineteen_are_told(courses: Path) -> None:
    before = read_course_file(courses, "bees", "course.md")
    assert before is not None
    found: list[Written | Conflict] = []
    gate = threading.Barrier(20)

    def write(number: int) -> None:
        gate.wait()
        found.append(write_course_file(courses, "bees", "course.md", f"{number}\n", before.hash))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = [each for each in found if isinstance(each, Written)]
    assert len(found) == 20 and len(done) == 1
    lies = read_course_file(courses, "bees", "course.md")
    assert lies is not None and lies.hash == done[0].hash


def test_a_disk_that_refuses_leaves_the_old_text_and_nothing_beside_it(
    courses: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_course_file(courses, "bees", "course.md")
    assert before is not None

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_course_file(courses, "bees", "course.md", "x", before.hash)
    assert (courses / "bees" / "course.md").read_text() == before.text
    assert files(courses) == ["bees/course.md"]


@pytest.mark.parametrize(
    "name", ["../x.md", "wings.md", "01-a/b.md", ".01-a.md", "01-a.txt", "01-\n.md", "", "01-.md/..", "1\0.md"]
)
def test_names_that_no_activity_has_are_refused(courses: Path, name: str) -> None:
    with pytest.raises(BadCourseFileError):
        write_course_file(courses, "bees", name, "x", ABSENT)


@pytest.mark.parametrize("slug", ["..", "", "Bees", "a/b", ".hidden", "a" * 81])
def test_names_that_no_course_has_are_refused(courses: Path, slug: str) -> None:
    with pytest.raises(BadCourseFileError):
        write_course_file(courses, slug, "course.md", "x", ABSENT)


def test_links_are_not_followed(courses: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "x.md").write_text("theirs")
    (courses / "bees" / "01-x.md").symlink_to(outside / "x.md")
    (courses / "wasps").symlink_to(outside)
    (courses / "bees" / "media").symlink_to(outside)
    for write in (
        lambda: write_course_file(courses, "bees", "01-x.md", "mine", hash_of("theirs")),
        lambda: write_course_file(courses, "wasps", "01-y.md", "mine", ABSENT),
        lambda: add_media_file(courses, "bees", "a.png", b"x"),
    ):
        with pytest.raises(BadCourseFileError):
            write()
    assert [path.name for path in outside.iterdir()] == ["x.md"]
    assert (outside / "x.md").read_text() == "theirs"


def test_what_a_file_cannot_hold_is_refused(courses: Path) -> None:
    for text in ("x" * 200_001, "\ud800"):
        with pytest.raises(BadCourseFileError):
            write_course_file(courses, "bees", "01-x.md", text, ABSENT)
    assert files(courses) == ["bees/course.md"]


def test_media_with_the_same_content_is_kept_once_and_other_content_gets_another_name(
    courses: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    source = tmp_path_factory.mktemp("elsewhere") / "anything"
    source.write_bytes(b"two")
    assert add_media_file(courses, "bees", "a.png", b"one") == "a.png"
    assert add_media_file(courses, "bees", "a.png", b"one") == "a.png"
    assert add_media_file(courses, "bees", "a.png", source) == "a-2.png"
    assert add_media_file(courses, "bees", "a.png", b"two") == "a-2.png"
    assert files(courses) == ["bees/course.md", "bees/media/a-2.png", "bees/media/a.png"]


@pytest.mark.parametrize("name", ["a.exe", "a", "../a.png", ".a.png", "a/b.png", "a\\b.png", ""])
def test_media_that_courses_do_not_hand_out_is_refused(courses: Path, name: str) -> None:
    with pytest.raises(BadCourseFileError):
        add_media_file(courses, "bees", name, b"x")
    assert files(courses) == ["bees/course.md"]


@pytest.mark.parametrize("made", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_never_waited_for(courses: Path, made: Callable[[Path], None]) -> None:
    made(courses / "bees" / "03-pipe.md")
    with pytest.raises(BadCourseFileError, match="no file"):
        read_course_file(courses, "bees", "03-pipe.md")
    with pytest.raises(BadCourseFileError, match="no file"):
        write_course_file(courses, "bees", "03-pipe.md", "Text.\n", ABSENT)
