"""What was acknowledged is there after kill -9 in the middle of a wave, on both databases."""

import random
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from lms.content.course import Course
from lms.progress import attempt_actions, queries, summary_actions
from lms.progress.tables import Answer, Attempt, Enrolment
from lms.store import writing
from tests.support.builders import a_course, a_quiz, a_single
from tests.support.cast import bring_in
from tests.support.shelf import shelve

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 4
LEARNERS = ("lena", "otto", "mia", "nora")


def killed_wave(url: str, course: Course, person_ids: list[int], after: int) -> list[list[str]]:
    """Let the learners answer, kill their process at this many lines, return all it gave."""
    command = [sys.executable, "-m", "tests.support.answering", url, course.slug, "check"]
    process = subprocess.Popen(
        [*command, *(str(person_id) for person_id in person_ids)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if len(lines) == after:
                process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.wait(timeout=10)
    assert process.returncode == -signal.SIGKILL and len(lines) >= after
    # A line cut off by the kill acknowledged nothing.
    return [line.split() for line in lines if line.endswith("\n")]


def test_every_acknowledged_answer_survives_kill_9(
    session: Session, engine: Engine, database_url: str, now: datetime
) -> None:
    cast = bring_in(session, now).everyone()
    owners = [cast[name] for name in LEARNERS]
    questions = [a_single(f"q{number}") for number in range(1, 11)]
    course = shelve(session, a_course("wave", a_quiz("check", *questions, pass_mark=1.0)), now)
    session.rollback()
    chance = random.Random()
    saved: dict[tuple[int, str], str] = {}
    under_way: dict[tuple[int, str], str] = {}
    marks: dict[int, float] = {}
    # So many lines hold at least one result; the others come when they come.
    for after in (120, *(chance.randint(1, 240) for _ in range(ROUNDS - 1))):
        for kind, number, *rest in killed_wave(database_url, course, owners, after):
            if kind == "about":
                under_way[int(number), rest[0]] = rest[1]
            elif kind == "saved":
                saved[int(number), rest[0]] = rest[1]
                under_way.pop((int(number), rest[0]), None)
            else:
                marks[int(number)] = float(rest[0])
        session.rollback()  # what is read next is fresh
        stored = {
            (answer.attempt_id, answer.question_id): answer.response for answer in session.scalars(select(Answer))
        }
        # The kill may come between the commit and its acknowledgement: then the newer answer stands there.
        lost = {
            key: answer for key, answer in saved.items() if stored.get(key) not in (answer, under_way.get(key))
        }
        assert lost == {}
        saved.update({key: stored[key] for key in saved})
        under_way.clear()
        kept = {attempt.id: attempt for attempt in session.scalars(select(Attempt))}
        assert {number: kept[number].mark for number in marks} == marks
        assert_whole(session, engine, course, now)
    assert saved and marks


def assert_whole(session: Session, engine: Engine, course: Course, now: datetime) -> None:
    """Hold what the kill left to what every transaction leaves: nothing half done, nothing damaged."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    for enrolment_id, person_id in session.execute(select(Enrolment.id, Enrolment.person_id)).all():
        with writing(session):
            assert not summary_actions.recompute(session, enrolment_id, course)
        for line in queries.attempts_at(session, enrolment_id, "check"):
            attempt = queries.find_attempt(session, line.id, person_id)
            assert attempt
            answers = attempt.answers.values()
            assert all((answer.mark is None) == attempt.is_open for answer in answers)
            if attempt.is_open:
                continue
            with writing(session):
                again = attempt_actions.submit_attempt(session, line.id, person_id, now)
            assert again and again.mark == attempt.mark
