"""Surveys and checklists on their pages: what is promised is kept, what may not be told is not."""

import re
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.content.course import Course
from lms.progress.tables import Enrolment
from lms.surveys.tables import ChecklistTrial, SurveyReply
from tests.support import cast
from tests.support.browser import Browser
from tests.support.builders import a_checklist, a_course, a_lesson, a_survey
from tests.support.cast import Cast
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")

HOME = "/learn/courses/house"
FULL = {"answer-laugh": "2", "answer-rest": "", "answer-pick": "tea", "answer-say": "More <b>tea</b>.\r\nPlease."}


@pytest.fixture
def house(session: Session, people: Cast, now: datetime) -> Course:
    """A course with a survey without names, one with names, and a checklist."""
    named = a_survey("named", is_anonymous=False)
    notes = "<p>Read it twice.</p>"
    return shelve(session, a_course("house", a_lesson(), a_survey(trainer_html=notes), named, a_checklist()), now)


def browser(app: Flask, session: Session, people: Cast, name: str, now: datetime) -> Browser:
    return Browser(app, cast.sign_in(session, people.everyone()[name], now))


def test_a_survey_says_what_is_kept_and_keeps_no_more(
    app: Flask, session: Session, people: Cast, house: Course, now: datetime
) -> None:
    lena = browser(app, session, people, "lena", now)
    page = lena.get(f"{HOME}/pulse").text
    assert 'name="promised" value="no-name"' in page
    assert "your answers, the round, your team, and whether you lead people." in page
    assert "your name, your account, the day and the time" in page and "Read it twice" not in page
    lena.post(f"{HOME}/pulse/reply", {"answer-laugh": ""}, 422)
    for wrong in (
        {"answer-laugh": "6"},
        {"answer-pick": "beer"},
        {"answer-say": "a\0b"},
        {"answer-say": "x" * 4001},
    ):
        lena.post(f"{HOME}/pulse/reply", wrong, 400)
    lena.post(f"{HOME}/pulse/reply", FULL)
    lena.post(f"{HOME}/pulse/reply", {"answer-laugh": "5"})
    assert "Your answers are in" in lena.get(f"{HOME}/pulse").text
    kept = session.scalars(select(SurveyReply)).all()
    assert [(each.person_id, each.is_leader, each.team_id) for each in kept] == [(None, False, people.front_desk)]
    assert kept[0].answers == {"laugh": 2, "pick": "tea", "say": "More <b>tea</b>.\nPlease."}
    assert session.scalars(select(Enrolment)).all() == []


def test_results_come_when_the_round_is_closed_and_words_from_ten_on(
    app: Flask, session: Session, people: Cast, house: Course, now: datetime
) -> None:
    tom = browser(app, session, people, "tom", now)
    at = "/teach/courses/house/pulse/results"
    assert "Nobody has answered yet" in tom.get(at).text
    for number, name in enumerate(("lena", "mia", "max", "nora", "otto")):
        if number == 4:
            tom.post(f"{at}/next-round")
            assert "It stays open." in tom.get(at).text
        browser(app, session, people, name, now).post(f"{HOME}/pulse/reply", FULL)
        assert "We laugh" not in tom.get(at).text
    tom.post(f"{at}/next-round")
    page = tom.get(at).text
    assert "We laugh" in page and "Laugh first" in page and "0% favourable, n = 5" in page
    assert "More" not in re.sub(r"<[^>]*>", "", page).replace("Show more", "")
    assert "Words are shown when 10 or more people have answered." in page and "Read it twice" in page
    assert "This round is open" in tom.get(f"{at}?round=2").text
    assert "Hand it in" in browser(app, session, people, "lena", now).get(f"{HOME}/pulse").text


def test_a_survey_with_names_says_so_and_is_told_while_it_is_open(
    app: Flask, session: Session, people: Cast, house: Course, now: datetime
) -> None:
    for name in ("lena", "mia", "max", "nora", "otto"):
        each = browser(app, session, people, name, now)
        assert "your answers with your name" in each.get(f"{HOME}/named").text
        each.post(f"{HOME}/named/reply", {"answer-rest": "5"})
    assert {reply.person_id for reply in session.scalars(select(SurveyReply))} == {
        people.lena, people.mia, people.max, people.nora, people.otto
    }  # fmt: skip
    session.rollback()
    page = browser(app, session, people, "tom", now).get("/teach/courses/house/named/results").text
    assert "We rest" in page and "100%" in page and "Lena" not in page


def test_a_round_without_names_stays_closed_to_eyes_when_the_survey_asks_for_names_since(
    app: Flask, session: Session, people: Cast, house: Course, now: datetime
) -> None:
    for name in ("lena", "mia", "max", "nora"):
        browser(app, session, people, name, now).post(f"{HOME}/pulse/reply", FULL)
    shelve(session, a_course("house", a_lesson(), a_survey(is_anonymous=False)), now)
    # Otto had its page before him: what it promised holds.
    browser(app, session, people, "otto", now).post(f"{HOME}/pulse/reply", FULL | {"promised": "no-name"})
    assert {reply.person_id for reply in session.scalars(select(SurveyReply))} == {None}
    session.rollback()
    tom, at = browser(app, session, people, "tom", now), "/teach/courses/house/pulse/results"
    page = tom.get(at).text
    assert "We laugh" not in page and "This round is open" in page
    tom.post(f"{at}/next-round")
    assert "We laugh" in tom.get(at).text


def test_a_checklist_is_tried_kept_and_forgotten_by_its_owner(
    app: Flask, session: Session, people: Cast, house: Course, now: datetime
) -> None:
    lena, otto = browser(app, session, people, "lena", now), browser(app, session, people, "otto", now)
    page = lena.get(f"{HOME}/seen").text
    assert "Half ready." in page and "had no chance to show" in page and "data-print" in page
    lena.post(f"{HOME}/seen/trials", {"mark-ready": ""}, 422)
    lena.post(f"{HOME}/seen/trials", {"mark-ready": "3"}, 400)
    lena.post(
        f"{HOME}/seen/trials", {"mark-ready": "2", "words-heard": "<i>I</i> have it.", "next-step": "If, then."}
    )
    page = lena.get(f"{HOME}/seen").text
    assert "one behaviour marked" in page and "&lt;i&gt;I&lt;/i&gt; have it." in page
    assert "have it" not in otto.get(f"{HOME}/seen").text
    trial = session.scalars(select(ChecklistTrial.id)).one()
    session.rollback()
    otto.post(f"{HOME}/seen/trials/{trial}/forget")
    assert session.scalars(select(ChecklistTrial.id)).one() == trial
    session.rollback()
    lena.post(f"{HOME}/seen/trials/{trial}/forget")
    assert session.scalars(select(ChecklistTrial.id)).all() == []


@pytest.mark.parametrize("path", ["first-lesson/reply", "seen/reply", "first-lesson/trials", "pulse/trials"])
def test_another_kind_of_activity_takes_neither(
    app: Flask, session: Session, people: Cast, house: Course, now: datetime, path: str
) -> None:
    browser(app, session, people, "lena", now).post(f"{HOME}/{path}", FULL, 404)


def test_trainers_see_them_as_they_are_asked_and_what_is_offered_completes_nothing(
    app: Flask, session: Session, people: Cast, house: Course, now: datetime
) -> None:
    tom = browser(app, session, people, "tom", now)
    assert "without names" in tom.get("/teach/courses/house/pulse").text
    assert "Half ready." in tom.get("/teach/courses/house/seen").text
    assert "Survey pulse" in tom.get("/teach/courses/house").text
    lena = browser(app, session, people, "lena", now)
    lena.post(f"{HOME}/first-lesson/done")
    page = lena.get(HOME).text
    assert "Finished on" in page and "Survey · 2 min" in " ".join(page.split())
