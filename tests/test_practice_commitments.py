"""Plans: the rule of the follow-up, and what is written of a plan, on both databases."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.content.course import Course, Lesson
from lms.practice import commitment_queries as queries
from lms.practice.commitment import (
    CHECKED_AFTER,
    MOST_OPEN,
    Answer,
    BuddyState,
    Check,
    Closing,
    FollowUp,
    Slip,
    Words,
    follow_up,
    restated,
    slip_of,
    tidied_action,
    tidied_cue,
)
from lms.practice.commitment_actions import (
    Made,
    NewPlan,
    Refusal,
    Told,
    answer_request,
    ask_buddy,
    check_in,
    close_plan,
    make_plan,
    make_smaller,
    note_down,
    share_plan,
)
from lms.practice.tables import Commitment
from lms.store import guard_session, writing
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast
from tests.support.shelf import shelve

MONDAY = date(2026, 11, 16)
WORDS = Words("the phone rings twice", "say my name", "If the phone rings twice, then I say my name.")
checks = st.lists(
    st.tuples(st.sampled_from([Answer.KEPT, Answer.PARTLY, Answer.NOT_YET]), st.integers(0, 40)), max_size=12
)


def followed(*answers: Answer) -> FollowUp:
    return follow_up(MONDAY, [Check(answer, MONDAY + timedelta(days=7)) for answer in answers])


@pytest.mark.parametrize(
    ("answers", "days", "offers_smaller"),
    [
        ((), 7, False),
        ((Answer.KEPT,), 21, False),
        ((Answer.KEPT, Answer.KEPT), 35, False),
        ((Answer.NOT_YET,), 14, False),
        ((Answer.NOT_YET, Answer.PARTLY), 14, True),
        ((Answer.PARTLY, Answer.PARTLY), 14, True),
        ((Answer.NOT_YET, Answer.KEPT, Answer.NOT_YET), 14, False),
    ],
)
def test_what_follows_on_what(answers: tuple[Answer, ...], days: int, offers_smaller: bool) -> None:
    following = followed(*answers)
    assert following.due_on == MONDAY + timedelta(days=days)
    assert following.offers_smaller is offers_smaller


def test_a_dropped_plan_is_asked_about_no_more() -> None:
    following = followed(Answer.NOT_YET, Answer.NOT_YET, Answer.DROPPED)
    assert following.due_on is None and not following.offers_smaller


@given(checks)
def test_whatever_was_answered_it_is_asked_again_in_time(told: list[tuple[Answer, int]]) -> None:
    on, given_so_far = MONDAY, []
    for answer, later in told:
        on += timedelta(days=later)
        given_so_far.append(Check(answer, on))
        following = follow_up(MONDAY, given_so_far)
        assert following.due_on is not None
        assert timedelta(days=7) <= following.due_on - on <= timedelta(days=28)
        assert min(following.misses, following.keeps) == 0 < max(following.misses, following.keeps)
        latest = [each.answer is not Answer.KEPT for each in given_so_far[-2:]]
        assert following.offers_smaller is (latest == [True, True])
        # Dropping ends it after any history, and a later answer on the same day changes nothing before it.
        assert follow_up(MONDAY, [*given_so_far, Check(Answer.DROPPED, on)]).due_on is None


@pytest.mark.parametrize(
    ("typed", "cue"),
    [("If the phone  rings,", "the phone rings"), ("when I am late", "I am late"), ("iffy calls", "iffy calls")],
)
def test_a_cue_is_kept_without_what_the_form_says(typed: str, cue: str) -> None:
    assert tidied_cue(typed) == cue


@pytest.mark.parametrize(
    ("typed", "action"),
    [
        ("then I ask first.", "ask first"),
        ("I will ask", "ask"),
        ("I’ll ask", "ask"),
        ("ask", "ask"),
        ("", ""),
        ("in the end ask", "in the end ask"),
    ],
)
def test_an_action_is_kept_without_what_the_form_says(typed: str, action: str) -> None:
    assert tidied_action(typed) == action


def test_the_words_of_an_author_keep_who_does_it() -> None:
    assert tidied_action("then my first sentence names it.", is_own=False) == "my first sentence names it"
    assert tidied_action("I ask", is_own=False) == "I ask"


def test_a_half_is_there_and_can_be_remembered() -> None:
    assert slip_of("") is Slip.MISSING and slip_of("x" * 201) is Slip.TOO_LONG and slip_of("ask") is None


def test_a_smaller_step_leaves_the_rest_of_the_sentence() -> None:
    assert restated(WORDS, "smile").sentence == "If the phone rings twice, then I smile."
    assert restated(Words("a", "b", "quite another"), "c").sentence == "a: c"


@pytest.fixture
def course(session: Session, people: Cast, now: datetime) -> Course:
    """A published course of more lessons than plans may be open."""
    return shelve(session, a_course("bees", *(a_lesson(f"l{number}") for number in range(MOST_OPEN + 1))), now)


def lesson(course: Course, number: int = 0) -> Lesson:
    found = course.activities[number]
    assert isinstance(found, Lesson)
    return found


def made(
    session: Session, person_id: int, course: Course, now: datetime, number: int = 0, buddy_id: int | None = None
) -> Made | Refusal:
    plan = NewPlan(WORDS, "en", is_own=True, buddy_id=buddy_id)
    with writing(session):
        return make_plan(session, person_id, course, lesson(course, number), plan, now, now.date())


def a_plan(session: Session, person_id: int, course: Course, now: datetime, buddy_id: int | None = None) -> int:
    found = made(session, person_id, course, now, buddy_id=buddy_id)
    assert isinstance(found, Made)
    return found.plan_id


def told(session: Session, person_id: int, plan_id: int, number: int, answer: Answer, now: datetime) -> bool:
    with writing(session):
        return check_in(session, person_id, plan_id, Told(number, answer), now, now.date())


def the_plan(session: Session, person_id: int, plan_id: int, now: datetime) -> queries.PlanLine:
    session.rollback()
    found = queries.find_own_plan(session, person_id, plan_id, now.date())
    assert found is not None
    return found


def test_a_lesson_has_one_open_plan_and_a_person_five(
    session: Session, people: Cast, course: Course, now: datetime
) -> None:
    first = made(session, people.lena, course, now)
    assert isinstance(first, Made) and first.is_new
    assert made(session, people.lena, course, now) == Made(first.plan_id, is_new=False)
    for number in range(1, MOST_OPEN):
        assert isinstance(made(session, people.lena, course, now, number), Made)
    assert made(session, people.lena, course, now, MOST_OPEN) is Refusal.TOO_MANY
    assert queries.room_for(session, people.lena, "bees", "l0", now.date()).left == 0
    with writing(session):
        assert close_plan(session, people.lena, first.plan_id, now)
    assert isinstance(made(session, people.lena, course, now, MOST_OPEN), Made)
    assert isinstance(made(session, people.mia, course, now), Made)


def test_many_presses_at_once_are_one_plan(
    engine: Engine, session: Session, people: Cast, course: Course, now: datetime
) -> None:
    barrier, found = Barrier(4), []

    def press() -> None:
        with Session(engine) as own:
            guard_session(own)
            barrier.wait()
            found.append(made(own, people.lena, course, now))

    threads = [Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.is_new for each in found if isinstance(each, Made)) == [False, False, False, True]
    assert session.scalar(select(func.count()).select_from(Commitment)) == 1


def test_a_plan_is_asked_about_after_seven_days_and_a_check_in_sent_twice_is_one(
    session: Session, people: Cast, course: Course, now: datetime
) -> None:
    plan_id = a_plan(session, people.lena, course, now)
    assert queries.due_plans(session, people.lena, now.date() + timedelta(days=6)) == ()
    week = now + CHECKED_AFTER
    (due,) = queries.due_plans(session, people.lena, week.date())
    assert due.id == plan_id and due.checks == 0
    assert told(session, people.lena, plan_id, 1, Answer.NOT_YET, week)
    assert told(session, people.lena, plan_id, 1, Answer.NOT_YET, week)
    line = the_plan(session, people.lena, plan_id, week)
    assert (line.checks, line.misses, line.due_on) == (1, 1, week.date() + timedelta(days=7))
    # A thumb slipped: the last answer may be another; a number far ahead is nobody's form.
    assert told(session, people.lena, plan_id, 1, Answer.KEPT, week)
    assert told(session, people.lena, plan_id, 3, Answer.DROPPED, week)
    line = the_plan(session, people.lena, plan_id, week)
    assert (line.checks, line.last_answer, line.due_on) == (1, Answer.KEPT, week.date() + timedelta(days=14))


def test_not_kept_twice_a_smaller_step_begins_anew_and_history_stays(
    session: Session, people: Cast, course: Course, now: datetime
) -> None:
    plan_id = a_plan(session, people.lena, course, now)
    for number in (1, 2):
        told(session, people.lena, plan_id, number, Answer.PARTLY, now + timedelta(days=7 * number))
    later = now + timedelta(days=14)
    assert the_plan(session, people.lena, plan_id, later).offers_smaller
    with writing(session):
        assert make_smaller(session, people.lena, plan_id, "smile", later.date())
    line = the_plan(session, people.lena, plan_id, later)
    assert (line.sentence, line.misses, line.checks) == ("If the phone rings twice, then I smile.", 0, 2)
    assert line.due_on == later.date() + timedelta(days=7) and not line.offers_smaller
    # What was told of the old words is not changed by a late press of an old form.
    told(session, people.lena, plan_id, 2, Answer.DROPPED, later)
    told(session, people.lena, plan_id, 3, Answer.NOT_YET, later)
    assert not the_plan(session, people.lena, plan_id, later).offers_smaller
    history = queries.checks_of(session, people.lena, plan_id)
    assert [each.answer for each in history] == [Answer.PARTLY, Answer.PARTLY, Answer.NOT_YET]
    assert [each.sentence for each in history] == [WORDS.sentence, WORDS.sentence, line.sentence]


def test_a_dropped_plan_returns_while_there_is_room(
    session: Session, people: Cast, course: Course, now: datetime
) -> None:
    plan_id = a_plan(session, people.lena, course, now)
    told(session, people.lena, plan_id, 1, Answer.DROPPED, now)
    line = the_plan(session, people.lena, plan_id, now)
    assert (line.closed_as, line.due_on) == (Closing.DROPPED, None)
    told(session, people.lena, plan_id, 1, Answer.NOT_YET, now)
    assert the_plan(session, people.lena, plan_id, now).closed_as is None
    told(session, people.lena, plan_id, 1, Answer.DROPPED, now)
    a_plan(session, people.lena, course, now)  # another in the same lesson
    told(session, people.lena, plan_id, 1, Answer.KEPT, now)
    assert the_plan(session, people.lena, plan_id, now).last_answer is Answer.DROPPED


def test_a_kept_plan_is_closed_as_kept(session: Session, people: Cast, course: Course, now: datetime) -> None:
    plan_id = a_plan(session, people.lena, course, now)
    told(session, people.lena, plan_id, 1, Answer.KEPT, now)
    with writing(session):
        assert note_down(session, people.lena, plan_id, 1, " It was easier than I thought. ")
        assert close_plan(session, people.lena, plan_id, now)
        assert close_plan(session, people.lena, plan_id, now + timedelta(days=1))
    assert the_plan(session, people.lena, plan_id, now).closed_as is Closing.KEPT
    (check,) = queries.checks_of(session, people.lena, plan_id)
    assert check.note == "It was easier than I thought."


def test_another_can_do_nothing_with_a_plan(session: Session, people: Cast, course: Course, now: datetime) -> None:
    plan_id = a_plan(session, people.lena, course, now)
    told(session, people.lena, plan_id, 1, Answer.KEPT, now)
    for other in (people.mia, people.otto, people.ada):
        with writing(session):
            assert not check_in(session, other, plan_id, Told(2, Answer.DROPPED), now, now.date())
            assert not note_down(session, other, plan_id, 1, "x")
            assert not make_smaller(session, other, plan_id, "x", now.date())
            assert not close_plan(session, other, plan_id, now)
            assert not share_plan(session, other, plan_id, now, is_shared=True)
            assert not ask_buddy(session, other, plan_id, None, now.date())
            assert not answer_request(session, other, plan_id, now.date(), agrees=True)
        assert queries.find_own_plan(session, other, plan_id, now.date()) is None
        assert queries.checks_of(session, other, plan_id) == ()
        assert queries.own_plans(session, other, now.date()) == ()
    line = the_plan(session, people.lena, plan_id, now)
    assert (line.last_answer, line.is_shared, line.buddy) == (Answer.KEPT, False, None)


def test_a_buddy_is_of_the_same_team_agrees_and_is_one_only_while_she_is_near(
    session: Session, people: Cast, course: Course, now: datetime
) -> None:
    today = now.date()
    assert queries.colleagues_of(session, people.lena, today) == ((people.mia, "Mia Sørensen"),)
    plan_id = a_plan(session, people.lena, course, now, buddy_id=people.otto)
    assert the_plan(session, people.lena, plan_id, now).buddy is None  # Otto is of another team
    with writing(session):
        assert not ask_buddy(session, people.lena, plan_id, people.otto, today)
        assert not ask_buddy(session, people.lena, plan_id, people.lena, today)
        assert ask_buddy(session, people.lena, plan_id, people.mia, today)
    (request,) = queries.requests_to(session, people.mia, today)
    assert request == queries.Request(plan_id, "Lena Brandt", WORDS.sentence, "en", has_agreed=False)
    with writing(session):
        assert answer_request(session, people.mia, plan_id, today, agrees=True)
        assert ask_buddy(session, people.lena, plan_id, people.mia, today)  # the same again leaves what she said
    buddy = the_plan(session, people.lena, plan_id, now).buddy
    assert buddy == queries.Buddy(people.mia, "Mia Sørensen", BuddyState.AGREED, is_near=True)
    with writing(session):
        accounts.leave_team(session, people.mia, people.front_desk, today + timedelta(days=1))
    tomorrow = today + timedelta(days=1)
    assert queries.requests_to(session, people.mia, today) and not queries.requests_to(
        session, people.mia, tomorrow
    )
    left = the_plan(session, people.lena, plan_id, now + timedelta(days=1)).buddy
    assert left is not None and not left.is_near
    with writing(session):
        assert not answer_request(session, people.mia, plan_id, tomorrow, agrees=False)


@pytest.mark.parametrize("who", ["lena", "mia"])
def test_nobody_is_the_buddy_of_or_with_a_disabled_account(
    session: Session, people: Cast, course: Course, now: datetime, who: str
) -> None:
    plan_id = a_plan(session, people.lena, course, now, buddy_id=people.mia)
    with writing(session):
        accounts.disable_person(session, getattr(people, who), now)
    if who == "lena":
        assert queries.requests_to(session, people.mia, now.date()) == ()
    else:
        buddy = the_plan(session, people.lena, plan_id, now).buddy
        assert buddy is not None and not buddy.is_near
        assert queries.colleagues_of(session, people.lena, now.date()) == ()


def test_what_is_shared_is_the_sentence_alone_and_taking_it_back_hides_it_at_once(
    session: Session, people: Cast, course: Course, now: datetime
) -> None:
    plan_id = a_plan(session, people.lena, course, now)
    assert queries.shared_by(session, people.lena) == ()
    with writing(session):
        share_plan(session, people.lena, plan_id, now, is_shared=True)
    (shared,) = queries.shared_by(session, people.lena)
    assert shared == queries.SharedPlan(WORDS.sentence, "en", lesson(course).title, now.date())
    with writing(session):
        share_plan(session, people.lena, plan_id, now, is_shared=False)
    assert queries.shared_by(session, people.lena) == ()


def test_counts_are_of_who_is_there_today_and_of_the_last_ninety_days(
    session: Session, people: Cast, course: Course, now: datetime
) -> None:
    today = now.date()
    plan_id = a_plan(session, people.lena, course, now)
    made(session, people.lena, course, now, 1)
    made(session, people.mia, course, now, 2)
    made(session, people.otto, course, now, 3)
    told(session, people.lena, plan_id, 1, Answer.KEPT, now)
    desk = [people.front_desk]
    assert queries.tally_of_teams(session, desk, today) == queries.Tally(
        people=2, made=3, due=1, checked=1, kept=1
    )
    assert queries.tally_of_person(session, people.lena, today) == queries.Tally(1, 2, 1, 1, 1)
    week = today + timedelta(days=7)
    assert queries.tally_of_teams(session, desk, week).due == 3
    with writing(session):
        accounts.disable_person(session, people.lena, now)
    assert queries.tally_of_teams(session, desk, today).made == 1
    assert queries.tally_of_teams(session, desk, today + timedelta(days=90)) == queries.Tally(0, 0, 0, 0, 0)
