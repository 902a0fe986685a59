"""What the database counts is what the attempts say one by one, on both databases."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.analytics import queries
from lms.analytics.item_statistics import group_size
from lms.analytics.tally import Band, Tally, newest_first
from lms.content.course import Course, Draw, Quiz
from lms.progress import attempt_actions
from lms.progress.tables import Answer, Attempt, Enrolment
from lms.quiz.question import QuestionType
from lms.store import writing
from tests.support.builders import a_course, a_lesson, a_quiz, a_single, one_of_each
from tests.support.crowds import believably, newcomers, sit
from tests.support.databases import selects_of
from tests.support.shelf import shelve

CHOICES = (QuestionType.SINGLE, QuestionType.MULTIPLE)


def quiz_in(course: Course) -> Quiz:
    quiz = course.activity("check")
    assert isinstance(quiz, Quiz)
    return quiz


def a_quiz_of(kind: str) -> Quiz:
    singles = [a_single(f"s{number}", points=number % 3 + 1) for number in range(1, 7)]
    match kind:
        case "all":
            return a_quiz("check", *one_of_each(), pass_mark=0.6)
        case "draws":
            pooled = [replace(each, pool="p") for each in (*one_of_each(), *singles)]
            return a_quiz("check", *pooled, draws=(Draw(5, "p"),), shuffle=True)
        case _:
            formed = [replace(each, form="AB"[place % 2]) for place, each in enumerate(singles)]
            return a_quiz("check", *formed, forms=("A", "B"), shuffle=True)


def by_hand(session: Session, quiz: Quiz) -> dict[str, Counter[Any]]:
    """Return the same counts from each attempt: asked, answered and left open by question, total and band."""
    rows = session.execute(
        select(Attempt.id, Attempt.mark, Attempt.release_id, Attempt.questions, Attempt.passed)
        .where(Attempt.number == 1, Attempt.mark.is_not(None), Attempt.activity_id == quiz.id)
        .order_by(Attempt.mark.desc(), Attempt.id)
    ).all()
    n, group = len(rows), group_size(len(rows))
    found: dict[str, Counter[Any]] = defaultdict(Counter)
    for place, row in enumerate(rows):
        in_third = Band.HIGH if place < n // 3 else Band.LOW if place >= n - n // 3 else Band.MIDDLE
        band = Band.BEST if place < group else Band.WEAKEST if place >= n - group else in_third
        answers = {
            each.question_id: each for each in session.scalars(select(Answer).where(Answer.attempt_id == row.id))
        }
        found["passed"][row.passed] += 1
        for question_id, _order in row.questions:
            given = answers.get(question_id)
            if given is None:
                found["open"][question_id, row.mark, band] += 1
            else:
                found["answered"][question_id, row.mark, band, round(given.mark, 9)] += 1
                found["response"][question_id, repr(given.response)] += 1
    return found


@pytest.mark.parametrize("kind", ["all", "draws", "forms"])
def test_the_counts_are_those_of_every_attempt(session: Session, now: datetime, kind: str) -> None:
    course = shelve(session, a_course("bees", a_lesson("read"), a_quiz_of(kind)), now)
    people = newcomers(session, 37, now)
    sit(session, course, "check", people, now, believably(3))
    # Second attempts, and one under way, are none of them.
    sit(session, course, "check", people[:9], now + timedelta(days=1), believably(4))
    [late] = newcomers(session, 1, now + timedelta(seconds=1))
    with writing(session):
        attempt_actions.start_attempt(session, late, course, "check", now, 1)
    quiz, expected = quiz_in(course), by_hand(session, quiz_in(course))
    tally = queries.first_attempts(session, "bees", quiz)
    assert tally.n == 37
    assert sum(group.passed for group in tally.groups) == expected["passed"][True]
    assert counted(tally) == expected["answered"]
    assert opened(tally, quiz) == expected["open"]
    for question in quiz.questions:
        alone = queries.first_attempts(session, "bees", quiz, only=question.id)
        assert set(alone.answers) <= {question.id}
        said = responses(alone, question.id)
        assert said == {said: n for (asked, said), n in expected["response"].items() if asked == question.id}
        if question.type in CHOICES:
            assert responses(tally, question.id) == said
    if kind == "forms":
        assert {group.lead[0] for group in tally.groups} == {"s"}


def counted(tally: Tally) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for question_id, answers in tally.answers.items():
        for each in answers:
            found[question_id, each.group.total, each.group.band, round(each.mark, 9)] += each.count
    return found


def opened(tally: Tally, quiz: Quiz) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for question in quiz.questions:
        for group, count in tally.opened(question.id).items():
            found[question.id, group.total, group.band] += count
    return found


def responses(tally: Tally, question_id: str) -> dict[str, int]:
    found: Counter[str] = Counter()
    for each in tally.of(question_id):
        found[repr(each.response)] += each.count
    return dict(found)


def test_only_the_first_round_counts(session: Session, now: datetime) -> None:
    course = shelve(session, a_course("bees", a_lesson("read"), a_quiz("check")), now)
    people = newcomers(session, 6, now)
    sit(session, course, "check", people, now, believably(1, left_open=0))
    with writing(session):
        for enrolment in session.scalars(select(Enrolment).where(Enrolment.person_id.in_(people[:2]))):
            enrolment.round = 2
    assert queries.first_attempts(session, "bees", quiz_in(course)).n == 4
    assert queries.count_first_attempts(session, "bees") == {"check": 4}


def test_the_latest_are_those_handed_in_last(session: Session, now: datetime) -> None:
    course = shelve(session, a_course("bees", a_lesson("read"), a_quiz("check")), now)
    sit(session, course, "check", newcomers(session, 8, now), now, believably(1, left_open=0))
    tally = queries.first_attempts(session, "bees", quiz_in(course), latest=3)
    assert tally.n == 3
    assert min(group.first_at for group in tally.groups) == now + timedelta(minutes=5, seconds=10)


def test_nobody_yet_is_an_empty_tally(session: Session, now: datetime) -> None:
    course = shelve(session, a_course("bees", a_lesson("read"), a_quiz("check")), now)
    tally = queries.first_attempts(session, "bees", quiz_in(course))
    assert (tally.n, tally.of("check-q1"), newest_first(tally.groups)) == (0, (), [])


def test_the_number_of_queries_does_not_grow(session: Session, now: datetime) -> None:
    course = shelve(session, a_course("bees", a_lesson("read"), a_quiz("check", *one_of_each())), now)
    sit(session, course, "check", newcomers(session, 12, now), now, believably(2))
    with selects_of(session.get_bind().engine) as asked:
        tally = queries.first_attempts(session, "bees", quiz_in(course))
        queries.quiz_versions(session, "check", tally.release_ids)
    assert len(asked) == 3


def test_a_version_is_the_quiz_of_its_release(session: Session, now: datetime) -> None:
    first = shelve(session, a_course("bees", a_lesson("read"), a_quiz("check", a_single("q1"))), now)
    second = shelve(session, a_course("bees", a_lesson("read"), a_quiz("check", a_single("q2"))), now)
    found = queries.quiz_versions(session, "check", {first.release_id, second.release_id})
    assert [found[course.release_id].questions[0].id for course in (first, second)] == ["q1", "q2"]


def test_time_is_counted_from_what_was_saved_before(session: Session, now: datetime) -> None:
    course = shelve(
        session, a_course("bees", a_lesson("read"), a_quiz("check", a_single("a"), a_single("b"))), now
    )
    sit(session, course, "check", newcomers(session, 7, now), now, lambda place, question: "right")
    assert queries.seconds_taken(session, "bees", quiz_in(course), "a") == {10: 7}
    assert queries.seconds_taken(session, "bees", quiz_in(course), "b") == {10: 7}
