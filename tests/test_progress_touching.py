"""Whom a change touches: steps that came and went, and people by where they stand, each counted once."""

from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms.content.course import Condition, ConditionKind
from lms.progress import actions, attempt_actions
from lms.progress.tables import ScenarioRun
from lms.progress.touching import Gone, InTheMiddle, steps_between
from lms.progress.touching_queries import PeopleOn, people_on_releases, touched_by
from lms.store import writing
from tests.support.builders import a_course, a_lesson, a_quiz
from tests.support.cast import Cast, bring_in
from tests.support.databases import selects_of
from tests.support.shelf import shelve


def test_only_steps_that_count_come_and_go() -> None:
    before = a_course("bees", a_lesson("one"), a_lesson("two"), a_quiz("check"))
    after = a_course("bees", a_lesson("two"), a_lesson("three"), a_quiz("check"))
    found = steps_between(before, after)
    assert [step.activity_id for step in found.new] == ["three"] and found.new_minutes == 5
    assert [step.activity_id for step in found.gone] == ["one"]
    only_quizzes = (Condition(ConditionKind.QUIZ, 0.8),)
    asked_less = a_course("bees", *after.activities, conditions=only_quizzes)
    assert [step.activity_id for step in steps_between(before, asked_less).gone] == ["one", "two"]
    assert [step.activity_id for step in steps_between(None, after).new] == ["two", "three", "check"]


def test_everybody_is_counted_once_where_they_stand(session: Session, engine: Engine, now: datetime) -> None:
    cast: Cast = bring_in(session, now)
    old = shelve(session, a_course("bees", a_lesson("one"), a_quiz("check")), now)
    with writing(session):
        actions.enrol(session, cast.nora, old, now)
        for person_id in (cast.lena, cast.otto, cast.mia):
            actions.finish_lesson(session, person_id, old, "one", now)
        for person_id in (cast.lena, cast.mia):
            begun = attempt_actions.start_attempt(session, person_id, old, "check", now, 1).attempt_id
            assert begun is not None
        attempt_actions.save_answer(session, begun, cast.mia, "check-q1", "right", now)
        closed = attempt_actions.submit_attempt(session, begun, cast.mia, now)
        assert closed is not None and closed.passed
        session.add(
            ScenarioRun(
                enrolment_id=closed.enrolment_id, activity_id="call", release_id=old.release_id, number=1, seed=1,
                start={}, started_at=now,
            )
        )  # fmt: skip
    gone = steps_between(old, a_course("bees", a_quiz("check"))).gone
    with selects_of(engine) as asked:
        found = touched_by(session, "bees", gone)
    assert len(asked) == 3
    assert (found.completed, found.under_way, found.not_begun, found.everybody) == (1, 2, 1, 4)
    assert found.in_the_middle == (InTheMiddle("call", 1), InTheMiddle("check", 1))
    assert found.gone == (Gone("Lesson one", 2),)
    assert people_on_releases(session, "bees") == {old.release_id: PeopleOn(finished=1, in_the_middle=2)}
    assert touched_by(session, "wasps", ()).everybody == 0
