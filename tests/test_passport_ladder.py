"""The rungs of evidence behind a behaviour, and how they fade."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.passport.ladder import HALF_LIFE_DAYS, Evidence, Freshness, Rung, freshness, ladder

TODAY = date(2026, 11, 16)


def found(rung: Rung, days_ago: int = 0, observer_id: int | None = None, behaviour_id: str = "ack") -> Evidence:
    return Evidence(behaviour_id, rung, TODAY - timedelta(days=days_ago), "A to Z", observer_id)


def rungs(*evidence: Evidence) -> list[Rung]:
    return [step.rung for step in ladder("ack", evidence, TODAY).steps]


def test_without_evidence_nothing_holds() -> None:
    empty = ladder("ack", [found(Rung.OPENED, behaviour_id="own")], TODAY)
    assert (empty.steps, empty.holds, empty.highest) == ((), None, None)


def test_the_highest_rung_comes_first() -> None:
    assert rungs(found(Rung.OPENED), found(Rung.OBSERVED, 0, 1), found(Rung.ANSWERED)) == [
        Rung.OBSERVED,
        Rung.ANSWERED,
        Rung.OPENED,
    ]


def test_right_again_after_seven_days_is_retained_and_after_six_is_not() -> None:
    assert Rung.RETAINED in rungs(found(Rung.ANSWERED, 7), found(Rung.ANSWERED))
    assert Rung.RETAINED in rungs(found(Rung.DECIDED, 7), found(Rung.ANSWERED))
    assert Rung.RETAINED not in rungs(found(Rung.ANSWERED, 6), found(Rung.ANSWERED))
    assert Rung.RETAINED not in rungs(found(Rung.ANSWERED, 30))


def test_the_same_observer_twice_is_not_another() -> None:
    assert Rung.OBSERVED_BY_ANOTHER not in rungs(found(Rung.OBSERVED, 9, 1), found(Rung.OBSERVED, 0, 1))
    both = ladder("ack", [found(Rung.OBSERVED, 0, 2), found(Rung.OBSERVED, 9, 1)], TODAY)
    assert both.highest is Rung.OBSERVED_BY_ANOTHER
    assert [step.count for step in both.steps] == [1, 2]
    assert both.steps[0].newest.observer_id == 1


def test_two_observers_hold_it_since_the_older_of_their_newest_days() -> None:
    seen = [found(Rung.OBSERVED, 300, 1), found(Rung.OBSERVED, 3, 1), found(Rung.OBSERVED, 200, 2)]
    top = ladder("ack", seen, TODAY).steps[0]
    assert (top.rung, top.newest.on, top.freshness) == (
        Rung.OBSERVED_BY_ANOTHER,
        TODAY - timedelta(days=200),
        Freshness.FADING,
    )


def test_a_buddy_is_the_second_of_two_and_never_the_first() -> None:
    buddy = found(Rung.OBSERVED_BY_ANOTHER, 5, 3)
    assert rungs(buddy, found(Rung.ANSWERED)) == [Rung.ANSWERED]
    # Her buddy is the observer: one person saw it twice.
    assert rungs(buddy, found(Rung.OBSERVED, 2, 3)) == [Rung.OBSERVED]
    both = ladder("ack", [buddy, found(Rung.OBSERVED, 200, 2)], TODAY)
    assert (both.highest, both.steps[0].newest.on) == (Rung.OBSERVED_BY_ANOTHER, TODAY - timedelta(days=200))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, Freshness.FRESH),
        (HALF_LIFE_DAYS, Freshness.FRESH),
        (HALF_LIFE_DAYS + 1, Freshness.FADING),
        (2 * HALF_LIFE_DAYS, Freshness.FADING),
        (2 * HALF_LIFE_DAYS + 1, Freshness.FADED),
    ],
)
def test_evidence_fades_by_half_lives(days: int, expected: Freshness) -> None:
    assert freshness(TODAY - timedelta(days=days), TODAY) is expected


def test_what_has_faded_is_still_told_and_no_longer_holds() -> None:
    seen = ladder("ack", [found(Rung.OBSERVED, 3 * HALF_LIFE_DAYS, 1), found(Rung.ANSWERED, 3)], TODAY)
    assert (seen.highest, seen.holds) == (Rung.OBSERVED, Rung.ANSWERED)
    assert seen.steps[1].fades_on == TODAY + timedelta(days=HALF_LIFE_DAYS + 1 - 3)


def test_what_is_yet_to_come_counts_for_nothing() -> None:
    assert rungs(found(Rung.ANSWERED, -1)) == []


EVIDENCE = st.builds(
    found, st.sampled_from([each for each in Rung if each is not Rung.OBSERVED_BY_ANOTHER]), st.integers(0, 900),
    st.integers(1, 3),
)  # fmt: skip


@given(st.lists(EVIDENCE, max_size=20), EVIDENCE)
def test_more_evidence_never_takes_a_rung_away(evidence: list[Evidence], one: Evidence) -> None:
    before, after = ladder("ack", evidence, TODAY), ladder("ack", [*evidence, one], TODAY)
    assert (after.highest or 0) >= (before.highest or 0)
    assert (after.holds or 0) >= (before.holds or 0)


@given(st.lists(EVIDENCE, max_size=20))
def test_the_order_in_which_it_is_found_changes_nothing(evidence: list[Evidence]) -> None:
    assert [(step.rung, step.newest.on, step.count) for step in ladder("ack", evidence, TODAY).steps] == [
        (step.rung, step.newest.on, step.count) for step in ladder("ack", evidence[::-1], TODAY).steps
    ]
