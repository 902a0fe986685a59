"""The pages about statistics: what a trainer reads at how many first attempts, and what she may take with her."""

import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms.content.course import Course
from lms.content.tables import CourseTrainer
from lms.progress import actions as progress
from lms.quiz.form import Response
from lms.quiz.question import Question
from lms.store import writing
from lms.web.teach.statistics.routes import LATEST
from tests.support import cast
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson, a_quiz, a_single, one_of_each
from tests.support.crowds import believably, newcomers, sit
from tests.support.databases import selects_of
from tests.support.doors import Clock
from tests.support.shelf import shelve

ROOT = "/teach/statistics/bees"
QUIZ = f"{ROOT}/check"
FOUR = [a_single(f"q{number}") for number in range(1, 5)]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    """The server's clock, standing an hour after the first attempts begin."""
    return Clock(monkeypatch, now + timedelta(hours=1))


@pytest.fixture
def tom(app: Flask, session: Session, now: datetime) -> Browser:
    """The trainer's browser."""
    people = cast.bring_in(session, now)
    return Browser(app, cast.sign_in(session, people.tom, now))


def with_quiz(session: Session, now: datetime, *questions: Question, **more: object) -> Course:
    return shelve(session, a_course("bees", a_lesson("read"), a_quiz("check", *questions, **more)), now)


def a_wrong_key(place: int, question: Question) -> Response | None:
    """Answer as people do where the key of q1 is wrong: those who are right elsewhere choose `wrong-1` there."""
    knows = place % 3 > 0
    if question.id == "q1":
        return "wrong-1" if knows else "right"
    return "right" if knows else "wrong-2"


def test_nobody_yet_is_said_and_nothing_shown(tom: Browser, session: Session, now: datetime) -> None:
    with_quiz(session, now, *FOUR)
    assert "No first attempt yet." in tom.get(QUIZ).text
    assert "No first attempt was asked it yet." in tom.get(f"{QUIZ}/q1").text
    assert "No first attempt yet" in tom.get(ROOT).text


@pytest.mark.parametrize(
    ("people", "said", "unsaid"),
    [
        (4, "from five first attempts on", "Every question"),
        (5, "4 questions have fewer than ten answers", "mend</span>"),
        (9, "4 questions have fewer than ten answers", "tells people apart"),
        (12, "here", "Alpha"),
    ],
)
def test_small_numbers_are_guarded(
    tom: Browser, session: Session, now: datetime, people: int, said: str, unsaid: str
) -> None:
    course = with_quiz(session, now, *FOUR, pass_mark=0.5)
    sit(session, course, "check", newcomers(session, people, now), now, a_wrong_key)
    page = tom.get(QUIZ).text
    assert said in page
    if people < 12:
        assert unsaid not in page
    else:
        assert "needs 30 first attempts" in page


def test_what_to_mend_comes_first_with_its_reason(tom: Browser, session: Session, now: datetime) -> None:
    course = with_quiz(session, now, *FOUR)
    sit(session, course, "check", newcomers(session, 36, now), now, a_wrong_key)
    page = tom.get(QUIZ).text
    assert "36 first attempts, 16 November." in page
    assert "One question wants mending." in page
    assert "Who does well in the rest gets this one wrong more often than others." in page
    assert "“Option wrong-1” (100%) to the key." in page
    assert page.index("What to mend first") < page.index("Every question")
    assert "needs 5 questions" in page
    overview = tom.get(ROOT).text
    assert "36 first attempts at quizzes. One question wants mending." in overview
    assert f"latest {LATEST:,} first attempts" in overview


def test_a_question_shows_its_options_and_says_that_the_key_may_be_wrong(
    tom: Browser, session: Session, now: datetime
) -> None:
    course = with_quiz(session, now, *FOUR)
    sit(session, course, "check", newcomers(session, 36, now), now, a_wrong_key)
    page = tom.get(f"{QUIZ}/q1").text
    assert "This key may be wrong." in page
    assert "chose it, 24 of 36" in page
    assert "Least well, middle, best: 0%, –, 100%" in page
    assert "10 seconds" in page
    assert 'href="/teach/keys/bees/q1"' in page
    assert "This key may be wrong." not in tom.get(f"{QUIZ}/q2").text


def test_every_type_has_its_page(tom: Browser, session: Session, now: datetime) -> None:
    course = with_quiz(session, now, *one_of_each())
    sit(session, course, "check", newcomers(session, 31, now), now, believably(5))
    for question in one_of_each():
        page = tom.get(f"{QUIZ}/{question.id}").text
        assert "Asked in 31 first attempts." in page, question.id
    # The whole is shown: more than thirty attempts at more than five questions.
    assert "needs 30" not in tom.get(QUIZ).text


@pytest.mark.parametrize(("answered", "is_told"), [(9, False), (10, True)])
def test_the_time_of_few_who_answered_stays_with_them(
    tom: Browser, session: Session, now: datetime, answered: int, is_told: bool
) -> None:
    course = with_quiz(session, now, *FOUR)
    sit(
        session,
        course,
        "check",
        newcomers(session, 20, now),
        now,
        lambda place, question: "right" if question.id != "q1" or place < answered else None,
    )
    assert ("10 seconds" in tom.get(f"{QUIZ}/q1").text) is is_told


def test_typed_words_of_few_people_stay_with_them(tom: Browser, session: Session, now: datetime) -> None:
    course = with_quiz(session, now, *one_of_each())

    def habit(place: int, question: Question) -> Response | None:
        return f"my number is 0151 {place}" if question.id == "short" else believably(1)(place, question)

    sit(session, course, "check", newcomers(session, 12, now), now, habit)
    page = tom.get(f"{QUIZ}/short").text
    assert "0151" not in page
    assert "12 more answers in other words" in page


def test_a_question_keeps_its_history_when_its_answers_change(
    tom: Browser, session: Session, now: datetime
) -> None:
    course = with_quiz(session, now, *FOUR)
    sit(session, course, "check", newcomers(session, 6, now), now, a_wrong_key)
    later = now + timedelta(hours=1)
    changed = with_quiz(session, later, a_single("q1", wrong=3), *FOUR[1:])
    sit(session, changed, "check", newcomers(session, 10, later), later, believably(2))
    assert "Asked in 10 first attempts." in tom.get(f"{QUIZ}/q1").text
    assert "no: its answers were others" in tom.get(f"{QUIZ}/q1").text
    assert "Asked in 16 first attempts." in tom.get(f"{QUIZ}/q2").text


def test_forms_are_compared(tom: Browser, session: Session, now: datetime) -> None:
    formed = [replace(question, form="AB"[place % 2]) for place, question in enumerate(FOUR)]
    course = with_quiz(session, now, *formed, forms=("A", "B"))
    sit(
        session, course, "check", newcomers(session, 40, now), now,
        lambda place, question: "right" if question.form == "A" else "wrong-1",
    )  # fmt: skip
    page = tom.get(QUIZ).text
    assert "Form A is easier, by" in page
    assert "Attempts at this quiz ask different questions." in page


def test_the_table_goes_out_as_a_file_that_runs_nothing(tom: Browser, session: Session, now: datetime) -> None:
    course = with_quiz(session, now, replace(FOUR[0], title="=1+1"), *FOUR[1:])
    sit(session, course, "check", newcomers(session, 36, now), now, a_wrong_key)
    answer = tom.get(f"{QUIZ}/table.csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0]["Title"] == "'=1+1"
    assert rows[0]["First attempts"] == "36"
    assert float(rows[0]["Discrimination index %"]) == -100
    assert rows[0]["Alpha without it"] == ""
    assert tom.get(f"{QUIZ}/table.xlsx").data.startswith(b"PK")


@pytest.mark.parametrize("people", [4, 9])
def test_a_file_tells_no_more_of_a_question_than_its_page(
    tom: Browser, session: Session, now: datetime, people: int
) -> None:
    course = with_quiz(session, now, *FOUR)
    sit(session, course, "check", newcomers(session, people, now), now, a_wrong_key)
    rows = list(csv.reader(io.StringIO(tom.get(f"{QUIZ}/table.csv").data.decode("utf-8-sig"))))
    assert rows[1][:3] == ["q1", "Title of q1", str(people)]
    assert set(rows[1][3:]) == {""}


def test_others_courses_and_what_is_no_quiz_are_not_found(
    tom: Browser, session: Session, now: datetime, app: Flask
) -> None:
    with_quiz(session, now, *FOUR)
    for path in (
        f"{ROOT}/read",
        f"{ROOT}/none",
        f"{QUIZ}/none",
        "/teach/statistics/none",
        f"{ROOT}/read/table.csv",
    ):
        tom.get(path, 404)
    other = newcomers(session, 1, now)[0]
    with writing(session):
        session.add(CourseTrainer(course_slug="bees", person_id=other, named_at=now))
    for path in (ROOT, QUIZ, f"{QUIZ}/q1", f"{QUIZ}/table.csv", f"{QUIZ}/table.xlsx"):
        tom.get(path, 404)


def test_pages_ask_a_fixed_number_of_queries(
    tom: Browser, session: Session, now: datetime, engine: Engine, app: Flask, long_memory: None
) -> None:
    course = with_quiz(session, now, *FOUR)

    def asked(path: str) -> int:
        tom.get(path)
        with app.app_context():
            from lms.web.extensions import db

            with selects_of(db.engine) as found:
                tom.get(path)
        return len(found)

    sit(session, course, "check", newcomers(session, 12, now), now, a_wrong_key)
    few = [asked(path) for path in (ROOT, QUIZ, f"{QUIZ}/q1")]
    later = now + timedelta(minutes=1)
    sit(session, course, "check", newcomers(session, 30, later), later, a_wrong_key)
    assert [asked(path) for path in (ROOT, QUIZ, f"{QUIZ}/q1")] == few


def test_a_question_asked_early_and_late_shows_whether_it_was_learned(
    tom: Browser, session: Session, now: datetime
) -> None:
    early, late = a_quiz("check", *FOUR), a_quiz("late", *(replace(each, home="check") for each in FOUR))
    course = shelve(session, a_course("bees", a_lesson("read"), early, late), now)
    people = newcomers(session, 30, now)
    sit(session, course, "check", people, now, lambda place, question: "right" if place % 2 else "wrong-1")
    sit(session, course, "late", people, now, lambda place, question: "right")
    assert "more are right later" in tom.get(f"{QUIZ}/q1").text
    assert "more are right later" in tom.get(f"{ROOT}/late/q1").text
    assert "Quiz check" in tom.get(f"{ROOT}/late/q1").text


def test_a_lesson_shows_what_was_answered_first(tom: Browser, session: Session, now: datetime) -> None:
    lesson = a_lesson("read", a_single("before"), a_single("after"))
    course = shelve(session, a_course("bees", lesson, a_quiz("check")), now)
    for place, person_id in enumerate(newcomers(session, 12, now)):
        with writing(session):
            progress.start_course(session, person_id, course, now)
            for response in ("right" if place < 3 else "wrong-1", "right"):
                progress.answer_practice(session, person_id, course, "read", "before", response, now)
            if place < 4:
                progress.answer_practice(session, person_id, course, "read", "after", "right", now)
    page = tom.get(f"{ROOT}/read").text
    assert "here 25%" in page
    assert page.count("too few to judge") == 1
    assert f'href="{ROOT}/read"' in tom.get("/teach/courses/bees/read").text


def test_the_way_there_is_on_the_course_and_on_the_quiz(tom: Browser, session: Session, now: datetime) -> None:
    with_quiz(session, now, *FOUR)
    assert f'href="{ROOT}"' in tom.get("/teach/courses/bees").text
    assert f'href="{QUIZ}"' in tom.get("/teach/courses/bees/check").text
