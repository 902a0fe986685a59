"""What a buddy saw: told once by who has agreed, read by its person alone, and in no figure."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Membership
from lms.coaching.buddies.actions import KEPT_WORDS, clear_old
from lms.coaching.buddies.tables import BuddySight
from lms.coaching.observation import Mark
from lms.coaching.pooled.tables import CoachingMonth
from lms.passport.ladder import Rung, ladder
from lms.passport.queries import evidence_of
from lms.practice.commitment_actions import answer_request
from lms.practice.tables import Commitment
from lms.progress.tables import SeenOnTheJob
from lms.store import writing
from tests.support import world as worlds
from tests.support.browser import Browser
from tests.support.observations import given
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("clock")

HEARD = "“tansyheard, I have it now”"
SEEN = {"key": "a-key-of-this-sight", "score": "2", "heard": HEARD, "worked": "he stopped repeating himself"}


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    """The cast, with Lena's plan about the behaviour `ack`, of which Mia has agreed to be the buddy."""
    made = worlds.make(session, now)
    with writing(session):
        session.get_one(Commitment, made.plan).behaviours = ["ack"]
        assert answer_request(session, made.cast.mia, made.plan, now.date(), agrees=True)
    return made


def rows(session: Session) -> list[BuddySight]:
    session.rollback()
    return list(session.scalars(select(BuddySight)))


def test_it_is_told_once_and_read_by_its_person(app: Flask, session: Session, world: World) -> None:
    mia, lena = (Browser(app, world.tokens[who]) for who in ("mia", "lena"))
    assert f"/learn/buddies/{world.plan}" in mia.get("/learn/practice").text
    assert "Only Lena Brandt reads this" in mia.get(f"/learn/buddies/{world.plan}").text
    for _ in range(2):
        mia.post(f"/learn/buddies/{world.plan}", SEEN)
    (row,) = rows(session)
    assert (row.person_id, row.buddy_id, row.behaviours) == (world.cast.lena, world.cast.mia, "ack")
    assert "Read what your buddy saw" in lena.get("/learn/").text
    page = lena.get(f"/learn/plans/{world.plan}").text
    assert "tansyheard" in page and "2, clearly" in page and "I have read it" in page
    lena.post(f"/learn/plans/{world.plan}/sights")
    assert "I have read it" not in lena.get(f"/learn/plans/{world.plan}").text
    assert "Read what your buddy saw" not in lena.get("/learn/").text


def test_words_are_asked_for_and_judging_ones_pointed_out_once(app: Flask, session: Session, world: World) -> None:
    mia = Browser(app, world.tokens["mia"])
    address = f"/learn/buddies/{world.plan}"
    page = mia.post(address, {"key": SEEN["key"]}, 422).text
    assert "Say whether you saw it" in page and "as a camera would have it" in page
    judged = {**SEEN, "worked": "you were not lazy this time"}
    page = mia.post(address, judged, 422).text
    assert "“lazy” says what somebody is" in page and 'name="warned"' in page
    mia.post(address, {**SEEN, "score": "7"}, 404)
    mia.post(address, {**SEEN, "key": "short"}, 404)
    assert not rows(session)
    mia.post(address, {**judged, "warned": "yes"})
    assert len(rows(session)) == 1


@pytest.mark.parametrize("who", ["lena", "otto", "tom", "nora", "max", "ada"])
def test_nobody_else_tells_and_nobody_else_reads(app: Flask, session: Session, world: World, who: str) -> None:
    Browser(app, world.tokens["mia"]).post(f"/learn/buddies/{world.plan}", SEEN)
    browser = Browser(app, world.tokens[who])
    browser.get(f"/learn/buddies/{world.plan}", 404)
    browser.post(f"/learn/buddies/{world.plan}", {**SEEN, "key": "a-key-of-another"}, 404)
    assert len(rows(session)) == 1
    if who != "lena":
        browser.post(f"/learn/plans/{world.plan}/sights", {}, 404)
        assert rows(session)[0].seen_at is None


def test_no_page_of_anybody_but_her_holds_a_word_of_it(app: Flask, session: Session, world: World) -> None:
    Browser(app, world.tokens["mia"]).post(f"/learn/buddies/{world.plan}", SEEN)
    lena = world.cast.lena
    where = (
        "/learn/practice",
        f"/learn/buddies/{world.plan}",
        f"/learn/plans/{world.plan}",
        "/learn/",
        "/learn/passport",
        f"/manage/people/{lena}",
        f"/manage/coaching/people/{lena}",
        f"/manage/coaching/teams/{world.cast.front_desk}/figures",
        f"/manage/coaching/teams/{world.cast.hotel}/below",
        "/manage/coaching",
        "/manage/digest",
        "/admin/audit",
    )
    for who in ("mia", "max", "ada", "nora", "otto", "tom"):
        for path in where:
            said = Browser(app, world.tokens[who]).client.get(path).get_data(as_text=True)
            assert "tansyheard" not in said and "stopped repeating himself" not in said, (who, path)


def test_who_declined_or_left_the_team_or_whose_plan_has_ended_tells_nothing(
    app: Flask, session: Session, world: World, now: datetime
) -> None:
    mia = Browser(app, world.tokens["mia"])
    with writing(session):
        answer_request(session, world.cast.mia, world.plan, now.date(), agrees=False)
    mia.get(f"/learn/buddies/{world.plan}", 404)
    with writing(session):
        session.get_one(Commitment, world.plan).buddy_state = "agreed"
    mia.get(f"/learn/buddies/{world.plan}")
    with writing(session):
        stay = session.scalars(select(Membership).where(Membership.person_id == world.cast.lena)).one()
        stay.team_id = world.cast.kitchen
    mia.post(f"/learn/buddies/{world.plan}", SEEN, 404)
    assert not rows(session)


def test_it_counts_in_no_figure_and_in_the_passport_only_beside_an_observer(
    app: Flask, session: Session, world: World, now: datetime
) -> None:
    before = session.scalars(select(CoachingMonth.forms)).all()
    Browser(app, world.tokens["mia"]).post(f"/learn/buddies/{world.plan}", SEEN)
    session.rollback()
    assert session.scalars(select(CoachingMonth.forms)).all() == before
    assert "ack" not in session.scalars(select(SeenOnTheJob.behaviour_id)).all()

    def rungs() -> set[Rung]:
        session.rollback()
        evidence = evidence_of(session, world.cast.lena, "UTC")
        return {step.rung for step in ladder("ack", evidence, now.date()).steps}

    assert not rungs() & {Rung.OBSERVED, Rung.OBSERVED_BY_ANOTHER}
    marks = {"marks": (Mark("ready", "ack", 2),)}
    given(session, world.cast.lena, world.cast.mia, world.cast.front_desk, world.course.release_id, now, **marks)
    # Her buddy is the observer herself: that is one person.
    assert Rung.OBSERVED in rungs() and Rung.OBSERVED_BY_ANOTHER not in rungs()
    more = {"key": "m" * 20, **marks}
    given(session, world.cast.lena, world.cast.max, world.cast.front_desk, world.course.release_id, now, **more)
    assert Rung.OBSERVED_BY_ANOTHER in rungs()


def test_after_a_year_the_words_are_gone_and_the_mark_stays(
    app: Flask, session: Session, world: World, now: datetime
) -> None:
    Browser(app, world.tokens["mia"]).post(f"/learn/buddies/{world.plan}", SEEN)
    session.rollback()
    with writing(session):
        assert clear_old(session, now + KEPT_WORDS) == 0
        assert clear_old(session, now + KEPT_WORDS + timedelta(seconds=1)) == 1
    (row,) = rows(session)
    assert (row.heard, row.worked, row.score) == ("", "", 2)
