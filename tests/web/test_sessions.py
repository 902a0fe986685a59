"""Sessions on the wire: what ends them, what cannot forge them, clocks that differ, desks that ask anew."""

import random
import threading
from datetime import timedelta

import pytest
from flask import Blueprint, Flask
from flask.sessions import SecureCookieSessionInterface
from flask_login.utils import encode_cookie
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.http import parse_cookie

from lms.accounts import actions
from lms.accounts.identity import Method
from lms.accounts.queries import find_person, grants_of
from lms.accounts.roles import Role
from lms.ids import token_hash
from lms.store import writing
from lms.web.guards import fresh_sign_in_only, holders_only
from tests.support import cast
from tests.support.browser import Browser
from tests.support.doors import Clock, sessions_of

PAGE = "/learn/me"


@pytest.fixture
def lena(session: Session, clock: Clock, people: cast.Cast) -> str:
    return cast.sign_in(session, people.lena, clock.now)


# What ends a session


def test_signing_out_ends_the_cookie_everywhere_it_was_copied(app: Flask, lena: str) -> None:
    browser, copied = Browser(app, lena), Browser(app, lena)
    copied.get(PAGE)
    assert browser.post("/sign-out").location == "/sign-in"
    assert browser.client.get_cookie("lantern") is None
    copied.get(PAGE, 302)


def test_a_new_password_ends_it(app: Flask, session: Session, clock: Clock, people: cast.Cast, lena: str) -> None:
    with writing(session):
        actions.set_password(session, people.lena, "hash", clock.now)
    Browser(app, lena).get(PAGE, 302)


def test_disabling_ends_it_for_good(
    app: Flask, session: Session, clock: Clock, people: cast.Cast, lena: str
) -> None:
    with writing(session):
        actions.disable_person(session, people.lena, clock.now)
    Browser(app, lena).get(PAGE, 302)
    with writing(session):
        actions.enable_person(session, people.lena)
    Browser(app, lena).get(PAGE, 302)


def test_a_revoked_role_is_gone_at_the_next_request(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    app.register_blueprint(_desk("kitchens", holders_only(Role.MANAGER)))
    browser = Browser(app, cast.sign_in(session, people.nora, clock.now))
    browser.get("/kitchens/")
    (grant,) = grants_of(session, people.nora)
    with writing(session):
        actions.revoke_role(session, grant.id, clock.now)
    browser.get("/kitchens/", 404)


def test_idle_and_absolute_limits(app: Flask, clock: Clock, lena: str) -> None:
    browser = Browser(app, lena)
    for _ in range(33):
        clock.passes(hours=10)
        browser.get(PAGE, buffered=True)
    clock.passes(hours=10)
    browser.get(PAGE, 302)


def test_idle_alone(app: Flask, clock: Clock, lena: str) -> None:
    clock.passes(hours=12, seconds=1)
    Browser(app, lena).get(PAGE, 302)


# Clocks


@pytest.mark.parametrize("minutes", [-10, -1, 1, 10])
def test_a_node_whose_clock_differs_signs_nobody_out(app: Flask, clock: Clock, lena: str, minutes: int) -> None:
    browser = Browser(app, lena)
    for _ in range(3):
        clock.passes(minutes=minutes)
        browser.get(PAGE, buffered=True)
        clock.passes(minutes=-minutes)
        browser.get(PAGE, buffered=True)


def test_use_is_noted_at_most_every_five_minutes(
    app: Flask, session: Session, clock: Clock, people: cast.Cast, lena: str
) -> None:
    began = clock.now
    for minutes, noted in ((4, 0), (2, 6), (4, 6), (2, 12)):
        clock.passes(minutes=minutes)
        Browser(app, lena).get(PAGE, buffered=True)
        assert sessions_of(session, people.lena)[0].seen_at == began + timedelta(minutes=noted)


def test_a_busy_database_fails_no_page(
    app: Flask, clock: Clock, lena: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    monkeypatch.setattr(actions, "touch_session", fail)
    clock.passes(minutes=6)
    Browser(app, lena).get(PAGE, buffered=True)


def test_reading_who_it_is_does_not_break_the_write_after_it(
    app: Flask, session: Session, people: cast.Cast, lena: str
) -> None:
    barrier, statuses = threading.Barrier(8), []

    def run() -> None:
        browser = Browser(app, lena)
        token = browser.csrf_token()
        barrier.wait()
        for _ in range(5):
            data = {"language": "en", "time_zone": "Asia/Tokyo", "csrf_token": token}
            statuses.append(browser.client.post(PAGE, data=data, buffered=True).status_code)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * 40
    found = find_person(session, people.lena)
    assert found is not None and found.time_zone == "Asia/Tokyo"


# What cannot forge one


def test_a_remember_cookie_does_nothing(app: Flask, clock: Clock, people: cast.Cast, lena: str) -> None:
    for name in ("remember_token", app.config["REMEMBER_COOKIE_NAME"], "lantern-never-remembered"):
        for value in (str(people.ada), token_hash(lena), lena):
            with app.app_context():
                signed = encode_cookie(value)
            header = {"Cookie": f"{name}={signed}"}
            assert app.test_client(use_cookies=False).get(PAGE, headers=header).status_code == 302
            # Nor does it sign anybody out.
            header = {"Cookie": f"{name}={signed}; lantern={lena}"}
            assert app.test_client(use_cookies=False).get(PAGE, headers=header).status_code == 200


def test_a_forged_flask_session_does_nothing(app: Flask, clock: Clock, people: cast.Cast, lena: str) -> None:
    for identifier in (str(people.ada), people.ada, token_hash(lena)):
        browser = Browser(app)
        with browser.client.session_transaction() as note:
            note.update({"_user_id": identifier, "_fresh": True, "_id": "x", "_remember": "set"})
        browser.get(PAGE, 302)


@pytest.mark.parametrize("key", ["dev", "changeme", "secret", ""])
def test_a_session_signed_with_a_guessed_key_is_not_read(app: Flask, key: str) -> None:
    guess = Flask("guess")
    guess.secret_key = key or "x"
    serializer = SecureCookieSessionInterface().get_signing_serializer(guess)
    assert serializer is not None
    browser = Browser(app)
    browser.client.set_cookie("lantern-note", serializer.dumps({"_flashes": [("good", "forged words")]}))
    assert "forged words" not in browser.get("/sign-in").text


def test_the_hash_of_a_token_opens_nothing(app: Flask, clock: Clock, lena: str) -> None:
    Browser(app, token_hash(lena)).get(PAGE, 302)


def test_no_bent_cookie_gets_in_or_breaks_anything(app: Flask, clock: Clock, lena: str) -> None:
    chance = random.Random(7)
    letters = "abcXYZ019-_=.%;\"'\\ \t,é\u2028"
    for _ in range(300):
        at = chance.randrange(len(lena))
        bent = chance.choice(
            (
                lena[:at] + chance.choice(letters) + lena[at + 1 :],
                lena[:at],
                lena + chance.choice(letters) * chance.randrange(1, 200),
                chance.choice(letters) + lena,
            )
        )
        header = {"Cookie": f"lantern={bent}".encode().decode("latin-1")}
        response = app.test_client(use_cookies=False).get(PAGE, headers=header)
        same = parse_cookie(header["Cookie"]).get("lantern") == lena
        assert response.status_code == (200 if same else 302), bent


def test_the_cookie_of_plain_http_is_not_read_over_tls(app: Flask, clock: Clock, lena: str) -> None:
    client = app.test_client(use_cookies=False)
    secure = "https://lms.example.org"
    assert client.get(PAGE, headers={"Cookie": f"lantern={lena}"}, base_url=secure).status_code == 302
    assert client.get(PAGE, headers={"Cookie": f"__Host-lantern={lena}"}, base_url=secure).status_code == 200


# Desks that ask anew


def _desk(name: str, *guards: object) -> Blueprint:
    desk = Blueprint(name, __name__, url_prefix=f"/{name}")
    for guard in guards:
        desk.before_request(guard)  # type: ignore[type-var]  # guards of any return
    desk.add_url_rule("/", "page", lambda: ("open", {"Content-Type": "text/plain"}), methods=["GET", "POST"])
    return desk


def test_a_desk_that_asks_for_a_fresh_sign_in(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    app.register_blueprint(_desk("vault", holders_only(Role.ADMINISTRATOR), fresh_sign_in_only))
    browser = Browser(app, cast.sign_in(session, people.ada, clock.now))
    browser.get("/vault/")
    clock.passes(hours=11)
    browser.get("/vault/", buffered=True)
    clock.passes(hours=2)
    browser.get(PAGE)
    sent = browser.get("/vault/?page=2", 302).location
    assert sent == "/sign-in?next=/vault/?page%3D2&again=yes"
    shown = browser.get(sent).text
    assert "Please sign in again" in shown and "Go on as" not in shown
    assert browser.post("/vault/").location == "/sign-in?again=yes"
    Browser(app).get("/vault/", 302)
    Browser(app, cast.sign_in(session, people.mia, clock.now)).get("/vault/", 404)


def test_by_card_there_is_no_way_to_a_desk_of_roles(
    app: Flask, session: Session, clock: Clock, people: cast.Cast
) -> None:
    app.register_blueprint(_desk("vault", fresh_sign_in_only))
    with writing(session):
        token = actions.open_session(
            session, people.ada, method=Method.CARD, shared_device=True, now=clock.now, address="", agent=""
        )
    browser = Browser(app, token)
    browser.get(PAGE)
    browser.get("/vault/", 302)
    for path in ("/admin/", "/manage/", "/teach/"):
        browser.get(path, 404)
