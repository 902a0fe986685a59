"""The page that answers an auditor: as of a day, within what a manager may see, on paper and as a file."""

import re
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.credentials.actions import Deed, revoke_certificate
from lms.store import writing
from lms.web.extensions import db
from lms.web.manage import census, compliance, remembering
from tests.conftest import NOW
from tests.support import cast, certificates
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.databases import selects_of

pytestmark = pytest.mark.usefixtures("clock")

DAY = timedelta(days=1)


@pytest.fixture
def serial(app: Flask, session: Session, people: Cast, now: datetime) -> str:
    """Lena's certificate, issued ten days ago."""
    return certificates.award(session, people.lena, now - 10 * DAY)


def browser(app: Flask, session: Session, person_id: int) -> Browser:
    """Return a browser signed in as this person."""
    return Browser(app, cast.sign_in(session, person_id, NOW))


def test_it_says_who_held_it_that_day_and_by_which_release(
    app: Flask, session: Session, people: Cast, serial: str, now: datetime
) -> None:
    ada = browser(app, session, people.ada)
    page = ada.get("/manage/compliance")
    assert "1 of 5 people held the certificate" in page.text
    assert serial in page.text
    assert "1 by release 1" in page.text
    before = ada.get(f"/manage/compliance?on={now.date() - 11 * DAY}")
    assert "0 of 5 people held the certificate" in before.text
    assert serial not in before.text


def test_a_revocation_counts_from_its_day_on_and_not_before(
    app: Flask, session: Session, people: Cast, serial: str, now: datetime
) -> None:
    with writing(session):
        revoke_certificate(session, serial, "shared", Deed(people.ada, "Ada", "127.0.0.1", now - 3 * DAY))
    ada = browser(app, session, people.ada)
    assert "1 of 5 people held" in ada.get(f"/manage/compliance?on={(now - 4 * DAY).date()}").text
    assert "0 of 5 people held" in ada.get(f"/manage/compliance?on={(now - 3 * DAY).date()}").text
    assert "Lena" in ada.get("/manage/compliance?show=revoked#people").text


def test_joiners_and_leavers_count_to_the_day(
    app: Flask, session: Session, people: Cast, serial: str, now: datetime
) -> None:
    with writing(session):
        accounts.leave_team(session, people.lena, people.front_desk, now.date())
    ada = browser(app, session, people.ada)
    team = f"&team={people.front_desk}"
    assert "1 of 2 people held" in ada.get(f"/manage/compliance?on={(now - DAY).date()}{team}").text
    assert "0 of 1 person held" in ada.get(f"/manage/compliance?on={now.date()}{team}").text
    assert "Nobody was in these teams" in ada.get("/manage/compliance?on=2020-01-01").text


def test_a_manager_counts_who_has_left_and_does_not_see_the_name(
    app: Flask, session: Session, people: Cast, serial: str, now: datetime
) -> None:
    with writing(session):
        accounts.leave_team(session, people.lena, people.front_desk, now.date())
    mia = browser(app, session, people.mia)
    page = mia.get(f"/manage/compliance?on={(now - DAY).date()}")
    assert "1 of 2 people held" in page.text
    assert "1 person has left your teams since" in page.text
    assert "Lena" not in page.text
    assert serial not in page.text
    file = mia.client.get(f"/manage/compliance.csv?on={(now - DAY).date()}")
    assert b"Mia" in file.data
    assert b"Lena" not in file.data


def test_a_manager_of_another_team_gets_nothing_of_hers(
    app: Flask, session: Session, people: Cast, serial: str, now: datetime
) -> None:
    nora = browser(app, session, people.nora)
    assert "0 of 2 people held" in nora.get("/manage/compliance").text
    for team in (people.front_desk, people.hotel, "x", 10**20, "-1"):
        assert nora.client.get(f"/manage/compliance?team={team}").status_code == 404
        assert nora.client.get(f"/manage/compliance.xlsx?team={team}").status_code == 404


@pytest.mark.parametrize("on", ["tomorrow", "2026-02-30", "9999-12-31", "0000-00-00"])
def test_a_day_that_cannot_be_asked_about_is_said_and_kept(
    app: Flask, session: Session, people: Cast, serial: str, on: str
) -> None:
    page = browser(app, session, people.ada).get(f"/manage/compliance?on={on}&q=Len")
    assert on in page.text
    assert "Len" in page.text
    assert browser(app, session, people.ada).client.get(f"/manage/compliance.csv?on={on}").status_code == 404


def test_the_file_says_the_same_as_the_page(app: Flask, session: Session, people: Cast, serial: str) -> None:
    ada = browser(app, session, people.ada)
    text = ada.client.get("/manage/compliance.csv?show=held").data.decode("utf-8-sig")
    lines = text.splitlines()
    assert len(lines) == 2
    assert serial in lines[1]
    assert "Held it" in lines[1]
    assert ada.client.get("/manage/compliance.xlsx").data.startswith(b"PK")


def test_it_asks_as_many_queries_of_two_as_of_two_hundred(
    app: Flask, session: Session, people: Cast, serial: str, now: datetime
) -> None:
    ada = browser(app, session, people.ada)
    ada.get("/manage/compliance")
    with app.app_context(), selects_of(db.engine) as few:
        ada.client.get("/manage/compliance")
    with writing(session):
        for number in range(200):
            person_id = accounts.add_person(session, name=f"New {number}", sign_in_name=f"new{number}", now=now)
            accounts.join_team(session, person_id, people.kitchen, date(2026, 2, 1))
    ada.client.get("/manage/compliance")
    with app.app_context(), selects_of(db.engine) as many:
        ada.client.get("/manage/compliance")
    assert len(many) <= len(few)


def newcomers(session: Session, people: Cast, count: int, now: datetime) -> list[str]:
    names = [f"New {number:03}" for number in range(count)]
    with writing(session):
        for name in names:
            person_id = accounts.add_person(session, name=name, sign_in_name=name.replace(" ", ""), now=now)
            accounts.join_team(session, person_id, people.kitchen, date(2026, 2, 1))
    return names


@pytest.mark.parametrize("many", [1, 1_000])
def test_one_pages_through_everybody_and_back(
    app: Flask,
    session: Session,
    people: Cast,
    serial: str,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    many: int,
) -> None:
    monkeypatch.setattr(compliance, "_MANY_FOUND", many)
    names = newcomers(session, people, 120, now)
    ada = browser(app, session, people.ada)

    def listed(page: str) -> list[str]:
        return re.findall(r"New \d{3}", page)

    def way(page: str, words: str) -> str | None:
        found = re.search(rf'href="([^"]+)"[^>]*>\s*{words}', page)
        return found[1].replace("&amp;", "&").partition("#")[0] if found else None

    seen, page = [], ada.get("/manage/compliance?q=New").text
    assert way(page, "Earlier names") is None
    pages = []
    while True:
        seen += listed(page)
        pages.append(listed(page))
        onwards = way(page, "Later names")
        if onwards is None:
            break
        page = ada.get(onwards).text
    assert seen == names
    assert "101 to 120 are shown" in page
    for before in reversed(pages[:-1]):
        back = way(page, "Earlier names")
        assert back is not None
        page = ada.get(back).text
        assert listed(page) == before
    assert way(page, "Earlier names") is None


def test_a_census_is_kept_a_minute_for_the_same_question_and_for_no_other_sight(
    app: Flask, session: Session, people: Cast, serial: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(census, "_MANY", 1)
    ada, mia = browser(app, session, people.ada), browser(app, session, people.mia)
    assert "1 of 5 people held" in ada.get("/manage/compliance").text
    assert "1 of 2 people held" in mia.get("/manage/compliance").text
    newcomers(session, people, 1, now)
    assert "1 of 5 people held" in ada.get("/manage/compliance").text
    assert "0 of 3 people held" in ada.get(f"/manage/compliance?team={people.kitchen}").text
    assert "1 of 6 people held" in browser(app, session, people.max).get("/manage/compliance").text
    with writing(session):
        accounts.move_person(session, people.lena, people.front_desk, people.kitchen, now.date())
    # Her team changed; whom she may see is asked each time, and so is every name.
    assert "Lena" not in mia.get("/manage/compliance").text
    monkeypatch.setattr(remembering, "_KEPT_SECONDS", 0.0)
    assert "1 of 6 people held" in ada.get("/manage/compliance").text
