"""What a learner sees of renewing her certificate and of testing out."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import clock
from lms.content.course import EarlyCheck
from lms.credentials.actions import Deed, revoke_certificate
from lms.credentials.tables import Certificate
from lms.jobs.context import Context
from lms.jobs.renewing import open_windows
from lms.plans.assignment_actions import assign_course
from lms.queue.job import Ticket
from lms.store import writing
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson, a_quiz, a_single
from tests.support.cast import Cast, bring_in, sign_in
from tests.support.certificates import a_short_course, award
from tests.support.shelf import shelve


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return bring_in(session, now)


@pytest.fixture
def lena(app: Flask, session: Session, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Lena in the window of the certificate that she earned a year before."""
    later = now + timedelta(days=320)
    monkeypatch.setattr(clock, "utc_now", lambda: later)
    return Browser(app, sign_in(session, cast.lena, later))


def test_she_renews_from_her_page_and_keeps_the_old_one(
    lena: Browser, session: Session, cast: Cast, now: datetime
) -> None:
    serial = award(session, cast.lena, now)
    page = lena.get(f"/learn/certificates/{serial}").text
    assert "It is time to renew it" in page
    for _ in range(2):
        answer = lena.post(f"/learn/certificates/{serial}/renew", {}, follow_redirects=False)
        assert answer.headers["Location"] == "/learn/courses/steady"
    course = lena.get("/learn/courses/steady").text
    assert "one step is asked" in course
    assert f"/learn/certificates/{serial}" in course
    lena.post("/learn/courses/steady/read/done", {})
    assert "You have renewed it." in lena.get(f"/learn/certificates/{serial}").text
    code = session.scalars(select(Certificate.code).where(Certificate.serial == serial)).one()
    assert "followed it" in lena.get(f"/verify/{code}").text


def test_before_its_window_it_says_when(lena: Browser, session: Session, cast: Cast, now: datetime) -> None:
    serial = award(session, cast.lena, now + timedelta(days=300))
    assert "It can be renewed from" in lena.get(f"/learn/certificates/{serial}").text
    answer = lena.post(f"/learn/certificates/{serial}/renew", {}, follow_redirects=False)
    assert answer.headers["Location"] == f"/learn/certificates/{serial}"


def test_whose_certificate_was_withdrawn_is_told_when_and_why_and_asked_again(
    lena: Browser, session: Session, cast: Cast, now: datetime
) -> None:
    serial = award(session, cast.lena, now)
    course = shelve(session, a_short_course(), now)
    today = clock.utc_now()
    with writing(session):
        assign_course(session, course, None, cast.mia, now, person_ids=[cast.lena])
        revoke_certificate(session, serial, "The key was wrong.", Deed(cast.ada, "Ada", "here", today))
    day = "2 October 2027"
    assert lena.get("/learn/").text.count(f"Asked again: your certificate was withdrawn on {day}.") == 2
    page = lena.get("/learn/courses/steady").text
    assert f"Your certificate was withdrawn on {day}: The key was wrong." in page
    assert "all of it" in page
    assert "The course is asked of you once more." in lena.get(f"/learn/certificates/{serial}").text
    lena.post("/learn/courses/steady/read/done", {})
    assert "Asked again" not in lena.get("/learn/").text
    assert "You have earned another since." in lena.get(f"/learn/certificates/{serial}").text


def test_her_manager_sees_that_it_was_withdrawn(
    app: Flask, session: Session, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: now)
    serial = award(session, cast.lena, now)
    mia = Browser(app, sign_in(session, cast.mia, now))
    page = f"/manage/people/{cast.lena}"
    assert "valid until" in mia.get(page).text
    with writing(session):
        revoke_certificate(session, serial, "By mistake.", Deed(cast.ada, "Ada", "here", now))
    text = mia.get(page).text
    assert "Withdrawn on 16 November 2026" in text
    assert f"{serial}, valid until" not in text


def test_who_is_not_asked_may_begin_again_from_the_withdrawn_certificate(
    lena: Browser, session: Session, cast: Cast, now: datetime
) -> None:
    serial = award(session, cast.lena, now)
    with writing(session):
        revoke_certificate(session, serial, "By mistake.", Deed(cast.ada, "Ada", "here", clock.utc_now()))
    assert "You can earn it again" in lena.get(f"/learn/certificates/{serial}").text
    answer = lena.post(f"/learn/certificates/{serial}/renew", {}, follow_redirects=False)
    assert answer.headers["Location"] == "/learn/courses/steady"
    assert "Asked again" in lena.get("/learn/courses/steady").text


def test_the_job_begins_what_is_due_and_nothing_twice(
    lena: Browser, app: Flask, session: Session, cast: Cast, now: datetime
) -> None:
    award(session, cast.lena, now)
    course = shelve(session, a_short_course(), now)
    with writing(session):
        assign_course(session, course, None, cast.mia, now, person_ids=[cast.lena])
    context = Context(session.get_bind().engine, app.config["SETTINGS"], Ticket(1, 1, "certificates.renew", {}))
    assert [open_windows(context, {}) for _ in range(2)] == [{"begun": 1}, {"begun": 0}]
    assert "one step is asked" in lena.get("/learn/courses/steady").text


def test_testing_out_is_offered_quietly_until_it_was_tried(lena: Browser, session: Session, now: datetime) -> None:
    course = a_course("known", a_lesson("read"), a_quiz("check", a_single("q1")), conditions=())
    shelve(session, replace(course, early_check=EarlyCheck("check", 0.9)), now)
    page = lena.get("/learn/courses/known").text
    assert "I know this already" in page and "90%" in page
    lena.post("/learn/courses/known/check/attempts", {})
    assert "I know this already" not in lena.get("/learn/courses/known").text
