"""One-time links and setting up: opening shows, pressing uses, once, however many press."""

import threading
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import actions, queries
from lms.accounts.tables import Person
from lms.audit import queries as audit
from lms.store import writing
from tests.support import cast
from tests.support.browser import Browser
from tests.support.doors import PASSWORD, Clock, give_password, sessions_of

FIRST = {
    "name": "Ada Reyes",
    "sign_in_name": "ada",
    "email": "",
    "time_zone": "Europe/Berlin",
    "password": PASSWORD,
    "password_again": PASSWORD,
}


def link(session: Session, person: int, now: datetime, **options: Any) -> str:
    with writing(session):
        return actions.make_link(session, person_id=person, now=now, **options)


def test_opening_a_link_changes_nothing_and_pressing_signs_in(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    path = f"/link/{link(session, people.lena, clock.now)}"
    for _ in range(3):
        assert "Sign in as Lena Brandt" in Browser(app).get(path).text
        Browser(app).client.head(path)
    assert sessions_of(session, people.lena) == []
    browser = Browser(app)
    assert browser.post(path).location == "/"
    assert browser.get("/", 302).location == "/learn/"
    assert sessions_of(session, people.lena)[0].method == "link"
    assert "This link no longer works" in Browser(app).get(path, 404).text
    Browser(app).post(path, status=404)


def test_whoever_has_no_password_is_told_to_choose_one(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    browser = Browser(app)
    browser.post(f"/link/{link(session, people.lena, clock.now)}")
    assert "Choose a password in your settings" in browser.get("/learn/me").text
    give_password(session, people.lena, clock.now)
    browser = Browser(app)
    browser.post(f"/link/{link(session, people.lena, clock.now)}")
    assert "in your settings to come back" not in browser.get("/learn/me").text


@pytest.mark.parametrize("token", ["x", "x" * 5_000, "%00", "ü", "..%2f.."])
def test_a_link_that_never_was_says_no_more_than_a_used_one(app: Flask, clock: Clock, token: str) -> None:
    Browser(app).get(f"/link/{token}", 404)
    Browser(app).get(f"/set-up/{token}", 404)


def test_a_link_dies_with_its_time_and_its_person(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    short = link(session, people.lena, clock.now, lives=timedelta(hours=1))
    ottos = link(session, people.otto, clock.now)
    with writing(session):
        actions.disable_person(session, people.otto, clock.now)
    Browser(app).post(f"/link/{ottos}", status=404)
    clock.passes(hours=1)
    Browser(app).get(f"/link/{short}", 404)
    Browser(app).post(f"/link/{short}", status=404)


def test_a_link_is_good_for_its_own_purpose_only(app: Flask, session: Session, clock: Clock) -> None:
    with writing(session):
        set_up = actions.make_set_up_link(session, clock.now)
        person = actions.add_person(session, name="Lena", sign_in_name="lena", now=clock.now)
    lenas = link(session, person, clock.now)
    Browser(app).get(f"/link/{set_up}", 404)
    Browser(app).post(f"/link/{set_up}", status=404)
    Browser(app).get(f"/set-up/{lenas}", 404)
    Browser(app).post(f"/set-up/{lenas}", FIRST, 404)
    Browser(app).get(f"/set-up/{set_up}")
    Browser(app).get(f"/link/{lenas}")


def test_a_link_over_anothers_session_replaces_it(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    ottos = cast.sign_in(session, people.otto, clock.now)
    browser = Browser(app, ottos)
    path = f"/link/{link(session, people.lena, clock.now)}"
    assert "Otto Lind is signed in here now" in browser.get(path).text
    browser.post(path)
    assert "Lena Brandt" in browser.get("/learn/me").text
    Browser(app, ottos).get("/learn/me", 302)


def pressed_at_once(app: Flask, path: str, data: list[dict[str, str]]) -> list[int]:
    barrier, statuses = threading.Barrier(len(data)), []

    def run(form: dict[str, str]) -> None:
        browser = Browser(app)
        token = browser.csrf_token()
        barrier.wait()
        statuses.append(browser.client.post(path, data={**form, "csrf_token": token}).status_code)

    threads = [threading.Thread(target=run, args=(form,)) for form in data]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


def test_a_link_pressed_twenty_times_at_once_signs_in_once(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    path = f"/link/{link(session, people.lena, clock.now)}"
    assert pressed_at_once(app, path, [{}] * 20) == [303] + [404] * 19
    assert len(sessions_of(session, people.lena)) == 1


# Setting up


@pytest.fixture
def set_up(session: Session, clock: Clock) -> str:
    with writing(session):
        return f"/set-up/{actions.make_set_up_link(session, clock.now)}"


def test_the_first_administrator_is_made_once(app: Flask, session: Session, clock: Clock, set_up: str) -> None:
    browser = Browser(app)
    assert "Set up this server" in browser.get(set_up).text
    assert browser.post(set_up, FIRST).location == "/"
    assert browser.get("/", 302).location == "/admin/"
    found = queries.find_person_by_name(session, "ada")
    assert found is not None and (found.name, found.time_zone) == ("Ada Reyes", "Europe/Berlin")
    (entry,) = audit.entries(session).entries
    assert (entry.action, entry.actor_name, entry.address) == ("server.set-up", "Ada Reyes", "127.0.0.1")
    assert PASSWORD not in str(entry)
    Browser(app).get(set_up, 404)
    Browser(app).post(set_up, {**FIRST, "sign_in_name": "eve"}, 404)
    Browser(app).post("/sign-in", {"name": "ada", "password": PASSWORD})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": " "}, "Enter your name"),
        ({"sign_in_name": "ada reyes"}, "without spaces"),
        ({"email": "ada"}, "Check the e-mail address"),
        ({"time_zone": "Mars"}, "Choose a time zone"),
        ({"password": "short"}, "at least 10 characters"),
        ({"password": "AdaReyes123", "password_again": "AdaReyes123"}, "your own name"),
        ({"password": "password1234", "password_again": "password1234"}, "first passwords anybody tries"),
        ({"password_again": "something else"}, "The two passwords differ"),
    ],
)
def test_a_form_with_a_problem_keeps_what_was_typed_and_the_link(
    app: Flask, session: Session, clock: Clock, set_up: str, change: dict[str, str], words: str
) -> None:
    browser = Browser(app)
    text = browser.post(set_up, {**FIRST, **change}, 422).text
    assert words in text
    assert PASSWORD not in text
    if "sign_in_name" not in change:
        assert 'value="ada"' in text
    assert session.scalars(select(Person)).all() == []
    browser.post(set_up, FIRST)


def test_a_taken_name_leaves_the_link_good(app: Flask, session: Session, clock: Clock, set_up: str) -> None:
    with writing(session):
        actions.add_person(session, name="Ada", sign_in_name="ada", now=clock.now)
    assert "Somebody else has this already" in Browser(app).post(set_up, FIRST, 422).text
    Browser(app).post(set_up, {**FIRST, "sign_in_name": "ada.reyes"})


def test_many_at_once_make_one_administrator(app: Flask, session: Session, clock: Clock, set_up: str) -> None:
    forms = [{**FIRST, "sign_in_name": f"ada{number}"} for number in range(6)]
    assert pressed_at_once(app, set_up, forms) == [303] + [404] * 5
    assert len(session.scalars(select(Person)).all()) == 1


# The command line


def test_the_command_line_prints_links_that_work(app: Flask, session: Session) -> None:
    run = app.test_cli_runner()
    result = run.invoke(args=["links", "setup"])
    assert result.exit_code == 0
    assert result.output.startswith("http://")
    Browser(app).post(urlsplit(result.output.strip()).path, FIRST)
    assert run.invoke(args=["links", "setup"]).exit_code == 1
    result = run.invoke(args=["links", "sign-in", "ADA"])
    assert result.exit_code == 0
    Browser(app).post(urlsplit(result.output.strip()).path)
    assert run.invoke(args=["links", "sign-in", "nobody"]).exit_code == 1
    session.rollback()
    assert audit.known_actions(session) == ["link.set-up", "link.sign-in", "server.set-up"]
    assert audit.verify_chain(session).broken_at is None
