"""Today's questions in the browser: when they come, what is kept, what is never told."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.content import memory
from lms.practice.cards.tables import CardAnswer, CardRow
from lms.store import writing
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.doors import Clock
from tests.support.learning import (
    LESSON_AT,
    QUIZ_AT,
    Enter,
    Publish,
    compiled,
    complete,
    enter,
    option,
    pass_quiz,
    publish,
    time,
)

__all__ = ["compiled", "enter", "publish", "time"]
PAGE = "/learn/practice/questions"
REMEMBERING = "/learn/practice/remembering"


@pytest.fixture
def lena(enter: Enter, time: Clock) -> Browser:
    """Lena's browser two days after she read about wings."""
    complete(enter("lena"), "wings")
    time.passes(days=2)
    return enter("lena")


def fields(page: str) -> dict[str, str]:
    """Return the hidden fields of the question's form."""
    form = re.search(r'<form class="card-form".*?</form>', page, re.DOTALL)
    assert form, page
    found = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    found.pop("csrf_token")
    return found


def answer(browser: Browser, words: str = "Yes", sure: str = "fairly", **more: Any) -> str:
    """Answer the question that is asked now with the option of these words; returns where that leads."""
    page = browser.get(PAGE).text
    return browser.post(PAGE, {**fields(page), "response": option(page, words), "sure": sure, **more}).location


def test_before_any_lesson_the_page_says_what_will_come(enter: Enter) -> None:
    page = enter("otto").get(PAGE).text
    assert "Nothing to ask yet" in page and "Two days after a lesson" in page
    assert "Today’s questions" not in enter("otto").get("/learn/").text


def test_two_days_after_its_lesson_a_question_is_one_tap_from_home(enter: Enter, time: Clock) -> None:
    complete(enter("lena"), "wings")
    time.passes(days=1)
    assert "Nothing for today" in enter("lena").get(PAGE).text
    assert "comes tomorrow" in enter("lena").get(PAGE).text
    assert "Today’s questions" not in enter("lena").get("/learn/").text
    time.passes(days=1)
    home = enter("lena").get("/learn/").text
    assert f'href="{PAGE}">Today’s questions</a>' in home
    assert "one short story" in home and "about a minute" in home
    assert "Question 1 of 1 for today" in enter("lena").get(PAGE).text


def test_the_question_holds_nothing_of_its_key(lena: Browser) -> None:
    page = lena.get(PAGE).text
    assert "Is it" in page and "Feedback to" not in page


def test_an_answer_is_told_at_once_and_then_the_day_is_over(lena: Browser) -> None:
    told = lena.get(answer(lena)).text
    assert "Your answer, and right" in told and "Feedback to yes." in told
    # Good twice: the lesson, and this.
    assert "It comes back on Sunday 29 November" in told
    assert "Done" in told and "Next question" not in told
    end = lena.get(PAGE).text
    assert "That is all for today" in end
    assert "Today’s questions" not in lena.get("/learn/").text


def test_a_wrong_answer_comes_back_sooner_and_leads_to_its_lesson(lena: Browser) -> None:
    told = lena.get(answer(lena, "No", "sure")).text
    assert "Feedback to no." in told and "You were sure" in told
    assert "It comes back tomorrow" in told or "It comes back on" in told
    assert f'href="{LESSON_AT}"' in told and "Read it again: Wings" in told


def test_what_was_answered_is_kept_with_how_sure_and_how_long(
    lena: Browser, session: Session, time: Clock, people: Cast
) -> None:
    page = lena.get(PAGE).text
    time.passes(seconds=17)
    lena.post(PAGE, {**fields(page), "response": option(page, "Yes"), "sure": "sure"})
    row = session.scalars(select(CardAnswer)).one()
    assert (row.person_id, row.behaviour_id, row.question_id, row.number) == (people.lena, "ack", "now", 1)
    assert (row.mark, row.confidence, row.seconds, row.grade) == (1.0, "sure", 17, 4)
    assert (row.answered_on, row.retention, row.most_days) == (date(2026, 11, 18), 0.9, 180)
    card = session.scalars(select(CardRow)).one()
    assert (card.learned_on, card.reviewed_on, card.answers) == (date(2026, 11, 16), date(2026, 11, 18), 1)


@pytest.mark.parametrize("shown", ["0", "999999999999999999", "nonsense"])
def test_a_time_that_cannot_be_is_none(lena: Browser, session: Session, shown: str) -> None:
    answer(lena, shown=shown)
    assert 1 <= session.scalars(select(CardAnswer.seconds)).one() <= 60


def test_pressed_twice_or_in_two_tabs_it_is_one_answer(lena: Browser, session: Session) -> None:
    page = lena.get(PAGE).text
    sent = {**fields(page), "sure": "fairly"}
    first = lena.post(PAGE, {**sent, "response": option(page, "Yes")}).location
    second = lena.post(PAGE, {**sent, "response": option(page, "No")}).location
    assert first == second
    assert session.scalars(select(CardAnswer.mark)).all() == [1.0]


def test_half_an_answer_is_asked_for_again_and_nothing_is_kept(lena: Browser, session: Session) -> None:
    page = lena.get(PAGE).text
    sent = {**fields(page), "response": option(page, "Yes"), "sure": "fairly"}
    for missing in ("response", "sure"):
        half = {name: value for name, value in sent.items() if name != missing}
        assert "Choose an answer first" in lena.post(PAGE, half, 422).text
    assert session.scalars(select(CardAnswer)).all() == []


def test_what_is_not_asked_cannot_be_answered(lena: Browser, session: Session) -> None:
    page = lena.get(PAGE).text
    sent = {**fields(page), "response": option(page, "Yes"), "sure": "fairly"}
    for name, values in {
        "card": ("own", ""),
        "number": ("2", "x", "-1", ""),
        "release": ("99", "", "9" * 18),
        "question": ("none", "word", "many"),
    }.items():
        for value in values:
            assert lena.post(PAGE, {**sent, name: value}).location == PAGE
    assert session.scalars(select(CardAnswer)).all() == []


def test_what_no_page_could_send_is_refused(lena: Browser, session: Session) -> None:
    page = lena.get(PAGE).text
    sent = {**fields(page), "response": option(page, "Yes"), "sure": "fairly"}
    for name, value in {"response": "nonsense", "sure": "very", "card": "a" * 200, "shown": "1" * 30}.items():
        lena.post(PAGE, {**sent, name: value}, 400)
    assert session.scalars(select(CardAnswer)).all() == []


def test_a_quiz_that_is_still_to_be_passed_tells_nothing_here(lena: Browser, enter: Enter, time: Clock) -> None:
    """The lesson has one question; the quiz's would be a new story, once it was passed."""
    assert fields(lena.get(PAGE).text)["question"] == "now"
    pass_quiz(lena)
    time.passes(minutes=1)
    # Seen in the quiz a moment ago: the lesson's own is older.
    assert fields(lena.get(PAGE).text)["question"] == "now"
    answer(lena)
    time.passes(days=11)
    lena = enter("lena")
    assert fields(lena.get(PAGE).text)["question"] == "many"
    # An attempt that is under way hides them again.
    lena.post(f"{QUIZ_AT}/attempts")
    assert fields(lena.get(PAGE).text)["question"] == "now"


def test_each_sees_her_own_answers_only(lena: Browser, enter: Enter) -> None:
    address = answer(lena)
    lena.get(address)
    for other in ("otto", "mia", "tom", "ada"):
        enter(other).get(address, 404)
    enter("nobody").get(address, 302)


def test_a_question_that_is_gone_from_its_course_is_still_answered_and_told(
    lena: Browser, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_FRESH_SECONDS", 0)
    page = lena.get(PAGE).text
    lesson = (
        "---\ntitle: Wings\nminutes: 3\nbehaviours: ack\n---\n\n"
        "## Now {.moment #other}\n\nIs it?\n\n- [x] Quite\n- [ ] Not\n"
    )
    publish(**{"01-wings__md": lesson})
    address = lena.post(PAGE, {**fields(page), "response": option(page, "Yes"), "sure": "sure"}).location
    assert "Feedback to yes." in lena.get(address).text


def test_a_question_that_a_later_release_asks_in_a_quiz_is_held_back(
    lena: Browser, publish: Publish, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page was open while the question moved into a quiz that she has not passed."""
    monkeypatch.setattr(memory, "_FRESH_SECONDS", 0)
    page = lena.get(PAGE).text
    moved = (
        "---\ntitle: Check\nkind: quiz\nminutes: 2\nbehaviours: ack\n---\n\n"
        "## Now {#now}\n\nIs it?\n\n- [x] Yes, it is.\n- [ ] No, never.\n"
    )
    lesson = "---\ntitle: Wings\nminutes: 3\nbehaviours: ack\n---\n\n## Why\n\nBecause.\n"
    publish(**{"01-wings__md": lesson, "02-check__md": moved})
    sent = {**fields(page), "response": option(page, "Yes"), "sure": "sure"}
    assert lena.post(PAGE, sent).location == PAGE
    assert session.scalars(select(CardAnswer)).all() == []


def test_her_days_are_those_of_her_time_zone(enter: Enter, session: Session, people: Cast, time: Clock) -> None:
    with writing(session):
        session.get_one(Person, people.lena).time_zone = "Pacific/Auckland"
    complete(enter("lena"), "wings")
    # Half past nine on the 16th in London is half past ten at night in Auckland: the 18th begins in 25.5 hours.
    time.passes(hours=25)
    assert "Nothing for today" in enter("lena").get(PAGE).text
    time.passes(hours=1)
    assert "Question 1 of 1" in enter("lena").get(PAGE).text


def test_the_pages_take_a_fixed_number_of_queries(
    lena: Browser, engine: Engine, long_memory: None, people: Cast, session: Session
) -> None:
    count = 0

    def count_up(*_args: object) -> None:
        nonlocal count
        count += 1

    for page in (PAGE, REMEMBERING):
        lena.get(page)
    event.listen(engine, "before_cursor_execute", count_up)
    for page in (PAGE, REMEMBERING):
        count = 0
        lena.get(page)
        assert count <= 8


def test_the_forecast_says_what_would_be_known_and_what_an_answer_keeps(
    enter: Enter, time: Clock, lena: Browser
) -> None:
    page = lena.get(REMEMBERING).text
    # One lesson two days ago: 90.95 % now; answered right today the stability is 10.9643 days.
    assert "Today’s question</h2>" in page and page.count('role="img"') == 1
    assert "you would know 91% of it today and 60% in two months" in page
    assert "Answered right today, it is 75% in two months" in page
    assert "Left alone" in page and "asked today" in page and "Only you see your answers" in page
    answer(lena)
    page = lena.get(REMEMBERING).text
    assert "All you have learned" in page and "Right today" not in page and "asked on " in page
    # Another's own page tells of her own.
    assert "Nothing to forecast yet" in enter("otto").get(REMEMBERING).text
