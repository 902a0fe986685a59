"""The sheets of huddles: out of a lesson, on a screen and on one page; noted for teams in sight only."""

import re
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lms.accounts.tables import RoleGrant
from lms.audit.tables import AuditEntry
from lms.content.course import Lesson
from lms.content.publishing import publish_folder
from lms.content.reading.compiling import compile_file
from lms.jobs.rendering import Press
from lms.practice.huddles.queries import huddles_of
from lms.settings import ROOT
from lms.store import writing
from lms.web.extensions import db
from lms.web.huddle_sheets import huddle_sheet, printed
from tests.support import cast
from tests.support.browser import Browser
from tests.support.builders import a_course
from tests.support.cast import Cast
from tests.support.databases import selects_of
from tests.support.folders import write_course

pytestmark = pytest.mark.usefixtures("clock")
LESSON = """---
title: Wings
summary: Count before you speak.
minutes: 3
behaviours: ack
---

## A moment {.moment #wings-moment}

A bee stands at the counter. What do you say first?

- [x] Four wings, and one is torn.
    > You saw it.
- [ ] Have you got your number?
    > A form.

## Badly {.see .poor}

> **Customer:** It is torn.
>
> **Tariq:** Which form?

## Well {.see .good}

> **Tariq:** One wing is torn, and you flew here.

## My plan {.commit}

- If something is torn, then I say so first.

## For the huddle {.trainer}

**Ten minutes. Bring a torn thing.**

1. **One minute.** Read the bad version aloud.
"""


@pytest.fixture
def sheets(app: Flask, engine: Engine, people: Cast, now: datetime) -> Path:
    """A course with a lesson that has notes for a huddle, and one that has none."""
    courses: Path = app.config["SETTINGS"].courses_folder
    plain = "---\ntitle: Legs\nminutes: 3\n---\n\n## How many\n\nSix.\n"
    write_course(courses, {"01-wings.md": LESSON, "02-legs.md": plain})
    publish_folder(engine, courses, now=lambda: now)
    return courses


@pytest.fixture
def press() -> Iterator[Press]:
    """A warm press."""
    held = Press()
    held.start()
    yield held
    held.stop()


def came(people: Cast, **more: str) -> dict[str, object]:
    return {
        "team": str(people.front_desk),
        "day": "2026-11-16",
        "minutes": "12",
        "came": [str(people.lena)],
        **more,
    }


def test_a_sheet_is_made_of_the_lesson_and_keeps_its_key(sheets: Path, mia: Browser) -> None:
    page = mia.get("/manage/huddles/bees/wings").text
    for said in (
        "Count before you speak.",
        "What do you say first?",
        "Which form?",
        "you flew here",
        "If something",
    ):
        assert said in page
    assert "Bring a torn thing." in page
    assert "Four wings, and one is torn." not in page
    mia.get("/manage/huddles/bees/legs", 404)
    mia.get("/manage/huddles/bees/nothing", 404)


def test_a_huddle_is_noted_seen_and_taken_back(
    session: Session, people: Cast, sheets: Path, mia: Browser, now: datetime
) -> None:
    assert "No huddle is noted yet" in mia.get("/manage/huddles").text
    mia.post("/manage/huddles/bees/wings", came(people))
    mia.post("/manage/huddles/bees/wings", came(people))
    page = mia.get("/manage/huddles").text
    assert "12 minutes in 1 huddle" in page
    assert "1 person there" in page
    assert "noted by Mia Sørensen" in page
    (line,) = huddles_of(session, people.front_desk, now.date())
    mia.post(f"/manage/huddles/noted/{line.id}/withdraw")
    assert "No huddle is noted yet" in mia.get("/manage/huddles").text
    session.rollback()
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["huddle.note", "huddle.note", "huddle.withdraw"]


def test_what_is_filled_in_wrongly_comes_back(people: Cast, sheets: Path, mia: Browser) -> None:
    wrong = came(people, day="2026-11-17", minutes="none") | {"came": [str(people.otto)]}
    page = mia.post("/manage/huddles/bees/wings", wrong, 422).text
    assert "Tick who was there." in page
    assert "today at the latest" in page
    assert "from 1 to 240" in page


def test_other_teams_do_not_exist(app: Flask, session: Session, people: Cast, sheets: Path, now: datetime) -> None:
    nora = Browser(app, cast.sign_in(session, people.nora, now))
    mia = Browser(app, cast.sign_in(session, people.mia, now))
    mia.post("/manage/huddles/bees/wings", came(people))
    (line,) = huddles_of(session, people.front_desk, now.date())
    nora.get(f"/manage/huddles?team={people.front_desk}", 404)
    nora.post("/manage/huddles/bees/wings", came(people), 404)
    nora.post(f"/manage/huddles/noted/{line.id}/withdraw")
    session.rollback()
    assert huddles_of(session, people.front_desk, now.date())
    assert "Front desk" not in nora.get("/manage/huddles").text


def test_a_team_that_was_lost_is_out_of_sight_at_once(
    session: Session, people: Cast, sheets: Path, mia: Browser, now: datetime
) -> None:
    mia.post("/manage/huddles/bees/wings", came(people))
    with writing(session):
        session.scalars(select(RoleGrant).where(RoleGrant.person_id == people.mia)).one().team_id = people.kitchen
    mia.get(f"/manage/huddles?team={people.front_desk}", 404)
    assert "noted by" not in mia.get("/manage/huddles").text


def test_the_page_asks_as_often_however_many_there_are(
    app: Flask, engine: Engine, session: Session, people: Cast, sheets: Path, now: datetime
) -> None:
    lead = Browser(app, cast.sign_in(session, people.max, now))

    def queries_of(address: str) -> int:
        # What a process remembers for half a second a slow machine asks for again: the fewest of three count.
        found = []
        for _time in range(3):
            with app.app_context(), selects_of(db.engine) as asked:
                lead.get(address)
            found.append(len(asked))
        return min(found)

    few = queries_of("/manage/huddles")
    for day in ("2026-11-02", "2026-11-09", "2026-11-16"):
        lead.post("/manage/huddles/bees/wings", came(people, day=day))
    assert queries_of(f"/manage/huddles?team={people.front_desk}") <= few + 1


def test_a_trainer_prints_the_sheet_of_a_lesson_of_hers(
    app: Flask, session: Session, people: Cast, sheets: Path, now: datetime
) -> None:
    ada = Browser(app, cast.sign_in(session, people.ada, now))
    assert "/teach/courses/bees/wings/huddle.pdf" in ada.get("/teach/courses/bees/wings").text
    assert "huddle.pdf" not in ada.get("/teach/courses/bees/legs").text
    ada.get("/teach/courses/bees/legs/huddle.pdf", 404)


def _lessons(folder: Path) -> list[Path]:
    """Return the lessons and policies of this course that have notes for a huddle."""
    texts = {path: path.read_text("utf-8") for path in folder.glob("*.md")}
    return [
        path for path, text in texts.items() if "{.trainer}" in text and not re.search(r"^kind: [^p]", text, re.M)
    ]


# The longest of each course: what fits there fits everywhere.
LONGEST = [
    max(lessons, key=lambda path: path.stat().st_size)
    for folder in sorted((ROOT / "courses").iterdir())
    if folder.is_dir() and (lessons := _lessons(folder))
]


@pytest.mark.parametrize("path", LONGEST, ids=lambda path: path.stem)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_longest_sheets_fit_on_one_page(app: Flask, press: Press, tmp_path: Path, path: Path) -> None:
    lesson = compile_file(f"{path.parent.name}/{path.name}", path.read_text("utf-8")).activity
    assert isinstance(lesson, Lesson)
    for paper in ("a4", "letter"):
        with app.test_request_context("/teach/"):
            pdf = press.render(printed(huddle_sheet(a_course("bees", lesson), lesson), paper).encode())
        file = tmp_path / "huddle.pdf"
        file.write_bytes(pdf)
        told = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=True).stdout
        assert re.search(r"Pages:\s+1\n", told), f"{paper}: {told}"
