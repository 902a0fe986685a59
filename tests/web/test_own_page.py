"""A person's own settings: what may be changed, what must be proven first, which browsers are signed in."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lms.accounts import actions, passwords, queries
from lms.accounts.identity import Method
from lms.accounts.tables import Person, RoleGrant
from lms.audit import queries as audit
from lms.ids import token_hash
from lms.store import writing
from lms.web.learn.own_pages import device
from tests.support import cast
from tests.support.browser import Browser
from tests.support.doors import PASSWORD, PIN, Clock, give_card, give_password, sessions_of

PAGE = "/learn/me"
NEW = "nine amber lanterns swing"


@pytest.fixture
def people(session: Session, now: datetime) -> cast.Cast:
    people = cast.bring_in(session, now)
    give_password(session, people.lena, now)
    return people


def browser_of(app: Flask, session: Session, person: int, clock: Clock, **options: Any) -> Browser:
    wanted: dict[str, Any] = {"method": Method.PASSWORD, "address": "10.0.0.1", "agent": "Firefox/1", **options}
    with writing(session):
        return Browser(app, actions.open_session(session, person, now=clock.now, **wanted))


@pytest.mark.parametrize("who", ["lena", "tom", "mia", "otto", "ada"])
def test_everybody_sees_her_own_page(
    app: Flask, session: Session, clock: Clock, people: cast.Cast, who: str
) -> None:
    shown = browser_of(app, session, people.everyone()[who], clock).get(PAGE).text
    assert f"<dd>{who}</dd>" in shown
    assert "This browser" in shown


def test_nobody_is_sent_to_sign_in_and_wrong_methods_are_refused(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    Browser(app).get(PAGE, 302)
    for path in (PAGE, f"{PAGE}/password", f"{PAGE}/pin", f"{PAGE}/sessions/end", f"{PAGE}/sessions/end-others"):
        assert Browser(app).post(path).location == "/sign-in"
        if path != PAGE:
            browser_of(app, session, people.lena, clock).get(path, 405)


def test_language_and_time_zone_are_saved(app: Flask, session: Session, clock: Clock, people: cast.Cast) -> None:
    browser = browser_of(app, session, people.lena, clock)
    browser.post(PAGE, {"language": "en", "time_zone": "America/Sao_Paulo"})
    shown = browser.get(PAGE).text
    assert "Your settings are saved." in shown
    assert '<option value="America/Sao_Paulo" selected>America/Sao Paulo</option>' in shown
    shown = browser.post(PAGE, {"language": "xx", "time_zone": "Mars"}, 422).text
    assert "Choose a language" in shown and "Choose a time zone" in shown


def test_an_unusual_zone_is_offered_as_it_is(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    with writing(session):
        actions.change_person(session, people.lena, time_zone="Etc/GMT-2")
    shown = browser_of(app, session, people.lena, clock).get(PAGE).text
    assert '<option value="Etc/GMT-2" selected>' in shown


def test_nothing_else_can_be_slipped_in(app: Flask, session: Session, clock: Clock, people: cast.Cast) -> None:
    def stored() -> Any:
        session.rollback()
        columns = [column for column in Person.__table__.columns if column.name not in ("language", "time_zone")]
        return session.execute(select(*columns).order_by(Person.id)).all(), session.execute(
            select(RoleGrant.id, RoleGrant.role).order_by(RoleGrant.id)
        ).all()

    before = stored()
    extra = {
        "name": "Eve", "sign_in_name": "eve", "email": "eve@example.org", "role": "administrator", "id": "7",
        "person_id": str(people.ada), "password": NEW, "password_hash": "x", "disabled_at": "", "team_id": "1",
    }  # fmt: skip
    browser = browser_of(app, session, people.lena, clock)
    browser.post(PAGE, {"language": "en", "time_zone": "UTC", **extra})
    assert stored() == before


# Password


def change(browser: Browser, status: int = 303, **changes: str) -> str:
    form = {"current_password": PASSWORD, "password": NEW, "password_again": NEW, **changes}
    return browser.post(f"{PAGE}/password", form, status).text


def test_a_new_password_signs_every_other_browser_out(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    mine, other = (browser_of(app, session, people.lena, clock) for _ in range(2))
    change(mine)
    assert "Your password is changed" in mine.get(PAGE).text
    other.get(PAGE, 302)
    Browser(app).post("/sign-in", {"name": "lena", "password": PASSWORD}, 422)
    Browser(app).post("/sign-in", {"name": "lena", "password": NEW})
    (entry,) = audit.entries(session).entries
    assert (entry.action, entry.subject, entry.detail) == ("password.change", f"person:{people.lena}", {})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"current_password": "something else"}, "That is not your present password"),
        ({"current_password": ""}, "That is not your present password"),
        ({"password": "short"}, "at least 10 characters"),
        ({"password": "lena.brandt.1", "password_again": "lena.brandt.1"}, "your own name"),
        ({"password_again": "another one"}, "The two passwords differ"),
    ],
)
def test_a_refused_password_changes_nothing(
    app: Flask, session: Session, clock: Clock, people: cast.Cast, changes: dict[str, str], words: str
) -> None:
    mine, other = (browser_of(app, session, people.lena, clock) for _ in range(2))
    shown = change(mine, 422, **changes)
    assert words in shown
    assert NEW not in shown and PASSWORD not in shown
    other.get(PAGE)


def test_guessing_the_present_password_is_stopped(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    browser = browser_of(app, session, people.lena, clock)
    for _ in range(8):
        change(browser, 422, current_password="something else")
    assert "one try too many" in change(browser, 422)
    clock.passes(seconds=31)
    change(browser)


def test_whoever_came_by_a_link_needs_no_old_password_that_day(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    browser = browser_of(app, session, people.lena, clock, method=Method.LINK)
    assert 'id="current_password"' not in browser.get(PAGE).text
    clock.passes(hours=11)
    browser.get(PAGE, buffered=True)
    clock.passes(hours=2)
    assert 'id="current_password"' in browser.get(PAGE).text
    change(browser, 422, current_password="")
    fresh = browser_of(app, session, people.lena, clock, method=Method.LINK)
    change(fresh, current_password="")


def test_a_first_password_is_chosen(app: Flask, session: Session, clock: Clock, people: cast.Cast) -> None:
    browser = browser_of(app, session, people.tom, clock, method=Method.LINK)
    assert "Choose a password" in browser.get(PAGE).text
    change(browser, current_password="")
    Browser(app).post("/sign-in", {"name": "tom", "password": NEW})


# Card and PIN


def test_by_card_only_the_pin_may_be_changed_and_only_with_the_old_one(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    code = give_card(session, people.lena, clock.now)
    browser = browser_of(app, session, people.lena, clock, method=Method.CARD, shared_device=True)
    assert 'id="password"' not in browser.get(PAGE).text
    change(browser, 404)
    form = {"current_secret": "1111", "pin": "80357", "pin_again": "80357"}
    assert "That is not your present PIN" in browser.post(f"{PAGE}/pin", form, 422).text
    browser.post(f"{PAGE}/pin", {**form, "current_secret": PASSWORD}, 422)
    browser.post(f"{PAGE}/pin", {**form, "current_secret": PIN})
    browser.get(PAGE)
    Browser(app).post("/sign-in/card", {"code": code, "pin": PIN}, 422)
    Browser(app).post("/sign-in/card", {"code": code, "pin": "80357"})


@pytest.mark.parametrize(
    ("pin", "again", "words"),
    [
        ("12", "12", "at least 4 digits"),
        ("12ab", "12ab", "Use digits only"),
        ("1111", "1111", "simple pattern"),
        ("1" * 20, "1" * 20, "at most 12 digits"),
        ("80357", "80358", "The two PINs differ"),
    ],
)
def test_a_refused_pin(
    app: Flask, session: Session, clock: Clock, people: cast.Cast, pin: str, again: str, words: str
) -> None:
    give_card(session, people.lena, clock.now)
    browser = browser_of(app, session, people.lena, clock)
    form = {"current_secret": PASSWORD, "pin": pin, "pin_again": again}
    assert words in browser.post(f"{PAGE}/pin", form, 422).text
    stored = session.scalar(select(Person.pin_hash).where(Person.id == people.lena))
    assert passwords.matches(stored, PIN)


def test_without_a_card_there_is_no_pin(app: Flask, session: Session, clock: Clock, people: cast.Cast) -> None:
    browser = browser_of(app, session, people.lena, clock)
    assert "PIN" not in browser.get(PAGE).text
    browser.post(f"{PAGE}/pin", {"pin": "80357", "pin_again": "80357"}, 404)


# Browsers


def test_one_browser_is_signed_out_from_another(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    mine = browser_of(app, session, people.lena, clock)
    phone = browser_of(app, session, people.lena, clock, agent="Mozilla/5.0 (iPhone) Version/18 Safari/604")
    shown = mine.get(PAGE).text
    assert "Safari, iPhone" in shown
    cookie = phone.client.get_cookie("lantern")
    assert cookie is not None
    ref = token_hash(cookie.value)[:16]
    assert f'value="{ref}"' in shown and token_hash(cookie.value) not in shown
    mine.post(f"{PAGE}/sessions/end", {"ref": ref})
    phone.get(PAGE, 302)
    assert "That browser is signed out." in mine.get(PAGE).text
    mine.post(f"{PAGE}/sessions/end", {"ref": ref})


def test_nobody_signs_anothers_browser_out(app: Flask, session: Session, clock: Clock, people: cast.Cast) -> None:
    lena = browser_of(app, session, people.lena, clock)
    otto = browser_of(app, session, people.otto, clock)
    cookie = lena.client.get_cookie("lantern")
    assert cookie is not None
    for ref in (token_hash(cookie.value)[:16], token_hash(cookie.value), "", "%"):
        otto.post(f"{PAGE}/sessions/end", {"ref": ref})
    otto.post(f"{PAGE}/sessions/end-others")
    lena.get(PAGE)


def test_every_other_browser_is_signed_out(app: Flask, session: Session, clock: Clock, people: cast.Cast) -> None:
    mine, *others = (browser_of(app, session, people.lena, clock) for _ in range(4))
    assert "Sign out everywhere else" in mine.get(PAGE).text
    mine.post(f"{PAGE}/sessions/end-others")
    mine.get(PAGE)
    for other in others:
        other.get(PAGE, 302)
    assert len(queries.open_sessions(session, people.lena, clock.now, app.config["SESSION_LIMITS"])) == 1
    assert len(sessions_of(session, people.lena)) == 4


def test_hostile_words_stay_words(app: Flask, session: Session, clock: Clock, people: cast.Cast) -> None:
    hostile = "<img src=x onerror=alert(1)>\"'{{7*7}}"
    with writing(session):
        session.execute(
            text("UPDATE person SET name = :name, email = :name WHERE id = :id"),
            {"name": hostile, "id": people.lena},
        )
    browser = browser_of(app, session, people.lena, clock, agent=hostile, address=hostile)
    shown = browser.get(PAGE).text
    assert "<img src=x" not in shown and "{{7*7}}" in shown and "49" not in shown.split("<h1", 1)[1]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/140 Safari/537.36 Edg/140", "Edge, Mac"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPad"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_a_browsers_long_name_in_two_words(agent: str, words: str) -> None:
    assert device(agent) == words
