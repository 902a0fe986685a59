"""What an administrator sees of jobs and of the outbox, and what she may do there."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit.tables import AuditEntry
from lms.mail import actions as mail
from lms.mail import queries as mails
from lms.mail.mail import MailState
from lms.queue import actions, queries
from lms.queue.job import JobState, Ticket
from lms.store import writing
from tests.support import cast
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.databases import selects_of
from tests.support.doors import Clock

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def ada(app: Flask, session: Session, people: Cast, now: datetime) -> Browser:
    """The administrator's browser."""
    return Browser(app, cast.sign_in(session, people.ada, now))


def claimed(session: Session, now: datetime) -> Ticket:
    ticket = actions.claim(session, ["report"], "a", now)
    assert ticket is not None
    return ticket


def put(session: Session, person_id: int, now: datetime, number: int = 0) -> int:
    with writing(session):
        mail_id = mail.post(
            session, person_id, now.date() + timedelta(days=number), "digest", f"Due {number}",
            "Hello <b>Lena</b>,\n\nsomething is due.\n", "<p>…</p>", f"{person_id}:{number}", now, now,
        )  # fmt: skip
    assert mail_id is not None
    return mail_id


def deeds(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_jobs_are_shown_with_how_far_they_are_and_why_they_failed(
    ada: Browser, session: Session, people: Cast, now: datetime
) -> None:
    assert "No jobs here" in ada.get("/admin/jobs").text
    with writing(session):
        for _ in range(3):
            actions.enqueue(session, "report", now=now, asked_by=people.mia)
        running, failed = claimed(session, now), claimed(session, now)
        actions.extend(session, running, now, 0.4, "4 of 10 <teams>")
        actions.fail(session, failed, "Name a team that is there.", now, for_good=True)
    page = ada.get("/admin/jobs").text
    assert "4 of 10 &lt;teams&gt;" in page and 'value="40"' in page
    assert "Name a team that is there." in page and "by Mia Sørensen" in page
    assert "Name a team" not in ada.get("/admin/jobs?state=running").text
    assert "Name a team" in ada.get("/admin/jobs?state=failed").text
    ada.get("/admin/jobs?state=nonsense&before=x")


def test_a_failed_job_is_tried_again_and_a_waiting_one_cancelled_each_with_an_entry(
    ada: Browser, session: Session, people: Cast, now: datetime
) -> None:
    with writing(session):
        job_id = actions.enqueue(session, "report", now=now)
        actions.fail(session, claimed(session, now), "no", now, for_good=True)
    ada.post(f"/admin/jobs/{job_id}/again")
    ada.post(f"/admin/jobs/{job_id}/again")
    assert _state(session, job_id) is JobState.WAITING
    ada.post(f"/admin/jobs/{job_id}/cancel")
    ada.post(f"/admin/jobs/{job_id}/cancel")
    assert _state(session, job_id) is JobState.CANCELLED
    assert deeds(session) == ["job.try-again", "job.cancel"]
    ada.post("/admin/jobs/999/again", status=404)


def _state(session: Session, job_id: int) -> JobState:
    session.rollback()
    job = queries.find_job(session, job_id)
    assert job is not None
    return job.state


def test_the_outbox_shows_what_became_of_each_mail_and_finds_them(
    ada: Browser, session: Session, people: Cast, now: datetime
) -> None:
    assert "No mail yet" in ada.get("/admin/outbox").text
    for number, person_id in enumerate((people.lena, people.mia, people.otto)):
        put(session, person_id, now, number)
    with writing(session):
        sent, perhaps, refused = (mail.take(session, now) for _ in range(3))
        assert sent and perhaps and refused
        mail.note_sent(session, sent, now)
        mail.note_perhaps(session, perhaps, "gone", now)
        mail.note_refused(session, refused, "550 no <such> user", now, for_good=True)
    page = ada.get("/admin/outbox").text
    assert "Lena Brandt" in page and "It may have arrived" in page and "550 no &lt;such&gt; user" in page
    assert "No mail server is set" in page
    for query, names in {
        "state=sent": ["Lena"], "q=mia": ["Mia"], "q=otto@hotel": ["Otto"], "day=2026-11-17": ["Mia"],
        "state=given+up&q=lena": [], "state=nonsense&day=x&before=y": ["Lena", "Mia", "Otto"],
    }.items():  # fmt: skip
        found = ada.get(f"/admin/outbox?{query}").text
        assert [name for name in ("Lena", "Mia", "Otto") if f">{name} " in found] == names, query


def test_a_mail_is_shown_as_it_was_sent_and_sent_again_once_with_an_entry(
    ada: Browser, session: Session, people: Cast, now: datetime
) -> None:
    mail_id = put(session, people.lena, now)
    page = ada.get(f"/admin/outbox/{mail_id}").text
    assert "Hello &lt;b&gt;Lena&lt;/b&gt;," in page and "/again" not in page
    ada.post(f"/admin/outbox/{mail_id}/again")
    with writing(session):
        letter = mail.take(session, now)
        assert letter
        mail.note_perhaps(session, letter, "gone", now)
    assert "Send again" in ada.get(f"/admin/outbox/{mail_id}").text
    ada.post(f"/admin/outbox/{mail_id}/again")
    ada.post(f"/admin/outbox/{mail_id}/again")
    session.rollback()
    found = mails.find_mail(session, mail_id)
    assert found and found.state is MailState.WAITING
    assert deeds(session) == ["mail.send-again"]
    ada.get("/admin/outbox/999", status=404)


def test_long_lists_come_a_page_at_a_time_with_as_many_queries_as_short_ones(
    app: Flask, ada: Browser, session: Session, people: Cast, now: datetime, long_memory: None
) -> None:
    ada.get("/admin/")
    first = put(session, people.lena, now)
    for number in range(1, 3):
        put(session, people.lena, now, number)
    with writing(session):
        actions.enqueue(session, "report", now=now, asked_by=people.lena)
    few = _queries(app, ada)
    for number in range(3, 60):
        put(session, people.lena, now, number)
    with writing(session):
        for person_id in [*people.everyone().values()] * 8:
            actions.enqueue(session, "report", now=now, asked_by=person_id)
    assert _queries(app, ada) == few
    page = ada.get("/admin/outbox").text
    assert "Due 59" in page and "Due 9<" not in page
    assert "Due 9<" in ada.get(f"/admin/outbox?before={first + 10}").text
    assert "before=" in ada.get("/admin/jobs").text


def _queries(app: Flask, ada: Browser) -> list[int]:
    from lms.web.extensions import db

    with app.app_context():
        engine = db.engine
    counted = []
    for address in ("/admin/outbox", "/admin/jobs"):
        with selects_of(engine) as asked:
            ada.get(address)
        counted.append(len(asked))
    return counted


def test_the_administrators_home_tells_of_failed_jobs_and_of_mail_that_waits_too_long(
    app: Flask, ada: Browser, session: Session, people: Cast, now: datetime, clock: Clock
) -> None:
    page = ada.get("/admin/").text
    assert "No mail server is set" in page and "done in its turn" in page
    app.config["SETTINGS"].smtp_url = "smtp://localhost"
    put(session, people.lena, now)
    with writing(session):
        actions.enqueue(session, "report", now=now)
        actions.fail(session, claimed(session, now), "no", now, for_good=True)
    page = ada.get("/admin/").text
    assert "1 job failed" in page and "Mail is sent as it comes" in page
    clock.passes(hours=3)
    assert "Mail has been waiting to be sent since" in ada.get("/admin/").text
