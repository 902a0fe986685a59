"""Plans to look back on by a mail's address: what it opens and keeps, what it does not, how it ends."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.ids import new_token, token_hash
from lms.practice.cards.mailing import Opens
from lms.practice.cards.mailing_actions import keep_addresses
from lms.practice.tables import Commitment, CommitmentCheck
from lms.store import writing
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.doors import Clock
from tests.support.learning import Enter, compiled, enter, publish, time
from tests.web.test_plans import OWN, SENTENCE, STINGS, plans

__all__ = ["compiled", "enter", "publish", "time"]


@pytest.fixture
def address(enter: Enter, session: Session, people: Cast, time: Clock) -> str:
    """The address that Lena's mail gave her seven days after she made a plan."""
    enter("lena").post(f"{STINGS}/plan", OWN)
    time.passes(days=7)
    return mailed(session, people.lena, time)


def mailed(session: Session, person_id: int, time: Clock, opens: Opens = Opens.PLANS) -> str:
    token = new_token()
    with writing(session):
        keep_addresses(session, {person_id: token_hash(token)}, time.now, opens)
    return f"/{opens}/{token}"


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """A browser that nobody is signed in with."""
    return Browser(app)


def checks(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(CommitmentCheck.answer).order_by(CommitmentCheck.number)))


def test_one_tap_tells_how_it_went_without_signing_in(address: str, stranger: Browser, session: Session) -> None:
    page = stranger.get(address).text
    assert "How did your plan go?" in page and SENTENCE in page and "Lena" not in page
    assert 'content="noindex, nofollow"' in page and "until " in page
    assert checks(session) == []
    (plan,) = plans(session)
    kept = {"plan": str(plan.id), "number": "1", "answer": "kept"}
    assert stranger.post(address, kept).location == address
    stranger.post(address, kept)
    assert checks(session) == ["kept"]
    page = stranger.get(address).text
    assert "That is all for today" in page and "Noted. You are asked again on" in page
    # A slip of the thumb; and nobody was signed in by any of it.
    stranger.post(address, {**kept, "answer": "not-yet"})
    assert checks(session) == ["not-yet"]
    stranger.get("/learn/practice", 302)


def test_a_dropped_plan_is_put_away_and_the_same_tap_changed_brings_it_back(
    address: str, stranger: Browser, session: Session
) -> None:
    (plan,) = plans(session)
    sent = {"plan": str(plan.id), "number": "1"}
    stranger.post(address, {**sent, "answer": "dropped"})
    assert "Noted, and put away." in stranger.get(address).text
    assert plans(session)[0].closed_as == "dropped"
    stranger.post(address, {**sent, "answer": "partly"})
    assert plans(session)[0].closed_at is None


def test_what_is_not_for_today_and_what_is_not_hers_stays_as_it_is(
    address: str, stranger: Browser, enter: Enter, session: Session, people: Cast, time: Clock
) -> None:
    enter("otto").post(f"{STINGS}/plan", {**OWN, "plan_action": "sing"})
    hers, his = plans(session)
    assert "sing" not in stranger.get(address).text
    for sent in (
        {"plan": str(his.id), "number": "1", "answer": "kept"},
        {"plan": str(hers.id), "number": "1", "answer": "perhaps"},
        {"plan": str(hers.id), "number": "x", "answer": "kept"},
        {"plan": str(hers.id), "number": "7", "answer": "kept"},
        {},
    ):
        assert stranger.post(address, sent).location == address
    assert checks(session) == []
    # The next day what was told stays told, and is asked about no more.
    stranger.post(address, {"plan": str(hers.id), "number": "1", "answer": "kept"})
    time.passes(days=1)
    assert SENTENCE not in stranger.get(address).text
    stranger.post(address, {"plan": str(hers.id), "number": "1", "answer": "partly"})
    assert checks(session) == ["kept"]


def test_an_address_of_questions_opens_no_plans_and_the_other_way_round(
    address: str, stranger: Browser, session: Session, people: Cast, time: Clock
) -> None:
    questions = mailed(session, people.lena, time, Opens.QUESTIONS)
    stranger.get(questions)
    stranger.get(questions.replace("questions", "plans"), 404)
    stranger.get(address.replace("plans", "questions"), 404)


@pytest.mark.parametrize("ended", ["time", "taken back", "disabled"])
def test_an_address_that_ended_opens_nothing_and_says_where_to_go(
    address: str, stranger: Browser, enter: Enter, session: Session, people: Cast, time: Clock, ended: str
) -> None:
    plan_id = plans(session)[0].id
    if ended == "time":
        time.passes(days=3)
    elif ended == "disabled":
        with writing(session):
            session.get_one(Person, people.lena).disabled_at = time.now - timedelta(seconds=1)
    else:
        enter("lena").post("/learn/me/questions/take-back")
    page = stranger.get(address, 404).text
    assert "This address has ended" in page and 'href="/learn/practice"' in page and SENTENCE not in page
    stranger.post(address, {"plan": str(plan_id), "number": "1", "answer": "kept"}, 404)
    assert checks(session) == [] and session.get_one(Commitment, plan_id).last_answer is None


@pytest.mark.parametrize("token", ["x", "y" * 43, "z" * 200])
def test_an_address_that_nobody_gave_opens_nothing(stranger: Browser, token: str) -> None:
    stranger.get(f"/plans/{token}", 404)
