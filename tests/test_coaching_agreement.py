"""Agreement between observers, against worked vectors, and the gate it opens."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.coaching.agreement import agreement, pooled
from lms.coaching.gate import Compared, Gate, observer_gate, reached

TODAY = date(2026, 11, 16)


def table(counts: list[list[int]]) -> list[tuple[int, int]]:
    """Return the pairs behind a table of counts, the first observer's marks down and the second's across."""
    return [(i, j) for i, row in enumerate(counts) for j, count in enumerate(row) for _ in range(count)]


def test_kappa_of_a_worked_table() -> None:
    found = agreement(table([[10, 2], [1, 7]]), (0, 1))
    assert found is not None
    assert found.kappa is not None
    assert found.kappa_error is not None
    assert (found.of, found.exact) == (20, 0.85)
    assert round(found.kappa, 9) == 0.693877551
    assert round(found.kappa_error, 10) == 0.1629461166


def test_where_nearly_all_marks_are_alike_ac1_holds_and_kappa_falls() -> None:
    found = agreement(table([[85, 5], [5, 5]]), (0, 1))
    assert found is not None
    assert found.kappa is not None
    assert round(found.exact, 10) == 0.9
    assert round(found.kappa, 10) == 0.4444444444
    assert round(found.ac1, 10) == 0.8780487805
    assert round(found.pabak, 10) == 0.8


def test_a_mark_next_to_it_counts_less_than_one_far_away() -> None:
    one, other = (3, 4, 2, 5, 3, 4, 1, 2, 4, 5), (3, 3, 2, 5, 4, 4, 2, 2, 5, 5)
    found = agreement(list(zip(one, other, strict=True)), (1, 2, 3, 4, 5))
    assert found is not None
    assert [round(each or 0, 10) for each in (found.kappa, found.linear_kappa, found.quadratic_kappa)] == [
        0.4871794872,
        0.7142857143,
        0.8709677419,
    ]


def test_of_one_mark_alone_kappa_says_nothing_and_ac1_agrees() -> None:
    found = agreement([(2, 2)] * 20, (0, 1, 2))
    assert found is not None
    assert (found.kappa, found.kappa_error, found.linear_kappa) == (None, None, None)
    assert (found.exact, found.ac1, found.pabak) == (1, 1, 1)


def test_nothing_marked_is_no_agreement() -> None:
    assert agreement([], (0, 1, 2)) is None
    assert pooled([[1], [], [2]], (0, 1, 2)) is None


@pytest.mark.parametrize("scale", [(0,), (1, 1), ()])
def test_a_scale_of_one_mark_is_refused(scale: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="two or more different marks"):
        agreement([(1, 1)], scale)


def test_a_mark_off_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="3 is no mark"):
        agreement([(0, 3)], (0, 1, 2))


MARK = st.integers(0, 2)
PAIRS = st.lists(st.tuples(MARK, MARK), min_size=1, max_size=60)


@given(PAIRS)
def test_two_people_pooled_are_two_people(pairs: list[tuple[int, int]]) -> None:
    both, many = agreement(pairs, (0, 1, 2)), pooled(pairs, (0, 1, 2))
    assert both is not None
    assert many is not None
    assert (many.pairs, round(many.exact, 9), round(many.ac1, 9)) == (
        both.of,
        round(both.exact, 9),
        round(both.ac1, 9),
    )


@given(PAIRS)
def test_who_is_called_first_changes_nothing_and_every_figure_stays_in_range(pairs: list[tuple[int, int]]) -> None:
    one = agreement(pairs, (0, 1, 2))
    other = agreement([(second, first) for first, second in pairs], (0, 1, 2))
    assert one is not None
    assert other is not None
    for name in ("exact", "kappa", "linear_kappa", "quadratic_kappa", "ac1", "pabak"):
        first, second = getattr(one, name), getattr(other, name)
        assert (first is None) == (second is None)
        if first is not None:
            assert first == pytest.approx(second)
            assert -1 - 1e-9 <= first <= 1 + 1e-9


def test_a_thing_counts_once_however_many_marked_it() -> None:
    found = pooled([[2, 2, 2, 2, 0], [1, 1]], (0, 1, 2))
    assert found is not None
    assert found.pairs == 11
    assert round(found.exact, 9) == round((0.6 + 1) / 2, 9)


def test_below_twenty_double_marks_nothing_is_said() -> None:
    assert reached([(1, 1)] * 19).gate is Gate.TOO_FEW
    assert reached([]).gate is Gate.TOO_FEW


def test_sixteen_of_twenty_alike_pass_and_fifteen_do_not() -> None:
    spread = [(0, 0)] * 6 + [(1, 1)] * 5 + [(2, 2)] * 5
    assert reached([*spread, *[(0, 1)] * 4]).gate is Gate.THROUGH
    assert reached([*spread[:-1], *[(0, 1)] * 5]).gate is Gate.BELOW


def test_an_observer_is_held_to_the_newest_marks() -> None:
    poor = [Compared(0, 2, TODAY - timedelta(days=60))] * 20
    good = [Compared(each % 3, each % 3, TODAY - timedelta(days=3)) for each in range(20)]
    assert observer_gate(poor, TODAY).gate is Gate.BELOW
    assert observer_gate([*poor, *good], TODAY) == observer_gate(good, TODAY)
    assert observer_gate(good, TODAY).gate is Gate.THROUGH


def test_a_day_counts_whole() -> None:
    day = TODAY - timedelta(days=3)
    marks = [Compared(1, 1, day)] * 20 + [Compared(0, 1, day)] * 10
    assert observer_gate(marks, TODAY).pairs == 30
    assert observer_gate(marks, TODAY) == observer_gate(marks[::-1], TODAY)


def test_who_has_not_calibrated_for_three_months_does_it_again() -> None:
    marks = [Compared(each % 3, each % 3, TODAY - timedelta(days=92)) for each in range(20)]
    assert observer_gate(marks, TODAY).gate is Gate.THROUGH
    later = observer_gate(marks, TODAY + timedelta(days=1))
    assert (later.gate, later.gate.counts) == (Gate.LAPSED, False)


def test_an_observer_without_a_mark_has_too_few() -> None:
    assert observer_gate([], TODAY).gate is Gate.TOO_FEW
