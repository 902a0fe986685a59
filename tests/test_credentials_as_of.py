"""Who held what on a day: the same question asked a hundred ways against a plain calculation over the history."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from lms.accounts.tables import Membership, Person, Team
from lms.content.course import Course
from lms.credentials import as_of_queries
from lms.credentials.as_of import CertificateThen, Holding, holding_on
from lms.credentials.as_of_queries import Question
from lms.credentials.tables import Certificate, WithdrawalTakenBack
from lms.plans.assignment_actions import Withdrawn, assign_course, withdraw_assignment
from lms.progress import actions as progress
from lms.progress.tables import Enrolment, EnrolmentTakenBack
from lms.store import writing
from tests.support.builders import a_course, a_lesson
from tests.support.cast import bring_in
from tests.support.shelf import shelve

DAY = timedelta(days=1)
BEGIN, END = date(2025, 1, 1), date(2026, 11, 16)
ZONES = ("Europe/Berlin", "Pacific/Auckland", "Pacific/Honolulu", "UTC")


def certificate(**given: object) -> CertificateThen:
    values = {
        "person_id": 1, "serial": "A", "release_number": 1, "release_hash": "h", "issued_on": date(2026, 3, 1),
        "completed_on": date(2026, 3, 1), "valid_until": date(2026, 9, 1), "revoked_on": None,
    }  # fmt: skip
    return CertificateThen(**(values | given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "holding"),
    [
        (date(2026, 2, 28), Holding.OPEN),
        (date(2026, 3, 1), Holding.HELD),
        (date(2026, 9, 1), Holding.HELD),
        (date(2026, 9, 2), Holding.ENDED),
    ],
)
def test_it_is_held_from_its_first_day_through_its_last(day: date, holding: Holding) -> None:
    assert holding_on(day, [certificate()], is_enrolled=True).holding is holding


def test_on_the_day_of_its_revocation_it_is_held_no_more_and_the_day_before_it_was() -> None:
    revoked = certificate(revoked_on=date(2026, 5, 4))
    assert holding_on(date(2026, 5, 3), [revoked], is_enrolled=True).holding is Holding.HELD
    assert holding_on(date(2026, 5, 4), [revoked], is_enrolled=True).holding is Holding.REVOKED


def test_a_renewed_one_does_not_end_soon() -> None:
    old, new = certificate(), certificate(serial="B", issued_on=date(2026, 8, 1), valid_until=date(2027, 9, 1))
    assert holding_on(date(2026, 7, 31), [old, new], is_enrolled=True).ends_soon(date(2026, 7, 31))
    then = holding_on(date(2026, 8, 1), [old, new], is_enrolled=True)
    assert then.certificate == new
    assert not then.ends_soon(date(2026, 8, 1))


def test_who_was_never_enrolled_is_no_failure() -> None:
    assert holding_on(END, [], is_enrolled=False).holding is Holding.NONE


@dataclass(frozen=True)
class Stay:
    """One stay in a team."""

    team: int
    joined: date
    left: date | None


@dataclass(frozen=True)
class Issued:
    """One certificate: on which moment, its last day, when it was withdrawn if it was, by which release.

    `pauses` are withdrawals that were taken back; `again` is when another was issued in its place, with its days.
    """

    moment: datetime
    until: date | None
    revoked: datetime | None
    release: int
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    again: datetime | None = None


@dataclass
class Somebody:
    """One person's history as the test itself keeps it: no row of the product is read to calculate."""

    zone: str
    name: str
    stays: list[Stay]
    disabled_at: datetime | None
    enrolled_at: datetime | None
    issued: list[Issued]
    # Enrolments that were taken back unbegun: from when until when.
    taken_back: list[tuple[datetime, datetime]]
    number: int = 0


def a_day(chance: random.Random) -> date:
    return BEGIN + chance.randrange((END - BEGIN).days) * DAY


def a_moment(chance: random.Random) -> datetime:
    """Return a moment, as often as not within an hour of some midnight."""
    near = chance.choice((time(0, 0), time(0, 1), time(10, 0), time(11, 59), time(13, 1), time(23, 59)))
    return datetime.combine(a_day(chance), near, UTC) + timedelta(minutes=chance.randint(-59, 59))


def a_person(chance: random.Random, number: int, teams: list[int]) -> Somebody:
    zone, stays, at = chance.choice(ZONES), [], a_day(chance)
    for _ in range(chance.randint(0, 3)):
        left = None if chance.random() < 0.4 else at + chance.randrange(120) * DAY
        stays.append(Stay(chance.choice(teams), at, left))
        if left is None:
            break
        at = left + chance.randrange(20) * DAY
    issued = []
    for _ in range(chance.choice((0, 0, 1, 1, 2, 3))):
        moment = a_moment(chance)
        on = local(moment, zone)
        until = None if chance.random() < 0.2 else on + chance.choice((0, 1, 30, 59, 60, 61, 200, 365)) * DAY
        pauses: list[tuple[datetime, datetime]] = []
        at_last = moment
        while chance.random() < 0.3:
            begins = at_last + timedelta(hours=chance.randrange(60 * 24))
            at_last = begins + timedelta(hours=chance.choice((0, 3, 24, 24 * 30)))
            pauses.append((begins, at_last))
        again = at_last + chance.randrange(50) * DAY if chance.random() < 0.2 else None
        revoked = (again or at_last) + chance.randrange(200) * DAY if chance.random() < 0.3 else None
        issued.append(Issued(moment, until, revoked, chance.randint(1, 3), tuple(pauses), again))
    taken_back = []
    for _ in range(chance.choice((0, 0, 1, 2))):
        enrolled_at = a_moment(chance)
        taken_back.append((enrolled_at, enrolled_at + timedelta(hours=chance.choice((0, 1, 5, 24, 24 * 90)))))
    return Somebody(
        zone=zone,
        name=f"{chance.choice(('Amal', 'Bea', 'Çem', 'amal'))} {number:03}",
        stays=stays,
        disabled_at=a_moment(chance) if chance.random() < 0.1 else None,
        enrolled_at=min((each.moment for each in issued), default=a_moment(chance))
        if issued or chance.random() < 0.6
        else None,
        issued=issued,
        taken_back=taken_back,
    )


def local(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def write(session: Session, course: Course, people: list[Somebody], now: datetime) -> None:
    serial = 0
    with writing(session):
        for somebody in people:
            person = Person(
                name=somebody.name, sign_in_name=f"person{people.index(somebody)}",
                language="en", time_zone=somebody.zone, created_at=now, disabled_at=somebody.disabled_at,
            )  # fmt: skip
            session.add(person)
            session.flush()
            somebody.number = person.id
            session.add_all(
                Membership(person_id=person.id, team_id=stay.team, joined_on=stay.joined, left_on=stay.left)
                for stay in somebody.stays
            )
            session.add_all(
                EnrolmentTakenBack(
                    person_id=person.id, course_slug=course.slug, round=1, enrolled_at=begins, taken_back_at=ends
                )
                for begins, ends in somebody.taken_back
            )
            if somebody.enrolled_at is None:
                continue
            for turn, issued in enumerate(somebody.issued or [None], 1):
                enrolment = Enrolment(
                    person_id=person.id, course_slug=course.slug, round=turn, release_id=course.release_id,
                    enrolled_at=somebody.enrolled_at,
                )  # fmt: skip
                session.add(enrolment)
                session.flush()
                if issued is not None:
                    serial += 2
                    write_certificate(session, somebody, issued, enrolment, serial)


def write_certificate(session: Session, who: Somebody, issued: Issued, enrolment: Enrolment, number: int) -> None:
    def row(
        moment: datetime, revoked: datetime | None, enrolment_id: int | None, number: int, before: int | None
    ) -> Certificate:
        made = Certificate(
            enrolment_id=enrolment_id, replaces_id=before, person_id=who.number, serial=f"S{number:05}",
            code=f"C{number:05}", person_name=who.name, organisation_name="", course_slug=enrolment.course_slug,
            course_title="", language="en", release_id=enrolment.release_id, release_number=issued.release,
            release_hash=f"hash{issued.release}", conditions=[], issued_at=moment,
            issued_on=local(moment, who.zone), completed_on=local(issued.moment, who.zone),
            valid_until=issued.until, revoked_at=revoked,
            revoked_on=local(revoked, who.zone) if revoked else None,
        )  # fmt: skip
        session.add(made)
        session.flush()
        return made

    if issued.again is None:
        first = row(issued.moment, issued.revoked, enrolment.id, number, None)
    else:
        first = row(issued.moment, issued.again, None, number, None)
        # A lower number than the one whose place it takes: which was first is told by no letter.
        row(issued.again, issued.revoked, enrolment.id, number - 1, first.id)
    session.add_all(
        WithdrawalTakenBack(
            certificate_id=first.id, revoked_at=begins, revoked_on=local(begins, who.zone), revoked_reason="",
            taken_back_at=ends, taken_back_on=local(ends, who.zone), taken_back_reason="",
        )
        for begins, ends in issued.pauses
    )  # fmt: skip


def here(somebody: Somebody, day: date, teams: frozenset[int] | None) -> bool:
    if somebody.disabled_at and somebody.disabled_at.astimezone(UTC).date() <= day:
        return False
    return any(
        stay.joined <= day and (stay.left is None or day < stay.left) and (teams is None or stay.team in teams)
        for stay in somebody.stays
    )


def held(somebody: Somebody, day: date) -> list[tuple[date, int]]:
    """Return the last day and the release of each certificate held that day."""
    if somebody.enrolled_at is None:
        return []
    found = []
    for each in somebody.issued:
        began = local(each.moment, somebody.zone) <= day
        lasts = each.until is None or day <= each.until
        if began and lasts and not withdrawn(somebody, each, day):
            found.append((each.until or date.max, each.release))
    return found


def withdrawn(somebody: Somebody, issued: Issued, day: date) -> bool:
    """Return whether a withdrawal of this one counts on the day; that it was issued again changes nothing."""
    is_over = issued.revoked is not None and local(issued.revoked, somebody.zone) <= day
    return is_over or any(
        local(begins, somebody.zone) <= day < local(ends, somebody.zone) for begins, ends in issued.pauses
    )


def speaking(somebody: Somebody, day: date) -> Issued | None:
    """Return the certificate that tells how somebody who holds none stands: of those there were, the longest."""
    if somebody.enrolled_at is None:
        return None
    there = [each for each in somebody.issued if local(each.moment, somebody.zone) <= day]
    longest = max((each.until or date.max for each in there), default=None)
    longest_ones = [each for each in there if (each.until or date.max) == longest]
    return longest_ones[0] if len(longest_ones) == 1 else None


def enrolled(somebody: Somebody, day: date) -> bool:
    if somebody.enrolled_at is not None and somebody.enrolled_at.date() <= day:
        return True
    return any(begins.date() <= day < ends.date() for begins, ends in somebody.taken_back)


def test_a_hundred_questions_are_answered_as_a_plain_calculation_answers_them(
    session: Session, now: datetime
) -> None:
    chance = random.Random(20261116)
    course = shelve(session, a_course("held", a_lesson("read")), now)
    with writing(session):
        teams = [Team(code=f"t{number}", name=f"Team {number}", created_at=now) for number in range(4)]
        session.add_all(teams)
        session.flush()
        team_ids = [team.id for team in teams]
    people = [a_person(chance, number, team_ids) for number in range(1, 121)]
    write(session, course, people, now)
    borders = [local(issued.moment, each.zone) for each in people for issued in each.issued]
    borders += [
        local(moment, each.zone)
        for each in people
        for issued in each.issued
        for moment in (issued.revoked, issued.again, *(moment for pause in issued.pauses for moment in pause))
        if moment and local(moment, each.zone) < END
    ]
    borders += [stay.left for each in people for stay in each.stays if stay.left]
    by_number = {each.number: each for each in people}
    asked_of_somebody = 0
    for _ in range(100):
        # On a border of somebody's, a day beside one, or anywhere.
        day = chance.choice(borders) + chance.choice((-1, 0, 1)) * DAY if chance.random() < 0.7 else a_day(chance)
        wanted_teams = None if chance.random() < 0.3 else frozenset(chance.sample(team_ids, chance.randint(1, 3)))
        question = Question(day, course.slug, wanted_teams)
        there = [each for each in people if here(each, day, wanted_teams)]
        holding = {each.number: held(each, day) for each in there}
        totals = as_of_queries.totals(session, question)
        assert totals.people == len(there)
        assert totals.held == sum(bool(found) for found in holding.values())
        assert totals.ending == sum(bool(found) and max(found)[0] <= day + 60 * DAY for found in holding.values())
        missing = [each for each in there if not holding[each.number] and enrolled(each, day)]
        assert totals.missing == len(missing)
        releases = {release.number: release.people for release in as_of_queries.releases_held(session, question)}
        assert releases == {
            number: count
            for number in (3, 2, 1)
            if (count := sum(any(release == number for _until, release in found) for found in holding.values()))
        }
        listed = as_of_queries.rows(session, question, limit=500)
        assert {row.person_id for row in listed} == {each.number for each in there}
        assert as_of_queries.count_rows(session, question) == len(there)
        for row in listed:
            assert (row.then.holding is Holding.HELD) == bool(holding[row.person_id])
            somebody = by_number[row.person_id]
            last = speaking(somebody, day)
            if last is not None and not holding[row.person_id]:
                is_revoked = withdrawn(somebody, last, day)
                assert row.then.holding is (Holding.REVOKED if is_revoked else Holding.ENDED)
        for wanted in as_of_queries.WANTED:
            narrowed = Question(day, course.slug, wanted_teams, wanted=wanted)
            expected = {
                row.person_id
                for row in listed
                if row.then.holding == wanted
                or (wanted == as_of_queries.MISSING and row.person_id in {each.number for each in missing})
                or (wanted == as_of_queries.ENDING and row.then.ends_soon(day))
            }
            for are_many in (False, True):
                found = as_of_queries.rows(session, narrowed, limit=500, are_many=are_many)
                assert {row.person_id for row in found} == expected
            assert as_of_queries.count_rows(session, narrowed) == len(expected)
        asked_of_somebody += bool(totals.held)
    assert asked_of_somebody > 60


def test_pages_of_rows_follow_each_other_without_gap_or_double(session: Session, now: datetime) -> None:
    chance = random.Random(3)
    course = shelve(session, a_course("held", a_lesson("read")), now)
    with writing(session):
        team = Team(code="t", name="Team", created_at=now)
        session.add(team)
        session.flush()
        team_id = team.id
    people = [a_person(chance, number, [team_id]) for number in range(1, 400)]
    write(session, course, people, now)
    question = Question(date(2026, 2, 1), course.slug)
    whole = as_of_queries.rows(session, question, limit=500)
    assert len(whole) > 10
    for are_many in (False, True):
        assert as_of_queries.rows(session, question, limit=500, are_many=are_many) == whole
        onwards, back = [], []
        while part := as_of_queries.rows(
            session, question, after=onwards[-1].person_id if onwards else None, limit=7, are_many=are_many
        ):
            onwards += part
        assert onwards == whole
        first = whole[-1].person_id
        while part := as_of_queries.rows(session, question, before=first, limit=7, are_many=are_many):
            back, first = [*part, *back], part[0].person_id
        assert back == whole[:-1]


def test_whom_a_course_was_asked_of_is_known_after_it_was_taken_back_unbegun(
    session: Session, now: datetime
) -> None:
    cast = bring_in(session, now)
    course = shelve(session, a_course("held", a_lesson("read")), now)
    with writing(session):
        given = assign_course(session, course, None, cast.ada, now, team_id=cast.front_desk)
    with writing(session):
        progress.start_course(session, cast.mia, course, now + DAY)
        assert withdraw_assignment(session, given.assignment_ids[0], now + 3 * DAY) == Withdrawn(1, 1)
    with writing(session):
        assign_course(session, course, None, cast.ada, now + 6 * DAY, person_ids=[cast.lena])

    def asked(days: int) -> tuple[int, set[str]]:
        question = Question((now + days * DAY).date(), "held", frozenset({cast.front_desk}))
        rows = as_of_queries.rows(session, question)
        open_then = {row.name for row in rows if row.then.holding is Holding.OPEN}
        return as_of_queries.totals(session, question).missing, open_then

    both, mia = (2, {"Lena Brandt", "Mia Sørensen"}), (1, {"Mia Sørensen"})
    assert [asked(days) for days in (-1, 0, 2, 3, 5, 6)] == [(0, set()), both, both, mia, mia, both]
