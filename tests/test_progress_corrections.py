"""Past attempts marked again, on both databases: with a record, once, and safely while others hand in."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms import store
from lms.content.actions import set_hidden
from lms.content.course import Course
from lms.credentials.actions import Deed, award_what_is_due
from lms.credentials.correction_actions import carry_on, decide_lost
from lms.credentials.tables import Certificate
from lms.jobs.correcting import finish_corrections
from lms.progress import actions, attempt_actions, marking_actions, queries
from lms.progress.correcting import Choice, Standing
from lms.progress.correction_actions import Wanted, correction_of, decide_correction
from lms.progress.correction_queries import (
    corrections_of,
    key_versions,
    lost_by,
    marked_again,
    preview,
    unfinished,
)
from lms.progress.marking_actions import Found
from lms.progress.tables import Attempt, Enrolment, Remark
from lms.quiz.question import ChoiceKey, Question
from lms.store import writing
from tests.support import databases
from tests.support.builders import a_course, a_lesson, a_quiz, a_single, an_open
from tests.support.cast import Cast, bring_in
from tests.support.shelf import shelve

Take = Callable[..., int]


def mended(question: Question) -> Question:
    """Return the single choice with `wrong-1` as its right option."""
    assert isinstance(question.key, ChoiceKey)
    options = tuple(replace(option, is_right=option.id == "wrong-1") for option in question.key.options)
    return replace(question, key=ChoiceKey(options))


QUESTIONS = tuple(a_single(f"q{number}") for number in range(1, 6))
WRONG = a_course("bees", a_quiz("check", *QUESTIONS))
MENDED = a_course("bees", a_quiz("check", mended(QUESTIONS[0]), *QUESTIONS[1:]))


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return bring_in(session, now)


@pytest.fixture
def course(session: Session, now: datetime, cast: Cast) -> Course:
    """The course as it was published with the wrong key of q1."""
    return shelve(session, WRONG, now)


@pytest.fixture
def take(session: Session, course: Course, now: datetime) -> Take:
    """Take the quiz with these answers to q1, q2 …; unless told otherwise, hand it in. Returns the attempt."""

    def taken(person_id: int, *answers: str | None, hands_in: bool = True, of: Course = course) -> int:
        with writing(session):
            begun = attempt_actions.start_attempt(session, person_id, of, "check", now, 1).attempt_id
            assert begun is not None
            for number, answer in enumerate(answers, start=1):
                if answer:
                    attempt_actions.save_answer(session, begun, person_id, f"q{number}", answer, now)
            if hands_in:
                attempt_actions.submit_attempt(session, begun, person_id, now)
        return begun

    return taken


def correct(
    session: Session, now: datetime, choice: Choice = Choice.KEY, *, is_run: bool = True, which: int = -1
) -> int:
    """Decide that the oldest key of q1 was wrong, and mark again."""
    versions = key_versions(session, "bees", "q1")
    wanted = Wanted("bees", "q1", versions[which], choice, versions[0].release_id, "It was the other one.")
    with writing(session):
        number, _ = decide_correction(session, wanted, now, 7)
    while is_run:
        with writing(session):
            portion = carry_on(session, number, now, 2)
        if portion is None or portion.is_finished:
            break
    session.rollback()
    return number


def state(session: Session, attempt_id: int) -> tuple[float | None, bool | None]:
    session.rollback()
    row = session.execute(select(Attempt.mark, Attempt.passed).where(Attempt.id == attempt_id)).one()
    return row[0] and round(row[0], 6), row[1]


def certificates(session: Session) -> dict[int, bool]:
    """Return whose certificates there are, and whether each is in force."""
    session.rollback()
    rows = session.execute(select(Certificate.person_id, Certificate.revoked_at))
    return {person_id: revoked_at is None for person_id, revoked_at in rows}


RIGHT = ("right",) * 5
OTHER = ("wrong-1", *RIGHT[1:])


def test_past_attempts_are_marked_by_the_mended_key_with_a_record(
    session: Session, cast: Cast, take: Take, now: datetime
) -> None:
    better = take(cast.lena, "wrong-1", "right", "right", "right", "wrong-1")
    worse = take(cast.otto, "right", "right", "right", "wrong-1", "wrong-1")
    blank = take(cast.mia, None, "right", "right", "right", "right")
    assert [state(session, each) for each in (better, worse, blank)] == [(0.6, False), (0.6, False), (0.8, True)]
    shelve(session, MENDED, now)
    number = correct(session, now)
    assert [state(session, each) for each in (better, worse, blank)] == [(0.8, True), (0.4, False), (0.8, True)]
    rows = session.scalars(select(Remark).order_by(Remark.attempt_id)).all()
    assert [
        (row.attempt_id, row.answer_before, row.answer_after, row.passed_before, row.passed_after, row.standing)
        for row in rows
    ] == [(better, 0.0, 1.0, False, True, "done"), (worse, 1.0, 0.0, False, False, "done")]
    assert [round(row.mark_before, 6) for row in rows] == [0.6, 0.6]
    (facts,) = corrections_of(session, "bees", "q1")
    assert (facts.id, facts.is_finished, facts.done, facts.open) == (number, True, 2, 0)
    (told,) = marked_again(session, better)
    assert (told.question_id, told.choice, told.reason) == ("q1", Choice.KEY, "It was the other one.")


def test_who_passes_now_gets_what_is_due_and_who_would_not_keeps_it(
    session: Session, cast: Cast, take: Take, now: datetime
) -> None:
    for person_id, answers in ((cast.lena, ("wrong-1", *RIGHT[1:4], "wrong-1")), (cast.otto, RIGHT[:4])):
        take(person_id, *answers)
    with writing(session):
        for enrolment_id in session.scalars(select(Enrolment.id)):
            award_what_is_due(session, enrolment_id, now)
    assert certificates(session) == {cast.otto: True}
    shelve(session, MENDED, now)
    correct(session, now)
    assert certificates(session) == {cast.otto: True, cast.lena: True}
    standing = queries.find_enrolment(session, cast.lena, "bees")
    assert standing is not None and standing.completed_at == now
    (lost,) = lost_by(session, "bees", "q1")
    assert (lost.person_id, lost.standing) == (cast.otto, Standing.OPEN)
    assert (round(lost.mark_before, 6), round(lost.mark_after, 6)) == (0.8, 0.6)
    assert state(session, lost.attempt_id) == (0.8, True)


@pytest.mark.parametrize("keep", [True, False])
def test_a_person_decides_about_a_pass_that_is_lost(
    session: Session, cast: Cast, take: Take, now: datetime, keep: bool
) -> None:
    attempt_id = take(cast.otto, *RIGHT[:4])
    with writing(session):
        award_what_is_due(session, session.scalars(select(Enrolment.id)).one(), now)
    shelve(session, MENDED, now)
    number = correct(session, now)
    deed = Deed(cast.tom, "Tom Okafor", "127.0.0.1", now)
    with writing(session):
        assert decide_lost(session, number, attempt_id, keep=keep, why="We talked.", deed=deed)
        assert not decide_lost(session, number, attempt_id, keep=not keep, why="Again.", deed=deed)
        assert not decide_lost(session, number, 999, keep=keep, why="Nobody's.", deed=deed)
    assert certificates(session) == {cast.otto: keep}
    assert state(session, attempt_id) == ((0.8, True) if keep else (0.6, False))
    (lost,) = lost_by(session, "bees", "q1")
    assert (lost.standing, lost.decided_why) == (Standing.KEPT if keep else Standing.REVOKED, "We talked.")
    # What was decided once is not asked again by the next correction.
    correct(session, now, Choice.EVERYBODY)
    assert state(session, attempt_id)[1] is True


def test_taking_a_pass_opens_the_quiz_again_for_who_is_under_way(
    session: Session, cast: Cast, now: datetime, course: Course
) -> None:
    longer = replace(WRONG, activities=(a_lesson("read"), *WRONG.activities))
    course = shelve(session, longer, now)
    with writing(session):
        begun = attempt_actions.start_attempt(session, cast.otto, course, "check", now, 1).attempt_id
        assert begun is not None
        for number in range(1, 5):
            attempt_actions.save_answer(session, begun, cast.otto, f"q{number}", "right", now)
        attempt_actions.submit_attempt(session, begun, cast.otto, now)
    shelve(session, replace(MENDED, activities=(a_lesson("read"), *MENDED.activities)), now)
    number = correct(session, now)
    deed = Deed(cast.tom, "Tom Okafor", "127.0.0.1", now)
    assert queries.find_enrolment(session, cast.otto, "bees").steps_done == 1  # type: ignore[union-attr]  # it is there
    with writing(session):
        assert decide_lost(session, number, begun, keep=False, why="Take it again.", deed=deed)
    assert queries.find_enrolment(session, cast.otto, "bees").steps_done == 0  # type: ignore[union-attr]  # it is there


def test_who_passed_again_meanwhile_loses_neither_pass_nor_certificate(
    session: Session, cast: Cast, take: Take, now: datetime
) -> None:
    first = take(cast.otto, *RIGHT[:4])
    with writing(session):
        award_what_is_due(session, session.scalars(select(Enrolment.id)).one(), now)
    mended_course = shelve(session, MENDED, now)
    number = correct(session, now)
    take(cast.otto, *OTHER, of=mended_course)
    deed = Deed(cast.tom, "Tom Okafor", "127.0.0.1", now)
    with writing(session):
        outcome = decide_lost(session, number, first, keep=False, why="We talked.", deed=deed)
    assert outcome is Standing.DONE and state(session, first) == (0.6, False)
    assert certificates(session) == {cast.otto: True} and lost_by(session, "bees", "q1") == []


def test_of_two_passes_that_are_lost_the_last_one_taken_takes_the_certificate(
    session: Session, cast: Cast, take: Take, now: datetime
) -> None:
    attempts = [take(cast.otto, *RIGHT[:4]), take(cast.otto, *RIGHT[:4])]
    with writing(session):
        award_what_is_due(session, session.scalars(select(Enrolment.id)).one(), now)
    shelve(session, MENDED, now)
    number = correct(session, now)
    deed = Deed(cast.tom, "Tom Okafor", "127.0.0.1", now)
    for attempt_id, outcome in zip(attempts, (Standing.DONE, Standing.REVOKED), strict=True):
        assert certificates(session) == {cast.otto: True}
        with writing(session):
            found = decide_lost(session, number, attempt_id, keep=False, why="We talked.", deed=deed)
        assert found is outcome
    assert certificates(session) == {cast.otto: False}


@pytest.mark.parametrize("is_decided", [True, False])
def test_a_letter_marked_anew_takes_no_pass_that_was_kept(
    session: Session, cast: Cast, now: datetime, is_decided: bool
) -> None:
    letters = a_course("bees", a_quiz("check", QUESTIONS[0], an_open("letter", points=4)))
    course = shelve(session, letters, now)
    with writing(session):
        begun = attempt_actions.start_attempt(session, cast.otto, course, "check", now, 1).attempt_id
        assert begun is not None
        attempt_actions.save_answer(session, begun, cast.otto, "q1", "right", now)
        attempt_actions.save_answer(session, begun, cast.otto, "letter", {"text": "It is done."}, now)
        attempt_actions.submit_attempt(session, begun, cast.otto, now)
    # As long as it waits for its reader it is nothing to be marked again.
    assert [(each.closed, each.under_way) for each in key_versions(session, "bees", "q1")] == [(0, 1)]
    session.rollback()
    with writing(session):
        half = Found({"criterion-1": 2, "criterion-2": 1})
        marking_actions.mark_answer(session, begun, "letter", half, seen=0, by=cast.tom, now=now)
    assert state(session, begun) == (0.8, True)
    shelve(session, a_course("bees", a_quiz("check", mended(QUESTIONS[0]), an_open("letter", points=4))), now)
    number = correct(session, now)
    if is_decided:
        deed = Deed(cast.tom, "Tom Okafor", "127.0.0.1", now)
        with writing(session):
            assert decide_lost(session, number, begun, keep=True, why="We talked.", deed=deed)
    with writing(session):
        marking_actions.mark_answer(session, begun, "letter", half, seen=1, by=cast.tom, now=now)
    assert state(session, begun) == (0.8, True)


def test_a_hidden_course_asks_for_what_it_asks_now(
    session: Session, cast: Cast, take: Take, now: datetime
) -> None:
    take(cast.lena, "wrong-1", "right", "right", "right", "wrong-1")
    longer = shelve(session, replace(MENDED, activities=(a_lesson("read"), *MENDED.activities)), now)
    with writing(session):
        set_hidden(session, "bees", is_hidden=True)
    correct(session, now)
    standing = queries.find_enrolment(session, cast.lena, "bees")
    assert standing is not None and standing.completed_at is None
    assert (standing.release_id, standing.steps_done, standing.steps_total) == (longer.release_id, 1, 2)
    assert certificates(session) == {}


def test_right_for_everybody_and_left_out(session: Session, cast: Cast, take: Take, now: datetime) -> None:
    blank = take(cast.lena, None, "right", "right", "right", "wrong-1")
    correct(session, now, Choice.EVERYBODY)
    assert state(session, blank) == (0.8, True)
    correct(session, now, Choice.LEFT_OUT)
    assert state(session, blank) == (0.8, True)  # 3 of 4 do not pass, so the pass stays until somebody decides
    (lost,) = lost_by(session, "bees", "q1")
    assert (lost.attempt_id, lost.mark_after) == (blank, 0.75)


def test_the_same_again_changes_nothing_and_another_choice_counts_instead(
    session: Session, cast: Cast, take: Take, now: datetime
) -> None:
    attempt_id = take(cast.lena, "wrong-1", "right", "right", "wrong-1", "wrong-1")
    shelve(session, MENDED, now)
    first = correct(session, now)
    assert correct(session, now) == first
    assert session.scalar(select(func.count()).select_from(Remark)) == 1
    assert state(session, attempt_id) == (0.6, False)
    assert correct(session, now, Choice.LEFT_OUT) != first
    assert state(session, attempt_id) == (0.5, False)
    again = [(round(each.mark_before, 6), round(each.mark_after, 6)) for each in marked_again(session, attempt_id)]
    assert again == [(0.4, 0.6), (0.6, 0.5)]


def test_a_later_correction_takes_the_place_of_a_question_that_nobody_answered(
    session: Session, cast: Cast, take: Take, now: datetime
) -> None:
    attempt_id = take(cast.otto, *RIGHT[:4])
    shelve(session, MENDED, now)
    first = correct(session, now)
    assert [each.standing for each in lost_by(session, "bees", "q1")] == [Standing.OPEN]
    second = correct(session, now, Choice.LEFT_OUT)
    assert [(each.correction_id, each.mark_after) for each in lost_by(session, "bees", "q1")] == [(second, 0.75)]
    correct(session, now, Choice.EVERYBODY)
    assert lost_by(session, "bees", "q1") == [] and marked_again(session, attempt_id) == []
    session.rollback()
    deed = Deed(cast.tom, "Tom Okafor", "127.0.0.1", now)
    with writing(session):
        for number in (first, second):
            assert not decide_lost(session, number, attempt_id, keep=False, why="Late.", deed=deed)
    assert state(session, attempt_id) == (0.8, True)


def test_other_keys_and_other_questions_are_left_alone(
    session: Session, cast: Cast, take: Take, now: datetime
) -> None:
    take(cast.lena, *OTHER)
    new = shelve(session, MENDED, now)
    on_new = take(cast.otto, *RIGHT, of=new)
    versions = key_versions(session, "bees", "q1")
    assert [(each.numbers, each.closed, each.under_way) for each in versions] == [((2,), 1, 0), ((1,), 1, 0)]
    correct(session, now)
    assert state(session, on_new) == (0.8, True)
    assert session.scalars(select(Remark.attempt_id)).all() != [on_new]
    assert [each.numbers for each in key_versions(session, "bees", "q2")] == [(1, 2)]
    assert key_versions(session, "bees", "none") == []


def test_who_is_in_the_middle_is_marked_by_the_mended_key_on_handing_in(
    session: Session, cast: Cast, take: Take, now: datetime
) -> None:
    attempt_id = take(cast.lena, *OTHER[:4], hands_in=False)
    shelve(session, MENDED, now)
    correct(session, now)
    with writing(session):
        result = attempt_actions.submit_attempt(session, attempt_id, cast.lena, now)
    assert result is not None and result.passed and round(result.mark or 0, 6) == 0.8
    assert marked_again(session, attempt_id) == []


def test_two_wrong_keys_in_one_attempt_are_both_mended(
    session: Session, cast: Cast, take: Take, now: datetime
) -> None:
    attempt_id = take(cast.lena, "wrong-1", "wrong-1", "right", "wrong-2", "wrong-2")
    both = a_course("bees", a_quiz("check", mended(QUESTIONS[0]), mended(QUESTIONS[1]), *QUESTIONS[2:]))
    shelve(session, both, now)
    correct(session, now)
    versions = key_versions(session, "bees", "q2")
    wanted = Wanted("bees", "q2", versions[-1], Choice.EVERYBODY, None, "This one too.")
    with writing(session):
        number, is_new = decide_correction(session, wanted, now, 7)
    assert is_new and unfinished(session) == [number]
    session.rollback()
    assert finish_corrections(session.get_bind().engine) == 1
    assert state(session, attempt_id) == (0.6, False)


def test_a_preview_says_what_will_be_done(session: Session, cast: Cast, take: Take, now: datetime) -> None:
    take(cast.lena, "wrong-1", "right", "right", "right", "wrong-1")
    take(cast.otto, *RIGHT[:4])
    take(cast.mia, *RIGHT)
    take(cast.max, None, "right", "right", "right", "right")
    shelve(session, MENDED, now)
    versions = key_versions(session, "bees", "q1")
    wanted = Wanted("bees", "q1", versions[-1], Choice.KEY, versions[0].release_id, "Why.")
    seen = preview(session, "bees", [versions[-1]], [correction_of(wanted, now, 7)])
    assert (seen.attempts, seen.changed, seen.up, seen.down) == (4, 3, 1, 2)
    assert (seen.pass_now, seen.would_lose) == (1, 1)
    assert session.scalar(select(func.count()).select_from(Remark)) == 0
    session.rollback()
    number = correct(session, now)
    (facts,) = corrections_of(session, "bees")
    assert (facts.id, facts.done, facts.open) == (number, 2, 1)


@pytest.mark.parametrize("turn", range(4))
def test_marking_again_while_everybody_hands_in_leaves_nobody_with_the_wrong_key(
    session: Session, engine: Engine, database_url: str, cast: Cast, course: Course, now: datetime, turn: int
) -> None:
    people = [cast.lena, cast.otto, cast.mia, cast.max, cast.nora, cast.tom]
    nodes = [engine, databases.opened(database_url)]
    chance = random.Random(turn)
    begun = {}
    for person_id in people:
        with writing(session):
            attempt = attempt_actions.start_attempt(session, person_id, course, "check", now, 1).attempt_id
            assert attempt is not None
            begun[person_id] = attempt
            for number, answer in enumerate(OTHER, start=1):
                attempt_actions.save_answer(session, attempt, person_id, f"q{number}", answer, now)
    shelve(session, MENDED, now)
    versions = key_versions(session, "bees", "q1")
    wanted = Wanted("bees", "q1", versions[-1], Choice.KEY, versions[0].release_id, "Why.")
    session.rollback()
    barrier = Barrier(len(people) + 3)

    def hand_in(person_id: int, node: Engine) -> None:
        with Session(node) as own:
            store.guard_session(own)
            barrier.wait(20)
            with writing(own):
                attempt_actions.submit_attempt(own, begun[person_id], person_id, now)

    def again(node: Engine) -> None:
        with Session(node) as own:
            store.guard_session(own)
            barrier.wait(20)
            with writing(own):
                number, _ = decide_correction(own, wanted, now, 7)
            while True:
                with writing(own):
                    portion = carry_on(own, number, now + timedelta(seconds=1), 2)
                if portion is None or portion.is_finished:
                    return

    with ThreadPoolExecutor(len(people) + 3) as pool:
        works = [pool.submit(hand_in, each, chance.choice(nodes)) for each in people]
        works += [pool.submit(again, nodes[place % 2]) for place in range(3)]
        for work in works:
            work.result(60)
    nodes[1].dispose()
    assert [state(session, attempt) for attempt in begun.values()] == [(1.0, True)] * len(people)
    assert len(corrections_of(session, "bees")) == 1


def test_a_lesson_done_and_a_mended_quiz_complete_together(
    session: Session, cast: Cast, now: datetime, course: Course
) -> None:
    both = replace(WRONG, activities=(a_lesson("read"), *WRONG.activities))
    old = shelve(session, both, now)
    with writing(session):
        actions.finish_lesson(session, cast.lena, old, "read", now)
        begun = attempt_actions.start_attempt(session, cast.lena, old, "check", now, 1).attempt_id
        assert begun is not None
        for number, answer in enumerate(("wrong-1", "right", "right", "right"), start=1):
            attempt_actions.save_answer(session, begun, cast.lena, f"q{number}", answer, now)
        attempt_actions.submit_attempt(session, begun, cast.lena, now)
    shelve(session, replace(MENDED, activities=(a_lesson("read"), *MENDED.activities)), now)
    correct(session, now + timedelta(days=3))
    standing = queries.find_enrolment(session, cast.lena, "bees")
    assert standing is not None and standing.completed_at == now  # dated by what she did
    assert certificates(session) == {cast.lena: True}
