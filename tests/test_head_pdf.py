"""A unit at a glance on paper: what its page tells, to whom it tells it, and no more."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.accounts.tables import Team
from lms.progress import actions as progress
from lms.store import writing
from lms.web import papers
from tests.support import cast
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson
from tests.support.doors import Clock
from tests.support.shelf import shelve

HOSTILE = "<script>alert(1)</script> {{7*7}}"


def test_a_paper_tells_what_its_page_tells_and_hides_the_small(
    app: Flask, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    Clock(monkeypatch, now)
    people = cast.bring_in(session, now)
    course = shelve(session, a_course("bees", a_lesson("read")), now)
    pressed: list[str] = []
    monkeypatch.setattr(papers, "render", lambda _settings, html: pressed.append(html) or b"%PDF")
    with writing(session):
        session.execute(update(Team).where(Team.id == people.front_desk).values(name=HOSTILE))
        for number in range(12):
            person_id = accounts.add_person(session, name=f"P {number}", sign_in_name=f"p{number}", now=now)
            accounts.join_team(session, person_id, people.front_desk, now.date())
            progress.start_course(session, person_id, course, now)
    mia, nora = (Browser(app, cast.sign_in(session, each, now)) for each in (people.mia, people.nora))
    answer = mia.client.get("/manage/head.pdf")
    assert answer.status_code == 200 and answer.data == b"%PDF"
    assert "12 enrolments" in pressed[-1] and "Mia Sørensen" in pressed[-1]
    assert "<script>" not in pressed[-1] and "49" not in pressed[-1].split("</h1>")[0]
    assert nora.client.get("/manage/head.pdf").status_code == 200
    assert "fewer than five people" in pressed[-1] and "board__figure" not in pressed[-1]
    assert nora.client.get(f"/manage/head.pdf?team={people.front_desk}").status_code == 404
