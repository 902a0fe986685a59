"""The learner's certificate: her page and her PDF, for nobody else."""

import io
from datetime import datetime, timedelta

import pikepdf
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.tables import Person
from lms.credentials.actions import Deed, revoke_certificate
from lms.jobs import rendering
from lms.organisation.actions import set_value
from lms.store import writing
from lms.web import papers
from tests.support.browser import Browser
from tests.support.cast import Cast, bring_in, sign_in
from tests.support.certificates import award
from tests.support.paper import text_of


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return bring_in(session, now)


@pytest.fixture
def serial(session: Session, cast: Cast, now: datetime) -> str:
    return award(session, cast.lena, now, title="Staying steady")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: now)


@pytest.fixture
def lena(app: Flask, session: Session, cast: Cast, now: datetime) -> Browser:
    return Browser(app, sign_in(session, cast.lena, now))


def addresses(serial: str) -> tuple[str, str]:
    return f"/learn/certificates/{serial}", f"/learn/certificates/{serial}.pdf"


def test_her_page_shows_it_and_leads_to_the_pdf_and_the_check(lena: Browser, serial: str) -> None:
    page = lena.get(addresses(serial)[0]).text
    for words in ("Lena Brandt", "Staying steady", serial, "Every lesson done", "1.5 hours"):
        assert words in page
    assert f"/learn/certificates/{serial}.pdf?paper=a4" in page
    assert f"/learn/certificates/{serial}.pdf?paper=letter" in page
    assert "/verify/" in page


def test_her_pdf_is_the_certificate_under_her_name(
    lena: Browser, serial: str, session: Session, cast: Cast
) -> None:
    answer = lena.get(addresses(serial)[1])
    assert answer.mimetype == "application/pdf"
    header = answer.headers["Content-Disposition"]
    assert header == f"inline; filename=\"{serial}.pdf\"; filename*=UTF-8''{serial}%20Lena%20Brandt.pdf"
    assert "Lena Brandt" in text_of(answer.data)
    assert answer.data == lena.get(addresses(serial)[1]).data
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_name_beyond_ascii_or_with_slashes_makes_a_sound_file_name(
    app: Flask, session: Session, cast: Cast, now: datetime
) -> None:
    with writing(session):
        session.get_one(Person, cast.lena).name = 'Zoë "Ñ"/..\\\n李'
    serial = award(session, cast.lena, now)
    header = (
        Browser(app, sign_in(session, cast.lena, now)).get(addresses(serial)[1]).headers["Content-Disposition"]
    )
    assert header.isascii()
    assert header == (
        f'inline; filename="{serial}.pdf"; '
        f"filename*=UTF-8''{serial}%20Zo%C3%AB%20%22%C3%91%22%2F..%5C%20%E6%9D%8E.pdf"
    )


def test_paper_is_the_organisations_unless_asked_for(
    lena: Browser, serial: str, session: Session, now: datetime
) -> None:
    def width(query: str = "") -> float:
        pdf = lena.get(addresses(serial)[1] + query).data
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return float(document.pages[0].MediaBox[2])

    assert width() == pytest.approx(841.89, abs=0.1)
    assert width("?paper=letter") == 792
    assert width("?paper=<b>") == pytest.approx(841.89, abs=0.1)
    with writing(session):
        set_value(session, "paper", "letter", now)
    assert width() == 792


def test_it_is_hers_alone(app: Flask, session: Session, cast: Cast, serial: str, now: datetime) -> None:
    for path in (*addresses(serial), *addresses("LN-2026-NOSUCH")):
        for who in ("otto", "tom", "mia", "max", "ada"):
            browser = Browser(app, sign_in(session, cast.everyone()[who], now))
            assert "Lena" not in browser.get(path, 404).text
        nobody = app.test_client().get(path)
        assert nobody.status_code == 302
        assert nobody.location.startswith("/sign-in")


def test_only_looking_is_possible(lena: Browser, serial: str) -> None:
    for path in addresses(serial):
        assert lena.post(path, status=405)


def test_an_expired_one_says_so_and_is_still_hers_to_print(
    lena: Browser,
    serial: str,
    now: datetime,
    session: Session,
    app: Flask,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later = now + timedelta(days=400)
    monkeypatch.setattr(clock, "utc_now", lambda: later)
    browser = Browser(app, sign_in(session, cast.lena, later))
    assert "out of date since 17 November 2027" in browser.get(addresses(serial)[0]).text
    assert browser.get(addresses(serial)[1]).mimetype == "application/pdf"


def test_a_revoked_one_says_why_and_is_not_printed(
    lena: Browser, serial: str, session: Session, now: datetime
) -> None:
    with writing(session):
        revoke_certificate(session, serial, "Issued by mistake", Deed(None, "system", "", now))
    page = lena.get(addresses(serial)[0]).text
    assert "Issued by mistake" in page
    assert ".pdf" not in page
    assert lena.get(addresses(serial)[1], 302).location == addresses(serial)[0]


def test_while_no_press_works_the_page_says_to_come_back(
    lena: Browser, serial: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> bytes:
        raise rendering.RenderingError("busy")

    monkeypatch.setattr(papers, "render", refuse)
    assert lena.get(addresses(serial)[1], 503).headers["Retry-After"] == "10"


def test_a_name_with_markup_is_shown_as_it_is(app: Flask, session: Session, cast: Cast, now: datetime) -> None:
    with writing(session):
        session.get_one(Person, cast.lena).name = "<script>alert(1)</script>{{7*7}}"
    serial = award(session, cast.lena, now)
    page = Browser(app, sign_in(session, cast.lena, now)).get(addresses(serial)[0]).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page
    assert "<script>alert" not in page
