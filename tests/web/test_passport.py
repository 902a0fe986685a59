"""A person's passport: what stands in it, on the page and as files, and that nobody else opens it."""

import json
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.coaching import actions as coaching
from lms.content.course import Course
from lms.passport.ladder import Evidence, Rung, ladder
from lms.passport.queries import evidence_of
from lms.progress import actions, attempt_actions, run_actions
from lms.store import writing
from tests.support import cast
from tests.support.browser import Browser
from tests.support.builders import a_checklist, a_course, a_lesson, a_quiz, a_single
from tests.support.cast import Cast
from tests.support.doors import Clock
from tests.support.observations import given
from tests.support.plays import a_play
from tests.support.shelf import shelve
from tests.support.world import play_first

RIGHT, WRONG = "right", "wrong-1"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    """The server's clock, standing at the moment of the tests."""
    return Clock(monkeypatch, now)


@pytest.fixture
def people(session: Session, now: datetime) -> Cast:
    """The cast."""
    return cast.bring_in(session, now)


@pytest.fixture
def bees(session: Session, people: Cast, now: datetime) -> Course:
    """A course that teaches `greet`, asks for `listen`, plays through `ack` and `own`."""
    lesson = a_lesson("read", a_single("moment", behaviours=("listen",)), behaviours=("greet",))
    quiz = a_quiz("check", a_single("q1", behaviours=("listen",)), a_single("q2"), behaviours=("plain",))
    return shelve(session, a_course("bees", lesson, quiz, a_checklist(), a_play(id="call")), now)


def found(session: Session, person_id: int) -> set[tuple[str, Rung]]:
    return {(each.behaviour_id, each.rung) for each in evidence_of(session, person_id, "Europe/Berlin")}


def test_nothing_has_happened_to_whoever_has_not_begun(session: Session, people: Cast, bees: Course) -> None:
    assert evidence_of(session, people.lena, "Europe/Berlin") == ()


def test_each_deed_stands_on_its_rung(session: Session, people: Cast, bees: Course, now: datetime) -> None:
    long_ago = now - timedelta(days=30)
    with writing(session):
        actions.start_course(session, people.lena, bees, long_ago)
        actions.record_place(session, people.lena, bees, "read", "", long_ago)
        actions.answer_practice(session, people.lena, bees, "read", "moment", WRONG, long_ago)
        # Right once the answer has been seen tells nothing.
        actions.answer_practice(session, people.lena, bees, "read", "moment", RIGHT, long_ago)
    assert found(session, people.lena) == {("greet", Rung.OPENED)}
    session.rollback()
    with writing(session):
        attempt_id = (
            attempt_actions.start_attempt(session, people.lena, bees, "check", long_ago, 7).attempt_id or 0
        )
        attempt_actions.save_answer(session, attempt_id, people.lena, "q1", RIGHT, long_ago)
        attempt_actions.save_answer(session, attempt_id, people.lena, "q2", RIGHT, long_ago)
    assert ("listen", Rung.ANSWERED) not in found(session, people.lena)
    session.rollback()
    with writing(session):
        attempt_actions.submit_attempt(session, attempt_id, people.lena, long_ago)
        run_id = run_actions.start_run(session, people.lena, bees, "call", now, 7).run_id
        for choice in (0, 0, 1):
            play_first(session, run_id, people.lena, bees, now, choice)
    told = found(session, people.lena)
    assert {("listen", Rung.ANSWERED), ("plain", Rung.ANSWERED)} <= told
    assert {rung for behaviour_id, rung in told if behaviour_id == "own"} == {Rung.DECIDED}
    assert found(session, people.otto) == set()


def test_what_observers_saw_clearly_stands_above_unless_it_is_disputed(
    session: Session, people: Cast, bees: Course, now: datetime
) -> None:
    where = (people.front_desk, bees.release_id)
    first = given(session, people.lena, people.mia, *where, now, key="first-of-two-contacts")
    given(session, people.lena, people.max, *where, now, key="second-of-two-contacts")
    seen = [each for each in evidence_of(session, people.lena, "UTC") if each.rung is Rung.OBSERVED]
    assert {(each.behaviour_id, each.observer_id) for each in seen} == {
        ("greet", people.mia),
        ("greet", people.max),
    }
    assert ladder("greet", seen, now.date()).holds is Rung.OBSERVED_BY_ANOTHER
    session.rollback()
    with writing(session):
        coaching.dispute(session, first, people.lena, "That was not my call.", now)
    seen = [each for each in evidence_of(session, people.lena, "UTC") if each.rung is Rung.OBSERVED]
    assert [each.observer_id for each in seen] == [people.max]


def test_the_day_is_the_persons_own(session: Session, people: Cast, bees: Course, now: datetime) -> None:
    late = now.replace(hour=23, minute=30)
    with writing(session):
        actions.start_course(session, people.lena, bees, late)
        actions.record_place(session, people.lena, bees, "read", "", late)

    def days(time_zone: str) -> set[Evidence]:
        return {each for each in evidence_of(session, people.lena, time_zone) if each.rung is Rung.OPENED}

    assert {each.on for each in days("Europe/Berlin")} == {now.date() + timedelta(days=1)}
    assert {each.on for each in days("UTC")} == {now.date()}


def test_the_page_the_paper_and_the_file_tell_the_same(
    app: Flask, session: Session, people: Cast, bees: Course, now: datetime
) -> None:
    lena = Browser(app, cast.sign_in(session, people.lena, now))
    empty = lena.get("/learn/passport").text
    assert "Nothing stands here yet" in empty and "Begins ready" in empty
    with writing(session):
        actions.start_course(session, people.lena, bees, now)
        actions.record_place(session, people.lena, bees, "read", "", now)
        actions.answer_practice(session, people.lena, bees, "read", "moment", RIGHT, now)
    page = lena.get("/learn/passport").text
    assert "1 hold a right answer or more, and 0 were seen at work" in page
    assert "16 November 2026, <bdi>Lesson read</bdi>" in page
    told = json.loads(lena.client.get("/learn/passport.json").data)
    assert (told["format"], told["name"], told["made_on"]) == ("lantern-passport-1", "Lena Brandt", "2026-11-16")
    by_id = {each["id"]: each for each in told["behaviours"]}
    assert by_id["listen"] == {
        "id": "listen",
        "name": "Listens",
        "holds": "answered",
        "evidence": [
            {
                "rung": "answered",
                "newest_on": "2026-11-16",
                "where": "Lesson read",
                "times": 1,
                "freshness": "fresh",
            }
        ],
    }
    assert by_id["greet"]["holds"] == "opened" and "ack" not in by_id
    paper = lena.client.get("/learn/passport.pdf")
    assert paper.data.startswith(b"%PDF") and paper.mimetype == "application/pdf"


def test_everybody_opens_her_own_and_no_other(
    app: Flask, session: Session, people: Cast, bees: Course, now: datetime
) -> None:
    with writing(session):
        actions.start_course(session, people.lena, bees, now)
        actions.record_place(session, people.lena, bees, "read", "", now)
    for name in ("otto", "mia", "tom", "ada"):
        someone = Browser(app, cast.sign_in(session, people.everyone()[name], now))
        for path in ("/learn/passport", f"/learn/passport?person={people.lena}", "/learn/passport.json"):
            assert "Lena Brandt" not in someone.client.get(path).text
        assert "Nothing stands here yet" in someone.get(f"/learn/passport?person_id={people.lena}").text
    assert Browser(app).client.get("/learn/passport").status_code == 302


def test_what_was_learned_in_a_course_that_is_gone_is_still_told(
    app: Flask, session: Session, people: Cast, bees: Course, now: datetime
) -> None:
    with writing(session):
        actions.start_course(session, people.lena, bees, now)
        actions.record_place(session, people.lena, bees, "read", "", now)
    session.rollback()
    shelve(session, a_course("bees", a_lesson("other")), now)
    page = Browser(app, cast.sign_in(session, people.lena, now)).get("/learn/passport").text
    assert "greet" in page and "<bdi>Lesson read</bdi>" in page
