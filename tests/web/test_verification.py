"""Any stranger learns whether a certificate is real, and nothing that is not printed on it."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.tables import Person
from lms.credentials.actions import Deed, revoke_certificate
from lms.credentials.queries import find_certificate
from lms.store import writing
from lms.web.visit.verification import PACE
from tests.support.browser import Browser
from tests.support.cast import Cast, bring_in
from tests.support.certificates import award

UNKNOWN = "0" * 26


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return bring_in(session, now)


@pytest.fixture
def serial(session: Session, cast: Cast, now: datetime) -> str:
    return award(session, cast.lena, now, title="Staying steady")


@pytest.fixture
def code(session: Session, cast: Cast, serial: str) -> str:
    issued = find_certificate(session, serial, cast.lena)
    assert issued
    return issued.code


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: now)


def test_a_valid_certificate_says_so_and_what_is_printed_on_it(app: Flask, code: str, serial: str) -> None:
    page = Browser(app).get(f"/verify/{code}").text
    assert "This certificate is valid" in page
    for words in (
        "Lena Brandt",
        "Staying steady",
        "16 November 2026",
        "16 November 2027",
        serial,
        "Every lesson done",
    ):
        assert words in page


def test_it_tells_nothing_that_is_not_printed(app: Flask, session: Session, cast: Cast, code: str) -> None:
    with writing(session):
        person = session.get_one(Person, cast.lena)
        person.email, person.sign_in_name, person.staff_number = "canary@example.org", "canary-name", "canary-7"
        person.name = "Canary Newname"
    page = Browser(app).get(f"/verify/{code}").text
    for hidden in ("canary", "Canary", "Europe/Berlin", "Front desk"):
        assert hidden not in page


def test_an_expired_certificate_says_since_when(
    app: Flask, code: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: now + timedelta(days=400))
    page = Browser(app).get(f"/verify/{code}").text
    assert "This certificate has expired" in page
    assert "since 17 November 2027" in page


def test_a_revoked_certificate_says_when_and_keeps_the_reason(
    app: Flask, session: Session, code: str, serial: str, now: datetime
) -> None:
    with writing(session):
        revoke_certificate(session, serial, "Canary reason", Deed(None, "system", "", now))
    page = Browser(app).get(f"/verify/{code}").text
    assert "This certificate was withdrawn" in page
    assert "16 November 2026" in page
    assert "Canary reason" not in page


def test_an_unknown_code_is_a_kind_404(app: Flask, code: str) -> None:
    page = Browser(app).get(f"/verify/{UNKNOWN}", 404).text
    assert "No certificate has this code" in page
    assert UNKNOWN in page
    assert "Lena" not in page


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", "%00", "..%2F..%2Fetc", "😀" * 50, "' OR 1=1--", "{{7*7}}", "x" * 5_000],
)
def test_hostile_codes_are_unknown(app: Flask, hostile: str, cast: Cast) -> None:
    page = Browser(app).client.get(f"/verify/{hostile}")
    assert page.status_code == 404
    assert "<script>alert" not in page.text
    assert "49" not in page.text.split("<main")[1].split("</form>")[0]


def test_a_code_may_be_typed_by_hand_or_pasted_as_a_link(app: Flask, code: str) -> None:
    browser = Browser(app)
    typed = (
        f" {code[:4].lower()} {code[4:8]}-{code[8:13].replace('0', 'o').replace('1', 'l')} {code[13:].lower()} "
    )
    for words in (
        code,
        typed,
        f"https://learn.example.org/verify/{code}",
        f"https://learn.example.org/verify/{code}/",
    ):
        answer = browser.get("/verify", 303, query_string={"code": words})
        assert answer.location == f"/verify/{code}", words


def test_an_empty_form_asks_for_the_code(app: Flask, cast: Cast) -> None:
    browser = Browser(app)
    assert "Check a certificate" in browser.get("/verify").text
    page = browser.get("/verify?code=+-", 422).text
    assert page.count("Enter the code printed on the certificate") == 2


def test_search_engines_are_told_to_stay_away(app: Flask, code: str) -> None:
    for path, status in (("/verify", 200), (f"/verify/{code}", 200), (f"/verify/{UNKNOWN}", 404)):
        answer = Browser(app).get(path, status)
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert '<meta name="robots" content="noindex, nofollow">' in answer.text
        assert answer.headers["Cache-Control"] == "no-store"


def test_guessing_is_slowed_down(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    allowed = int(PACE.split(maxsplit=1)[0])
    statuses = [client.get(f"/verify/{UNKNOWN}").status_code for _ in range(allowed + 1)]
    assert statuses == [404] * allowed + [429]


def test_looking_changes_nothing_and_posting_is_refused(app: Flask, code: str) -> None:
    client = app.test_client()
    for path in ("/verify", f"/verify/{code}"):
        assert client.post(path).status_code in (400, 405)
        assert client.delete(path).status_code in (400, 405)
