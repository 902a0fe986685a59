"""The marking queue: a trainer's own courses only, names kept back until marked, nobody overwrites anybody."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.content import trainer_actions
from lms.progress import attempt_actions, queries
from lms.store import writing
from tests.support import world
from tests.support.browser import Browser
from tests.support.builders import a_course, a_quiz, an_open
from tests.support.shelf import shelve
from tests.support.world import ANSWER, World

pytestmark = pytest.mark.usefixtures("clock")

YES = {"verdict-criterion-1": "2", "verdict-criterion-2": "1"}


@pytest.fixture
def bees(app: Flask, session: Session, now: datetime) -> World:
    """Lena's letter waits to be read; Otto holds the trainer's role as Tom does."""
    return world.with_two_trainers(session, now)


def test_the_writer_is_named_once_it_is_marked_and_the_mark_reaches_her(
    app: Flask, session: Session, bees: World
) -> None:
    tom, lena = Browser(app, bees.tokens["tom"]), Browser(app, bees.tokens["lena"])
    at = f"/teach/marking/{bees.unread}/letter"
    assert "Read the answer that waits" in tom.get("/teach/").text
    queue, page = tom.get("/teach/marking"), tom.get(at)
    assert at in queue.text and ANSWER in page.text
    assert "Lena" not in queue.text and "Lena" not in page.text
    handed_in = lena.get(f"/learn/attempts/{bees.unread}/review").text
    assert "0 of 2 questions marked; one is yours to check. Your trainer reads another." in " ".join(
        handed_in.split()
    )
    lena.post(f"/learn/attempts/{bees.unread}/answers/diary/check", {"met": ["criterion-1", "criterion-2"]})
    assert "1 of 2 questions marked; your trainer reads the last one." in lena.get(
        f"/learn/attempts/{bees.unread}/review"
    ).text.replace("\n", " ")
    assert "letters" in lena.get("/learn/courses/bees").text
    assert "your trainer reads it" in lena.get("/learn/courses/bees").text
    done = tom.post(at, {**YES, "words": "The plum is <b>good</b>.", "seen": "0"})
    assert done.location == "/teach/marking"
    after = tom.get("/teach/marking").text
    assert "Nothing waits to be read" in after and "Lena Brandt: 75%" in after
    assert "Lena Brandt" in tom.get(at).text
    review = lena.get(f"/learn/attempts/{bees.unread}/review").text
    assert "87%" in review and "The plum is &lt;b&gt;good&lt;/b&gt;." in review and "by your own mark" in review
    kept = queries.find_attempt(session, bees.unread, bees.cast.lena)
    assert kept and kept.mark == 0.875 and kept.passed


def test_who_wrote_two_answers_is_told_when_both_are_marked(
    app: Flask, session: Session, bees: World, now: datetime
) -> None:
    course = shelve(session, a_course("notes", a_quiz("two", an_open("one"), an_open("other"))), now)
    with writing(session):
        begun = attempt_actions.start_attempt(session, bees.cast.otto, course, "two", now, 7).attempt_id
        assert begun
        for question_id in ("one", "other"):
            attempt_actions.save_answer(session, begun, bees.cast.otto, question_id, {"text": "Plums."}, now)
        attempt_actions.submit_attempt(session, begun, bees.cast.otto, now)
    tom, name = Browser(app, bees.tokens["tom"]), "Otto Lind"
    at = f"/teach/marking/{begun}"
    tom.post(f"{at}/one", {**YES, "seen": "0"})
    for page in (tom.get(f"{at}/other"), tom.get(f"{at}/one"), tom.get("/teach/marking")):
        assert name not in page.text
    tom.post(f"{at}/other", {**YES, "seen": "0"})
    for page in (tom.get("/teach/marking"), tom.get(f"{at}/one"), tom.get(f"{at}/other")):
        assert name in page.text


def test_who_comes_second_is_told_and_keeps_what_she_typed(app: Flask, bees: World) -> None:
    tom, ada = Browser(app, bees.tokens["tom"]), Browser(app, bees.tokens["ada"])
    at = f"/teach/marking/{bees.unread}/letter"
    tom.post(at, {**YES, "words": "From Tom.", "seen": "0"})
    late = ada.post(
        at, {"verdict-criterion-1": "0", "verdict-criterion-2": "0", "words": "From Ada.", "seen": "0"}, 409
    )
    assert "Tom Okafor marked it while you had it open" in late.text and "From Ada." in late.text
    assert 'name="seen" value="1"' in late.text
    ada.post(at, {"verdict-criterion-1": "0", "verdict-criterion-2": "0", "words": "From Ada.", "seen": "1"})
    page = tom.get(at).text
    assert page.index("by Ada") < page.index("by Tom") and "From Tom." in page


def test_a_marking_without_a_verdict_is_sent_back_with_what_was_chosen(app: Flask, bees: World) -> None:
    tom = Browser(app, bees.tokens["tom"])
    at = f"/teach/marking/{bees.unread}/letter"
    for form in (
        {"verdict-criterion-1": "2", "words": "Kept."},
        {**YES, "verdict-criterion-2": "3", "words": "Kept."},
        {**YES, "words": "Kept." + "x" * 500},
    ):
        page = tom.post(at, form, 422).text
        assert "Kept." in page and 'value="2" checked' in page and "needs another look" in page
    assert at in tom.get("/teach/marking").text


def test_another_trainers_answers_are_not_there(app: Flask, session: Session, bees: World, now: datetime) -> None:
    with writing(session):
        trainer_actions.name_trainer(session, "bees", bees.cast.tom, now=now, by=None)
    otto = Browser(app, bees.tokens["otto"])
    at = f"/teach/marking/{bees.unread}/letter"
    assert "no open answer waits" in otto.get("/teach/").text
    assert "Nothing waits to be read" in otto.get("/teach/marking").text
    otto.get(at, 404)
    otto.post(at, {**YES, "seen": "0"}, 404)
    Browser(app, bees.tokens["tom"]).get(at)


@pytest.mark.parametrize("question", ["diary", "letter-2", "practice"])
def test_what_is_not_for_a_trainer_to_mark_is_not_there(app: Flask, bees: World, question: str) -> None:
    Browser(app, bees.tokens["tom"]).get(f"/teach/marking/{bees.unread}/{question}", 404)


def test_an_open_answer_in_a_lesson_is_checked_by_her_who_wrote_it(app: Flask, bees: World) -> None:
    lena, at = Browser(app, bees.tokens["lena"]), "/learn/courses/bees/read"
    assert "Text of criterion" not in lena.get(at).text
    lena.post(f"{at}/answers/note", {"response": "One\r\ntwo"})
    page = lena.get(at).text
    assert "One<br>two" in page and "Text of criterion 1" in page and "Mark it so" in page
    lena.post(f"{at}/answers/note/check", {"met": "criterion-1"})
    assert "Partly right: 50%" in lena.get(at).text and "by your own mark" in lena.get(at).text
    lena.post(f"{at}/answers/pick/check", {"met": "right"}, 404)
