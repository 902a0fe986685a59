"""The invented organisation: true to the product's own rules, the same from the same seed, open to be walked."""

import random
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from lms import schema
from lms.accounts.queries import find_person_by_name
from lms.accounts.roles import Role
from lms.accounts.tables import Membership, Person, RoleGrant, Team
from lms.audit.queries import verify_chain
from lms.content.course import Course, Draw
from lms.content.queries import published_courses
from lms.credentials import awarding
from lms.credentials.tables import Certificate
from lms.crowd.filling import Made, Wanted, make_organisation
from lms.crowd.people import workforce
from lms.crowd.tree import tree
from lms.plans.assignment_actions import refresh_due_dates
from lms.plans.tables import Assignment
from lms.progress.completion import completion_of
from lms.progress.history_queries import facts_of, happened_in
from lms.progress.summary_actions import recompute
from lms.progress.tables import Answer, Attempt, Enrolment, ScenarioRun
from lms.store import writing
from lms.units.actions import settle_noted
from lms.units.place_queries import teams_of_several
from lms.units.queries import differences, figures
from lms.web.extensions import db
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson, a_quiz, a_single, one_of_each
from tests.support.cast import sign_in
from tests.support.databases import opened
from tests.support.plays import a_play
from tests.support.shelf import shelve

SMALL = Wanted(people=200, teams=12, seed=7, answers=0.1)


@pytest.fixture
def catalogue(session: Session, now: datetime) -> tuple[Course, ...]:
    bank = tuple(a_single(f"s{number}") for number in range(9))
    long = [
        each
        for letter in "abcd"
        for each in (a_lesson(f"{letter}-read"), a_quiz(f"{letter}-check", *bank, draws=(Draw(5, ""),)))
    ]
    later = a_quiz("later", *one_of_each(), opens_after_days=7)
    shelve(session, a_course("long", *long, later, title="Long", valid_for_months=24, conditions=()), now)
    short = (a_lesson("read"), a_quiz("check", *one_of_each(), pass_mark=0.6))
    shelve(session, a_course("a-short", *short, title="Short", valid_for_months=12, conditions=()), now)
    shelve(session, a_course("calls", a_lesson("read"), a_play(), title="Calls", conditions=()), now)
    leaders = a_course("lead", a_lesson("read"), title="Lead", audience="Team leaders", conditions=())
    shelve(session, leaders, now)
    return published_courses(session)


@pytest.fixture
def made(session: Session, catalogue: tuple[Course, ...], now: datetime) -> Made:
    with writing(session):
        return make_organisation(session, schema.metadata, catalogue, now, SMALL)


def test_nothing_is_different_once_everything_is_recomputed(
    session: Session, made: Made, catalogue: tuple[Course, ...], now: datetime
) -> None:
    courses = {course.slug: course for course in catalogue}
    enrolments = session.execute(select(Enrolment.id, Enrolment.course_slug, Enrolment.completed_at)).all()
    assert sum(row.completed_at is not None for row in enrolments) > 100
    with writing(session):
        different = [row.id for row in enrolments if recompute(session, row.id, courses[row.course_slug])]
    assert different == []
    for row in enrolments:
        if row.completed_at:
            happened = happened_in(facts_of(session, [row.id])[row.id], is_renewal=False)
            assert completion_of(courses[row.course_slug], happened).completed_at == row.completed_at


def test_due_dates_follow_from_what_was_assigned(
    session: Session, made: Made, catalogue: tuple[Course, ...], now: datetime
) -> None:
    people = list(session.scalars(select(Person.id).where(Person.disabled_at.is_(None))))
    before = dict(session.execute(select(Enrolment.id, Enrolment.due_on)).all())
    with writing(session):
        for course in catalogue:
            refresh_due_dates(session, course.slug, people, now)
    assert dict(session.execute(select(Enrolment.id, Enrolment.due_on)).all()) == before
    assert session.scalars(select(Assignment.id).where(Assignment.withdrawn_at.is_(None))).first()


def test_certificates_say_what_the_product_would_say(
    session: Session, made: Made, catalogue: tuple[Course, ...], now: datetime
) -> None:
    courses = {course.slug: course for course in catalogue}
    certificates = session.scalars(select(Certificate)).all()
    complete = session.scalar(select(func.count()).where(Enrolment.completed_at.is_not(None)))
    assert len(certificates) == complete
    for each in certificates:
        enrolment, person = session.get_one(Enrolment, each.enrolment_id), session.get_one(Person, each.person_id)
        course = courses[each.course_slug]
        completion = completion_of(
            course, happened_in(facts_of(session, [enrolment.id])[enrolment.id], is_renewal=False)
        )
        assert each.mark == pytest.approx(awarding.final_mark(completion))
        said = [condition.as_plain() for condition in awarding.conditions_met(completion, person.time_zone)]
        assert each.conditions == said
        assert each.completed_on == awarding.day_of(enrolment.completed_at or now, person.time_zone)
    today = now.date()
    ends = [each.valid_until for each in certificates if each.valid_until]
    assert any(end < today for end in ends) and any(end > today for end in ends)


def test_every_team_has_one_who_leads_it_and_people_come_move_and_go(
    session: Session, made: Made, now: datetime
) -> None:
    teams = set(session.scalars(select(Team.id)))
    led = session.scalars(
        select(RoleGrant.team_id).where(RoleGrant.role == Role.MANAGER, RoleGrant.revoked_at.is_(None))
    )
    assert Counter(led) == Counter(teams)
    assert made.rows["person"] == SMALL.people
    stays = Counter(session.scalars(select(Membership.person_id)))
    assert len(stays) == SMALL.people and max(stays.values()) == 2
    assert session.scalar(select(func.count()).where(Membership.left_on.is_not(None)))
    now_in = Counter(session.scalars(select(Membership.person_id).where(Membership.left_on.is_(None))))
    assert max(now_in.values()) == 2
    assert session.scalar(select(func.count()).where(Person.email.is_(None)))
    assert session.scalar(select(func.count()).where(Person.disabled_at.is_not(None)))
    names = " ".join(session.scalars(select(Person.name)))
    assert any("\u0600" <= letter <= "\u06ff" for letter in names)
    assert len(set(session.scalars(select(Person.time_zone)))) > 2


def test_everybody_counts_once_also_who_is_in_two_teams(session: Session, made: Made, now: datetime) -> None:
    with writing(session):
        settle_noted(session, now.date())
    teams = session.scalars(select(Team.id)).all()
    here = select(func.count()).where(Person.disabled_at.is_(None), Person.id.in_(select(Membership.person_id)))
    assert figures(session, now.date(), teams).of(teams).people == session.scalar(here)
    assert teams_of_several(session, teams)
    assert not list(differences(session, now.date()))


def test_marks_are_better_the_second_time_and_nothing_is_ahead_of_now(
    session: Session, made: Made, now: datetime
) -> None:
    attempts = session.execute(
        select(Attempt.number, Attempt.mark, Attempt.submitted_at, Attempt.started_at)
    ).all()
    assert all(row.started_at < row.submitted_at < now for row in attempts)
    assert len(session.execute(select(Answer.attempt_id)).all()) > 100
    assert len(session.scalars(select(ScenarioRun.id)).all()) > 20
    busy = Counter(row.submitted_at.weekday() for row in attempts)
    assert busy[1] > 3 * busy[6]


def test_the_same_seed_makes_the_same_organisation(tmp_path: Path, now: datetime) -> None:
    def dump(name: str, seed: int) -> list[object]:
        engine = opened(f"sqlite:///{tmp_path / name}")
        with engine.begin() as connection:
            schema.metadata.create_all(connection)
        with Session(engine) as session:
            shelve(session, a_course("long", a_lesson("read"), a_quiz("check", *one_of_each())), now)
            with writing(session):
                wanted = Wanted(60, 4, seed, 0.5)
                make_organisation(session, schema.metadata, published_courses(session), now, wanted)
            found = [
                tuple(row)
                for table in ("team", "person", "membership", "role_grant", "assignment", "enrolment", "attempt",
                              "answer", "certificate")
                for row in session.execute(text(f"SELECT * FROM {table}"))
            ]  # fmt: skip
        engine.dispose()
        return found

    first = dump("one.sqlite3", 3)
    assert dump("two.sqlite3", 3) == first
    assert dump("three.sqlite3", 4) != first


def test_a_second_organisation_may_stand_beside_the_first(
    session: Session, made: Made, catalogue: tuple[Course, ...], now: datetime
) -> None:
    with writing(session):
        again = make_organisation(session, schema.metadata, catalogue, now, SMALL)
    assert again.rows["person"] == SMALL.people
    assert session.scalar(select(func.count()).select_from(Person)) == 2 * SMALL.people


@pytest.mark.parametrize(("people", "teams"), [(10, 1), (200, 8), (5_000, 200)])
def test_the_tree_has_room_for_exactly_everybody(people: int, teams: int) -> None:
    chance = random.Random(1)
    spots = tree(chance, people, teams)
    assert sum(spot.size for spot in spots) == people
    assert sum(not spot.has_below for spot in spots) == teams
    assert all(spot.parent is None or spot.parent < spot.place for spot in spots)
    below = Counter(spot.parent for spot in spots if spot.parent is not None)
    assert all(count <= 9 for count in below.values())
    workers = list(workforce(chance, spots, date(2026, 11, 16).toordinal()))
    assert len({worker.sign_in_name for worker in workers}) == people
    assert all(stay.left is None or stay.left > stay.joined for worker in workers for stay in worker.stays)


@pytest.fixture
def shown(app: Flask, session: Session, made: Made) -> dict[str, tuple[Browser, Person]]:
    """A browser of each who is shown around."""
    found = {}
    for seat, name in made.guides.items():
        person = find_person_by_name(session, name)
        assert person
        found[seat] = (Browser(app, sign_in(session, person.id, datetime.now().astimezone())), person)
    return found


def test_every_page_opens(app: Flask, session: Session, shown: dict[str, tuple[Browser, Person]]) -> None:
    for who, desk in (("head", "manage"), ("administrator", "admin"), ("learner", "learn"), ("trainer", "teach")):
        browser, _person = shown[who]
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith(f"{desk}.") and not rule.arguments and "GET" in (rule.methods or ()):
                answer = browser.client.get(rule.rule)
                # Nobody has a meeting with her mentor yet.
                expected = (404,) if rule.endpoint == "learn.mentor_ics" else (200, 302)
                assert answer.status_code in expected, f"{who} {rule.rule}: {answer.status_code}"
    head = shown["head"][0]
    for team_id in session.scalars(select(Team.id)).all():
        head.get(f"/manage/teams/{team_id}")
    for person_id in session.scalars(select(Person.id).where(Person.disabled_at.is_(None)).limit(40)).all():
        head.get(f"/manage/people/{person_id}")
    answered = (
        select(Answer.attempt_id, Enrolment.person_id)
        .select_from(Answer)
        .distinct()
        .join(Attempt)
        .join(Enrolment)
        .join(Person)
        .where(Person.disabled_at.is_(None))
    )
    for attempt_id, person_id in session.execute(answered.limit(10)).all():
        head.get(f"/manage/people/{person_id}/attempts/{attempt_id}")


def run(app: Flask, *words: str, status: int = 0) -> Result:
    result = app.test_cli_runner().invoke(args=words)
    assert result.exit_code == status, result.output + repr(result.exception)
    return result


def test_the_command_writes_into_an_empty_database_and_refuses_one_with_people(
    app: Flask, engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lms.web import commands_organisation

    monkeypatch.setattr(commands_organisation, "bring_schema_up_to_date", lambda: None)
    told = run(app, "organisation", "make", "--people", "40", status=1).output
    assert "No course is published" in told
    folder = app.config["SETTINGS"].courses_folder / "bees"
    folder.mkdir()
    (folder / "course.md").write_text("---\ntitle: Bees\n---\n\nBees.\n")
    (folder / "01-read.md").write_text("---\ntitle: Read\nminutes: 3\n---\n\nBees live together.\n")
    told = run(app, "organisation", "make", "--people", "40", "--teams", "3").output
    assert "40 in person" in told and "(administrator)" in told
    told = run(app, "organisation", "make", "--people", "40", status=1).output
    assert "--into-this" in told
    assert session.scalar(select(func.count()).select_from(Person)) == 40
    session.rollback()
    run(app, "organisation", "make", "--people", "40", "--teams", "3", "--into-this")
    with app.app_context():
        assert verify_chain(db.session()).broken_at is None
