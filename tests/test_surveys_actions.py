"""Surveys answered once a round, and anonymous answers that nothing joins to anybody."""

import itertools
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.orm import Session

from lms.content.asking import AskKind, Statement, SurveyPart
from lms.content.course import Survey
from lms.store import writing
from lms.surveys import actions, queries
from lms.surveys.actions import From
from lms.surveys.replies import Trial
from lms.surveys.tables import SurveyReply, SurveyTaken
from tests.support.builders import a_course
from tests.support.cast import Cast, bring_in
from tests.support.shelf import shelve
from tests.test_progress_races import AT_ONCE, Everyone, at_once

__all__ = ["at_once"]

TODAY = date(2026, 11, 16)
PART = SurveyPart("us", "Us", AskKind.SCALE, "", (Statement("laugh", "We laugh."),), "no", "yes")
PULSE = Survey("pulse", "Pulse", 2, (), "", True, (PART,), "", ())
NAMED = Survey("named", "Named", 2, (), "", False, (PART,), "", ())
HERE = From(None, is_leader=False)


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return bring_in(session, now)


def send(session: Session, person_id: int, survey: Survey = PULSE, point: int = 5) -> bool:
    with writing(session):
        return actions.hand_in(session, person_id, "house", survey, {"laugh": point}, HERE, TODAY)


def test_an_answer_is_kept_once_a_round(session: Session, cast: Cast) -> None:
    assert not queries.has_answered(session, cast.lena, "house", "pulse")
    session.rollback()
    assert send(session, cast.lena) and not send(session, cast.lena, point=1)
    assert queries.has_answered(session, cast.lena, "house", "pulse")
    assert not queries.has_answered(session, cast.lena, "house", "named")
    assert [reply.answers for reply in queries.replies_in(session, "house", "pulse", 1)] == [{"laugh": 5}]


def test_a_round_closes_from_five_answers_on_and_then_everybody_may_answer_again(
    session: Session, cast: Cast
) -> None:
    everyone = [cast.lena, cast.tom, cast.mia, cast.max, cast.nora]
    for person_id in everyone[:4]:
        send(session, person_id)
    with writing(session):
        assert actions.begin_next_round(session, "house", PULSE, TODAY) is None
    send(session, everyone[4])
    with writing(session):
        assert actions.begin_next_round(session, "house", PULSE, TODAY + timedelta(days=7)) == 2
    rounds = queries.rounds_of(session, "house", "pulse")
    closed_on = TODAY + timedelta(days=7)
    assert [(each.number, each.count, each.closed_on) for each in rounds] == [(1, 5, closed_on), (2, 0, None)]
    session.rollback()
    assert send(session, cast.lena) and len(queries.replies_in(session, "house", "pulse", 1)) == 5


def test_a_named_answer_says_whose_it_is_and_an_anonymous_one_has_nothing_to_say_it_with(
    session: Session, engine: Engine, cast: Cast
) -> None:
    send(session, cast.lena, NAMED)
    send(session, cast.lena)
    rows = session.execute(select(SurveyReply.activity_id, SurveyReply.person_id)).all()
    assert sorted(rows) == [("named", cast.lena), ("pulse", None)]
    session.rollback()
    columns = {column["name"] for column in inspect(engine).get_columns("survey_reply")}
    assert columns == {"id", "course_slug", "activity_id", "round", "person_id", "team_id", "is_leader", "answers"}
    taken = {column["name"] for column in inspect(engine).get_columns("survey_taken")}
    assert taken == {"course_slug", "activity_id", "round", "person_id"}


def test_neither_keys_nor_places_nor_transactions_tell_who_came_when(
    session: Session, engine: Engine, cast: Cast
) -> None:
    """Each new answer deals all anew: keys change, and in PostgreSQL one transaction has written them all."""
    everyone = [cast.lena, cast.tom, cast.mia, cast.max, cast.nora, cast.otto, cast.ada]
    orders, keys = set(), set[int]()
    for point, person_id in enumerate(everyone, start=1):
        send(session, person_id, point=point)
        rows = session.execute(select(SurveyReply.id, SurveyReply.answers)).all()
        assert not keys & {row.id for row in rows}
        keys |= {row.id for row in rows}
        orders.add(tuple(row.answers["laugh"] for row in rows))
        session.rollback()
    came = [tuple(range(1, number + 1)) for number in range(1, len(everyone) + 1)]
    assert len(orders & set(came)) < len(everyone)
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            writers = connection.execute(text("SELECT DISTINCT xmin::text FROM survey_reply")).scalars().all()
        assert len(writers) == 1


def test_twenty_answers_at_once_are_all_kept_and_once_each(
    session: Session, cast: Cast, at_once: Everyone
) -> None:
    everyone = list(cast.everyone().values())
    works = [
        lambda each, person_id=person_id: actions.hand_in(
            each, person_id, "house", PULSE, {"laugh": 3}, HERE, TODAY
        )
        for person_id in itertools.islice(itertools.cycle(everyone), AT_ONCE)
    ]
    assert at_once(*works).count(True) == len(everyone)
    assert len(queries.replies_in(session, "house", "pulse", 1)) == len(everyone)
    assert len(session.scalars(select(SurveyTaken.person_id)).all()) == len(everyone)


def test_a_trial_of_a_checklist_is_its_owners(session: Session, cast: Cast, now: datetime) -> None:
    course = shelve(session, a_course("house"), now)
    trial = Trial({"ready": 2}, "I have it.", "", "If it rings, then I stand.")
    with writing(session):
        actions.keep_trial(session, cast.lena, "house", "seen", course.release_id, trial, now)
    kept = queries.trials_of(session, cast.lena, "house", "seen")
    assert [(each.marks, each.words_heard, each.tried_at) for each in kept] == [({"ready": 2}, "I have it.", now)]
    assert queries.trials_of(session, cast.otto, "house", "seen") == ()
    session.rollback()
    for person_id, left in ((cast.otto, 1), (cast.lena, 0)):
        with writing(session):
            actions.drop_trial(session, person_id, kept[0].id)
        assert len(queries.trials_of(session, cast.lena, "house", "seen")) == left
        session.rollback()
