"""A team's page: distribution, who is stuck where, the last seven days, exemptions, pages of people."""

from datetime import datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.content import memory
from lms.content.course import Course
from lms.plans.allowance import EXEMPTION
from lms.plans.allowance_actions import give_allowance
from lms.plans.assignment_actions import assign_course
from lms.plans.exempt_queries import exempt_in
from lms.progress import actions as progress
from lms.progress import attempt_actions
from lms.store import writing
from lms.units.course_queries import course_tallies
from lms.units.place_queries import places_of
from lms.web.extensions import db
from tests.conftest import NOW
from tests.support import certificates
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson, a_quiz, a_single
from tests.support.cast import Cast
from tests.support.databases import selects_of
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def course(app: Flask, session: Session, people: Cast, now: datetime) -> Course:
    """A published course with a lesson and a quiz."""
    return shelve(session, a_course("bees", a_lesson("read"), a_quiz("check", a_single())), now)


def join(session: Session, team_id: int, names: list[str], now: datetime) -> list[int]:
    """Let people of these names join the team."""
    made = []
    with writing(session):
        for name in names:
            sign_in_name = name.casefold().replace(" ", "-")
            person_id = accounts.add_person(session, name=name, sign_in_name=sign_in_name, now=now)
            accounts.join_team(session, person_id, team_id, on=now.date())
            made.append(person_id)
    return made


def text_of(page: str) -> str:
    """Return a page's words, one space between them."""
    return " ".join(unescape(page).split())


def test_who_is_stuck_stands_with_the_step_and_since_when(
    session: Session, people: Cast, course: Course, mia: Browser, now: datetime
) -> None:
    with writing(session):
        progress.start_course(session, people.lena, course, now - timedelta(days=8))
    page = text_of(mia.get(f"/manage/teams/{people.front_desk}").text)
    assert "no step since 8 November" in page
    assert f"at “{course.activities[0].title}”" in page
    with writing(session):
        progress.finish_lesson(session, people.lena, course, "read", now)
        for _attempt in range(2):
            begun = attempt_actions.start_attempt(session, people.lena, course, "check", now, 7)
            assert begun.attempt_id is not None
            attempt_actions.submit_attempt(session, begun.attempt_id, people.lena, now)
    page = text_of(mia.get(f"/manage/teams/{people.front_desk}").text)
    assert "2 attempts not passed" in page and f"at “{course.activities[1].title}”" in page


def test_the_week_names_who_earned_a_certificate(
    session: Session, people: Cast, course: Course, mia: Browser, now: datetime
) -> None:
    certificates.award(session, people.lena, now - timedelta(days=3))
    page = text_of(mia.get(f"/manage/teams/{people.front_desk}").text)
    assert 'Earned a certificate <span class="soft">1</span>' in page
    certificates.award(session, people.otto, now - timedelta(days=3))
    assert "Otto" not in mia.get(f"/manage/teams/{people.front_desk}").text


def test_whoever_is_exempt_shows_as_exempt_and_counts_in_nothing(
    session: Session, people: Cast, course: Course, mia: Browser, now: datetime
) -> None:
    due = now.date() + timedelta(days=2)
    with writing(session):
        assign_course(session, course, due, people.max, now, team_id=people.front_desk)
    address = f"/manage/teams/{people.front_desk}"
    assert "0 of 2 are done" in mia.get(address).text
    until = now.date() + timedelta(days=10)
    with writing(session):
        give_allowance(
            session, people.lena, "bees", kind=EXEMPTION, until=until, reason="so", by=people.max, now=now
        )
    page = text_of(mia.get(address).text)
    assert "0 of 1 are done; 1 has not started. 1 is exempt." in page
    assert 'Exempt</span> <span class="soft">until 26 November' in page
    assert "Lena Brandt" in mia.get(f"{address}?standing=exempt").text
    assert "Lena Brandt" not in text_of(mia.get(f"{address}?standing=not-started").text)
    assert "Exempt" in mia.get(f"{address}.csv").text
    with_course = {(people.lena, "bees"): until}
    assert exempt_in(session, [people.front_desk], now.date()) == with_course
    assert exempt_in(session, [people.front_desk], until + timedelta(days=1)) == {}
    assert exempt_in(session, [people.kitchen], now.date()) == {}


def test_people_are_listed_a_page_at_a_time_and_a_search_is_kept(
    session: Session, people: Cast, mia: Browser, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.web.manage.leaves.LEAF", 3)
    monkeypatch.setattr("lms.web.manage.teams.LEAF", 3)
    join(session, people.front_desk, [f"Person {number}" for number in range(5)], now)
    address = f"/manage/teams/{people.front_desk}"
    _pages_hold(mia, address)
    # The same of a team that is too large to look at everybody.
    monkeypatch.setattr("lms.web.manage.teams._MOST_LOOKED_AT", 2)
    _pages_hold(mia, address)
    assert "listed by name only" in mia.get(address).text


def _pages_hold(browser: Browser, address: str) -> None:
    first, second = (text_of(browser.get(f"{address}?q=person&page={page}").text) for page in (1, 2))
    assert "5 people are found" in first and "Page 1 of 2: Person 0 to Person 2" in first
    assert f'href="{address}?q=person&page=2#people"' in first
    assert "Page 2 of 2: Person 3 to Person 4" in second and "Person 2" not in second
    for strange in ("0", "99", "-1", "x", "9" * 30, ""):
        assert "Page " in browser.get(f"{address}?q=person&page={strange}").text
    assert "Nobody matches" in browser.get(f"{address}?q=otto").text


def test_a_large_teams_courses_come_from_what_is_kept(
    session: Session, people: Cast, course: Course, now: datetime
) -> None:
    made = join(session, people.front_desk, [f"Person {number}" for number in range(5)], now)
    with writing(session):
        late = now.date() - timedelta(days=1)
        assign_course(session, course, late, people.max, now, person_ids=made[:2])
        for person_id in made[2:]:
            progress.start_course(session, person_id, course, now)
        progress.finish_lesson(session, made[4], course, "read", now)
    (tally,) = course_tallies(session, places_of(session, [people.front_desk, people.kitchen]), now.date())
    assert (tally.enrolled, tally.late, tally.under_way, tally.done) == (5, 2, 3, 0)
    assert course_tallies(session, places_of(session, [people.kitchen]), now.date()) == ()


@pytest.mark.usefixtures("long_memory")
@pytest.mark.parametrize("looked_at", [500, 1])
def test_the_page_asks_a_fixed_number_of_queries(
    app: Flask,
    session: Session,
    people: Cast,
    course: Course,
    mia: Browser,
    monkeypatch: pytest.MonkeyPatch,
    looked_at: int,
) -> None:
    monkeypatch.setattr("lms.web.manage.teams._MOST_LOOKED_AT", looked_at)
    counts = []
    for size in (2, 30):
        made = join(session, people.front_desk, [f"P {size} {number}" for number in range(size)], NOW)
        with writing(session):
            for person_id in made:
                progress.start_course(session, person_id, course, NOW - timedelta(days=9))
        app.extensions["house"].clear()
        memory.forget(session)
        with app.app_context(), selects_of(db.engine) as asked:
            mia.get(f"/manage/teams/{people.front_desk}?q=p")
        counts.append(len(asked))
    # The first round also loads the course, which stays; so it may ask more, never less. What plans came to is
    # asked of a large team too.
    assert counts[1] <= counts[0] <= 22


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A team of three is too large to look at each of its people."""
    monkeypatch.setattr("lms.web.manage.teams._MOST_LOOKED_AT", 2)


@pytest.mark.usefixtures("large")
def test_a_large_team_tells_in_numbers_where_people_are_stuck_and_each_number_leads_to_its_people(
    session: Session, people: Cast, course: Course, mia: Browser, now: datetime
) -> None:
    made = join(session, people.front_desk, ["Ann", "Bob", "Cat", "Dan"], now)
    with writing(session):
        for person_id in (*made[:3], people.lena):
            progress.start_course(session, person_id, course, now - timedelta(days=9))
        progress.finish_lesson(session, made[2], course, "read", now - timedelta(days=8))
        progress.finish_lesson(session, people.lena, course, "read", now)
    page = mia.get(f"/manage/teams/{people.front_desk}").text
    words = text_of(page)
    assert (
        "3 of 4 courses that people are in the middle of" in words and "Ann" not in words.split('id="people"')[0]
    )
    read, check = (f"/manage/teams/{people.front_desk}/stuck/bees?step={step}" for step in ("read", "check"))
    assert page.index(read) < page.index(check)
    there = text_of(mia.get(read).text)
    assert "2 people" in there and "Ann" in there and "Bob" in there and "Cat" not in there
    assert "no step since" in there
    assert "1 person" in text_of(mia.get(check).text) and "Cat" in mia.get(check).text
    for strange in ("gone", "", "%22%3E%3Csvg%20onload%3D1%3E", "x" * 3000):
        nobody = mia.get(f"/manage/teams/{people.front_desk}/stuck/bees?step={strange}").text
        assert "Nobody is stuck here today" in text_of(nobody) and "<svg onload" not in nobody
    for address in (
        f"/manage/teams/{people.front_desk}/stuck/wasps?step=read",
        f"/manage/teams/{people.kitchen}/stuck/bees?step=read",
    ):
        mia.get(address, 404)


@pytest.mark.usefixtures("large")
def test_who_is_stuck_at_a_step_is_listed_a_page_at_a_time_and_a_nudge_leads_back(
    session: Session, people: Cast, course: Course, mia: Browser, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.web.manage.attention._LEAF", 3)
    made = join(session, people.front_desk, [f"Person {number}" for number in range(5)], now)
    with writing(session):
        for person_id in made:
            progress.start_course(session, person_id, course, now - timedelta(days=9))
    address = f"/manage/teams/{people.front_desk}/stuck/bees?step=read"
    first, second = (mia.get(f"{address}&page={page}") for page in (1, 2))
    assert "Page 1 of 2" in text_of(first.text) and "Person 2" in first.text and "Person 3" not in first.text
    assert "Page 2 of 2" in text_of(second.text) and "Person 4" in second.text and "Person 2" not in second.text
    back = f"stuck:{people.front_desk}:bees:2:read"
    assert f'value="{back}"' in second.text
    nudge = {"nudge_course": "bees", "says": "step"}
    answer = mia.post(f"/manage/people/{made[4]}/nudges", {**nudge, "back": back})
    assert answer.location == f"{address}&page=2"
    for strange in (f"stuck:{people.kitchen}:bees:2:read", "stuck:x:bees:1:read", "stuck:1::1:read", "stuck"):
        answer = mia.post(f"/manage/people/{made[3]}/nudges", {**nudge, "back": strange})
        assert answer.location == f"/manage/people/{made[3]}"


@pytest.mark.usefixtures("large")
def test_the_numbers_of_a_large_teams_week_lead_to_reports_of_the_same_people(
    session: Session, people: Cast, course: Course, mia: Browser, now: datetime
) -> None:
    made = join(session, people.front_desk, ["Ann", "Bob", "Cat", "Dan"], now)
    certificates.award(session, people.lena, now)
    with writing(session):
        progress.start_course(session, made[0], course, now - timedelta(days=3))
        for days, person_id in zip((0, 1, 7, 8), made, strict=True):
            due_on = now.date() - timedelta(days=days)
            assign_course(session, course, due_on, people.max, now, person_ids=[person_id])
    page = unescape(mia.get(f"/manage/teams/{people.front_desk}").text)
    week = page[page.index('id="week"') :]
    kinds = dict(zip(("finished", "earned", "begun", "late"), week.split('<li class="change">')[1:5], strict=True))
    found = {}
    for kind, part in kinds.items():
        address = part.split('href="')[1].split('"')[0]
        rows = unescape(mia.get(address).text).split('id="rows-shown"')[1]
        found[kind] = {name for name in ("Ann", "Bob", "Cat", "Dan", "Lena Brandt") if name in rows}
    assert found["finished"] == found["earned"] == {"Lena Brandt"}
    assert found["begun"] == {"Ann"} and found["late"] == {"Bob", "Cat"}
