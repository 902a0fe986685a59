"""Somebody in two teams counts once in each of them and once in what holds both, wherever it is told."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.accounts.roles import Role
from lms.content.course import Course
from lms.feeds import queries as feeds
from lms.plans import assignment_actions
from lms.reminders import week_queries
from lms.store import writing
from tests.conftest import NOW
from tests.support import cast
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")

DAY = timedelta(days=1)


@pytest.fixture
def course(app: Flask, session: Session, people: Cast, now: datetime) -> Course:
    """A course that ten people in each team are late in; one more is in both, another in one and the top."""
    course = shelve(session, a_course("bees", a_lesson("read"), title="Bees"), now)
    teams = [(people.front_desk,)] * 10 + [(people.kitchen,)] * 10
    teams += [(people.front_desk, people.kitchen), (people.kitchen, people.hotel)]
    with writing(session):
        made = []
        for number, hers in enumerate(teams):
            name = f"person{number}"
            made.append(accounts.add_person(session, name=f"P {number}", sign_in_name=name, now=now))
            for team_id in hers:
                accounts.join_team(session, made[-1], team_id, now.date() - 60 * DAY)
        late = now.date() - 3 * DAY
        assignment_actions.assign_course(session, course, late, people.max, now - 9 * DAY, person_ids=made)
    return course


def text(app: Flask, session: Session, person_id: int, address: str) -> str:
    """Return the words of a page as this person reads it."""
    page = Browser(app, cast.sign_in(session, person_id, NOW)).get(address).text
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# Max, Mia and Lena, Otto and Nora are in no course.
ALL, AT_DESK, IN_KITCHEN = 22, 11, 12


@pytest.mark.usefixtures("course")
def test_a_unit_at_a_glance_counts_her_once_and_so_does_each_team(
    app: Flask, session: Session, people: Cast
) -> None:
    page = text(app, session, people.max, "/manage/head")
    assert f"{ALL} of {ALL} of all enrolments are open although their day has passed." in page
    assert f"{AT_DESK} of {AT_DESK} of all" in text(app, session, people.mia, "/manage/head")
    assert f"{IN_KITCHEN} of {IN_KITCHEN} of all" in text(app, session, people.nora, "/manage/head")


@pytest.mark.usefixtures("course")
def test_whoever_manages_both_teams_and_nothing_above_counts_her_once(
    app: Flask, session: Session, people: Cast, now: datetime
) -> None:
    with writing(session):
        accounts.grant_role(session, people.mia, Role.MANAGER, now=now, team_id=people.kitchen)
    assert f"{ALL} of {ALL} of all enrolments" in text(app, session, people.mia, "/manage/head")
    assert f" {ALL + 4} people" in text(app, session, people.mia, "/manage/")


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("looked_at", [500, 1])
def test_a_teams_page_counts_her_however_many_people_it_looks_at(
    app: Flask, session: Session, people: Cast, monkeypatch: pytest.MonkeyPatch, looked_at: int
) -> None:
    monkeypatch.setattr("lms.web.manage.teams._MOST_LOOKED_AT", looked_at)
    monkeypatch.setattr("lms.web.manage.teams._MOST_PEOPLE", looked_at * 4)
    for person_id, team_id, count in (
        (people.max, people.hotel, ALL),
        (people.mia, people.front_desk, AT_DESK),
        (people.nora, people.kitchen, IN_KITCHEN),
    ):
        page = text(app, session, person_id, f"/manage/teams/{team_id}")
        assert f"0 of {count} are done; {count} are late" in page


@pytest.mark.usefixtures("course")
def test_the_outline_of_teams_counts_everybody_once(app: Flask, session: Session, people: Cast) -> None:
    page = text(app, session, people.max, "/manage/")
    names = ("Hotel", "Front desk", "Kitchen")
    told = {name: int(count) for name in names for count in re.findall(rf"{name} (\d+) ", page)[:1]}
    assert told == {"Hotel": ALL + 5, "Front desk": AT_DESK + 2, "Kitchen": IN_KITCHEN + 2}


@pytest.mark.usefixtures("course")
def test_a_large_home_counts_and_names_her_once(
    app: Flask, session: Session, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.web.manage.teams._MOST_AT_HOME", 1)
    monkeypatch.setattr("lms.web.manage.teams._MOST_MATTERS", 30)
    for person_id, count in ((people.max, ALL), (people.mia, AT_DESK), (people.nora, IN_KITCHEN)):
        page = text(app, session, person_id, "/manage/")
        assert f"{count} courses are late" in page
        assert page.count("Nudge P 20 about") == 1


@pytest.mark.usefixtures("course")
def test_the_digest_and_the_calendar_count_her_once(
    app: Flask, session: Session, people: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(week_queries, "MOST_PEOPLE", 3)
    monkeypatch.setattr(feeds, "_MOST_WALKED", 0)
    for person_id, count in ((people.max, ALL), (people.mia, AT_DESK), (people.nora, IN_KITCHEN)):
        assert f"Late now {count}" in text(app, session, person_id, "/manage/digest")
        (due,) = feeds.dues_in_teams(session, person_id, now.date())
        assert due.people == count
    units = text(app, session, people.max, "/manage/digest")
    assert re.search(rf"Front desk \D*{AT_DESK + 2}\D+{AT_DESK}\D", units)
    assert re.search(rf"Kitchen \D*{IN_KITCHEN + 2}\D+{IN_KITCHEN}\D", units)
