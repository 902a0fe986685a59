"""Observing at the manager's desk and reading it at the learner's: who may, what is refused, what is said."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Membership
from lms.coaching import actions, queries
from lms.coaching.observation import Outcome
from lms.coaching.tables import Observation, ObservationMark
from lms.content.asking import Criterion
from lms.practice.commitment_actions import share_plan
from lms.practice.tables import Commitment
from lms.store import writing
from tests.support import cast
from tests.support import world as worlds
from tests.support.browser import Browser
from tests.support.builders import a_checklist, a_course
from tests.support.doors import Clock
from tests.support.observations import HEARD, WRITTEN, begun, form_of, given
from tests.support.shelf import shelve
from tests.support.world import OBSERVED, World

LIST = "/manage/coaching"
OBSERVATIONS = "/manage/coaching/observations"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    """The server's clock, standing at the moment of the tests."""
    return Clock(monkeypatch, now)


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    """The cast, and a course with a checklist."""
    return worlds.make(session, now)


class Desk:
    """The cast at their desks, with Lena observed by Mia."""

    def __init__(self, app: Flask, session: Session, world: World, now: datetime) -> None:
        """Seat everybody."""
        self.app, self.session, self.world, self.now = app, session, world, now

    def at(self, who: str) -> Browser:
        """Return this person's browser."""
        return Browser(self.app, self.world.tokens[who])

    def form(self, who: str = "mia", **more: object) -> dict[str, object]:
        """Return the form of an observation of Lena by this person."""
        cast = self.world.cast
        return form_of(cast.lena, getattr(cast, who), self.world.course.release_id, **more)

    def given(self, by: str = "mia", ago: timedelta = timedelta(), **more: object) -> int:
        """Give Lena an observation and return its number."""
        cast = self.world.cast
        observer, release_id = getattr(cast, by), self.world.course.release_id
        return given(self.session, cast.lena, observer, cast.front_desk, release_id, self.now - ago, **more)  # type: ignore[arg-type]  # what a test says more

    def draft(self, by: str = "mia", **more: object) -> int:
        """Begin a draft about Lena and return its number."""
        cast = self.world.cast
        observer, release_id = getattr(cast, by), self.world.course.release_id
        return begun(self.session, cast.lena, observer, cast.front_desk, release_id, self.now, **more)  # type: ignore[arg-type]  # as above

    def row(self, number: int) -> Observation:
        """Return the row as it is now."""
        self.session.rollback()
        found = self.session.get(Observation, number)
        assert found is not None
        return found

    def rows(self) -> list[Observation]:
        """Return every observation but the one that is in the world already."""
        self.session.rollback()
        return list(self.session.scalars(select(Observation).where(Observation.key != OBSERVED)))


@pytest.fixture
def desk(app: Flask, session: Session, world: World, now: datetime) -> Desk:
    """The cast at their desks."""
    return Desk(app, session, world, now)


# --- From the list to what was given ---


def test_the_list_says_who_is_due_and_leads_to_the_form(desk: Desk) -> None:
    mia = desk.at("mia")
    listed = mia.get(LIST).text
    assert "Lena Brandt" in listed and "last observed today" in listed
    assert f"{OBSERVATIONS}/new?person={desk.world.cast.lena}" in listed
    # Nobody observes oneself.
    assert "Mia Sørensen</a>" not in listed
    form = mia.get(f"{OBSERVATIONS}/new?person={desk.world.cast.lena}").text
    assert "Begins ready" in form and "Half ready." in form and "Drawn by chance" in form
    assert not desk.rows()


def test_what_belongs_into_role_plays_is_neither_asked_for_nor_marked_at_work(
    app: Flask, session: Session, now: datetime
) -> None:
    people = cast.bring_in(session, now)
    boundary = Criterion("limit", "Holds a boundary", "", ("boundary",), in_role_play=True)
    checklist = a_checklist("seen", criteria=(*a_checklist().criteria, boundary))
    course = shelve(session, a_course("bees", checklist), now)
    mia = Browser(app, cast.sign_in(session, people.mia, now))
    page = mia.get(f"{OBSERVATIONS}/new?person={people.lena}").text
    assert 'name="looked-for" value="ready"' in page and 'name="looked-for" value="limit"' not in page
    form = form_of(people.lena, people.mia, course.release_id, **{"mark-limit": "0"})
    mia.post(OBSERVATIONS, form)
    mia.post(OBSERVATIONS, {**form, "key": "another-key-of-hers", "mode": "role-play"})
    marked = [
        (row.observation_id, row.criterion_id)
        for row in session.scalars(select(ObservationMark).order_by(ObservationMark.observation_id))
    ]
    assert [criterion for _number, criterion in marked].count("limit") == 1
    assert marked[-1][0] != marked[0][0]


def test_what_is_given_is_read_answered_and_tried_by_its_person(desk: Desk) -> None:
    answer = desk.at("mia").post(OBSERVATIONS, desk.form())
    assert answer.headers["Location"] == f"{LIST}?team={desk.world.cast.front_desk}"
    (row,) = desk.rows()
    assert (row.state, row.strength_criterion_id, row.step_criterion_id) == ("given", "ready", "listen")
    lena = desk.at("lena")
    assert "Read what was seen of your work" in lena.get("/learn/").text
    assert WRITTEN.next_step.then in lena.get("/learn/feedback").text
    page = lena.get(f"/learn/feedback/{row.id}").text
    assert HEARD in page and "0, not seen" in page and "2, clearly" in page
    assert "only you and Mia" in page
    lena.post(f"/learn/feedback/{row.id}/read")
    lena.post(f"/learn/feedback/{row.id}/tried")
    lena.post(f"/learn/feedback/{row.id}/reply", {"reply": "It was loud that day."})
    assert "Read what was seen of your work" not in lena.get("/learn/").text
    assert "It was loud that day." in desk.at("mia").get(f"{OBSERVATIONS}/{row.id}").text


def test_twice_pressed_is_given_once(desk: Desk) -> None:
    mia = desk.at("mia")
    for _ in range(2):
        mia.post(OBSERVATIONS, desk.form())
    later = {**desk.form(), "words-heard": "something else altogether", "do": "save"}
    mia.post(OBSERVATIONS, later)
    (row,) = desk.rows()
    assert row.words_heard == HEARD
    marks = select(ObservationMark).where(ObservationMark.observation_id == row.id)
    assert len(list(desk.session.scalars(marks))) == 2


def test_a_draft_is_kept_on_every_tap_and_given_later(desk: Desk) -> None:
    mia = desk.at("mia")
    json = {"Accept": "application/json"}
    first = {"key": "a-key-of-the-browser", "writer": desk.world.cast.mia, "person": desk.world.cast.lena}
    first |= {"release": desk.world.course.release_id, "checklist": "seen", "looked-for": ["ready", "listen"]}
    said = mia.post(OBSERVATIONS, {**first, "mark-ready": "1"}, 200, headers=json).json
    (row,) = desk.rows()
    assert said == {"is_saved": True, "time": "10:30", "href": f"{OBSERVATIONS}/{row.id}"}
    assert "Your drafts" in mia.get(LIST).text
    assert 'name="words-heard"' in mia.get(f"{OBSERVATIONS}/{row.id}").text
    over = mia.post(OBSERVATIONS, desk.form(), 200, headers=json).json
    assert over == {"is_saved": True, "is_over": True, "href": f"{OBSERVATIONS}/{row.id}"}
    assert [each.state for each in desk.rows()] == ["given"]


# --- What is refused, with help, and what is caught once ---


def test_without_a_strength_or_a_next_step_it_is_refused_with_help_and_kept(desk: Desk) -> None:
    page = desk.at("mia").post(OBSERVATIONS, desk.form(**{"strength-behaviour": "", "step-then": ""}), 422).text
    assert "you named the three calls" in page and "small enough for tomorrow" in page
    (row,) = desk.rows()
    assert (row.state, row.words_heard) == ("draft", HEARD)
    # A script is sent to the same page.
    json = {"Accept": "application/json"}
    said = desk.at("mia").post(OBSERVATIONS, desk.form(**{"step-then": ""}), 200, headers=json).json
    assert said == {"is_saved": True, "is_over": True, "href": f"{OBSERVATIONS}/{row.id}?look=again"}
    assert "small enough for tomorrow" in desk.at("mia").get(f"{OBSERVATIONS}/{row.id}?look=again").text


def test_a_judging_word_is_caught_with_a_way_out_and_never_twice(desk: Desk) -> None:
    form = desk.form(**{"strength-behaviour": "you showed no bad attitude this time"})
    page = desk.at("mia").post(OBSERVATIONS, form, 422).text
    assert "“bad attitude” has to be guessed" in page and "This is said once" in page
    assert [row.state for row in desk.rows()] == ["draft"]
    desk.at("mia").post(OBSERVATIONS, form)
    assert [row.state for row in desk.rows()] == ["given"]


def test_what_no_page_of_ours_sends_is_refused(desk: Desk) -> None:
    for changes in (
        {"key": "short"},
        {"key": ""},
        {"mark-ready": "3"},
        {"mode": "spying"},
        {"person": "not one"},
        {"release": "999999"},
        {"checklist": "read"},
        {"words-heard": "x" * 5000},
    ):
        desk.at("mia").post(OBSERVATIONS, desk.form(**changes), 404)
    assert not desk.rows()


def test_what_she_planned_is_looked_for_only_while_she_shows_it(desk: Desk, session: Session) -> None:
    criteria = tuple(Criterion(f"c-{name}", name, "", (name,)) for name in "abcdefgh")
    sheet = a_checklist("many", criteria=criteria)
    shelve(session, a_course("wasps", sheet), desk.now)
    lena, address = desk.world.cast.lena, f"{OBSERVATIONS}/new?person={desk.world.cast.lena}&checklist=wasps.many"
    with writing(session):
        plan = session.get_one(Commitment, desk.world.plan)
        plan.behaviours = ["h"]
    kept_private = desk.at("mia").get(address).text
    assert 'name="looked-for" value="c-h"' not in kept_private and "her own plan" not in kept_private
    with writing(session):
        share_plan(session, lena, desk.world.plan, desk.now, is_shared=True)
    shown = desk.at("mia").get(address).text
    assert 'name="looked-for" value="c-h"' in shown and shown.count("her own plan") == 1
    with writing(session):
        share_plan(session, lena, desk.world.plan, desk.now, is_shared=False)
    assert "her own plan" not in desk.at("mia").get(address).text


def test_what_somebody_else_left_in_this_browser_is_not_given_in_ones_own_name(desk: Desk) -> None:
    desk.at("ada").post(OBSERVATIONS, desk.form("mia"), 404)
    assert not desk.rows()


# --- Who may ---


def test_whoever_looks_after_her_may_observe(desk: Desk) -> None:
    for who in ("mia", "max", "ada"):
        desk.at(who).post(OBSERVATIONS, desk.form(who))
    cast = desk.world.cast
    assert sorted(row.observer_id for row in desk.rows()) == sorted((cast.mia, cast.max, cast.ada))


@pytest.mark.parametrize("who", ["lena", "otto", "nora", "tom"])
def test_nobody_else_may_observe_or_read(desk: Desk, who: str) -> None:
    number = desk.given(ago=timedelta(days=9))
    browser = desk.at(who)
    browser.post(OBSERVATIONS, desk.form(who), 404)
    browser.get(f"{OBSERVATIONS}/new?person={desk.world.cast.lena}", 404)
    browser.get(f"{OBSERVATIONS}/{number}", 404)
    browser.get(f"/manage/coaching/people/{desk.world.cast.lena}", 404)
    browser.post(f"{OBSERVATIONS}/{number}/withdraw", {}, 404)
    browser.post(f"{OBSERVATIONS}/{number}/settle", {"outcome": "stands", "settled-words": "I say so."}, 404)
    if who != "lena":
        for path in ("", "/read", "/reply", "/tried", "/dispute"):
            address = f"/learn/feedback/{number}{path}"
            browser.post(address, {"reply": "mine", "dispute": "not so at all"}, 404) if path else browser.get(
                address, 404
            )
        assert HEARD not in browser.get("/learn/feedback").text
    assert desk.row(number).state == "given"


def test_a_draft_is_read_by_nobody_but_its_observer(desk: Desk) -> None:
    number = desk.draft()
    desk.at("mia").get(f"{OBSERVATIONS}/{number}")
    for who in ("max", "ada", "nora", "lena", "tom"):
        desk.at(who).get(f"{OBSERVATIONS}/{number}", 404)
        desk.at(who).post(f"{OBSERVATIONS}/{number}/drop", {}, 404)
    desk.at("lena").get(f"/learn/feedback/{number}", 404)
    desk.at("mia").post(f"{OBSERVATIONS}/{number}/drop")
    assert not desk.rows()


def test_managers_above_read_it_after_her_or_after_three_days(desk: Desk) -> None:
    number = desk.given()
    person = f"/manage/coaching/people/{desk.world.cast.lena}"
    for who in ("max", "ada"):
        desk.at(who).get(f"{OBSERVATIONS}/{number}", 404)
        waiting = desk.at(who).get(person).text
        assert "The person reads it first" in waiting and HEARD not in waiting
    desk.at("mia").get(f"{OBSERVATIONS}/{number}")
    old = desk.given(ago=timedelta(days=3), key="three-days-ago-by-mia")
    for who in ("max", "ada"):
        assert HEARD in desk.at(who).get(f"{OBSERVATIONS}/{old}").text
    desk.at("lena").post(f"/learn/feedback/{number}/read")
    desk.at("max").get(f"{OBSERVATIONS}/{number}")


def test_who_lost_the_team_sees_nothing_more_than_that_a_draft_is_left(desk: Desk, session: Session) -> None:
    number, draft = desk.given(ago=timedelta(days=5)), desk.draft()
    with writing(session):
        stay = session.scalars(select(Membership).where(Membership.person_id == desk.world.cast.lena)).one()
        stay.left_on = desk.now.date()
        session.add(Membership(person_id=desk.world.cast.lena, team_id=desk.world.cast.kitchen,
                               joined_on=desk.now.date()))  # fmt: skip
    mia = desk.at("mia")
    for path in (
        f"{OBSERVATIONS}/{number}",
        f"{OBSERVATIONS}/{draft}",
        f"/manage/coaching/people/{desk.world.cast.lena}",
    ):
        mia.get(path, 404)
    mia.post(OBSERVATIONS, {**desk.form(), "key": "k" * 20}, 404)
    listed = mia.get(LIST).text
    assert "Lena Brandt" not in listed and "One draft is about somebody you no longer look after" in listed
    # Whoever looks after her now reads what was given.
    assert HEARD in desk.at("nora").get(f"{OBSERVATIONS}/{number}").text


# --- Disputes ---


def test_a_dispute_is_left_out_until_somebody_neutral_settles_it(desk: Desk) -> None:
    number = desk.given()
    lena = desk.at("lena")
    lena.post(f"/learn/feedback/{number}/dispute", {"dispute": "no"}, 422)
    lena.post(f"/learn/feedback/{number}/dispute", {"dispute": "That was my colleague’s call, not mine."})
    assert "Disputed" in lena.get("/learn/feedback").text
    words = {"outcome": "set-aside", "settled-words": "I listened to it: it was the other call."}
    # Who observed is not neutral.
    desk.at("mia").post(f"{OBSERVATIONS}/{number}/settle", words)
    assert desk.row(number).state == "disputed"
    assert "Disputed, given by you" in desk.at("mia").get(LIST).text
    max_ = desk.at("max")
    assert "Disputes that wait for you" in max_.get(LIST).text
    max_.post(f"{OBSERVATIONS}/{number}/settle", {}, 422)
    judged = {**words, "settled-words": "She is careless, and I heard the other call."}
    page = max_.post(f"{OBSERVATIONS}/{number}/settle", judged, 422).text
    assert "“careless” says what somebody is" in page and 'name="warned"' in page
    assert 'value="set-aside" checked' in " ".join(page.split()) and desk.row(number).state == "disputed"
    max_.post(f"{OBSERVATIONS}/{number}/settle", words)
    row = desk.row(number)
    assert (row.state, row.outcome, row.settled_by) == ("resolved", "set-aside", desk.world.cast.max)
    assert "it was the other call" in lena.get(f"/learn/feedback/{number}").text
    # Settled is settled.
    desk.at("ada").post(f"{OBSERVATIONS}/{number}/settle", {**words, "outcome": "stands"})
    desk.at("mia").post(f"{OBSERVATIONS}/{number}/withdraw")
    assert desk.row(number).outcome == "set-aside"


def test_a_second_manager_of_the_same_team_is_not_above_it(desk: Desk) -> None:
    number = desk.given(by="max")
    desk.at("lena").post(f"/learn/feedback/{number}/dispute", {"dispute": "That is not what I said."})
    desk.at("mia").post(
        f"{OBSERVATIONS}/{number}/settle", {"outcome": "stands", "settled-words": "I heard it too, it stands."}
    )
    assert desk.row(number).state == "disputed"


def test_what_was_taken_back_says_so(desk: Desk) -> None:
    number = desk.given()
    desk.at("mia").post(f"{OBSERVATIONS}/{number}/withdraw")
    assert desk.row(number).state == "withdrawn"
    assert "took this back" in desk.at("lena").get(f"/learn/feedback/{number}").text
    lena = desk.at("lena")
    lena.post(f"/learn/feedback/{number}/dispute", {"dispute": "too late for this"})
    assert desk.row(number).state == "withdrawn"


# --- How a team is observed ---


def test_the_rhythm_is_kept_and_the_list_follows_it(desk: Desk) -> None:
    mia, team = desk.at("mia"), desk.world.cast.front_desk
    form = {
        "every-days": "7",
        "new-every-days": "3",
        "new-weeks": "2",
        "minutes-a-week": "30",
        "minutes-each": "10",
        "first-hour": "9",
        "last-hour": "12",
        "day-1": "yes",
        "focus": "listen",
    }
    mia.post(f"{LIST}/teams/{team}/rhythm", form)
    mia.post(f"{LIST}/teams/{team}/focus", form)
    page = mia.get(LIST).text
    assert "Every 7 days" in page and "Focus of the week: Listens" in page
    assert "Tuesday" in mia.get(f"{OBSERVATIONS}/new?person={desk.world.cast.lena}").text
    wrong = mia.post(
        f"{LIST}/teams/{team}/rhythm", {**form, "every-days": "0", "last-hour": "9", "day-1": ""}, 422
    )
    assert "whole number from 1 to 92" in wrong.text and "at least one day" in wrong.text
    desk.at("nora").post(f"{LIST}/teams/{team}/rhythm", form, 404)
    desk.at("nora").post(f"{LIST}/teams/{team}/focus", form, 404)


def test_queries_keep_their_number_however_many_are_given(session: Session, desk: Desk) -> None:
    for number in range(12):
        desk.given(key=f"key-number-{number:010}")
    told = queries.given_to(session, desk.world.cast.lena, limit=10)
    assert len(told) == 10
    assert all(len(each.written.marks) == 2 for each in told)


def test_settling_twice_settles_once(session: Session, desk: Desk) -> None:
    number = desk.given()
    with writing(session):
        assert actions.dispute(session, number, desk.world.cast.lena, "not me at all", desk.now)
        assert not actions.dispute(session, number, desk.world.cast.lena, "again", desk.now)
        assert actions.settle(session, number, desk.world.cast.ada, Outcome.STANDS, "it stands", desk.now)
        assert not actions.settle(session, number, desk.world.cast.ada, Outcome.SET_ASIDE, "no", desk.now)
    assert desk.row(number).outcome == "stands"


# --- What it adds up to ---


def test_figures_say_what_they_may_be_used_for(desk: Desk) -> None:
    team = desk.world.cast.front_desk
    address = f"{LIST}/teams/{team}/figures"
    page = desk.at("max").get(address).text
    assert "Fewer than five contacts" in page and "Single contacts are for coaching" in page
    for number in range(20):
        desk.given(key=f"key-number-{number:010}")
    page = desk.at("max").get(address).text
    # At once, also what nobody but its person may read yet.
    assert "21 of 21 contacts" in page and "Mia Sørensen" in page
    assert "n = " not in page
    person = desk.at("mia").get(f"/manage/coaching/people/{desk.world.cast.lena}").text
    assert "clearly in 21 of 21, 95% interval" in person
    assert "clearly in 21 of 21" in desk.at("lena").get("/learn/feedback").text
    desk.at("nora").get(address, 404)
    desk.at("tom").get(address, 404)


def test_a_head_sees_units_and_goes_down_to_a_team_and_nobody_sees_anothers(desk: Desk) -> None:
    cast = desk.world.cast
    for number in range(30):
        desk.given(key=f"key-number-{number:010}")
    address = f"{LIST}/teams/{cast.hotel}/below"
    page = desk.at("max").get(address).text
    assert "From 1 September 2026 to" in page and f"{LIST}/teams/{cast.front_desk}/figures" in page
    assert "50%, 31 of 62" in page and "Talks on numbers only" in page
    assert "Mia Sørensen" not in page and "Lena Brandt" not in page and HEARD not in page
    assert "100%, 31 of 31" in desk.at("max").get(f"{address}?behaviour=greet").text
    # In two clicks: from the page of a team to what is below it, and from there to a team.
    assert address in desk.at("max").get(f"{LIST}?team={cast.hotel}").text
    assert address not in desk.at("mia").get(LIST).text
    for who in ("mia", "nora"):
        desk.at(who).get(address, 404)
    assert "No team below" in desk.at("mia").get(f"{LIST}/teams/{cast.front_desk}/below").text
