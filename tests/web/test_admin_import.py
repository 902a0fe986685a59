"""A roster file at the administrator's desk: looked at first, then done exactly so, by whoever looked."""

import io
import re
from datetime import datetime
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.accounts import queries
from lms.accounts.roles import Role
from lms.accounts.tables import Membership, Person, Team
from lms.audit.tables import AuditEntry
from lms.store import writing
from tests.conftest import NOW
from tests.support import cast
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.doors import Clock

FILE = """Name;Benutzername;Team;Eintritt;Rolle
Lena Brandt;lena;Hotel/Kitchen;;
Eve Adams;eve;Hotel/Spa;3/11/2026;trainer
=cmd();;;;
"""


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    """The server's clock, standing at the moment of the tests."""
    return Clock(monkeypatch, now)


@pytest.fixture
def people(session: Session, now: datetime) -> Cast:
    """The cast, signed up."""
    return cast.bring_in(session, now)


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
        (b"email\n" + b"x" * 6_000_001, "larger than 6 MB"),
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


def test_thousands_of_rows_make_a_page_that_can_be_sent_on(session: Session, ada: Browser) -> None:
    lines = "".join(f"Person {number},p{number}@example.org,{number:06}\n" for number in range(3_000))
    page = send(ada, ("name,email,staff_number\n" + lines).encode())
    assert "And 2000 more rows" in page
    ada.post("/admin/people/import/apply", hidden(page))
    assert rows(session)[0] == 3_007
