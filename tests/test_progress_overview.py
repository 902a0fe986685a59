"""How a team stands: one word a person and course, and whom a manager sees."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from lms.accounts.tables import Membership, Person
from lms.content.tables import Blob, CourseRow, Release
from lms.plans import queries as plans
from lms.plans.tables import Assignment
from lms.progress import team_queries
from lms.progress.overview import EnrolmentFacts, PersonRow, Standing, cell_of, matters, standing_of, tally
from lms.progress.tables import Enrolment
from lms.store import writing
from tests.support import cast
from tests.support.databases import selects_of

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 16)


def standing(**facts: object) -> Standing:
    started, last = NOW - timedelta(days=3), NOW - timedelta(days=1)
    base = EnrolmentFacts(1, "course", None, started, last, None, 1, 4, 10, 0, "next")
    return standing_of(replace(base, **facts), NOW, TODAY)  # type: ignore[arg-type]  # each by its name


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, Standing.UNDER_WAY),
        ({"completed_at": NOW, "due_on": date(2026, 1, 1)}, Standing.DONE),
        ({"due_on": TODAY}, Standing.UNDER_WAY),
        ({"due_on": TODAY - timedelta(days=1)}, Standing.LATE),
        ({"due_on": TODAY - timedelta(days=1), "started_at": None}, Standing.LATE),
        ({"started_at": None, "last_activity_at": None}, Standing.NOT_STARTED),
        ({"failed_attempts": 2}, Standing.STUCK),
        ({"failed_attempts": 2, "is_with_trainer": True}, Standing.UNDER_WAY),
        ({"due_on": TODAY - timedelta(days=1), "is_with_trainer": True}, Standing.LATE),
        ({"failed_attempts": 1}, Standing.UNDER_WAY),
        ({"last_activity_at": NOW - timedelta(days=14)}, Standing.STUCK),
        ({"last_activity_at": NOW - timedelta(days=14) + timedelta(seconds=1)}, Standing.UNDER_WAY),
    ],
)
def test_one_word_says_where_somebody_stands(facts: dict[str, object], expected: Standing) -> None:
    assert standing(**facts) is expected


@given(st.lists(st.sampled_from(list(Standing)), max_size=60))
def test_a_tally_counts_everybody_once(standings: list[Standing]) -> None:
    found = tally("course", standings)
    parts = found.done + found.late + found.stuck + found.not_started + found.under_way
    assert parts == found.enrolled == len(standings)


def _row(name: str, **facts: object) -> PersonRow:
    base = EnrolmentFacts(1, "course", None, NOW, NOW, None, 1, 4, 10, 0, "next")
    cell = cell_of(EnrolmentFacts(**{**base.__dict__, **facts}), NOW, TODAY)  # type: ignore[arg-type]
    return PersonRow(1, name, name, 1, "Team", TODAY, (cell,))


def test_late_comes_before_stuck_and_both_before_what_is_due_soon() -> None:
    rows = [
        _row("soon", started_at=None, last_activity_at=None, due_on=TODAY + timedelta(days=2)),
        _row("stuck", failed_attempts=3),
        _row("fine"),
        _row("later", started_at=None, last_activity_at=None, due_on=TODAY + timedelta(days=30)),
        _row("late", due_on=TODAY - timedelta(days=2)),
        _row("later still", due_on=TODAY - timedelta(days=9)),
    ]
    assert [matter.row.name for matter in matters(rows)] == ["later still", "late", "stuck", "soon"]


def _put_course(session: Session, now: datetime) -> int:
    session.add(Blob(hash="0" * 64, body=b"{}", media_type="application/json"))
    session.flush()
    release = Release(
        course_slug="bees",
        number=1,
        hash="1" * 64,
        body_hash="0" * 64,
        title="Bees",
        published_at=now,
        published_by=None,
    )
    session.add(release)
    session.flush()
    session.add(CourseRow(slug="bees", title="Bees", release_id=release.id, problems=[], checked_at=now))
    session.flush()
    return release.id


def _enrol(session: Session, release_id: int, person_id: int, now: datetime, **facts: object) -> None:
    session.add(
        Enrolment(person_id=person_id, course_slug="bees", enrolled_at=now, release_id=release_id, **facts)
    )


def test_somebody_with_two_matters_comes_once_with_the_worse_first() -> None:
    late = _row("Birgit", due_on=TODAY - timedelta(days=2)).cells[0]
    stuck = _row("Birgit", failed_attempts=2).cells[0]
    row = PersonRow(1, "Birgit", "birgit", 1, "Team", TODAY, (stuck, late))
    (matter,) = matters([row])
    assert [cell.standing for cell in matter.cells] == [Standing.LATE, Standing.STUCK]


def test_a_team_shows_its_members_of_today_and_nobody_else(session: Session, now: datetime) -> None:
    people = cast.bring_in(session, now)
    with writing(session):
        release_id = _put_course(session, now)
        _enrol(session, release_id, people.lena, now, started_at=now, completed_at=now, last_activity_at=now)
        _enrol(session, release_id, people.otto, now)
        gone = Person(name="Gone", sign_in_name="gone", created_at=now)
        session.add(gone)
        session.flush()
        session.add(
            Membership(person_id=gone.id, team_id=people.front_desk, joined_on=date(2026, 1, 1), left_on=TODAY)
        )
    rows = team_queries.team_rows(session, {people.front_desk}, now, TODAY)
    assert [row.name for row in rows] == ["Lena Brandt", "Mia Sørensen"]
    assert [cell.standing for row in rows for cell in row.cells] == [Standing.DONE]
    assert team_queries.count_members(session, {people.front_desk}, TODAY) == 2


def test_the_number_of_queries_does_not_grow_with_the_team(session: Session, now: datetime) -> None:
    people = cast.bring_in(session, now)
    counts = []
    for size in (3, 40):
        with writing(session):
            for number in range(size):
                person = Person(name=f"P{size}-{number}", sign_in_name=f"p{size}-{number}", created_at=now)
                session.add(person)
                session.flush()
                session.add(
                    Membership(
                        person_id=person.id, team_id=people.kitchen, joined_on=date(2026, 1, 1), left_on=None
                    )
                )
        with selects_of(session.get_bind().engine) as asked:
            team_queries.team_rows(session, {people.kitchen}, now, TODAY)
        counts.append(len(asked))
    assert counts == [2, 2]


def test_totals_leave_out_who_is_disabled(session: Session, now: datetime) -> None:
    people = cast.bring_in(session, now)
    with writing(session):
        release_id = _put_course(session, now)
        _enrol(session, release_id, people.lena, now, started_at=now, completed_at=now)
        _enrol(session, release_id, people.otto, now, due_on=TODAY - timedelta(days=1))
        _enrol(session, release_id, people.mia, now)
        _enrol(session, release_id, people.max, now, started_at=now, completed_at=now)
        session.get_one(Person, people.max).disabled_at = now
    (total,) = team_queries.organisation_totals(session, TODAY)
    assert (total.enrolled, total.done, total.late, total.not_started) == (3, 1, 1, 1)


def test_whoever_renews_is_counted_once_by_the_latest_round(session: Session, now: datetime) -> None:
    people = cast.bring_in(session, now)
    with writing(session):
        release_id = _put_course(session, now)
        for person_id in (people.lena, people.max):
            for number in (1, 2):
                _enrol(session, release_id, person_id, now, started_at=now, completed_at=now, round=number)
            _enrol(session, release_id, person_id, now, round=3)
        _enrol(session, release_id, people.mia, now, started_at=now, completed_at=now)
        session.get_one(Person, people.max).disabled_at = now
    (total,) = team_queries.organisation_totals(session, TODAY)
    assert (total.enrolled, total.done, total.not_started) == (2, 1, 1)


def test_a_team_is_not_shown_the_assignments_of_other_teams(session: Session, now: datetime) -> None:
    people = cast.bring_in(session, now)
    with writing(session):
        _put_course(session, now)
        for team_id, person_id in ((people.kitchen, None), (people.front_desk, None), (None, people.lena)):
            session.add(
                Assignment(
                    course_slug="bees",
                    team_id=team_id,
                    person_id=person_id,
                    assigned_by=people.ada,
                    assigned_at=now,
                )
            )
    given = plans.live_assignments(session, team_ids=[people.kitchen])
    assert [assignment.team_id for assignment in given] == [people.kitchen]
    given = plans.live_assignments(session, person_id=people.lena, team_ids=[people.front_desk])
    assert {(assignment.team_id, assignment.person_id) for assignment in given} == {
        (people.front_desk, None),
        (None, people.lena),
    }
