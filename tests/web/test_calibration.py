"""Calibration from preparing to rewording: marks are one's own until all are shown, and doors stay shut."""

import re
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.coaching.calibration.tables import CalibrationMark, CalibrationSeat, CalibrationSession
from lms.content.course import Course
from lms.content.trainer_actions import name_trainer
from lms.store import writing
from tests.support import cast
from tests.support.browser import Browser
from tests.support.builders import a_checklist, a_course, a_lesson
from tests.support.cast import Cast
from tests.support.doors import Clock
from tests.support.shelf import shelve

SHELF = "/teach/calibration"
HEARD = "“I have it now.”"
NEW = {
    "checklist": "house/seen",
    "title": "November",
    "due": "2026-11-20",
    "criterion": ["ready", "listen"],
    "contact-1-title": "The fourth call",
    "contact-1": "Customer: Again!\r\nAgent: I have <b>it</b> now.",
    "contact-2": "Customer: Where is the van?",
}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    """The server's clock, standing at the moment of the tests."""
    return Clock(monkeypatch, now)


@pytest.fixture
def people(session: Session, now: datetime) -> Cast:
    """The cast."""
    return cast.bring_in(session, now)


@pytest.fixture
def house(session: Session, people: Cast, now: datetime) -> Course:
    """A course with one checklist of two lines."""
    return shelve(session, a_course("house", a_lesson(), a_checklist()), now)


def browser(app: Flask, session: Session, people: Cast, name: str, now: datetime) -> Browser:
    return Browser(app, cast.sign_in(session, people.everyone()[name], now))


def prepared(tom: Browser, session: Session, *person_ids: int) -> int:
    """Prepare a session through the form and invite these people; returns its number."""
    tom.post(f"{SHELF}/new", NEW)
    session.rollback()
    number = session.scalars(select(CalibrationSession.id).order_by(CalibrationSession.id.desc())).first()
    assert number is not None
    if person_ids:
        tom.post(f"{SHELF}/{number}/seats", {"people": [str(each) for each in person_ids]})
    return number


def mark(someone: Browser, number: int, *contacts: dict[str, Any]) -> None:
    for place, marks in enumerate(contacts, start=1):
        someone.post(
            f"/learn/calibration/{number}/{place}",
            {f"mark-{key}": value for key, value in marks.items()} | {"words-ready": HEARD},
        )
    someone.post(f"/learn/calibration/{number}/hand-in", {})


def test_a_session_from_preparing_to_what_was_agreed(
    app: Flask, session: Session, people: Cast, house: Course, now: datetime
) -> None:
    tom, mia, max_ = (browser(app, session, people, name, now) for name in ("tom", "mia", "max"))
    assert "No session yet" in tom.get(SHELF).text
    number = prepared(tom, session, people.mia, people.max)
    assert "0 of 2 have handed in" in tom.get(f"{SHELF}/{number}").text
    assert "one session to mark, until" in mia.get("/learn/").text
    page = mia.get(f"/learn/calibration/{number}/1").text
    assert "I have &lt;b&gt;it&lt;/b&gt; now." in page
    mia.post(f"/learn/calibration/{number}/1", {"mark-ready": "2", "words-ready": HEARD})
    page = mia.get(f"/learn/calibration/{number}/1").text
    assert re.search(r'name="mark-ready" value="2" checked', page) and HEARD in page
    mia.post(f"/learn/calibration/{number}/hand-in", {})
    assert "Something is still unmarked" in mia.get(f"/learn/calibration/{number}").text
    mark(mia, number, {"ready": "2", "listen": "none"}, {"ready": "1", "listen": "0"})
    assert "Handed in" in mia.get(f"/learn/calibration/{number}").text
    assert "Calibration</a>" not in mia.get("/learn/").text.partition("today__lines")[2]
    tom.post(f"{SHELF}/{number}/reveal", {})
    assert "Two people must have handed in" in tom.get(f"{SHELF}/{number}").text
    for one in (tom.get(f"{SHELF}/{number}").text, max_.get(f"/learn/calibration/{number}").text):
        assert "read differently" not in one and "clearly" not in one.partition("<main")[2].partition("radio")[0]
    mark(max_, number, {"ready": "0", "listen": "none"}, {"ready": "1", "listen": "0"})
    tom.post(f"{SHELF}/{number}/reveal", {})
    for one in (tom.get(f"{SHELF}/{number}").text, max_.get(f"/learn/calibration/{number}").text):
        assert "read differently" in one and "the same by all" in one
        assert "In 66% of double marks" in one and HEARD in one
    tom.post(
        f"{SHELF}/{number}/agreed/1",
        {"agreed-ready": "1", "rewording-ready": "Say “ready” aloud.", "agreed-listen": "none"},
    )
    tom.post(f"{SHELF}/{number}/agreed/2", {"agreed-ready": "1", "agreed-listen": "0"})
    page = mia.get(f"/learn/calibration/{number}").text
    assert "Say “ready” aloud." in page and "The same in 2 of 3." in page and "Only you see this" in page
    shelf = tom.get(SHELF).text
    assert "Say “ready” aloud." in shelf and "Mia Sørensen" in shelf and "too few marks" in shelf


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": " "}, "Give the session a name"),
        ({"criterion": []}, "at least one line"),
        ({"criterion": ["nobody"]}, "at least one line"),
        ({"due": "2026-11-15"}, "from today on"),
        ({"due": "soon"}, "from today on"),
        ({"contact-1": ""}, "Write down what was said"),
        ({"contact-1": "", "contact-1-title": "", "contact-2": ""}, "at least one contact"),
        ({"checklist": "house/read"}, "Choose a checklist"),
    ],
)
def test_what_cannot_be_prepared_says_why_and_keeps_what_was_typed(
    app: Flask, session: Session, people: Cast, house: Course, now: datetime, changed: dict[str, Any], words: str
) -> None:
    page = browser(app, session, people, "tom", now).post(f"{SHELF}/new", NEW | changed, 422).text
    assert words in page
    if "contact-2" not in changed:
        assert "Where is the van?" in page
    assert session.scalar(select(CalibrationSession.id)) is None


def test_nobody_takes_part_uninvited_and_no_other_desk_sees_a_mark(
    app: Flask, session: Session, people: Cast, house: Course, now: datetime
) -> None:
    number = prepared(browser(app, session, people, "tom", now), session, people.mia, people.max)
    mark(browser(app, session, people, "mia", now), number, *[{"ready": "2", "listen": "1"}] * 2)
    for name in ("lena", "otto", "nora", "tom", "ada"):
        someone = browser(app, session, people, name, now)
        for path in ("", "/1"):
            someone.get(f"/learn/calibration/{number}{path}", 404)
        someone.post(f"/learn/calibration/{number}/1", {"mark-ready": "2"}, 404)
        someone.post(f"/learn/calibration/{number}/hand-in", {}, 404)
    assert session.scalars(select(CalibrationMark.person_id).distinct()).all() == [people.mia]


def test_anothers_checklist_is_no_place_to_calibrate(
    app: Flask, session: Session, people: Cast, house: Course, now: datetime
) -> None:
    tom = browser(app, session, people, "tom", now)
    number = prepared(tom, session, people.mia)
    with writing(session):
        name_trainer(session, "house", people.ada, now=now, by=people.ada)
    tom.get(f"{SHELF}/{number}", 404)
    for deed in ("seats", "reveal", "drop", "agreed/1", f"seats/{people.mia}/withdraw"):
        tom.post(f"{SHELF}/{number}/{deed}", {}, 404)
    assert "November" not in tom.get(SHELF).text
    tom.post(f"{SHELF}/new", NEW, 422)


def test_an_invitation_is_taken_back_and_a_session_thrown_away(
    app: Flask, session: Session, people: Cast, house: Course, now: datetime
) -> None:
    tom = browser(app, session, people, "tom", now)
    number = prepared(tom, session, people.mia, people.max)
    tom.post(f"{SHELF}/{number}/seats", {"people": [str(people.mia)]})
    assert "They take part already." in tom.get(f"{SHELF}/{number}").text
    tom.post(f"{SHELF}/{number}/seats/{people.max}/withdraw", {})
    session.rollback()
    assert session.scalars(select(CalibrationSeat.person_id)).all() == [people.mia]
    session.rollback()
    tom.post(f"{SHELF}/{number}/drop", {})
    assert session.scalar(select(CalibrationSession.id)) is None
    tom.get(f"{SHELF}/{number}", 404)


def test_after_the_marks_are_shown_everything_stands(
    app: Flask, session: Session, people: Cast, house: Course, now: datetime
) -> None:
    tom, mia, max_, nora = (browser(app, session, people, name, now) for name in ("tom", "mia", "max", "nora"))
    number = prepared(tom, session, people.mia, people.max, people.nora)
    for someone in (mia, max_):
        mark(someone, number, *[{"ready": "2", "listen": "1"}] * 2)
    nora.post(f"/learn/calibration/{number}/1", {"mark-ready": "0", "mark-listen": "0"})
    tom.post(f"{SHELF}/{number}/reveal", {})
    tom.post(f"{SHELF}/{number}/reveal", {})
    page = nora.get(f"/learn/calibration/{number}").text
    assert "they are left out" in page and "not seen" not in page
    nora.get(f"/learn/calibration/{number}/1", 303)
    nora.post(f"/learn/calibration/{number}/1", {"mark-ready": "2"})
    assert "not kept" in nora.get(f"/learn/calibration/{number}").text
    tom.post(f"{SHELF}/{number}/drop", {})
    tom.post(f"{SHELF}/{number}/seats", {"people": [str(people.ada)]})
    tom.post(f"{SHELF}/{number}/seats/{people.nora}/withdraw", {})
    session.rollback()
    assert sorted(session.scalars(select(CalibrationSeat.person_id))) == sorted(
        (people.mia, people.max, people.nora)
    )


def test_only_whoever_holds_a_role_is_invited(
    app: Flask, session: Session, people: Cast, house: Course, now: datetime
) -> None:
    tom = browser(app, session, people, "tom", now)
    number = prepared(tom, session)
    page = tom.get(f"{SHELF}/{number}").text
    assert "Mia Sørensen" in page and "Lena Brandt" not in page
    tom.post(f"{SHELF}/{number}/seats", {"people": [str(people.lena)]}, 422)
    tom.post(f"{SHELF}/{number}/seats", {"people": ["x"]}, 422)
    assert session.scalar(select(CalibrationSeat.person_id)) is None
