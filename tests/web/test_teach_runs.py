"""The page about a scenario's runs: what is hidden, how many took which way, the reply that costs most."""

import re
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms.clock import utc_now
from lms.content.course import Course, Play
from tests.support import cast
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast
from tests.support.crowds import newcomers
from tests.support.databases import selects_of
from tests.support.plays import a_play
from tests.support.runs_played import Played, write_runs
from tests.support.shelf import shelve
from tests.test_analytics_plays import LOST, RUNS, WARM

PAGE = "/teach/courses/bees/second-call/runs"


@pytest.fixture
def course(session: Session, people: Cast, now: datetime) -> Course:
    return shelve(session, a_course("bees", a_lesson("read"), a_play()), now)


def play(session: Session, course: Course, runs: list[list[Played]], now: datetime) -> None:
    activity = course.activity("second-call")
    assert isinstance(activity, Play)
    write_runs(session, course, activity, newcomers(session, len(runs), now), runs, now)


def seen(app: Flask, session: Session, person_id: int) -> str:
    text = Browser(app, cast.sign_in(session, person_id, utc_now())).get(PAGE).text
    return re.sub(r"\s+", " ", text)


def test_what_runs_tell(app: Flask, session: Session, people: Cast, course: Course, now: datetime) -> None:
    play(session, course, RUNS, now)
    page = seen(app, session, people.tom)
    assert "24 people have played it to an ending. Passed at the first go: 31–69%, here 50%." in page
    costly = page.split('id="costly"')[1].split("</section>", 1)[0]
    assert "A manager would tell you the very same." in costly and "Twice for our mistake" not in costly
    assert "ended with 25% on average, those with another reply here with 89% (n = 10 and 14)" in costly
    assert "100% of them did not pass, against 14%: 48 to 96 points more." in costly and "not sure" not in costly
    assert "62% on average; 12 of 24 reached 70% or more." in page
    assert "12 of 24 ended at a heat of 2 or below." in page
    angry = page.split('id="replies-angry"')[1].split("</table>", 1)[0]
    assert "24 people came here" in angry and "31–69%, here 50% · n 12" in angry and "100% of 6" in angry


def test_people_are_counted_on_the_map(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    play(session, course, RUNS, now)
    page = seen(app, session, people.tom)
    drawn = page.split('class="path-map__picture"')[1].split("</svg>", 1)[0]
    assert re.findall(r'class="port__people"[^>]*>([^<]+)<', drawn).count("n 12") == 2
    assert "n 10" in drawn and ">–<" in drawn, "nobody came to the colleague"
    assert 'href="/teach/courses/bees/second-call#moment-angry"' in drawn
    assert "how many people said it where they first came there" in page


def test_below_five_people_nothing_is_shown(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    play(session, course, [[WARM, LOST]] * 4, now)
    page = seen(app, session, people.tom)
    assert "shown from five first runs on" in page and "Nothing to show yet" in page
    assert "How it ended" not in page and "port__people" not in page and "4 people" not in page


def test_below_ten_they_are_too_few_to_judge(
    app: Flask, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    play(session, course, [[WARM]] * 5 + [[LOST]] * 3, now)
    page = seen(app, session, people.tom)
    assert "8 people have played it to an ending. 8 runs, too few to judge." in page
    costly = page.split('id="costly"')[1].split("</section>", 1)[0]
    assert "8 runs, too few to judge." in costly
    assert "8 people came here, too few to judge" in page
    assert "fewer than five people came here" in page, "three came to the shouting"


def test_as_many_queries_for_two_hundred_runs_as_for_none(
    app: Flask, engine: Engine, session: Session, people: Cast, course: Course, now: datetime, long_memory: None
) -> None:
    counts = []
    for runs in ([], [[WARM, LOST]] * 200):
        play(session, course, runs, now)
        seen(app, session, people.tom)
        with selects_of(engine) as asked:
            seen(app, session, people.tom)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_lesson_has_no_runs(app: Flask, session: Session, people: Cast, course: Course) -> None:
    tom = Browser(app, cast.sign_in(session, people.tom, utc_now()))
    tom.get("/teach/courses/bees/read/runs", 404)
    tom.get("/teach/courses/bees/nothing/runs", 404)
