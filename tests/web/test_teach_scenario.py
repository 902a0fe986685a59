"""The trainer's page of a scenario: its map as a picture and as a table, its script, broken ones as well."""

import re
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms.clock import utc_now
from lms.content.publishing import publish_folder
from lms.scenario.scenario import Scenario
from lms.settings import Settings
from lms.web.teach.scenario_pages import map_part
from tests.support import cast
from tests.support.browser import Browser, check_page
from tests.support.cast import Cast
from tests.support.folders import write_course
from tests.support.graphs import scenario_of
from tests.support.plays import CALL


@pytest.fixture
def page(app: Flask, engine: Engine, session: Session, people: Cast, now: datetime) -> str:
    """The page of the small scenario as its trainer sees it."""
    settings: Settings = app.config["SETTINGS"]
    write_course(settings.courses_folder, {"03-second-call.md": CALL})
    publish_folder(engine, settings.courses_folder, now=lambda: now)
    tom = Browser(app, cast.sign_in(session, people.tom, utc_now()))
    return tom.get("/teach/courses/bees/second-call").text


def picture(text: str) -> str:
    return text[text.index('<svg class="path-map__picture"') :].split("</svg>", 1)[0]


def test_every_moment_is_a_box_that_leads_to_its_place_in_the_script(page: str) -> None:
    goals = re.findall(r'<a class="map-box[^>]*href="#([^"]+)"', picture(page))
    assert sorted(goals) == sorted(
        f"moment-{key}"
        for key in ("angry", "shouting", "lift", "colleague", "crackle", "calm", "warm", "tired", "gone")
    )
    assert all(f'id="{goal}"' in page for goal in goals)
    assert "<title" in picture(page) and "6 moments, 3 endings." in picture(page)


def test_choices_are_numbered_with_what_they_change_and_critical_ones_are_marked(page: str) -> None:
    drawn = picture(page)
    assert drawn.count('class="port__number') == 12 and drawn.count("port--critical") == 1
    assert "heat −1" in drawn and "effort +1" in drawn
    assert "Drawn by chance" in drawn and drawn.count("way--chance") >= 2
    assert drawn.count("port--conditional") == 1
    legend = page.split('class="map-legend"')[1].split("</ul>", 1)[0]
    assert "critical: fails the run" in legend and "drawn by chance" in legend and "condition holds" in legend
    assert "leads back" not in legend and "Nobody comes here" not in legend


def test_the_table_says_the_same_as_the_picture(page: str) -> None:
    table = page.split('class="map-table"')[1].split("</table>", 1)[0]
    rows = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in table.split("</tr>")]
    first = "1. Twice for our mistake. I have it now. heat −1, trust +1 Somebody comes in"
    assert f"She wants your manager Starts here {first}" in rows
    assert "2. A manager would tell you the very same. ◆ critical heat +1, trust −1 She shouts" in rows
    assert "Somebody comes in Drawn by chance A colleague waves" in rows
    assert "She thanks you Solved" in rows
    assert any("only with trust ≥ 3" in row for row in rows)


def rendered(app: Flask, scenario: Scenario) -> str:
    """Return the map alone as the editor shows that of an unsaved text, held to the rules of a page."""
    source = (
        '{% from "parts/path_map.html" import map_words, path_map %}<!doctype html><html><head>'
        "<title>T</title></head>"
        "<body><h1>T</h1><p>{{ map_words(map) }}</p>{{ path_map(map, title) }}</body></html>"
    )
    with app.test_request_context("/teach/"):
        text = app.jinja_env.from_string(source).render(map=map_part(scenario), title="Half <written>")
    check_page(text, "a map")
    return text


def test_a_broken_scenario_is_drawn_and_says_what_is_wrong_in_words(app: Flask) -> None:
    text = rendered(
        app,
        scenario_of(
            {"open": ["nowhere", "trap"], "trap": ["trap"], "lonely": ["end"], "end": None},
            trap={"is_critical": True},
        ),
    )
    assert "No way leads to an ending." in text and "Half &lt;written&gt;" in text
    drawn = picture(text)
    for words in ("No such moment", "No way to an ending", "Nobody comes here", "Round and round"):
        assert words in drawn, words
    assert "no such moment: nowhere" in text.split('class="map-table"')[1]
    assert "mend the link" in text.split('class="map-legend"')[1]


def test_more_than_a_picture_holds_is_a_table_alone(app: Flask) -> None:
    text = rendered(
        app, scenario_of({**{f"m{number}": [f"m{number + 1}"] for number in range(200)}, "m200": None})
    )
    assert "<svg" not in text and "too many moments for one picture" in text
    assert '<details class="path-map__table" open>' in text
