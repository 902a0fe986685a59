"""Programmes on their pages: put together, looked at before they hold, within one's own teams only."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.accounts.tables import Membership, Person
from lms.audit.tables import AuditEntry
from lms.content import memory
from lms.content.course import Course
from lms.credentials.actions import award_what_is_due
from lms.plans import programme_actions, programme_lists_queries
from lms.plans.allowance import EXEMPTION
from lms.plans.allowance_actions import give_allowance
from lms.plans.programme import Draft, DueKind, DueRule, Target, Who
from lms.plans.programme_actions import make_programme
from lms.plans.programme_queries import live_programmes
from lms.plans.tables import Programme, ProgrammeStep, ProgrammeTarget
from lms.progress import actions as progress
from lms.progress.tables import Enrolment
from lms.store import writing
from lms.web.extensions import db
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast, sign_in
from tests.support.databases import selects_of
from tests.support.doors import Clock
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")

DAY = timedelta(days=1)


@pytest.fixture
def shelf(app: Flask, session: Session, now: datetime) -> dict[str, Course]:
    """Two published courses of one lesson each."""
    return {slug: shelve(session, a_course(slug, a_lesson("read")), now) for slug in ("bees", "hives")}


@pytest.fixture
def mia(app: Flask, session: Session, people: Cast, shelf: dict[str, Course], now: datetime) -> Browser:
    """A browser signed in as the manager of the front desk."""
    return Browser(app, sign_in(session, people.mia, now))


def a_form(people: Cast, **more: str) -> dict[str, str]:
    """Return the form of an ordered programme of two courses for the front desk."""
    return {
        "name": "First weeks", "owner": str(people.front_desk), "order": "ordered", "steps": "2",
        "course-1": "bees", "rule-1": "coming", "days-1": "10",
        "course-2": "hives", "rule-2": "step", "days-2": "5", "after-2": "bees",
        "targets": "1", "target-1": f"everyone::{people.front_desk}::", **more,
    }  # fmt: skip


def looked(page: str) -> dict[str, str]:
    """Return what a page that was looked at adds to its form."""
    found = re.search(r'name="looked" value="([0-9a-f]+)"', page)
    assert found, "the page shows nobody that it touches"
    return {"looked": found[1], "do": "save"}


def first_weeks(session: Session, people: Cast, now: datetime, **more: object) -> int:
    """Make the front desk's programme and return its number."""
    given = {
        "name": "First weeks", "summary": "", "owner_team_id": people.front_desk, "is_ordered": True,
        "steps": (("bees", DueRule(DueKind.AFTER_COMING, days=10)), ("hives", DueRule())),
        "targets": (Target(Who.EVERYONE, now.date(), team_id=people.front_desk),), **more,
    }  # fmt: skip
    with writing(session):
        return make_programme(session, Draft(**given), people.mia, now).programme_id  # type: ignore[arg-type]  # fields by name


def test_a_programme_is_looked_at_before_it_is_made(
    mia: Browser, session: Session, people: Cast, shelf: dict[str, Course], now: datetime
) -> None:
    with writing(session):
        progress.start_course(session, people.lena, shelf["bees"], now)
    form = a_form(people)
    page = mia.post("/manage/programmes/new", {**form, "do": "save"}, 200)
    assert "2 people in all" in page.text
    assert "1 is enrolled now, due 26 November 2026" in page.text
    assert "1 is in it already and keeps all progress" in page.text
    assert "2 find it when the courses before it are completed" in page.text
    assert "Lena Brandt" in page.text
    assert session.scalars(select(Programme)).all() == []
    made = mia.post("/manage/programmes/new", {**form, **looked(page.text)})
    page = mia.get(made.headers["Location"])
    assert "1 enrolment is new" in page.text
    assert "Fewer than five people" in page.text
    session.rollback()
    due = {row.person_id: row.due_on for row in session.scalars(select(Enrolment))}
    assert due == {people.lena: now.date() + 10 * DAY, people.mia: now.date() + 10 * DAY}
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "programme.make")).one()
    assert entry.detail["courses"] == ["bees", "hives"]


def test_what_was_changed_since_the_look_is_looked_at_again(mia: Browser, session: Session, people: Cast) -> None:
    form = a_form(people)
    seen = looked(mia.post("/manage/programmes/new", {**form, "do": "look"}, 200).text)
    page = mia.post("/manage/programmes/new", {**form, "days-1": "20", **seen}, 200)
    assert "due 6 December 2026" in page.text
    assert session.scalars(select(Programme)).all() == []


def test_buttons_change_the_form_and_lose_nothing(mia: Browser, people: Cast) -> None:
    form = a_form(people)
    page = mia.post("/manage/programmes/new", {**form, "do": "up-2"}, 200).text
    assert page.index('value="hives" selected') < page.index('value="bees" selected')
    assert 'value="First weeks"' in page
    assert "course-3" in mia.post("/manage/programmes/new", {**form, "do": "add-step"}, 200).text
    assert "course-2" not in mia.post("/manage/programmes/new", {**form, "do": "remove-step-2"}, 200).text
    assert "target-1" not in mia.post("/manage/programmes/new", {**form, "do": "remove-target-1"}, 200).text
    adding = {
        "team": str(people.front_desk),
        "who": "joined",
        "joined_days": "30",
        "person-words": "lena",
        "do": "look",
    }
    page = mia.post("/manage/programmes/new", {**form, **adding}, 200).text
    assert "Whoever joined Front desk on 17 October 2026 or later" in page and "target-3" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Give the programme a name"),
        ({"owner": "999"}, "Choose whose programme it is"),
        ({"steps": "0"}, "Add a course"),
        ({"targets": "0"}, "Say whom it is for"),
        ({"course-2": "bees", "rule-2": "never"}, "in the programme already"),
        ({"course-1": "nowhere"}, "Choose a course"),
        ({"days-1": "0"}, "Write a number of days"),
        ({"days-1": "9999999999999"}, "Write a number of days"),
        ({"rule-1": "day", "on-1": "2020-01-01"}, "This day has passed"),
        ({"after-2": "hives"}, "Choose a course that comes before this one"),
        ({"order": "free", "after-2": "hives"}, "Choose another course of the programme"),
        ({"team": "1", "who": "joined", "joined_days": "no"}, "Choose a team you look after"),
        ({"person-words": "nora"}, "Nobody you look after is called that"),
        ({"do": "add-person"}, "Write a part of a name"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    mia: Browser, people: Cast, change: dict[str, str], words: str
) -> None:
    form = {**a_form(people), "summary": "kept as it is", "do": "look", **change}
    page = mia.post("/manage/programmes/new", form, 422)
    assert words in page.text and "kept as it is" in page.text


def test_nobody_outside_the_owning_team_can_be_asked(mia: Browser, session: Session, people: Cast) -> None:
    for target in (f"everyone::{people.kitchen}::", "everyone::::", f"person:{people.otto}:::"):
        page = mia.post("/manage/programmes/new", {**a_form(people), "target-1": target, "do": "save"}, 422)
        assert "outside the team" in page.text
        assert "Kitchen" not in page.text and "Otto" not in page.text
    assert session.scalars(select(Programme)).all() == []


def test_only_who_looks_after_the_team_sees_its_programme(
    app: Flask, session: Session, people: Cast, shelf: dict[str, Course], now: datetime
) -> None:
    number = first_weeks(session, people, now)
    whole = first_weeks(session, people, now, name="For everybody", owner_team_id=None)
    for who, sees in ((people.mia, True), (people.max, True), (people.ada, True), (people.nora, False)):
        browser = Browser(app, sign_in(session, who, now))
        assert ("First weeks" in browser.get("/manage/programmes").text) is sees
        # Of the organisation's one sees what is asked of one's own people, and changes nothing.
        assert ("For everybody" in browser.get("/manage/programmes").text) is sees
        for path in (f"/manage/programmes/{number}", f"/manage/programmes/{number}/edit"):
            browser.get(path, 200 if sees else 404)
        browser.get(f"/manage/programmes/{whole}", 200 if sees else 404)
        browser.get(f"/manage/programmes/{whole}/edit", 200 if who == people.ada else 404)
        if who != people.ada:
            browser.post(f"/manage/programmes/{whole}/withdraw", {}, 404)
    nora = Browser(app, sign_in(session, people.nora, now))
    for path in ("edit", "withdraw"):
        nora.post(f"/manage/programmes/{number}/{path}", a_form(people), 404)


def test_a_persons_page_names_the_programmes_that_ask_of_her_but_for_those_of_teams_out_of_sight(
    mia: Browser, session: Session, people: Cast, now: datetime
) -> None:
    with writing(session):
        accounts.join_team(session, people.lena, people.kitchen, now.date())
    kitchens = (Target(Who.EVERYONE, now.date(), team_id=people.kitchen),)
    first_weeks(session, people, now, name="From above", owner_team_id=people.hotel)
    first_weeks(session, people, now, name="For everybody", owner_team_id=None, is_ordered=False)
    first_weeks(session, people, now, name="Of the kitchen", owner_team_id=people.kitchen, targets=kitchens)
    page = mia.get(f"/manage/people/{people.lena}").text
    assigned = page[page.index('id="assigned"') : page.index("More time and exemptions")]
    told = [" ".join(re.sub(r"<[^>]+>", "", line).split()) for line in re.findall(r"<li>(.*?)</li>", assigned)]
    assert [line.split(":")[0] for line in told] == ["For everybody", "From above"]
    assert "a programme for everybody here, since" in told[0] and ", " in told[0].split("(")[0]
    assert " → " in told[1] and "(a programme of Hotel, since" in told[1]
    assert "Of the kitchen" not in page


def test_a_team_that_moved_away_has_no_name_any_more(
    app: Flask, session: Session, people: Cast, shelf: dict[str, Course], now: datetime
) -> None:
    both = (
        Target(Who.EVERYONE, now.date(), team_id=people.front_desk),
        Target(Who.PERSON, now.date(), person_id=people.lena),
    )
    number = first_weeks(session, people, now, owner_team_id=people.hotel, targets=both)
    with writing(session):
        accounts.move_team(session, people.front_desk, None)
    page = Browser(app, sign_in(session, people.max, now)).get(f"/manage/programmes/{number}").text
    assert "Front desk" not in page and "Lena" not in page
    assert "A team you do not look after" in page and "Somebody you do not look after" in page


def test_changing_shows_who_comes_and_who_leaves_and_refuses_what_somebody_changed(
    mia: Browser, session: Session, people: Cast, now: datetime
) -> None:
    number = first_weeks(session, people, now)
    address = f"/manage/programmes/{number}/edit"
    page = mia.get(address).text
    assert 'value="First weeks"' in page and "Everybody in Front desk" in page
    form = {**a_form(people), "version": "1", "target-1": f"person:{people.lena}:::"}
    page = mia.post(address, {**form, "do": "look"}, 200).text
    assert "0 come in, 1 leaves it" in page
    saved = looked(page)
    mia.post(address, {**form, **saved})
    session.rollback()
    assert [row.person_id for row in session.scalars(select(Enrolment))] == [people.lena]
    late = mia.post(address, {**form, **saved}, 409)
    assert "Somebody changed this programme meanwhile" in late.text


def test_a_fixed_day_that_has_passed_may_stay(
    app: Flask, session: Session, people: Cast, shelf: dict[str, Course], clock: Clock, now: datetime
) -> None:
    day = now.date() + DAY
    number = first_weeks(session, people, now, steps=(("bees", DueRule(DueKind.ON_A_DAY, on=day)),))
    clock.passes(days=9)
    mia = Browser(app, sign_in(session, people.mia, clock.now))
    form = {**a_form(people), "version": "1", "steps": "1", "rule-1": "day", "on-1": str(day), "name": "Later"}
    address = f"/manage/programmes/{number}/edit"
    saved = looked(mia.post(address, {**form, "do": "look"}, 200).text)
    mia.post(address, {**form, **saved})
    mia.post(address, {**form, "version": "2", "on-1": str(day + DAY)}, 422)


def test_withdrawing_takes_back_what_nobody_began(
    mia: Browser, session: Session, people: Cast, now: datetime
) -> None:
    number = first_weeks(session, people, now)
    page = mia.post(f"/manage/programmes/{number}/withdraw", {}, 200, follow_redirects=True)
    assert "is withdrawn" in page.text and "No programme yet" in page.text
    session.rollback()
    assert session.scalars(select(Enrolment)).all() == []
    mia.get(f"/manage/programmes/{number}", 404)
    mia.post(f"/manage/programmes/{number}/withdraw", {}, 404)


def test_many_people_are_reached_by_a_job_whose_progress_the_page_shows(
    mia: Browser, session: Session, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programme_actions, "AT_ONCE", 1)
    page = mia.post("/manage/programmes/new", {**a_form(people), "do": "look"}, 200)
    assert "reached one after another" in page.text
    form = {**a_form(people), **looked(page.text)}
    page = mia.post("/manage/programmes/new", form, 200, follow_redirects=True)
    assert "It is being brought to its people: 0%" in page.text
    assert "Being brought to its people" in mia.get("/manage/programmes").text


def test_a_learner_sees_the_whole_line(
    app: Flask, session: Session, people: Cast, shelf: dict[str, Course], now: datetime
) -> None:
    first_weeks(session, people, now, summary="What everybody new learns.")
    lena = Browser(app, sign_in(session, people.lena, now))
    home = lena.get("/learn/").text
    assert "First weeks" in home and "0 of 2 courses done" in home and "What everybody new learns." in home
    assert re.search(r"programme__step--now.*programme__step--next", home, re.DOTALL)
    assert 'aria-current="step"' in lena.get("/learn/courses/hives").text
    assert "programme__step" not in Browser(app, sign_in(session, people.otto, now)).get("/learn/").text
    with writing(session):
        done = progress.finish_lesson(session, people.lena, shelf["bees"], "read", now)
        award_what_is_due(session, done.enrolment_id, now)
    assert re.search(r"programme__step--done.*programme__step--now", lena.get("/learn/").text, re.DOTALL)
    with writing(session):
        give_allowance(
            session, people.lena, "hives", kind=EXEMPTION, until=None, reason="so", by=people.mia, now=now
        )
    assert "programme__step" not in lena.get("/learn/").text
    assert "Not asked of you" in lena.get("/learn/courses/hives").text


def test_the_page_tells_shares_with_n_and_the_same_few_queries_whatever_their_number(
    app: Flask, session: Session, people: Cast, shelf: dict[str, Course], now: datetime, long_memory: None
) -> None:
    number = first_weeks(session, people, now)
    mia = Browser(app, sign_in(session, people.mia, now))

    def joined(count: int) -> str:
        with writing(session):
            some = [Person(name=f"P {n}", sign_in_name=f"p{count}x{n}", created_at=now) for n in range(count)]
            session.add_all(some)
            session.flush()
            session.add_all(
                Membership(person_id=each.id, team_id=people.front_desk, joined_on=now.date()) for each in some
            )
            session.flush()
            programme_actions.settle_in(session, number, [each.id for each in some], now)
        memory.forget(session)
        return mia.get(f"/manage/programmes/{number}").text

    assert "n = 8, today" in joined(6) and "too few to judge" in joined(1)
    page = joined(30)
    assert "n = 39, today" in page and "0% done, 95% interval 0% to 8%" in page
    assert "1 to 25 of 39, by name" in page
    with app.app_context():
        engine = db.engine
    with selects_of(engine) as few:
        mia.get(f"/manage/programmes/{number}")
    joined(40)
    with selects_of(engine) as many:
        mia.get(f"/manage/programmes/{number}")
    assert len(few) == len(many)
    assert session.scalars(select(ProgrammeStep.position)).all() == [0, 1]
    assert len(session.scalars(select(ProgrammeTarget)).all()) == 1


def test_who_is_below_sees_her_own_people_in_a_programme_from_above_and_changes_nothing(
    app: Flask, mia: Browser, session: Session, people: Cast, now: datetime
) -> None:
    above = first_weeks(
        session, people, now, name="House start", owner_team_id=people.hotel,
        targets=(Target(Who.EVERYONE, now.date(), team_id=people.hotel),),
    )  # fmt: skip
    elsewhere = first_weeks(
        session, people, now, name="Knife skills", owner_team_id=people.kitchen,
        targets=(Target(Who.EVERYONE, now.date(), team_id=people.kitchen),),
    )  # fmt: skip
    whole = first_weeks(
        session, people, now, name="Fire drill", owner_team_id=None,
        targets=(Target(Who.PERSON, now.date(), person_id=people.otto),),
    )  # fmt: skip
    page = mia.get("/manage/programmes").text
    assert "From above" in page and "House start" in page and "2 of your people" in page
    assert "Knife skills" not in page and "Fire drill" not in page
    page = mia.get(f"/manage/programmes/{above}").text
    assert "Lena Brandt" in page and "Otto Lind" not in page and "2 of your people" in page
    assert "Change it" not in page and "Withdraw" not in page and "Whom it is for" not in page
    for path in (
        f"/manage/programmes/{elsewhere}",
        f"/manage/programmes/{whole}",
        f"/manage/programmes/{above}/edit",
    ):
        mia.get(path, status=404)
    mia.post(f"/manage/programmes/{above}/withdraw", status=404)
    # Not a minute longer than her people are there.
    with writing(session):
        for person_id in (people.lena, people.mia):
            accounts.leave_team(session, person_id, people.front_desk, now.date())
    assert "House start" not in mia.get("/manage/programmes").text
    mia.get(f"/manage/programmes/{above}", status=404)


def test_the_list_of_those_from_above_asks_as_many_queries_of_one_as_of_many(
    app: Flask, mia: Browser, session: Session, people: Cast, now: datetime, long_memory: None
) -> None:
    def asked() -> int:
        with app.app_context(), selects_of(db.engine) as sent:
            mia.get("/manage/programmes")
        return len(sent)

    def make(number: int) -> None:
        first_weeks(session, people, now, name=f"P {number:03}", owner_team_id=people.hotel,
                    targets=(Target(Who.PERSON, now.date(), person_id=people.lena),))  # fmt: skip

    make(0)
    asked()
    few = asked()
    for number in range(1, 9):
        make(number)
    assert asked() == few


@pytest.mark.parametrize("is_of_team", [True, False])
def test_people_stand_in_one_order_from_whichever_end_a_page_is_read(
    session: Session, people: Cast, shelf: dict[str, Course], now: datetime, is_of_team: bool
) -> None:
    assert shelf
    with writing(session):
        for number in range(7):
            name = f"Same {number // 3}"
            joiner = accounts.add_person(session, name=name, sign_in_name=f"s{number}", now=now)
            accounts.join_team(session, joiner, people.front_desk, now.date())
        draft = Draft("All", "", None, False, (("bees", DueRule()),), (Target(Who.EVERYONE, now.date()),))
        number = make_programme(session, draft, people.ada, now).programme_id
    team_ids = [people.front_desk] if is_of_team else None
    rule = live_programmes(session, [number])[number]
    reached = programme_lists_queries.count_inside(session, number, team_ids, now.date())
    assert reached > 7

    def ids(offset: int, limit: int) -> list[int]:
        some = programme_lists_queries.people_of(
            session, rule, team_ids, now.date(), people=reached, offset=offset, limit=limit
        )
        return [each.person_id for each in some]

    whole = ids(0, 100)
    assert len(whole) == reached
    for limit in (1, 2, 3, 25):
        assert [each for offset in range(0, reached, limit) for each in ids(offset, limit)] == whole
    assert ids(reached, 3) == ids(reached + 5, 3) == []


def test_whom_a_programme_reaches_is_asked_of_todays_enabled_members(
    session: Session, people: Cast, shelf: dict[str, Course], now: datetime
) -> None:
    assert shelf
    with writing(session):
        target = Target(Who.PERSON, now.date(), person_id=people.lena)
        draft = Draft("Hers", "", None, False, (("bees", DueRule()),), (target,))
        number = make_programme(session, draft, people.ada, now).programme_id

    def reached(team_id: int) -> bool:
        return programme_lists_queries.reaches(session, number, [team_id], now.date())

    assert reached(people.front_desk) and not reached(people.kitchen)
    with writing(session):
        accounts.move_person(session, people.lena, people.front_desk, people.kitchen, now.date())
    assert reached(people.kitchen) and not reached(people.front_desk)
    with writing(session):
        accounts.disable_person(session, people.lena, now)
    assert not reached(people.kitchen)
