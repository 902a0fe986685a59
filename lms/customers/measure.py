"""What is counted of customers, each by one definition, and what weeks of it add up to; pure.

A definition is never mixed with another one: what somebody counts differently does not belong here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lms.measures import Share, share

WEEK = timedelta(days=7)
# How many weeks one figure is made of: enough answers to tell something, few enough to be about now.
PERIOD_WEEKS = 4
MOST_COUNTED = 10_000_000


class Measure(StrEnum):
    """What is counted in a week.

    `SATISFIED`: answers of 4 or 5 on a scale of five, of all answers. `SOLVED`: contacts that no other one about
    the same issue followed within seven days, of all contacts. `ESCALATED`: contacts that were escalated, of all.
    """

    SATISFIED = "satisfied"
    SOLVED = "solved"
    ESCALATED = "escalated"


@dataclass(frozen=True)
class WeekCount:
    """One measure of one week (named by its Monday), added up over the teams in question: `count` of `out_of`."""

    week_on: date
    measure: Measure
    count: int
    out_of: int


@dataclass(frozen=True)
class Period:
    """One measure over some weeks: `good` is the share that went well, and `weeks` how many were entered.

    Of escalations the share that went well is the contacts that needed none.
    """

    measure: Measure
    first_on: date
    last_on: date
    weeks: int
    good: Share


def monday_of(day: date) -> date:
    """Return the Monday of this day's week."""
    return day - timedelta(days=day.weekday())


def last_week_on(today: date) -> date:
    """Return the Monday of the last week that is over."""
    return monday_of(today) - WEEK


def weeks_back(today: date, count: int) -> tuple[date, ...]:
    """Return the Mondays of the last so many weeks that are over, the latest first."""
    return tuple(last_week_on(today) - number * WEEK for number in range(count))


def good_share(measure: Measure, count: int, out_of: int) -> Share | None:
    """Return the share that went well, or None of nothing."""
    return share(out_of - count if measure is Measure.ESCALATED else count, out_of)


def period_of(counts: Iterable[WeekCount], last_on: date, weeks: int = PERIOD_WEEKS) -> Period | None:
    """Return what these weeks up to `last_on` (a Monday) add up to, or None when nothing was entered in them.

    The first measure that was entered stands for customers: satisfied, else solved, else not escalated. They are
    never added to each other.
    """
    first_on = last_on - (weeks - 1) * WEEK
    inside = [each for each in counts if first_on <= each.week_on <= last_on and each.out_of]
    for measure in Measure:
        found = [each for each in inside if each.measure is measure]
        good = good_share(measure, sum(each.count for each in found), sum(each.out_of for each in found))
        if good is not None:
            return Period(measure, first_on, last_on, len({each.week_on for each in found}), good)
    return None
