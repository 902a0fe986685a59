"""What who leads sees of plans: counts of five people or more, and the sentences that somebody shows."""

from datetime import datetime, timedelta

import pytest
from flask import Flask, render_template_string
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.content.course import Course, Lesson
from lms.measures import share
from lms.practice.commitment import Answer, Words
from lms.practice.commitment_actions import Made, NewPlan, Told, check_in, make_plan, share_plan
from lms.practice.commitment_queries import Tally
from lms.store import writing
from lms.web.manage.planned import PlansPart
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast, sign_in
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")
SENTENCE = "If the bell rings, then I look up."
WORDS = Words("the bell rings", "look up", SENTENCE)


@pytest.fixture
def course(session: Session, people: Cast, now: datetime) -> Course:
    """A published course with one lesson."""
    return shelve(session, a_course("bees", a_lesson("read")), now)


def a_plan(session: Session, person_id: int, course: Course, at: datetime, answer: Answer | None = None) -> int:
    (lesson,) = course.activities
    assert isinstance(lesson, Lesson)
    with writing(session):
        made = make_plan(session, person_id, course, lesson, NewPlan(WORDS, "en", is_own=True), at, at.date())
        assert isinstance(made, Made)
        if answer:
            check_in(session, person_id, made.plan_id, Told(1, answer), at, at.date())
    return made.plan_id


def colleagues(session: Session, team_id: int, count: int, now: datetime) -> list[int]:
    with writing(session):
        found = []
        for number in range(count):
            person_id = accounts.add_person(
                session, now=now, name=f"Colleague {number}", sign_in_name=f"colleague-{number}"
            )
            accounts.join_team(session, person_id, team_id, now.date() - timedelta(days=30))
            found.append(person_id)
    return found


def test_a_team_is_told_in_counts_from_five_people_on(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    mia = Browser(app, sign_in(session, people.mia, now))
    fresh = colleagues(session, people.front_desk, 5, now)
    for person_id in fresh[:4]:
        a_plan(session, person_id, course, now, Answer.KEPT)
    page = mia.get(f"/manage/teams/{people.front_desk}").text
    assert "Fewer than five people here made a plan" in page and "plans were made" not in page
    a_plan(session, fresh[4], course, now, Answer.NOT_YET)
    page = mia.get(f"/manage/teams/{people.front_desk}").text
    assert "5 plans were made by 5 people in the last 90 days" in page
    assert "5 came due, 5 were looked back on" in page
    assert "4 of 5 that came due were kept: too few to judge." in page and SENTENCE not in page


def test_a_person_is_told_in_counts_and_in_what_she_shows(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    mia = Browser(app, sign_in(session, people.mia, now))
    at = f"/manage/people/{people.lena}"
    assert "No plan was made in the last 90 days." in mia.get(at).text
    plan_id = a_plan(session, people.lena, course, now, Answer.NOT_YET)
    page = mia.get(at).text
    assert "One plan was made in the last 90 days" in page and "How many were kept is told from five" in page
    assert SENTENCE not in page
    for is_shared in (True, False):
        with writing(session):
            share_plan(session, people.lena, plan_id, now, is_shared=is_shared)
        assert (SENTENCE in mia.get(at).text) is is_shared


@pytest.mark.parametrize(
    ("kept", "due", "said"),
    [
        (2, 4, "is told from five"),
        (4, 9, "4 of 9 that came due were kept: too few to judge."),
        (10, 20, "Between 29% and 70% of what came due was kept (10 of 20, 95% interval)."),
        (50, 100, "50% of what came due was kept (50 of 100, 95% interval 40% to 59%)."),
    ],
)
def test_a_share_is_told_as_surely_as_it_is_known(app: Flask, kept: int, due: int, said: str) -> None:
    plans = PlansPart(90, Tally(9, due, due, due, kept), share(kept, due) if due >= 5 else None)
    with app.test_request_context():
        page = render_template_string(
            '{% from "manage/plans_part.html" import plans_part %}{{ plans_part(plans, true) }}', plans=plans
        )
    assert said in page
