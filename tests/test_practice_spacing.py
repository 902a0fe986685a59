"""When cards come back: the vectors of 2.10 to the printed digits, and laws that hold whatever is answered."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.practice.spacing import USUAL, Grade, Memory, Pace, answered, begun, gap_days, recall, replayed

DAY = date(2026, 11, 16)
FREE = Pace(most_days=36_500)
GOOD, AGAIN = Grade.GOOD, Grade.AGAIN


def on_the_day(grades: list[Grade], pace: Pace = FREE) -> list[tuple[Memory, int]]:
    """Return the memory and the next gap after each answer, given on the day it was due."""
    memory = begun(grades[0], DAY)
    found = [(memory, gap_days(memory, pace))]
    for grade in grades[1:]:
        memory = answered(memory, grade, memory.reviewed_on + timedelta(days=found[-1][1]))
        found.append((memory, gap_days(memory, pace)))
    return found


@pytest.mark.parametrize(
    ("grades", "stabilities", "difficulties", "gaps"),
    [
        (
            [GOOD] * 5,
            ["2.3065", "10.9643", "46.2802", "162.8622", "497.4472"],
            ["2.1181", "2.1112", "2.1043", "2.0975", "2.0906"],
            [2, 11, 46, 163, 497],
        ),
        (
            [AGAIN, GOOD, GOOD, GOOD],
            ["0.2120", "1.8868", "6.2692", "17.3792"],
            ["6.4133", "6.4021", "6.3909", "6.3798"],
            [1, 2, 6, 17],
        ),
        (
            [GOOD, GOOD, AGAIN, GOOD],
            ["2.3065", "10.9643", "1.5383", "4.8763"],
            ["2.1181", "2.1112", "7.3922", "7.3801"],
            [2, 11, 2, 5],
        ),
    ],
)
def test_the_vectors_hold_to_the_printed_digits(
    grades: list[Grade], stabilities: list[str], difficulties: list[str], gaps: list[int]
) -> None:
    found = on_the_day(grades)
    assert [f"{memory.stability:.4f}" for memory, _gap in found] == stabilities
    assert [f"{memory.difficulty:.4f}" for memory, _gap in found] == difficulties
    assert [gap for _memory, gap in found] == gaps


@pytest.mark.parametrize(("retention", "gaps"), [(0.85, [4, 31, 173]), (0.95, [1, 3, 8, 19, 43, 89])])
def test_what_may_be_forgotten_waits_longer_and_what_must_not_comes_sooner(
    retention: float, gaps: list[int]
) -> None:
    assert [gap for _memory, gap in on_the_day([GOOD] * len(gaps), Pace(retention, 36_500))] == gaps


@pytest.mark.parametrize(
    ("days", "likely"),
    [(1, "0.9468"), (2, "0.9095"), (3, "0.8809"), (7, "0.8083"), (14, "0.7416"), (30, "0.6675"), (60, "0.6033"),
     (90, "0.5678")],
)  # fmt: skip
def test_recall_fades_as_printed(days: int, likely: str) -> None:
    memory = begun(GOOD, DAY)
    assert f"{memory.stability:.4f}" == "2.3065"
    assert f"{recall(memory, DAY + timedelta(days=days)):.4f}" == likely


def test_nothing_waits_longer_than_its_pace_allows() -> None:
    assert [gap for _memory, gap in on_the_day([GOOD] * 6, USUAL)][3:] == [163, 180, 180]
    assert max(gap for _memory, gap in on_the_day([GOOD] * 6, Pace(0.9, 90))) == 90


steps = st.lists(st.tuples(st.sampled_from(Grade), st.integers(0, 400)), max_size=12)


def dated(steps_taken: list[tuple[Grade, int]]) -> list[tuple[Grade, date]]:
    day, found = DAY, []
    for grade, days in steps_taken:
        day += timedelta(days=days)
        found.append((grade, day))
    return found


@given(steps, st.sampled_from(Grade))
def test_a_memory_stays_within_its_bounds_and_is_asked_again(taken: list[tuple[Grade, int]], first: Grade) -> None:
    memory = replayed(begun(first, DAY), dated(taken))
    assert memory.stability > 0
    assert 1 <= memory.difficulty <= 10
    assert 1 <= gap_days(memory) <= USUAL.most_days
    assert 0 < recall(memory, memory.reviewed_on + timedelta(days=200)) < 1


@given(steps)
def test_answers_one_by_one_come_to_the_same_as_all_at_once(taken: list[tuple[Grade, int]]) -> None:
    answers = dated(taken)
    memory = begun(GOOD, DAY)
    for grade, day in answers:
        memory = answered(memory, grade, day)
    assert memory == replayed(begun(GOOD, DAY), answers)


@given(st.integers(1, 400), steps)
def test_who_knew_it_waits_no_less_than_who_did_not(days: int, taken: list[tuple[Grade, int]]) -> None:
    memory = replayed(begun(GOOD, DAY), dated(taken))
    day = memory.reviewed_on + timedelta(days=days)
    gaps = [gap_days(answered(memory, grade, day)) for grade in Grade]
    assert gaps == sorted(gaps)


def test_an_answer_before_the_last_counts_as_one_of_the_same_day() -> None:
    memory = begun(GOOD, DAY)
    assert answered(memory, GOOD, DAY - timedelta(days=3)).reviewed_on == DAY
    assert recall(memory, DAY - timedelta(days=3)) == 1
