"""The sample organisation: believable, true to what the product's own acts would have written, soon gone."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from lms import schema
from lms.accounts import actions as accounts
from lms.accounts import queries as people
from lms.accounts.roles import Role
from lms.accounts.tables import Membership, Person, RoleGrant, Team
from lms.audit.tables import AuditEntry
from lms.content import queries as content
from lms.content.course import Course, Draw
from lms.credentials.actions import award_what_is_due
from lms.credentials.tables import Certificate
from lms.organisation import actions as organisation
from lms.organisation import queries as organisation_queries
from lms.plans import assignment_actions
from lms.plans.tables import Assignment
from lms.practice.cards.actions import recompute as recompute_cards
from lms.practice.cards.card import today_of
from lms.practice.cards.queries import cards_at, past_of
from lms.practice.cards.tables import CardAnswer, CardRow
from lms.progress import actions, attempt_actions, queries, run_actions
from lms.progress.attempt import SaveOutcome
from lms.progress.home import NextKind
from lms.progress.overview import Standing
from lms.progress.run import MoveOutcome
from lms.progress.summary_actions import recompute
from lms.progress.tables import (
    Answer,
    Attempt,
    Enrolment,
    LessonProgress,
    PracticeAnswer,
    ScenarioMove,
    ScenarioRun,
)
from lms.progress.team_queries import team_rows
from lms.quiz.form import Response
from lms.quiz.marking import mark, right_response
from lms.quiz.question import Question
from lms.quiz.responses import response_from
from lms.sample import filling
from lms.sample.answering import wrong_response
from lms.sample.assignments import A_TO_Z, ESCALATION, ZONE, coming_friday
from lms.sample.filling import SampleThereError, fill_sample
from lms.sample.people import GUIDES, MANAGERS, TEAMS, former_people, sample_people
from lms.sample.rehearsing import Rehearsed
from lms.sample.removing import NoAdministratorLeftError, remove_sample
from lms.sample.staffing import SETTINGS
from lms.sample.story import Act, LessonRead, QuizSat
from lms.settings import Environment, Settings
from lms.store import writing
from lms.web.building import build_app
from tests.support.builders import a_course, a_lesson, a_quiz, a_single, one_of_each
from tests.support.plays import a_play
from tests.support.shelf import shelve
from tests.support.world import SECRET

BEHIND = (Answer, Attempt, ScenarioMove, ScenarioRun, PracticeAnswer, LessonProgress)


def a_letter(letter: str) -> tuple[Any, ...]:
    """Return a lesson with two questions and a quiz that draws five of twelve, of every type."""
    asked = [*one_of_each(), *(a_single(f"s{number}") for number in range(5))]
    bank = tuple(replace(question, id=f"{letter}-{question.id}", pool="bank") for question in asked)
    lesson = a_lesson(f"{letter}-read", a_single(f"{letter}-before"), a_single(f"{letter}-after"))
    return lesson, a_quiz(f"{letter}-check", *bank, draws=(Draw(5, "bank"),), shuffle=True)


@pytest.fixture
def catalogue(session: Session, now: datetime) -> tuple[Course, ...]:
    activities = [activity for letter in "abcde" for activity in a_letter(letter)]
    shelve(session, a_course(A_TO_Z, *activities, title="A to Z", valid_for_months=24), now)
    lessons = (*a_letter("one"), *a_letter("two"))
    shelve(session, a_course(ESCALATION, *lessons, a_play(), title="Escalation", conditions=()), now)
    return content.published_courses(session)


@pytest.fixture
def acts(monkeypatch: pytest.MonkeyPatch) -> dict[int, tuple[Course, tuple[Act, ...]]]:
    """Everything the sample's people will do, by enrolment, once the sample is filled."""
    kept: dict[int, tuple[Course, tuple[Act, ...]]] = {}
    write = filling.write_acts

    def spy(session: Session, course: Course, by_enrolment: dict[int, tuple[Act, ...]]) -> None:
        kept.update({number: (course, found) for number, found in by_enrolment.items()})
        write(session, course, by_enrolment)

    monkeypatch.setattr(filling, "write_acts", spy)
    return kept


def fill(session: Session, catalogue: tuple[Course, ...], now: datetime) -> None:
    with writing(session):
        fill_sample(session, catalogue, now, (SECRET,))


def person(session: Session, name: str) -> int:
    found = people.find_person_by_name(session, name)
    assert found
    return found.id


def team(session: Session, code: str) -> int:
    return session.scalars(select(Team.id).where(Team.code == code)).one()


def counts(session: Session) -> dict[str, int]:
    """Return how many rows each table holds, without courses, the audit log and empty tables."""
    rest = ("course", "release", "publication", "blob", "search_passage", "audit_entry", "alembic_version")
    return {
        table.name: count
        for table in schema.metadata.sorted_tables
        if not table.name.startswith(rest)
        and (count := session.scalar(select(func.count()).select_from(table)) or 0)
    }


# What is in it


def test_sixty_people_work_in_six_teams_and_nobody_is_there_twice(now: datetime) -> None:
    staff = sample_people(now.date())
    everyone = [*staff, *former_people(now.date())]
    assert len(staff) == 60
    assert Counter(each.team for each in staff) == {each.code: each.size for each in TEAMS}
    for field in ("sign_in_name", "name", "staff_number"):
        assert len({getattr(each, field) for each in everyone}) == len(everyone)
    assert {guide.sign_in_name for guide in GUIDES} <= {each.sign_in_name for each in staff}
    assert any(each.email is None for each in staff)


@pytest.mark.parametrize("days", range(7))
def test_due_dates_are_ahead_and_behind_on_every_weekday(now: datetime, days: int) -> None:
    today = now.date() + timedelta(days=days)
    assert 1 <= (coming_friday(today) - today).days <= 7
    assert coming_friday(today).weekday() == 4


def test_the_sample_has_leavers_a_mover_and_every_role(session: Session, now: datetime) -> None:
    fill(session, (), now)
    today = now.date()
    facts = people.people(session, people.PeopleFilter(disabled=None), today, limit=100)
    assert len(facts) == 62 and all(each.is_sample for each in facts)
    gone = [each for each in facts if each.disabled_at]
    assert len(gone) == 2
    for each in gone:
        stays = people.stays_of(session, each.id)
        assert stays and not any(stay.covers(today) for stay in stays)
    moved = [each for each in facts if len(people.stays_of(session, each.id)) == 2]
    assert len(moved) == 1
    before, after = people.stays_of(session, moved[0].id)
    assert before.left_on == after.joined_on and after.left_on is None
    for name, code in MANAGERS.items():
        held = people.grants_of(session, person(session, name))
        assert [(grant.role, grant.team_id) for grant in held] == [(Role.MANAGER, team(session, code))]
    assert people.has_administrator(session)
    assert organisation_queries.is_sample(session)
    assert organisation_queries.variables(session)["refund_limit"] == "£50"


def test_mina_can_carry_on_in_the_middle_of_the_third_letter(
    session: Session, catalogue: tuple[Course, ...], now: datetime
) -> None:
    fill(session, catalogue, now)
    mina = person(session, "mina")
    home = queries.home_for(session, mina, catalogue, now)
    assert home.next_thing
    assert (home.next_thing.kind, home.next_thing.activity_id) == (NextKind.ATTEMPT, "c-check")
    assert [card.slug for card in home.complete] == [ESCALATION]
    assert home.next_thing.attempt_id
    attempt = queries.find_attempt(session, home.next_thing.attempt_id, mina)
    assert attempt and 0 < len(attempt.answers) < len(attempt.paper)
    open_attempts = session.scalar(select(func.count()).where(Attempt.submitted_at.is_(None)))
    assert open_attempts == 1


def test_cards_follow_from_their_answers_and_today_is_still_to_come(session: Session, now: datetime) -> None:
    letters = [(letter, *a_letter(letter)) for letter in "abcde"]
    taught = [(replace(lesson, behaviours=(f"habit-{letter}",)), quiz) for letter, lesson, quiz in letters]
    activities = [activity for pair in taught for activity in pair]
    shelve(session, a_course(A_TO_Z, *activities, title="A to Z", valid_for_months=24), now)
    catalogue = content.published_courses(session)
    fill(session, catalogue, now)
    before = session.execute(select(CardRow.__table__).order_by(CardRow.person_id, CardRow.behaviour_id)).all()
    last = session.scalar(select(func.max(CardAnswer.answered_at)))
    past = past_of(session, person(session, "mina"))
    left = today_of(cards_at(catalogue, past, str(ZONE)), now.astimezone(ZONE).date())
    session.rollback()
    assert last is not None and last < now
    assert left.answered == 0
    with writing(session):
        for person_id in {row.person_id for row in before}:
            recompute_cards(session, person_id)
    after = session.execute(select(CardRow.__table__).order_by(CardRow.person_id, CardRow.behaviour_id)).all()
    assert before and after == before


@pytest.mark.parametrize("days", [0, 4, 6])
def test_phones_shows_something_of_everything(
    session: Session, catalogue: tuple[Course, ...], now: datetime, days: int
) -> None:
    later = now + timedelta(days=days, hours=9)
    fill(session, catalogue, later)
    rows = team_rows(session, [team(session, "phones")], later, later.date())
    assert {cell.standing for row in rows for cell in row.cells} == set(Standing)
    assert any(cell.is_soon for row in rows for cell in row.cells)
    assert len(rows) == 16


def test_everything_happened_at_work_in_its_order_and_in_the_past(
    session: Session,
    catalogue: tuple[Course, ...],
    now: datetime,
    acts: dict[int, tuple[Course, tuple[Act, ...]]],
) -> None:
    fill(session, catalogue, now)
    enrolments = {each.id: each for each in session.scalars(select(Enrolment))}
    left_on: dict[int, date] = {
        person_id: on
        for person_id, on in session.execute(
            select(Membership.person_id, Membership.left_on)
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.left_on.is_not(None), Person.disabled_at.is_not(None))
        )
        if on
    }
    failed = 0
    for enrolment_id, (_course, done) in acts.items():
        enrolment = enrolments[enrolment_id]
        moments = [moment for act in done for moment in moments_of(act)]
        assert moments == sorted(moments)
        assert all(enrolment.enrolled_at <= moment <= now for moment in moments)
        days = {moment.astimezone(ZONE).date() for moment in moments}
        assert all(day.weekday() != 6 for day in days)
        assert all(day < left_on.get(enrolment.person_id, date.max) for day in days)
        failed += sum(isinstance(act, QuizSat) for act in done) > len({name_of(act) for act in done})
    assert failed


def moments_of(act: Act) -> list[datetime]:
    if isinstance(act, LessonRead):
        return [act.opened_at, act.last_at]
    if isinstance(act, Rehearsed):
        return [act.started_at, *(each.made_at for each in act.said)]
    closed = [act.submitted_at] if act.submitted_at else []
    return [act.started_at, *(each.saved_at for each in act.saved), *closed]


def name_of(act: Act) -> str:
    if isinstance(act, Rehearsed):
        return act.scenario_id
    return act.lesson_id if isinstance(act, LessonRead) else act.quiz_id


# It is what the product's own acts write


def test_summaries_and_certificates_follow_from_what_happened(
    session: Session, catalogue: tuple[Course, ...], now: datetime
) -> None:
    fill(session, catalogue, now)
    by_slug = {course.slug: course for course in catalogue}
    with writing(session):
        rows = session.execute(select(Enrolment.id, Enrolment.course_slug)).all()
        assert not [number for number, slug in rows if recompute(session, number, by_slug[slug])]
    complete = session.scalars(select(Enrolment.id).where(Enrolment.completed_at.is_not(None))).all()
    certified = session.scalars(select(Certificate.enrolment_id)).all()
    assert len(complete) > 20
    assert sorted(complete) == sorted(certified)


def test_acts_one_by_one_write_the_same_rows(
    session: Session,
    catalogue: tuple[Course, ...],
    now: datetime,
    acts: dict[int, tuple[Course, tuple[Act, ...]]],
) -> None:
    fill(session, catalogue, now)
    inside = select(Membership.person_id).where(Membership.team_id == team(session, "phones"))
    names = ("petra", "tom")
    chosen = sorted(
        session.scalars(
            select(Enrolment.id)
            .join(Person, Person.id == Enrolment.person_id)
            .where(
                (Enrolment.person_id.in_(inside) & (Enrolment.course_slug == A_TO_Z))
                | Person.sign_in_name.in_(names)
            )
        )
    )
    assert len(chosen) > 15
    before = written(session, chosen)
    with writing(session):
        take_back(session, chosen)
        for number in chosen:
            live_again(session, number, *acts.get(number, (catalogue[0], ())))
    assert written(session, chosen) == before


def written(session: Session, enrolment_ids: list[int]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of these enrolments without what is random or numbered by the database."""
    session.rollback()
    session.expire_all()
    attempts = {
        attempt.id: (attempt.enrolment_id, attempt.activity_id, attempt.number)
        for attempt in session.scalars(select(Attempt).where(Attempt.enrolment_id.in_(enrolment_ids)))
    }
    runs = {
        run.id: (run.enrolment_id, run.activity_id, run.number)
        for run in session.scalars(select(ScenarioRun).where(ScenarioRun.enrolment_id.in_(enrolment_ids)))
    }
    found: dict[str, list[dict[str, Any]]] = {}
    conditions: list[tuple[Any, Any]] = [
        (Enrolment, Enrolment.id.in_(enrolment_ids)),
        (LessonProgress, LessonProgress.enrolment_id.in_(enrolment_ids)),
        (PracticeAnswer, PracticeAnswer.enrolment_id.in_(enrolment_ids)),
        (Attempt, Attempt.enrolment_id.in_(enrolment_ids)),
        (Answer, Answer.attempt_id.in_(attempts)),
        (ScenarioRun, ScenarioRun.enrolment_id.in_(enrolment_ids)),
        (ScenarioMove, ScenarioMove.run_id.in_(runs)),
        (Certificate, Certificate.enrolment_id.in_(enrolment_ids)),
    ]
    for table, condition in conditions:
        columns = [column for column in table.__table__.columns if column.name not in ("serial", "code")]
        rows = [dict(row) for row in session.execute(select(*columns).where(condition)).mappings()]
        for row in rows:
            if table is not Enrolment:
                row.pop("id", None)
            if "attempt_id" in row:
                row["attempt_id"] = attempts[row["attempt_id"]]
            if "run_id" in row:
                row["run_id"] = runs[row["run_id"]]
        found[table.__tablename__] = sorted(rows, key=lambda row: str(sorted(row.items())))
    return found


def take_back(session: Session, enrolment_ids: list[int]) -> None:
    attempts = select(Attempt.id).where(Attempt.enrolment_id.in_(enrolment_ids))
    session.execute(delete(Answer).where(Answer.attempt_id.in_(attempts)))
    runs = select(ScenarioRun.id).where(ScenarioRun.enrolment_id.in_(enrolment_ids))
    session.execute(delete(ScenarioMove).where(ScenarioMove.run_id.in_(runs)))
    for table in (Attempt, ScenarioRun, PracticeAnswer, LessonProgress, Certificate):
        session.execute(delete(table).where(table.enrolment_id.in_(enrolment_ids)))
    # Whoever enrolled herself had begun by that.
    begun = [person(session, name) for name in ("petra", "tom")]
    session.execute(
        update(Enrolment)
        .where(Enrolment.id.in_(enrolment_ids))
        .values(started_at=None, last_activity_at=None, completed_at=None, next_activity_id=None)
        .values(steps_done=0, steps_total=0, minutes_left=0, failed_attempts=0)
    )
    session.execute(
        update(Enrolment)
        .where(Enrolment.person_id.in_(begun), Enrolment.course_slug == ESCALATION)
        .values(started_at=Enrolment.enrolled_at, last_activity_at=Enrolment.enrolled_at)
    )
    session.expire_all()
    for number, slug in session.execute(select(Enrolment.id, Enrolment.course_slug)).all():
        course = content.find_course(session, slug)
        assert course
        recompute(session, number, course)


def live_again(session: Session, enrolment_id: int, course: Course, done: Iterable[Act]) -> None:
    """Let a person do the same acts through the product's own actions."""
    person_id = session.scalars(select(Enrolment.person_id).where(Enrolment.id == enrolment_id)).one()
    for act in done:
        if isinstance(act, LessonRead):
            read_again(session, person_id, course, act)
        elif isinstance(act, Rehearsed):
            play_again(session, person_id, course, act)
        else:
            sit_again(session, person_id, course, act)
        award_what_is_due(session, enrolment_id, act.last_at)


def read_again(session: Session, person_id: int, course: Course, act: LessonRead) -> None:
    actions.record_place(session, person_id, course, act.lesson_id, "", act.opened_at)
    answers = [(each.first_at, each.question_id, each.first_response) for each in act.practised]
    answers += [(each.answered_at, each.question_id, each.response) for each in act.practised if each.tries == 2]
    for moment, question_id, response in sorted(answers, key=lambda answer: answer[0]):
        actions.answer_practice(session, person_id, course, act.lesson_id, question_id, response, moment)
    if act.place:
        actions.record_place(session, person_id, course, act.lesson_id, act.place, act.place_at)
    if act.done_at:
        finished = actions.finish_lesson(session, person_id, course, act.lesson_id, act.done_at)
        assert finished.done_at == act.done_at


def play_again(session: Session, person_id: int, course: Course, act: Rehearsed) -> None:
    run = run_actions.start_run(session, person_id, course, act.scenario_id, act.started_at, act.seed)
    assert run.is_new
    for turn, said in enumerate(act.said):
        moved = run_actions.make_move(session, run.run_id, person_id, turn, said.choice_id, said.made_at)
        assert moved.outcome is MoveOutcome.MADE


def sit_again(session: Session, person_id: int, course: Course, act: QuizSat) -> None:
    begun = attempt_actions.start_attempt(session, person_id, course, act.quiz_id, act.started_at, act.seed)
    assert begun.is_new and begun.attempt_id
    for each in act.saved:
        saved = attempt_actions.save_answer(
            session, begun.attempt_id, person_id, each.question_id, each.response, each.saved_at
        )
        assert saved.outcome is SaveOutcome.SAVED
    if act.submitted_at:
        attempt_actions.submit_attempt(session, begun.attempt_id, person_id, act.submitted_at)


def test_the_same_day_brings_the_same_sample(
    session: Session, catalogue: tuple[Course, ...], now: datetime, acts: dict[int, tuple[Course, tuple[Act, ...]]]
) -> None:
    fill(session, catalogue, now)
    first = Counter(repr(done) for _course, done in acts.values())
    before = counts(session)
    acts.clear()
    with writing(session):
        remove_sample(session, now, may_leave_nobody=True)
    fill(session, catalogue, now)
    assert Counter(repr(done) for _course, done in acts.values()) == first
    assert counts(session) == before


@pytest.mark.parametrize("question", one_of_each(), ids=lambda question: question.type.value)
def test_wrong_answers_are_ones_a_page_could_have_sent(question: Question) -> None:
    for number in range(40):
        response = wrong_response(question, random.Random(number))
        assert mark(question, response) < 1
        assert response_from(question, form_of(response)) == response
    right = right_response(question)
    assert response_from(question, form_of(right)) == right


def form_of(response: Response) -> MultiDict[str, str]:
    """Return the form that a page would have sent for this response."""
    match response:
        case str():
            return MultiDict({"response": response})
        case dict():
            return MultiDict({f"response-{name}": str(value) for name, value in response.items()})
        case _:
            ticked = MultiDict([("response", each) for each in response])
            for number, text in enumerate(response, start=1):
                ticked.add(f"response-{number}", text)
            return ticked


def test_without_courses_the_company_is_there_all_the_same(session: Session, now: datetime) -> None:
    fill(session, (), now)
    assert counts(session)["person"] == 62
    assert "enrolment" not in counts(session)


def test_it_is_not_made_twice(session: Session, now: datetime) -> None:
    fill(session, (), now)
    with pytest.raises(SampleThereError):
        fill(session, (), now)


# Removing it


def test_nothing_of_it_stays(session: Session, catalogue: tuple[Course, ...], now: datetime) -> None:
    fill(session, catalogue, now)
    expected = counts(session)
    with writing(session):
        mina = person(session, "mina")
        accounts.make_link(session, person_id=mina, now=now, created_by=person(session, "omar"))
        accounts.open_session(
            session, mina, method=people_method(), now=now, address="192.0.2.1", agent="a browser"
        )
    with writing(session):
        removed = remove_sample(session, now, may_leave_nobody=True)
    assert counts(session) == {}
    assert (removed.people, removed.teams, removed.teams_kept) == (62, 6, 0)
    assert removed.enrolments == expected["enrolment"]
    assert removed.certificates == expected["certificate"]
    assert {course.slug for course in content.published_courses(session)} == {A_TO_Z, ESCALATION}


def people_method() -> Any:
    from lms.accounts.identity import Method

    return Method.LINK


def test_removing_nothing_removes_nothing(session: Session, now: datetime) -> None:
    with writing(session):
        removed = remove_sample(session, now, may_leave_nobody=True)
    assert removed.people == removed.teams == removed.enrolments == 0


def test_what_somebody_changed_in_the_organisation_stays(session: Session, now: datetime) -> None:
    fill(session, (), now)
    with writing(session):
        organisation.set_value(session, "name", "Real & Sons", now)
        organisation.set_value(session, "var.refund_limit", "€80", now)
        organisation.set_value(session, "paper", "letter", now)
    with writing(session):
        remove_sample(session, now, may_leave_nobody=True)
    assert organisation_queries.settings(session) == {
        "name": "Real & Sons",
        "var.refund_limit": "€80",
        "paper": "letter",
    }
    assert not organisation_queries.is_sample(session)
    assert set(SETTINGS) >= {"name", "is_sample"}


def add_real(session: Session, name: str, now: datetime) -> int:
    return accounts.add_person(session, name=name.title(), sign_in_name=name, now=now)


def test_real_people_keep_what_they_did_and_the_teams_they_are_in(
    session: Session, catalogue: tuple[Course, ...], now: datetime
) -> None:
    fill(session, catalogue, now)
    a_to_z = next(course for course in catalogue if course.slug == A_TO_Z)
    with writing(session):
        rhea, remy, rolf, ada = (add_real(session, name, now) for name in ("rhea", "remy", "rolf", "ada.r"))
        accounts.grant_role(session, ada, Role.ADMINISTRATOR, now=now, granted_by=person(session, "omar"))
        phones, chat, returns = (team(session, code) for code in ("phones", "chat", "returns"))
        accounts.join_team(session, rhea, phones, now.date())
        accounts.join_team(session, remy, phones, now.date())
        accounts.grant_role(session, rolf, Role.MANAGER, team_id=chat, now=now)
        # A stay that is over does not keep a team; a team of the customer's own below one stays.
        accounts.join_team(session, rolf, returns, now.date() - timedelta(days=90))
        accounts.leave_team(session, rolf, returns, now.date() - timedelta(days=30))
        own = accounts.add_team(session, code="own", name="Own", parent_id=returns, now=now)
        assignment_actions.apply_team_assignments(session, [rhea, remy], now)
        actions.record_place(session, rhea, a_to_z, "a-read", "", now)
        assignment_actions.assign_course(session, a_to_z, None, ada, now, person_ids=[rhea])
        answered = actions.answer_practice(session, rhea, a_to_z, "a-read", "a-before", "right", now)
    with writing(session):
        removed = remove_sample(session, now)
    assert (removed.people, removed.teams, removed.teams_kept) == (62, 4, 2)
    names = session.scalars(select(Person.sign_in_name).order_by(Person.sign_in_name)).all()
    assert names == ["ada.r", "remy", "rhea", "rolf"]
    teams = {each.code: each for each in session.scalars(select(Team))}
    assert set(teams) == {"phones", "chat", "own"}
    assert not any(each.is_sample or each.parent_id for each in teams.values())
    assert [stay.team_name for stay in people.stays_of(session, rhea)] == ["Phones"]
    assert people.stays_of(session, rolf) == ()
    assert [grant.team_id for grant in people.grants_of(session, rolf)] == [chat]
    assert session.scalars(select(RoleGrant.granted_by)).all() == [None, None]
    # What Rhea began stays, due when nobody real says so no more; what Remy had not begun is taken back.
    left = session.scalars(select(Enrolment)).all()
    assert [(each.id, each.due_on) for each in left] == [(answered.enrolment_id, None)]
    assert counts(session)["practice_answer"] == 1
    assert session.scalars(select(Assignment.assigned_by)).all() == [ada]
    assert own == teams["own"].id


def test_it_can_be_made_again_around_a_team_that_stayed(session: Session, now: datetime) -> None:
    fill(session, (), now)
    with writing(session):
        accounts.join_team(session, add_real(session, "rhea", now), team(session, "phones"), now.date())
    for _again in range(2):
        with writing(session):
            remove_sample(session, now, may_leave_nobody=True)
        fill(session, (), now)
    assert counts(session)["person"] == 63
    assert [each.code for each in session.scalars(select(Team).where(Team.is_sample.is_(False)))] == ["phones"]


def test_it_stays_while_nobody_real_administers(session: Session, now: datetime) -> None:
    fill(session, (), now)
    before = counts(session)
    with pytest.raises(NoAdministratorLeftError), writing(session):
        remove_sample(session, now)
    assert counts(session) == before


# Commands


def test_commands_make_remove_and_make_anew(app: Flask, session: Session, catalogue: tuple[Course, ...]) -> None:
    run = app.test_cli_runner().invoke
    made = run(args=["sample", "fill"])
    assert made.exit_code == 0, made.output
    assert "mina (learner)" in made.output
    again = run(args=["sample", "fill"])
    assert again.exit_code == 1 and "reset" in again.output
    assert run(args=["sample", "reset"]).exit_code == 0
    assert counts(session)["person"] == 62
    session.rollback()
    removed = run(args=["sample", "remove"])
    assert removed.exit_code == 0
    assert "Removed: 62 people" in removed.output and "flask links setup" in removed.output
    assert counts(session) == {}
    deeds = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert deeds == ["sample.fill", "sample.remove", "sample.fill", "sample.remove"]


def test_somebody_real_with_the_same_name_stops_it(app: Flask, session: Session, now: datetime) -> None:
    with writing(session):
        add_real(session, "mina", now)
    refused = app.test_cli_runner().invoke(args=["sample", "fill"])
    assert refused.exit_code == 1 and "sign in name" in refused.output
    assert counts(session) == {"person": 1}


@pytest.mark.parametrize("command", ["fill", "reset"])
def test_production_makes_no_sample(
    engine: object, database_url: str, session: Session, tmp_path: Path, command: str
) -> None:
    app = build_app(
        Settings(
            env=Environment.PRODUCTION,
            database_url=database_url,
            data_folder=tmp_path,
            courses_folder=tmp_path,
            secret_key="for tests only, and long enough to be one",
        )
    )
    refused = app.test_cli_runner().invoke(args=["sample", command])
    assert refused.exit_code == 1 and "LMS_ENV=production" in refused.output
    assert counts(session) == {}
