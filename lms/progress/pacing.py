"""Whether somebody's courses keep pace with their due dates, counted in steps; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import floor


@dataclass(frozen=True)
class Span:
    """One course with a due date: from when to when it may take, and how many of its steps are done."""

    since: date
    due_on: date
    steps_done: int
    steps_total: int
    is_complete: bool


@dataclass(frozen=True)
class Pace:
    """How many of the steps that should be done by today are done; `asked` may be 0."""

    done: int
    asked: int


def pace_of(spans: Iterable[Span], today: date) -> Pace:
    """Return the pace over these courses.

    Half of the days gone, half of the steps should be done; from the due day on, all. More than that is no merit
    that makes up for another course.
    """
    done = asked = 0
    for span in spans:
        wanted = _asked(span, today)
        asked += wanted
        done += wanted if span.is_complete else min(wanted, span.steps_done)
    return Pace(done, asked)


def _asked(span: Span, today: date) -> int:
    days = (span.due_on - span.since).days
    if days <= 0 or today >= span.due_on:
        return span.steps_total
    return floor(span.steps_total * max(0, (today - span.since).days) / days)
