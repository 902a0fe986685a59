"""Cards: which questions may be asked and when, how answers are graded, and that the record gives the summary."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.content.course import Condition, ConditionKind, Course, Policy, Renewal, Review
from lms.passport.queries import evidence_of
from lms.practice.cards import queries
from lms.practice.cards.actions import Given, keep_answer, recompute
from lms.practice.cards.asking import Askable, Deed, Past, Round, askable_in, cards_of, next_question
from lms.practice.cards.card import Card, Confidence, Kept, card_of, grade_of, next_day, today_of
from lms.practice.cards.corrected import WrongKeys
from lms.practice.cards.tables import CardAnswer, CardRow
from lms.practice.spacing import USUAL, Grade, Memory, Pace
from lms.progress.tables import Correction
from lms.quiz.keying import key_print
from lms.quiz.question import Question
from lms.store import writing
from tests.support.builders import (
    a_course,
    a_gaps,
    a_lesson,
    a_match,
    a_multiple,
    a_number,
    a_quiz,
    a_short,
    a_single,
    a_sort,
    a_spot,
    an_order,
)
from tests.support.cast import Cast
from tests.support.shelf import shelve

DAY = date(2026, 11, 16)
AT = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
PASSED: dict[str, Any] = {"is_passed": True}


def past(*deeds: Deed, rounds: dict[str, Round] | None = None, kept: dict[str, Kept] | None = None) -> Past:
    return Past(rounds or {"bees": Round(1, False)}, deeds, kept or {})


def did(activity_id: str, number: int = 1, **more: Any) -> Deed:
    return Deed("bees", activity_id, number, AT, **more)


def course(*activities: Any, **more: Any) -> Course:
    return a_course("bees", *activities, **more)


def asked(of: Course, known: Past) -> list[str]:
    return [each.question.id for each in askable_in(of, known)]


def lesson(*questions: Any, **more: Any) -> Any:
    return a_lesson("read", *questions, **{"behaviours": ("ack",), **more})


def quiz(*questions: Any, name: str = "check", **more: Any) -> Any:
    return a_quiz(name, *questions, **{"behaviours": ("ack",), **more})


@pytest.mark.parametrize(
    ("mark", "confidence", "seconds", "grade"),
    [
        (0.0, Confidence.SURE, 5, 1),
        (0.5, Confidence.SURE, 5, 1),
        (0.75, Confidence.SURE, 5, 2),
        (1.0, Confidence.GUESS, 5, 2),
        (1.0, Confidence.FAIRLY, 5, 3),
        (1.0, Confidence.SURE, 21, 3),
        (1.0, Confidence.SURE, 20, 4),
    ],
)
def test_an_answer_is_graded_by_what_was_right_how_sure_and_how_quick(
    mark: float, confidence: Confidence, seconds: int, grade: int
) -> None:
    assert grade_of(mark, confidence, seconds) == grade


def test_a_lesson_s_questions_are_asked_once_it_was_read_to_the_end() -> None:
    bees = course(lesson(a_single("q1"), a_multiple("q2")))
    assert asked(bees, past()) == []
    assert asked(bees, past(did("read"))) == ["q1", "q2"]


def test_what_is_typed_what_is_long_and_what_shows_a_picture_is_not_asked() -> None:
    long = a_single("long", stem_html=f"<p>{'word ' * 400}</p>")
    picture = a_single("picture", explanation_html='<p><img src="/learn/media/bees/x/a.svg" alt=""></p>')
    assert asked(course(lesson(a_short("typed"), long, picture, a_single("q1"))), past(did("read"))) == ["q1"]


def test_what_takes_a_few_taps_is_asked_as_long_as_it_is_short() -> None:
    few = (an_order("o"), a_match("m"), a_sort("s"), a_number("n"), a_gaps("g", ("one",), ("two",)), a_spot("p"))
    many = (
        an_order("o6", 6),
        a_match("m5", 5),
        a_sort("s6", 2, 3),
        a_gaps("g3", ("one",), ("two",), ("three",)),
    )
    assert asked(course(lesson(*few, *many)), past(did("read"))) == ["o", "m", "s", "n", "g", "p"]


def test_a_quiz_gives_its_questions_once_it_was_passed() -> None:
    bees = course(quiz(a_single("q1")))
    assert asked(bees, past(did("check"))) == []
    assert asked(bees, past(did("check", is_passed=True))) == ["q1"]
    assert asked(bees, past(did("check", is_passed=True, is_open=True))) == []


def test_a_quiz_that_never_tells_its_key_tells_it_nowhere() -> None:
    assert asked(course(quiz(a_single("q1"), review=Review.NEVER)), past(did("check", is_passed=True))) == []


def test_a_question_that_another_quiz_may_still_ask_is_held_back() -> None:
    lent = a_single("lent", home="check")
    bees = course(quiz(a_single("lent"), a_single("own")), quiz(lent, name="exam"))
    assert asked(bees, past(did("check", is_passed=True))) == ["own"]
    both = past(did("check", is_passed=True), did("exam", is_passed=True))
    assert asked(bees, both) == ["lent", "own"]


@pytest.mark.parametrize(
    ("latest", "renewal", "ids"),
    [
        (Round(2, False), (), []),
        (Round(2, True), (), []),
        (Round(2, True), ("check",), []),
        (Round(2, True), ("exam",), ["q1"]),
    ],
)
def test_what_a_later_round_asks_again_is_held_back_until_it_was_passed_again(
    latest: Round, renewal: tuple[str, ...], ids: list[str]
) -> None:
    bees = course(quiz(a_single("q1")), renewal=Renewal(activity_ids=renewal))
    before = did("check", is_passed=True)
    assert asked(bees, past(before, rounds={"bees": latest})) == ids
    again = did("check", number=2, is_passed=True)
    assert asked(bees, past(before, again, rounds={"bees": latest})) == ["q1"]


def test_a_behaviour_is_a_card_from_the_day_it_was_learned_first() -> None:
    bees = course(lesson(a_single("q1")), quiz(a_single("q2", behaviours=("own",)), behaviours=("ack", "own")))
    later = AT + timedelta(days=3)
    known = past(did("read"), Deed("bees", "check", 1, later, is_passed=True))
    days = {AT: DAY, later: DAY + timedelta(days=3)}
    found = {card.behaviour_id: card for card in cards_of([bees], known, days)}
    assert {name: card.learned_on for name, card in found.items()} == {"ack": DAY, "own": DAY + timedelta(days=3)}
    assert found["ack"].due_on == DAY + timedelta(days=2)


def test_what_cannot_be_asked_is_no_card() -> None:
    bees = course(lesson(a_short("typed")), quiz(a_single("q1")))
    assert cards_of([bees], past(did("read")), {AT: DAY}) == ()


@pytest.mark.parametrize(
    ("conditions", "policy", "pace"),
    [
        ([ConditionKind.ALL_LESSONS, ConditionKind.QUIZ], None, Pace(0.9, 180)),
        ([ConditionKind.ALL_LESSONS, ConditionKind.SCENARIO], None, Pace(0.9, 90)),
        ([ConditionKind.ALL_LESSONS], None, Pace(0.85, 180)),
        ([ConditionKind.ALL_LESSONS], Policy("Head of Service", None), Pace(0.95, 180)),
    ],
)
def test_how_often_it_comes_back_follows_from_what_the_course_says_of_itself(
    conditions: list[ConditionKind], policy: Policy | None, pace: Pace
) -> None:
    bees = course(
        lesson(a_single("q1"), policy=policy), conditions=tuple(Condition(each, 0.8) for each in conditions)
    )
    assert cards_of([bees], past(did("read")), {AT: DAY})[0].pace == pace


def test_what_two_courses_teach_comes_back_as_the_stricter_asks() -> None:
    rules = a_course(
        "rules", a_lesson("read", a_single("q2"), behaviours=("ack",), policy=Policy("Head of Service", None))
    )
    calls = course(lesson(a_single("q1")), conditions=(Condition(ConditionKind.SCENARIO, 0.7),))
    known = Past({}, [did("read"), Deed("rules", "read", 1, AT)], {})
    assert cards_of([rules, calls], known, {AT: DAY})[0].pace == Pace(0.95, 90)


def a_card(name: str, days_ago: int, stability: float = 2.3, answers: int = 1, seconds: int = 10) -> Card:
    memory = Memory(stability, 2.0, DAY - timedelta(days=days_ago))
    kept = Kept(DAY - timedelta(days=400), memory, memory.reviewed_on + timedelta(days=2), answers, seconds)
    return card_of(name, kept.learned_on, USUAL, kept)


def test_after_an_absence_come_the_five_most_at_risk_and_no_more() -> None:
    cards = [a_card(f"b{days:03d}", days) for days in (30, 200, 90, 60, 10, 120, 45)]
    today = today_of(cards, DAY)
    assert [card.behaviour_id for card in today.cards] == ["b200", "b120", "b090", "b060", "b045"]
    assert (today.answered, today.minutes) == (0, 2)


def test_what_was_answered_today_counts_against_today() -> None:
    cards = [a_card("done", 0), *(a_card(f"b{days}", days) for days in range(10, 20))]
    assert (len(today_of(cards, DAY).cards), today_of(cards, DAY).answered) == (4, 1)


def test_ninety_seconds_are_enough_for_a_day() -> None:
    waiting = [a_card(f"b{days}", days) for days in range(10, 20)]
    assert len(today_of([a_card("one", 0, seconds=50), a_card("two", 0, seconds=39), *waiting], DAY).cards) == 3
    assert today_of([a_card("one", 0, seconds=50), a_card("two", 0, seconds=40), *waiting], DAY).cards == ()


def test_the_next_day_is_the_first_on_which_something_is_due() -> None:
    assert next_day([], DAY) is None
    assert next_day([a_card("waits", 30)], DAY) == DAY + timedelta(days=1)
    assert next_day([a_card("rests", 0)], DAY) == DAY + timedelta(days=2)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60)), max_size=30))
def test_a_day_never_holds_more_than_five(drawn: list[tuple[int, int]]) -> None:
    cards = [a_card(f"b{place}", days, seconds=seconds) for place, (days, seconds) in enumerate(drawn)]
    today = today_of(cards, DAY)
    assert len(today.cards) + today.answered <= max(5, today.answered)
    assert all(card.due_on <= DAY for card in today.cards)


def test_a_story_never_seen_comes_first_then_the_one_seen_longest_ago() -> None:
    bees = course(lesson(a_single("q1"), a_single("q2"), a_single("q3")))
    stories = askable_in(bees, past(did("read")))
    card = a_card("ack", 10)
    seen = {("bees", "q1"): AT, ("bees", "q3"): AT - timedelta(days=1)}
    order = []
    for hours in range(4):
        found = next_question(card, stories, seen, 7)
        assert found is not None
        order.append(found.question.id)
        seen[found.key] = AT + timedelta(hours=1 + hours)
    assert order == ["q2", "q3", "q1", "q2"]


def test_what_is_asked_stays_the_same_until_it_is_answered() -> None:
    stories = askable_in(course(lesson(*(a_single(f"q{n}") for n in range(9)))), past(did("read")))
    card = a_card("ack", 10)
    assert len({next_question(card, stories, {}, 7) for _again in range(5)}) == 1
    # Not everybody gets the same one.
    assert len({next_question(card, stories, {}, person) for person in range(20)}) > 3


# --- Kept ---


def asked_of(bees: Course) -> Askable:
    return Askable(bees, a_single("q1"), ("ack",))


def given_of(bees: Course, is_right: bool = True, confidence: Confidence = Confidence.FAIRLY) -> Given:
    return Given(asked_of(bees), "right" if is_right else "wrong-1", confidence, 12)


def rows_of(session: Session) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in session.execute(select(CardRow.__table__).order_by(CardRow.behaviour_id))]


@pytest.fixture
def bees(session: Session, now: datetime) -> Course:
    return shelve(session, course(lesson(a_single("q1"))), now)


@pytest.fixture
def lena(people: Cast) -> int:
    return people.lena


def test_pressed_twice_is_one_answer(session: Session, bees: Course, lena: int, now: datetime) -> None:
    card = card_of("ack", DAY - timedelta(days=2), USUAL, None)
    with writing(session):
        first = keep_answer(session, lena, card, given_of(bees), DAY, now)
    with writing(session):
        second = keep_answer(session, lena, card, given_of(bees, is_right=False), DAY, now)
    assert first == second
    assert session.scalars(select(CardAnswer.grade)).all() == [3]


def test_the_card_says_what_its_answers_come_to(session: Session, bees: Course, lena: int, now: datetime) -> None:
    """The vector Good, Good, Again, Good: the first is the lesson itself."""
    day = DAY
    card = card_of("ack", day, Pace(most_days=36_500), None)
    for is_right in (True, False, True):
        day = card.due_on
        with writing(session):
            keep_answer(session, lena, card, given_of(bees, is_right), day, now)
        kept = queries.past_of(session, lena).kept["ack"]
        session.rollback()
        card = card_of("ack", kept.learned_on, card.pace, kept)
    assert (f"{card.memory.stability:.4f}", f"{card.memory.difficulty:.4f}") == ("4.8763", "7.3801")
    assert (card.due_on - day).days == 5
    assert card.answers == 3


def found_wrong(session: Session, bees: Course, question: Question, now: datetime) -> None:
    """Note that the key of this question was wrong."""
    with writing(session):
        session.add(
            Correction(
                course_slug=bees.slug,
                question_id=question.id,
                key_print=key_print(question),
                release_id=bees.release_id,
                choice="left-out",
                reason="It was the other one.",
                decided_at=now,
            )
        )


def test_a_question_whose_key_was_found_wrong_is_not_asked_until_it_has_another() -> None:
    wrong = a_single("q1")
    bees = course(lesson(wrong, a_single("q2")))
    known = replace(past(did("read")), wrong=WrongKeys(frozenset({("bees", "q1", key_print(wrong))})))
    assert asked(bees, known) == ["q2"]
    # The same question with another key, and the same id in another course, are asked.
    mended = course(lesson(a_multiple("q1"), a_single("q2")))
    assert asked(mended, known) == ["q1", "q2"]
    elsewhere = replace(known, wrong=WrongKeys(frozenset({("wasps", "q1", key_print(wrong))})))
    assert asked(bees, elsewhere) == ["q1", "q2"]


def test_what_was_marked_by_a_wrong_key_is_no_evidence_and_moves_no_card_from_the_next_answer_on(
    session: Session, bees: Course, lena: int, now: datetime
) -> None:
    fresh = card_of("ack", DAY, USUAL, None)
    first, second = given_of(bees), given_of(bees, is_right=False)

    def right_on(day: date) -> bool:
        return any(each.on == day for each in evidence_of(session, lena, "UTC"))

    with writing(session):
        keep_answer(session, lena, fresh, first, fresh.due_on, now)
    assert right_on(fresh.due_on)
    found_wrong(session, bees, first.asked.question, now)
    assert not right_on(fresh.due_on)
    card = card_of("ack", DAY, USUAL, queries.past_of(session, lena).kept["ack"])
    with writing(session):
        keep_answer(session, lena, card, second, card.due_on, now)
    # The second was marked by the same wrong key: neither moves the card, and both are answers.
    after = queries.past_of(session, lena).kept["ack"]
    assert (after.memory, after.answers) == (fresh.memory, 2)


@pytest.mark.parametrize("grades", [[1, 1, 1], [4, 3, 2, 1], [3, 3, 3, 3, 3]])
def test_a_summary_that_was_lost_is_made_anew_from_the_answers(
    session: Session, bees: Course, lena: int, now: datetime, grades: list[int]
) -> None:
    how = {1: (False, Confidence.SURE), 2: (True, Confidence.GUESS), 3: (True, Confidence.FAIRLY),
           4: (True, Confidence.SURE)}  # fmt: skip
    for name, offset in (("ack", 0), ("own", 3)):
        card = card_of(name, DAY, USUAL, None)
        for number, grade in enumerate(grades):
            is_right, confidence = how[grade]
            with writing(session):
                day = DAY + timedelta(days=offset + 5 * number)
                keep_answer(session, lena, card, given_of(bees, is_right, confidence), day, now)
            kept = queries.past_of(session, lena).kept[name]
            card = card_of(name, kept.learned_on, USUAL, kept)
            session.rollback()
    right = rows_of(session)
    with writing(session):
        session.execute(update(CardRow).values(stability=1, difficulty=5, due_on=DAY, answers=99, seconds=60))
        recompute(session, lena)
    assert rows_of(session) == right
    assert [each.grade for each in queries.answers_of(session, lena) if each.behaviour_id == "ack"] == [
        Grade(grade) for grade in grades
    ]
