"""Signing in apart from hashing, and starting cold with a thousand lessons."""

import shutil
import statistics
import time
from pathlib import Path

from sqlalchemy.orm import Session

from bench import content
from bench.requests import prepare, serving
from bench.rows import Row, below, told
from bench.visitor import Visitor
from lms import clock
from lms.accounts import actions, passwords
from lms.content.queries import published_courses
from lms.settings import Settings
from lms.store import writing
from lms.web.building import build_app
from lms.web.extensions import db

_TIMES = 25
_PASSWORD = "seven grey herons dance"


def measure(folder: Path) -> list[Row]:
    """Measure both."""
    return [*_sign_in(folder / "sign-in"), *_cold_start(folder / "cold")]


def _sign_in(folder: Path) -> list[Row]:
    courses = folder / "courses"
    content.write_course(courses)
    settings = Settings(data_folder=folder / "data", courses_folder=courses)
    crowd = prepare(settings, people=50, a_team=50)
    app = build_app(settings)
    hashed = passwords.hashed(_PASSWORD)
    with app.app_context(), Session(db.engine) as session, writing(session):
        for person_id in crowd.learner_ids[:_TIMES]:
            actions.set_password(session, person_id, hashed, clock.utc_now())
    hashing = statistics.median(_hashing(hashed) for _ in range(_TIMES))
    with serving(settings) as server:
        spent = []
        for number in range(1, _TIMES):
            visitor = Visitor(server.origin, "")
            visitor.get("/sign-in")
            started = time.perf_counter()
            visitor.post("/sign-in", name=f"person{number}", password=_PASSWORD)
            spent.append(time.perf_counter() - started)
    whole = statistics.median(spent)
    return [
        told("hashing a password (argon2id), median", hashing * 1000, "ms"),
        told("sign-in apart from hashing, median", max(0.0, whole - hashing) * 1000, "ms"),
    ]


def _hashing(hashed: str) -> float:
    started = time.perf_counter()
    assert passwords.matches(hashed, _PASSWORD)
    return time.perf_counter() - started


def _cold_start(folder: Path) -> list[Row]:
    courses = folder / "courses"
    content.write_many(courses)
    settings = Settings(data_folder=folder / "data", courses_folder=courses)
    crowd = prepare(settings, people=20, a_team=20)
    starts = []
    for _ in range(3):
        started = time.perf_counter()
        with serving(settings) as server:
            Visitor(server.origin, crowd.learners[0]).get("/learn/courses/many-01/lesson-1")
            starts.append(time.perf_counter() - started)
    shutil.rmtree(settings.data_folder)
    started = time.perf_counter()
    with serving(settings):
        first = time.perf_counter() - started
    app = build_app(settings)
    with app.app_context():
        lessons = sum(len(course.activities) for course in published_courses(db.session()))
    return [
        told("lessons published for the cold start", lessons, "lessons"),
        below("cold start with 1,000 lessons to the first lesson page", statistics.median(starts), "s", 5),
        told("very first start: schema, 1,000 lessons compiled, sample", first, "s"),
    ]
