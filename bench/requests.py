"""Requests a second against hello-world, and waves of submissions, on SQLite as `make run` serves."""

import os
import re
import statistics
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bench import content, load, memory
from bench.people import Crowd, fill
from bench.rows import Row, against, below, told
from bench.visitor import Visitor
from lms import clock
from lms.content.queries import published_courses
from lms.jobs.publishing import publish_courses
from lms.settings import Settings
from lms.web.building import build_app
from lms.web.extensions import db
from lms.web.starting import bring_schema_up_to_date
from tests.support.databases import selects_of
from tests.support.server import RunningServer, running_server

_ROUNDS = 3
_SAVERS = 64
_SINGLE = 120
_WAVE = 500


def measure(folder: Path) -> list[Row]:
    """Measure the learner's requests."""
    courses = folder / "courses"
    content.write_course(courses)
    settings = Settings(data_folder=folder / "data", courses_folder=courses)
    crowd = prepare(settings, people=1_000, a_team=1_000)
    rows = _queries(settings, crowd)
    with serving(settings) as server:
        rows += _throughput(server, crowd, folder)
        rows += _submissions(server, crowd)
        rows.append(below("memory of all server processes", memory.megabytes(server.process.pid), "MB", 250))
    return rows


def prepare(settings: Settings, *, people: int, a_team: int) -> Crowd:
    """Make a database with these courses and people, and return who is signed in."""
    app = build_app(settings)
    with app.app_context():
        bring_schema_up_to_date()
        publish_courses(db.engine, settings)
        with Session(db.engine) as session:
            courses = published_courses(session)
            return fill(session, courses, clock.utc_now(), people=people, a_team=a_team)


@contextmanager
def serving(settings: Settings) -> Any:
    """Serve these settings as `make run` does."""
    with running_server(
        settings.data_folder, LMS_COURSES_FOLDER=str(settings.courses_folder), LMS_ENV="development"
    ) as server:
        yield server


def _queries(settings: Settings, crowd: Crowd) -> list[Row]:
    """Count the queries of a warm lesson page."""
    app = build_app(settings)
    client = app.test_client()
    client.set_cookie("lantern", crowd.learners[0])
    client.get("/learn/courses/bench/words")
    with app.app_context(), selects_of(db.engine) as asked:
        answer = client.get("/learn/courses/bench/words")
    assert answer.status_code == 200, answer.text[:500]
    return [below("lesson page, queries", len(asked), "queries", 3)]


def _throughput(server: RunningServer, crowd: Crowd, folder: Path) -> list[Row]:
    lesson = f"{server.origin}/learn/courses/bench/words"
    reader = Visitor(server.origin, crowd.learners[0])
    reader.get("/learn/courses/bench/words")
    attempt = reader.post("/learn/courses/bench/twenty/attempts")
    page = f"{server.origin}{attempt}?q=1"
    saves = _save_script(server, crowd, folder)
    home = f"{server.origin}/learn/"
    probes: dict[str, Callable[[], float]] = {
        "lesson": lambda: load.requests_per_second(lesson, cookie=reader.cookie),
        "home": lambda: load.requests_per_second(home, cookie=reader.cookie),
        "quiz": lambda: load.requests_per_second(page, cookie=reader.cookie),
        "save": lambda: load.requests_per_second(server.origin, script=saves),
    }
    found: dict[str, list[float]] = {name: [] for name in ("hello", *probes)}
    with load.hello_world(os.cpu_count() or 1) as hello:
        for probe in probes.values():
            probe()
        for _round in range(_ROUNDS):
            for name, probe in probes.items():
                found["hello"].append(load.requests_per_second(hello))
                found[name].append(probe())
    middle = {name: statistics.median(values) for name, values in found.items()}
    return [
        told("hello-world under gunicorn sync (the reference)", middle["hello"], "req/s"),
        against("lesson page of 1,000 words, signed in", middle["lesson"], "req/s", middle["hello"], 0.5),
        against("quiz page", middle["quiz"], "req/s", middle["hello"], 0.4),
        against("answer saved, durably", middle["save"], "req/s", middle["hello"], 0.2),
        told("learner's home", middle["home"], "req/s"),
    ]


def _save_script(server: RunningServer, crowd: Crowd, folder: Path) -> Path:
    """Write a wrk script that saves answers of many learners in turn, each a different one every time."""
    entries = []
    for token in crowd.learners[1 : 1 + _SAVERS]:
        visitor = Visitor(server.origin, token)
        visitor.get("/learn/courses/bench/twenty")
        attempt = visitor.post("/learn/courses/bench/twenty/attempts")
        page = visitor.get(f"{attempt}?q=1")
        action = re.search(r'action="([^"]+/answers/[^"]+)"', page)
        options = re.findall(r'name="response"[^>]*value="([^"]+)"', page)
        assert action and options, page[:3000]
        bodies = ", ".join(f'"csrf_token={visitor.csrf}&response={option}"' for option in options)
        entries.append(f'{{path="{action[1]}", cookie="{visitor.cookie}", bodies={{{bodies}}}}}')
    script = folder / "save.lua"
    script.write_text(
        "local people = {\n"
        + ",\n".join(entries)
        + "}\nlocal n = 0\n"
        + "request = function()\n  n = n + 1\n  local p = people[n % #people + 1]\n"
        + "  local body = p.bodies[math.floor(n / #people) % #p.bodies + 1]\n"
        + '  return wrk.format("POST", p.path, {["Cookie"] = p.cookie, ["Accept"] = "application/json",'
        + ' ["Content-Type"] = "application/x-www-form-urlencoded"}, body)\nend\n'
    )
    return script


def _answers(server: RunningServer, token: str) -> dict[str, str]:
    """Return an option to choose for each of the twenty questions, read off the pages of one attempt."""
    visitor = Visitor(server.origin, token)
    visitor.get("/learn/courses/bench/twenty")
    attempt = visitor.post("/learn/courses/bench/twenty/attempts")
    found = {}
    for number in range(1, 21):
        page = visitor.get(f"{attempt}?q={number}")
        action = re.search(r'action="[^"]+/answers/([^"]+)"', page)
        option = re.search(r'name="response"[^>]*value="([^"]+)"', page)
        assert action
        assert option
        found[action[1]] = option[1]
    return found


def _filled_attempt(server: RunningServer, token: str, answers: dict[str, str]) -> tuple[Visitor, str]:
    """Begin an attempt and save all twenty answers; returns its visitor and address."""
    visitor = Visitor(server.origin, token)
    visitor.get("/learn/courses/bench/twenty")
    attempt = visitor.post("/learn/courses/bench/twenty/attempts")
    for question_id, option in answers.items():
        visitor.post(f"{attempt}/answers/{question_id}", response=option)
    return visitor, attempt


def _submissions(server: RunningServer, crowd: Crowd) -> list[Row]:
    ready: list[tuple[Visitor, str]] = []
    lock = threading.Lock()
    tokens = list(crowd.learners[70 : 70 + _WAVE])
    answers = _answers(server, crowd.learners[69])

    def work() -> None:
        while True:
            with lock:
                if not tokens:
                    return
                token = tokens.pop()
            made = _filled_attempt(server, token, answers)
            with lock:
                ready.append(made)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times, errors = _wave(ready)
    lost = 0
    for visitor, attempt in ready:
        lost += "/review" not in visitor.post(f"{attempt}/submit")
    single = _single_submissions(server, crowd, answers)
    p95 = statistics.quantiles(times, n=20)[18] if len(times) > 20 else float("inf")
    return [
        told("quiz of 20 answers submitted, one after another, median", statistics.median(single) * 1000, "ms"),
        below(f"wave of {len(ready)} submissions at once, p95", p95, "s", 3),
        below("wave, errors", errors, "requests", 0),
        below("wave, lost", lost, "attempts", 0),
    ]


def _single_submissions(server: RunningServer, crowd: Crowd, answers: dict[str, str]) -> list[float]:
    times = []
    for token in crowd.learners[: _SINGLE // 6]:
        visitor, attempt = _filled_attempt(server, token, answers)
        started = time.perf_counter()
        visitor.post(f"{attempt}/submit")
        times.append(time.perf_counter() - started)
    return times


def _wave(ready: list[tuple[Visitor, str]]) -> tuple[list[float], int]:
    """Submit all attempts at the same moment, a connection each; returns the seconds each took and the errors."""
    gate = threading.Barrier(len(ready))
    times: list[float] = []
    errors: list[str] = []

    def press(visitor: Visitor, attempt: str) -> None:
        fresh = Visitor(visitor.origin, visitor.token, dict(visitor.cookies), visitor.csrf)
        gate.wait()
        started = time.perf_counter()
        try:
            fresh.post(f"{attempt}/submit")
            times.append(time.perf_counter() - started)
        except (OSError, RuntimeError) as error:
            errors.append(str(error))

    threads = [threading.Thread(target=press, args=made) for made in ready]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, len(errors)
