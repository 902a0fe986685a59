"""The learner's desk: who may open what, home and courses, what completes a course and what is said of it."""

import re
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from lms.content import queries as content
from lms.content.actions import set_hidden
from lms.plans.assignment_actions import assign_course
from lms.progress.tables import Enrolment
from lms.store import writing
from tests.support import cast
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.doors import Clock
from tests.support.learning import (
    HOME,
    LESSON_AT,
    QUIZ_AT,
    Enter,
    compiled,
    complete,
    enter,
    pass_quiz,
    publish,
    time,
)

__all__ = ["compiled", "enter", "publish", "time"]
ADDRESSES = [
    "/learn/",
    "/learn/courses",
    HOME,
    LESSON_AT,
    QUIZ_AT,
    f"{LESSON_AT}?print=job-aid",
    "/learn/search?q=zebra",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_everybody_who_is_signed_in_may_learn(enter: Enter, address: str) -> None:
    for name in ("lena", "tom", "mia", "ada", "otto"):
        enter(name).get(address)
    refusal = enter("nobody").get(address, 302)
    assert refusal.location.startswith("/sign-in?next=")


@pytest.mark.parametrize(
    "address", [f"{HOME}/none", "/learn/courses/none", "/learn/courses/none/wings", "/learn/attempts/1",
                "/learn/attempts/1/review", "/learn/attempts/99999999999999999999", "/learn/none"],
)  # fmt: skip
def test_what_does_not_exist_is_404(enter: Enter, address: str) -> None:
    enter("lena").get(address, 404)


@pytest.mark.parametrize(
    "address",
    [f"{LESSON_AT}/place", f"{LESSON_AT}/done", f"{LESSON_AT}/answers/now", f"{QUIZ_AT}/attempts",
     "/learn/attempts/1/answers/many", "/learn/attempts/1/submit"],
)  # fmt: skip
def test_what_changes_something_is_posted(enter: Enter, address: str) -> None:
    enter("lena").get(address, 405)
    assert enter("nobody").client.post(address).status_code == 400
    enter("nobody").post(address, status=303)


@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_are_not_posted_to(enter: Enter, address: str) -> None:
    enter("lena").post(address.split("?", maxsplit=1)[0], status=405)


def test_looking_changes_nothing(enter: Enter, session: Session) -> None:
    lena = enter("lena")
    for address in ADDRESSES:
        lena.get(address)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_home_without_courses_says_what_comes(app: Flask, session: Session, people: Cast, now: datetime) -> None:
    page = Browser(app, cast.sign_in(session, people.lena, now)).get("/learn/").text
    assert "No courses yet" in page and "Hello, Lena" in page


def test_home_names_the_one_next_thing(enter: Enter) -> None:
    lena = enter("lena")
    assert "It begins with “Wings”" in lena.get("/learn/").text
    started = lena.post(f"{HOME}/start")
    assert started.location == LESSON_AT
    assert "Begin<" in _next(lena) and 'href="/learn/courses/bees/wings"' in _next(lena)
    lena.post(f"{LESSON_AT}/place", {"place": "at-why-it-works"}, status=204)
    assert "Carry on" in _next(lena) and "About 2 of 3 minutes left" in _next(lena)
    assert "wings#at-why-it-works" in _next(lena)


def test_an_open_attempt_comes_first(enter: Enter) -> None:
    lena = enter("lena")
    lena.post(f"{LESSON_AT}/place", {"place": ""}, status=204)
    attempt = lena.post(f"{QUIZ_AT}/attempts").location
    assert f'href="{attempt}"' in _next(lena) and "your answers are saved" in _next(lena)


@pytest.mark.parametrize(
    ("days", "words"),
    [(-3, "Was due on 13 November"), (0, "Due today"), (1, "Due tomorrow"), (4, "Due on Friday"),
     (30, "Due on 16 December"), (60, "Due on 15 January 2027")],
)  # fmt: skip
def test_due_dates_are_said_in_words(
    enter: Enter, session: Session, people: Cast, now: datetime, days: int, words: str
) -> None:
    lena = enter("lena")
    due = date(2026, 11, 16) + timedelta(days=days)
    with writing(session):
        course = content.find_course(session, "bees")
        assert course
        assign_course(session, course, due, people.mia, now, person_ids=[people.lena])
    assert words in lena.get("/learn/").text
    assert words in lena.get(HOME).text


def test_a_course_says_what_completes_it_and_what_is_left(enter: Enter) -> None:
    lena = enter("lena")
    page = lena.get(HOME).text
    assert "Bees &amp; &lt;wasps&gt;" in page and "Every lesson is done" in page
    assert "Every quiz is passed with 80% or more" in page and "Begin" in page
    complete(lena, "wings", "stings")
    assert "2 of 3 done: quiz left, about 2 minutes" in lena.get(HOME).text


def test_a_finished_course_has_its_moment_and_its_certificate(enter: Enter) -> None:
    lena = enter("lena")
    complete(lena, "wings")
    pass_quiz(lena)
    last = lena.post(f"{HOME}/stings/done")
    assert last.location == f"{HOME}?finished=1"
    page = lena.get(last.location).text
    assert "You have finished this course." in page
    serial = re.search(r'href="(/learn/certificates/[^"]+)"', page)
    assert serial
    later = lena.get(HOME).text
    assert "Finished on 16 November 2026" in later and serial[1] in later
    assert serial[1] in lena.get("/learn/").text
    assert lena.post(f"{HOME}/stings/done").location == HOME


def test_a_hidden_course_is_gone_with_its_lessons(enter: Enter, session: Session, time: Clock) -> None:
    lena = enter("lena")
    with writing(session):
        set_hidden(session, "bees", is_hidden=True)
    for address in (HOME, LESSON_AT, QUIZ_AT):
        lena.get(address, 404)
    assert "Bees" not in lena.get("/learn/courses").text


def test_a_lesson_takes_few_queries(enter: Enter, long_memory: None) -> None:
    lena = enter("lena")
    complete(lena, "wings")
    lena.get(LESSON_AT)
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        lena.get(LESSON_AT)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    selects = [statement for statement in asked if statement.lstrip().upper().startswith("SELECT")]
    # Three for the lesson, one for her plans, one for whom she may ask to be a buddy.
    assert len(selects) <= 5, selects


def _next(browser: Browser) -> str:
    page = browser.get("/learn/").text
    return page[page.index('class="next"') : page.index("</section>", page.index('class="next"'))]
