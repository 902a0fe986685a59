"""A small published course and browsers of those who learn in it, for tests of the learner's desk."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms.content import memory
from lms.content.publishing import publish_folder
from lms.settings import Settings
from lms.web.extensions import db
from tests.support import cast
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.doors import Clock
from tests.support.folders import write_course

COURSE = """---
title: Bees & <wasps>
summary: What they do all day.
pass: all lessons, quiz 80
---

Welcome to the hive.
"""
LESSON = """---
title: Wings
summary: Four of them.
minutes: 3
behaviours: ack
---

## A moment {.moment #now}

> **Caller:** Is it {{ org.colour }}?

- [x] Yes, it is.
    > Feedback to yes.
- [ ] No, never.
    > Feedback to no.

## Why it works

The zebra explains it: people want an answer.

![Two wings](media/wings.svg)

## On the job {.job-aid #aid}

Say yes first.

## Huddle {.trainer}

Ask about the giraffe.
"""
LAST = "---\ntitle: Stings\nminutes: 2\n---\n\n## Rarely\n\nOnly once.\n"
QUIZ = """---
title: Check
kind: quiz
minutes: 2
pass: 80
shuffle: no
review: {review}
{more}behaviours: ack
---

What you know about wings.

## How many {{#many}}

How many wings?

- [x] Four
    > Yes, four, says the ocelot.
- [ ] Two
    > Close: two pairs.

## The word {{#word}}

Which word?

= hive

A hive it is, says the lynx.
"""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><path d="M0 0h40v20H0z"/></svg>'
HOME = "/learn/courses/bees"
LESSON_AT = f"{HOME}/wings"
QUIZ_AT = f"{HOME}/check"

Enter = Callable[[str], Browser]
Publish = Callable[..., None]


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    """The server's clock, standing at `now`."""
    return Clock(monkeypatch, now)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that tests share, so that the same file is compiled once."""
    return tmp_path_factory.mktemp("learning")


@pytest.fixture
def publish(app: Flask, engine: Engine, people: Cast, compiled: Path, now: datetime) -> Publish:
    """Publish the course, with other files or another `review` and more keys of the quiz."""
    settings: Settings = app.config["SETTINGS"]

    def put(review: str = "after-submit", more: str = "", **files: str) -> None:
        (settings.courses_folder / "behaviours.md").write_text("## Acknowledge first {#ack}\n\nSays it first.\n")
        written: dict[str, str | bytes] = {
            "course.md": COURSE,
            "01-wings.md": LESSON,
            "02-check.md": QUIZ.format(review=review, more=more),
            "03-stings.md": LAST,
            "media/wings.svg": PICTURE,
        }
        write_course(
            settings.courses_folder, written | {name.replace("__", "."): text for name, text in files.items()}
        )
        for result in publish_folder(engine, settings.courses_folder, now=lambda: now, cache=compiled):
            assert not result.is_broken, result.problems
        # The app reads by an engine of its own, and would go on for half a second with what was current before.
        with app.app_context():
            memory.forget(db.session())

    return put


@pytest.fixture
def enter(app: Flask, session: Session, people: Cast, publish: Publish, time: Clock) -> Enter:
    """Open a browser for one of the cast by name, or `nobody`; the course is published."""
    publish()
    return lambda name: (
        Browser(app)
        if name == "nobody"
        else Browser(app, cast.sign_in(session, people.everyone()[name], time.now))
    )


def complete(browser: Browser, *lesson_ids: str) -> None:
    """Answer what stands in these lessons, rightly, and end them."""
    for lesson_id in lesson_ids:
        if lesson_id == "wings":
            browser.post(f"{LESSON_AT}/answers/now", {"response": option(browser.get(LESSON_AT).text, "Yes")})
        browser.post(f"{HOME}/{lesson_id}/done")


def pass_quiz(browser: Browser) -> str:
    """Take the quiz with right answers; returns the review's address."""
    attempt = browser.post(f"{QUIZ_AT}/attempts").location
    page = browser.get(f"{attempt}?q=1").text + browser.get(f"{attempt}?q=2").text
    browser.post(f"{attempt}/answers/many", {"response": option(page, "Four")})
    browser.post(f"{attempt}/answers/word", {"response": "Hive"})
    return browser.post(f"{attempt}/submit").location


def option(page: str, words: str) -> str:
    """Return the value of the choice whose label holds these words."""
    found = re.search(rf'value="([^"]+)"[^>]*>\s*<span>(?:(?!</span>).)*{words}', page, re.DOTALL)
    assert found, page
    return found[1]
