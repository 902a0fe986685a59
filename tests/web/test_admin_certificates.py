"""The administrator withdraws a certificate, takes that back, issues it again; and what everybody reads then."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.audit.tables import AuditEntry
from lms.credentials.queries import certificates_of, find_certificate
from lms.mail.tables import Mail
from lms.plans.assignment_actions import assign_course
from lms.store import writing
from tests.support import cast
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.certificates import a_short_course, award
from tests.support.doors import Clock
from tests.support.shelf import shelve

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    """The clock, standing at the moment of the tests."""
    return Clock(monkeypatch, now)


@pytest.fixture
def people(session: Session, now: datetime) -> Cast:
    """The cast, signed up."""
    return cast.bring_in(session, now)


@pytest.fixture
def serial(app: Flask, session: Session, people: Cast, now: datetime) -> str:
    """The number of Lena's certificate."""
    return award(session, people.lena, now, title="Staying steady")


def browser(app: Flask, session: Session, person_id: int, clock: Clock) -> Browser:
    return Browser(app, cast.sign_in(session, person_id, clock.now))


def read_by_a_stranger(app: Flask, session: Session, serial: str, person_id: int) -> str:
    issued = find_certificate(session, serial, person_id)
    assert issued
    session.rollback()
    return Browser(app).get(f"/verify/{issued.code}").text


def mails(session: Session) -> list[tuple[int, str, str]]:
    session.rollback()
    return [(each.person_id, each.subject, each.text) for each in session.scalars(select(Mail).order_by(Mail.id))]


def test_it_is_withdrawn_after_the_page_that_says_what_follows(
    app: Flask, session: Session, people: Cast, serial: str, clock: Clock, now: datetime
) -> None:
    course = shelve(session, a_short_course(title="Staying steady"), now)
    with writing(session):
        assign_course(session, course, None, people.ada, now, person_ids=[people.lena])
    ada = browser(app, session, people.ada, clock)
    assert f"/admin/certificates/{serial}" in ada.get(f"/admin/people/{people.lena}").text
    assert f"/admin/certificates/{serial}" in ada.get("/manage/compliance").text
    page = ada.get(f"/admin/certificates/{serial}/withdraw").text
    assert "Withdraw this certificate?" in page and "The whole course is asked again, by" in page
    refused = ada.post(f"/admin/certificates/{serial}/withdraw", {"reason": "  "}, status=422)
    assert "Say why" in refused.text
    assert mails(session) == []
    sent = ada.post(f"/admin/certificates/{serial}/withdraw", {"reason": "Her brother\nsat there"})
    assert sent.status_code == 303 and sent.location.endswith(f"/admin/certificates/{serial}")
    page = ada.get(sent.location).text
    assert "Her brother sat there" in page and "by Ada Reyes" in page and "Take the withdrawal back" in page
    ada.post(f"/admin/certificates/{serial}/withdraw", {"reason": "Twice"}, status=303)
    [(reader, subject, text)] = mails(session)
    assert (reader, subject) == (people.lena, "Your certificate for Staying steady was withdrawn")
    assert "Her brother sat there" in text and "asked of you once more" in text
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "certificate.withdraw")).one()
    assert (entry.actor_id, entry.subject) == (people.ada, f"person:{people.lena}")
    session.rollback()
    assert "Withdrew a certificate" in ada.get(f"/admin/audit?subject=person:{people.lena}").text
    stranger = read_by_a_stranger(app, session, serial, people.lena)
    assert "This certificate was withdrawn" in stranger and "16 November 2026" in stranger
    assert "brother" not in stranger
    lena = browser(app, session, people.lena, clock)
    assert "Her brother sat there" in lena.get(f"/learn/certificates/{serial}").text
    assert "withdrawn on" in lena.get("/learn/").text


def test_a_mistake_is_taken_back_and_both_stay_in_the_record(
    app: Flask, session: Session, people: Cast, serial: str, clock: Clock, now: datetime
) -> None:
    ada = browser(app, session, people.ada, clock)
    ada.post(f"/admin/certificates/{serial}/withdraw", {"reason": "Her brother sat there"})
    clock.now = now + 3 * DAY
    ada = browser(app, session, people.ada, clock)
    page = ada.get(f"/admin/certificates/{serial}/give-back").text
    assert "The same number and the same paper hold again" in page
    ada.post(f"/admin/certificates/{serial}/give-back", {}, status=422)
    ada.post(f"/admin/certificates/{serial}/give-back", {"reason": "It was she"})
    assert "This certificate is valid" in read_by_a_stranger(app, session, serial, people.lena)
    page = ada.get(f"/admin/certificates/{serial}").text
    assert "Her brother sat there" in page and "It was she" in page
    assert mails(session)[-1][1] == "Your certificate for Staying steady holds again"

    def state(days: int) -> str:
        page = ada.get(f"/manage/compliance?on={(now + days * DAY).date()}&q=Lena").text
        return page[page.index("<tbody>") : page.index("</tbody>")]

    assert ["Held it" in state(days) for days in range(4)] == [False, False, False, True]
    assert "Was withdrawn" not in ada.get("/manage/compliance.csv").text
    told = ada.get(f"/manage/people/{people.lena}").text
    for words in ("Certificate for Staying steady withdrawn", "Certificate for Staying steady holds again"):
        assert words in told


def test_it_is_issued_again_with_the_right_name_and_the_old_number_leads_to_it(
    app: Flask, session: Session, people: Cast, serial: str, clock: Clock, now: datetime
) -> None:
    with writing(session):
        session.get_one(Person, people.lena).name = "Lena Brandt-Roth"
    ada = browser(app, session, people.ada, clock)
    assert 'value="Lena Brandt-Roth"' in ada.get(f"/admin/certificates/{serial}/issue-again").text
    for form in (
        {"name": "", "reason": "Married"},
        {"name": "Lena Brandt", "reason": "Married"},
        {"name": "Lena"},
    ):
        ada.post(f"/admin/certificates/{serial}/issue-again", form, status=422)
    form = {"name": "Lena Brandt-Roth", "reason": "She married"}
    sent = ada.post(f"/admin/certificates/{serial}/issue-again", form)
    new = certificates_of(session, people.lena, now)[0].serial
    session.rollback()
    assert new != serial and sent.location.endswith(f"/admin/certificates/{new}")
    assert f"/admin/certificates/{serial}" in ada.get(sent.location).text
    assert new in ada.get(f"/admin/certificates/{serial}").text
    assert mails(session)[-1][1] == "Your certificate for Staying steady, put right"
    old = read_by_a_stranger(app, session, serial, people.lena)
    assert "This certificate was replaced" in old and new in old and "Brandt-Roth" not in old
    stands = read_by_a_stranger(app, session, new, people.lena)
    assert "This certificate is valid" in stands and "Lena Brandt-Roth" in stands
    lena = browser(app, session, people.lena, clock)
    assert new in lena.get(f"/learn/certificates/{serial}").text
    lena.get(f"/learn/certificates/{serial}.pdf", status=302)
    assert serial in lena.get(f"/learn/certificates/{new}").text
    told = ada.get(f"/manage/people/{people.lena}").text
    assert f"{new} in the place of {serial}" in told and "Staying steady withdrawn" not in told
    ada.post(f"/admin/certificates/{serial}/give-back", {"reason": "No"}, status=303)
    assert "This certificate was replaced" in read_by_a_stranger(app, session, serial, people.lena)


def test_nobody_decides_about_her_own_and_nobody_else_gets_there(
    app: Flask, session: Session, people: Cast, clock: Clock, now: datetime
) -> None:
    own = award(session, people.ada, now)
    session.rollback()
    ada = browser(app, session, people.ada, clock)
    assert "This is your own" in ada.get(f"/admin/certificates/{own}").text
    ada.post(f"/admin/certificates/{own}/withdraw", {"reason": "Modesty"}, status=303)
    assert certificates_of(session, people.ada, now)[0].is_valid
    session.rollback()
    ada.get("/admin/certificates/LN-2026-NOSUCH", status=404)
    for name in ("lena", "mia", "max", "tom"):
        other = browser(app, session, people.everyone()[name], clock)
        for deed in ("", "/withdraw", "/give-back", "/issue-again"):
            other.get(f"/admin/certificates/{own}{deed}", status=404)
