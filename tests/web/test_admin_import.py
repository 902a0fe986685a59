"""A roster file at the administrator's desk: looked at first, then done exactly so, by whoever looked."""

import io
import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import clock as clock_of
from lms.accounts import actions as accounts
from lms.accounts import queries
from lms.accounts.roles import Role
from lms.accounts.roster import upload
from lms.accounts.roster.reading import Limits
from lms.accounts.tables import Membership, Person, Team
from lms.audit.tables import AuditEntry
from lms.jobs import rostering
from lms.jobs.context import Context
from lms.queue import actions as queue
from lms.queue.tables import Job
from lms.store import writing
from lms.web.admin import sent_rosters
from lms.web.extensions import db
from tests.conftest import NOW
from tests.support import cast
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.doors import Clock

pytestmark = pytest.mark.usefixtures("clock")

FILE = """Name;Benutzername;Team;Eintritt;Rolle
Lena Brandt;lena;Hotel/Kitchen;;
Eve Adams;eve;Hotel/Spa;3/11/2026;trainer
=cmd();;;;
"""


@pytest.fixture
def ada(app: Flask, session: Session, people: Cast) -> Browser:
    """The administrator's browser."""
    return Browser(app, cast.sign_in(session, people.ada, NOW))


def send(browser: Browser, content: bytes, status: int = 200, **choices: str) -> str:
    """Upload a file for a dry run and return the page."""
    data = {"file": (io.BytesIO(content), "people.csv"), **choices}
    return browser.post("/admin/people/import", data, status, content_type="multipart/form-data").text


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields that carry the file to the next step."""
    return {name: unescape(value) for name, value in re.findall(r'name="(token|digest)" value="([^"]+)"', page)}


def rows(session: Session) -> tuple[int | None, ...]:
    """Return how many people, teams, stays and audit entries there are."""
    session.rollback()
    return tuple(
        session.scalar(select(func.count()).select_from(each)) for each in (Person, Team, Membership, AuditEntry)
    )


def test_a_dry_run_tells_each_row_and_writes_nothing(session: Session, ada: Browser) -> None:
    before = rows(session)
    page = unescape(send(ada, FILE.encode("utf-16")))
    assert "Hotel/Front desk → Hotel/Kitchen" in page
    assert "There is no team Hotel/Spa" in page
    assert "3/11/2026 is another day elsewhere" in page
    assert "Nobody could find this person again" in page
    assert rows(session) == before


def test_what_was_shown_is_done_once_and_noted_once(session: Session, people: Cast, ada: Browser) -> None:
    choices = {"create_teams": "yes", "dates": "day"}
    page = send(ada, FILE.encode(), **choices)
    assert "Hotel / Spa" in page or "Spa" in page
    before = rows(session)
    ada.post("/admin/people/import/apply", {**hidden(page), **choices})
    after = rows(session)
    assert [new - (old or 0) for new, old in zip(after, before, strict=True) if new is not None] == [1, 1, 2, 1]
    eve = queries.find_person_by_name(session, "eve")
    assert eve is not None
    assert [str(stay.joined_on) for stay in queries.stays_of(session, eve.id)] == ["2026-11-03"]
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.detail["roles"]) == ("people.import", ["Eve Adams: +trainer"])
    again = send(ada, FILE.encode(), **choices)
    assert ">Import<" not in again
    ada.post("/admin/people/import/apply", {**hidden(again), **choices})
    assert rows(session) == after


def test_a_change_in_between_is_shown_before_anything_is_done(
    session: Session, people: Cast, ada: Browser
) -> None:
    page = send(ada, FILE.encode())
    with writing(session):
        accounts.change_person(session, people.lena, name="Lena Vogt")
    before = rows(session)
    shown = ada.post("/admin/people/import/apply", hidden(page), 409).text
    assert "changed since you looked" in shown
    assert "Lena Vogt → Lena Brandt" in unescape(shown)
    assert rows(session) == before
    ada.post("/admin/people/import/apply", hidden(shown))
    assert rows(session) != before


def test_other_choices_than_those_shown_are_shown_first(session: Session, ada: Browser) -> None:
    page = send(ada, FILE.encode())
    before = rows(session)
    ada.post("/admin/people/import/apply", {**hidden(page), "create_teams": "yes"}, 409)
    assert rows(session) == before


def test_a_file_is_only_applied_by_whoever_looked_and_not_for_ever(
    app: Flask, session: Session, people: Cast, ada: Browser, clock: Clock
) -> None:
    page = send(ada, FILE.encode())
    with writing(session):
        accounts.grant_role(session, people.tom, Role.ADMINISTRATOR, now=NOW)
    tom = Browser(app, cast.sign_in(session, people.tom, NOW))
    before = rows(session)
    tom.post("/admin/people/import/apply", hidden(page), 422)
    for token in ("", "x", hidden(page)["token"][:-1] + "x", "." * 100):
        ada.post("/admin/people/import/apply", {"token": token, "digest": hidden(page)["digest"]}, 422)
    clock.passes(hours=3)
    ada.post("/admin/people/import/apply", hidden(page), 422)
    assert rows(session) == before


def test_the_whole_plan_can_be_saved_and_nothing_in_it_runs(session: Session, ada: Browser) -> None:
    page = send(ada, FILE.encode())
    before = rows(session)
    table = ada.post("/admin/people/import/plan.csv", hidden(page), 200)
    assert table.mimetype == "text/csv"
    assert "'=cmd()" in table.text
    assert rows(session) == before


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04", "Save it as CSV"),
        (b"colour\nred\n", "has to name the columns"),
        (b"\x00\x01\x02" * 50, "not a CSV file"),
        (b"email,E-Mail\na,b\n", "Two columns mean the same"),
    ],
)
def test_what_is_no_roster_is_refused_with_what_to_do(ada: Browser, content: bytes, told: str) -> None:
    assert told in send(ada, content, 422)


def test_the_export_sent_back_changes_nothing(session: Session, ada: Browser) -> None:
    content = ada.get("/admin/people/export.csv").data
    page = send(ada, content)
    assert "Nothing would change" in page


def test_a_guessed_encoding_is_said_aloud(ada: Browser) -> None:
    page = send(ada, "Name;Kennung\nJörg;joerg\n".encode("windows-1252"))
    assert "look at the umlauts" in page
    assert "Jörg" in page


def many(people: int = 1_900) -> bytes:
    lines = "".join(f"Person {number},p{number}@example.org,{number:06}\n" for number in range(people))
    return ("name,email,staff_number\n" + lines).encode()


def test_thousands_of_rows_make_a_page_that_can_be_sent_on(session: Session, ada: Browser) -> None:
    page = send(ada, many())
    assert "And 900 more rows" in page
    ada.post("/admin/people/import/apply", hidden(page))
    assert rows(session)[0] == 1_907


# A large file


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of a few lines is a large one."""
    monkeypatch.setattr(upload, "MANY", 3)


def work(app: Flask) -> None:
    """Do what waits for a worker, here and now."""
    with app.app_context():
        engine = db.engine
    for kind, do in (("roster.plan", rostering.plan_roster), ("roster.write", rostering.write_roster)):
        with Session(engine) as session, writing(session):
            ticket = queue.claim(session, [kind], "test", clock_of.utc_now())
        if ticket is not None:
            do(Context(engine, app.config["SETTINGS"], ticket), ticket.payload)
            with Session(engine) as session, writing(session):
                queue.finish(session, ticket, None, clock_of.utc_now())


def send_large(ada: Browser, content: bytes = FILE.encode() + b";;;;\n", **choices: str) -> str:
    data = {"file": (io.BytesIO(content), "people.csv"), **choices}
    sent = ada.post("/admin/people/import", data, 303, content_type="multipart/form-data")
    return sent.headers["Location"]


@pytest.mark.usefixtures("large")
def test_a_large_file_is_read_looked_at_and_written_in_the_background(
    app: Flask, session: Session, ada: Browser
) -> None:
    before = rows(session)
    place = send_large(ada, dates="day")
    page = ada.get(place)
    assert "being read" in page.text and page.headers["Refresh"]
    work(app)
    page = ada.get(place)
    assert "Refresh" not in page.headers
    assert "Create the teams" in page.text and "There is no team Hotel/Spa" in page.text
    assert rows(session) == before
    # Other choices than those shown are looked at first.
    choices = {"create_teams": "yes", "dates": "day"}
    ada.post(f"{place}/apply", {**hidden(page.text), **choices})
    work(app)
    page = ada.get(place)
    assert "Hotel/Front desk → Hotel/Kitchen" in page.text
    assert "'=cmd()" in ada.get(f"{place}/rows.csv").text
    ada.post(f"{place}/apply", {**hidden(page.text), **choices})
    ada.post(f"{place}/apply", {**hidden(page.text), **choices})
    assert "being written" in ada.get(place).text
    work(app)
    page = ada.get(place)
    assert "2 people were written." in page.text and "1 row was not taken." in page.text
    session.rollback()
    eve = queries.find_person_by_name(session, "eve")
    assert eve is not None
    left_out = ada.get(f"{place}/rows.csv").text
    assert "Nobody could find this person again" in left_out and "Eve Adams" not in left_out
    assert "people.csv" in ada.get("/admin/people/import").text


@pytest.mark.usefixtures("large")
def test_a_large_file_is_its_senders_alone(app: Flask, session: Session, people: Cast, ada: Browser) -> None:
    place = send_large(ada)
    work(app)
    with writing(session):
        accounts.grant_role(session, people.tom, Role.ADMINISTRATOR, now=NOW)
    tom = Browser(app, cast.sign_in(session, people.tom, NOW))
    before = rows(session)
    for address in (place, f"{place}/rows.csv"):
        tom.get(address, 404)
    digest = hidden(ada.get(place).text)
    for deed in ("plan", "apply", "again", "drop"):
        tom.post(f"{place}/{deed}", digest, 404)
    assert rows(session) == before
    assert "people.csv" not in tom.get("/admin/people/import").text


@pytest.mark.usefixtures("large")
def test_a_large_file_is_removed_on_demand(app: Flask, session: Session, ada: Browser) -> None:
    place = send_large(ada)
    ada.post(f"{place}/drop", {})
    ada.get(place, 404)
    work(app)
    ada.get(place, 404)
    assert "people.csv" not in ada.get("/admin/people/import").text


@pytest.mark.usefixtures("large")
def test_a_large_file_that_is_none_says_why(app: Flask, ada: Browser) -> None:
    place = send_large(ada, b"colour\nred\nblue\ngreen\n\n")
    work(app)
    assert "has to name the columns" in ada.get(place).text


@pytest.mark.usefixtures("large")
def test_a_file_larger_than_may_be_is_refused_at_once(ada: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent_rosters, "LARGE", Limits(megabytes=0))
    assert "larger than 0 MB" in send(ada, b"email\na\nb\nc\nd\n", 422)


@pytest.mark.usefixtures("large")
def test_a_large_file_that_was_stopped_goes_on(app: Flask, session: Session, ada: Browser) -> None:
    place = send_large(ada)
    with writing(session):
        job = session.scalars(select(Job)).one()
        queue.cancel(session, job.id, NOW)
    assert "could not be read" in ada.get(place).text
    ada.post(f"{place}/again", {})
    assert "being read" in ada.get(place).text
    work(app)
    assert "What would happen" in ada.get(place).text or "Row by row" in ada.get(place).text
