"""Nudges: who may be nudged, how often, what the learner sees of it and when it goes."""

import re
from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.accounts import actions as accounts
from lms.audit.tables import AuditEntry
from lms.content.course import Course
from lms.plans.allowance import EXEMPTION
from lms.plans.allowance_actions import give_allowance
from lms.plans.assignment_actions import assign_course, withdraw_assignment
from lms.plans.nudge import HOLDS, Given, Refusal, Says
from lms.plans.nudge_actions import give_nudge, put_nudge_away
from lms.plans.nudge_queries import notes_for, nudged_lately
from lms.plans.tables import Assignment, Nudge
from lms.progress import actions as progress
from lms.progress.tables import Enrolment
from lms.store import guard_session, writing
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast, sign_in
from tests.support.doors import Clock
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")

SENTENCE = "A few minutes today would bring you a good step further."


@pytest.fixture
def course(app: Flask, session: Session, people: Cast, now: datetime) -> Course:
    """A published course that Lena has begun."""
    found = shelve(session, a_course("bees", a_lesson("read"), a_lesson("more")), now)
    with writing(session):
        progress.start_course(session, people.lena, found, now - timedelta(days=20))
    return found


def given_by(session: Session, person_id: int, by: int, now: datetime) -> Given | Refusal:
    with writing(session):
        return give_nudge(session, person_id, "bees", Says.STEP, by=by, now=now)


def followed(browser: Browser, response: TestResponse) -> TestResponse:
    """Return the page that an answer leads to."""
    return browser.get(response.headers["Location"].partition("#")[0])


def count(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Nudge)) or 0


def test_one_note_holds_for_three_days_whoever_presses(
    session: Session, people: Cast, course: Course, now: datetime
) -> None:
    assert given_by(session, people.lena, people.mia, now) == Given("Mia Sørensen", now, is_new=True)
    later = now + HOLDS - timedelta(seconds=1)
    assert given_by(session, people.lena, people.max, later) == Given("Mia Sørensen", now, is_new=False)
    assert count(session) == 1
    assert nudged_lately(session, [people.lena], later) == {(people.lena, "bees"): now}
    assert given_by(session, people.lena, people.max, now + HOLDS) == Given("Max Weber", now + HOLDS, is_new=True)
    (note,) = notes_for(session, people.lena)
    assert (note.by, note.given_at) == ("Max Weber", now + HOLDS)


def test_who_is_not_nudged(session: Session, people: Cast, course: Course, now: datetime) -> None:
    assert given_by(session, people.mia, people.mia, now) is Refusal.ONESELF
    assert given_by(session, people.otto, people.max, now) is Refusal.NOT_ENROLLED
    with writing(session):
        give_allowance(
            session, people.lena, "bees", kind=EXEMPTION, until=now.date(), reason="ill", by=people.mia, now=now
        )
    assert given_by(session, people.lena, people.mia, now) is Refusal.EXEMPT
    tomorrow = now + timedelta(days=1)
    with writing(session):
        accounts.disable_person(session, people.lena, tomorrow)
    assert given_by(session, people.lena, people.mia, tomorrow) is Refusal.DISABLED
    with writing(session):
        accounts.enable_person(session, people.lena)
        for lesson in ("read", "more"):
            progress.finish_lesson(session, people.lena, course, lesson, tomorrow)
    assert given_by(session, people.lena, people.mia, tomorrow) is Refusal.DONE
    assert count(session) == 0


def test_a_note_goes_when_it_is_put_away_and_by_itself_when_the_course_is_done(
    session: Session, people: Cast, course: Course, now: datetime
) -> None:
    given_by(session, people.lena, people.mia, now)
    (note,) = notes_for(session, people.lena)
    with writing(session):
        assert not put_nudge_away(session, people.otto, note.id, now)
        assert put_nudge_away(session, people.lena, note.id, now)
        assert put_nudge_away(session, people.lena, note.id, now + timedelta(hours=1))
    assert notes_for(session, people.lena) == ()
    assert session.scalars(select(Nudge.put_away_at)).one() == now
    given_by(session, people.lena, people.mia, now + HOLDS)
    assert len(notes_for(session, people.lena)) == 1
    done_at = now + HOLDS + timedelta(hours=1)
    with writing(session):
        for lesson in ("read", "more"):
            progress.finish_lesson(session, people.lena, course, lesson, done_at)
    assert notes_for(session, people.lena) == ()
    # A round that renews begins without what was said in the one before.
    with writing(session):
        first = session.scalars(select(Enrolment)).one()
        session.add(
            Enrolment(
                person_id=people.lena,
                course_slug="bees",
                round=2,
                enrolled_at=done_at,
                release_id=first.release_id,
            )
        )
    assert notes_for(session, people.lena) == ()


def test_what_was_said_outlives_a_course_taken_back(
    session: Session, people: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        assign_course(session, course, date(2026, 12, 1), people.max, now, person_ids=[people.otto])
    given_by(session, people.otto, people.max, now)
    with writing(session):
        withdraw_assignment(session, session.scalars(select(Assignment.id)).one(), now)
    assert session.scalar(select(Enrolment.id).where(Enrolment.person_id == people.otto)) is None
    assert count(session) == 1
    assert notes_for(session, people.otto) == ()


def test_two_managers_at_once_leave_one_note(
    engine: Engine, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    session.rollback()
    barrier, answers = Barrier(6), []

    def press(by: int) -> None:
        with Session(engine) as own:
            guard_session(own)
            barrier.wait()
            answers.append(given_by(own, people.lena, by, now))

    threads = [Thread(target=press, args=(by,)) for by in (people.mia, people.max, people.ada) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.is_new for each in answers if isinstance(each, Given)) == [False] * 5 + [True]
    assert count(session) == 1


def test_a_manager_nudges_from_the_persons_page(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime, clock: Clock
) -> None:
    browser = Browser(app, sign_in(session, people.mia, now))
    page = f"/manage/people/{people.lena}"
    assert f"/manage/people/{people.lena}/nudges" in browser.get(page).text
    assert "Choose a course" in followed(browser, browser.post(f"{page}/nudges")).text
    form = {"nudge_course": "bees", "says": "step"}
    assert (
        "Choose what the note says"
        in followed(browser, browser.post(f"{page}/nudges", {**form, "says": "!"})).text
    )
    said = followed(browser, browser.post(f"{page}/nudges", form)).text
    assert "Lena Brandt finds your note" in said and SENTENCE in said
    assert "Nudged about" in said
    clock.passes(hours=2)
    again = followed(browser, browser.post(f"{page}/nudges", form)).text
    assert "Mia Sørensen nudged Lena Brandt today at 10:30 already" in again
    assert count(session) == 1
    actions = session.scalars(select(AuditEntry.action)).all()
    assert actions.count("nudge.give") == 1


def test_one_tap_on_the_home_says_what_fits_and_comes_back_there(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    browser = Browser(app, sign_in(session, people.mia, now))
    home = browser.get("/manage/").text
    assert 'name="says" value="help"' in home
    form = {"nudge_course": "bees", "says": "help", "back": "home"}
    response = browser.post(f"/manage/people/{people.lena}/nudges", form)
    assert response.headers["Location"] == "/manage/#today"
    after = followed(browser, response).text
    assert "nudged today at 10:30" in after
    assert 'name="says"' not in after


def test_one_tap_where_somebody_is_stuck_comes_back_to_the_team(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    browser = Browser(app, sign_in(session, people.mia, now))
    address = f"/manage/teams/{people.front_desk}"
    assert f'value="team-{people.front_desk}"' in browser.get(address).text
    form = {"nudge_course": "bees", "says": "help", "back": f"team-{people.front_desk}"}
    response = browser.post(f"/manage/people/{people.lena}/nudges", form)
    assert response.headers["Location"] == f"{address}#stuck"
    assert "nudged today at 10:30" in followed(browser, response).text
    for strange in (f"team-{people.kitchen}", "team-", "//elsewhere.example"):
        response = browser.post(f"/manage/people/{people.lena}/nudges", {**form, "back": strange})
        assert response.headers["Location"] == f"/manage/people/{people.lena}"


def test_the_learner_sees_who_wrote_and_where_she_stopped_and_puts_it_away(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    given_by(session, people.lena, people.mia, now)
    lena = Browser(app, sign_in(session, people.lena, now))
    home = lena.get("/learn/").text
    assert SENTENCE in home and "Mia Sørensen" in home
    assert "/learn/courses/bees/read" in home
    away = re.search(r'action="(/learn/nudges/\d+/away)"', home)
    assert away is not None
    otto = Browser(app, sign_in(session, people.otto, now))
    otto.post(away[1], status=404)
    assert SENTENCE in lena.get("/learn/").text
    for _press in range(2):
        assert SENTENCE not in followed(lena, lena.post(away[1])).text


def test_somebody_elses_people_are_not_nudged(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    form = {"nudge_course": "bees", "says": "step"}
    for who in (people.nora, people.otto, people.tom, people.lena):
        Browser(app, sign_in(session, who, now)).post(f"/manage/people/{people.lena}/nudges", form, status=404)
    assert count(session) == 0
