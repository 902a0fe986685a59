"""Bringing in and handing out at the trainer's desk: reviewed first, written whole, audited, for her eyes only."""

import io
import re
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lms.audit.tables import AuditEntry
from lms.clock import utc_now
from lms.content import trainer_queries, writing
from lms.content.publishing import publish_folder
from lms.content.trainer_actions import name_trainer
from lms.interop.brought import BroughtQuiz
from lms.interop.draft import Choice, Draft, DraftOption, Steps
from lms.interop.pages.whole_course import find_front, read_course
from lms.interop.qti.packages import read_package
from lms.interop.qti.packing import write_package
from lms.interop.running import Stage
from lms.interop.safe_zip import opened
from lms.settings import Settings
from lms.store import writing as transaction
from lms.web.teach.exchange import imports
from tests.interop.test_pages import SITE
from tests.interop.test_running import archived
from tests.support import cast
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.folders import QUIZ, write_course

OPTIONS = (DraftOption("Yes & no", True, "<p>Canary of the key.</p>"), DraftOption("No", False))


def package(*ids: str, pictures: dict[str, bytes] | None = None) -> bytes:
    drafts = [Draft(f"Title <{each}>", "<p>What?</p>", Choice(OPTIONS), id=each) for each in ids]
    if pictures:
        drafts.append(
            Draft("Seen", '<p><img src="media/bee.png" alt="A bee"></p>', Steps(("one", "two")), id="seen")
        )
    return write_package([BroughtQuiz("From elsewhere", tuple(drafts))], "T", pictures or {}).content


@pytest.fixture
def courses(app: Flask, engine: Engine, people: Cast, now: datetime) -> Path:
    """The app's courses folder with a published course that has a quiz and a picture."""
    settings: Settings = app.config["SETTINGS"]
    quiz = QUIZ + "\n## Seen {#seen}\n\n![A bee](media/bee.png)\n\n- [x] Bee\n    > y\n- [ ] No\n    > n\n"
    write_course(settings.courses_folder, {"02-check.md": quiz, "media/bee.png": b"\x89PNG old"})
    publish_folder(engine, settings.courses_folder, now=lambda: now)
    return settings.courses_folder


@pytest.fixture
def tom(app: Flask, session: Session, people: Cast, courses: Path) -> Browser:
    """The trainer's browser."""
    return Browser(app, cast.sign_in(session, people.tom, utc_now()))


def send(browser: Browser, body: bytes, name: str = "quiz.zip", status: int = 303, **form: str) -> str:
    """Send a file; returns where the review is, or the page that refused it."""
    data = {"file": (io.BytesIO(body), name), **form}
    response = browser.post("/teach/import", data, status, content_type="multipart/form-data")
    return str(response.location) if status == 303 else str(response.text)


def waiting(app: Flask) -> list[str]:
    folder = app.config["SETTINGS"].data_folder / "imports"
    return [path.name for path in folder.rglob("*")] if folder.is_dir() else []


def entries(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    return [(row.action, row.subject) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def files(courses: Path) -> dict[str, str]:
    return {
        path.relative_to(courses).as_posix(): path.read_text("utf-8", "replace")
        for path in courses.rglob("*")
        if path.is_file()
    }


def test_nothing_is_written_before_it_is_said_so(
    app: Flask, tom: Browser, courses: Path, session: Session
) -> None:
    before = files(courses)
    review = send(tom, package("q-1", "wings", pictures={"media/bee.png": b"\x89PNG new"}), course="bees")
    page = tom.get(review).text
    assert "Title &lt;q-1&gt;" in page and "read as QTI" in page
    assert "“wings” is the id of a question in this course already" in page
    assert "Only the whole answer earned a point there" in page
    assert files(courses) == before and entries(session) == []
    picture = re.search(r'src="(/teach/imports/[^"]+bee\.png)"', page)
    assert picture and tom.client.get(picture[1]).data == b"\x89PNG new"


def test_what_is_ticked_becomes_a_new_quiz_of_the_course(
    app: Flask, tom: Browser, courses: Path, session: Session
) -> None:
    review = send(tom, package("q-1", "wings", pictures={"media/bee.png": b"\x89PNG new"}))
    form = {"take": ["q0-1", "q0-2"], "place": "bees/", "quiz_title": "Brought: in"}
    assert tom.post(review, form).location == "/teach/courses/bees"
    text = (courses / "bees" / "03-brought-in.md").read_text()
    assert text.startswith("---\ntitle: Brought: in\nkind: quiz\n")
    assert "## Title" in text and "{#wings-2}" in text and "q-1" not in text
    # Its picture has the name of another one there, and got its own.
    assert "media/bee-2.png" in text and "{#seen-2 " in text
    assert (courses / "bees" / "media" / "bee-2.png").read_bytes() == b"\x89PNG new"
    # What learners have changes when somebody publishes it, as with the first save in the studio.
    assert entries(session) == [
        ("course.hold", "course:bees"), ("course.write", "course:bees"), ("course.import", "course:bees"),
    ]  # fmt: skip
    assert waiting(app) == []
    tom.get(review, 404)


def test_questions_go_to_the_end_of_a_quiz_as_it_lies_there_now(tom: Browser, courses: Path) -> None:
    review = send(tom, package("q-1"))
    (courses / "bees" / "02-check.md").write_text("---\ntitle: New\nkind: quiz\n---\n\nHers.\n")
    tom.post(review, {"take": ["q0-0"], "place": "bees/02-check.md"})
    text = (courses / "bees" / "02-check.md").read_text()
    assert text.startswith("---\ntitle: New\nkind: quiz\n---\n\nHers.\n\n## Title") and text.endswith(
        "key.\n- [ ] No\n"
    )


def test_a_new_course_waits_and_is_its_writers_own(
    tom: Browser, courses: Path, session: Session, people: Cast
) -> None:
    review = send(tom, archived(SITE), "site.zip")
    form = {"take": ["f0", "f1"], "place": "new", "new_slug": "handbook", "new_title": "Handbook"}
    assert tom.post(review, form).location == "/teach/courses/handbook"
    assert sorted(name for name in files(courses) if name.startswith("handbook")) == [
        "handbook/01-docs.md", "handbook/02-first.md", "handbook/course.md", "handbook/media/logo.png",
    ]  # fmt: skip
    session.rollback()
    assert trainer_queries.trainers_of(session, "handbook") == {people.tom}
    assert entries(session) == [("course.hold", "course:handbook"), ("course.import", "course:handbook")]
    tom.get("/teach/courses/handbook")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"place": "bees/"}, "Nothing is ticked"),
        ({"place": "new", "take": ["q0-0"], "new_slug": "Not So", "new_title": "T"}, "small letters"),
        (
            {"place": "new", "take": ["q0-0"], "new_slug": "bees", "new_title": "T"},
            "There is a course of this name",
        ),
        ({"place": "new", "take": ["q0-0"], "new_slug": "wasps", "new_title": ""}, "Give the course a title"),
        ({"place": "bees/09-gone.md", "take": ["q0-0"]}, "09-gone.md is gone"),
        ({"place": "bees/../x.md", "take": ["q0-0"]}, "cannot be a course"),
    ],
)
def test_what_was_chosen_is_kept_when_something_is_missing(
    tom: Browser, courses: Path, form: dict[str, object], said: str
) -> None:
    before = files(courses)
    review = send(tom, package("q-1", "q-2"))
    page = tom.post(review, {"quiz_title": "Kept title", **form}, 422).text
    assert said in page and "Kept title" in page
    taken = page.count(" checked>")
    assert taken == len(form.get("take", []))  # type: ignore[arg-type]  # a list where it is there
    assert files(courses) == before
    tom.get(review)


def test_when_the_disk_refuses_nothing_of_it_stays(
    tom: Browser, courses: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(courses)
    review = send(tom, archived(SITE), "site.zip")
    original, calls = writing._put, []

    def fails_the_second_time(*given: object, **more: object) -> None:
        calls.append(given)
        if len(calls) > 2:
            raise OSError(28, "No space left on device")
        original(*given, **more)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(writing, "_put", fails_the_second_time)
    page = tom.post(review, {"take": ["f0", "f1", "f2"], "place": "bees/"}, 422).text
    assert "nothing was written" in page
    assert {name for name in files(courses) if name.endswith(".md")} == {n for n in before if n.endswith(".md")}
    new = {"take": ["f0", "f1", "f2"], "place": "new", "new_slug": "handbook", "new_title": "Handbook"}
    assert "nothing was written" in tom.post(review, new, 422).text
    monkeypatch.setattr(writing, "_put", original)
    assert tom.post(review, new).location == "/teach/courses/handbook"


def test_an_import_is_its_owners_alone(
    app: Flask, tom: Browser, session: Session, people: Cast, courses: Path
) -> None:
    review = send(tom, package("q-1"))
    ada = Browser(app, cast.sign_in(session, people.ada, utc_now()))
    ada.get(review, 404)
    ada.post(review, {"take": ["q0-0"], "place": "bees/"}, 404)
    ada.post(f"{review}/drop", {}, 404)
    tom.get(review)


def test_an_import_is_written_once_however_often_the_button_is_pressed(
    app: Flask, session: Session, people: Cast, tom: Browser, courses: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = send(tom, package("q-1"))
    form = {"take": ["q0-0"], "place": "bees/", "quiz_title": "Once"}
    windows = [tom, Browser(app, cast.sign_in(session, people.tom, utc_now()))]
    sent = [(window.client, form | {"csrf_token": window.csrf_token()}) for window in windows]
    pressed = threading.Barrier(2)
    original = imports._written

    def pressed_twice(stage: Stage) -> ResponseReturnValue:
        # The second one has found the import too, and waits for its turn.
        time.sleep(0.3)
        return original(stage)

    monkeypatch.setattr(imports, "_written", pressed_twice)

    def press(once: tuple[FlaskClient, dict[str, object]]) -> int:
        client, fields = once
        pressed.wait()
        return client.post(review, data=fields).status_code

    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(press, sent)) == [303, 404]
    assert [name for name in files(courses) if "once" in name] == ["bees/03-once.md"]
    assert "does not wait here any more" in tom.get(review, 404).text


def test_a_course_of_others_is_neither_offered_nor_written(
    tom: Browser, session: Session, people: Cast, courses: Path, now: datetime
) -> None:
    with transaction(session):
        name_trainer(session, "bees", people.ada, now=now, by=None)
    review = send(tom, package("q-1"))
    assert "bees/" not in tom.get(review).text
    tom.post(review, {"take": ["q0-0"], "place": "bees/"}, 404)
    tom.post(review, {"take": ["q0-0"], "place": "bees/02-check.md"}, 404)
    tom.get("/teach/import?course=bees", 404)
    tom.get("/teach/exports/bees", 404)
    for what in ("questions", "course", "paper"):
        tom.post(f"/teach/exports/bees/{what}", {"format": "qti-2.1", "part": "check", "quiz": "check"}, 404)


@pytest.mark.parametrize("place", ["wasps/", "wasps/01-a.md", "../bees/", ""])
def test_a_course_that_is_not_there_is_not_begun_by_its_name(tom: Browser, courses: Path, place: str) -> None:
    before = files(courses)
    review = send(tom, package("q-1"))
    tom.post(review, {"take": ["q0-0"], "place": place, "quiz_title": "T"}, 404)
    assert files(courses) == before
    tom.get(review)


def test_what_is_forgotten_is_gone(app: Flask, tom: Browser, courses: Path) -> None:
    review = send(tom, package("q-1"))
    tom.post(f"{review}/drop", {})
    assert waiting(app) == []
    tom.get(review, 404)


def test_a_hostile_file_is_refused_with_a_sentence(app: Flask, tom: Browser, courses: Path) -> None:
    laughs = b'<!DOCTYPE q [<!ENTITY a "a">]>\n<q>&a;</q>'
    page = send(tom, laughs, "../../x.xml", 422)
    assert "Line 1: " in page and "document type" in page
    assert waiting(app) == []


def test_a_file_too_large_is_refused_without_being_read(app: Flask, tom: Browser, courses: Path) -> None:
    class Endless(io.RawIOBase):
        read_bytes = 0

        def readable(self) -> bool:
            return True

        def tell(self) -> int:
            return 0

        def seek(self, offset: int, whence: int = 0) -> int:
            return 0

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # enough for a test
            Endless.read_bytes += len(buffer)
            return len(buffer)

    response = tom.client.post(
        "/teach/import",
        input_stream=Endless(),
        environ_overrides={"CONTENT_LENGTH": "500000000"},
        content_type="multipart/form-data; boundary=x",
        headers={"Origin": "http://localhost"},
    )
    assert response.status_code == 413
    assert Endless.read_bytes < 1_000_000
    assert waiting(app) == []


def test_other_addresses_keep_their_limit(tom: Browser) -> None:
    body = b"x" * (17 * 1024 * 1024)
    response = tom.client.post("/teach/exports/bees/course", data={"csrf_token": tom.csrf_token(), "x": body})
    assert response.status_code == 413


# Out.


def test_questions_leave_as_a_package_with_their_pictures(tom: Browser, session: Session) -> None:
    page = tom.get("/teach/exports/bees?format=qti-3.0&part=check").text
    assert "It holds every question as it is here" in page
    response = tom.post("/teach/exports/bees/questions", {"format": "qti-3.0", "part": ["check"]}, 200)
    assert response.headers["Content-Disposition"].startswith("attachment")
    with opened(io.BytesIO(response.data)) as archive:
        brought = read_package(archive)
    assert [draft.id for draft in brought.drafts] == ["wings", "seen"]
    assert [media.content for media in brought.media] == [b"\x89PNG old"]
    assert entries(session) == [("course.export", "course:bees")]


def test_the_course_leaves_as_it_lies_on_the_disk(tom: Browser, courses: Path, session: Session) -> None:
    response = tom.post("/teach/exports/bees/course", {}, 200)
    with opened(io.BytesIO(response.data)) as archive:
        brought = read_course(archive, str(find_front(archive)))
    assert {f"bees/{file.name}": file.text for file in brought.files} == {
        name: text for name, text in files(courses).items() if name.endswith(".md")
    }
    assert zipfile.ZipFile(io.BytesIO(response.data)).read("bees/media/bee.png") == b"\x89PNG old"
    assert entries(session) == [("course.export", "course:bees")]


@pytest.mark.parametrize(
    ("what", "form"),
    [
        ("questions", {}),
        ("questions", {"format": "qti-2.1"}),
        ("questions", {"format": "docx", "part": "check"}),
        ("questions", {"format": "qti-2.1", "part": "none"}),
        ("paper", {"quiz": "wings"}),
        ("paper", {"quiz": "check", "paper": "a9"}),
        ("paper", {"quiz": "check", "form": "Z"}),
    ],
)
def test_what_cannot_be_had_is_said(tom: Browser, session: Session, what: str, form: dict[str, str]) -> None:
    assert 'id="problems"' in tom.post(f"/teach/exports/bees/{what}", form, 422).text
    assert entries(session) == []


def test_a_quiz_is_printed_without_its_key_and_the_key_apart(tom: Browser, session: Session) -> None:
    for what in ("questions", "key"):
        for paper in ("a4", "letter"):
            response = tom.post(
                "/teach/exports/bees/paper", {"quiz": "check", "paper": paper, "form": "B", "what": what}, 200
            )
            assert response.data.startswith(b"%PDF-") and response.content_type == "application/pdf"
    assert [action for action, _ in entries(session)] == ["course.print"] * 4
