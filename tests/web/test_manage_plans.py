"""What who leads sees of plans: counts of five people or more, and the sentences that somebody shows."""

from datetime import datetime, timedelta

import pytest
from flask import Flask, render_template_string
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.coaching import actions as coaching
from lms.coaching.observation import Mark
from lms.coaching.planned_queries import kept_and_seen_by, kept_and_seen_in
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
from tests.support.observations import given
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")
SENTENCE = "If the bell rings, then I look up."
WORDS = Words("the bell rings", "look up", SENTENCE)


@pytest.fixture
def course(session: Session, people: Cast, now: datetime) -> Course:
    """A published course with one lesson."""
    return shelve(session, a_course("bees", a_lesson("read", behaviours=("greet", "own"))), now)


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


def test_what_was_kept_is_told_as_seen_where_an_observer_saw_it_clearly_on_a_later_day(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    mia = Browser(app, sign_in(session, people.mia, now))
    fresh = colleagues(session, people.front_desk, 7, now)
    made = now - timedelta(days=10)
    for person_id in fresh:
        a_plan(session, person_id, course, made, Answer.NOT_YET if person_id == fresh[6] else Answer.KEPT)

    def saw(person_id: int, days: int, score: int, behaviour_id: str = "greet") -> int:
        mark = Mark("ready", behaviour_id, score)
        on = (made + timedelta(days=days)).date()
        return given(
            session, person_id, people.mia, people.front_desk, course.release_id, now,
            key=f"{person_id}-{days}", marks=(mark,), happened_on=on,
        )  # fmt: skip

    saw(fresh[0], 1, 2)
    saw(fresh[0], 2, 2)  # twice is still one plan
    saw(fresh[1], 3, 1)  # partly
    saw(fresh[2], 0, 2)  # on the day it was made
    saw(fresh[3], 3, 2, "gree")  # another behaviour
    saw(fresh[4], 3, 2, "own")
    saw(fresh[6], 3, 2)  # seen, and not kept
    disputed = saw(fresh[5], 3, 2)
    with writing(session):
        coaching.read_it(session, disputed, fresh[5], now)
        assert coaching.dispute(session, disputed, fresh[5], "It was somebody else.", now)
    page = mia.get(f"/manage/teams/{people.front_desk}").text
    assert "2 of 6 of the kept" not in page
    assert "2 of the 6 kept were also seen in an observation after they were made: too few to judge." in page
    # Of one person nothing is told that is about fewer than five plans.
    page = mia.get(f"/manage/people/{fresh[0]}").text
    assert "told from five kept" in page
    today = now.date()
    assert kept_and_seen_by(session, fresh[0], today) == 1 and kept_and_seen_by(session, fresh[1], today) == 0
    assert kept_and_seen_in(session, [people.front_desk], today) == 2


@pytest.mark.parametrize(
    ("seen", "kept", "said"),
    [
        (2, 4, "is told from five kept"),
        (4, 9, "4 of the 9 kept were also seen in an observation after they were made: too few to judge."),
        (10, 20, "Between 29% and 70% of the kept ones were also seen"),
        (50, 100, "50% of the kept ones were also seen"),
    ],
)
def test_the_share_of_the_kept_that_was_seen_is_told_as_surely_as_it_is_known(
    app: Flask, seen: int, kept: int, said: str
) -> None:
    part = share(seen, kept) if kept >= 5 else None
    assert said in part_of(app, PlansPart(90, Tally(9, kept, kept, kept, kept), share(kept, kept), part))


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
    plans = PlansPart(90, Tally(9, due, due, due, kept), share(kept, due) if due >= 5 else None, None)
    assert said in part_of(app, plans)


def part_of(app: Flask, plans: PlansPart) -> str:
    words = '{% from "manage/plans_part.html" import plans_part %}{{ plans_part(plans, true) }}'
    with app.test_request_context():
        return render_template_string(words, plans=plans)
