"""The studio: the same files as git sees, nothing written over silently, nothing typed lost."""

import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit.tables import AuditEntry
from lms.content import draft_queries, trainer_queries
from lms.content import queries as content
from lms.content.drafting import Workshop
from lms.content.patterning import pattern
from lms.content.reading.process import CompilerProcess
from lms.content.trainer_actions import name_trainer
from lms.content.writing import hash_of
from lms.settings import Settings
from lms.store import writing
from tests.support import cast
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.doors import Clock
from tests.support.folders import LESSON, QUIZ, write_course
from tests.support.plays import CALL

pytestmark = pytest.mark.usefixtures("clock")

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
FILE = "/teach/studio/bees/files/01-wings.md"
JSON = {"Accept": "application/json"}


class _Shared(CompilerProcess):
    """A compiler that outlives the test: starting one takes longer than most of them."""

    def end(self) -> None:
        """Stay."""

    def really_end(self) -> None:
        super().end()


@pytest.fixture(scope="session")
def compiler() -> Iterator[_Shared]:
    made = _Shared()
    yield made
    made.really_end()


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture(autouse=True)
def workshop(app: Flask, compiler: _Shared, compiled: Path) -> None:
    app.extensions["workshop"] = Workshop(app.config["SETTINGS"].courses_folder, compiled, _compiler=compiler)


@pytest.fixture
def folder(app: Flask) -> Path:
    """The course of the bees on the disk."""
    settings: Settings = app.config["SETTINGS"]
    return write_course(settings.courses_folder, {"02-check.md": QUIZ})


@pytest.fixture
def tom(app: Flask, session: Session, people: Cast, folder: Path, now: datetime) -> Browser:
    return Browser(app, cast.sign_in(session, people.tom, now))


@pytest.fixture
def ada(app: Flask, session: Session, people: Cast, folder: Path, now: datetime) -> Browser:
    return Browser(app, cast.sign_in(session, people.ada, now))


def deeds(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def save(browser: Browser, text: str, base: str, status: int = 303) -> Any:
    return browser.post(FILE, {"text": text, "base": hash_of(base)}, status)


# --- The tree ---


def test_the_tree_shows_every_file_in_order_with_what_is_wrong(tom: Browser, folder: Path) -> None:
    (folder / "03-more.md").write_text("---\ntitel: More\n---\n\nText.\n")
    page = tom.get("/teach/studio/bees").text
    places = [page.index(f"files/{name}") for name in ("course.md", "01-wings.md", "02-check.md", "03-more.md")]
    assert places == sorted(places)
    assert "2 errors" in page


def test_a_folder_that_cannot_be_written_is_for_reading(
    tom: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.content.writing.may_write", lambda *_given: False)
    assert "may not write" in tom.get("/teach/studio/bees").text
    assert "cannot be saved" in tom.get(FILE).text


@pytest.mark.parametrize(
    "name", ["..%2Fbehaviours.md", "01-none.md", "notes.md", "course.md.swp", "..", "01-wings.MD"]
)
def test_only_files_of_a_course_are_opened(tom: Browser, folder: Path, name: str) -> None:
    (folder / "notes.md").write_text("mine")
    assert tom.client.get(f"/teach/studio/bees/files/{name}").status_code in (404, 308)


@pytest.mark.parametrize("name", ["03-What's new?.md", "04-up.MD", "05-link.md"])
def test_a_file_of_the_course_that_is_not_for_here_says_why(tom: Browser, folder: Path, name: str) -> None:
    if name == "05-link.md":
        (folder / name).symlink_to(folder / "01-wings.md")
    else:
        (folder / name).write_text(LESSON)
    at = f"/teach/studio/bees/files/{quote(name)}"
    for ask in (lambda: tom.get(at, 303), lambda: tom.post(f"{at}/remove", {})):
        assert ask().location == "/teach/studio/bees"
        said = tom.get("/teach/studio/bees").text
        assert "cannot be a course" in said or "is a link" in said
    assert (folder / name).exists()


def test_a_link_out_of_the_folder_is_not_followed(tom: Browser, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("---\ntitle: S\n---\n")
    (folder / "04-link.md").symlink_to(tmp_path / "secret.md")
    tom.get("/teach/studio/bees/files/04-link.md", 404)


# --- Saving ---


def test_saving_writes_the_file_that_an_editor_sees_and_says_who(
    tom: Browser, folder: Path, session: Session
) -> None:
    text = LESSON.replace("four wings", "four thin wings")
    save(tom, text.replace("\n", "\r\n"), LESSON)
    assert (folder / "01-wings.md").read_bytes() == text.encode()
    assert deeds(session) == ["course.hold", "course.write"]


def test_the_first_save_holds_the_course_and_a_later_one_leaves_the_switch_alone(
    tom: Browser, folder: Path, session: Session
) -> None:
    assert "from the first save here on" in tom.get(FILE).text
    save(tom, LESSON + "\nOne.\n", LESSON)
    state = content.find_state(session, "bees")
    assert state and state.is_held
    tom.post("/teach/releases/bees/let-go", {})
    assert "Saving is publishing" in tom.get(FILE).text
    save(tom, LESSON + "\nTwo.\n", LESSON + "\nOne.\n")
    session.rollback()
    state = content.find_state(session, "bees")
    assert state and not state.is_held


def test_what_somebody_saved_meanwhile_is_never_written_over_silently(tom: Browser, folder: Path) -> None:
    theirs, mine = LESSON + "\nTheirs.\n", LESSON + "\nMine.\n"
    (folder / "01-wings.md").write_text(theirs)
    page = save(tom, mine, LESSON, 409).text
    assert "Theirs." in page and "Mine." in page and "Somebody saved this file" in page
    assert (folder / "01-wings.md").read_text() == theirs
    # The page now stands on what lies there: saving it again is the author's choice.
    assert f'name="base" value="{hash_of(theirs)}"' in page
    save(tom, mine, theirs)
    assert (folder / "01-wings.md").read_text() == mine


def test_what_could_not_be_saved_is_kept(tom: Browser, folder: Path, people: Cast, session: Session) -> None:
    (folder / "01-wings.md").write_text(LESSON + "\nTheirs.\n")
    answer = tom.post(FILE, {"text": "mine", "base": hash_of(LESSON)}, 409, headers=JSON)
    assert answer.json == {"is_saved": False, "is_conflict": True}
    draft = draft_queries.find_draft(session, people.tom, "bees", "01-wings.md")
    assert draft and draft.text == "mine"


def test_a_question_without_an_id_gets_the_one_it_has_by_its_words(tom: Browser, folder: Path) -> None:
    text = LESSON + "\n## How many wings? {.question}\n\nSay.\n\n= four\n"
    answer = tom.post(FILE, {"text": text, "base": hash_of(LESSON)}, 200, headers=JSON).json
    assert answer and "## How many wings? {.question #how-many-wings}" in answer["text"]
    assert answer["base"] == hash_of(answer["text"])
    assert (folder / "01-wings.md").read_text() == answer["text"]


def test_windows_line_ends_stay(tom: Browser, folder: Path) -> None:
    (folder / "01-wings.md").write_bytes(LESSON.replace("\n", "\r\n").encode())
    base = hash_of(LESSON.replace("\n", "\r\n"))
    tom.post(FILE, {"text": LESSON + "More.\n", "base": base})
    assert (folder / "01-wings.md").read_bytes() == (LESSON + "More.\n").replace("\n", "\r\n").encode()


# --- What is typed and not saved ---


def test_a_draft_is_shown_with_its_differences_until_it_is_dropped(tom: Browser, folder: Path) -> None:
    typed = LESSON + "\nHalf a thou\n"
    tom.post(f"{FILE}/draft", {"text": typed, "base": hash_of(LESSON)}, 200)
    page = tom.get(FILE).text
    assert "did not save" in page and "<ins>" in page
    assert "Half a thou" in page.split("<textarea")[1]
    assert "something unsaved" in tom.get("/teach/studio/bees").text
    tom.post(f"{FILE}/draft/drop", {})
    page = tom.get(FILE).text
    assert "did not save" not in page and "Half a thou" not in page


def test_a_draft_of_an_older_file_meets_the_newer_one(tom: Browser, folder: Path) -> None:
    tom.post(f"{FILE}/draft", {"text": LESSON + "\nMine.\n", "base": hash_of(LESSON)}, 200)
    (folder / "01-wings.md").write_text(LESSON + "\nTheirs.\n")
    page = tom.get(FILE).text
    assert "has been changed since" in page and f'value="{hash_of(LESSON)}"' in page
    save(tom, LESSON + "\nMine.\n", LESSON, 409)


def test_others_see_that_somebody_is_there_until_she_has_gone(
    tom: Browser, ada: Browser, clock: Clock, now: datetime
) -> None:
    assert tom.post(f"{FILE}/draft", {}, 200).json["others"] == []
    assert ada.post(f"{FILE}/draft", {}, 200).json["others"] == ["Tom Okafor"]
    assert "Ada" in tom.get(FILE).text
    clock.passes(minutes=2)
    assert ada.post(f"{FILE}/draft", {}, 200).json["others"] == []


def test_a_text_no_file_can_hold_is_refused(tom: Browser, folder: Path) -> None:
    tom.post(FILE, {"text": "x" * 250_000, "base": hash_of(LESSON)}, 422)
    tom.post(FILE, {"text": "a\0b", "base": hash_of(LESSON)}, 400)
    assert (folder / "01-wings.md").read_text() == LESSON


# --- The learner's page beside it ---


def test_the_preview_is_the_learners_page_of_the_typed_text(tom: Browser, folder: Path) -> None:
    text = LESSON.replace("four wings", "five wings") + "\n![A bee](media/bee.png)\n"
    (folder / "media").mkdir()
    (folder / "media/bee.png").write_bytes(PNG)
    found = tom.post(f"{FILE}/preview", {"text": text}, 200).json
    assert "five wings" in found["page"] and 'class="lesson__text reading"' in found["page"]
    assert 'src="/teach/studio/bees/media/bee.png"' in found["page"]
    assert "<script" not in found["page"] and "csrf_token" not in found["page"]
    assert found["problems"] == []
    assert found["names"]["files"]["02-check.md"] == "Check"


def test_questions_are_tried_in_it_and_nothing_is_recorded(tom: Browser, session: Session) -> None:
    asked = tom.post("/teach/studio/bees/files/02-check.md/preview", {"text": QUIZ}, 200).json["page"]
    assert "Yes, four." not in asked
    right = asked.split('value="')[1].split('"')[0]
    answers = f'{{"wings": "response={right}"}}'
    marked = tom.post("/teach/studio/bees/files/02-check.md/preview", {"text": QUIZ, "answers": answers}, 200)
    assert "Yes, four." in marked.json["page"]
    assert deeds(session) == []


def test_a_scenario_is_played_to_its_end_and_nothing_is_recorded(
    tom: Browser, folder: Path, session: Session
) -> None:
    text = pattern("scenario", "The kettle")
    (folder / "03-kettle.md").write_text(text)
    address = "/teach/studio/bees/files/03-kettle.md/preview"
    assert "The caller gets louder" in tom.post(address, {"text": text}, 200).json["page"]
    chosen: list[str] = []
    for _turn in range(8):
        page = tom.post(address, {"text": text, "answers": json.dumps({"run": " ".join(chosen)})}, 200).json[
            "page"
        ]
        offered = re.findall(r'name="choice" value="([^"]+)"', page)
        if not offered:
            break
        chosen.append(offered[0])
    assert chosen and "<h1" in page and 'name="choice"' not in page
    # What is not offered any more, because the text was changed, begins anew.
    again = tom.post(address, {"text": text, "answers": '{"run": "gone gone"}'}, 200).json["page"]
    assert "It leaks" in again
    assert deeds(session) == []


def test_what_is_wrong_comes_with_its_line_and_a_cure_that_needs_no_thought(tom: Browser) -> None:
    text = LESSON.replace("minutes: 3", "minuts: 3") + "\n[x](02-chek.md)\n"
    found = tom.post(f"{FILE}/preview", {"text": text}, 200).json["problems"]
    assert [(each["line"], each["code"], each["mended"]) for each in found] == [
        (3, "unknown-key", {"line": 3, "column": 1, "length": 6, "text": "minutes"}),
        (10, "broken-link", {"line": 10, "column": 5, "length": 10, "text": "02-check.md"}),
    ]


def test_the_framed_page_may_be_framed_by_our_own_pages_only(tom: Browser) -> None:
    framed = tom.get(f"{FILE}/preview")
    assert "frame-ancestors 'self'" in framed.headers["Content-Security-Policy"]
    assert "top-bar" not in framed.text
    page = tom.get(FILE)
    assert page.headers["Content-Security-Policy"].endswith("frame-src 'self'")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("answers", ["[", "[]", '{"wings": 1}', "[" * 100_000])
def test_answers_no_page_of_ours_sends_are_refused(tom: Browser, answers: str) -> None:
    tom.post(f"{FILE}/preview", {"text": LESSON, "answers": answers}, 400)


# --- Files that come, go, and change their names ---


def test_a_new_file_begins_with_a_whole_example(tom: Browser, folder: Path, session: Session) -> None:
    answer = tom.post("/teach/studio/bees/new", {"title": "Über den Stachel", "kind": "scenario"})
    assert answer.location == "/teach/studio/bees/files/03-uber-den-stachel.md?new=1"
    assert "title: Über den Stachel" in (folder / "03-uber-den-stachel.md").read_text()
    assert "You cannot break anything" in tom.get(answer.location).text
    assert "course.add-file" in deeds(session)


def test_moving_writes_the_numbers_anew_and_links_follow(tom: Browser, folder: Path) -> None:
    (folder / "01-wings.md").write_text(LESSON + "\n[the check](02-check.md#wings)\n")
    tom.post("/teach/studio/bees/files/02-check.md/move", {"to": "up"})
    assert sorted(path.name for path in folder.glob("0*.md")) == ["01-check.md", "02-wings.md"]
    assert "(01-check.md#wings)" in (folder / "02-wings.md").read_text()


def test_renaming_keeps_the_id_that_progress_hangs_on(tom: Browser, folder: Path) -> None:
    tom.post(f"{FILE}/rename", {"title": "Four thin wings"})
    text = (folder / "01-four-thin-wings.md").read_text()
    assert text.startswith("---\ntitle: Wings\nminutes: 3\nid: wings\n---\n")
    assert not (folder / "01-wings.md").exists()


def test_what_is_taken_out_can_be_put_back(tom: Browser, folder: Path) -> None:
    tom.post(f"{FILE}/remove", {})
    assert not (folder / "01-wings.md").exists()
    page = tom.get("/teach/studio/bees").text
    removed = page.split("/removed/")[1].split("/back")[0]
    tom.post(f"/teach/studio/bees/removed/{removed}/back", {})
    assert (folder / "01-wings.md").read_text() == LESSON
    tom.post("/teach/studio/bees/files/course.md/remove", {})
    assert (folder / "course.md").exists()


@pytest.mark.parametrize("removed", ["20261129T010000-..%2F..%2Fx.md", "x", "20261129T010000-01-none.md"])
def test_only_removed_files_are_put_back(tom: Browser, removed: str) -> None:
    token = tom.csrf_token()
    response = tom.client.post(f"/teach/studio/bees/removed/{removed}/back", data={"csrf_token": token})
    assert response.status_code in (303, 404, 308)


def test_titles_in_letters_no_address_holds_make_courses_all_the_same(
    tom: Browser, session: Session, people: Cast, now: datetime
) -> None:
    with writing(session):
        name_trainer(session, "course-2", people.ada, now=now, by=None)
    made = [tom.post("/teach/new-course", {"title": title}).location for title in ("Мёд и воск", "Μέλι και κερί")]
    assert made == [f"/teach/studio/{slug}/files/course.md?new=1" for slug in ("course", "course-3")]
    page = tom.post("/teach/new-course", {"title": "Course 2"}, 422).text
    assert "Choose another title" in page and 'value="Course 2"' in page


def test_a_course_the_disk_refused_is_begun_again(tom: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("lms.content.writing._put", refuse)
        assert tom.post("/teach/new-course", {"title": "Wasps"}).location == "/teach/"
    assert "No space left on device" in tom.get("/teach/").text
    again = tom.post("/teach/new-course", {"title": "Wasps"})
    assert again.location == "/teach/studio/wasps/files/course.md?new=1"


def test_a_new_course_is_its_makers_and_waits(
    tom: Browser, ada: Browser, session: Session, people: Cast, app: Flask
) -> None:
    answer = tom.post("/teach/new-course", {"title": "Honey & Wax"})
    assert answer.location == "/teach/studio/honey-wax/files/course.md?new=1"
    assert trainer_queries.trainers_of(session, "honey-wax") == {people.tom}
    state = content.find_state(session, "honey-wax")
    assert state and state.is_held
    tom.get("/teach/studio/honey-wax")
    tom.post("/teach/studio/honey-wax/new", {"title": "The first jar", "kind": "scenario"})
    assert "pass: scenario 70" in tom.get("/teach/studio/honey-wax/files/course.md").text
    tom.post("/teach/new-course", {"title": "Honey, Wax"}, 422)
    tom.post("/teach/new-course", {"title": "?!"}, 422)


# --- Pictures, sound, documents ---


def upload(browser: Browser, name: str, body: bytes, status: int, **options: Any) -> Any:
    data = {"file": (io.BytesIO(body), name)}
    return browser.post("/teach/studio/bees/media", data, status, **options)


def test_a_picture_is_taken_in_by_what_it_is_under_a_safe_name(tom: Browser, folder: Path) -> None:
    answer = upload(tom, "../Ünsere Tässe (1).html", PNG, 200, headers=JSON)
    assert answer.json == {"path": "media/unsere-tasse-1.png", "name": "unsere-tasse-1.png"}
    assert (folder / "media/unsere-tasse-1.png").read_bytes() == PNG
    assert upload(tom, "unsere-tasse-1.png", PNG + b"\0", 200, headers=JSON).json["name"] == "unsere-tasse-1-2.png"


@pytest.mark.parametrize("body", [b"<!doctype html><script>alert(1)</script>", b"MZ\x90\0", b"", b"PK\x03\x04"])
def test_what_courses_do_not_hand_out_is_refused(tom: Browser, folder: Path, body: bytes) -> None:
    upload(tom, "picture.png", body, 422, headers=JSON)
    assert not (folder / "media").exists()


def test_a_drawing_with_a_script_is_harmless_where_it_is_shown(tom: Browser) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    upload(tom, "drawing.svg", drawing, 303)
    shown = tom.client.get("/teach/studio/bees/media/drawing.svg")
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


def test_a_half_written_scenario_has_a_map_that_says_what_is_wrong(tom: Browser, folder: Path) -> None:
    broken = CALL.replace("](#shouting)", "](#shuoting)").replace("](#tired)", "](#calm)")
    (folder / "03-call.md").write_text(broken)
    page = tom.get("/teach/studio/bees/files/03-call.md/map").text
    assert "No such moment" in page and "no such moment: shuoting" in page and "Nobody comes here" in page
    assert "/teach/studio/bees/files/03-call.md" in page
    assert "/teach/studio/bees/files/03-call.md/map" in tom.get("/teach/studio/bees/files/03-call.md").text


def test_what_is_no_scenario_has_no_map_yet(tom: Browser, folder: Path) -> None:
    (folder / "03-call.md").write_text("---\ntitle: Call\nkind: scenario\n---\n\nSoon.\n")
    for name in ("01-wings.md", "03-call.md"):
        page = tom.get(f"/teach/studio/bees/files/{name}/map").text
        assert "Nothing to draw yet" in page and '<svg class="path-map' not in page
    tom.get("/teach/studio/bees/files/77-none.md/map", 404)
