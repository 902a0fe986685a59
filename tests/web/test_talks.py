"""Coaching talks at both desks: who may, what is refused, who reads what; leaders first."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.accounts.roles import Role
from lms.accounts.tables import Membership
from lms.coaching.notes import queries
from lms.coaching.notes.note import Basis
from lms.coaching.notes.tables import CoachingNote, ModellingSession
from lms.plans.assignment_actions import assign_course
from lms.progress.tables import Enrolment
from lms.store import writing
from tests.support import world as worlds
from tests.support.browser import Browser
from tests.support.doors import Clock
from tests.support.observations import HEARD, given
from tests.support.talks import TALK, talk_form, talked
from tests.support.world import TALKED, World

TALKS = "/manage/coaching/talks"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    """The server's clock, standing at the moment of the tests."""
    return Clock(monkeypatch, now)


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    """The cast, with a talk of Mia and Lena two days ago."""
    return worlds.make(session, now)


@pytest.fixture
def mia(app: Flask, world: World) -> Browser:
    """Mia, who manages Lena's team."""
    return Browser(app, world.tokens["mia"])


@pytest.fixture
def lena(app: Flask, world: World) -> Browser:
    """Lena, who is coached."""
    return Browser(app, world.tokens["lena"])


def newest(session: Session) -> CoachingNote:
    """Return the note that was begun last."""
    session.rollback()
    return session.scalars(select(CoachingNote).order_by(CoachingNote.id.desc())).first()  # type: ignore[return-value]  # the world has one


# --- A talk, from before to after ---


def test_a_talk_begins_with_the_persons_words_and_ends_with_her_answer(
    session: Session, world: World, now: datetime, mia: Browser, lena: Browser
) -> None:
    cast = world.cast
    lena.post("/learn/coaching/before", {"before": "The lawn mower went well."})
    given(session, cast.lena, cast.mia, cast.front_desk, world.course.release_id, now - 4 * DAY, words_heard=HEARD)
    form = mia.get(f"{TALKS}/new?person={cast.lena}").text
    assert "In your own words: “The lawn mower went well.”" in form and HEARD in form
    assert form.index('name="intent"') < form.index('name="goal"') < form.index('name="will"')
    answer = mia.post(TALKS, talk_form(cast.lena, cast.mia))
    note = newest(session)
    assert answer.headers["Location"] == f"{TALKS}/{note.id}"
    assert (note.state, note.own_words, note.basis) == ("given", "The lawn mower went well.", "behaviour")
    assert "Read what you agreed in your talk" in lena.get("/learn/").text
    assert "The lawn mower went well." not in lena.get("/learn/coaching").text.partition("<textarea")[2][:200]
    page = lena.get(f"/learn/coaching/{note.id}").text
    assert TALK.goal in page and "Only you and Mia" in page
    lena.post(f"/learn/coaching/{note.id}/read")
    lena.post(f"/learn/coaching/{note.id}/answer", {"answer": "Yes, that is it."})
    assert "Yes, that is it." in mia.get(f"{TALKS}/{note.id}").text
    assert TALK.will in lena.get("/learn/coaching").text


def test_what_lacks_is_asked_for_and_the_draft_is_kept(session: Session, world: World, mia: Browser) -> None:
    form = talk_form(world.cast.lena, world.cast.mia, basis="behaviour", behaviours=[], will="")
    answer = mia.post(TALKS, form, 422)
    assert "Tick the behaviour it was about" in answer.text and "Write what she will do, and when" in answer.text
    note = newest(session)
    assert (note.state, note.goal) == ("draft", TALK.goal)
    assert mia.get(f"{TALKS}/new?person={world.cast.lena}", 302).headers["Location"] == f"{TALKS}/{note.id}"
    assert "Your drafts" in mia.get(TALKS).text
    mia.post(TALKS, {**form, "basis": "numbers"}, 422)
    mia.post(TALKS, {**form, "basis": "numbers", "will": TALK.will})
    assert (newest(session).state, newest(session).basis) == ("given", "numbers")


def test_twice_pressed_is_given_once_and_a_draft_can_be_deleted(
    session: Session, world: World, mia: Browser
) -> None:
    for _ in range(2):
        mia.post(TALKS, talk_form(world.cast.lena, world.cast.mia))
    given_note = newest(session)
    mia.post(f"{TALKS}/{given_note.id}/drop")
    assert newest(session).id == given_note.id
    mia.post(TALKS, talk_form(world.cast.lena, world.cast.mia, key="another-key-of-a-talk", do="save"))
    draft = newest(session)
    assert draft.id != given_note.id
    mia.post(f"{TALKS}/{draft.id}/drop")
    assert newest(session).id == given_note.id


def test_a_script_keeps_it_on_every_tap_gives_it_once_and_is_sent_to_what_lacks(
    session: Session, world: World, mia: Browser
) -> None:
    json = {"Accept": "application/json"}
    form = talk_form(world.cast.lena, world.cast.mia)
    first = {name: form[name] for name in ("key", "writer", "person", "goal")}
    said = mia.post(TALKS, {**first, "minutes": "ten"}, 200, headers=json).json
    note = newest(session)
    assert said == {"is_saved": True, "time": "10:30", "href": f"{TALKS}/{note.id}"}
    assert (note.state, note.goal, note.minutes) == ("draft", TALK.goal, 10)
    said = mia.post(TALKS, {**form, "will": ""}, 200, headers=json).json
    assert said == {"is_saved": True, "is_over": True, "href": f"{TALKS}/{note.id}?look=again"}
    assert "Write what she will do, and when" in mia.get(f"{TALKS}/{note.id}?look=again").text
    for _ in range(2):
        said = mia.post(TALKS, form, 200, headers=json).json
        assert said == {"is_saved": True, "is_over": True, "href": f"{TALKS}/{note.id}"}
    assert (newest(session).id, newest(session).state) == (note.id, "given")


def test_two_pages_about_one_person_are_one_draft_and_given_once(
    session: Session, world: World, mia: Browser
) -> None:
    on_the_phone = talk_form(world.cast.lena, world.cast.mia, key="a-key-of-the-phone")
    mia.post(TALKS, talk_form(world.cast.lena, world.cast.mia, do="save"))
    draft = newest(session)
    # The answer is lost on the way, and it is sent again.
    for _ in range(2):
        mia.post(TALKS, on_the_phone)
    assert (newest(session).id, newest(session).state) == (draft.id, "given")


def test_a_judging_word_of_what_was_seen_or_agreed_is_caught_once(
    session: Session, world: World, mia: Browser
) -> None:
    own = {"intent": "I was lazy", "reality": "I never look it up", "options": "try harder"}
    form = talk_form(world.cast.lena, world.cast.mia, **own, behaviour="your attitude was not what we need")
    page = mia.post(TALKS, form, 422).text
    assert "“attitude” has to be guessed" in page and "One word judges the person" in page
    draft = newest(session)
    assert draft.state == "draft"
    assert "“attitude” has to be guessed" in mia.get(f"{TALKS}/{draft.id}?look=again").text
    mia.post(TALKS, form)
    assert (newest(session).id, newest(session).state) == (draft.id, "given")


def test_what_somebody_else_left_in_this_browser_is_not_given_in_ones_own_name(
    app: Flask, session: Session, world: World
) -> None:
    form = talk_form(world.cast.lena, world.cast.mia)
    for headers in ({}, {"Accept": "application/json"}):
        Browser(app, world.tokens["ada"]).post(TALKS, form, 404, headers=headers)
    assert newest(session).id == world.talk


def test_the_list_says_whom_with_and_whether_the_loop_is_closed(
    session: Session, world: World, now: datetime, mia: Browser
) -> None:
    listed = mia.get(TALKS).text
    assert "until 14 December" in listed and "Lena Brandt" in listed
    cast = world.cast
    given(session, cast.lena, cast.mia, cast.front_desk, world.course.release_id, now - DAY)
    assert "by the observation of" in mia.get(TALKS).text


# --- Who reads what ---


@pytest.mark.parametrize("who", ["max", "ada", "nora", "tom", "otto"])
def test_nobody_but_the_two_reads_a_word(app: Flask, world: World, who: str) -> None:
    browser = Browser(app, world.tokens[who])
    browser.get(f"{TALKS}/{world.talk}", 404)
    browser.get(f"/learn/coaching/{world.talk}", 404)
    browser.post(f"/learn/coaching/{world.talk}/answer", {"answer": "mine now"}, 404)
    if who in ("max", "ada"):
        for path in (TALKS, f"/manage/coaching/people/{world.cast.lena}", f"/manage/people/{world.cast.lena}"):
            said = browser.get(path).text
            assert not [word for word in TALKED if word in said], path


def test_drafts_are_their_writers_alone(app: Flask, session: Session, world: World, mia: Browser) -> None:
    mia.post(TALKS, talk_form(world.cast.lena, world.cast.mia, goal="gorsedraftgoal and more", do="save"))
    draft = newest(session)
    for who in ("lena", "max", "ada"):
        browser = Browser(app, world.tokens[who])
        browser.get(f"/learn/coaching/{draft.id}", 404)
        if who != "lena":
            browser.get(f"{TALKS}/{draft.id}", 404)
            assert "gorsedraftgoal" not in browser.get(f"{TALKS}/new?person={world.cast.lena}").text
    assert "gorsedraftgoal" not in Browser(app, world.tokens["lena"]).get("/learn/coaching").text


def test_who_no_longer_looks_after_her_reads_nothing_and_she_goes_on_reading(
    session: Session, world: World, now: datetime, mia: Browser, lena: Browser
) -> None:
    stay = session.scalars(select(Membership).where(Membership.person_id == world.cast.lena)).one()
    with writing(session):
        stay.team_id = world.cast.kitchen
    mia.get(f"{TALKS}/{world.talk}", 404)
    mia.get(f"{TALKS}/new?person={world.cast.lena}", 404)
    mia.post(TALKS, talk_form(world.cast.lena, world.cast.mia), 404)
    assert "Lena Brandt" not in mia.get(TALKS).text
    assert TALKED[0] in lena.get(f"/learn/coaching/{world.talk}").text


def test_nobody_coaches_oneself(world: World, mia: Browser) -> None:
    mia.get(f"{TALKS}/new?person={world.cast.mia}", 404)
    mia.post(TALKS, talk_form(world.cast.mia, world.cast.mia), 404)


# --- Figures, and leaders first ---


def test_a_manager_above_sees_figures_of_coaches_right_below_and_only_from_five(
    app: Flask, session: Session, world: World, now: datetime
) -> None:
    cast = world.cast
    browser = Browser(app, world.tokens["max"])
    address = f"{TALKS}?team={cast.hotel}"
    assert "one, too few to show" in browser.get(address).text
    for number in range(4):
        key = f"a-key-of-number-{number}"
        more = {"basis": Basis.NUMBERS, "behaviours": ()} if number == 0 else {}
        talked(session, cast.lena, cast.mia, cast.front_desk, now - (40 + number) * DAY, key=key, **more)
    said = browser.get(address).text
    assert "1 of 5, too few to judge" in said and "Mia Sørensen" in said
    # By name, and nobody's peers: Mia sees nobody's figures but her own.
    assert said.index("Mia Sørensen") < said.index("Nora Haddad")
    mia_said = Browser(app, world.tokens["mia"]).get(TALKS).text
    assert "1 of 5, too few to judge" in mia_said and "Nora Haddad" not in mia_said


def test_leaders_who_have_not_completed_what_is_asked_are_named_to_the_one_above(
    app: Flask, session: Session, world: World, now: datetime, mia: Browser
) -> None:
    cast = world.cast
    with writing(session):
        assign_course(session, world.course, None, cast.max, now, team_id=cast.front_desk)
    title = world.course.title
    card = mia.get(TALKS).text
    assert "that you have not completed yourself" in card and title in card
    browser = Browser(app, world.tokens["max"])
    address = f"{TALKS}?team={cast.hotel}"
    assert title in browser.get(address).text.partition("Leaders of the teams right below")[2]
    with writing(session):
        for row in session.scalars(select(Enrolment).where(Enrolment.person_id == cast.mia)):
            row.completed_at = now
    assert "every course that your teams are asked to" in mia.get(TALKS).text
    assert title not in browser.get(address).text.partition("Leaders of the teams right below")[2]


def test_assigning_warns_who_has_not_completed_the_course_and_never_bars(
    app: Flask, session: Session, world: World, mia: Browser
) -> None:
    ask = f"/manage/assign?course=bees&to=team-{world.cast.front_desk}&look=yes"
    said = mia.get(ask).text
    assert "You have not completed" in said and "/learn/courses/bees" in said and "Assign it" in said
    # Ada leads no team.
    assert "You have not completed" not in Browser(app, world.tokens["ada"]).get(ask).text
    mia.post("/manage/assign", {"course": "bees", "to": f"team-{world.cast.front_desk}", "due": ""})


def test_a_programme_warns_too(mia: Browser, world: World) -> None:
    assert "You have not completed" in mia.get(f"/manage/programmes/{world.programme}/edit").text


def test_showing_is_logged_in_four_fields_and_once(session: Session, world: World, mia: Browser) -> None:
    form = {"key": "a-key-of-a-showing", "showing-behaviour": "listen", "format": "live-call", "attended": "3"}
    for _ in range(2):
        mia.post("/manage/coaching/showings", form)
    (row,) = session.scalars(select(ModellingSession))
    assert (row.leader_id, row.behaviour_id, row.format, row.attended) == (
        world.cast.mia,
        "listen",
        "live-call",
        3,
    )
    assert "once this month" in mia.get(TALKS).text
    answer = mia.post("/manage/coaching/showings", {**form, "attended": "many", "showing-behaviour": ""}, 422)
    assert "Choose what you showed." in answer.text and "A whole number, such as 3" in answer.text


def test_who_is_made_manager_above_sees_counts_and_no_words(
    app: Flask, session: Session, world: World, now: datetime
) -> None:
    with writing(session):
        accounts.grant_role(
            session, world.cast.otto, Role.MANAGER, now=now, team_id=world.cast.hotel, granted_by=None
        )
    said = Browser(app, world.tokens["otto"]).get(f"{TALKS}?team={world.cast.hotel}").text
    assert "Mia Sørensen" in said and not [word for word in TALKED if word in said]


def test_two_lines_before_a_talk_are_taken_back_by_sending_none(
    session: Session, world: World, lena: Browser
) -> None:
    lena.post("/learn/coaching/before", {"before": "Two lines."})
    assert queries.before_of(session, world.cast.lena) == "Two lines."
    lena.post("/learn/coaching/before", {"before": " "})
    session.rollback()
    assert queries.before_of(session, world.cast.lena) == ""
