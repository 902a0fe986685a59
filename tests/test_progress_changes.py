"""What stands out in a team: who is stuck where, what changed in a week; rules over made rows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lms.progress.changes import changes_of, stuck_places
from lms.progress.overview import EnrolmentFacts, PersonRow, cell_of, matters, tallies, with_exempt

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
BERLIN = ZoneInfo("Europe/Berlin")
FACTS = EnrolmentFacts(1, "bees", None, NOW - timedelta(days=30), NOW, None, 1, 4, 10, 0, "check")


def a_row(name: str, **more: object) -> PersonRow:
    """Return a member with one course; `more` are facts of it."""
    cell = cell_of(replace(FACTS, **more), NOW, TODAY)  # type: ignore[arg-type]  # fields by name
    return PersonRow(len(name), name, name.casefold(), 1, "Desk", TODAY, (cell,))


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "is_stuck"),
    [
        ({"last_activity_at": days_ago(6.9)}, False),
        ({"last_activity_at": days_ago(7)}, True),
        ({"last_activity_at": None}, True),
        ({"failed_attempts": 2}, True),
        ({"failed_attempts": 1}, False),
        ({"failed_attempts": 2, "is_with_trainer": True}, False),
        ({"failed_attempts": 2, "completed_at": NOW}, False),
        ({"started_at": None, "last_activity_at": None}, False),
        ({"last_activity_at": days_ago(8), "due_on": TODAY - timedelta(days=1)}, True),
    ],
)
def test_who_is_stuck(facts: dict[str, object], is_stuck: bool) -> None:
    assert bool(stuck_places([a_row("A", **facts)], NOW)) is is_stuck


def test_what_is_due_first_stands_first_then_who_has_rested_longest() -> None:
    rows = [
        a_row("D", last_activity_at=days_ago(20)),
        a_row("CC", last_activity_at=days_ago(8), due_on=TODAY + timedelta(days=3)),
        a_row("BBB", last_activity_at=days_ago(9), due_on=TODAY + timedelta(days=3)),
        a_row("AAAA", last_activity_at=days_ago(7), due_on=TODAY - timedelta(days=3)),
    ]
    assert [place.row.name for place in stuck_places(rows, NOW)] == ["AAAA", "BBB", "CC", "D"]


def test_a_week_is_seven_days_of_whoever_looks() -> None:
    # 23:30 UTC is the next day in Berlin.
    edge = datetime(2026, 11, 9, 23, 30, tzinfo=UTC)
    rows = [
        a_row("in", completed_at=edge),
        a_row("out", completed_at=edge - timedelta(hours=1)),
        a_row("begun", started_at=edge),
        a_row("both", started_at=edge, completed_at=NOW),
        a_row("late", due_on=date(2026, 11, 15)),
        a_row("late first", due_on=date(2026, 11, 9)),
        a_row("late before", due_on=date(2026, 11, 8)),
        a_row("due today", due_on=TODAY),
    ]
    found = changes_of(rows, TODAY, BERLIN)
    assert [each.name for each in found.finished] == ["both", "in"]
    assert [each.name for each in found.begun] == ["begun"]
    assert [each.name for each in found.late] == ["late", "late first"]


def test_whoever_is_exempt_is_counted_beside_the_others_and_needs_nobody() -> None:
    late = {"due_on": TODAY - timedelta(days=2), "last_activity_at": days_ago(20)}
    rows = [a_row("A", **late), a_row("BB", completed_at=NOW), a_row("CCC", **late)]
    marked = with_exempt(rows, {(1, "bees"): None, (2, "bees"): None, (3, "wasps"): None})
    assert [row.cells[0].is_exempt for row in marked] == [True, False, False]
    (tally,) = tallies(marked, ["bees"])
    assert (tally.enrolled, tally.done, tally.late, tally.exempt) == (2, 1, 1, 1)
    for found in (matters(marked), stuck_places(marked, NOW), changes_of(marked, TODAY, BERLIN).late):
        assert len(found) == 1
