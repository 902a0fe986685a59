"""Holding and publishing at the trainer's desk: what waits, what changed, who is touched, and the way back."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lms.audit.tables import AuditEntry
from lms.content import queries as content
from lms.content.actions import set_held
from lms.jobs.publishing import publish_courses
from lms.progress import actions as progress
from lms.progress import attempt_actions
from lms.progress import queries as progress_queries
from lms.store import writing
from tests.support import cast
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.databases import selects_of
from tests.support.folders import LESSON, QUIZ, published_course, write_course

pytestmark = pytest.mark.usefixtures("clock")

COURSE = "/teach/courses/bees"
RELEASES = "/teach/releases/bees"


@pytest.fixture
def folder(app: Flask, engine: Engine, people: Cast) -> Path:
    """The folder of a published course with a lesson and a quiz."""
    return published_course(engine, app.config["SETTINGS"], {"02-check.md": QUIZ})


@pytest.fixture
def tom(app: Flask, session: Session, people: Cast, folder: Path, now: datetime) -> Browser:
    """Tom's browser: he trains."""
    return Browser(app, cast.sign_in(session, people.tom, now))


def save(app: Flask, engine: Engine, folder: Path, name: str, text: str) -> None:
    """Write a file and let the watcher's work be done."""
    (folder / name).write_text(text)
    publish_courses(engine, app.config["SETTINGS"])


def number(session: Session) -> int | None:
    session.rollback()
    state = content.find_state(session, "bees")
    assert state is not None
    return state.release_number


def deeds(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_trainer_holds_a_course_and_lets_it_go(
    app: Flask, engine: Engine, session: Session, folder: Path, tom: Browser
) -> None:
    assert "is live within two seconds" in tom.get(COURSE).text
    tom.post(f"{RELEASES}/hold")
    tom.post(f"{RELEASES}/hold")
    save(app, engine, folder, "01-wings.md", LESSON.replace("four", "4"))
    assert number(session) == 1
    page = tom.get(COURSE).text
    assert "This course is held" in page and "Learners keep release 1" in page
    assert "A change waits" in tom.get("/teach/").text
    tom.post(f"{RELEASES}/let-go")
    assert number(session) == 2
    assert deeds(session) == ["course.hold", "course.let-go"]


# Publishing what waits


WRONG_KEY = QUIZ.replace("[x] Four", "[ ] Four").replace("[ ] Two", "[x] Two")


@pytest.fixture
def held(tom: Browser) -> Browser:
    """Tom's browser, when he has held the course."""
    tom.post(f"{RELEASES}/hold")
    return tom


def shown(page: str) -> dict[str, str]:
    """Return what the page's form says of what was shown."""
    found = re.search(
        r'name="hash" value="([0-9a-f]{64})">\s+<input type="hidden" name="beside" value="(\d*)"', page
    )
    assert found, page
    return {"hash": found[1], "beside": found[2]}


def test_publishing_shows_what_is_different_and_publishes_exactly_that(
    app: Flask, engine: Engine, session: Session, folder: Path, held: Browser
) -> None:
    save(app, engine, folder, "01-wings.md", LESSON.replace("four wings", "two pairs of wings"))
    page = held.get(f"{RELEASES}/publish").text
    assert "<del>" in page and "two pairs of</ins>" in page
    assert "It looks like a typo" in page and re.search(r'value="typo"[^>]* checked', page)
    assert "Nobody is enrolled in this course yet." in page
    said = {**shown(page), "kind": "typo", "note": "Pairs are easier to see."}
    assert held.post(f"{RELEASES}/publish", said).location == RELEASES
    assert number(session) == 2
    held.post(f"{RELEASES}/publish", said)
    assert number(session) == 2
    history = held.get(RELEASES).text
    for words in ("Pairs are easier to see.", "Typo", "Tom Okafor", "Learners have release 2."):
        assert words in history, words
    assert "Nothing waits" in held.get(f"{RELEASES}/publish").text
    assert deeds(session) == ["course.hold", "course.publish"]


def test_another_key_is_loud_and_material(app: Flask, engine: Engine, folder: Path, held: Browser) -> None:
    save(app, engine, folder, "02-check.md", WRONG_KEY)
    page = held.get(f"{RELEASES}/publish").text
    assert "Other key" in page and "No longer right" in page and "Right now" in page
    assert "another answer to “Wings” is right" in page
    assert "It looks like a material change" in page and re.search(r'value="material"[^>]* checked', page)


def test_what_changed_meanwhile_is_shown_again_and_nothing_typed_is_lost(
    app: Flask, engine: Engine, session: Session, folder: Path, held: Browser
) -> None:
    save(app, engine, folder, "01-wings.md", LESSON.replace("four", "4"))
    said = {**shown(held.get(f"{RELEASES}/publish").text), "kind": "addition", "note": "Digits <&>"}
    (folder / "01-wings.md").write_text(LESSON.replace("four", "five"))
    page = held.post(f"{RELEASES}/publish", said, 409).text
    assert "while you were looking" in page and "Digits &lt;&amp;&gt;" in page and "five</ins>" in page
    assert re.search(r'value="addition"[^>]* checked', page) and number(session) == 1
    held.post(f"{RELEASES}/publish", said | shown(page))
    assert number(session) == 2


def test_what_went_live_meanwhile_is_seen_before_anything_takes_its_place(
    app: Flask, engine: Engine, session: Session, folder: Path, tom: Browser
) -> None:
    save(app, engine, folder, "01-wings.md", LESSON.replace("four", "4"))
    tom.post(f"{RELEASES}/hold")
    save(app, engine, folder, "01-wings.md", LESSON.replace("four", "five"))
    said = {"kind": "typo", "note": "As it was <&>."}
    publishing = said | shown(tom.get(f"{RELEASES}/publish").text)
    # A colleague goes back while Tom is looking.
    tom.post(f"{RELEASES}/1/back", {"note": "Four it is.", "beside": "2"})
    page = tom.post(f"{RELEASES}/publish", publishing, 409).text
    assert "while you were looking" in page and "beside release 1" in page and "As it was &lt;&amp;&gt;." in page
    page = tom.post(f"{RELEASES}/2/back", said | {"beside": "2"}, 409).text
    assert "while you were looking" in page and "Learners have release 1 now" in page
    assert "As it was &lt;&amp;&gt;." in page and number(session) == 1
    tom.post(f"{RELEASES}/2/back", said | {"beside": "1"})
    assert number(session) == 2


def test_an_error_refuses_with_its_line_and_cure(
    app: Flask, engine: Engine, session: Session, folder: Path, held: Browser
) -> None:
    save(app, engine, folder, "01-wings.md", LESSON.replace("four", "4"))
    said = {**shown(held.get(f"{RELEASES}/publish").text), "kind": "typo", "note": "A digit."}
    save(app, engine, folder, "01-wings.md", LESSON.replace("minutes:", "minuts:"))
    page = held.get(f"{RELEASES}/publish").text
    assert "One error to mend first" in page and "bees/01-wings.md" in page and "Did you mean" in page
    assert "Publish exactly this" not in page
    held.post(f"{RELEASES}/publish", said, 422)
    assert number(session) == 1


@pytest.mark.parametrize("said", [{"kind": "typo"}, {"note": "Why."}, {"kind": "other", "note": "Why."}])
def test_kind_and_reason_are_asked_for(
    app: Flask, engine: Engine, session: Session, folder: Path, held: Browser, said: dict[str, str]
) -> None:
    save(app, engine, folder, "01-wings.md", LESSON.replace("four", "4"))
    given = said | shown(held.get(f"{RELEASES}/publish").text)
    assert "One thing needs another look" in held.post(f"{RELEASES}/publish", given, 422).text
    assert number(session) == 1


def test_a_course_that_was_never_published_says_so(
    app: Flask, engine: Engine, session: Session, people: Cast, folder: Path, now: datetime
) -> None:
    with writing(session):
        set_held(session, "wasps", is_held=True, now=now)
    write_course(folder.parent, {}, slug="wasps")
    publish_courses(engine, app.config["SETTINGS"])
    tom = Browser(app, cast.sign_in(session, people.tom, now))
    page = tom.get("/teach/releases/wasps/publish").text
    assert "this will be the first release" in page
    tom.get("/teach/releases/wasps")
    tom.get("/teach/releases/wasps/compare", 404)
    tom.get("/teach/releases/wasps/1/back", 404)
    tom.post("/teach/releases/wasps/publish", {**shown(page), "kind": "addition", "note": "New."})
    assert "Learners have release 1." in tom.get("/teach/releases/wasps").text


def test_a_folder_that_is_gone_has_nothing_to_publish(
    app: Flask, engine: Engine, folder: Path, held: Browser
) -> None:
    folder.rename(folder.with_name(".bees"))
    assert "folder is gone" in held.get(f"{RELEASES}/publish").text
    held.post(f"{RELEASES}/publish", {"hash": "", "kind": "typo", "note": "Why."}, 422)


@pytest.mark.usefixtures("long_memory")
def test_publishing_asks_the_same_number_of_questions_however_many_are_touched(
    app: Flask, engine: Engine, session: Session, people: Cast, folder: Path, tom: Browser, now: datetime
) -> None:
    save(app, engine, folder, "03-legs.md", LESSON.replace("Wings", "Legs"))
    tom.post(f"{RELEASES}/hold")
    save(app, engine, folder, "04-stings.md", LESSON.replace("Wings", "Stings"))
    (folder / "01-wings.md").unlink()
    tom.get(f"{RELEASES}/publish")
    asked = []
    for learner in (people.lena, people.otto, people.mia):
        course = content.find_course(session, "bees")
        assert course is not None
        with writing(session):
            progress.finish_lesson(session, learner, course, "wings", now)
            attempt_actions.start_attempt(session, learner, course, "check", now, 1)
        with selects_of(engine) as sent:
            page = tom.get(f"{RELEASES}/publish").text
        asked.append(len(sent))
    assert "3 people are under way." in page and "One new step, about" in page
    assert "“Wings” is gone." in page and "3 of them had done it" in page
    assert "3 people are in the middle of “Check”." in page
    assert len(set(asked)) == 1


# History, and the way back


def test_files_saved_at_once_are_described_afterwards(
    app: Flask, engine: Engine, session: Session, folder: Path, tom: Browser
) -> None:
    save(app, engine, folder, "01-wings.md", LESSON.replace("four", "4"))
    page = tom.get(RELEASES).text
    assert "saved in the folder" in page and "Say what kind of change it was" in page
    tom.post(f"{RELEASES}/publications/2", {"kind": "typo", "note": ""})
    assert deeds(session) == []
    tom.post(f"{RELEASES}/publications/2", {"kind": "typo", "note": "A digit reads better."})
    tom.post(f"{RELEASES}/publications/99", {"kind": "typo", "note": "A digit reads better."}, 404)
    assert "A digit reads better." in tom.get(RELEASES).text
    assert deeds(session) == ["course.describe"]


def test_any_two_releases_are_compared(app: Flask, engine: Engine, folder: Path, tom: Browser) -> None:
    for words in ("4", "5", "6"):
        save(app, engine, folder, "01-wings.md", LESSON.replace("four", words))
    newest = tom.get(f"{RELEASES}/compare").text
    assert "From release 3 to 4" in newest and "5</del>" in newest and "6</ins>" in newest
    assert "four</del>" in tom.get(f"{RELEASES}/compare?from=1&to=4").text
    assert "Nothing is different" in tom.get(f"{RELEASES}/compare?from=2&to=2").text
    for wrong in ("from=1&to=9", "from=0&to=1", "from=99999999999999999999&to=1"):
        tom.get(f"{RELEASES}/compare?{wrong}", 404)
    assert "From release 3 to 4" in tom.get(f"{RELEASES}/compare?from=x&to=y").text


def test_going_back_says_who_is_touched_and_holds_the_course(
    app: Flask, engine: Engine, session: Session, people: Cast, folder: Path, tom: Browser, now: datetime
) -> None:
    save(app, engine, folder, "03-stings.md", LESSON.replace("Wings", "Stings"))
    course = content.find_course(session, "bees")
    assert course is not None
    with writing(session):
        progress.finish_lesson(session, people.lena, course, "wings", now)
    page = tom.get(f"{RELEASES}/1/back").text
    assert "1 person is under way." in page and "“Stings” is gone." in page
    tom.post(f"{RELEASES}/1/back", {"beside": "2"}, 422)
    tom.post(f"{RELEASES}/1/back", {"beside": "2", "note": "The stings are not true yet."})
    tom.post(f"{RELEASES}/1/back", {"beside": "2", "note": "Again."})
    assert number(session) == 1
    standing = progress_queries.find_enrolment(session, people.lena, "bees")
    assert standing is not None and standing.completed_at == now  # nothing else is asked now
    page = tom.get(RELEASES).text
    assert "Back to release 1" in page and "it waits" in page and "The stings are not true yet." in page
    save(app, engine, folder, "01-wings.md", LESSON.replace("four", "4"))
    assert number(session) == 1
    assert deeds(session) == ["course.go-back"]
    assert "Learners have this release already" in tom.get(f"{RELEASES}/1/back").text
    tom.post(f"{RELEASES}/9/back", {"note": "Nowhere."}, 404)
