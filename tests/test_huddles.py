"""Huddles: which lesson next, the weeks with their zeros, noted once however often it is pressed."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.practice.huddles import queries
from lms.practice.huddles.actions import Huddle, note_huddle, withdraw_huddle
from lms.practice.huddles.choosing import RESTS, Standing, Week, median_minutes, suggestions, weeks_of
from lms.practice.huddles.queries import TeamSum
from lms.practice.huddles.tables import HuddlePerson
from lms.progress import actions as progress
from lms.store import writing
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast
from tests.support.shelf import shelve

TODAY = date(2026, 11, 16)
ONE, TWO, THREE = ("bees", "one"), ("bees", "two"), ("bees", "three")


def names(*given: object, count: int = 3) -> list[tuple[str, str]]:
    return [each.name for each in suggestions((ONE, TWO, THREE), *given, TODAY, count)]  # type: ignore[arg-type]


def test_what_most_learn_now_or_have_just_learnt_comes_first() -> None:
    assert names({THREE: Standing(at_it=1, finished=2), TWO: Standing(at_it=2)}, {}) == [THREE, TWO, ONE]


def test_what_was_talked_through_lately_waits_and_the_longest_untouched_comes_first() -> None:
    last = {ONE: TODAY - RESTS, TWO: TODAY - RESTS + timedelta(days=1)}
    assert names({}, last) == [THREE, ONE]
    assert names({}, last, count=1) == [THREE]


def test_weeks_without_a_huddle_are_there_with_zeros() -> None:
    weeks = weeks_of(
        [(TODAY, 10, 4), (TODAY - timedelta(days=1), 12, 3), (TODAY - timedelta(days=3), 8, 2)], TODAY
    )
    assert weeks[:3] == (
        Week(TODAY, 1, 10, 4),
        Week(TODAY - timedelta(days=7), 2, 20, 5),
        Week(TODAY - timedelta(days=14)),
    )
    assert len(weeks) == 12
    assert median_minutes(weeks) == 0
    assert weeks_of([(TODAY - timedelta(days=400), 10, 4)], TODAY)[0].huddles == 0


def a_huddle(people: Cast, **more: object) -> Huddle:
    plain = Huddle(people.front_desk, "bees", "one", "One", TODAY, 10, frozenset({people.lena}))
    return replace(plain, **more)  # type: ignore[arg-type]


def test_a_huddle_noted_twice_is_one_and_the_later_note_holds(
    session: Session, people: Cast, now: datetime
) -> None:
    with writing(session):
        assert note_huddle(session, a_huddle(people), people.mia, now)
        later = a_huddle(people, minutes=12, person_ids=frozenset({people.mia}))
        assert not note_huddle(session, later, people.mia, now)
    (line,) = queries.huddles_of(session, people.front_desk, TODAY)
    assert (line.minutes, line.present, line.noted_by) == (12, 1, "Mia Sørensen")
    assert list(session.scalars(select(HuddlePerson.person_id))) == [people.mia]
    assert queries.last_days(session, people.front_desk) == {ONE: TODAY}


def test_what_is_taken_back_counts_no_more_and_may_be_noted_again(
    session: Session, people: Cast, now: datetime
) -> None:
    with writing(session):
        note_huddle(session, a_huddle(people), people.mia, now)
    (line,) = queries.huddles_of(session, people.front_desk, TODAY)
    with writing(session):
        assert withdraw_huddle(session, line.id, {people.kitchen}, people.nora, now) is None
        assert withdraw_huddle(session, line.id, {people.front_desk}, people.mia, now) == people.front_desk
        assert withdraw_huddle(session, line.id, {people.front_desk}, people.mia, now) is None
        assert note_huddle(session, a_huddle(people), people.mia, now)
    assert queries.sums_of(session, {people.front_desk, people.kitchen}, TODAY) == {
        people.front_desk: TeamSum(1, 10)
    }


@pytest.mark.parametrize("minutes", [0, -1, 241])
def test_minutes_that_are_none_are_refused(session: Session, people: Cast, now: datetime, minutes: int) -> None:
    with writing(session), pytest.raises(ValueError, match="no huddle"):
        note_huddle(session, a_huddle(people, minutes=minutes), people.mia, now)


def test_where_a_team_stands_and_who_was_at_none(session: Session, people: Cast, now: datetime) -> None:
    course = shelve(session, a_course("bees", a_lesson("one"), a_lesson("two")), now)
    with writing(session):
        for person in (people.lena, people.mia, people.otto):
            progress.start_course(session, person, course, now)
            progress.finish_lesson(session, person, course, "one", now)
        note_huddle(session, a_huddle(people), people.mia, now)
    assert queries.standings_of(session, people.front_desk, TODAY, now - timedelta(days=14)) == {
        ("bees", "one"): Standing(finished=2),
        ("bees", "two"): Standing(at_it=2),
    }
    assert queries.count_without(session, people.front_desk, TODAY, TODAY) == (1, 2)
    assert queries.count_without(session, people.kitchen, TODAY, TODAY) == (2, 2)
