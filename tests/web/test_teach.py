"""The trainer's desk: what is wrong, what learners see, keys and huddle notes; for trainers and administrators."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms.content.actions import set_hidden
from lms.content.publishing import publish_folder
from lms.organisation.actions import set_value
from lms.settings import Settings
from lms.store import writing
from tests.support import cast
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.folders import QUIZ, write_course
from tests.support.plays import CALL

LESSON = """---
title: Wings <&>
summary: Four of them.
behaviours: ack
---

## A moment {.moment #now}

> **Caller:** Is it {{ org.colour }}?

- [x] Yes.
    > Feedback to yes.
- [ ] No.
    > Feedback to no.

## In order {.question .order #steps}

Which first?

1. Look
2. Fly

Because.

## Huddle {.trainer}

Ask about the giraffe.
"""
MORE = """
## Pairs {.match #pairs}

Match.

| Who | What |
| --- | --- |
| Bee | Honey |
| Wasp | Sting |

Why.

## Gap {#gap}

A bee has [[four]] wings.

Why.

## How many {#many}

How many legs?

= 6 legs

Why.
"""


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that tests share, so that the same file is compiled once."""
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture
def courses(app: Flask, engine: Engine, people: Cast, compiled: Path, now: datetime) -> Path:
    """The app's courses folder with a published course."""
    settings: Settings = app.config["SETTINGS"]
    names = ("ack", "own", "explore", "close")
    (settings.courses_folder / "behaviours.md").write_text("".join(f"## {name} {{#{name}}}\n" for name in names))
    write_course(settings.courses_folder, {"01-wings.md": LESSON, "02-check.md": QUIZ + MORE})
    publish_folder(engine, settings.courses_folder, now=lambda: now, cache=compiled)
    return settings.courses_folder


def browser(app: Flask, session: Session, person_id: int, now: datetime) -> Browser:
    from lms.clock import utc_now

    return Browser(app, cast.sign_in(session, person_id, utc_now()))


ADDRESSES = [
    "/teach/",
    "/teach/behaviours",
    "/teach/courses/bees",
    "/teach/courses/bees/wings",
    "/teach/courses/bees/check",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_trainers_and_administrators_only(
    app: Flask, session: Session, people: Cast, courses: Path, now: datetime, address: str
) -> None:
    for person_id in (people.tom, people.ada):
        browser(app, session, person_id, now).get(address)
    for person_id in (people.lena, people.otto, people.mia, people.nora):
        browser(app, session, person_id, now).get(address, 404)
    nobody = Browser(app).get(address, 302)
    assert nobody.location.startswith("/sign-in")
    assert browser(app, session, people.tom, now).client.post(address).status_code in (400, 405)


@pytest.mark.parametrize("address", ["/teach/courses/wasps", "/teach/courses/bees/none", "/teach/courses/wasps/a"])
def test_what_does_not_exist_is_404(
    app: Flask, session: Session, people: Cast, courses: Path, now: datetime, address: str
) -> None:
    browser(app, session, people.tom, now).get(address, 404)


def test_the_list_says_what_is_live(
    app: Flask, session: Session, people: Cast, courses: Path, now: datetime
) -> None:
    page = browser(app, session, people.tom, now).get("/teach/").text
    assert "Bees" in page and "Live" in page and "1 lesson, 1 quiz" in page


def test_an_empty_desk_says_how_to_begin(app: Flask, session: Session, people: Cast, now: datetime) -> None:
    assert "There is no course yet" in browser(app, session, people.tom, now).get("/teach/").text


def test_a_broken_course_shows_file_line_column_what_and_cure(
    app: Flask, engine: Engine, session: Session, people: Cast, courses: Path, now: datetime
) -> None:
    (courses / "bees" / "01-wings.md").write_text(LESSON.replace("summary:", "sumary:"))
    publish_folder(engine, courses, now=lambda: now)
    tom = browser(app, session, people.tom, now)
    assert "1 error" in tom.get("/teach/").text
    page = tom.get("/teach/courses/bees").text
    assert "Learners still see release 1" in page
    assert page.index("bees/01-wings.md") < page.index("Outline of release 1")
    assert "“sumary” is not a key of this format." in page and "Did you mean “summary”?" in page
    assert 'data-label="line">3</td>' in page
    assert "giraffe" in tom.get("/teach/courses/bees/wings").text


def test_a_course_that_never_was_good_has_its_page(
    app: Flask, engine: Engine, session: Session, people: Cast, courses: Path, now: datetime
) -> None:
    write_course(courses, {"01-wings.md": "x"}, slug="wasps")
    publish_folder(engine, courses, now=lambda: now)
    page = browser(app, session, people.tom, now).get("/teach/courses/wasps").text
    assert "Learners do not see this course yet" in page and "/learn/" not in page.split("<main", 1)[1]


def test_the_course_page_names_words_that_are_not_set(
    app: Flask, session: Session, people: Cast, courses: Path, now: datetime
) -> None:
    tom = browser(app, session, people.tom, now)
    assert "<code>colour</code>" in tom.get("/teach/courses/bees").text
    assert "Is it [colour]?" in tom.get("/teach/courses/bees/wings").text
    with writing(session):
        set_value(session, "var.colour", "<blue>", now)
    app.extensions["house"].clear()
    assert "<code>colour</code>" not in tom.get("/teach/courses/bees").text.split("Outline")[1]
    assert "Is it &lt;blue&gt;?" in tom.get("/teach/courses/bees/wings").text


def test_a_lesson_shows_its_notes_and_keys(
    app: Flask, session: Session, people: Cast, courses: Path, now: datetime
) -> None:
    page = browser(app, session, people.tom, now).get("/teach/courses/bees/wings").text
    assert "giraffe" in page and "learners never see this" in page
    assert "Feedback to yes." in page and "Feedback to no." in page
    assert page.index("Look") < page.index("Fly") < page.index("Because.")
    assert "Wings &lt;&amp;&gt;" in page


def test_a_quiz_shows_every_question_with_its_key(
    app: Flask, session: Session, people: Cast, courses: Path, now: datetime
) -> None:
    page = browser(app, session, people.tom, now).get("/teach/courses/bees/check").text
    assert "4 questions with their keys" in page
    for text in ("Yes, four.", "<strong>Honey", ">four</strong>", "80%", "as many as wanted"):
        assert text in page, text


def test_the_history_names_who_published(
    app: Flask, engine: Engine, session: Session, people: Cast, courses: Path, now: datetime
) -> None:
    (courses / "bees" / "02-check.md").write_text(QUIZ)
    publish_folder(engine, courses, now=lambda: now, by=people.tom)
    page = browser(app, session, people.ada, now).get("/teach/releases/bees").text
    assert "Tom Okafor" in page and "saved in the folder" in page


def test_a_hidden_course_stays_at_the_desk(
    app: Flask, session: Session, people: Cast, courses: Path, now: datetime
) -> None:
    with writing(session):
        set_hidden(session, "bees", is_hidden=True)
    tom = browser(app, session, people.tom, now)
    assert "Hidden" in tom.get("/teach/").text
    page = tom.get("/teach/courses/bees/wings").text
    assert "giraffe" in page and "See it as a learner" not in page


def test_a_scenario_shows_what_lies_behind_its_choices(
    app: Flask, engine: Engine, session: Session, people: Cast, courses: Path, now: datetime
) -> None:
    with writing(session):
        set_value(session, "var.credit_limit", "80 euro", now)
    write_course(courses, {"01-wings.md": LESSON, "03-second-call.md": CALL})
    publish_folder(engine, courses, now=lambda: now)
    tom = browser(app, session, people.tom, now)
    assert "1 scenario" in tom.get("/teach/").text and "Scenario · 4 min" in tom.get("/teach/courses/bees").text
    page = tom.get("/teach/courses/bees/second-call").text
    for words in ("heat −1", "trust +1", "shows ack, own", "misses ack", "critical", "trust ≥ 3",
                  "Drawn by chance", "Now she has to push", "Play it in threes", "I book 80 euro now",
                  "Lost", "a heat of at most 2"):  # fmt: skip
        assert words in page, words


def test_a_learner_sees_of_a_scenario_what_stands_before_its_first_choice(
    app: Flask, engine: Engine, session: Session, people: Cast, courses: Path, now: datetime
) -> None:
    write_course(courses, {"01-wings.md": LESSON, "03-second-call.md": CALL})
    publish_folder(engine, courses, now=lambda: now)
    page = browser(app, session, people.lena, now).get("/learn/courses/bees/second-call").text
    assert "What you know before it begins" in page and "It happens on the telephone" in page
    for hidden in ("Get me your manager", "Play it in threes", "The secret", "reference", "Count the sentences"):
        assert hidden not in page, hidden


def test_the_gaps_between_teaching_and_looking_are_named(
    app: Flask, session: Session, people: Cast, courses: Path, now: datetime
) -> None:
    page = browser(app, session, people.tom, now).get("/teach/behaviours").text
    assert "No lesson teaches: own, explore, close." in " ".join(page.split())
    assert "In one published course of yours" in page
    assert page.count("/teach/courses/bees/wings") == 2  # taught there, and asked for


def test_without_courses_it_says_how_behaviours_come_to_be_named(
    app: Flask, session: Session, people: Cast, now: datetime
) -> None:
    assert "No behaviour is named yet" in browser(app, session, people.tom, now).get("/teach/behaviours").text
