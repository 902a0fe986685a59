"""The head's page: a unit in five numbers, closer in two clicks, and nothing of whom she does not answer for."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms import charts
from lms.accounts import actions as accounts
from lms.content.course import Course
from lms.measures import share
from lms.plans import assignment_actions
from lms.progress import actions as progress
from lms.store import writing
from lms.units.unit import hidden_among
from lms.web.extensions import db
from lms.web.manage import heads, remembering
from tests.conftest import NOW
from tests.support import cast
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast
from tests.support.databases import selects_of
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")

DAY = timedelta(days=1)


@pytest.fixture
def course(app: Flask, session: Session, people: Cast, now: datetime) -> Course:
    """A course of one lesson."""
    return shelve(session, a_course("bees", a_lesson("read"), title="Bees"), now)


def browser(app: Flask, session: Session, person_id: int) -> Browser:
    """Return a browser signed in as this person."""
    return Browser(app, cast.sign_in(session, person_id, NOW))


def crowd(session: Session, team_id: int, course: Course, by: int, size: int, done: int, now: datetime) -> None:
    """Bring people into a team with a course that was due three weeks ago; so many of them completed it then."""
    with writing(session):
        for number in range(size):
            name = f"t{team_id}-{number}"
            person_id = accounts.add_person(session, name=f"Person {name}", sign_in_name=name, now=now)
            accounts.join_team(session, person_id, team_id, now.date() - 60 * DAY)
            due_on = now.date() - 21 * DAY
            assignment_actions.assign_course(session, course, due_on, by, now - 50 * DAY, person_ids=[person_id])
            if number < done:
                progress.finish_lesson(session, person_id, course, "read", now - 22 * DAY)


def test_it_tells_a_unit_with_n_period_and_interval(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    crowd(session, people.front_desk, course, people.max, 20, 17, now)
    crowd(session, people.kitchen, course, people.max, 30, 15, now)
    page = browser(app, session, people.max).get("/manage/head")
    assert "32 of 50 of what fell due was completed by its day." in page.text
    assert "n = 50 enrolments" in page.text
    # Wilson, 17 of 20; percent are rounded down.
    assert "63% to 94%, n = 20" in page.text
    assert "18 of 50 of all enrolments are open although their day has passed." in page.text
    assert f"/manage/teams/{people.kitchen}" in page.text


def test_small_units_hide_and_take_the_next_with_them(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    crowd(session, people.kitchen, course, people.max, 30, 15, now)
    page = browser(app, session, people.max).get("/manage/head")
    assert "2 units are hidden" in page.text
    assert "n = 32" not in page.text


def test_few_people_have_no_numbers(app: Flask, session: Session, people: Cast, course: Course) -> None:
    assert "Too few people for numbers" in browser(app, session, people.nora).get("/manage/head").text


def test_another_unit_is_not_found(app: Flask, session: Session, people: Cast, course: Course) -> None:
    nora = browser(app, session, people.nora)
    for team in (people.front_desk, people.hotel, 0, "x", "9" * 30):
        assert nora.client.get(f"/manage/head?team={team}").status_code == 404


def test_it_asks_as_many_queries_of_a_hundred_as_of_ten(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    mia = browser(app, session, people.mia)
    counts = []
    for size in (10, 90):
        with writing(session):
            for number in range(size):
                name = f"p{size}-{number}"
                person_id = accounts.add_person(session, name=name, sign_in_name=name, now=now)
                accounts.join_team(session, person_id, people.front_desk, now.date() - DAY)
        mia.get("/manage/head")
        with app.app_context(), selects_of(db.engine) as asked:
            mia.client.get("/manage/head")
        counts.append(len(asked))
    assert counts[1] <= counts[0]


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ({"a": 3, "b": 6}, {"a", "b"}),
        ({"a": 3, "b": 4, "c": 9}, {"a", "b"}),
        ({"a": 3, "b": 60, "c": 7}, {"a", "c"}),
        ({"a": 5, "b": 6}, set()),
        ({"a": 0, "b": 6}, set()),
        ({"a": 3}, {"a"}),
        ({}, set()),
    ],
)
def test_what_hides_cannot_be_reckoned(sizes: dict[str, int], hidden: set[str]) -> None:
    assert hidden_among(sizes) == hidden


def test_a_trend_is_broken_where_there_is_nothing_and_its_band_holds_its_line() -> None:
    drawn = charts.trend([share(8, 10), share(5, 10), None, share(9, 10), None])
    assert len(drawn.spots) == 3
    assert (len(drawn.lines), len(drawn.bands)) == (1, 1)
    assert all(spot.high <= spot.y <= spot.low for spot in drawn.spots)
    assert charts.trend([]).spots == ()
    assert charts.trend([share(1, 1)]).spots[0].x == charts.WIDTH / 2


def test_what_is_counted_of_many_teams_is_kept_a_minute_and_only_for_the_same_teams(
    app: Flask, session: Session, people: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "_MOST_COUNTED", 0)
    ada, max_ = browser(app, session, people.ada), browser(app, session, people.max)
    asked = ada.client
    ada.get("/manage/head")
    with app.app_context(), selects_of(db.engine) as again:
        asked.get("/manage/head")
    assert not [statement for statement in again if "FROM team_standing" in statement]
    with app.app_context(), selects_of(db.engine) as other:
        asked.get(f"/manage/head?team={people.kitchen}")
    assert [statement for statement in other if "FROM team_standing" in statement]
    # What is kept is no way in: a team out of sight stays out of sight.
    assert browser(app, session, people.nora).client.get(f"/manage/head?team={people.hotel}").status_code == 404
    monkeypatch.setattr(remembering, "_KEPT_SECONDS", 0.0)
    with app.app_context(), selects_of(db.engine) as later:
        max_.client.get("/manage/head")
    assert [statement for statement in later if "FROM team_standing" in statement]
