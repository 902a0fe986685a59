"""Customer figures: kept once, corrected without losing the earlier one, added up by one definition."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.analytics.triad import lowest_of
from lms.customers import queries
from lms.customers.actions import Figure, Recorded, record_figures
from lms.customers.measure import Measure, WeekCount, last_week_on, period_of
from lms.customers.tables import CustomerCount
from lms.measures import share
from lms.progress.pacing import Pace, Span, pace_of
from lms.store import writing
from tests.support import cast

MONDAY = date(2026, 11, 9)


def test_the_last_week_is_the_last_one_that_is_over() -> None:
    assert last_week_on(date(2026, 11, 16)) == MONDAY
    assert last_week_on(date(2026, 11, 15)) == MONDAY - timedelta(days=7)


def test_a_figure_sent_twice_is_one_and_a_correction_keeps_the_earlier_row(
    session: Session, now: datetime
) -> None:
    people = cast.bring_in(session, now)
    first = Figure(people.front_desk, MONDAY, Measure.SATISFIED, 34, 41)
    with writing(session):
        assert record_figures(session, [first], people.mia, now) == Recorded(1, 0, 0)
    with writing(session):
        assert record_figures(session, [first], people.max, now) == Recorded(0, 0, 1)
    right = Figure(people.front_desk, MONDAY, Measure.SATISFIED, 35, 41)
    with writing(session):
        assert record_figures(session, [right], people.max, now) == Recorded(0, 1, 0)
    rows = session.scalars(select(CustomerCount).order_by(CustomerCount.id)).all()
    assert [(row.count, row.entered_by, row.replaced_at) for row in rows] == [
        (34, people.mia, now),
        (35, people.max, None),
    ]
    assert queries.weeks_of(session, [people.front_desk], MONDAY) == (
        WeekCount(MONDAY, Measure.SATISFIED, 35, 41),
    )
    assert queries.weeks_of(session, [people.kitchen], MONDAY) == ()
    assert [entry.entered_by for entry in queries.entries_of(session, people.front_desk, MONDAY)] == [
        "Max Weber",
        "Mia Sørensen",
    ]


@pytest.mark.parametrize(("count", "out_of"), [(3, 2), (-1, 2), (0, 0)])
def test_what_is_no_share_is_refused(session: Session, now: datetime, count: int, out_of: int) -> None:
    with writing(session), pytest.raises(ValueError, match="no share"):
        record_figures(session, [Figure(1, MONDAY, Measure.SOLVED, count, out_of)], 1, now)


def test_measures_are_never_added_to_each_other() -> None:
    counts = [
        WeekCount(MONDAY, Measure.SOLVED, 90, 100),
        WeekCount(MONDAY, Measure.SATISFIED, 34, 41),
        WeekCount(MONDAY - timedelta(days=7), Measure.SATISFIED, 30, 40),
        WeekCount(MONDAY - timedelta(days=28), Measure.SATISFIED, 0, 40),
    ]
    found = period_of(counts, MONDAY)
    assert found is not None
    assert (found.measure, found.good.count, found.good.of, found.weeks) == (Measure.SATISFIED, 64, 81, 2)


def test_of_escalations_the_contacts_without_one_went_well() -> None:
    found = period_of([WeekCount(MONDAY, Measure.ESCALATED, 3, 100)], MONDAY)
    assert found is not None
    assert found.good.count == 97
    assert period_of([], MONDAY) is None


def test_the_lowest_is_named_only_when_it_stands_apart() -> None:
    high, low = share(95, 100), share(30, 100)
    assert lowest_of({"a": high, "b": low, "c": share(90, 100)}) == ("b",)
    assert lowest_of({"a": high, "b": low, "c": share(33, 100)}) == ("b", "c")
    assert lowest_of({"a": share(9, 14), "b": share(10, 14), "c": None}) == ("a", "b")
    assert lowest_of({"a": high, "b": share(0, 9), "c": None}) == ()


def test_half_of_the_days_gone_half_of_the_steps_should_be_done() -> None:
    since = date(2026, 11, 1)
    half = Span(since, since + timedelta(days=10), 2, 10, is_complete=False)
    over = Span(since, since + timedelta(days=3), 4, 4, is_complete=True)
    ahead = Span(since, since + timedelta(days=10), 9, 10, is_complete=False)
    assert pace_of([half, over], since + timedelta(days=5)) == Pace(6, 9)
    assert pace_of([ahead], since + timedelta(days=5)) == Pace(5, 5)
    assert pace_of([], since) == Pace(0, 0)
