"""Private calendars: what they hold, by the standard, and how an address comes and goes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.accounts.tables import Person, RoleGrant
from lms.content.actions import set_hidden
from lms.content.course import Course
from lms.credentials.tables import Certificate
from lms.feeds import actions, queries
from lms.feeds.feed import DueInTeams, FeedKind, days_of
from lms.feeds.ical import Event, calendar, fingerprint
from lms.feeds.tables import CalendarAddress
from lms.progress.tables import Enrolment
from lms.store import writing
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast, bring_in
from tests.support.certificates import award
from tests.support.shelf import shelve

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
DAY = date(2026, 11, 20)


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return bring_in(session, now)


@pytest.fixture
def course(session: Session, now: datetime) -> Course:
    return shelve(session, a_course("bees", a_lesson("read")), now)


def enrol(
    session: Session, person_id: int, course: Course, due_on: date | None, now: datetime, **more: Any
) -> None:
    with writing(session):
        session.add(
            Enrolment(person_id=person_id, course_slug=course.slug, enrolled_at=now, due_on=due_on,
                      release_id=course.release_id, **more)
        )  # fmt: skip


def test_an_address_works_until_another_is_made_or_it_is_taken_back(
    session: Session, cast: Cast, now: datetime
) -> None:
    with writing(session):
        first = actions.make_address(session, cast.lena, FeedKind.OWN, now)
        teams = actions.make_address(session, cast.lena, FeedKind.TEAMS, now)
    assert len(first) == 43 and first not in session.scalars(select(CalendarAddress.token_hash)).all()
    holder = queries.find_holder(session, first)
    assert holder and (holder.person_id, holder.kind, holder.time_zone) == (cast.lena, "own", "Europe/Berlin")
    with writing(session):
        second = actions.make_address(session, cast.lena, FeedKind.OWN, now)
    assert queries.find_holder(session, first) is None
    assert queries.addresses_of(session, cast.lena) == {FeedKind.OWN: now, FeedKind.TEAMS: now}
    with writing(session):
        assert actions.drop_address(session, cast.lena, FeedKind.OWN)
        assert not actions.drop_address(session, cast.lena, FeedKind.OWN)
    assert queries.find_holder(session, second) is None and queries.find_holder(session, teams)
    with writing(session):
        session.execute(update(Person).where(Person.id == cast.lena).values(disabled_at=now))
    assert queries.find_holder(session, teams) is None


def test_a_calendar_holds_what_is_due_and_not_done(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    today = now.date()
    enrol(session, cast.lena, course, DAY, now)
    enrol(session, cast.mia, course, DAY, now, completed_at=now)
    enrol(session, cast.otto, course, None, now)
    enrol(session, cast.max, course, today - timedelta(days=90), now)
    [due] = queries.dues_of(session, cast.lena, today)
    assert (due.slug, due.title, due.due_on) == ("bees", "Course bees", DAY)
    assert [queries.dues_of(session, each, today) for each in (cast.mia, cast.otto, cast.max)] == [(), (), ()]
    enrol(session, cast.lena, course, DAY + timedelta(days=30), now, round=2)
    assert [each.due_on for each in queries.dues_of(session, cast.lena, today)] == [DAY + timedelta(days=30)]
    with writing(session):
        set_hidden(session, "bees", is_hidden=True)
    assert queries.dues_of(session, cast.lena, today) == ()


def test_a_calendar_holds_the_end_of_the_newest_certificate_that_holds(
    session: Session, cast: Cast, course: Course, now: datetime
) -> None:
    award(session, cast.lena, now)
    with writing(session):
        session.execute(update(Certificate).values(valid_until=DAY))
    [ending] = queries.endings_of(session, cast.lena, now.date())
    assert ending.valid_until == DAY and queries.endings_of(session, cast.mia, now.date()) == ()
    with writing(session):
        session.execute(update(Certificate).values(revoked_at=now))
    assert queries.endings_of(session, cast.lena, now.date()) == ()


@pytest.mark.parametrize("walked", [200, 0])
def test_teams_are_counted_by_day_as_they_are_managed_this_moment(
    session: Session, cast: Cast, course: Course, now: datetime, monkeypatch: pytest.MonkeyPatch, walked: int
) -> None:
    monkeypatch.setattr(queries, "_MOST_WALKED", walked)
    today = now.date()
    for person_id in (cast.lena, cast.mia, cast.otto):
        enrol(session, person_id, course, DAY, now)

    def counted(person_id: int) -> int:
        found = queries.dues_in_teams(session, person_id, today)
        assert all(each == DueInTeams("bees", "Course bees", DAY, each.people) for each in found)
        return sum(each.people for each in found)

    # Max manages the team above both others; Ada and Lena manage none.
    assert [counted(each) for each in (cast.mia, cast.nora, cast.max, cast.ada, cast.lena)] == [2, 1, 3, 0, 0]
    with writing(session):
        accounts.disable_person(session, cast.otto, now)
    assert [counted(each) for each in (cast.nora, cast.max)] == [0, 2]
    with writing(session):
        accounts.move_person(session, cast.lena, cast.front_desk, cast.kitchen, on=today)
    assert [counted(each) for each in (cast.mia, cast.nora)] == [1, 1]
    with writing(session):
        session.execute(update(RoleGrant).where(RoleGrant.person_id == cast.mia).values(revoked_at=now))
    assert counted(cast.mia) == 0


def test_a_full_day_shows_the_courses_most_have_due_and_counts_the_rest() -> None:
    def due(slug: str, people: int, on: date = DAY) -> DueInTeams:
        return DueInTeams(slug, slug.upper(), on, people)

    full = [due("a", 1), due("b", 9), due("c", 7), due("d", 2), due("e", 8)]
    [day, later] = days_of([*full, due("a", 1, DAY + timedelta(days=1))], 3)
    assert [each.slug for each in day.shown] == ["b", "c", "e"]
    assert (day.courses_more, day.people_more) == (2, 3)
    assert (later.due_on - day.due_on).days == 1 and later.courses_more == 0
    [fits] = days_of(full[:4], 3)
    assert len(fits.shown) == 4 and not fits.courses_more
    assert not list(days_of([], 3))


def events_of(raw: bytes) -> list[Any]:
    """Return the events as another's parser reads them."""
    found = Calendar.from_ical(raw)
    assert not found.errors and found["version"] == "2.0" and found["prodid"]
    for event in found.walk("VEVENT"):
        assert not event.errors
    return list(found.walk("VEVENT"))


def test_a_calendar_is_what_the_standard_says() -> None:
    event = Event("due-7@learn.example.org", DAY, "Due: Listening", "Words.", "https://learn.example.org/x?a=1,2")
    raw = calendar("House", [event], NOW)
    assert all(len(line) <= 75 for line in raw.split(b"\r\n")) and raw.endswith(b"\r\n") and b"VALARM" not in raw
    [read] = events_of(raw)
    assert (read["uid"], read["dtstart"].dt, read["dtend"].dt) == (event.uid, DAY, DAY + timedelta(days=1))
    assert (read["summary"], read["url"], read["dtstamp"].dt) == (event.summary, event.url, NOW)
    assert read["sequence"] == (NOW - datetime(2026, 1, 1, tzinfo=UTC)) // timedelta(minutes=1)
    [later] = events_of(calendar("House", [event], NOW + timedelta(hours=1)))
    assert later["sequence"] > read["sequence"] and later["uid"] == read["uid"]


@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_a_title_holds_is_read_back_and_adds_no_line(title: str, name: str) -> None:
    raw = calendar(name, [Event("a@b", DAY, title, title)], NOW)
    assert b"\n" not in raw.replace(b"\r\n", b"") and b"\r" not in raw.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    [read] = events_of(raw)
    shown = "".join(each for each in title.replace("\r\n", "\n") if each == "\n" or each.isprintable())
    assert read["summary"] == shown and set(read) == set(
        events_of(calendar("", [Event("a@b", DAY, title, title)], NOW))[0]
    )


def test_a_fingerprint_changes_with_what_is_said_and_not_with_the_hour() -> None:
    one, other = Event("a", DAY, "x"), Event("a", DAY + timedelta(days=1), "x")
    assert fingerprint("n", [one]) == fingerprint("n", [one]) != fingerprint("n", [other])
