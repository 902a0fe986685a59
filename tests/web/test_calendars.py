"""Calendars over the web: made on one's own page, fetched by a program that cannot sign in, gone at once."""

import re
from datetime import date, datetime

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.accounts.tables import Person, RoleGrant
from lms.progress.tables import Enrolment
from lms.store import writing
from lms.web.visit import calendars
from tests.support import cast
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast
from tests.support.doors import Clock
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def people(session: Session, now: datetime) -> Cast:
    """The cast, with a course due for Lena."""
    people = cast.bring_in(session, now)
    course = shelve(session, a_course("bees", a_lesson("read")), now)
    with writing(session):
        session.add(
            Enrolment(
                person_id=people.lena,
                course_slug="bees",
                enrolled_at=now,
                due_on=date(2026, 11, 20),
                release_id=course.release_id,
            )
        )
    return people


def made(browser: Browser, kind: str = "own") -> str:
    """Make an address and return its path."""
    page = browser.post("/learn/me/calendar", {"kind": kind}, 200).text
    found = re.search(r'value="https?://[^/"]+(/calendar/[\w-]{43}\.ics)"', page)
    assert found
    return found[1]


def test_who_has_the_address_reads_the_calendar_without_signing_in(
    app: Flask, session: Session, people: Cast, now: datetime
) -> None:
    lena = Browser(app, cast.sign_in(session, people.lena, now))
    assert "My teams" not in lena.get("/learn/me").text
    path = made(lena)
    assert "Its address was made" in lena.get("/learn/me").text
    response = Browser(app).get(path)
    assert response.mimetype == "text/calendar"
    [event] = Calendar.from_ical(response.data).walk("VEVENT")
    assert event["summary"] == "Due: Course bees" and event["dtstart"].dt == date(2026, 11, 20)
    assert event["url"].endswith("/learn/courses/bees") and "Lena" not in response.text
    assert "private" in response.headers["Cache-Control"] and "noindex" in response.headers["X-Robots-Tag"]


def test_what_has_not_changed_is_not_sent_again(
    app: Flask, session: Session, people: Cast, now: datetime, clock: Clock
) -> None:
    path = made(Browser(app, cast.sign_in(session, people.lena, now)))
    program = Browser(app)
    etag = program.get(path).headers["ETag"]
    clock.passes(minutes=90)
    assert program.get(path, 304, headers={"If-None-Match": etag}).data == b""
    with writing(session):
        session.execute(update(Enrolment).values(due_on=date(2026, 11, 27)))
    assert b"20261127" in program.get(path, headers={"If-None-Match": etag}).data


def test_another_address_and_taking_it_back_stop_the_one_before(
    app: Flask, session: Session, people: Cast, now: datetime
) -> None:
    lena = Browser(app, cast.sign_in(session, people.lena, now))
    first = made(lena)
    second = made(lena)
    Browser(app).get(first, 404)
    Browser(app).get(second)
    lena.post("/learn/me/calendar/drop", {"kind": "own"})
    lena.post("/learn/me/calendar/drop", {"kind": "own"})
    Browser(app).get(second, 404)
    for path in ("/calendar/x.ics", f"/calendar/{'a' * 43}.ics", f"/calendar/{'a' * 500}.ics"):
        Browser(app).get(path, 404)


def test_a_managers_own_calendar_holds_nothing_of_others_and_that_of_teams_only_numbers(
    app: Flask, session: Session, people: Cast, now: datetime
) -> None:
    mia = Browser(app, cast.sign_in(session, people.mia, now))
    own, teams = made(mia), made(mia, "teams")
    assert Calendar.from_ical(Browser(app).get(own).data).walk("VEVENT") == []
    response = Browser(app).get(teams)
    [event] = Calendar.from_ical(response.data).walk("VEVENT")
    assert event["summary"] == "1 person due: Course bees" and "Lena" not in response.text
    with writing(session):
        session.execute(update(RoleGrant).where(RoleGrant.person_id == people.mia).values(revoked_at=now))
    assert Calendar.from_ical(Browser(app).get(teams).data).walk("VEVENT") == []
    mia.post("/learn/me/calendar", {"kind": "teams"}, 404)
    assert "My teams" in mia.get("/learn/me").text
    mia.post("/learn/me/calendar/drop", {"kind": "teams"})
    assert "My teams" not in mia.get("/learn/me").text
    Browser(app).get(teams, 404)


def test_who_is_disabled_has_no_calendar(app: Flask, session: Session, people: Cast, now: datetime) -> None:
    path = made(Browser(app, cast.sign_in(session, people.lena, now)))
    with writing(session):
        session.execute(update(Person).where(Person.id == people.lena).values(disabled_at=now))
    Browser(app).get(path, 404)


def test_whoever_guesses_is_slowed_down(app: Flask, people: Cast) -> None:
    allowed = int(calendars.PACE.split()[0])
    stranger = Browser(app)
    for number in range(allowed):
        stranger.client.get(f"/calendar/{number}.ics")
    assert stranger.client.get("/calendar/again.ics").status_code == 429
