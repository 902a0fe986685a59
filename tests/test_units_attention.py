"""What a large unit needs looked at, counted by the database, is what the rules find looking at each person."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.content.course import Course
from lms.credentials.tables import Certificate
from lms.credentials.team_queries import earned_since
from lms.plans.exempt_queries import exempt_in
from lms.plans.tables import Allowance
from lms.progress.changes import WEEK, Change, Place, changes_of, stuck_places
from lms.progress.overview import with_exempt
from lms.progress.tables import Attempt, Enrolment
from lms.progress.team_queries import team_rows
from lms.store import writing
from lms.units.attention_queries import Attention, ChangeCount, StuckAt, attention, places_of, stuck_at
from tests.support.builders import a_course, a_lesson
from tests.support.databases import selects_of
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")

DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


class Unit:
    """Three teams whose people stand, by chance, anywhere that the record allows."""

    def __init__(self, session: Session, chance: random.Random, now: datetime) -> None:
        self.session, self.chance, self.now = session, chance, now
        self.courses = [shelve(session, a_course(slug, a_lesson("read")), now) for slug in ("bees", "hives")]
        with writing(session):
            self.teams = [
                accounts.add_team(session, code=f"t{each}", name=f"T {each}", now=now) for each in range(3)
            ]
            self.people = [self._person(number) for number in range(24)]
            for person_id in self.people:
                for course in self.courses:
                    self._rounds(person_id, course)

    def _person(self, number: int) -> int:
        person_id = accounts.add_person(self.session, name=f"P {number}", sign_in_name=f"p{number}", now=self.now)
        today = self.now.date()
        for team_id in self.chance.sample(self.teams, self.chance.choice((1, 1, 1, 2))):
            accounts.join_team(self.session, person_id, team_id, today - self.chance.randrange(1, 90) * DAY)
            if self.chance.random() < 0.1:
                accounts.leave_team(self.session, person_id, team_id, today)
        if self.chance.random() < 0.1:
            accounts.disable_person(self.session, person_id, self.now)
        return person_id

    def _ago(self, days: float) -> datetime:
        return self.now - self.chance.random() * days * DAY

    def _rounds(self, person_id: int, course: Course) -> None:
        for number in range(1, self.chance.choice((1, 2, 2, 3))):
            began = self._ago(20) if self.chance.random() < 0.8 else None
            enrolment = Enrolment(
                person_id=person_id, course_slug=course.slug, round=number, enrolled_at=self.now - 30 * DAY,
                release_id=course.release_id, started_at=began,
                due_on=self.chance.choice((None, self.now.date() - self.chance.randrange(-3, 12) * DAY)),
            )  # fmt: skip
            if began:
                self._go_on(enrolment, began)
            self.session.add(enrolment)
            self.session.flush()
            if enrolment.completed_at:
                self._certify(enrolment, course)
            elif began and self.chance.random() < 0.2:
                self._hand_in(enrolment)
        if self.chance.random() < 0.2:
            self._exempt(person_id, course)

    def _go_on(self, enrolment: Enrolment, began: datetime) -> None:
        enrolment.last_activity_at = self.chance.choice((None, began + (self.now - began) * self.chance.random()))
        if self.chance.random() < 0.4:
            enrolment.completed_at = enrolment.last_activity_at
        enrolment.failed_attempts = self.chance.choice((0, 0, 1, 2, 3))
        enrolment.next_activity_id = self.chance.choice(("read", "check", None))

    def _hand_in(self, enrolment: Enrolment) -> None:
        self.session.add(
            Attempt(
                enrolment_id=enrolment.id, activity_id=self.chance.choice(("read", "check")), number=1, seed=1,
                release_id=enrolment.release_id, questions=[], started_at=self.now, submitted_at=self.now,
                waits_for=self.chance.choice(("trainer", "learner")),
            )
        )  # fmt: skip

    def _exempt(self, person_id: int, course: Course) -> None:
        self.session.add(
            Allowance(
                person_id=person_id, course_slug=course.slug, kind="exemption", reason="so", given_by=person_id,
                given_at=self.now, until=self.chance.choice((None, self.now.date(), self.now.date() - DAY)),
                withdrawn_at=self.chance.choice((None, None, self.now)),
            )
        )  # fmt: skip

    def _certify(self, enrolment: Enrolment, course: Course) -> None:
        issued = self._ago(14)
        certificate = Certificate(
            enrolment_id=enrolment.id, person_id=enrolment.person_id, serial=f"S-{enrolment.id}",
            code=f"code-{enrolment.id}", person_name="P", organisation_name="O", course_slug=course.slug,
            course_title="T", language="en", release_id=course.release_id, release_number=1, release_hash="h",
            conditions=[], issued_at=issued, issued_on=issued.date(), completed_on=issued.date(),
            revoked_at=self.chance.choice((None, None, self.now)),
        )  # fmt: skip
        self.session.add(certificate)


def counted(changes: Iterable[Change]) -> tuple[ChangeCount, ...]:
    """Return how many there are by course, most first."""
    by_course = Counter(each.course_slug for each in changes)
    return tuple(ChangeCount(*each) for each in sorted(by_course.items(), key=lambda each: (-each[1], each[0])))


def step_of(place: Place) -> tuple[str, str]:
    """Return the course and the step at which somebody is stuck."""
    return place.cell.course_slug, place.cell.next_activity_id or ""


def by_hand(session: Session, team_ids: list[int], now: datetime) -> tuple[Attention, list[Place]]:
    """Return the same from the rows of each person, and everybody who is stuck, the most urgent first."""
    today = now.astimezone(BERLIN).date()
    rows = team_rows(session, team_ids, now, today)
    rows = with_exempt(rows, exempt_in(session, team_ids, today))
    cells = [cell for row in rows for cell in row.cells]
    changes, places = changes_of(rows, today, BERLIN), stuck_places(rows, now)
    at = Counter(map(step_of, places))
    failed = Counter(step_of(each) for each in places if each.has_failed)
    earned = earned_since(session, team_ids, today - WEEK + DAY, today)
    steps = [StuckAt(*step, count, failed[step]) for step, count in at.items()]
    found = Attention(
        under_way=sum(cell.started_at is not None and cell.completed_at is None for cell in cells),
        stuck=tuple(sorted(steps, key=lambda each: (-each.people, each.course_slug, each.activity_id))),
        finished=counted(changes.finished),
        earned=counted(Change(*each) for each in earned),
        begun=counted(changes.begun),
        late=counted(changes.late),
    )
    return found, places


@pytest.mark.parametrize("seed", range(6))
def test_any_unit_counts_as_whoever_looks_at_each_person_would(
    session: Session, engine: Engine, now: datetime, seed: int
) -> None:
    unit = Unit(session, random.Random(seed), now)
    today = now.astimezone(BERLIN).date()
    for team_ids in (unit.teams, unit.teams[:1], unit.teams[1:], []):
        right, places = by_hand(session, team_ids, now)
        with selects_of(engine) as asked:
            found = attention(session, team_ids, now, today, BERLIN)
        assert found == right
        assert len(asked) == 4
        for step in right.stuck:
            there = [place for place in places if step_of(place) == (step.course_slug, step.activity_id)]
            assert step.people == len(there)
            ids = stuck_at(session, team_ids, (step.course_slug, step.activity_id), now, today)
            assert list(ids) == [place.row.person_id for place in there]
            assert places_of(session, team_ids, step.course_slug, ids[1:], now, today) == there[1:]


def test_a_unit_by_chance_holds_some_of_everything(session: Session, now: datetime) -> None:
    """Nothing would be shown by units in which nothing happens."""
    found, _places = by_hand(session, Unit(session, random.Random(3), now).teams, now)
    assert all((found.under_way, found.stuck, found.finished, found.earned, found.begun, found.late))
    assert any(step.failed for step in found.stuck) and any(step.failed < step.people for step in found.stuck)
