"""How memory is forecast: the published recall at each day, and laws that hold for every card."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.charts import HEIGHT, WIDTH, line
from lms.practice.cards.card import Card, card_of
from lms.practice.cards.forecast import AHEAD_DAYS, TOLD_DAYS, card_forecasts, forecast
from lms.practice.spacing import USUAL, Grade, Memory, replayed

DAY = date(2026, 11, 16)


def a_card(name: str, learned_on: date = DAY) -> Card:
    return card_of(name, learned_on, USUAL, None)


def test_what_was_learned_today_fades_as_published() -> None:
    found = forecast([a_card("ack")], DAY)
    assert found is not None and found.count == 1
    # 2.10 of the measurement notes, at a stability of 2.3065 days: after 7, 30 and 60 days.
    assert [f"{value:.4f}" for value in found.as_it_is.told] == ["1.0000", "0.8083", "0.6675", "0.6033"]
    # Every second day: the first steps are those after 2 and 14 days.
    assert [f"{found.as_it_is.values[step]:.4f}" for step in (1, 7)] == ["0.9095", "0.7416"]
    assert len(found.as_it_is.values) == AHEAD_DAYS / 2 + 1


def test_nothing_is_forecast_of_nothing() -> None:
    assert forecast([], DAY) is None and card_forecasts([], DAY) == ()


def test_what_is_most_likely_to_be_forgotten_comes_first() -> None:
    old, new = a_card("own", DAY - timedelta(days=40)), a_card("ack")
    assert [each.behaviour_id for each in card_forecasts([new, old], DAY)] == ["own", "ack"]
    assert card_forecasts([old], DAY)[0].due_on == old.due_on


@given(
    st.lists(st.tuples(st.sampled_from(Grade), st.integers(0, 200)), max_size=6),
    st.integers(0, 400),
)
def test_a_line_only_falls_and_a_right_answer_never_lowers_it(
    answers: list[tuple[Grade, int]], since: int
) -> None:
    memory, on = a_card("ack").memory, DAY
    given_on: list[tuple[Grade, date]] = []
    for grade, days in answers:
        on += timedelta(days=days)
        given_on.append((grade, on))
    memory = replayed(memory, given_on)
    card = Card("ack", DAY, memory, USUAL, on)
    found = forecast([card, a_card("own")], on + timedelta(days=since))
    assert found is not None
    for curve in (found.as_it_is, found.if_answered):
        assert all(0 < value <= 1 for value in curve.values)
        assert list(curve.values) == sorted(curve.values, reverse=True)
        assert [curve.values[days // 2] for days in (0, 30, 60)] == [
            curve.told[TOLD_DAYS.index(days)] for days in (0, 30, 60)
        ]
    if since and not any(grade is Grade.AGAIN for grade, _day in answers):
        assert found.if_answered.told[3] >= found.as_it_is.told[3]


def test_a_memory_of_a_later_day_is_whole_until_then() -> None:
    # Clocks differ, and people travel: an answer may be of her tomorrow.
    tomorrow = Card("ack", DAY, Memory(2.3, 2.1, DAY + timedelta(days=1)), USUAL, DAY)
    found = forecast([tomorrow], DAY)
    assert found is not None and found.as_it_is.told[0] == pytest.approx(1)


def test_a_line_is_drawn_from_edge_to_edge() -> None:
    drawn = line([1.0, 0.5, 0.0])
    assert drawn.path == f"M 0.0 0.0 L {WIDTH / 2:.1f} {HEIGHT / 2:.1f} L {WIDTH:.1f} {HEIGHT:.1f}"
    assert (drawn.first, drawn.last) == (0.0, HEIGHT)
