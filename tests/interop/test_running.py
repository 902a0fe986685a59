"""An import from the file to what waits for a yes: every reader behind its limits, and nothing left behind."""

import hashlib
import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from lms.interop import placing, running
from lms.interop.brought import Brought, BroughtQuiz
from lms.interop.draft import Choice, Draft, DraftOption
from lms.interop.laying_out import lay_out
from lms.interop.qti.packing import write_package
from lms.interop.refusing import RefusedFileError
from lms.interop.running import Stage
from lms.interop.staged import Staged
from tests.interop.test_cartridge import MANIFEST
from tests.interop.test_pages import LIA, SITE
from tests.interop.test_safe_xml import HOSTILE as HOSTILE_XML
from tests.interop.test_safe_zip import HOSTILE as HOSTILE_ZIP

OPTIONS = (DraftOption("Yes", True, "<p>Yes.</p>"), DraftOption('<img src="media/b.png" alt="A bee">', False))


def pouring(body: bytes) -> Callable[[BinaryIO], str]:
    def pour(file: BinaryIO) -> str:
        file.write(body)
        return hashlib.sha256(body).hexdigest()

    return pour


def begun(folder: Path, body: bytes, name: str = "file", chosen: str = "") -> Stage:
    return running.begin(folder, pouring(body), 7, name, chosen, "")


def staged(folder: Path, body: bytes, name: str = "file", chosen: str = "") -> Staged:
    return begun(folder, body, name, chosen).staged()


def archived(files: dict[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()


def package() -> bytes:
    drafts = tuple(
        Draft(f"Title {n}", "<p>What?</p>", Choice(OPTIONS), id=f"q-{n}", pool="a", line=n) for n in range(3)
    )
    quiz = BroughtQuiz("Check", drafts, draws=((2, "a"),))
    return write_package([quiz], "Check", {"media/b.png": b"\x89PNG"}).content


def left(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_what_a_file_brings_waits_beside_its_pictures_and_the_file_is_gone(tmp_path: Path) -> None:
    stage = begun(tmp_path, package(), "check.zip")
    found = stage.staged()
    assert [question.title for question in found.quizzes[0].questions] == ["Title 0", "Title 1", "Title 2"]
    assert found.quizzes[0].settings == (("draw", "2 from a"), ("shuffle", "no"))
    assert found.quizzes[0].questions[0].markdown.startswith("## Title 0 {#q-0 ")
    assert [name.rpartition("/")[2] for name in left(tmp_path)] == ["about.json", "b.png", "result.json"]
    assert running.find(tmp_path, stage.key, 7) == stage
    assert running.find(tmp_path, stage.key, 8) is None
    stage.drop()
    assert left(tmp_path) == [] and running.find(tmp_path, stage.key, 7) is None


@pytest.mark.parametrize("key", ["", ".", "..", "../../etc", "a/b", "x" * 200, "no-such-import-was-begun"])
def test_keys_that_nobody_was_given_lead_nowhere(tmp_path: Path, key: str) -> None:
    assert running.find(tmp_path, key, 7) is None


def test_every_format_shows_by_itself_what_it_is(tmp_path: Path) -> None:
    item = zipfile.ZipFile(io.BytesIO(package())).read("items/q-0.xml")
    cases = {
        "qti": [package(), item],
        "cartridge": [archived({"imsmanifest.xml": MANIFEST})],
        "mkdocs": [archived(SITE)],
        "markdown": [archived({"a.md": "A", "b.md": "B"})],
        "course": [archived({"bees/course.md": "---\ntitle: B\n---\n"})],
        "liascript": [LIA.encode(), archived({"README.md": LIA})],
    }
    for name, bodies in cases.items():
        for body in bodies:
            assert staged(tmp_path, body).format == name
    assert staged(tmp_path, archived({"README.md": LIA}), chosen="pages").format == "markdown"


def nested() -> bytes:
    body = b"x"
    for level in range(6):
        body = archived({f"{level}-{n}.zip": body for n in range(8)})
    return body


HOSTILE = {
    **{f"xml: {name}": body for name, body in HOSTILE_XML.items() if name not in ("no XML", "NUL")},
    **{f"zip: {name}": body for name, body in HOSTILE_ZIP.items()},
    "nested": nested(),
    "laughs in a package": archived(
        {"imsmanifest.xml": HOSTILE_XML["billion laughs"], "q.xml": HOSTILE_XML["too deep"]}
    ),
    "a site that climbs": archived({"mkdocs.yml": "docs_dir: ../../../../etc\nnav:\n  - passwd.md\n"}),
    "no text": bytes(range(128, 256)) * 10,
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(1000),
    "30 MB of text": b"words and more\n" * 2_100_000,
    "brackets": b"<!--\nnarrator: x\n-->\n# A\n\n" + b"[" * 150_000 + b"\n\n[(X)] a\n[( )] b\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_a_sentence_and_leave_nothing(tmp_path: Path, name: str) -> None:
    began = time.perf_counter()
    refusal = None
    try:
        stage = begun(tmp_path, HOSTILE[name].replace(b"PORT", b"9"))
    except RefusedFileError as error:
        refusal = error
    assert time.perf_counter() - began < 40
    if refusal is not None:
        assert refusal.what.endswith((".", "…")) and refusal.cure.endswith(".")
        assert left(tmp_path) == [] and list((tmp_path / "imports").iterdir()) == []
        return
    # Read as far as it is honest; what is not is named, and none of it waits to be taken.
    found = stage.staged()
    assert found.notes
    assert not found.files


def test_a_file_that_costs_too_much_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_WALL_SECONDS", 0.01)
    with pytest.raises(RefusedFileError, match="too long"):
        begun(tmp_path, package())
    assert left(tmp_path) == []


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def breaks(file: BinaryIO) -> str:
        file.write(b"half")
        raise OSError("the line is dead")

    with pytest.raises(OSError, match="dead"):
        running.begin(tmp_path, breaks, 7, "x", "", "")
    assert left(tmp_path) == []


def test_what_nobody_came_back_to_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = begun(tmp_path, package())
    running.forget_old(tmp_path)
    assert running.find(tmp_path, kept.key, 7)
    monkeypatch.setattr(running, "KEPT_SECONDS", -1)
    running.forget_old(tmp_path)
    assert left(tmp_path) == []


def test_nothing_is_lost_between_two_quizzes_and_no_id_is_there_twice() -> None:
    plain = (DraftOption("Yes", True), DraftOption("No", False))

    def quiz(title: str, *ids: str) -> BroughtQuiz:
        drafts = (Draft(f"T {each}", "<p>What?</p>", Choice(plain), id=each, line=2) for each in ids)
        return BroughtQuiz(title, tuple(drafts))

    # The second has no answer that could be written, so it is left out and named.
    broken = Draft("Broken", "<p>What?</p>", Choice(()), id="b", line=2)
    brought = Brought("qti", "T", (BroughtQuiz("A", (*quiz("A", "x").drafts, broken)), quiz("B", "x", "y")))
    found = lay_out(brought)
    assert [[question.id for question in quiz.questions] for quiz in found.quizzes] == [["x"], ["x-2", "y"]]
    assert "{#x-2" in found.quizzes[1].questions[0].markdown
    assert [note.item for note in found.notes] == ["Broken"]


# What was chosen, as files.


def test_new_files_come_after_those_that_are_there(tmp_path: Path) -> None:
    found = staged(tmp_path, package())
    (made,) = placing.new_files(found, ["course.md", "01-a.md", "07-check.md"], "Check")
    assert made.name == "08-check-2.md"
    assert made.text.startswith(
        "---\ntitle: Check\nkind: quiz\ndraw: 2 from a\nshuffle: no\n---\n\n## Title 0 {#q-0 "
    )


def test_a_draw_asks_for_no_more_than_was_chosen(tmp_path: Path) -> None:
    chosen = placing.chosen(staged(tmp_path, package()), {placing.question_key(0, 1)})
    (made,) = placing.new_files(chosen, [], "Check")
    assert "draw: 1 from a\n" in made.text and "## Title 1 {" in made.text and "Title 0" not in made.text


def test_ids_that_are_taken_are_given_anew(tmp_path: Path) -> None:
    text = "## One {#q-1 points=2}\n\n## Two {.fixed #q-2}\n"
    assert placing.ids_in([text]) == {"q-1", "q-2"}
    found = placing.without_clashes(staged(tmp_path, package()), placing.ids_in([text]))
    assert [question.id for question in found.quizzes[0].questions] == ["q-0", "q-1-2", "q-2-2"]
    assert "{#q-1-2 " in found.quizzes[0].questions[1].markdown


def test_a_new_course_of_pages_links_its_lessons_by_their_new_names(tmp_path: Path) -> None:
    found = staged(tmp_path, archived(SITE))
    chosen = placing.chosen(found, {placing.file_key(0), placing.file_key(1)})
    front, first, second = placing.new_course(chosen, "Handbook", "en")
    assert front.text == "---\ntitle: Handbook\nlanguage: en\npass: all lessons\n---\n"
    assert (first.name, second.name) == ("01-docs.md", "02-first.md")
    into = placing.new_files(chosen, ["05-x.md"], "")
    assert [file.name for file in into] == ["06-docs.md", "07-first.md"]
    assert "(07-first.md#hear)" in into[0].text


def test_a_quiz_too_large_for_a_file_becomes_several(tmp_path: Path) -> None:
    found = staged(tmp_path, package()).quizzes[0]
    long = tuple(
        placing.replace(found.questions[0], markdown=f"## {n} {{#q-{n}}}\n\n" + "x" * 90_000) for n in range(5)
    )
    texts = placing.quiz_texts(placing.replace(found, questions=long), "Big")
    assert len(texts) == 3 and all(len(text.encode()) < 200_000 for text in texts)
    assert texts[0].startswith("---\ntitle: Big (1)\nkind: quiz\n---\n")


def test_pictures_follow_their_new_names() -> None:
    file = placing.NewFile("01-a.md", "![x](media/b.png) ![y](media/b.png.png) media/b.png")
    assert placing.with_media(file, {"b.png": "b-2.png"}).text == (
        "![x](media/b-2.png) ![y](media/b.png.png) media/b-2.png"
    )
