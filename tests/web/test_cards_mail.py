"""Today's questions by a mail's address: what it opens, what it does not, how it ends."""

import re
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.ids import new_token, token_hash
from lms.mail.actions import post
from lms.practice.cards.mailing_actions import forget_ended, keep_addresses
from lms.practice.cards.tables import CardAnswer, QuestionAddress, QuestionMail
from lms.store import writing
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.doors import Clock
from tests.support.learning import Enter, compiled, complete, enter, option, publish, time
from tests.web.test_cards import fields

__all__ = ["compiled", "enter", "publish", "time"]
OWN = "/learn/me"


@pytest.fixture
def address(enter: Enter, session: Session, people: Cast, time: Clock) -> str:
    """The address that Lena's mail gave her two days after her lesson."""
    complete(enter("lena"), "wings")
    time.passes(days=2)
    return mailed(session, people.lena, time.now)


def mailed(session: Session, person_id: int, now: datetime) -> str:
    token = new_token()
    with writing(session):
        keep_addresses(session, {person_id: token_hash(token)}, now)
    return f"/questions/{token}"


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """A browser that nobody is signed in with."""
    return Browser(app)


def test_one_tap_opens_the_question_and_it_is_answered_without_signing_in(
    address: str, stranger: Browser, session: Session, people: Cast
) -> None:
    page = stranger.get(address).text
    assert "Question 1 of 1 for today" in page and "until " in page and "Feedback to" not in page
    assert "Lena" not in page and 'content="noindex, nofollow"' in page
    sent = {**fields(page), "response": option(page, "Yes"), "sure": "sure"}
    told = stranger.post(address, sent).location
    assert told.startswith(f"{address}/")
    assert stranger.post(address, sent).location == told
    assert "Feedback to yes." in stranger.get(told).text
    assert "That is all for today" in stranger.get(address).text
    assert session.scalars(select(CardAnswer.person_id)).all() == [people.lena]
    # Nobody was signed in by any of it.
    stranger.get("/learn/practice/questions", 302)
    stranger.get("/learn/", 302)


def test_half_an_answer_is_asked_for_again(address: str, stranger: Browser, session: Session) -> None:
    page = stranger.get(address).text
    assert "Choose an answer first" in stranger.post(address, fields(page), 422).text
    stranger.post(address, {**fields(page), "sure": "very"}, 400)
    stranger.post(address, {})
    assert session.scalars(select(CardAnswer)).all() == []


def test_it_opens_the_questions_of_whom_it_was_sent_to_whoever_is_signed_in(
    address: str, enter: Enter, session: Session, people: Cast
) -> None:
    otto = enter("otto")
    page = otto.get(address).text
    otto.post(address, {**fields(page), "response": option(page, "No"), "sure": "guess"})
    assert session.scalars(select(CardAnswer.person_id)).all() == [people.lena]


def test_answers_of_other_days_and_of_others_stay_closed(
    address: str, stranger: Browser, session: Session, people: Cast, time: Clock
) -> None:
    page = stranger.get(address).text
    told = stranger.post(address, {**fields(page), "response": option(page, "Yes"), "sure": "sure"}).location
    number = told.rsplit("/", 1)[1]
    stranger.get(f"{mailed(session, people.otto, time.now)}/{number}", 404)
    time.passes(days=1)
    stranger.get(told, 404)
    stranger.get(address)


@pytest.mark.parametrize("ended", ["time", "taken back", "never", "disabled"])
def test_an_address_that_ended_opens_nothing_and_says_where_to_go(
    address: str, stranger: Browser, enter: Enter, session: Session, people: Cast, time: Clock, ended: str
) -> None:
    sent = fields(stranger.get(address).text)
    if ended == "time":
        time.passes(days=3)
    elif ended == "disabled":
        with writing(session):
            session.get_one(Person, people.lena).disabled_at = time.now
    elif ended == "never":
        enter("lena").post(f"{OWN}/questions", {"way": "never"})
    else:
        enter("lena").post(f"{OWN}/questions/take-back")
    page = stranger.get(address, 404).text
    assert "This address has ended" in page and 'href="/learn/practice/questions"' in page
    stranger.post(address, {**sent, "response": "x", "sure": "sure"}, 404)
    stranger.get(f"{address}/1", 404)
    assert session.scalars(select(CardAnswer)).all() == []


@pytest.mark.parametrize("token", ["x", "y" * 43, "z" * 200])
def test_an_address_that_nobody_gave_opens_nothing(stranger: Browser, token: str) -> None:
    stranger.get(f"/questions/{token}", 404)


def test_what_ended_is_forgotten(session: Session, people: Cast, time: Clock) -> None:
    mailed(session, people.lena, time.now)
    time.passes(days=2)
    mailed(session, people.lena, time.now)
    time.passes(days=2)
    with writing(session):
        assert forget_ended(session, time.now) == 1
    assert len(session.scalars(select(QuestionAddress)).all()) == 1


def test_she_chooses_how_mails_speak_of_her_questions(
    enter: Enter, session: Session, people: Cast, time: Clock
) -> None:
    with writing(session):
        session.get_one(Person, people.lena).email = "lena@hotel.internal"
    lena = enter("lena")
    assert re.search(r'value="along" checked', lena.get(OWN).text)
    lena.post(f"{OWN}/questions", {"way": "alone"})
    lena.post(f"{OWN}/questions", {"way": "alone"})
    assert re.search(r'value="alone" checked', lena.get(OWN).text)
    assert session.scalars(select(QuestionMail.way)).all() == ["alone"]
    lena.post(f"{OWN}/questions", {"way": "sometimes"}, 400)
    assert "Take back the addresses" not in lena.get(OWN).text
    mailed(session, people.lena, time.now)
    assert "Take back the addresses" in lena.get(OWN).text


def test_administrators_read_mails_without_the_addresses_in_them(
    enter: Enter, session: Session, people: Cast, time: Clock
) -> None:
    token = new_token()
    words = f"Your questions: https://learn.example.org/questions/{token}\nA course: https://x.org/learn/courses/bees\n"
    with writing(session):
        number = post(session, people.lena, time.now.date(), "reminder", "One", words, "", "k", time.now, time.now)
    page = enter("ada").get(f"/admin/outbox/{number}").text
    assert token not in page and "https://learn.example.org/questions/…" in page
    assert "https://x.org/learn/courses/bees" in page
