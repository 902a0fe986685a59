"""What a coaching note lacks, when its loop is closed, what a coach's talks add up to, and what is kept."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.coaching import actions as observing
from lms.coaching.notes import actions, queries
from lms.coaching.notes.actions import Begun, Shown
from lms.coaching.notes.note import (
    Basis,
    Format,
    Lack,
    Loop,
    Talk,
    TalkFact,
    caught_in,
    figure_of,
    lacking_in,
    loop_of,
)
from lms.coaching.notes.tables import CoachingNote, ModellingSession
from lms.measures import share
from lms.store import writing
from tests.support import world as worlds
from tests.support.observations import given
from tests.support.talks import TALK, talked
from tests.support.world import World

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("talk", "lacks"),
    [
        (TALK, ()),
        (replace(TALK, basis=None), (Lack.BASIS,)),
        (replace(TALK, behaviours=()), (Lack.BEHAVIOURS,)),
        (replace(TALK, basis=Basis.BOTH, behaviours=()), (Lack.BEHAVIOURS,)),
        (replace(TALK, basis=Basis.NUMBERS), (Lack.NUMBERS_ONLY,)),
        # Numbers have no situation that a camera saw, but a goal and a next step all the same.
        (replace(TALK, basis=Basis.NUMBERS, behaviours=(), situation="", behaviour="", impact=""), ()),
        (replace(TALK, situation="calls"), (Lack.SITUATION,)),
        (replace(TALK, goal="better", will="ok", next_on=None), (Lack.GOAL, Lack.WILL, Lack.NEXT)),
        # Nobody has to have an answer to "what was your thinking?".
        (replace(TALK, intent="", reality="", options=""), ()),
    ],
)
def test_what_a_note_lacks(talk: Talk, lacks: tuple[Lack, ...]) -> None:
    assert lacking_in(talk) == lacks


@pytest.mark.parametrize(
    ("words", "caught"),
    [
        ({"behaviour": "you were lazy"}, ["behaviour: lazy"]),
        ({"impact": "great, as always"}, ["impact: great", "impact: always"]),
        ({"goal": "a better attitude", "will": "I always say both"}, ["goal: attitude"]),
        # The other's own words, and what somebody said, are left alone.
        ({"intent": "I was lazy", "reality": "typical me", "options": "try harder"}, []),
        ({"behaviour": "he said “you are lazy” and you named both calls"}, []),
    ],
)
def test_judging_words_are_caught_in_what_was_seen_and_agreed(words: dict[str, Any], caught: list[str]) -> None:
    found = caught_in(replace(TALK, **words))
    assert [f"{each.field}: {each.word}" for each in found] == caught


@pytest.mark.parametrize(
    ("after", "days", "loop", "closed_after"),
    [
        ([], 0, Loop.OPEN, None),
        ([], 30, Loop.OPEN, None),
        ([], 31, Loop.RUN_OUT, None),
        ([-1], 5, Loop.OPEN, None),
        ([0], 5, Loop.OPEN, None),
        ([30], 40, Loop.CLOSED, 30),
        ([31], 40, Loop.RUN_OUT, None),
        ([9, 4, -3], 10, Loop.CLOSED, 4),
    ],
)
def test_an_observation_within_thirty_days_closes_the_loop(
    now: datetime, after: list[int], days: int, loop: Loop, closed_after: int | None
) -> None:
    state = loop_of(now, [now + each * DAY for each in after], now + days * DAY)
    assert (state.loop, state.until) == (loop, now + 30 * DAY)
    assert state.closed_at == (None if closed_after is None else now + closed_after * DAY)


def test_a_coachs_figures_leave_open_loops_out_and_hide_what_is_below_five() -> None:
    def talks(closed: int, run_out: int, still_open: int, numbers: int) -> list[TalkFact]:
        loops = [Loop.CLOSED] * closed + [Loop.RUN_OUT] * run_out + [Loop.OPEN] * still_open
        bases = [Basis.NUMBERS] * numbers + [Basis.BOTH] * (len(loops) - numbers)
        return [TalkFact(1, basis, loop) for basis, loop in zip(bases, loops, strict=True)]

    few = figure_of(talks(2, 2, 0, 1))
    assert (few.talks, few.decided, few.closed, few.numbers_only) == (4, 4, None, None)
    more = figure_of(talks(3, 1, 2, 1))
    assert (more.talks, more.decided, more.closed, more.numbers_only) == (6, 4, None, share(1, 6))
    assert figure_of(talks(6, 4, 3, 0)).closed == share(6, 10)
    assert figure_of([]).numbers_only is None


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    """The cast, with a talk of Mia and Lena two days ago."""
    return worlds.make(session, now)


def test_a_draft_is_one_and_given_once(session: Session, world: World, now: datetime) -> None:
    cast = world.cast
    begun = Begun(cast.lena, cast.mia, cast.front_desk, "first-key-of-the-browser")
    with writing(session):
        first = actions.keep_draft(session, begun, TALK, now)
        # Another page about the same person goes on with the same draft.
        second = actions.keep_draft(
            session, replace(begun, key="another-key-of-it"), replace(TALK, goal="a b c"), now
        )
        assert first == second
        assert not actions.give(session, first.note_id, cast.max, now)
        assert [actions.give(session, first.note_id, cast.mia, now) for _ in range(2)] == [True, False]
        late = replace(TALK, goal="too late for this")
        again = actions.keep_draft(session, replace(begun, key="another-key-of-it"), late, now)
    assert again.is_given and again.note_id == first.note_id
    note = queries.find_own(session, first.note_id, cast.lena, now)
    assert note is not None and note.talk.goal == "a b c"
    assert queries.find_own(session, first.note_id, cast.mia, now) is None
    assert queries.find_mine(session, first.note_id, cast.max, now) is None


def test_what_was_written_before_moves_into_the_note(session: Session, world: World, now: datetime) -> None:
    cast = world.cast
    with writing(session):
        actions.write_before(session, cast.lena, "The call of the man with the tap.", now)
        actions.write_before(session, cast.lena, "The lawn mower, please.", now)
    assert queries.before_of(session, cast.lena) == "The lawn mower, please."
    number = talked(session, cast.lena, cast.mia, cast.front_desk, now, key="k" * 20, before="My own two lines.")
    note = queries.find_own(session, number, cast.lena, now)
    assert note is not None and note.own_words == "My own two lines."
    assert queries.before_of(session, cast.lena) == ""


def test_the_loop_follows_observations_also_when_one_is_taken_back(
    session: Session, world: World, now: datetime
) -> None:
    cast = world.cast

    def loop(days: int) -> Loop:
        note = queries.find_own(session, world.talk, cast.lena, now + days * DAY)
        assert note is not None and note.loop is not None
        return note.loop.loop

    # The observation in the world was before the talk.
    assert (loop(0), loop(29)) == (Loop.OPEN, Loop.RUN_OUT)
    seen = given(session, cast.lena, cast.max, cast.front_desk, world.course.release_id, now + 3 * DAY)
    assert loop(4) is Loop.CLOSED
    with writing(session):
        assert observing.withdraw(session, seen, cast.max, now + 4 * DAY)
    assert (loop(4), loop(29)) == (Loop.OPEN, Loop.RUN_OUT)


def test_figures_are_of_the_teams_asked_for(session: Session, world: World, now: datetime) -> None:
    cast = world.cast
    facts = queries.facts_of(session, {cast.mia, cast.max}, {cast.front_desk}, now)
    assert facts == {cast.mia: (TalkFact(cast.mia, Basis.BEHAVIOUR, Loop.OPEN),)}
    assert queries.facts_of(session, {cast.mia}, {cast.kitchen}, now) == {}


def test_after_a_year_the_words_go_and_the_talk_stays(session: Session, world: World, now: datetime) -> None:
    with writing(session):
        actions.keep_draft(
            session, Begun(world.cast.lena, world.cast.max, world.cast.front_desk, "d" * 20), TALK, now
        )
        assert actions.clear_old(session, now + 40 * DAY) == 1
        assert actions.clear_old(session, now + 370 * DAY) == 1
        assert actions.clear_old(session, now + 371 * DAY) == 0
    (row,) = session.scalars(select(CoachingNote))
    assert (row.goal, row.own_words, row.answer, row.intent, row.basis) == ("", "", "", "", "behaviour")
    with writing(session):
        assert not actions.answer_it(session, row.id, world.cast.lena, "too late", now + 371 * DAY)


def test_a_modelling_session_is_logged_once(session: Session, world: World, now: datetime) -> None:
    shown = Shown(now.date(), "listen", Format.LIVE, 3)
    with writing(session):
        for _ in range(2):
            actions.log_showing(session, world.cast.mia, "m" * 20, shown, now)
    assert len(list(session.scalars(select(ModellingSession)))) == 1
    assert queries.count_showings(session, {world.cast.mia, world.cast.max}, now.date()) == {world.cast.mia: 1}
    assert queries.last_by_peer(session, world.cast.lena) == now - 9 * DAY
    assert queries.last_by_peer(session, world.cast.mia) is None
