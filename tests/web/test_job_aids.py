"""Job aids while a customer waits: all on one page, cut by the server without a script, read from memory."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.content.actions import set_hidden
from lms.content.course import Piece
from lms.store import writing
from lms.web.extensions import db
from tests.support import cast
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast
from tests.support.databases import selects_of
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")


def aid(words: str) -> tuple[Piece, ...]:
    role = '<section class="role role--job-aid" aria-labelledby="at-aid"><h2 id="at-aid">On the job</h2>'
    return (Piece(html=f"{role}<p>{words}</p></section>"),)


@pytest.fixture
def otto(app: Flask, session: Session, people: Cast, now: datetime) -> Browser:
    for slug, title, words in (("bees", "Refunds", "Up to 50."), ("wasps", "Stings", "Say sorry first.")):
        lesson = a_lesson("read", title=title, pieces=aid(words), trainer_html="<p>Only for leaders.</p>")
        shelve(session, a_course(slug, lesson, a_lesson("bare"), title=slug.title()), now)
    return Browser(app, cast.sign_in(session, people.otto, now))


def test_every_job_aid_stands_on_one_page_and_no_notes_for_leaders(otto: Browser) -> None:
    page = otto.get("/learn/job-aids").text
    assert page.count('class="aid"') == 2
    assert "Up to 50." in page
    assert "Only for leaders." not in page
    assert 'href="/learn/job-aids"' in otto.get("/learn/").text, "one tap from home"


def test_without_a_script_the_server_finds_and_opens_the_only_one(otto: Browser) -> None:
    page = otto.get("/learn/job-aids?q=SORRY").text
    assert page.count('class="aid"') == 1
    assert "<details open>" in page
    assert "Nothing found" in otto.get("/learn/job-aids?q=honey").text


def test_a_course_that_is_hidden_takes_its_job_aids_along(session: Session, otto: Browser) -> None:
    with writing(session):
        set_hidden(session, "wasps", is_hidden=True)
    assert "Stings" not in otto.get("/learn/job-aids").text


@pytest.mark.usefixtures("long_memory")
def test_it_asks_the_database_for_nothing_but_who_asks(app: Flask, otto: Browser) -> None:
    otto.get("/learn/job-aids")
    with app.app_context(), selects_of(db.engine) as asked:
        otto.get("/learn/job-aids?q=sorry")
    assert len(asked) <= 2, asked
