"""How much falls on one morning, from what is open by due day and what ends by its last day; pure.

Quiet days before it count in: what they would have told is told on the first morning after them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from lms.reminders.policy import Policy
from lms.reminders.rules import Kind


@dataclass(frozen=True)
class Falls:
    """So much of one kind is told: `days` before its day, 0 on the day itself, below 0 since when it is late."""

    kind: Kind
    days: int
    count: int


def first_morning(policy: Policy, day: date) -> date:
    """Return the day, or the first after it that is not quiet; one is within a week."""
    for offset in range(7):
        if (day + timedelta(days=offset)).weekday() not in policy.quiet.days:
            return day + timedelta(days=offset)
    return day


def falls_on(day: date, policy: Policy, due: Mapping[date, int], ending: Mapping[date, int]) -> tuple[Falls, ...]:
    """Return what is told that morning, the most urgent first; kinds of which nothing is are left out."""
    gap = 0
    while gap < 7 and (day - timedelta(days=gap + 1)).weekday() in policy.quiet.days:
        gap += 1
    found = [Falls(Kind.LATE, -1, _between(due, day - timedelta(days=gap + 1), day - timedelta(days=1)))]
    again = sum(
        count
        for on, count in due.items()
        if (late := (day - on).days) > gap + 1 and (late - 1) % policy.late_days <= gap
    )
    found.append(Falls(Kind.LATE, -policy.late_days, again))
    for kind, stages, days in (
        (Kind.DUE, (0, *sorted(policy.due_days)), due),
        (Kind.ENDING, tuple(sorted(policy.certificate_days)), ending),
    ):
        for place, stage in enumerate(stages):
            # What has reached the next stage meanwhile is told as that.
            nearest = stages[place - 1] + 1 if place else 0
            first = max(stage - gap, nearest)
            span = (day + timedelta(days=first), day + timedelta(days=stage))
            found.append(Falls(kind, stage, _between(days, *span)))
    return tuple(each for each in found if each.count)


def _between(days: Mapping[date, int], first: date, last: date) -> int:
    return sum(count for on, count in days.items() if first <= on <= last)
