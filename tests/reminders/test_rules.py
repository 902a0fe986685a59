"""What is told on which day: stages of a due day, leave, what was told before; when nobody is written to."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.reminders.hours import QuietHours, local_time
from lms.reminders.leave import Leave, LeaveFault, fault_of, is_away, present_since
from lms.reminders.policy import Policy, policy_of, settings_of
from lms.reminders.preview import Falls, falls_on, first_morning
from lms.reminders.rules import (
    EndingCertificate,
    Facts,
    Kind,
    OpenCourse,
    notices_for,
    standing_notices,
    week_of,
)

TODAY = date(2026, 11, 16)
POLICY = Policy()


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def a_course(due_in: int | None = None, *, number: int = 1, begun: bool = True, enrolled: int = -90) -> OpenCourse:
    return OpenCourse(number, f"course-{number}", day(enrolled), begun, None if due_in is None else day(due_in))


def told_over(facts: Facts, days: range, quiet: frozenset[int] = frozenset()) -> list[tuple[int, str]]:
    """Return what is told over these days (offsets of today), as (offset, kind), each noted as told."""
    found = []
    for offset in days:
        on = day(offset)
        if on.weekday() in quiet or is_away(facts.leaves, on):
            continue
        for notice in notices_for(facts, POLICY, on):
            facts = replace(facts, told=[*facts.told, *((mark, on) for mark in notice.marks)])
            found.append((offset, notice.kind.value))
    return found


def test_a_due_day_is_told_thirty_fourteen_and_three_days_before_and_on_the_day_then_weekly() -> None:
    told = told_over(Facts([a_course(0)]), range(-40, 30))
    assert told == [(-30, "due"), (-14, "due"), (-3, "due"), (0, "due")] + [
        (offset, "late") for offset in (1, 8, 15, 22, 29)
    ]


def test_what_falls_into_leave_is_told_once_on_the_first_day_after_it() -> None:
    leave = Leave(day(-5), day(9))
    assert told_over(Facts([a_course(0)], leaves=[leave]), range(-20, 20)) == [
        (-20, "due"),
        (-14, "due"),
        (10, "late"),
        (17, "late"),
    ]


def test_what_falls_on_a_quiet_day_is_told_once_on_the_next() -> None:
    # Three days before Tuesday is a Saturday.
    told = told_over(Facts([a_course(1)]), range(-6, 2), quiet=frozenset({5, 6}))
    assert told == [(-6, "due"), (0, "due"), (1, "due")]


def test_a_moved_due_day_begins_anew() -> None:
    first = Facts([a_course(2)])
    marks = [(mark, TODAY) for notice in notices_for(first, POLICY, TODAY) for mark in notice.marks]
    assert notices_for(replace(first, told=marks), POLICY, TODAY) == ()
    [notice] = notices_for(Facts([a_course(20)], told=marks), POLICY, TODAY)
    assert notice.on == day(20)


def test_what_is_newly_given_is_told_with_its_day_and_not_again_beside_it() -> None:
    facts = Facts([a_course(20, begun=False, enrolled=0)])
    assert told_over(facts, range(8)) == [(0, "assigned"), (6, "due")]


def test_what_she_began_herself_or_long_ago_is_no_news() -> None:
    assert notices_for(Facts([a_course(enrolled=-1)]), POLICY, TODAY) == ()
    assert notices_for(Facts([a_course(begun=False, enrolled=-31)]), POLICY, TODAY) == ()


def test_what_was_given_during_long_leave_is_news_when_she_is_back() -> None:
    leaves = [Leave(day(-200), day(-100)), Leave(day(-99), day(-1))]
    [notice] = notices_for(Facts([a_course(begun=False, enrolled=-150)], leaves=leaves), POLICY, TODAY)
    assert notice.kind is Kind.ASSIGNED


def test_a_certificate_is_told_thirty_fourteen_and_three_days_before_it_ends() -> None:
    facts = Facts(certificates=[EndingCertificate(7, "bees", day(0))])
    assert told_over(facts, range(-40, 90)) == [(-30, "ending"), (-14, "ending"), (-3, "ending")]


def test_a_certificate_that_ended_while_she_was_away_is_told_once() -> None:
    facts = Facts(certificates=[EndingCertificate(7, "bees", day(0))], leaves=[Leave(day(-10), day(5))])
    assert told_over(facts, range(-12, 30)) == [(-12, "ending"), (6, "ending")]


def test_where_the_course_is_due_again_its_certificate_is_not_told_beside_it() -> None:
    course = a_course(3)
    facts = Facts([course], [EndingCertificate(7, course.course_slug, day(10))])
    assert [notice.kind for notice in notices_for(facts, POLICY, TODAY)] == [Kind.DUE]
    assert [notice.kind for notice in standing_notices(facts, POLICY, TODAY)] == [Kind.DUE]


def test_the_most_urgent_comes_first() -> None:
    facts = Facts(
        [
            a_course(14, number=1),
            a_course(-4, number=2),
            a_course(0, number=3),
            a_course(number=4, begun=False, enrolled=0),
        ],
        [EndingCertificate(7, "bees", day(3))],
    )
    kinds = [(each.kind, each.days_left(TODAY)) for each in notices_for(facts, POLICY, TODAY)]
    assert kinds == [
        (Kind.LATE, -4),
        (Kind.DUE, 0),
        (Kind.ENDING, 3),
        (Kind.DUE, 14),
        (Kind.ASSIGNED, 0),
    ]


@given(
    due=st.integers(-20, 60),
    away=st.lists(st.tuples(st.integers(-30, 60), st.integers(0, 30)), max_size=4),
    quiet=st.frozensets(st.integers(0, 6), max_size=5),
)
def test_nothing_is_told_twice_or_on_leave_and_the_last_stage_is_never_missed(
    due: int, away: list[tuple[int, int]], quiet: frozenset[int]
) -> None:
    leaves = [Leave(day(start), day(start + length)) for start, length in away]
    facts = Facts([a_course(due)], leaves=leaves)
    told = told_over(facts, range(-30, 130), quiet)
    assert not any(is_away(leaves, day(offset)) or day(offset).weekday() in quiet for offset, _kind in told)
    assert len({offset for offset, _kind in told}) == len(told)
    before = [offset for offset, kind in told if kind == "due"]
    assert all(offset <= due for offset in before) and len(before) <= 4
    late = [offset for offset, kind in told if kind == "late"]
    assert all(second - first >= 7 for first, second in pairwise(late))
    working = [
        offset
        for offset in range(max(due + 1, -30), 130)
        if not is_away(leaves, day(offset)) and day(offset).weekday() not in quiet
    ]
    assert late[:1] == working[:1]


@pytest.mark.parametrize(
    ("at", "is_quiet"),
    [
        ("2026-11-16 06:59", True),
        ("2026-11-16 07:00", False),
        ("2026-11-16 19:59", False),
        ("2026-11-16 20:00", True),
        ("2026-11-20 23:00", True),
        ("2026-11-21 12:00", True),
        ("2026-11-22 12:00", True),
    ],
)
def test_nights_and_weekends_are_quiet(at: str, is_quiet: bool) -> None:
    assert QuietHours().covers(datetime.fromisoformat(at)) is is_quiet


def test_quiet_hours_may_lie_in_the_day_or_be_none() -> None:
    noon = QuietHours(time(12), time(14), frozenset())
    assert noon.covers(datetime(2026, 11, 16, 13)) and not noon.covers(datetime(2026, 11, 16, 23))
    assert not QuietHours(time(0), time(0), frozenset()).covers(datetime(2026, 11, 16, 0))


def test_quiet_hours_are_read_on_the_wall_also_when_clocks_change() -> None:
    # On 25 October 2026 Berlin's clocks go back: seven in the morning is an hour later in UTC.
    quiet = QuietHours(days=frozenset())
    assert not quiet.covers(local_time(datetime(2026, 10, 24, 5, tzinfo=UTC), "Europe/Berlin"))
    assert quiet.covers(local_time(datetime(2026, 10, 25, 5, 59, tzinfo=UTC), "Europe/Berlin"))
    assert not quiet.covers(local_time(datetime(2026, 10, 25, 6, tzinfo=UTC), "Europe/Berlin"))
    assert local_time(datetime(2026, 10, 25, 6, tzinfo=UTC), "Nowhere/Land").hour == 6


@pytest.mark.parametrize(
    ("start", "end", "fault"),
    [
        (0, 0, None),
        (0, None, None),
        (0, 3650, None),
        (0, -1, LeaveFault.BACKWARDS),
        (0, 4000, LeaveFault.TOO_LONG),
        (-500, 0, LeaveFault.TOO_FAR),
        (-9, -1, LeaveFault.OVER),
        (5000, None, LeaveFault.TOO_FAR),
    ],
)
def test_leave_may_be_open_or_ten_years_long_but_not_backwards(
    start: int, end: int | None, fault: LeaveFault | None
) -> None:
    assert fault_of(Leave(day(start), None if end is None else day(end)), TODAY) is fault


def test_leave_that_overlaps_or_follows_is_one_stretch() -> None:
    leaves = [Leave(day(-30), day(-20)), Leave(day(-19), day(-10)), Leave(day(-12), None)]
    assert present_since(leaves, day(-5)) == day(-30)
    assert present_since(leaves, day(-40)) == day(-40)
    assert present_since([Leave(date.min, None)], TODAY) == date.min


def test_what_is_not_set_is_as_usual_and_what_is_set_comes_back() -> None:
    assert policy_of({}) == Policy()
    assert policy_of({"reminders.late_days": "x", "reminders.quiet_from": "25:00"}) == Policy()
    other = Policy(False, (20, 1), (), 14, 2, QuietHours(time(18, 30), time(9), frozenset()), "de")
    assert policy_of(settings_of(other)) == other
    assert policy_of(settings_of(Policy())) == Policy()


def test_the_managers_week_begins_on_their_day() -> None:
    assert week_of(date(2026, 11, 18), Policy()) == TODAY
    assert week_of(TODAY, Policy()) == TODAY
    assert week_of(TODAY, Policy(weekly_day=2)) == date(2026, 11, 11)


def test_what_falls_on_a_morning_counts_in_the_quiet_days_before_it() -> None:
    due = {day(offset): 1 for offset in range(-30, 40)}
    ending = {day(14): 5, day(20): 7}
    # A Monday: Saturday and Sunday count in.
    assert falls_on(TODAY, POLICY, due, ending) == (
        Falls(Kind.LATE, -1, 3),
        Falls(Kind.LATE, -7, 11),
        Falls(Kind.DUE, 0, 1),
        Falls(Kind.DUE, 3, 3),
        Falls(Kind.DUE, 14, 3),
        Falls(Kind.DUE, 30, 3),
        Falls(Kind.ENDING, 14, 5),
    )
    assert falls_on(day(1), POLICY, due, {})[:3] == (
        Falls(Kind.LATE, -1, 1),
        Falls(Kind.LATE, -7, 4),
        Falls(Kind.DUE, 0, 1),
    )
    assert first_morning(POLICY, day(5)) == day(7) and first_morning(POLICY, TODAY) == TODAY
