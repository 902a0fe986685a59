"""Statistics of a quiz of twenty questions after 100,000 first attempts on both databases."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.orm import Session

from bench import attempts, content
from bench.rows import Row, below, told
from lms.analytics import queries
from lms.analytics.report import QuizReport, report_on
from lms.content.course import Course, Quiz
from lms.content.queries import published_courses
from lms.jobs.publishing import publish_courses
from lms.settings import Settings
from lms.web.building import build_app
from lms.web.extensions import db
from lms.web.starting import bring_schema_up_to_date
from tests.support import databases

_ATTEMPTS = 100_000
_TIMES = 5


def measure(folder: Path) -> list[Row]:
    """Measure what a trainer waits for on SQLite and on PostgreSQL."""
    courses = folder / "courses"
    content.write_course(courses)
    rows = _of(Settings(data_folder=folder / "sqlite", courses_folder=courses), "SQLite")
    with databases.postgres_cluster() as server:
        url = databases.new_postgres_database(server, "bench")
        settings = Settings(data_folder=folder / "postgresql", courses_folder=courses, database_url=url)
        rows += _of(settings, "PostgreSQL")
    return rows


def _of(settings: Settings, name: str) -> list[Row]:
    app = build_app(settings)
    with app.app_context():
        bring_schema_up_to_date()
        publish_courses(db.engine, settings)
        with Session(db.engine) as session:
            course, quiz = _the_quiz(session)
        attempts.fill(db.engine, course, quiz, _ATTEMPTS)
        whole = _seconds(lambda session: _report(session, course, quiz))
        one = _seconds(lambda session: queries.first_attempts(session, course.slug, quiz, only="q-7"))
        spent = _seconds(lambda session: queries.seconds_taken(session, course.slug, quiz, "q-7"))
    about = f"of {_ATTEMPTS:,} first attempts at 20 questions, {name}"
    return [
        below(f"statistics {about}", whole, "s", 3),
        told(f"options of one question {about}", one, "s"),
        told(f"time taken for one question {about}", spent, "s"),
    ]


def _report(session: Session, course: Course, quiz: Quiz) -> QuizReport:
    tally = queries.first_attempts(session, course.slug, quiz)
    return report_on(quiz, tally, queries.quiz_versions(session, quiz.id, tally.release_ids))


def _the_quiz(session: Session) -> tuple[Course, Quiz]:
    course = next(course for course in published_courses(session) if course.slug == "bench")
    quiz = course.activity("twenty")
    assert isinstance(quiz, Quiz)
    return course, quiz


def _seconds(ask: Callable[[Session], object]) -> float:
    """Return the median time; each time in a session of its own, as a request has it."""
    spent = []
    for _ in range(_TIMES):
        with Session(db.engine) as session:
            started = time.perf_counter()
            ask(session)
            spent.append(time.perf_counter() - started)
    return statistics.median(spent)
