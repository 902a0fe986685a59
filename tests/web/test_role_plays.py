"""Scenarios as cards for two people and an observer: what is on them, what is missing, three sheets of paper."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms.clock import utc_now
from lms.content.actions import set_hidden
from lms.content.course import Course, Play
from lms.content.publishing import publish_folder
from lms.content.reading.behaviours import read_behaviours
from lms.content.reading.compiling import compile_file
from lms.jobs.rendering import Press
from lms.settings import ROOT, Settings
from lms.store import writing
from lms.web.role_plays import RolePlay, printed, role_play_of
from tests.support import cast
from tests.support.browser import Browser
from tests.support.builders import a_course
from tests.support.cast import Cast
from tests.support.folders import write_course
from tests.support.plays import CALL

BEHAVIOURS = """# Behaviours

## Acknowledge first {#ack}

Says what went wrong.

- 0: Straight to process.
- 1: The problem, not its effect.
- 2: Both, before anything else.

## Own it {#own}

Says what I will do.
"""
PLAYS = sorted(path for path in (ROOT / "courses").glob("*/*.md") if "kind: scenario" in path.read_text())


@pytest.fixture
def courses(app: Flask, engine: Engine, people: Cast, now: datetime) -> Path:
    """A course with a whole scenario, and one whose author wrote no cards."""
    settings: Settings = app.config["SETTINGS"]
    settings.courses_folder.joinpath("behaviours.md").write_text(BEHAVIOURS + "## E {#explore}\n\n## C {#close}\n")
    bare = CALL[: CALL.index("## The customer's card")].replace("The second call", "Bare").replace("{#", "{#b-")
    bare = bare.replace("](#", "](#b-").replace("kind: scenario", "kind: scenario\nbehaviours: ack, own")
    write_course(settings.courses_folder, {"03-second-call.md": CALL, "04-bare.md": bare})
    publish_folder(engine, settings.courses_folder, now=lambda: now)
    return settings.courses_folder


def browser(app: Flask, session: Session, person_id: int) -> Browser:
    return Browser(app, cast.sign_in(session, person_id, utc_now()))


def card(page: str, which: str) -> str:
    return page.split(f'aria-labelledby="{which}-card"')[1].split("</section>", 1)[0]


def test_each_card_says_what_its_player_may_know(
    app: Flask, session: Session, people: Cast, courses: Path
) -> None:
    page = browser(app, session, people.tom).get("/teach/courses/bees/second-call/cards").text
    customer, agent, observer = (card(page, which) for which in ("customer", "agent", "observer"))
    assert "The secret is your rent" in customer and "Get me your manager" in customer
    assert "You may credit [credit limit]" in agent and "rent" not in agent
    assert "Count the sentences with I" in observer and "rent" not in observer
    assert "I have it now" not in page, "no card offers sentences to choose from"
    assert "paper=a4" in page and "paper=letter" in page


def test_cards_nobody_wrote_are_said_to_be_missing_and_how_to_write_them(
    app: Flask, session: Session, people: Cast, courses: Path
) -> None:
    page = browser(app, session, people.tom).get("/teach/courses/bees/bare/cards").text
    assert "{.customer-card}" in card(page, "customer") and "Get me your manager" in card(page, "customer")
    observer = card(page, "observer")
    assert "{.observer-card}" in observer and "Acknowledge first" in observer
    assert "Both, before anything else." in observer and "Says what I will do." in observer


def test_without_a_behaviours_file_their_ids_stand_for_them(
    app: Flask, session: Session, people: Cast, courses: Path
) -> None:
    (courses / "behaviours.md").unlink()
    observer = card(browser(app, session, people.tom).get("/teach/courses/bees/bare/cards").text, "observer")
    assert ">ack</p>" in observer and ">own</p>" in observer


def test_a_lesson_has_no_cards_and_neither_has_what_is_not_there(
    app: Flask, session: Session, people: Cast, courses: Path
) -> None:
    tom, mia = browser(app, session, people.tom), browser(app, session, people.mia)
    for path in ("wings", "nothing"):
        tom.get(f"/teach/courses/bees/{path}/cards", 404)
        tom.get(f"/teach/courses/bees/{path}/cards.pdf", 404)
        mia.get(f"/manage/role-plays/bees/{path}.pdf", 404)


def test_managers_find_the_role_plays_of_courses_that_are_shown(
    app: Flask, session: Session, people: Cast, courses: Path
) -> None:
    page = browser(app, session, people.mia).get("/manage/role-plays").text
    assert "/manage/role-plays/bees/second-call.pdf" in page and "/manage/role-plays/bees/bare.pdf" in page


def test_managers_do_not_find_those_of_hidden_courses(
    app: Flask, session: Session, people: Cast, courses: Path
) -> None:
    with writing(session):
        set_hidden(session, "bees", is_hidden=True)
    mia = browser(app, session, people.mia)
    assert "No course has a scenario yet" in mia.get("/manage/role-plays").text
    mia.get("/manage/role-plays/bees/second-call.pdf", 404)


def test_the_pdf_is_named_after_the_scenario(app: Flask, session: Session, people: Cast, courses: Path) -> None:
    answer = browser(app, session, people.tom).get("/teach/courses/bees/second-call/cards.pdf?paper=letter")
    assert answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF")
    assert "The second call.pdf" in answer.headers["Content-Disposition"]


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    """A warm press."""
    held = Press()
    held.start()
    yield held
    held.stop()


def text_of(pdf: bytes, folder: Path) -> list[str]:
    """Return the text of each page; the paper must be the one that was asked for."""
    path = folder / "cards.pdf"
    path.write_bytes(pdf)
    words = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    return words.stdout.split("\f")[:-1]


def size_of(pdf: bytes, folder: Path) -> str:
    path = folder / "cards.pdf"
    path.write_bytes(pdf)
    told = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
    found = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", told)
    assert found is not None
    return f"{float(found[1]):.0f} x {float(found[2]):.0f}"


def cards_of(app: Flask, course: Course, play: Play) -> RolePlay:
    with app.test_request_context("/teach/"):
        return role_play_of(course, play)


@pytest.mark.parametrize(("paper", "size"), [("a4", "595 x 842"), ("letter", "612 x 792")])
@pytest.mark.parametrize("path", PLAYS, ids=lambda path: path.stem)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_of_our_scenarios_fits_on_three_sheets(
    app: Flask, press: Press, tmp_path: Path, path: Path, paper: str, size: str
) -> None:
    compiled = compile_file(f"{path.parent.name}/{path.name}", path.read_text())
    assert isinstance(compiled.activity, Play)
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"courses_folder": ROOT / "courses"})
    whole = compiled.activity
    bare = replace(whole, scenario=replace(whole.scenario, customer_card_html="", observer_card_html=""))
    for play, observed in ((whole, "Promise properly"), (bare, "these are the behaviours")):
        cards = cards_of(app, a_course("bees", play), play)
        assert cards.is_whole is (play is whole)
        with app.test_request_context("/teach/"):
            pdf = press.render(printed(cards, paper).encode())
        pages = text_of(pdf, tmp_path)
        assert len(pages) == 3, [page[:80] for page in pages]
        assert observed in pages[2] and size_of(pdf, tmp_path) == size
        assert "This is all you know" in pages[1] and "How it begins".upper() in pages[0].upper()


def test_the_behaviours_are_read_with_their_anchors() -> None:
    found = read_behaviours((ROOT / "courses/behaviours.md").read_text())
    assert len(found) == 16 and all(len(each.anchors) == 3 for each in found.values())
    assert found["ack"].name == "Acknowledge first" and "fits in a breath" in found["ack"].html
    assert found["ack"].anchors[2].startswith("Problem and effect")
    assert read_behaviours("## No id\n\nText.\n") == {}
    assert read_behaviours("## One {#one}\n\n- 0: No.\n- 2: Yes.\n")["one"].anchors == ()
