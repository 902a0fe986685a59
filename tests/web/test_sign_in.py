"""Signing in by password and card: equal answers, counted tries, a new cookie each time, own addresses only."""

import re
import threading
from datetime import datetime
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import actions, passwords
from lms.accounts.roles import Role
from lms.accounts.tables import Person
from lms.store import writing
from lms.web.visit.forms import own_path
from tests.support import cast
from tests.support.browser import Browser
from tests.support.doors import PASSWORD, PIN, Clock, give_card, give_password, sessions_of

WRONG = "another password"


@pytest.fixture
def people(session: Session, now: datetime) -> cast.Cast:
    people = cast.bring_in(session, now)
    give_password(session, people.lena, now)
    return people


def sign_in(app: Flask, name: str = "lena", password: str = PASSWORD, status: int = 303, **more: Any) -> Any:
    browser = Browser(app)
    response = browser.post("/sign-in", {"name": name, "password": password, **more}, status)
    return browser, response


def test_a_stranger_is_shown_three_ways_in(app: Flask) -> None:
    assert Browser(app).get("/", 302).location == "/sign-in"
    text = Browser(app).get("/sign-in").text
    for words in ("Password", "Sign in with a card", "Ask your administrator for a link"):
        assert words in text


@pytest.mark.parametrize("name", ["lena", "LENA", "lena@hotel.internal", " Lena@Hotel.INTERNAL "])
def test_name_and_address_open_in_any_case(app: Flask, clock: Clock, people: cast.Cast, name: str) -> None:
    browser, response = sign_in(app, name)
    assert response.location == "/"
    assert browser.get("/", 302).location == "/learn/"
    response = browser.get("/learn/me")
    assert "Refresh" not in response.headers and "on this shared device" not in response.text


@pytest.mark.parametrize(
    ("who", "home"),
    [("lena", "/learn/"), ("tom", "/teach/"), ("mia", "/manage/"), ("ada", "/admin/")],
)
def test_the_front_door_leads_home(
    app: Flask, session: Session, clock: Clock, people: cast.Cast, who: str, home: str
) -> None:
    browser = Browser(app, cast.sign_in(session, people.everyone()[who], clock.now))
    assert browser.get("/", 302).location == home


def test_the_cookie_is_kept_from_scripts_and_other_sites(app: Flask, clock: Clock, people: cast.Cast) -> None:
    _, response = sign_in(app)
    (cookie,) = [header for header in response.headers.getlist("Set-Cookie") if header.startswith("lantern=")]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie and "Domain" not in cookie
    browser = Browser(app)
    browser.client.get("/sign-in", base_url="https://lms.example.org")
    token = re.search(
        r'csrf_token" value="([^"]+)"', browser.client.get("/sign-in", base_url="https://lms.example.org").text
    )
    assert token
    response = browser.client.post(
        "/sign-in",
        data={"name": "lena", "password": PASSWORD, "csrf_token": token[1]},
        base_url="https://lms.example.org",
        headers={"Referer": "https://lms.example.org/sign-in"},
    )
    (cookie,) = [
        header for header in response.headers.getlist("Set-Cookie") if header.startswith("__Host-lantern=")
    ]
    assert "Secure" in cookie and "HttpOnly" in cookie and "Path=/" in cookie and "Domain" not in cookie


def test_a_shared_device_keeps_no_cookie_and_is_idle_soon(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    browser, response = sign_in(app, shared_device="yes")
    (cookie,) = [header for header in response.headers.getlist("Set-Cookie") if header.startswith("lantern=")]
    assert "Max-Age" not in cookie and "Expires" not in cookie
    browser.get("/learn/me")
    clock.passes(minutes=11)
    browser.get("/learn/me", 302)


# Equal answers


def refusal(app: Flask, name: str, password: str = WRONG) -> str:
    _, response = sign_in(app, name, password, 422)
    return re.sub(r'(csrf_token|nonce)" value="[^"]*"', "", response.text).replace(name, "NAME")


def test_unknown_disabled_and_without_password_get_the_same_answer(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    give_password(session, people.otto, clock.now)
    with writing(session):
        actions.disable_person(session, people.otto, clock.now)
    answers = {refusal(app, name) for name in ("lena", "nobody", "tom", "otto", "nobody@example.org")}
    assert len(answers) == 1
    assert refusal(app, "otto", PASSWORD) in answers


def test_everybody_costs_one_comparison(
    app: Flask, session: Session, clock: Clock, people: cast.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []

    class Counting:
        def verify(self, stored: str, secret: bytes) -> bool:
            compared.append(stored.split("$")[:4])
            return PasswordHasher().verify(stored, secret)

        def hash(self, secret: str) -> str:
            return passwords.hashed(secret)

    refusal(app, "warm up")
    monkeypatch.setattr(passwords, "_HASHER", Counting())
    for number, name in enumerate(("lena", "nobody", "tom"), start=1):
        refusal(app, name)
        assert len(compared) == number
    assert len({tuple(parameters) for parameters in compared}) == 1


def test_what_was_typed_is_kept_and_harmless(app: Flask, clock: Clock, people: cast.Cast) -> None:
    hostile = '"><svg onload=alert(1)>'
    _, response = sign_in(app, hostile, WRONG, 422)
    assert "&#34;&gt;&lt;svg onload=alert(1)&gt;" in response.text
    assert WRONG not in response.text
    _, response = sign_in(app, "", "", 422)
    assert "Enter your sign-in name" in response.text and "Enter your password" in response.text


@pytest.mark.parametrize("secret", ["\0", "x" * 100_000, "\ud83d\ude00" * 50, "  "])
def test_odd_secrets_are_only_wrong(app: Flask, clock: Clock, people: cast.Cast, secret: str) -> None:
    sign_in(app, "lena", secret.encode(errors="replace").decode(), 422)
    sign_in(app, secret.encode(errors="replace").decode()[:1000] + "x", WRONG, 422)


def test_an_old_hash_is_renewed(app: Flask, session: Session, clock: Clock, people: cast.Cast) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    with writing(session):
        actions.set_password(session, people.lena, old, clock.now)
    sign_in(app)
    stored = session.scalar(select(Person.password_hash).where(Person.id == people.lena))
    assert stored != old and stored is not None and "m=19456,t=2,p=1" in stored
    sign_in(app)


def test_a_password_changed_while_it_was_compared_opens_nothing(
    app: Flask, session: Session, clock: Clock, people: cast.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def matches(_stored: str | None, _secret: str) -> bool:
        with writing(session):
            actions.set_password(session, people.lena, "another hash", clock.now)
        return True

    monkeypatch.setattr(passwords, "matches", matches)
    sign_in(app, status=422)
    assert sessions_of(session, people.lena) == []


# Counted tries


@pytest.mark.parametrize("name", ["lena", "nobody"])
def test_after_eight_wrong_tries_comes_a_wait_and_then_the_right_one_opens(
    app: Flask, clock: Clock, people: cast.Cast, name: str
) -> None:
    for _ in range(8):
        sign_in(app, name, WRONG, 422)
    for password in (WRONG, PASSWORD):
        _, response = sign_in(app, name, password, 429)
        assert response.headers["Retry-After"] == "30"
        assert "wait a minute" in response.text
    clock.passes(seconds=31)
    if name == "lena":
        sign_in(app)
        for _ in range(8):
            sign_in(app, name, WRONG, 422)


def test_a_guesser_elsewhere_leaves_the_owners_door_open(app: Flask, clock: Clock, people: cast.Cast) -> None:
    for _ in range(10):
        browser = Browser(app)
        browser.post(
            "/sign-in",
            {"name": "lena", "password": WRONG},
            status=422 if _ < 8 else 429,
            environ_overrides={"REMOTE_ADDR": "203.0.113.9"},
        )
    sign_in(app)


def test_of_twenty_wrong_tries_at_once_eight_are_compared(
    app: Flask, clock: Clock, people: cast.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared, barrier, statuses = [], threading.Barrier(20), []
    monkeypatch.setattr(passwords, "matches", lambda stored, secret: bool(compared.append(secret)))

    def run() -> None:
        browser = Browser(app)
        token = browser.csrf_token()
        barrier.wait()
        data = {"name": "lena", "password": WRONG, "csrf_token": token}
        statuses.append(browser.client.post("/sign-in", data=data).status_code)

    threads = [threading.Thread(target=run) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(compared) == 8
    assert sorted(statuses) == [422] * 8 + [429] * 12


# Fixation, forgery, other sites


def test_the_cookie_changes_at_sign_in_and_the_old_session_dies(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    browser = Browser(app, "chosen-by-somebody-else")
    browser.post("/sign-in", {"name": "lena", "password": PASSWORD})
    first = browser.client.get_cookie("lantern")
    assert first is not None and first.value != "chosen-by-somebody-else"
    Browser(app, "chosen-by-somebody-else").get("/learn/me", 302)
    browser.post("/sign-in", {"name": "lena", "password": PASSWORD})
    second = browser.client.get_cookie("lantern")
    assert second is not None and second.value != first.value
    Browser(app, first.value).get("/learn/me", 302)
    Browser(app, second.value).get("/learn/me")
    assert len([row for row in sessions_of(session, people.lena) if row.ended_at is None]) == 1


def test_the_forms_token_changes_at_sign_in(app: Flask, clock: Clock, people: cast.Cast) -> None:
    browser = Browser(app)
    before = browser.csrf_token()
    browser.post("/sign-in", {"name": "lena", "password": PASSWORD}, csrf_token=before)
    browser.post("/sign-out", status=400, csrf_token=before)
    browser.post("/sign-out")


def test_without_the_forms_token_nothing_happens(app: Flask, clock: Clock, people: cast.Cast) -> None:
    data = {"name": "lena", "password": PASSWORD}
    for path in ("/sign-in", "/sign-in/card", "/sign-out", "/link/x", "/set-up/x"):
        assert Browser(app).client.post(path, data=data).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 400),
        ({"Origin": "https://evil.example"}, 400),
        ({"Origin": "http://localhost.evil.example"}, 400),
        ({"Origin": "null"}, 400),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({}, 303),
    ],
)
def test_what_another_site_sends_is_refused(
    app: Flask, clock: Clock, people: cast.Cast, headers: dict[str, str], status: int
) -> None:
    Browser(app).post("/sign-in", {"name": "lena", "password": PASSWORD}, status, headers=headers)


# Where to go on


@pytest.mark.parametrize(
    ("address", "onward"),
    [
        ("/learn/courses", "/learn/courses"),
        ("/learn/search?q=a%20b&x=1#part", "/learn/search?q=a%20b&x=1#part"),
        ("/learn/courses/größe", "/learn/courses/größe"),
        ("/teach//courses", "/teach//courses"),
        ("//evil.example", ""),
        ("///evil.example", ""),
        ("/\\evil.example", ""),
        ("\\/evil.example", ""),
        ("/\t/evil.example", ""),
        ("/\n/evil.example", ""),
        ("/ /evil.example", ""),
        ("/learn/\x85x", ""),
        ("https://evil.example", ""),
        ("javascript:alert(1)", ""),
        ("evil.example", ""),
        (" /learn/", ""),
        ("/" + "x" * 1_001, ""),
        ("", ""),
    ],
)
def test_only_own_addresses_are_gone_on_to(
    app: Flask, clock: Clock, people: cast.Cast, address: str, onward: str
) -> None:
    assert own_path(address) == onward
    text = Browser(app).get("/sign-in", query_string={"next": address}).text
    found = re.search(r'name="next" value="([^"]*)"', text)
    assert found is not None and (found[1] != "") == (onward != "")
    _, response = sign_in(app, next=address)
    assert response.location.startswith("/") and not response.location.startswith("//")
    assert (response.location == "/") == (onward == "")


def test_an_address_with_a_nul_is_gone_on_to_by_nobody(app: Flask, people: cast.Cast) -> None:
    assert own_path("/\x00evil") == ""
    Browser(app).get("/sign-in", 400, query_string={"next": "/\x00evil"})


def test_whoever_was_sent_to_sign_in_comes_back(app: Flask, clock: Clock, people: cast.Cast) -> None:
    browser = Browser(app)
    sent = browser.get("/learn/search?q=tea", 302).location
    assert sent == "/sign-in?next=/learn/search?q%3Dtea"
    found = re.search(r'name="next" value="([^"]*)"', browser.get(sent).text)
    assert found
    response = browser.post("/sign-in", {"name": "lena", "password": PASSWORD, "next": found[1]})
    assert response.location == "/learn/search?q=tea"


def test_a_browser_that_is_somebodys_may_change_hands(app: Flask, clock: Clock, people: cast.Cast) -> None:
    browser, _ = sign_in(app)
    for path in ("/sign-in", "/sign-in/card"):
        assert "You are signed in as Lena Brandt" in browser.get(path).text
    assert browser.post("/sign-out").location == "/sign-in"
    assert "You are signed in" not in browser.get("/sign-in").text


# Cards


def by_card(app: Flask, code: str, pin: str = PIN, status: int = 303) -> Any:
    browser = Browser(app)
    return browser, browser.post("/sign-in/card", {"code": code, "pin": pin}, status)


def test_a_card_and_its_pin_open_the_learners_desk_only(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    with writing(session):
        actions.grant_role(session, people.mia, Role.ADMINISTRATOR, now=clock.now)
        actions.grant_role(session, people.mia, Role.TRAINER, now=clock.now)
    code = give_card(session, people.mia, clock.now)
    browser, response = by_card(app, f"{code[:4].lower()} {code[4:8]}-{code[8:]}")
    assert response.location == "/learn/"
    browser.get("/learn/me")
    for path in ("/manage/", f"/manage/teams/{people.front_desk}", "/teach/", "/admin/", "/admin/people"):
        browser.get(path, 404)
    assert browser.get("/", 302).location == "/learn/"
    (row,) = sessions_of(session, people.mia)
    assert (row.method, row.shared_device) == ("card", True)
    assert browser.post("/sign-out").location == "/sign-in/card"


def test_the_qr_code_fills_the_form_in_and_no_more(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    code = give_card(session, people.lena, clock.now)
    text = Browser(app).get("/sign-in/card", query_string={"code": code}).text
    assert f'value="{code}"' in text
    assert "Lena" not in text
    hostile = Browser(app).get("/sign-in/card", query_string={"code": '"><script>'}).text
    assert "<script>" not in hostile.split("<h1", 1)[1]


def test_every_wrong_card_gets_the_same_answer(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    code = give_card(session, people.lena, clock.now)
    without_pin = give_card(session, people.otto, clock.now, None)
    answers = set()
    for typed, pin in ((code, "9999"), ("7" * 12, PIN), (without_pin, ""), (without_pin, PIN), ("é", "x")):
        _, response = by_card(app, typed, pin or "0", 422)
        answers.add(re.sub(r'csrf_token" value="[^"]*"', "", response.text).replace(f'value="{typed}"', ""))
    assert len(answers) == 1
    by_card(app, "", "", 422)


def test_guessing_a_pin_is_stopped(app: Flask, session: Session, clock: Clock, people: cast.Cast) -> None:
    code = give_card(session, people.lena, clock.now)
    for number in range(8):
        by_card(app, code, f"{5000 + number}", 422)
    by_card(app, code, PIN, 429)
    clock.passes(seconds=31)
    by_card(app, code)


def test_a_shared_device_forgets_after_ten_minutes(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    browser, _ = by_card(app, give_card(session, people.lena, clock.now))
    response = browser.get("/learn/me")
    assert response.headers["Refresh"] == "605"
    assert "Lena Brandt is signed in on this shared device" in response.text
    for _ in range(5):
        clock.passes(minutes=9)
        browser.get("/learn/me", buffered=True)
    clock.passes(minutes=11)
    browser.get("/learn/me", 302)


# Monitoring


def test_readiness_is_plain_text(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    response = Browser(app).get("/readyz")
    assert response.mimetype == "text/plain"
    assert response.text == "database ok\ndisk ok\nlimits ok\n"
    monkeypatch.setattr("lms.web.visit.routes._RESERVE_BYTES", 10**18)
    assert "disk not ready" in Browser(app).get("/readyz", 503).text


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz"])
def test_front_door_and_monitoring_only_read(app: Flask, path: str) -> None:
    browser = Browser(app)
    browser.post(path, status=405)


def test_signing_out_is_no_address_to_open(app: Flask) -> None:
    Browser(app).get("/sign-out", 405)
