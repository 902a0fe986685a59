"""Programmes settle into enrolments and due days, whatever happens and in whatever order."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.accounts.roles import Role
from lms.accounts.tables import Membership, Person, RoleGrant, Team
from lms.content import memory
from lms.content.course import Course
from lms.credentials.actions import award_what_is_due
from lms.jobs import settling
from lms.jobs.context import Context
from lms.plans import preview_queries, reached_queries
from lms.plans.allowance import EXEMPTION, EXTENSION
from lms.plans.allowance_actions import give_allowance, withdraw_allowance
from lms.plans.asked_queries import asked_of
from lms.plans.assignment_actions import assign_course, withdraw_assignment
from lms.plans.preview_queries import Preview, preview
from lms.plans.programme import FAIR, Draft, DueKind, DueRule, StepState, Target, Who
from lms.plans.programme_actions import (
    AT_ONCE,
    ChangedMeanwhileError,
    change_programme,
    job_key,
    make_programme,
    withdraw_programme,
)
from lms.plans.programme_queries import comings, lines, live_programmes, people_in
from lms.plans.settling_actions import settle
from lms.plans.tables import Allowance, Assignment, Programme, ProgrammePerson, ProgrammeStep, ProgrammeTarget
from lms.progress import actions as progress
from lms.progress.summary_actions import take_turn
from lms.progress.tables import Enrolment
from lms.queue import queries as jobs
from lms.queue.job import Ticket
from lms.queue.tables import Job
from lms.settings import Environment, Settings
from lms.store import writing
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast, bring_in
from tests.support.doors import Clock
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")

DAY = timedelta(days=1)
NEVER = DueRule()


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    """The cast, signed up."""
    return bring_in(session, now)


@pytest.fixture
def shelf(session: Session, now: datetime) -> dict[str, Course]:
    """Three courses of one lesson each."""
    return {slug: shelve(session, a_course(slug, a_lesson("read")), now) for slug in ("bees", "hives", "honey")}


def within(days: int) -> DueRule:
    return DueRule(DueKind.AFTER_COMING, days=days)


def after(slug: str, days: int) -> DueRule:
    return DueRule(DueKind.AFTER_STEP, days=days, after=slug)


def a_draft(*steps: tuple[str, DueRule], targets: tuple[Target, ...], **more: object) -> Draft:
    given = {"name": "First weeks", "summary": "", "owner_team_id": None, "is_ordered": True, **more}
    return Draft(steps=steps, targets=targets, **given)  # type: ignore[arg-type]  # fields by name


def everyone(team_id: int | None, now: datetime) -> tuple[Target, ...]:
    return (Target(Who.EVERYONE, now.date(), team_id=team_id),)


def state(session: Session) -> dict[tuple[int, str], date | None]:
    """Return the due date of each enrolment that is not complete."""
    session.rollback()
    session.expire_all()
    query = select(Enrolment).where(Enrolment.completed_at.is_(None))
    return {(each.person_id, each.course_slug): each.due_on for each in session.scalars(query)}


def finish(session: Session, person_id: int, course: Course, now: datetime) -> None:
    done = progress.finish_lesson(session, person_id, course, "read", now)
    award_what_is_due(session, done.enrolment_id, now)


def a_context(session: Session) -> Context:
    settings = Settings(env=Environment.TEST, secret_key="for tests only, and long enough to be one")
    return Context(session.get_bind().engine, settings, Ticket(1, 1, "programmes.settle", {}))


def test_a_programme_opens_step_by_step_as_courses_are_completed(
    session: Session, cast: Cast, shelf: dict[str, Course], now: datetime
) -> None:
    draft = a_draft(("bees", within(10)), ("hives", after("bees", 7)), targets=everyone(cast.front_desk, now))
    with writing(session):
        saved = make_programme(session, draft, cast.mia, now)
    assert saved.settled is not None
    assert (saved.settled.came, saved.settled.enrolled) == (2, 2)
    today = now.date()
    assert state(session) == {(cast.lena, "bees"): today + 10 * DAY, (cast.mia, "bees"): today + 10 * DAY}
    with writing(session):
        finish(session, cast.lena, shelf["bees"], now + 3 * DAY)
    assert state(session) == {
        (cast.lena, "hives"): today + 10 * DAY,
        (cast.mia, "bees"): today + 10 * DAY,
    }
    assert asked_of(session, "hives", [cast.lena, cast.mia, cast.otto], now) == {cast.lena}
    assert asked_of(session, "bees", [cast.lena, cast.mia, cast.otto], now) == {cast.lena, cast.mia}


def test_who_joins_is_reached_and_who_leaves_keeps_only_what_was_begun(
    session: Session, cast: Cast, shelf: dict[str, Course], now: datetime
) -> None:
    draft = a_draft(("bees", NEVER), ("hives", NEVER), targets=everyone(cast.kitchen, now), is_ordered=False)
    with writing(session):
        make_programme(session, draft, cast.nora, now)
        accounts.move_person(session, cast.lena, cast.front_desk, cast.kitchen, now.date())
        settle(session, [cast.lena], now)
        progress.start_course(session, cast.lena, shelf["bees"], now)
    assert {slug for person, slug in state(session) if person == cast.lena} == {"bees", "hives"}
    with writing(session):
        accounts.move_person(session, cast.lena, cast.kitchen, cast.front_desk, now.date())
        done = settle(session, [cast.lena], now)
    assert (done.left, done.removed) == (1, 1)
    assert {slug for person, slug in state(session) if person == cast.lena} == {"bees"}


def test_whoever_came_long_ago_has_as_many_days_from_when_she_is_reached(
    session: Session, cast: Cast, shelf: dict[str, Course], now: datetime
) -> None:
    today = now.date()
    joined = Target(Who.JOINED, today, team_id=cast.hotel, joined_from=date(2026, 1, 1))
    with writing(session):
        make_programme(session, a_draft(("bees", within(14)), targets=(joined,)), cast.max, now)
        person = accounts.add_person(session, name="New", sign_in_name="new", now=now)
        accounts.join_team(session, person, cast.kitchen, today - 4 * DAY)
        settle(session, [person], now)
    # All of them joined in January; the new one four days ago.
    due = state(session)
    assert (due[cast.lena, "bees"], due[person, "bees"]) == (today + 14 * DAY, today + 10 * DAY)


def test_a_fixed_day_that_had_passed_gives_joiners_a_fair_time(
    session: Session, cast: Cast, shelf: dict[str, Course], now: datetime
) -> None:
    rule = DueRule(DueKind.ON_A_DAY, on=now.date() + 2 * DAY)
    later = now + 5 * DAY
    with writing(session):
        make_programme(session, a_draft(("bees", rule), targets=everyone(cast.hotel, now)), cast.max, now)
        accounts.join_team(session, cast.tom, cast.kitchen, later.date())
        settle(session, [cast.tom], later)
    assert state(session)[cast.lena, "bees"] == now.date() + 2 * DAY
    assert state(session)[cast.tom, "bees"] == later.date() + FAIR


def test_roles_reach_whoever_holds_them_within_the_owning_team(
    session: Session, cast: Cast, shelf: dict[str, Course], now: datetime
) -> None:
    leaders = (Target(Who.ROLE, now.date(), role=Role.MANAGER, team_id=cast.hotel),)
    draft = a_draft(("bees", NEVER), targets=leaders, owner_team_id=cast.hotel)
    with writing(session):
        make_programme(session, draft, cast.max, now)
    assert set(state(session)) == {(each, "bees") for each in (cast.mia, cast.max, cast.nora)}
    with writing(session):
        grant = session.scalars(select(RoleGrant).where(RoleGrant.person_id == cast.mia)).one()
        accounts.revoke_role(session, grant.id, now)
        accounts.grant_role(session, cast.otto, Role.MANAGER, team_id=cast.kitchen, now=now)
        # He manages the kitchen, and is no member of the hotel.
        accounts.grant_role(session, cast.tom, Role.MANAGER, team_id=cast.kitchen, now=now)
        settle(session, [cast.mia, cast.otto, cast.tom], now)
    assert set(state(session)) == {(each, "bees") for each in (cast.max, cast.nora, cast.otto)}


def test_a_person_is_reached_by_a_teams_programme_only_while_she_is_there(
    session: Session, cast: Cast, shelf: dict[str, Course], now: datetime
) -> None:
    chosen = (Target(Who.PERSON, now.date(), person_id=cast.lena),)
    draft = a_draft(("bees", NEVER), targets=chosen, owner_team_id=cast.front_desk)
    with writing(session):
        make_programme(session, draft, cast.mia, now)
    assert set(state(session)) == {(cast.lena, "bees")}
    with writing(session):
        accounts.move_person(session, cast.lena, cast.front_desk, cast.kitchen, now.date())
        settle(session, [cast.lena], now)
    assert state(session) == {}


def test_more_time_and_exemptions_hold_and_who_is_exempt_for_good_goes_on(
    session: Session, cast: Cast, shelf: dict[str, Course], now: datetime
) -> None:
    today = now.date()
    draft = a_draft(("bees", within(3)), ("hives", within(9)), targets=everyone(cast.front_desk, now))
    with writing(session):
        make_programme(session, draft, cast.mia, now)
        give_allowance(
            session, cast.lena, "bees", kind=EXTENSION, until=today + 5 * DAY, reason="ill", by=cast.mia, now=now
        )
    assert state(session)[cast.lena, "bees"] == today + 5 * DAY
    with writing(session):
        given = give_allowance(
            session, cast.lena, "bees", kind=EXEMPTION, until=None, reason="knows it", by=cast.mia, now=now
        )
    assert state(session)[cast.lena, "bees"] is None
    assert state(session)[cast.lena, "hives"] == today + 9 * DAY
    with writing(session):
        withdraw_allowance(session, cast.lena, given, by=cast.mia, now=now)
    assert state(session)[cast.lena, "bees"] == today + 5 * DAY
    assert (cast.lena, "hives") not in state(session)


def test_changing_and_withdrawing_take_back_what_nobody_began(
    session: Session, cast: Cast, shelf: dict[str, Course], now: datetime
) -> None:
    targets = everyone(cast.front_desk, now)
    with writing(session):
        made = make_programme(
            session, a_draft(("bees", NEVER), ("hives", NEVER), targets=targets, is_ordered=False), cast.mia, now
        )
        progress.start_course(session, cast.lena, shelf["bees"], now)
        assign_course(session, shelf["hives"], None, cast.mia, now, person_ids=[cast.mia])
    with writing(session):
        changed = change_programme(
            session, made.programme_id, made.version, a_draft(("honey", NEVER), targets=targets), now
        )
    assert set(state(session)) == {
        (cast.lena, "bees"), (cast.mia, "hives"), (cast.lena, "honey"), (cast.mia, "honey"),
    }  # fmt: skip
    with pytest.raises(ChangedMeanwhileError), writing(session):
        change_programme(session, made.programme_id, made.version, a_draft(targets=targets), now)
    with writing(session):
        taken = withdraw_programme(session, made.programme_id, now)
        assert withdraw_programme(session, made.programme_id, now) is None
    assert taken and taken.settled and (taken.settled.left, taken.settled.removed) == (2, 2)
    assert set(state(session)) == {(cast.lena, "bees"), (cast.mia, "hives")}
    assert changed.version == made.version + 1


def test_withdrawing_an_assignment_leaves_what_a_programme_asks_for(
    session: Session, cast: Cast, shelf: dict[str, Course], now: datetime
) -> None:
    with writing(session):
        given = assign_course(session, shelf["bees"], now.date() + DAY, cast.mia, now, team_id=cast.front_desk)
        make_programme(
            session, a_draft(("bees", within(9)), targets=everyone(cast.front_desk, now)), cast.mia, now
        )
    assert set(state(session).values()) == {now.date() + DAY}
    with writing(session):
        assert withdraw_assignment(session, given.assignment_ids[0], now).removed == 0
    assert set(state(session).values()) == {now.date() + 9 * DAY}


def test_many_people_are_settled_by_a_job_that_may_begin_anew(
    session: Session, cast: Cast, shelf: dict[str, Course], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(session):
        people = [Person(name=f"P {n}", sign_in_name=f"p{n}", created_at=now) for n in range(AT_ONCE + 1)]
        session.add_all(people)
        session.flush()
        session.add_all(
            Membership(person_id=each.id, team_id=cast.kitchen, joined_on=now.date()) for each in people
        )
    draft = a_draft(("bees", within(9)), targets=everyone(cast.kitchen, now))
    with writing(session):
        made = make_programme(session, draft, cast.nora, now)
    assert made.settled is None and state(session) == {}
    job = jobs.find_by_key(session, job_key(made.programme_id, made.version))
    assert job is not None and job.kind == "programmes.settle"
    monkeypatch.setattr(settling, "_PORTION", 100)
    told: list[float] = []
    context = a_context(session)
    context.told = lambda told_by: told.append(told_by.share)
    session.rollback()
    first = settling.settle_programme(context, job.payload)
    assert first == {"people": AT_ONCE + 3, "changed": 2 * (AT_ONCE + 3)}
    assert len(told) == 4 and told == sorted(told) and told[-1] == 1.0
    again = settling.settle_programme(context, job.payload)
    assert again == {"people": AT_ONCE + 3, "changed": 0}
    assert len(state(session)) == AT_ONCE + 3
    assert session.get_one(Programme, made.programme_id).settled == 1
    session.rollback()
    with writing(session):
        change_programme(session, made.programme_id, 1, a_draft(targets=everyone(cast.kitchen, now)), now)
    assert settling.settle_programme(context, job.payload) == {"changed": 0}
    assert settling.settle_everything(context, {}) == {"changed": AT_ONCE + 3}
    assert state(session) == {}


def test_settling_hundreds_costs_a_fixed_number_of_statements(
    session: Session, cast: Cast, shelf: dict[str, Course], now: datetime, long_memory: None
) -> None:
    draft = a_draft(("bees", within(9)), ("hives", NEVER), targets=everyone(cast.hotel, now))
    with writing(session):
        make_programme(session, draft, cast.max, now)

    def joined(count: int, prefix: str) -> int:
        memory.forget(session)
        with writing(session):
            people = [Person(name=f"P {n}", sign_in_name=f"{prefix}{n}", created_at=now) for n in range(count)]
            session.add_all(people)
            session.flush()
            session.add_all(
                Membership(person_id=each.id, team_id=cast.kitchen, joined_on=now.date()) for each in people
            )
            session.flush()
            sent: list[str] = []
            event.listen(session.connection(), "before_cursor_execute", lambda *rest: sent.append(rest[2]))
            assert settle(session, [each.id for each in people], now).came == count
        return len(sent)

    assert joined(3, "few") == joined(300, "many")


def test_who_completes_while_the_programme_changes_is_brought_on_by_one_of_the_two(
    engine: Engine, session: Session, cast: Cast, shelf: dict[str, Course], now: datetime
) -> None:
    targets = everyone(cast.hotel, now)
    with writing(session):
        made = make_programme(session, a_draft(("bees", within(5)), targets=targets), cast.max, now)
    failures: list[BaseException] = []
    people = (cast.lena, cast.mia, cast.otto, cast.nora, cast.max)

    def run(deed: Callable[[Session], object]) -> None:
        try:
            with Session(engine) as own, writing(own):
                deed(own)
        except BaseException as error:  # told by the test below
            failures.append(error)

    draft = a_draft(("bees", within(5)), ("hives", within(9)), targets=targets)
    deeds: list[Callable[[Session], object]] = [
        lambda own: change_programme(own, made.programme_id, made.version, draft, now)
    ]
    for person_id in people:
        deeds.append(lambda own, who=person_id: finish(own, who, shelf["bees"], now))  # type: ignore[misc]  # no type for a bound default
        deeds.append(lambda own, who=person_id: settle(own, [who], now))  # type: ignore[misc]  # no type for a bound default
    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for job in session.scalars(select(Job).where(Job.kind == "programmes.follow")).all():
        settling.settle_people(a_context(session), job.payload)
    session.rollback()
    look = jobs.find_by_key(session, job_key(made.programme_id, made.version + 1))
    session.rollback()
    assert look is not None
    settling.settle_programme(a_context(session), look.payload)
    assert set(state(session)) == {(each, "hives") for each in people}


def test_who_joins_a_team_and_completes_in_one_instant_waits_in_no_circle(
    engine: Engine, session: Session, cast: Cast, shelf: dict[str, Course], now: datetime
) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("on SQLite one writes at a time")
    bees = shelf["bees"]
    with writing(session):
        progress.start_course(session, cast.lena, bees, now)
    has_joined = threading.Event()
    failures: list[BaseException] = []

    def join() -> None:
        try:
            with Session(engine) as own, writing(own):
                accounts.join_team(own, cast.lena, cast.kitchen, now.date())
                has_joined.set()
                settle(own, [cast.lena], now)  # waits for the course that she completes
        except BaseException as error:  # told by the test below
            failures.append(error)

    with Session(engine) as own, writing(own):
        take_turn(own, cast.lena, bees, now)
        thread = threading.Thread(target=join)
        thread.start()
        assert has_joined.wait(timeout=20)
        finish(own, cast.lena, bees, now)  # its certificate names the person who is just being moved
    thread.join(timeout=20)
    assert failures == [] and not thread.is_alive()


def test_a_team_that_moved_is_asked_what_the_teams_above_it_ask(
    session: Session, cast: Cast, shelf: dict[str, Course], now: datetime
) -> None:
    draft = a_draft(("bees", NEVER), targets=everyone(cast.hotel, now), owner_team_id=cast.hotel)
    with writing(session):
        make_programme(session, draft, cast.max, now)
        accounts.move_team(session, cast.front_desk, None)
    settling.settle_people(a_context(session), {"team": cast.front_desk})
    assert {person_id for person_id, _slug in state(session)} == {cast.max, cast.otto, cast.nora}


class History:
    """People who come, move, learn and go, and programmes that change around them; drawn by chance."""

    def __init__(self, session: Session, chance: random.Random, courses: dict[str, Course], clock: Clock) -> None:
        self.session, self.chance, self.courses, self.clock = session, chance, courses, clock
        self.people: list[int] = []
        self.first: dict[tuple[int, int], tuple[date, date]] = {}
        with writing(session):
            top = accounts.add_team(session, code="top", name="Top", now=clock.now)
            below = [
                accounts.add_team(session, code=f"t{n}", name=f"T {n}", now=clock.now, parent_id=top)
                for n in range(2)
            ]
            self.teams = [top, *below]
            for _ in range(6):
                self._hire()
            for _ in range(2):
                self._make()
        self.deeds: list[Callable[[], object]] = [
            self._hire, self._join, self._move, self._move, self._leave, self._leave, self._let_go, self._let_in,
            self._start, self._finish, self._finish, self._finish, self._assign, self._withdraw_assignment,
            self._exempt, self._no_exemption, self._grant, self._revoke, self._make, self._change, self._change,
            self._withdraw, self._pass,
        ]  # fmt: skip

    @property
    def today(self) -> date:
        """Return the day the clock shows."""
        return self.clock.now.date()

    def go_on(self) -> str:
        """Let one thing happen, and return its name."""
        deed = self.chance.choice(self.deeds)
        try:
            with writing(self.session):
                deed()
        except (accounts.BadDateError, accounts.NotThereError):
            pass
        return deed.__name__

    def _someone(self) -> int:
        return self.chance.choice(self.people)

    def _settle(self, person_id: int) -> None:
        settle(self.session, [person_id], self.clock.now)

    def _hire(self) -> None:
        number = len(self.people)
        person_id = accounts.add_person(
            self.session, name=f"P {number}", sign_in_name=f"p{number}", now=self.clock.now
        )
        self.people.append(person_id)
        day = self.today - self.chance.randrange(20) * DAY
        accounts.join_team(self.session, person_id, self.chance.choice(self.teams), day)
        self._settle(person_id)

    def _join(self) -> None:
        person_id = self._someone()
        accounts.join_team(self.session, person_id, self.chance.choice(self.teams), self.today)
        self._settle(person_id)

    def _move(self) -> None:
        person_id = self._someone()
        stay = self.session.scalars(
            select(Membership.team_id).where(Membership.person_id == person_id, Membership.left_on.is_(None))
        ).first()
        if stay:
            accounts.move_person(self.session, person_id, stay, self.chance.choice(self.teams), self.today)
            self._settle(person_id)

    def _leave(self) -> None:
        person_id = self._someone()
        accounts.leave_team(self.session, person_id, self.chance.choice(self.teams), self.today)
        self._settle(person_id)

    def _let_go(self) -> None:
        person_id = self._someone()
        accounts.disable_person(self.session, person_id, self.clock.now)
        self._settle(person_id)

    def _let_in(self) -> None:
        person_id = self._someone()
        accounts.enable_person(self.session, person_id)
        self._settle(person_id)

    def _course(self) -> Course:
        return self.courses[self.chance.choice(sorted(self.courses))]

    def _start(self) -> None:
        progress.start_course(self.session, self._someone(), self._course(), self.clock.now)

    def _finish(self) -> None:
        finish(self.session, self._someone(), self._course(), self.clock.now)

    def _assign(self) -> None:
        due_on, by = self.today + self.chance.randint(1, 9) * DAY, self._someone()
        assign_course(self.session, self._course(), due_on, by, self.clock.now, person_ids=[self._someone()])

    def _withdraw_assignment(self) -> None:
        given = self.session.scalars(select(Assignment.id).where(Assignment.withdrawn_at.is_(None))).first()
        if given:
            withdraw_assignment(self.session, given, self.clock.now)

    def _exempt(self) -> None:
        person_id = self._someone()
        until = self.chance.choice([None, None, self.today + 2 * DAY])
        give_allowance(
            self.session, person_id, self._course().slug, kind=EXEMPTION, until=until, reason="so",
            by=person_id, now=self.clock.now,
        )  # fmt: skip

    def _no_exemption(self) -> None:
        given = self.session.scalars(select(Allowance).where(Allowance.withdrawn_at.is_(None))).first()
        if given:
            withdraw_allowance(self.session, given.person_id, given.id, by=given.given_by, now=self.clock.now)

    def _grant(self) -> None:
        person_id = self._someone()
        accounts.grant_role(
            self.session, person_id, Role.MANAGER, team_id=self.chance.choice(self.teams), now=self.clock.now
        )
        self._settle(person_id)

    def _revoke(self) -> None:
        grant = self.session.scalars(select(RoleGrant).where(RoleGrant.revoked_at.is_(None))).first()
        if grant:
            accounts.revoke_role(self.session, grant.id, self.clock.now)
            self._settle(grant.person_id)

    def _draft(self) -> Draft:
        slugs = self.chance.sample(sorted(self.courses), self.chance.randint(1, 3))
        steps = []
        for place, slug in enumerate(slugs):
            rules = [NEVER, within(self.chance.randint(1, 15)),
                     DueRule(DueKind.ON_A_DAY, on=self.today + self.chance.randrange(9) * DAY)]  # fmt: skip
            if place:
                rules.append(after(slugs[0], self.chance.randint(1, 9)))
            steps.append((slug, self.chance.choice(rules)))
        team = self.chance.choice([*self.teams, None])
        targets = self.chance.sample(
            [
                Target(Who.EVERYONE, self.today, team_id=team),
                Target(Who.JOINED, self.today, team_id=team, joined_from=self.today - 9 * DAY),
                Target(Who.PERSON, self.today, person_id=self._someone()),
                Target(Who.ROLE, self.today, team_id=team, role=Role.MANAGER),
            ],
            self.chance.randint(1, 2),
        )
        return a_draft(
            *steps, targets=tuple(targets), is_ordered=self.chance.random() < 0.6,
            owner_team_id=self.chance.choice([None, self.teams[0], self.teams[1]]),
        )  # fmt: skip

    def _make(self) -> None:
        draft = self._draft()
        seen = preview(self.session, draft, None, self.clock.now)
        made = make_programme(self.session, draft, self._someone(), self.clock.now)
        self._check_preview(seen, made.programme_id, set())

    def _change(self) -> None:
        row = self.session.scalars(select(Programme).where(Programme.withdrawn_at.is_(None))).first()
        if row:
            draft, before = self._draft(), people_in(self.session, row.id)
            seen = preview(self.session, draft, row.id, self.clock.now)
            change_programme(self.session, row.id, row.version, draft, self.clock.now)
            self._check_preview(seen, row.id, before)

    def _check_preview(self, seen: Preview, programme_id: int, before: set[int]) -> None:
        """Compare what was shown before a programme was saved with what came of it."""
        people = people_in(self.session, programme_id)
        counts = (len(people), len(people - before), len(before - people))
        assert (seen.people, seen.coming, seen.leaving) == counts
        came = {key: at for key, at in comings(self.session, people).items() if key[0] == programme_id}
        for place, step in enumerate(seen.steps):
            line = [each[place] for each in lines(self.session, live_programmes(self.session), came).values()]
            at = Counter(each.state for each in line)
            assert (step.done, step.waiting) == (at[StepState.DONE], at[StepState.LATER])
            assert step.new + step.under_way + step.exempt == at[StepState.OPEN] + at[StepState.EXEMPT]
            days = {each.due_on for each in line if each.state is StepState.OPEN and each.due_on}
            if step.exempt == at[StepState.EXEMPT]:
                assert (step.first_due, step.last_due) == (min(days, default=None), max(days, default=None))
        assert [each.is_new for each in seen.shown].count(True) == seen.coming

    def _withdraw(self) -> None:
        row = self.session.scalars(select(Programme).where(Programme.withdrawn_at.is_(None))).first()
        if row and self.chance.random() < 0.5:
            withdraw_programme(self.session, row.id, self.clock.now)

    def _pass(self) -> None:
        # Nothing comes of a night alone but the end of exemptions, which its own job follows.
        live = select(Allowance.id).where(Allowance.until.is_not(None), Allowance.withdrawn_at.is_(None))
        if not self.session.scalars(live).first():
            self.clock.passes(days=1)

    # What ought to be, reckoned the plain way.

    def expected(self) -> dict[tuple[int, int], tuple[date, date]]:
        """Return whom each programme reaches: since when it has been meant for her, and when that was seen."""
        found: dict[tuple[int, int], tuple[date, date]] = {}
        for programme in self.session.scalars(select(Programme).where(Programme.withdrawn_at.is_(None))):
            for person in self.session.scalars(select(Person).where(Person.disabled_at.is_(None))):
                owner = programme.owner_team_id
                days = self._meant_since(programme.id, person)
                if days and (owner is None or self._since(person.id, owner)):
                    key = (programme.id, person.id)
                    found[key] = self.first.get(key, (min(days), self.today))
        self.first = found
        return found

    def _is_inside(self, team_id: int | None, wanted: int | None) -> bool:
        # No team here is deeper than two.
        return wanted is None or team_id == wanted or self.session.get_one(Team, team_id).parent_id == wanted

    def _since(self, person_id: int, wanted: int | None) -> date | None:
        days = {
            stay.joined_on + number * DAY
            for stay in self.session.scalars(select(Membership).where(Membership.person_id == person_id))
            if self._is_inside(stay.team_id, wanted)
            for number in range(((stay.left_on or self.today + DAY) - stay.joined_on).days)
        }
        day = self.today
        while day - DAY in days:
            day -= DAY
        return day if self.today in days else None

    def _meant_since(self, programme_id: int, person: Person) -> list[date]:
        chosen = select(ProgrammeTarget).where(ProgrammeTarget.programme_id == programme_id)
        held = select(RoleGrant).where(RoleGrant.person_id == person.id, RoleGrant.revoked_at.is_(None))
        days: list[date] = []
        for target in self.session.scalars(chosen):
            day = self._since(person.id, target.team_id)
            if target.team_id is None and day is None:
                day = person.created_at.date()
            if target.who == "person" and target.person_id == person.id:
                days.append(target.since)
            elif target.who == "everyone" and day:
                days.append(max(day, target.since))
            elif target.who == "joined" and day and target.joined_from and day >= target.joined_from:
                days.append(day)
            elif target.who == "role":
                days += [
                    max(grant.granted_at.date(), target.since)
                    for grant in self.session.scalars(held)
                    if self._is_inside(grant.team_id, target.team_id)
                ]
        return days

    def _asked(self) -> dict[tuple[int, str], list[date | None]]:
        """Return each course that something asks of somebody now, with the days on which it is due."""
        asked: dict[tuple[int, str], list[date | None]] = {}
        for (programme_id, person_id), (came, reached) in self.first.items():
            is_ordered = self.session.get_one(Programme, programme_id).is_ordered
            asking = (ProgrammeStep.programme_id == programme_id, ProgrammeStep.gone_at.is_(None))
            query = select(ProgrammeStep).where(*asking).order_by(ProgrammeStep.position)
            steps = self.session.scalars(query).all()
            over = {step.course_slug: self._over(person_id, step.course_slug) for step in steps}
            for place, step in enumerate(steps):
                before = [over[each.course_slug] for each in steps[:place]] if is_ordered else []
                if over[step.course_slug] or None in before:
                    continue
                asked_on = max(reached, step.asked_since)
                turn_on = max([asked_on, *(day for day in before if day)])
                base = came if step.due_kind == "coming" else over.get(step.due_after or "")
                due = None
                if step.due_on:
                    due = step.due_on if step.due_on >= asked_on else asked_on + 14 * DAY
                elif step.due_days and base:
                    due = base + step.due_days * DAY
                    due = due if due >= turn_on else turn_on + step.due_days * DAY
                asked.setdefault((person_id, step.course_slug), []).append(due)
        for given in self.session.scalars(select(Assignment).where(Assignment.withdrawn_at.is_(None))):
            assert given.person_id
            asked.setdefault((given.person_id, given.course_slug), []).append(given.due_on)
        return asked

    def check_people(self, done: list[str]) -> None:
        """Compare whom programmes reach with whom they ought to."""
        self.session.rollback()
        self.session.expire_all()
        reached = self.session.scalars(select(ProgrammePerson))
        rows = {(row.programme_id, row.person_id): (row.came_on, row.reached_on) for row in reached}
        assert rows == self.expected(), done

    def check(self, done: list[str]) -> None:
        """Compare all that is stored with what ought to be."""
        self.check_people(done)
        asked, stored = self._asked(), state_of(self.session)
        for key in asked:
            # Whoever completed a course is not enrolled anew.
            assert key in stored or self._over_done(*key), (key, done)
        for key, (due_on, is_begun) in stored.items():
            due = min((day for day in asked.get(key, ()) if day), default=None)
            assert due_on == (None if self._is_exempt(*key) else due), (key, done)
            # Exempt people keep what they had; nobody else keeps what nothing asks for.
            assert is_begun or key in asked or self._over(*key), (key, done)

    def _over_done(self, person_id: int, slug: str) -> date | None:
        at = self.session.scalars(
            select(Enrolment.completed_at).where(
                Enrolment.person_id == person_id,
                Enrolment.course_slug == slug,
                Enrolment.completed_at.is_not(None),
            )
        ).first()
        return at.date() if at else None

    def _over(self, person_id: int, slug: str) -> date | None:
        exempt = self.session.scalars(
            select(Allowance.given_at)
            .where(
                Allowance.person_id == person_id, Allowance.course_slug == slug, Allowance.kind == EXEMPTION,
                Allowance.until.is_(None), Allowance.withdrawn_at.is_(None),
            )
            .order_by(Allowance.id)
        ).first()  # fmt: skip
        return self._over_done(person_id, slug) or (exempt.date() if exempt else None)

    def _is_exempt(self, person_id: int, slug: str) -> bool:
        live = self.session.scalars(
            select(Allowance).where(
                Allowance.person_id == person_id, Allowance.course_slug == slug, Allowance.withdrawn_at.is_(None)
            )
        )
        return any(each.until is None or each.until >= self.today for each in live)


def state_of(session: Session) -> dict[tuple[int, str], tuple[date | None, bool]]:
    """Return the due date of each enrolment that is not complete, and whether it was begun."""
    query = select(Enrolment).where(Enrolment.completed_at.is_(None))
    return {
        (each.person_id, each.course_slug): (each.due_on, each.started_at is not None)
        for each in session.scalars(query)
    }


@pytest.mark.parametrize("seed", range(8))
def test_after_any_history_what_is_settled_is_what_a_plain_reckoning_finds(
    session: Session, clock: Clock, shelf: dict[str, Course], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    if seed % 2:  # previews as of a whole organisation
        monkeypatch.setattr(reached_queries, "FEW", 0)
        monkeypatch.setattr(preview_queries, "FEW", 0)
    history = History(session, random.Random(seed), shelf, clock)
    done: list[str] = []
    history.check(done)
    for number in range(50):
        done.append(history.go_on())
        if number % 5 == 4:
            history.check(done)
        else:
            history.check_people(done)
    before = (state(session), history.first)
    with writing(session):
        assert settle(session, history.people, clock.now) == type(settle(session, [], clock.now))()
    settling.settle_everything(a_context(session), {})
    history.check(done)
    assert (state(session), history.first) == before
