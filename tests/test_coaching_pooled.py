"""What teams add up to by month: kept with every deed, pooled by unit, and too few told of none."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, event, select, update
from sqlalchemy.orm import Session

from lms import store
from lms.coaching import actions
from lms.coaching.notes.note import Basis
from lms.coaching.observation import Mark, Outcome
from lms.coaching.pooled import queries
from lms.coaching.pooled.actions import count_month
from lms.coaching.pooled.figures import Coached, Seen, Told, first_month, month_after, told
from lms.coaching.pooled.tables import CoachingMonth, SeenMonth
from lms.measures import share
from lms.store import writing
from tests.support import world as worlds
from tests.support.observations import WRITTEN, begun, given
from tests.support.talks import talked
from tests.support.world import World

AT_ONCE = 6


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 11, 16), date(2026, 9, 1)),
        (date(2026, 1, 31), date(2025, 11, 1)),
        (date(2026, 3, 1), date(2026, 1, 1)),
    ],
)
def test_this_month_and_the_two_before_are_counted(today: date, first: date) -> None:
    assert first_month(today) == first


def test_a_month_ends_where_the_next_begins() -> None:
    assert [month_after(date(2026, month, 1)) for month in (1, 2, 12)] == [
        date(2026, 2, 1),
        date(2026, 3, 1),
        date(2027, 1, 1),
    ]


def test_too_few_are_hidden_and_never_alone() -> None:
    few = Told(None, is_hidden=True)
    assert told({"a": (1, 4), "b": (9, 40), "c": (3, 6)}) == {"a": few, "b": Told(share(9, 40), False), "c": few}
    assert told({"a": (0, 0), "b": (2, 5)}) == {"a": Told(None, False), "b": Told(share(2, 5), False)}


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    """The cast, with one observation of Lena on 16 November and one talk."""
    return worlds.make(session, now)


def seen(session: Session, team_id: int, since: date = date(2026, 9, 1)) -> dict[int, Seen]:
    """Return what the units add up to over all behaviours, which is what each of them adds up to."""
    session.rollback()
    coached = {unit: each.seen for unit, each in queries.coached_below(session, team_id, since).items()}
    by_behaviour = [queries.seen_below(session, team_id, each, since) for each in ("greet", "listen")]
    for unit, whole in coached.items():
        assert whole == sum((each.get(unit, Seen()) for each in by_behaviour), Seen())
    return coached


def test_what_is_given_disputed_settled_or_taken_back_is_counted_at_once(
    session: Session, world: World, now: datetime
) -> None:
    cast = world.cast
    assert seen(session, cast.front_desk) == {cast.front_desk: Seen(1, 2)}
    number = given(session, cast.lena, cast.mia, cast.front_desk, world.course.release_id, now)
    once, twice = {cast.front_desk: Seen(1, 2)}, {cast.front_desk: Seen(2, 4)}
    assert seen(session, cast.front_desk) == twice
    with writing(session):
        actions.dispute(session, number, cast.lena, "that was not me", now)
    assert seen(session, cast.front_desk) == once
    with writing(session):
        actions.settle(session, number, cast.max, Outcome.STANDS, "I listened to it", now)
    assert seen(session, cast.front_desk) == twice
    other = given(session, cast.lena, cast.mia, cast.front_desk, world.course.release_id, now, key="o" * 20)
    with writing(session):
        actions.withdraw(session, other, cast.mia, now)
    assert seen(session, cast.front_desk) == twice
    # Counting once more changes nothing.
    with writing(session):
        count_month(session, cast.front_desk, date(2026, 11, 30))
    assert seen(session, cast.front_desk) == twice
    assert seen(session, cast.front_desk, date(2026, 12, 1)) == {}


def test_a_head_reads_units_added_up_with_everything_below_them(
    session: Session, world: World, now: datetime
) -> None:
    cast = world.cast
    chance = {"marks": (Mark("ready", "greet", 1), Mark("listen", "listen", None))}
    given(session, cast.otto, cast.nora, cast.kitchen, world.course.release_id, now, **chance)
    talked(session, cast.lena, cast.mia, cast.front_desk, now, key="u" * 20, basis=Basis.NUMBERS, behaviours=())
    greeted = queries.seen_below(session, cast.hotel, "greet", date(2026, 9, 1))
    assert greeted == {cast.front_desk: Seen(1, 1), cast.kitchen: Seen(0, 1)}
    assert queries.coached_below(session, cast.hotel, date(2026, 9, 1)) == {
        cast.front_desk: Coached(Seen(1, 2), 1, 1, 1, 0, 1, talks=2, numbers_only=1),
        cast.kitchen: Coached(Seen(0, 1), 1, 1, 0, 1, 0),
    }


def test_each_is_one_query_and_no_row_of_a_person(session: Session, world: World) -> None:
    counted: list[str] = []
    engine = session.get_bind()
    session.rollback()
    event.listen(engine, "before_cursor_execute", lambda *said: counted.append(said[2]))
    queries.seen_below(session, world.cast.hotel, "greet", date(2026, 9, 1))
    queries.coached_below(session, world.cast.hotel, date(2026, 9, 1))
    counted = [each for each in counted if each != "BEGIN"]
    assert len(counted) == 2
    assert not [each for each in counted if "person" in each or "observation" in each]
    assert set(SeenMonth.__table__.columns.keys()) == {"team_id", "month_on", "behaviour_id", "clearly", "chances"}
    assert session.scalars(select(SeenMonth.team_id).distinct()).all() == [world.cast.front_desk]


def test_many_who_give_in_one_team_at_once_are_all_counted(
    session: Session, engine: Engine, world: World, now: datetime
) -> None:
    cast, drafts = world.cast, list[int]()
    for number in range(AT_ONCE):
        key = f"a-key-of-number-{number:04}"
        drafts.append(begun(session, cast.lena, cast.mia, cast.front_desk, world.course.release_id, now, key=key))
    barrier = Barrier(AT_ONCE)

    def give(number: int) -> bool:
        with Session(engine) as own:
            store.guard_session(own)
            barrier.wait(timeout=20)
            with writing(own):
                return actions.give(own, number, cast.mia, WRITTEN, counts=True, now=now)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert all(pool.map(give, drafts))
    assert seen(session, cast.front_desk) == {cast.front_desk: Seen(1 + AT_ONCE, 2 + 2 * AT_ONCE)}


def test_what_is_kept_otherwise_than_recorded_is_told_and_made_anew(
    session: Session, world: World, now: datetime
) -> None:
    cast = world.cast
    talked(session, cast.otto, cast.nora, cast.kitchen, now, key="k" * 20)
    session.rollback()
    since = date(2026, 9, 1)
    assert list(queries.month_differences(session, since)) == []
    with writing(session):
        session.execute(update(SeenMonth).values(clearly=SeenMonth.clearly + 1))
        session.execute(delete(CoachingMonth).where(CoachingMonth.team_id == cast.kitchen))
    found = list(queries.month_differences(session, since))
    assert [(each.team_id, each.month_on) for each in found] == sorted(
        (team_id, date(2026, 11, 1)) for team_id in (cast.front_desk, cast.kitchen)
    )
    (kitchen,) = (each for each in found if each.team_id == cast.kitchen)
    assert (kitchen.kept.coached.talks, kitchen.counted.coached.talks) == (0, 1)
    for team_id, month_on in queries.months_since(session, since):
        with writing(session):
            count_month(session, team_id, month_on)
    assert list(queries.month_differences(session, since)) == []


def test_the_command_tells_of_months_and_makes_them_anew(app: Flask, session: Session, world: World) -> None:
    runner = app.test_cli_runner()
    runner.invoke(args=["summaries", "rebuild"])
    assert runner.invoke(args=["summaries", "check"]).output.startswith("0 differences")
    with writing(session):
        session.execute(delete(CoachingMonth))
    told = runner.invoke(args=["summaries", "check"])
    assert told.exit_code == 1
    assert f"team {world.cast.front_desk}, November 2026: kept" in told.output
    assert "what was seen there in 1 of their months" in runner.invoke(args=["summaries", "rebuild"]).output
    assert runner.invoke(args=["summaries", "check"]).exit_code == 0
