"""Calibration sessions: marked alone, shown together, and what is told of it afterwards."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.coaching.calibration import actions, queries
from lms.coaching.calibration.actions import NewSession, OverError
from lms.coaching.calibration.session import (
    Agreed,
    Calibration,
    Noted,
    Place,
    Turn,
    all_together,
    beside_agreed,
    both,
    standings_of,
    turns_of,
    unmarked,
)
from lms.coaching.calibration.tables import CalibrationMark, CalibrationSession
from lms.coaching.gate import Gate
from lms.content.course import Course
from lms.store import writing
from tests.support.builders import a_checklist, a_course
from tests.support.cast import Cast, bring_in
from tests.support.shelf import shelve
from tests.test_progress_races import AT_ONCE, Everyone, at_once

__all__ = ["at_once"]

ALL: tuple[Place, ...] = ((1, "ack"), (1, "own"), (2, "ack"), (2, "own"))


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return bring_in(session, now)


@pytest.fixture
def house(session: Session, now: datetime) -> Course:
    return shelve(session, a_course("house", a_checklist("seen")), now)


def opened(session: Session, house: Course, cast: Cast, now: datetime) -> Calibration:
    """Return a session of two contacts and two criteria that Mia, Max and Nora take part in."""
    new = NewSession(
        title="November",
        course_slug="house",
        activity_id="seen",
        release_id=house.release_id,
        criterion_ids=("ack", "own"),
        due_on=date(2026, 11, 20),
        contacts=(("The fourth call", "Customer: Again!\nAgent: I have it now."), ("The van", "Customer: Hm.")),
    )
    with writing(session):
        session_id = actions.open_session(session, new, cast.tom, now)
        assert actions.invite(session, session_id, [cast.mia, cast.max, cast.nora, cast.mia], now) == 3
    return found(session, session_id)


def found(session: Session, session_id: int) -> Calibration:
    calibration = queries.find_calibration(session, session_id)
    assert calibration is not None
    return calibration


def mark(session: Session, session_id: int, person_id: int, *marks: int | None) -> None:
    with writing(session):
        noted = {place: Noted(each) for place, each in zip(ALL, marks, strict=False)}
        actions.keep_marks(session, session_id, person_id, noted)


def hand_in(session: Session, session_id: int, person_id: int, now: datetime) -> tuple[Place, ...]:
    with writing(session):
        return actions.hand_in(session, session_id, person_id, now)


def reveal(session: Session, session_id: int, now: datetime) -> bool:
    with writing(session):
        return actions.reveal(session, session_id, now)


def test_only_what_is_wholly_marked_is_handed_in(
    session: Session, house: Course, cast: Cast, now: datetime
) -> None:
    calibration = opened(session, house, cast, now)
    mark(session, calibration.id, cast.mia, 2, None, 1)
    assert hand_in(session, calibration.id, cast.mia, now) == ((2, "own"),)
    mark(session, calibration.id, cast.mia, 2, None, 1, 0)
    assert hand_in(session, calibration.id, cast.mia, now) == ()
    assert hand_in(session, calibration.id, cast.mia, now + timedelta(hours=1)) == ()
    seat = next(each for each in queries.seats_of(session, calibration.id) if each.person_id == cast.mia)
    assert seat.handed_in_at == now
    session.rollback()
    with pytest.raises(OverError):
        mark(session, calibration.id, cast.mia, 0)


def test_marks_are_nobody_elses_until_all_are_shown(
    session: Session, house: Course, cast: Cast, now: datetime
) -> None:
    calibration = opened(session, house, cast, now)
    for person_id in (cast.mia, cast.max):
        mark(session, calibration.id, person_id, 2, 2, 1, 0)
        hand_in(session, calibration.id, person_id, now)
    assert queries.marks_shown(session, calibration.id) == {}
    assert set(queries.marks_by(session, calibration.id, cast.mia)) == set(ALL)
    assert reveal(session, calibration.id, now)
    assert set(queries.marks_shown(session, calibration.id)) == {cast.mia, cast.max}


def test_one_alone_is_not_shown_and_who_comes_too_late_is_left_out(
    session: Session, house: Course, cast: Cast, now: datetime
) -> None:
    calibration = opened(session, house, cast, now)
    for person_id in (cast.mia, cast.max, cast.nora):
        mark(session, calibration.id, person_id, 2, 2, 1, 0)
    hand_in(session, calibration.id, cast.mia, now)
    assert not reveal(session, calibration.id, now)
    hand_in(session, calibration.id, cast.max, now)
    assert reveal(session, calibration.id, now)
    assert reveal(session, calibration.id, now + timedelta(days=1))
    assert found(session, calibration.id).revealed_at == now
    session.rollback()
    for deed in (
        lambda: mark(session, calibration.id, cast.nora, 0),
        lambda: hand_in(session, calibration.id, cast.nora, now),
    ):
        with pytest.raises(OverError):
            deed()
        session.rollback()
    assert cast.nora not in queries.marks_shown(session, calibration.id)


def test_who_was_not_invited_marks_nothing(session: Session, house: Course, cast: Cast, now: datetime) -> None:
    calibration = opened(session, house, cast, now)
    with pytest.raises(OverError):
        mark(session, calibration.id, cast.lena, 2)
    session.rollback()
    with pytest.raises(OverError):
        hand_in(session, calibration.id, cast.lena, now)


def test_an_invitation_is_taken_back_with_its_marks_until_it_was_handed_in(
    session: Session, house: Course, cast: Cast, now: datetime
) -> None:
    calibration = opened(session, house, cast, now)
    mark(session, calibration.id, cast.nora, 1)
    mark(session, calibration.id, cast.mia, 2, 2, 1, 0)
    hand_in(session, calibration.id, cast.mia, now)
    with writing(session):
        assert actions.withdraw_seat(session, calibration.id, cast.nora)
        assert not actions.withdraw_seat(session, calibration.id, cast.nora)
        assert not actions.withdraw_seat(session, calibration.id, cast.mia)
    assert queries.marks_by(session, calibration.id, cast.nora) == {}
    assert [each.name for each in queries.seats_of(session, calibration.id)] == ["Max Weber", "Mia Sørensen"]


def test_a_session_is_thrown_away_whole_until_it_was_shown(
    session: Session, house: Course, cast: Cast, now: datetime
) -> None:
    calibration, other = (opened(session, house, cast, now) for _ in range(2))
    for person_id in (cast.mia, cast.max):
        for each in (calibration, other):
            mark(session, each.id, person_id, 2, 2, 1, 0)
        hand_in(session, other.id, person_id, now)
    reveal(session, other.id, now)
    with writing(session):
        assert actions.drop_session(session, calibration.id)
        assert not actions.drop_session(session, calibration.id)
        assert not actions.drop_session(session, other.id)
    assert session.scalars(select(CalibrationSession.id)).all() == [other.id]
    assert set(session.scalars(select(CalibrationMark.session_id))) == {other.id}


def test_what_was_agreed_makes_an_observers_gate_and_a_criterions(
    session: Session, house: Course, cast: Cast, now: datetime
) -> None:
    calibration = opened(session, house, cast, now)
    with pytest.raises(OverError), writing(session):
        actions.agree(session, calibration.id, {(1, "ack"): Agreed(2)}, cast.tom, now)
    session.rollback()
    for person_id, marks in ((cast.mia, (2, None, 1, 0)), (cast.max, (0, 1, 1, 0))):
        mark(session, calibration.id, person_id, *marks)
        hand_in(session, calibration.id, person_id, now)
    reveal(session, calibration.id, now)
    with writing(session):
        agreed = {place: Agreed(each) for place, each in zip(ALL, (2, 1, None, 0), strict=True)}
        agreed[1, "own"] = Agreed(1, "A verb and a time.")
        actions.agree(session, calibration.id, agreed, cast.tom, now)
        actions.agree(session, calibration.id, {(1, "ack"): Agreed(1)}, cast.tom, now)
    compared = queries.compared_by(session, [cast.mia, cast.max, cast.nora])
    assert sorted((each.mark, each.agreed) for each in compared[cast.mia]) == [(0, 0), (2, 1)]
    assert sorted((each.mark, each.agreed) for each in compared[cast.max]) == [(0, 0), (0, 1), (1, 1)]
    assert cast.nora not in compared
    things = queries.things_marked(session, "house", "seen", now - timedelta(days=1))
    assert sorted(map(sorted, things["ack"])) == [[0, 2], [1, 1]]
    assert sorted(map(sorted, things["own"])) == [[0, 0], [1]]
    assert queries.things_marked(session, "house", "seen", now + timedelta(days=1)) == {}
    assert queries.rewordings_of(session, "house", "seen") == {"own": "A verb and a time."}
    assert list(queries.observers_over(session, ["house"]).values()) == ["Max Weber", "Mia Sørensen"]
    line = queries.sessions_over(session, ["house"])[0]
    assert (line.seats, line.handed_in, line.revealed_at) == (3, 2, now)
    assert queries.sessions_over(session, ["bees"]) == []
    assert [each.handed_in_at for each in queries.own_seats(session, cast.nora)] == [None]


def test_everybody_counts_until_there_is_something_to_be_measured_by(
    session: Session, house: Course, cast: Cast, now: datetime
) -> None:
    today = now.date()

    def counting(day: date = today) -> list[bool]:
        session.rollback()
        return [queries.may_count(session, each, "house", "seen", day) for each in (cast.mia, cast.max, cast.nora)]

    assert counting() == [True, True, True]
    for _session in range(5):
        calibration = opened(session, house, cast, now)
        for person_id, marks in ((cast.mia, (2, 1, 1, 0)), (cast.max, (0, 0, 1, 0))):
            mark(session, calibration.id, person_id, *marks)
            hand_in(session, calibration.id, person_id, now)
        reveal(session, calibration.id, now)
        with writing(session):
            agreed = {place: Agreed(each) for place, each in zip(ALL, (2, 1, 1, 0), strict=True)}
            actions.agree(session, calibration.id, agreed, cast.tom, now)
        assert counting()[1:] == [False, False]
    assert counting() == [True, False, False]
    assert counting(today + timedelta(days=93)) == [False, False, False]
    assert queries.may_count(session, cast.max, "house", "another", today)


def test_showing_and_handing_in_at_once_leave_no_mark_between(
    session: Session, at_once: Everyone, house: Course, cast: Cast, now: datetime
) -> None:
    calibration = opened(session, house, cast, now)
    people = (cast.mia, cast.max, cast.nora)
    for person_id in people:
        mark(session, calibration.id, person_id, 2, 2, 1, 0)
    for person_id in people[:2]:
        hand_in(session, calibration.id, person_id, now)
    session.rollback()

    def show(own: Session) -> bool:
        return actions.reveal(own, calibration.id, now)

    def hand_in_late(own: Session) -> bool:
        try:
            return actions.hand_in(own, calibration.id, cast.nora, now) == ()
        except OverError:
            return False

    done = at_once(*[show, hand_in_late] * (AT_ONCE // 2))
    assert all(done[::2])
    session.rollback()
    shown = queries.marks_shown(session, calibration.id)
    assert (cast.nora in shown) == any(done[1::2])


def test_a_session_needs_a_contact_and_a_criterion(
    session: Session, house: Course, cast: Cast, now: datetime
) -> None:
    for contacts, criteria in (((), ("ack",)), ((("a", "b"),), ()), ((("a", "b"),) * 5, ("ack",))):
        new = NewSession("x", "house", "seen", house.release_id, criteria, None, contacts)
        with pytest.raises(ValueError, match="make no session"), writing(session):
            actions.open_session(session, new, cast.tom, now)
        session.rollback()


def test_a_written_dialogue_is_read_turn_by_turn() -> None:
    words = "She rings at nine.\nCustomer: Again!\n  You said noon.\n\nAgent: I have it: by ten.\nhttp://x y: z"
    assert turns_of(words) == (
        Turn("", "She rings at nine."),
        Turn("Customer", "Again!\nYou said noon.", 1),
        Turn("Agent", "I have it: by ten.\nhttp://x y: z", 2),
    )
    assert turns_of(" \n ") == ()


@given(st.text(max_size=300))
def test_no_word_of_a_dialogue_is_lost(words: str) -> None:
    told = "".join(f"{turn.speaker}{turn.words}" for turn in turns_of(words))
    assert _letters(told) == _letters(words)


def _letters(text: str) -> str:
    return "".join(text.split()).replace(":", "")


def noted(*marks: int | None) -> dict[Place, Noted]:
    return {place: Noted(each) for place, each in zip(ALL, marks, strict=False)}


def test_what_had_no_chance_to_show_is_left_out_of_every_figure() -> None:
    one, other = noted(2, None, 1, 0), noted(2, 1, 1, None)
    pair = both([one, other])
    assert pair is not None
    assert (pair.of, pair.exact) == (2, 1)
    assert both([one]) is None
    assert both([one, other, one]) is None
    together = all_together([one, other, noted(0)])
    assert together is not None
    assert together.pairs == 4
    assert all_together([one]) is None


def test_beside_what_was_agreed_one_sees_whether_one_is_kinder() -> None:
    agreed = {place: Agreed(each) for place, each in zip(ALL, (1, 1, None, 0), strict=True)}
    found = beside_agreed(noted(2, 1, 1, 0), agreed)
    assert found is not None
    assert (found.figures.of, round(found.kinder, 3)) == (3, 0.333)
    assert beside_agreed(noted(2), {}) is None


def test_what_wants_rewording_comes_first() -> None:
    split, alike = [[0, 2]] * 20, [[0, 0], [1, 1], [2, 2]] * 7
    found = standings_of(("ack", "own", "plan"), {"ack": alike, "own": split}, {"own": "Say who."})
    assert [(each.criterion_id, each.reached.gate) for each in found] == [
        ("own", Gate.BELOW),
        ("ack", Gate.THROUGH),
        ("plan", Gate.TOO_FEW),
    ]
    assert found[0].rewording == "Say who."


def test_what_is_left_to_mark_is_named_place_by_place(
    session: Session, house: Course, cast: Cast, now: datetime
) -> None:
    calibration = opened(session, house, cast, now)
    assert unmarked(calibration, [(1, "own")]) == ((1, "ack"), (2, "ack"), (2, "own"))
