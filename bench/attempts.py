"""First attempts by the hundred thousand for the bench, written past the mapper: people, enrolments, answers."""

import json
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from lms.content.course import Course, Quiz
from lms.quiz.question import ChoiceKey

_BEGAN = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)
_SUMMARY = ("steps_done", "steps_total", "minutes_left", "failed_attempts")
_ALIKE = ("activity_id", "release_id", "number", "closed_by", "questions")
Row = tuple[Any, ...]


def fill(engine: Engine, course: Course, quiz: Quiz, attempts: int) -> None:
    """Write so many people with one attempt each at a quiz of single choices that asks everything; seeded."""
    chance = random.Random(attempts)
    hardness = {question.id: chance.uniform(-2.0, 1.2) for question in quiz.questions}
    totals: list[float] = []
    answers: list[Row] = []
    for number in range(1, attempts + 1):
        skill, earned = chance.gauss(0.4, 1), 0
        at = _began(number)
        for question in quiz.questions:
            assert isinstance(question.key, ChoiceKey)
            is_right = chance.random() < 1 / (1 + math.exp(hardness[question.id] - skill))
            wrong = [option.id for option in question.key.options if not option.is_right]
            right = next(option.id for option in question.key.options if option.is_right)
            chosen = right if is_right else wrong[0] if chance.random() < 0.7 else wrong[-1]
            at += timedelta(seconds=chance.randint(5, 60))
            answers.append((number, question.id, json.dumps(chosen), at, float(is_right)))
            earned += is_right
        totals.append(earned / len(quiz.questions))
    numbers = range(1, attempts + 1)
    _write(
        engine,
        "person",
        ("id", "name", "sign_in_name", "language", "time_zone", "created_at", "is_sample"),
        [(number, f"Person {number:06}", f"person{number}", "en", "UTC", _BEGAN, False) for number in numbers],
    )
    _write(
        engine,
        "enrolment",
        ("id", "person_id", "course_slug", "round", "enrolled_at", "release_id", *_SUMMARY),
        [(number, number, course.slug, 1, _BEGAN, course.release_id, 1, 1, 0, 0) for number in numbers],
    )
    paper = json.dumps([[question.id, ["a", "b", "c"]] for question in quiz.questions])
    _write(
        engine,
        "attempt",
        ("id", "enrolment_id", "seed", "mark", "passed", "started_at", "submitted_at", *_ALIKE),
        [
            (number, number, number, mark, mark >= quiz.pass_mark, _began(number), _began(number, minutes=20),
             quiz.id, course.release_id, 1, "learner", paper)
            for number, mark in zip(numbers, totals, strict=True)
        ],
    )  # fmt: skip
    _write(engine, "answer", ("attempt_id", "question_id", "response", "saved_at", "mark"), answers)
    if engine.dialect.name == "postgresql":
        # As autovacuum does within a minute.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _began(number: int, minutes: int = 0) -> datetime:
    return _BEGAN + timedelta(seconds=41 * number, minutes=minutes)


def _write(engine: Engine, table: str, names: Sequence[str], rows: Sequence[Row]) -> None:
    listed = ", ".join(names)
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if engine.dialect.name == "postgresql":
            with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            driver.commit()
            return
        driver.execute("BEGIN IMMEDIATE")
        marks = ", ".join("?" for _ in names)
        driver.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", _for_sqlite(rows))
        driver.execute("COMMIT")


def _for_sqlite(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        yield tuple(
            value.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
            if isinstance(value, datetime)
            else value
            for value in row
        )
