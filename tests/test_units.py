"""What is kept of each team is what the record says, whatever happened and in whatever order."""

import random
import threading
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, func, select, text, update
from sqlalchemy.orm import Session

from lms import schema
from lms.accounts import actions as accounts
from lms.accounts.tables import Membership, Person
from lms.content.course import Course
from lms.credentials.actions import Deed, award_what_is_due, revoke_certificate
from lms.credentials.tables import Certificate
from lms.jobs import tidying
from lms.plans import assignment_actions
from lms.plans.tables import Assignment
from lms.progress import actions as progress
from lms.progress.summary_actions import begin_renewals
from lms.progress.tables import Enrolment
from lms.store import writing
from lms.units import actions, queries, watching_actions
from lms.units.place_queries import places_of
from lms.units.places import place_of
from lms.units.tables import TeamCrossing, TeamPeople, TeamStanding, TeamTouched
from tests.support.builders import a_course, a_lesson
from tests.support.doors import Clock
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")

assert schema.WATCHES  # importing it is what makes sessions watched
DAY = timedelta(days=1)


def shelf(session: Session, now: datetime) -> list[Course]:
    return [
        shelve(session, a_course(slug, a_lesson("read"), a_lesson("more"), valid_for_months=months), now)
        for slug, months in (("bees", 2), ("hives", None))
    ]


def some_teams(session: Session, count: int, now: datetime) -> list[int]:
    with writing(session):
        top = accounts.add_team(session, code="top", name="Top", now=now)
        return [top] + [
            accounts.add_team(session, code=f"t{number}", name=f"T {number}", now=now, parent_id=top)
            for number in range(count)
        ]


def same_as_the_record(session: Session, today: date) -> list[queries.Difference]:
    session.rollback()
    return list(queries.differences(session, today))


class History:
    """Everything that may happen to people and their learning, drawn by chance."""

    def __init__(self, session: Session, chance: random.Random, now: datetime) -> None:
        self.session, self.chance, self.now = session, chance, now
        self.courses = shelf(session, now)
        self.teams = some_teams(session, 4, now)
        self.people: list[int] = []
        with writing(session):
            for _ in range(10):
                self._hire()
        self.deeds: list[Callable[[], None]] = [
            self._hire, self._hire, self._join, self._join, self._join_others, self._move,
            self._leave, self._let_go, self._let_in, self._start,
            self._read, self._read, self._read, self._finish, self._finish, self._assign, self._withdraw,
            self._revoke,
            self._begin_a_round,
            self._set_due_in_bulk, self._delete_in_bulk, self._close, self._join_ahead,
        ]  # fmt: skip

    def go_on(self) -> str:
        """Let one thing happen, and return its name."""
        deed = self.chance.choice(self.deeds)
        try:
            with writing(self.session):
                deed()
        except (accounts.BadDateError, accounts.NotThereError):
            pass
        return deed.__name__

    def some_units(self) -> list[list[int]]:
        """Return each team by itself, and teams together as somebody may manage them: sisters, all, by chance."""
        by_chance = [self.chance.sample(self.teams, self.chance.randint(2, len(self.teams))) for _ in range(4)]
        return [[team_id] for team_id in self.teams] + [self.teams, *by_chance]

    def _someone(self) -> int:
        return self.chance.choice(self.people) if self.people else self._hire()

    def _hire(self) -> int:
        number = len(self.people)
        person_id = accounts.add_person(self.session, name=f"P {number}", sign_in_name=f"p{number}", now=self.now)
        self.people.append(person_id)
        accounts.join_team(self.session, person_id, self.chance.choice(self.teams), self._some_day())
        return person_id

    def _some_day(self) -> date:
        return self.now.date() - self.chance.randrange(30) * DAY

    def _join(self) -> None:
        accounts.join_team(self.session, self._someone(), self.chance.choice(self.teams), self._some_day())

    def _join_others(self) -> None:
        person_id = self._someone()
        for team_id in self.chance.sample(self.teams, 3):
            accounts.join_team(self.session, person_id, team_id, self._some_day())

    def _join_ahead(self) -> None:
        accounts.join_team(
            self.session, self._someone(), self.chance.choice(self.teams), self.now.date() + 3 * DAY
        )

    def _move(self) -> None:
        person_id = self._someone()
        stay = self.session.scalars(
            select(Membership.team_id).where(Membership.person_id == person_id, Membership.left_on.is_(None))
        ).first()
        if stay:
            accounts.move_person(self.session, person_id, stay, self.chance.choice(self.teams), self.now.date())

    def _leave(self) -> None:
        person_id = self._someone()
        accounts.leave_team(self.session, person_id, self.chance.choice(self.teams), self.now.date())

    def _let_go(self) -> None:
        self.session.execute(update(Person).where(Person.id == self._someone()).values(disabled_at=self.now))

    def _let_in(self) -> None:
        person = self.session.get(Person, self._someone())
        assert person
        person.disabled_at = None

    def _start(self) -> None:
        progress.start_course(self.session, self._someone(), self.chance.choice(self.courses), self.now)

    def _read(self) -> None:
        self._do(("read", "more")[self.chance.randrange(2)])

    def _finish(self) -> None:
        self._do("read", "more")

    def _do(self, *lessons: str) -> None:
        person_id, course = self._someone(), self.chance.choice(self.courses)
        for lesson in lessons:
            enrolment_id = progress.finish_lesson(self.session, person_id, course, lesson, self.now).enrolment_id
            award_what_is_due(self.session, enrolment_id, self.now)

    def _assign(self) -> None:
        course, due_on = self.chance.choice(self.courses), self.now.date() + self.chance.randint(-3, 9) * DAY
        if self.chance.random() < 0.5:
            team_id = self.chance.choice(self.teams)
            assignment_actions.assign_course(
                self.session, course, due_on, self._someone(), self.now, team_id=team_id
            )
        else:
            assignment_actions.assign_course(
                self.session, course, due_on, self._someone(), self.now, person_ids=[self._someone()]
            )

    def _withdraw(self) -> None:
        live = self.session.scalars(select(Assignment.id).where(Assignment.withdrawn_at.is_(None))).all()
        if live:
            assignment_actions.withdraw_assignment(self.session, self.chance.choice(live), self.now)

    def _revoke(self) -> None:
        serials = self.session.scalars(select(Certificate.serial).order_by(Certificate.id)).all()
        if serials:
            deed = Deed(None, "Ada", "127.0.0.1", self.now)
            revoke_certificate(self.session, self.chance.choice(serials), "by mistake", deed)

    def _begin_a_round(self) -> None:
        done = select(Enrolment).where(Enrolment.completed_at.is_not(None)).order_by(Enrolment.id)
        latest = select(func.max(Enrolment.round)).where(Enrolment.person_id == self._someone()).scalar_subquery()
        enrolment = self.session.scalars(done.where(Enrolment.round == latest)).first()
        if enrolment is None:
            return
        taken = select(func.max(Enrolment.round)).where(
            Enrolment.person_id == enrolment.person_id, Enrolment.course_slug == enrolment.course_slug
        )
        self.session.add(
            Enrolment(
                person_id=enrolment.person_id, course_slug=enrolment.course_slug,
                round=(self.session.scalar(taken) or 0) + 1, enrolled_at=self.now, release_id=enrolment.release_id,
            )
        )  # fmt: skip

    def _set_due_in_bulk(self) -> None:
        ids = self.session.scalars(select(Enrolment.id).order_by(Enrolment.id)).all()
        some = self.chance.sample(ids, min(3, len(ids)))
        if some:
            due_on = self.now.date() + self.chance.randint(-5, 5) * DAY
            self.session.execute(update(Enrolment), [{"id": number, "due_on": due_on} for number in some])

    def _delete_in_bulk(self) -> None:
        person_id = self._someone()
        self.session.execute(
            delete(Enrolment).where(Enrolment.person_id == person_id, Enrolment.started_at.is_(None))
        )

    def _close(self) -> None:
        person_id = self._someone()
        self.session.execute(
            update(Membership)
            .where(
                Membership.person_id == person_id,
                Membership.left_on.is_(None),
                Membership.joined_on <= self.now.date(),
            )
            .values(left_on=self.now.date())
        )


@pytest.mark.parametrize("seed", range(12))
def test_after_any_history_what_is_kept_is_what_a_count_over_the_record_finds(
    session: Session, clock: Clock, now: datetime, seed: int
) -> None:
    chance = random.Random(seed)
    history = History(session, chance, now)
    done: list[str] = []
    for number in range(70):
        done.append(history.go_on())
        if number % 10 == 9:
            assert same_as_the_record(session, now.date()) == [], done
            weeks = [(week.fell_due, week.on_time) for week in queries.due_weeks(session, now.date(), 3)]
            assert weeks == weeks_by_hand(session, now.date(), 3), done
            for teams in history.some_units():
                assert figures_of(session, now.date(), teams) == figures_by_hand(session, now.date(), teams), done
            session.rollback()
    assert (session.scalar(select(func.sum(TeamPeople.people))) or 0) > 3
    kept = session.scalar(select(func.sum(TeamStanding.not_started + TeamStanding.under_way + TeamStanding.done)))
    assert (kept or 0) > 3


def test_what_is_changed_past_the_mapper_is_found_and_mended(session: Session, now: datetime) -> None:
    history = History(session, random.Random(1), now)
    for _ in range(60):
        history.go_on()
    with writing(session):
        session.execute(text("UPDATE enrolment SET due_on = '2020-01-01'"))
    found = same_as_the_record(session, now.date())
    assert {each.table for each in found} == {"team_standing"}
    with writing(session):
        actions.note_everything(session)
    with writing(session):
        assert actions.settle_noted(session, now.date()) >= 5
    assert same_as_the_record(session, now.date()) == []
    assert queries.count_touched(session) == 0


def test_a_deed_that_touches_many_teams_notes_them_and_the_hand_counts_them(
    engine: Engine, session: Session, now: datetime
) -> None:
    course = shelf(session, now)[0]
    teams = some_teams(session, actions.AT_ONCE + 5, now)
    with writing(session):
        for number, team_id in enumerate(teams):
            person_id = accounts.add_person(session, name=f"P {number}", sign_in_name=f"p{number}", now=now)
            accounts.join_team(session, person_id, team_id, now.date())
    with writing(session):
        assignment_actions.assign_course(session, course, None, person_id, now, team_id=teams[0])
    assert queries.count_touched(session) == len(teams)
    assert same_as_the_record(session, now.date()) == []
    session.rollback()
    assert tidying.count_teams_anew(engine, now) == len(teams)
    session.rollback()
    assert queries.count_touched(session) == 0
    assert queries.figures(session, now.date(), teams).of(teams).not_started == len(teams)
    assert same_as_the_record(session, now.date()) == []


def test_who_joins_ahead_counts_from_the_day_on(
    engine: Engine, session: Session, clock: Clock, now: datetime
) -> None:
    team_id = some_teams(session, 1, now)[1]
    with writing(session):
        person_id = accounts.add_person(session, name="P", sign_in_name="pp", now=now)
        accounts.join_team(session, person_id, team_id, now.date() + DAY)
    assert queries.figures(session, now.date(), [team_id]).known == {}
    session.rollback()
    tidying.note_todays_moves(engine, now + DAY)
    tidying.count_teams_anew(engine, now + DAY)
    assert queries.figures(session, now.date(), [team_id]).of([team_id]).people == 1


def people_in(session: Session, now: datetime, *teams: int) -> int:
    return queries.figures(session, now.date(), teams).of(teams).people


def test_somebody_in_two_teams_counts_in_each_and_once_in_what_holds_them(session: Session, now: datetime) -> None:
    top, one, two, three = some_teams(session, 3, now)
    with writing(session):
        person_id = accounts.add_person(session, name="P", sign_in_name="pp", now=now)
        accounts.join_team(session, person_id, two, now.date() - 3 * DAY)
        accounts.join_team(session, person_id, one, now.date() - 2 * DAY)
    assert [people_in(session, now, each) for each in (one, two, three)] == [1, 1, 0]
    assert [people_in(session, now, *some) for some in ((one, two), (two, three), (top, one, two, three))] == [
        1
    ] * 3
    session.rollback()
    with writing(session):
        accounts.join_team(session, person_id, top, now.date())
    assert [people_in(session, now, *some) for some in ((top,), (one,), (two,), (top, one, two))] == [1] * 4
    session.rollback()
    with writing(session):
        accounts.leave_team(session, person_id, two, now.date())
        accounts.leave_team(session, person_id, top, now.date())
    assert [people_in(session, now, each) for each in (top, one, two)] == [0, 1, 0]
    assert session.scalar(select(func.count()).select_from(TeamCrossing)) == 0
    assert same_as_the_record(session, now.date()) == []


def test_the_same_teams_have_one_place_whoever_is_in_them(session: Session, now: datetime) -> None:
    _top, one, two = some_teams(session, 2, now)
    with writing(session):
        for name, teams in (("pia", (one, two)), ("quin", (two, one))):
            person_id = accounts.add_person(session, name=name, sign_in_name=name, now=now)
            for team_id in teams:
                accounts.join_team(session, person_id, team_id, now.date())
    kept = session.execute(select(TeamPeople.team_id, TeamPeople.people)).all()
    assert [tuple(row) for row in kept] == [(place_of([one, two]), 2)]
    assert places_of(session, [two]).all == {two, place_of([two, one])}
    assert place_of([one]) == one


def test_a_crossing_of_nobody_is_found_and_removed(session: Session, now: datetime) -> None:
    teams = some_teams(session, 2, now)
    with writing(session):
        session.add(TeamPeople(team_id=place_of(teams), people=3))
        session.add(TeamCrossing(place_id=-5, person_id=99, team_id=teams[1], first_id=teams[1]))
    assert {each.table for each in same_as_the_record(session, now.date())} == {"team_people", "team_crossing"}
    session.rollback()
    with writing(session):
        actions.note_everything(session)
    with writing(session):
        actions.settle_noted(session, now.date())
    assert same_as_the_record(session, now.date()) == []
    assert session.scalar(select(func.count()).select_from(TeamPeople)) == 0


def test_what_is_rolled_back_touches_nothing(session: Session, now: datetime) -> None:
    team_id = some_teams(session, 1, now)[1]
    with pytest.raises(ZeroDivisionError), writing(session):  # noqa: PT012  # all of it is the deed
        person_id = accounts.add_person(session, name="P", sign_in_name="pp", now=now)
        accounts.join_team(session, person_id, team_id, now.date())
        raise ZeroDivisionError
    assert queries.figures(session, now.date(), [team_id]).known == {}
    assert session.scalar(select(func.count()).select_from(TeamTouched)) == 0


def test_what_is_done_in_savepoints_is_counted_once_at_the_end_and_outlives_one_that_fails(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = some_teams(session, 1, now)
    settled: list[set[int]] = []
    settle = actions.settle

    def spy(session: Session, team_ids: Collection[int], today: date, person_ids: Collection[int]) -> None:
        settled.append(set(team_ids))
        settle(session, team_ids, today, person_ids)

    monkeypatch.setattr(watching_actions, "settle", spy)
    with writing(session):
        person_id = accounts.add_person(session, name="P", sign_in_name="pp", now=now)
        accounts.join_team(session, person_id, one, now.date())
        with session.begin_nested():
            accounts.join_team(
                session, accounts.add_person(session, name="Q", sign_in_name="qq", now=now), two, now.date()
            )
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            raise ZeroDivisionError
    assert settled == [{one, two}]
    assert same_as_the_record(session, now.date()) == []


def test_many_who_complete_in_one_team_at_once_are_all_counted(
    engine: Engine, session: Session, now: datetime
) -> None:
    course = shelf(session, now)[0]
    one, two = some_teams(session, 2, now)[1:]
    people = []
    with writing(session):
        for number in range(12):
            person_id = accounts.add_person(session, name=f"P {number}", sign_in_name=f"p{number}", now=now)
            for team_id in (one, two)[:: 1 if number % 2 else -1]:
                accounts.join_team(session, person_id, team_id, now.date() - DAY)
            people.append(person_id)
    failures: list[BaseException] = []

    def complete(person_id: int) -> None:
        try:
            for lesson in ("read", "more"):
                with Session(engine) as own, writing(own):
                    done = progress.finish_lesson(own, person_id, course, lesson, now)
                    award_what_is_due(own, done.enrolment_id, now)
        except BaseException as error:  # told by the test below
            failures.append(error)

    threads = [threading.Thread(target=complete, args=(person_id,)) for person_id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    session.rollback()
    for teams in ([one], [two], [one, two]):
        figures = queries.figures(session, now.date(), teams).of(teams)
        assert (figures.done, figures.held) == (len(people), len(people))
    assert same_as_the_record(session, now.date()) == []


def test_weeks_tell_what_fell_due_and_what_was_on_time(session: Session, now: datetime) -> None:
    course = shelf(session, now)[0]
    team_id = some_teams(session, 1, now)[1]
    with writing(session):
        for number, is_on_time in enumerate((True, True, False)):
            person_id = accounts.add_person(session, name=f"P {number}", sign_in_name=f"p{number}", now=now)
            accounts.join_team(session, person_id, team_id, now.date() - 40 * DAY)
            assignment_actions.assign_course(
                session, course, now.date() - 5 * DAY, person_id, now - 30 * DAY, person_ids=[person_id]
            )
            for lesson in ("read", "more"):
                at = now - (5 if is_on_time else 4) * DAY
                progress.finish_lesson(session, person_id, course, lesson, at)
    weeks = queries.due_weeks(session, now.date(), 3)
    assert [(week.fell_due, week.on_time) for week in weeks] == [(0, 0), (0, 0), (3, 2)]
    figures = queries.figures(session, now.date(), [team_id]).of([team_id])
    assert (figures.fell_due, figures.on_time, figures.done, figures.late) == (3, 2, 3, 0)


def test_what_is_renewed_later_stays_in_the_week_it_was_due(session: Session, now: datetime) -> None:
    course = shelf(session, now)[0]
    _top, team_id = some_teams(session, 1, now)
    with writing(session):
        person_id = accounts.add_person(session, name="Pia", sign_in_name="pia", now=now)
        accounts.join_team(session, person_id, team_id, now.date() - 40 * DAY)
        assignment_actions.assign_course(
            session, course, now.date() - 12 * DAY, person_id, now - 30 * DAY, person_ids=[person_id]
        )
        for lesson in ("read", "more"):
            progress.finish_lesson(session, person_id, course, lesson, now - 14 * DAY)
    before = queries.due_weeks(session, now.date(), 3)
    assert [(week.fell_due, week.on_time) for week in before] == [(0, 0), (1, 1), (0, 0)]
    session.rollback()
    with writing(session):
        begin_renewals(session, [(person_id, 2, now.date() + 30 * DAY)], course, now)
    assert queries.due_weeks(session, now.date(), 3) == before
    figures = queries.figures(session, now.date(), [team_id]).of([team_id])
    assert (figures.fell_due, figures.on_time) == (1, 1)
    assert (figures.enrolled, figures.not_started, figures.done, figures.late) == (1, 1, 0, 0)
    assert same_as_the_record(session, now.date()) == []


def figures_of(session: Session, today: date, teams: list[int]) -> tuple[int, ...]:
    found = queries.figures(session, today, teams).of(teams)
    return found.people, found.not_started, found.under_way, found.done, found.late, found.held


def figures_by_hand(session: Session, today: date, teams: list[int]) -> tuple[int, ...]:
    """The same of everybody who is in one of these teams or more, person by person in Python."""
    people, standing, held = 0, [0, 0, 0, 0], set()
    for person in session.scalars(select(Person).where(Person.disabled_at.is_(None))):
        stays = select(Membership).where(Membership.person_id == person.id, Membership.team_id.in_(teams))
        if not any(
            stay.joined_on <= today and (stay.left_on is None or stay.left_on > today)
            for stay in session.scalars(stays)
        ):
            continue
        people += 1
        rounds = session.scalars(
            select(Enrolment).where(Enrolment.person_id == person.id).order_by(Enrolment.round)
        )
        for each in {each.course_slug: each for each in rounds}.values():
            standing[2 if each.completed_at else 1 if each.started_at else 0] += 1
            standing[3] += bool(not each.completed_at and each.due_on and each.due_on < today)
        certificates = session.scalars(select(Certificate).where(Certificate.person_id == person.id))
        held |= {
            (person.id, each.course_slug)
            for each in certificates
            if not each.revoked_on and (each.valid_until is None or each.valid_until >= today)
        }
    return people, *standing, len(held)


def weeks_by_hand(session: Session, today: date, weeks: int) -> list[tuple[int, int]]:
    """What fell due in the last weeks and was on time, counted round by round in Python."""
    first = today - timedelta(days=today.weekday(), weeks=weeks)
    counted = [(0, 0)] * weeks
    certified = {each.enrolment_id: each.completed_on for each in session.scalars(select(Certificate))}
    for person in session.scalars(select(Person).where(Person.disabled_at.is_(None))):
        stays = select(Membership).where(Membership.person_id == person.id)
        if not any(
            stay.joined_on <= today and (stay.left_on is None or stay.left_on > today)
            for stay in session.scalars(stays)
        ):
            continue
        for each in session.scalars(select(Enrolment).where(Enrolment.person_id == person.id)):
            number = (each.due_on - first).days // 7 if each.due_on else -1
            if each.due_on and 0 <= number < weeks:
                done_on = certified.get(each.id) or (each.completed_at and each.completed_at.date())
                fell_due, on_time = counted[number]
                counted[number] = (fell_due + 1, on_time + bool(done_on and done_on <= each.due_on))
    return counted


def on_postgresql_only(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("on SQLite one writes at a time")


def in_a_thread(engine: Engine, work: Callable[[Session], None]) -> tuple[threading.Thread, list[BaseException]]:
    """Begin this piece of work in a transaction of its own; what it raised is in the list."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            with Session(engine) as own, writing(own):
                work(own)
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


def test_a_note_that_stands_already_is_kept_for_who_notes_the_same_team_again(
    session: Session, engine: Engine, now: datetime
) -> None:
    on_postgresql_only(engine)
    _top, team_id = some_teams(session, 1, now)
    with writing(session):
        person_id = accounts.add_person(session, name="Pia", sign_in_name="pia", now=now)
        actions.note_touched(session, [team_id])
    with Session(engine) as deed:
        with writing(deed):
            deed.add(Membership(person_id=person_id, team_id=team_id, joined_on=now.date()))
            deed.flush()
            deed.info.clear()  # as a deed of many teams: it notes and does not count
            actions.note_touched(deed, [team_id])
            hand, raised = in_a_thread(engine, lambda own: actions.settle_noted(own, now.date()) and None)
            hand.join(timeout=1)
        hand.join(timeout=20)
    assert not raised
    with writing(session):
        actions.settle_noted(session, now.date())
    assert same_as_the_record(session, now.date()) == []


def test_who_changes_a_team_and_who_counts_it_do_not_wait_for_each_other_in_a_circle(
    session: Session, engine: Engine, now: datetime
) -> None:
    on_postgresql_only(engine)
    course = shelf(session, now)[0]
    _top, one, other = some_teams(session, 2, now)
    with writing(session):
        people = [accounts.add_person(session, name=n, sign_in_name=n, now=now) for n in ("lea", "max")]
        for person_id in people:
            accounts.join_team(session, person_id, one, now.date() - 9 * DAY)
            accounts.move_person(session, person_id, one, other, now.date() - 5 * DAY)

    with Session(engine) as closing:
        with writing(closing):
            accounts.close_team(closing, other, now.date(), now)
            learner, raised = in_a_thread(
                engine, lambda own: progress.start_course(own, people[0], course, now) and None
            )
            learner.join(timeout=1)
        learner.join(timeout=20)
    assert not raised
    assert same_as_the_record(session, now.date()) == []


def test_who_comes_into_a_second_team_while_she_learns_is_counted_with_what_she_learnt(
    session: Session, engine: Engine, now: datetime
) -> None:
    on_postgresql_only(engine)
    course = shelf(session, now)[0]
    _top, one, other = some_teams(session, 2, now)
    with writing(session):
        person_id = accounts.add_person(session, name="Lea", sign_in_name="lea", now=now)
        accounts.join_team(session, person_id, other, now.date() - 9 * DAY)
    with Session(engine) as joining:
        with writing(joining):
            accounts.join_team(joining, person_id, one, now.date())
            joining.flush()
            actions.settle(joining, [one, other], now.date())
            learner, raised = in_a_thread(
                engine, lambda own: progress.start_course(own, person_id, course, now) and None
            )
            learner.join(timeout=1)
        learner.join(timeout=20)
    assert not raised
    with writing(session):
        actions.settle_noted(session, now.date())
    assert same_as_the_record(session, now.date()) == []
    assert queries.figures(session, now.date(), [one]).of([one]).under_way == 1


def test_the_day_something_was_completed_is_the_day_where_its_person_lives(
    session: Session, now: datetime
) -> None:
    course = shelf(session, now)[0]
    _top, team_id = some_teams(session, 1, now)
    evening_in_california = datetime(2026, 11, 13, 3, tzinfo=UTC)  # the 12th there
    with writing(session):
        person_id = accounts.add_person(
            session, name="Pia", sign_in_name="pia", time_zone="America/Los_Angeles", now=now - 30 * DAY
        )
        accounts.join_team(session, person_id, team_id, now.date() - 30 * DAY)
        for lesson in ("read", "more"):
            progress.finish_lesson(session, person_id, course, lesson, evening_in_california)
        enrolment = session.scalars(select(Enrolment)).one()
        enrolment.due_on = date(2026, 11, 12)
        award_what_is_due(session, enrolment.id, evening_in_california)
    figures = queries.figures(session, now.date(), [team_id]).of([team_id])
    assert (figures.fell_due, figures.on_time) == (1, 1)
