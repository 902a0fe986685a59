"""Holding and publishing at the trainer's desk: what waits, what changed, who is touched, and the way back."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lms.audit.tables import AuditEntry
from lms.content import queries as content
from lms.jobs.publishing import publish_courses
from tests.support import cast
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.doors import Clock
from tests.support.folders import LESSON, QUIZ, write_course

COURSE = "/teach/courses/bees"
RELEASES = "/teach/releases/bees"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    """The server's clock, standing at the moment of the tests."""
    return Clock(monkeypatch, now)


@pytest.fixture
def people(session: Session, now: datetime) -> Cast:
    """The cast, signed up."""
    return cast.bring_in(session, now)


@pytest.fixture
def folder(app: Flask, engine: Engine, people: Cast) -> Path:
    """The folder of a published course with a lesson and a quiz."""
    settings = app.config["SETTINGS"]
    made = write_course(settings.courses_folder, {"02-check.md": QUIZ})
    publish_courses(engine, settings)
    return made


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
