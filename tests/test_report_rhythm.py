"""When a report comes round: a day and an hour on a wall, whatever clocks do."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.reminders.hours import QuietHours, first_free
from lms.reports.rhythm import Every, Rhythm

BERLIN = "Europe/Berlin"


def at(text: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("every", "day", "hour", "after", "comes"),
    [
        (Every.WEEK, 1, 7, "2026-11-29T12:00", "2026-11-30T07:00"),
        (Every.WEEK, 1, 7, "2026-11-30T07:00", "2026-12-07T07:00"),
        (Every.WEEK, 7, 2, "2026-03-28T12:00", "2026-03-29T03:00"),  # there is no two o'clock that night
        (Every.WEEK, 7, 2, "2026-10-24T12:00", "2026-10-25T02:00"),  # and here there are two
        (Every.MONTH, 31, 8, "2027-01-31T08:00", "2027-02-28T08:00"),
        (Every.MONTH, 31, 8, "2028-02-01T00:00", "2028-02-29T08:00"),
        (Every.MONTH, 1, 0, "2026-12-01T00:00", "2027-01-01T00:00"),
    ],
)
def test_it_comes_on_its_day_and_hour(every: Every, day: int, hour: int, after: str, comes: str) -> None:
    assert Rhythm(every, day, hour, BERLIN).next_after(at(after)) == at(comes)


@given(
    st.builds(
        Rhythm, st.just(Every.WEEK), st.integers(1, 7), st.integers(0, 23), st.sampled_from([BERLIN, "Asia/Tokyo"])
    )
    | st.builds(
        Rhythm, st.just(Every.MONTH), st.integers(1, 31), st.integers(0, 23), st.sampled_from([BERLIN, "UTC"])
    ),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
)
def test_it_comes_again_and_again_and_never_twice_on_a_day(rhythm: Rhythm, moment: datetime) -> None:
    first = rhythm.next_after(moment)
    second = rhythm.next_after(first)
    assert moment < first < second
    days = (
        second.astimezone(ZoneInfo(rhythm.time_zone)).date() - first.astimezone(ZoneInfo(rhythm.time_zone)).date()
    ).days
    assert days == 7 if rhythm.every is Every.WEEK else 28 <= days <= 31
    # Asked a moment before it comes, it is that one.
    assert rhythm.next_after(first - timedelta(seconds=1)) == first


@pytest.mark.parametrize(
    ("every", "day", "hour"), [(Every.WEEK, 8, 7), (Every.WEEK, 0, 7), (Every.MONTH, 32, 7), (Every.MONTH, 1, 24)]
)
def test_there_is_no_such_day(every: Every, day: int, hour: int) -> None:
    with pytest.raises(ValueError, match="no such"):
        Rhythm(every, day, hour)


def test_quiet_hours_are_waited_for() -> None:
    quiet = QuietHours(time(20), time(7))
    assert first_free(at("2026-11-30T09:10"), quiet, BERLIN) == at("2026-11-30T09:10")
    assert first_free(at("2026-11-30T05:10"), quiet, BERLIN) == at("2026-11-30T07:00")
    assert first_free(at("2026-11-28T09:00"), quiet, BERLIN) == at("2026-11-30T07:00")  # a Saturday
    assert first_free(at("2026-11-28T09:00"), QuietHours(days=frozenset(range(7))), BERLIN) is None
