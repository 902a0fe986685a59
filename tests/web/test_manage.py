"""The manager's desk: own teams and those below only, by page, by filter and by file."""

from csv import reader
from datetime import datetime, timedelta
from io import BytesIO, StringIO

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.accounts.queries import grants_of
from lms.audit.tables import AuditEntry
from lms.content import memory
from lms.content.course import Course
from lms.customers.actions import Figure, record_figures
from lms.customers.measure import Measure, last_week_on
from lms.plans import assignment_actions
from lms.plans.allowance import EXEMPTION
from lms.plans.allowance_actions import give_allowance
from lms.plans.tables import Assignment
from lms.progress import actions as progress
from lms.progress import attempt_actions
from lms.progress.tables import Attempt, Enrolment
from lms.store import writing
from lms.web.extensions import db
from tests.conftest import NOW
from tests.support import cast
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson, a_quiz, a_single
from tests.support.cast import Cast
from tests.support.databases import selects_of
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def course(app: Flask, session: Session, people: Cast, now: datetime) -> Course:
    """A published course with a lesson and a quiz of one question; Lena and Otto have begun it."""
    found = shelve(session, a_course("bees", a_lesson("read"), a_quiz("check", a_single())), now)
    with writing(session):
        for person_id in (people.lena, people.otto):
            progress.start_course(session, person_id, found, now - timedelta(days=2))
    return found


@pytest.fixture
def closed_attempt(session: Session, people: Cast, course: Course, now: datetime) -> int:
    """Lena's submitted attempt at the quiz."""
    with writing(session):
        start = attempt_actions.start_attempt(session, people.lena, course, "check", now, 7)
        assert start.attempt_id is not None
        attempt_actions.submit_attempt(session, start.attempt_id, people.lena, now)
    return start.attempt_id


def browser(app: Flask, session: Session, person_id: int | None) -> Browser:
    """Return a browser signed in as this person, or as nobody."""
    return Browser(app, cast.sign_in(session, person_id, NOW) if person_id else None)


def addresses(people: Cast, attempt_id: int) -> list[str]:
    """Return every address of the desk that shows something of Lena or her team."""
    return [
        f"/manage/teams/{people.front_desk}",
        f"/manage/teams/{people.front_desk}.csv",
        f"/manage/teams/{people.front_desk}.xlsx",
        f"/manage/people/{people.lena}",
        f"/manage/people/{people.lena}/attempts/{attempt_id}",
        f"/manage/assign?to=person-{people.lena}",
    ]


def test_her_manager_the_manager_above_and_the_administrator_see_lena(
    app: Flask, session: Session, people: Cast, closed_attempt: int
) -> None:
    for person_id in (people.mia, people.max, people.ada):
        visitor = browser(app, session, person_id)
        for address in addresses(people, closed_attempt):
            visitor.get(address)


def test_to_everybody_else_her_pages_do_not_exist(
    app: Flask, session: Session, people: Cast, closed_attempt: int
) -> None:
    for person_id in (people.nora, people.lena, people.otto, people.tom):
        visitor = browser(app, session, person_id)
        for address in addresses(people, closed_attempt):
            visitor.get(address, 404)


def test_nobody_is_sent_to_sign_in(app: Flask, session: Session, people: Cast, closed_attempt: int) -> None:
    visitor = browser(app, session, None)
    for address in [*addresses(people, closed_attempt), "/manage/", "/manage/organisation", "/manage/assign"]:
        assert "/sign-in" in visitor.get(address, 302).headers["Location"]


def test_a_wrong_method_is_refused(app: Flask, session: Session, people: Cast) -> None:
    visitor = browser(app, session, people.mia)
    for address in ("/manage/", f"/manage/teams/{people.front_desk}", f"/manage/people/{people.lena}"):
        visitor.post(address, status=405)


def test_the_home_shows_own_teams_only(app: Flask, session: Session, people: Cast, course: Course) -> None:
    page = browser(app, session, people.nora).get("/manage/").text
    assert "Kitchen" in page
    assert "Front desk" not in page
    assert "Lena" not in page


def test_no_filter_reaches_beyond_the_team(app: Flask, session: Session, people: Cast, course: Course) -> None:
    visitor = browser(app, session, people.mia)
    page = visitor.get(f"/manage/teams/{people.front_desk}?q=otto&team={people.kitchen}&sort=due").text
    assert "Otto" not in page
    assert "Nobody matches" in page


def test_who_leaves_the_team_is_out_of_sight_at_the_next_request(
    app: Flask, session: Session, people: Cast, course: Course
) -> None:
    visitor = browser(app, session, people.mia)
    visitor.get(f"/manage/people/{people.lena}")
    with writing(session):
        accounts.move_person(
            session, people.lena, from_team_id=people.front_desk, to_team_id=people.kitchen, on=NOW.date()
        )
    visitor.get(f"/manage/people/{people.lena}", 404)
    assert "Lena" not in visitor.get(f"/manage/teams/{people.front_desk}.csv").text
    browser(app, session, people.nora).get(f"/manage/people/{people.lena}")


def test_a_manager_who_lost_the_team_loses_its_pages(
    app: Flask, session: Session, people: Cast, closed_attempt: int, now: datetime
) -> None:
    visitor = browser(app, session, people.mia)
    (grant,) = grants_of(session, people.mia)
    with writing(session):
        accounts.revoke_role(session, grant.id, now)
    for address in addresses(people, closed_attempt):
        visitor.get(address, 404)


def test_the_files_hold_what_the_page_holds_and_run_nothing(
    app: Flask, session: Session, people: Cast, course: Course
) -> None:
    with writing(session):
        accounts.change_person(session, people.lena, name="=HYPERLINK(1)")
    visitor = browser(app, session, people.mia)
    rows = list(reader(StringIO(visitor.get(f"/manage/teams/{people.front_desk}.csv").data.decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == {"'=HYPERLINK(1)", "Mia Sørensen"}
    workbook = openpyxl.load_workbook(BytesIO(visitor.get(f"/manage/teams/{people.front_desk}.xlsx").data))
    cells = [cell for row in workbook.active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "inlineStr"}


def test_a_course_is_assigned_after_seeing_whom_it_touches(
    app: Flask, session: Session, people: Cast, course: Course
) -> None:
    visitor = browser(app, session, people.mia)
    order = {"course": course.slug, "to": f"team-{people.front_desk}", "due": "2026-12-24"}
    page = visitor.get("/manage/assign", query_string={**order, "look": "yes"}).text
    assert "2 people in all" in page
    visitor.post("/manage/assign", order)
    visitor.post("/manage/assign", order)
    session.rollback()
    live = list(session.scalars(select(Assignment).where(Assignment.withdrawn_at.is_(None))))
    assert [assignment.team_id for assignment in live] == [people.front_desk]
    enrolled = set(session.scalars(select(Enrolment.person_id)))
    assert {people.lena, people.mia} <= enrolled
    assert session.scalars(select(AuditEntry.action)).all().count("course.assign") == 2


@pytest.mark.parametrize("due", ["2020-01-01", "tomorrow", "2999-01-01"])
def test_a_wrong_day_keeps_what_was_chosen(
    app: Flask, session: Session, people: Cast, course: Course, due: str
) -> None:
    order = {"course": course.slug, "to": f"team-{people.front_desk}", "due": due}
    page = browser(app, session, people.mia).post("/manage/assign", order, status=422).text
    assert due in page
    assert session.scalar(select(Assignment.id)) is None


def test_nothing_is_assigned_to_somebody_elses_people(
    app: Flask, session: Session, people: Cast, course: Course
) -> None:
    visitor = browser(app, session, people.nora)
    visitor.post("/manage/assign", {"course": course.slug, "to": f"team-{people.front_desk}"}, status=422)
    visitor.post("/manage/assign", {"course": course.slug, "to": f"person-{people.lena}"}, status=404)
    assert session.scalar(select(Assignment.id)) is None


def test_an_attempt_under_way_is_nobody_elses_business(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        start = attempt_actions.start_attempt(session, people.lena, course, "check", now, 7)
    browser(app, session, people.mia).get(f"/manage/people/{people.lena}/attempts/{start.attempt_id}", 404)


def test_another_persons_attempt_is_not_under_her_name(
    app: Flask, session: Session, people: Cast, closed_attempt: int
) -> None:
    visitor = browser(app, session, people.max)
    visitor.get(f"/manage/people/{people.otto}/attempts/{closed_attempt}", 404)
    assert session.get(Attempt, closed_attempt) is not None


def test_the_organisation_page_is_for_those_at_the_top(
    app: Flask, session: Session, people: Cast, course: Course
) -> None:
    for person_id in (people.max, people.ada):
        assert "2" in browser(app, session, person_id).get("/manage/organisation").text
    for person_id in (people.mia, people.nora):
        browser(app, session, person_id).get("/manage/organisation", 404)


def test_the_pages_ask_a_fixed_number_of_queries(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime, long_memory: None
) -> None:
    visitor = browser(app, session, people.mia)
    counts = []
    for size in (2, 30):
        with writing(session):
            for number in range(size):
                person_id = accounts.add_person(
                    session, name=f"P {number}", sign_in_name=f"p{size}-{number}", now=now
                )
                accounts.join_team(session, person_id, people.front_desk, on=now.date())
                progress.start_course(session, person_id, course, now)
        app.extensions["house"].clear()
        memory.forget(session)
        with app.app_context(), selects_of(db.engine) as asked:
            visitor.get("/manage/")
            visitor.get(f"/manage/teams/{people.front_desk}")
        counts.append(len(asked))
    # The first round also loads the course, which stays; so it may ask more, never less.
    assert counts[1] <= counts[0]


def test_a_team_with_too_many_below_counts_them_and_leads_on(
    app: Flask, session: Session, people: Cast, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.web.manage.teams._MOST_PEOPLE", 2)
    monkeypatch.setattr("lms.web.manage.teams._MOST_LOOKED_AT", 2)
    page = browser(app, session, people.max).get(f"/manage/teams/{people.hotel}").text
    assert "5 people" in page and "too many to list" in page
    assert f"/manage/teams/{people.kitchen}" in page and "Lena Brandt" not in page
    small = browser(app, session, people.mia).get(f"/manage/teams/{people.front_desk}").text
    assert "Lena Brandt" in small


@pytest.mark.parametrize("most_named", [500, 0])
def test_a_home_with_too_many_people_counts_those_in_sight_and_nobody_else(
    app: Flask, session: Session, people: Cast, monkeypatch: pytest.MonkeyPatch, most_named: int
) -> None:
    monkeypatch.setattr("lms.web.manage.teams._MOST_AT_HOME", 1)
    monkeypatch.setattr("lms.units.place_queries._MOST_NAMED", most_named)
    week_on = last_week_on(NOW.date())
    weeks = ((people.front_desk, 30), (people.kitchen, 60))
    with writing(session):
        figures = [Figure(team_id, week_on, Measure.SATISFIED, count, 100) for team_id, count in weeks]
        record_figures(session, figures, people.max, NOW)
    whole = browser(app, session, people.max).get("/manage/").text
    assert "5 people" in whole and "90 of 200 answers" in whole
    part = browser(app, session, people.mia).get("/manage/").text
    assert "2 people" in part and "30 of 100 answers" in part


def assign(session: Session, course: Course, person_id: int, ahead: int) -> None:
    """Give somebody the course, due in so many days."""
    with writing(session):
        assignment_actions.assign_course(
            session, course, NOW.date() + timedelta(days=ahead), 1, NOW, person_ids=[person_id]
        )


def test_a_large_home_names_who_is_late_longest_and_counts_the_rest(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.web.manage.teams._MOST_AT_HOME", 1)
    days = {people.otto: -9, people.lena: -3, people.mia: 4}
    for person_id, ahead in days.items():
        assign(session, course, person_id, ahead)
    page = browser(app, session, people.max).get("/manage/").text
    assert "2 courses are late" in page and "1 due within a week has not been begun" in page
    assert page.index("Otto") < page.index("due 9 days ago") < page.index("Lena Brandt") < page.index("due in 4")
    assert "See everybody who is late" in page and "Of 3 courses that people are in, 1 is not late" in page
    # Her own teams only, and nobody who is exempt.
    assert "Otto" not in browser(app, session, people.mia).get("/manage/").text
    with writing(session):
        give_allowance(
            session, people.otto, "bees", kind=EXEMPTION, until=None, reason="Knows it.", by=people.max, now=now
        )
    page = browser(app, session, people.max).get("/manage/").text
    assert "Otto" not in page and "Lena Brandt" in page


def test_a_large_home_asks_as_many_queries_as_ever(
    app: Flask,
    session: Session,
    people: Cast,
    course: Course,
    monkeypatch: pytest.MonkeyPatch,
    long_memory: None,
) -> None:
    monkeypatch.setattr("lms.web.manage.teams._MOST_AT_HOME", 1)
    visitor, counts = browser(app, session, people.max), []
    for late in ((people.lena,), (people.otto, people.mia)):
        for person_id in late:
            assign(session, course, person_id, -3)
        visitor.get("/manage/")
        with app.app_context(), selects_of(db.engine) as asked:
            visitor.get("/manage/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_a_team_above_was_assigned_stands_on_the_persons_and_the_teams_page(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    with writing(session):
        assignment_actions.assign_course(session, course, None, people.max, now, team_id=people.hotel)
    visitor = browser(app, session, people.mia)
    for address in (f"/manage/people/{people.lena}", f"/manage/teams/{people.front_desk}"):
        assert "to Hotel by Max Weber" in visitor.get(address).text


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("2026-12-01", "", "the last day, 1 December, is taken away"),
        ("2026-12-01", "2026-12-24", "changes from 1 December to 24 December"),
        ("", "2026-12-24", "it gets one, 24 December"),
    ],
)
def test_assigning_again_says_what_becomes_of_the_last_day(
    app: Flask, session: Session, people: Cast, course: Course, before: str, after: str, said: str
) -> None:
    visitor = browser(app, session, people.mia)
    order = {"course": course.slug, "to": f"team-{people.front_desk}"}
    visitor.post("/manage/assign", {**order, "due": before})
    assert said in visitor.get("/manage/assign", query_string={**order, "due": after, "look": "yes"}).text
    same = visitor.get("/manage/assign", query_string={**order, "due": before, "look": "yes"}).text
    assert "assigned before" not in same
