"""Whoever joins a team gets what the team was assigned, whichever way the joining is entered."""

from datetime import datetime
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.plans.assignment_actions import assign_course
from lms.progress.tables import Enrolment
from lms.store import writing
from tests.conftest import NOW
from tests.support import cast
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def people(session: Session, now: datetime) -> Cast:
    """The cast, the Kitchen team with a course assigned."""
    found = cast.bring_in(session, now)
    course = shelve(session, a_course("bees", a_lesson("read")), now)
    with writing(session):
        assign_course(session, course, None, found.ada, now, team_id=found.kitchen)
    return found


@pytest.fixture
def ada(app: Flask, session: Session, people: Cast) -> Browser:
    """The administrator's browser."""
    return Browser(app, cast.sign_in(session, people.ada, NOW))


def is_enrolled(session: Session, person_id: int) -> bool:
    """Return whether this person is in the team's course now."""
    session.rollback()
    return person_id in set(session.scalars(select(Enrolment.person_id)))


def test_by_joining(ada: Browser, session: Session, people: Cast) -> None:
    ada.post(f"/admin/people/{people.lena}/join", {"team": people.kitchen, "on": "2026-11-16"})
    assert is_enrolled(session, people.lena)


def test_by_moving(ada: Browser, session: Session, people: Cast) -> None:
    order = {"team": people.front_desk, "to": people.kitchen, "on": "2026-11-16"}
    ada.post(f"/admin/people/{people.lena}/move", order)
    assert is_enrolled(session, people.lena)


def test_not_before_the_day(ada: Browser, session: Session, people: Cast) -> None:
    ada.post(f"/admin/people/{people.lena}/join", {"team": people.kitchen, "on": "2026-11-20"})
    assert not is_enrolled(session, people.lena)


def test_by_a_file(ada: Browser, session: Session, people: Cast) -> None:
    file = b"sign_in_name,name,team,joined_on\nlena,Lena Brandt,kitchen,2026-11-02\n"
    page = ada.post("/admin/people/import", {"file": (BytesIO(file), "people.csv")}, status=200).text
    fields = {name: _value(page, name) for name in ("token", "digest")}
    ada.post("/admin/people/import/apply", fields)
    assert is_enrolled(session, people.lena)


def _value(page: str, name: str) -> str:
    start = page.index(f'name="{name}"')
    return page[page.index('value="', start) + 7 :].partition('"')[0]
