"""A person's timeline: everything that happened and was done about it, and nothing of other teams."""

import re
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.content import memory
from lms.content.course import Course
from lms.mail.actions import post
from lms.mail.mail import MailState
from lms.mail.tables import Mail
from lms.plans.allowance import EXEMPTION, EXTENSION
from lms.plans.allowance_actions import give_allowance, withdraw_allowance
from lms.plans.assignment_actions import assign_course
from lms.plans.nudge import Says
from lms.plans.nudge_actions import give_nudge
from lms.progress import actions as progress
from lms.progress import attempt_actions
from lms.progress.tables import Enrolment
from lms.reminders.rules import Kind
from lms.reminders.tables import Told
from lms.store import writing
from lms.web.extensions import db
from tests.support import cast, certificates
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson, a_quiz, a_single
from tests.support.cast import Cast
from tests.support.databases import selects_of
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")

DAY = timedelta(days=1)


@pytest.fixture
def course(app: Flask, session: Session, people: Cast, now: datetime) -> Course:
    """A published course with a quiz that may be tried often."""
    return shelve(session, a_course("bees", a_lesson("read"), a_quiz("check", a_single())), now)


def told_by(browser: Browser, person_id: int, query: str = "") -> list[str]:
    """Return the days and the entries of the person's timeline as they stand, each in words."""
    page = browser.get(f"/manage/people/{person_id}{query}").text
    part = page[page.index('id="timeline"') :]
    found = re.findall(r'(?s)<h3 class="day__head".*?</h3>|<li class="entry">.*?</li>', part)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", each)).split()) for each in found]


def test_everything_stands_there_newest_first(
    session: Session, people: Cast, course: Course, mia: Browser, now: datetime
) -> None:
    lena, soon = people.lena, now.date() + 5 * DAY
    with writing(session):
        assign_course(session, course, soon, people.max, now - 9 * DAY, team_id=people.front_desk)
        progress.start_course(session, lena, course, now - 8 * DAY)
        begun = attempt_actions.start_attempt(session, lena, course, "check", now - 7 * DAY, 7)
        assert begun.attempt_id is not None
        attempt_actions.submit_attempt(session, begun.attempt_id, lena, now - 7 * DAY)
        give_nudge(session, lena, "bees", Says.HELP, by=people.mia, now=now - 6 * DAY)
        assign_course(session, course, soon + DAY, people.max, now - 5 * DAY, team_id=people.front_desk)
        given = give_allowance(
            session,
            lena,
            "bees",
            kind=EXTENSION,
            until=soon + 9 * DAY,
            reason="Ill",
            by=people.mia,
            now=now - 4 * DAY,
        )
        withdraw_allowance(session, lena, given, by=people.max, now=now - 3 * DAY)
        give_allowance(
            session, lena, "bees", kind=EXEMPTION, until=None, reason="Taught it", by=people.mia, now=now
        )
        attempt_actions.start_attempt(session, lena, course, "check", now, 7)
    title, check = course.title, course.activities[1].title
    assert told_by(mia, lena) == [
        "16 November 2026",
        f"Exempt from {title} “Taught it” · by Mia Sørensen 10:30",
        f"{check}, attempt 2 under way · {title} 10:30",
        "13 November 2026",
        f"More time in {title} taken back by Max Weber 10:30",
        "12 November 2026",
        f"More time in {title}, until 30 November 2026 “Ill” · by Mia Sørensen 10:30",
        "11 November 2026",
        f"Due date of {title} changed due 22 November 2026 instead of due 21 November 2026 · by Max Weber,"
        " to Front desk 10:30",
        "10 November 2026",
        f"Nudged about {title} “If something is in your way, tell me. We will find a way together.”"
        " · by Mia Sørensen 10:30",
        "9 November 2026",
        f"{check}, attempt 1 not yet passed, 0% · {title} 10:30",
        "8 November 2026",
        f"Began {title} 10:30",
        "7 November 2026",
        f"Enrolled in {title} 10:30",
        f"Assigned: {title} due 21 November 2026 · by Max Weber, to Front desk 10:30",
    ]


def test_certificates_and_reminders_stand_there_too(
    session: Session, people: Cast, course: Course, mia: Browser, now: datetime
) -> None:
    serial = certificates.award(session, people.lena, now - DAY)
    with writing(session):
        progress.start_course(session, people.lena, course, now - 3 * DAY)
        enrolment_id = session.scalars(
            select(Enrolment.id).where(Enrolment.person_id == people.lena, Enrolment.course_slug == "bees")
        ).one()
        on = now.date() - 2 * DAY
        for kind, subject_id in ((Kind.LATE, enrolment_id), (Kind.TEAM_LATE, 1), (Kind.WEEK, 1)):
            session.add(
                Told(person_id=people.lena, kind=kind, subject_id=subject_id, about_on=on, stage=0, told_on=on)
            )
        mail_id = post(
            session, people.lena, on, "reminder", "Secret of others", "", "", "a", now - 2 * DAY, now - 2 * DAY
        )
        mail = session.get_one(Mail, mail_id)
        mail.state, mail.ended_at = MailState.PERHAPS, now - 2 * DAY
    told = told_by(mia, people.lena)
    assert any(serial in each and "valid until" in each for each in told)
    assert f"Reminder perhaps sent {course.title} is late 10:30" in told
    assert not [each for each in told if "Secret" in each]
    with writing(session):
        session.delete(session.get_one(Mail, mail_id))
    assert f"Reminded by mail {course.title} is late" in told_by(mia, people.lena)


def test_what_another_team_asked_for_is_not_told(
    app: Flask, session: Session, people: Cast, course: Course, mia: Browser, now: datetime
) -> None:
    with writing(session):
        accounts.join_team(session, people.lena, people.kitchen, on=date(2026, 2, 1))
        assign_course(session, course, None, people.nora, now - DAY, team_id=people.kitchen)
        assign_course(session, course, None, people.max, now, team_id=people.hotel)
    told = [each for each in told_by(mia, people.lena) if "Assigned" in each]
    assert told == [f"Assigned: {course.title} no due date · by Max Weber, to Hotel 10:30"]
    assert "to Kitchen" not in mia.get(f"/manage/people/{people.lena}").text
    nora = Browser(app, cast.sign_in(session, people.nora, now))
    assert len([each for each in told_by(nora, people.lena) if "Assigned" in each]) == 2


def test_what_a_team_was_given_before_she_came_reached_her_when_she_came(
    session: Session, people: Cast, course: Course, mia: Browser, now: datetime
) -> None:
    with writing(session):
        assign_course(session, course, None, people.max, now - 9 * DAY, team_id=people.front_desk)
        ida = accounts.add_person(session, name="Ida", sign_in_name="ida", now=now)
        accounts.join_team(session, ida, people.front_desk, on=now.date() - 2 * DAY)
    assert told_by(mia, ida) == [
        "14 November 2026",
        f"Assigned: {course.title} no due date · by Max Weber, to Front desk",
    ]


def test_it_comes_a_hundred_a_page_with_a_fixed_number_of_queries(
    app: Flask, session: Session, people: Cast, course: Course, mia: Browser, now: datetime
) -> None:
    counts = []
    for number in range(2):
        with writing(session):
            for hour in range(55):
                at = now - timedelta(days=200, hours=200 * number + hour)
                for kind in (EXTENSION,):
                    give_allowance(
                        session,
                        people.lena,
                        "bees",
                        kind=kind,
                        until=now.date(),
                        reason="r",
                        by=people.mia,
                        now=at,
                    )
        app.extensions["house"].clear()
        memory.forget(session)
        with app.app_context(), selects_of(db.engine) as asked:
            first = told_by(mia, people.lena)
        counts.append(len(asked))
    assert counts[1] <= counts[0] <= 30
    second = told_by(mia, people.lena, "?page=2")
    entries = [each for each in (*first, *second) if "More time" in each]
    assert len([each for each in first if "More time" in each]) == 100
    assert len(entries) == 200
    assert told_by(mia, people.lena, "?page=3") == told_by(mia, people.lena, "?page=99") != first
    for strange in ("x", "0", "-1", "9" * 30):
        told_by(mia, people.lena, f"?page={strange}")
