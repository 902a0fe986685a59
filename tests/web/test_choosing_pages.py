"""Choosing a team where there are more than one reads: on every page, without a script, never one out of sight."""

import re
from datetime import datetime
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.queries import grants_of, stays_of
from lms.accounts.tables import Person, Team
from lms.plans.tables import Assignment
from lms.store import writing
from tests.conftest import NOW
from tests.support import cast
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast
from tests.support.doors import Clock
from tests.support.shelf import shelve

SHIFTS = 70


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    """The server's clock, standing at the moment of the tests."""
    return Clock(monkeypatch, now)


@pytest.fixture
def people(session: Session, now: datetime) -> Cast:
    """The cast, and seventy shifts below the hotel; seventy more stand beside it."""
    found = cast.bring_in(session, now)
    with writing(session):
        session.add_all(
            Team(code=f"shift-{n}", name=f"Shift {n:03}", parent_id=found.hotel, created_at=NOW)
            for n in range(SHIFTS)
        )
        session.add_all(Team(code=f"ferry-{n}", name=f"Ferry {n:03}", created_at=NOW) for n in range(SHIFTS))
    return found


@pytest.fixture
def ada(app: Flask, session: Session, people: Cast) -> Browser:
    """The administrator's browser."""
    return Browser(app, cast.sign_in(session, people.ada, NOW))


@pytest.fixture
def max_(app: Flask, session: Session, people: Cast) -> Browser:
    """The browser of whoever manages the hotel and the teams below."""
    return Browser(app, cast.sign_in(session, people.max, NOW))


def team_id(session: Session, name: str) -> int:
    """Return the number of the team of this name."""
    return session.scalars(select(Team.id).where(Team.name == name)).one()


def offered(page: str, name: str = "team") -> list[str]:
    """Return what stands to be picked for this field."""
    labels = re.findall(rf'<label class="choice"><input type="\w+" name="{name}".*?</label>', page, re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", " ", label).split()) for label in labels]


def picked(page: str, name: str = "team") -> list[str]:
    """Return the values that are chosen for this field."""
    return re.findall(rf'name="{name}" value="([^"]*)" checked', page)


def test_people_are_narrowed_to_a_team_that_is_found_by_its_name(
    session: Session, people: Cast, ada: Browser
) -> None:
    page = ada.get("/admin/people").text
    assert "Shift 001" not in page
    assert offered(page) == ["Any team"] and picked(page) == [""]
    page = ada.get("/admin/people?team-words=shift+06&team=").text
    assert offered(page)[:3] == ["Any team", "Shift 006 Hotel", "Shift 060 Hotel"]
    assert "11 match." in page
    # The only one that matches is taken at once.
    page = ada.get("/admin/people?team-words=front+desk&team=").text
    assert picked(page) == [str(people.front_desk)]
    assert "Lena Brandt" in page and "Nora" not in page[page.index("</form>") :]
    page = ada.get(f"/admin/people?team-words=front&team-looked=front&team={people.front_desk}").text
    assert offered(page) == ["Any team", "Front desk Hotel"] and 'value="front"' not in page
    assert "Nothing is called that" in ada.get("/admin/people?team-words=submarine").text


def test_a_new_person_keeps_what_was_typed_while_a_team_is_found(
    session: Session, people: Cast, ada: Browser
) -> None:
    typed = {
        "name": "Nia Okoro", "sign_in_name": "nia", "email": "nia@hotel.internal", "staff_number": "",
        "language": "en", "time_zone": "Europe/Berlin", "team": "",
    }  # fmt: skip
    page = ada.post("/admin/people/new", typed | {"team-words": "shift 01", "find": "team"}, 200).text
    assert 'value="Nia Okoro"' in page and 'value="nia@hotel.internal"' in page
    assert len(offered(page)) == 12
    # Enter in the words does what the button does, and so does whatever else sends them.
    assert offered(ada.post("/admin/people/new", typed | {"team-words": "shift 01"}, 200).text) == offered(page)
    assert session.scalar(select(Person.id).where(Person.sign_in_name == "nia")) is None
    shift = str(team_id(session, "Shift 012"))
    ada.post(
        "/admin/people/new", typed | {"team": shift, "team-words": "shift 01", "team-looked": "shift 01"}, 303
    )
    session.rollback()
    nia = session.scalars(select(Person).where(Person.sign_in_name == "nia")).one()
    assert [stay.team_name for stay in stays_of(session, nia.id)] == ["Shift 012"]


@pytest.mark.parametrize(
    ("form", "name", "more", "anything"),
    [
        ("join", "team", {"on": "2026-11-20"}, "2026-11-20"),
        ("move", "to", {"on": "2026-11-21"}, "2026-11-21"),
        ("roles", "role", {}, "Manager of Shift 012"),
    ],
)
def test_on_a_persons_page_each_form_finds_a_team_and_does_nothing_else(
    session: Session, people: Cast, ada: Browser, form: str, name: str, more: dict[str, str], anything: str
) -> None:
    lena = f"/admin/people/{people.lena}"
    given = {**more, **({"team": str(people.front_desk)} if form == "move" else {})}
    page = ada.post(f"{lena}/{form}", given | {f"{name}-words": "shift 012", "find": name}, 200).text
    assert anything in page and page.count("<details open>") == 1
    prefix = "manager-" if form == "roles" else ""
    assert picked(page, name) == [f"{prefix}{team_id(session, 'Shift 012')}"]
    assert [stay.team_name for stay in stays_of(session, people.lena)] == ["Front desk"]
    assert not grants_of(session, people.lena)
    chosen = {f"{name}-words": "shift 012", f"{name}-looked": "shift 012", name: picked(page, name)[0]}
    ada.post(f"{lena}/{form}", given | chosen, 303)
    session.rollback()
    if form == "roles":
        assert [grant.team_name for grant in grants_of(session, people.lena)] == ["Shift 012"]
    else:
        assert "Shift 012" in [stay.team_name for stay in stays_of(session, people.lena)]


def test_the_team_above_is_found_and_never_below_itself(session: Session, people: Cast, ada: Browser) -> None:
    hotel = f"/admin/teams/{people.hotel}"
    given = {"name": "Hotel", "code": "hotel", "parent": ""}
    page = ada.post(hotel, given | {"parent-words": "shift", "find": "parent"}, 200).text
    assert "Nothing is called that" in page
    page = ada.post(hotel, given | {"parent-words": "ferry 00", "find": "parent"}, 200).text
    assert len(offered(page, "parent")) == 11
    assert session.get_one(Team, people.hotel).parent_id is None
    page = ada.post("/admin/teams", {"name": "Night", "parent": "", "parent-words": "kitchen"}, 200).text
    assert 'value="Night"' in page and picked(page, "parent") == [str(people.kitchen)]
    assert session.scalar(select(Team.id).where(Team.name == "Night")) is None


def test_a_manager_finds_the_teams_below_her_and_no_other(session: Session, people: Cast, max_: Browser) -> None:
    shelve(session, a_course("welcome", a_lesson("one")), NOW)
    for address in (
        "/manage/assign?to-words=ferry",
        "/manage/compliance?team-words=ferry",
        "/manage/reports/build?team-words=ferry&find=team",
    ):
        assert "Nothing is called that" in max_.get(address).text, address
    ferry = team_id(session, "Ferry 001")
    for address, name in (
        (f"/manage/assign?to=team-{ferry}", "to"),
        (f"/manage/reports/build?team={ferry}&rows=people", "team"),
    ):
        page = max_.get(address).text
        assert "Ferry" not in page and picked(page, name) == [], address
    max_.get(f"/manage/compliance?team={ferry}", 404)
    assert "Shift 060" in max_.get("/manage/compliance?team-words=shift+06").text


def test_a_course_is_assigned_to_a_team_that_was_found(session: Session, people: Cast, max_: Browser) -> None:
    shelve(session, a_course("welcome", a_lesson("one")), NOW)
    asked = {"course": "welcome", "due": "2026-12-24", "to-words": "shift 012", "look": "yes"}
    page = max_.get(f"/manage/assign?{urlencode(asked)}").text
    shift = f"team-{team_id(session, 'Shift 012')}"
    assert picked(page, "to") == [shift] and 'value="2026-12-24"' in page
    assert "This is whom it touches" not in page
    page = max_.get(f"/manage/assign?{urlencode(asked | {'to': shift, 'to-looked': 'shift 012'})}").text
    assert "This is whom it touches" in page
    max_.post("/manage/assign", {"course": "welcome", "to": shift, "due": "2026-12-24"}, 303)
    session.rollback()
    assert session.scalars(select(Assignment.team_id)).all() == [team_id(session, "Shift 012")]


def test_a_report_adds_the_teams_that_are_found(session: Session, people: Cast, max_: Browser) -> None:
    shelve(session, a_course("welcome", a_lesson("one")), NOW)
    form = {"rows": "people", "was": "people", "column": "name", "team": str(people.kitchen), "name": "Late"}
    for address in ("/manage/reports/build", "/manage/reports/saved", "/manage/reports/files"):
        answer = max_.post(address, form | {"team-words": "shift 012", "form": "csv", "as": "new"}, 303)
        page = max_.get(answer.headers["Location"]).text
        shift = str(team_id(session, "Shift 012"))
        assert picked(page) == [str(people.kitchen), shift], address
        assert 'value="Late"' in page


def test_the_figures_of_a_week_stay_while_a_team_is_found(session: Session, people: Cast, max_: Browser) -> None:
    page = max_.post(
        "/manage/customers", {"satisfied-count": "34", "satisfied-of": "41", "team-words": "kitchen"}, 200
    )
    assert 'value="34"' in page.text and picked(page.text) == [str(people.kitchen)]


def a_programme(session: Session, people: Cast, **more: str) -> dict[str, str]:
    """Return the form of a programme of one course for the kitchen."""
    shelve(session, a_course("welcome", a_lesson("one")), NOW)
    return {
        "name": "First weeks", "owner": str(people.kitchen), "order": "ordered", "steps": "1",
        "course-1": "welcome", "rule-1": "never", "targets": "0", **more,
    }  # fmt: skip


def test_whose_a_programme_is_and_whom_it_is_for_are_found(session: Session, people: Cast, max_: Browser) -> None:
    form, address = a_programme(session, people), "/manage/programmes/new"
    page = max_.post(address, form | {"owner-words": "shift 05", "find": "owner", "do": ""}, 200).text
    assert len(offered(page, "owner")) == 12 and picked(page, "owner") == [str(people.kitchen)]
    assert 'value="First weeks"' in page
    # Enter in the words presses what looks, which looks for the team first.
    page = max_.post(address, form | {"team-words": "shift 05", "who": "joined", "do": "look"}, 200).text
    assert len(offered(page)) == 11 and "This is whom it touches" not in page
    assert '<option value="joined" selected' in page
    # The button to add takes the only one that is meant.
    page = max_.post(address, form | {"team-words": "shift 055", "who": "everyone", "do": "add-team"}, 200).text
    shift = team_id(session, "Shift 055")
    assert f'name="target-1" value="everyone::{shift}::"' in page and offered(page) == []
    assert 'value="shift 055"' not in page
    page = max_.post(address, form | {"team-words": "ferry", "do": "add-team"}, 200).text
    assert "Nothing is called that" in page and "Ferry" not in page


def test_a_person_is_found_among_those_in_sight(session: Session, people: Cast, max_: Browser) -> None:
    form, address = a_programme(session, people), "/manage/programmes/new"
    page = max_.post(address, form | {"person-words": "er", "do": "add-person"}, 200).text
    assert offered(page, "person") == ["Max Weber max", "Mia Sørensen mia"] or "Max Weber max" in offered(
        page, "person"
    )
    assert "Ada Reyes" not in page and "Tom Okafor" not in page
    for given in ({"person-words": "otto"}, {"person": str(people.otto)}):
        page = max_.post(address, form | given | {"do": "add-person"}, 200).text
        assert f'name="target-1" value="person:{people.otto}:::"' in page
    page = max_.post(address, form | {"person": str(people.ada), "do": "add-person"}, 422).text
    assert "Nobody you look after is called that" in page and "target-1" not in page
