"""What observations add up to: shares with their interval, what too few may not say, and how observers observe."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from lms.coaching import actions, queries
from lms.coaching.figures import (
    DayCount,
    Form,
    Weight,
    behaviour_figures,
    first_day,
    is_specific,
    observer_figures,
    weight_of,
)
from lms.coaching.observation import Mark, Outcome
from lms.measures import share
from lms.store import writing
from tests.support.builders import a_checklist, a_course
from tests.support.cast import Cast
from tests.support.observations import given
from tests.support.shelf import shelve

TODAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("of", "weight"),
    [
        (4, Weight.HIDDEN),
        (5, Weight.TOO_FEW),
        (9, Weight.TOO_FEW),
        (10, Weight.INTERVAL),
        (19, Weight.INTERVAL),
        (20, Weight.ENOUGH),
    ],
)
def test_a_share_says_no_more_than_its_number_allows(of: int, weight: Weight) -> None:
    assert weight_of(share(1, of)) is weight
    assert weight_of(None) is Weight.HIDDEN


def test_a_behaviour_is_told_over_a_quarter_with_wilsons_interval() -> None:
    counts = [DayCount("ack", TODAY - timedelta(days=days), 17, 20) for days in (90, 91)]
    figure = behaviour_figures(counts, TODAY)["ack"]
    assert figure.share is not None
    assert (figure.share.count, figure.share.of) == (17, 20)
    assert (round(figure.share.low, 4), round(figure.share.high, 4)) == (0.6396, 0.9476)


def test_a_trend_leaves_out_four_weeks_with_too_few() -> None:
    counts = [
        DayCount("ack", TODAY, 9, 10),
        DayCount("ack", TODAY - timedelta(days=27), 0, 1),
        DayCount("ack", TODAY - timedelta(days=28), 3, 9),
        DayCount("ack", first_day(TODAY), 5, 12),
        DayCount("ack", first_day(TODAY) - timedelta(days=1), 99, 99),
    ]
    figure = behaviour_figures(counts, TODAY)["ack"]
    assert [each and (each.count, each.of) for each in figure.periods] == [
        (5, 12),
        None,
        None,
        None,
        None,
        (9, 11),
    ]
    assert figure.has_trend


def form(name: str, *scores: int | None, words: str = "“I have it now.”", situation: str = "") -> Form:
    marks = tuple(Mark(f"c{number}", f"b{number}", score) for number, score in enumerate(scores))
    return Form(ord(name[0]), name, words, situation or "When he said it again", marks)


def test_observers_come_by_name_and_are_told_of_forms_all_alike() -> None:
    forms = [form("Zoe", 2, 2, 2)] + [form("adam", 0, 1, 2, None)] * 4 + [form("adam", 1, 1, 1), form("adam", 2)]
    adam, zoe = observer_figures(forms)
    assert (adam.name, adam.forms, adam.scores) == ("adam", 6, (4, 7, 5))
    assert adam.alike is not None and (adam.alike.count, adam.alike.of) == (1, 5)
    # Of fewer than five nothing is told.
    assert zoe.alike is None and zoe.specific is None


def test_feedback_is_specific_with_a_quote_and_a_moment() -> None:
    assert is_specific(form("Ada", 2))
    assert is_specific(form("Ada", 2, words="he said three is too many"))
    assert not is_specific(form("Ada", 2, words="was nice"))
    assert not is_specific(form("Ada", 2, situation="today"))


def test_what_is_disputed_set_aside_or_taken_back_is_in_no_figure(
    session: Session, people: Cast, now: datetime
) -> None:
    course = shelve(session, a_course("bees", a_checklist("seen")), now)
    who = (people.lena, people.mia, people.front_desk, course.release_id)
    numbers = [given(session, *who, now, key=f"observation-number-{number}") for number in range(5)]

    def counted() -> int:
        session.rollback()
        return sum(each.of for each in queries.day_counts(session, people.front_desk, now.date()))

    assert counted() == 10
    assert queries.scores_of(session, people.lena, now.date()) == {"greet": (2,) * 5, "listen": (0,) * 5}
    with writing(session):
        for number in numbers[:3]:
            actions.dispute(session, number, people.lena, "That was not my call.", now)
    assert counted() == 4
    with writing(session):
        actions.settle(session, numbers[0], people.ada, Outcome.STANDS, "It was hers.", now)
        actions.settle(session, numbers[1], people.ada, Outcome.SET_ASIDE, "It was not.", now)
        actions.withdraw(session, numbers[4], people.mia, now)
    assert counted() == 4
    assert queries.day_counts(session, people.kitchen, now.date()) == ()
    assert len(queries.forms_in(session, people.front_desk, now.date())) == 4
