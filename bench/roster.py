"""People brought in from a CSV file by the command, while others look at pages and save answers steadily."""

import csv
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

from bench import content
from bench.managers import serving
from bench.people import Crowd
from bench.requests import prepare
from bench.rows import Row, below, told
from bench.visitor import Visitor
from lms.crowd.people import workforce
from lms.crowd.tree import tree
from lms.settings import ROOT, Settings
from tests.support.databases import new_postgres_database, postgres_cluster

SIZES = (1_000, 10_000)
LARGE = (100_000,)
READS_A_SECOND, SAVES_A_SECOND = 20, 5
_SECONDS = 60
_LOAD = f"with {READS_A_SECOND} pages and {SAVES_A_SECOND} saves a second"


def measure(folder: Path) -> list[Row]:
    """Measure a thousand and ten thousand people on both databases, into an organisation of a thousand."""
    return _measure(folder, SIZES)


def measure_large(folder: Path) -> list[Row]:
    """Measure a hundred thousand people on both databases."""
    return _measure(folder, LARGE)


def _measure(folder: Path, sizes: tuple[int, ...]) -> list[Row]:
    rows: list[Row] = []
    with postgres_cluster() as cluster:
        for kind in ("SQLite", "PostgreSQL"):
            for people in sizes:
                url = new_postgres_database(cluster, f"roster_{people}") if kind == "PostgreSQL" else ""
                rows += _measure_one(folder / f"{kind}-{people}", url, kind, people)
    return rows


def write_roster(file: Path, people: int) -> None:
    """Write a file of so many people in teams of about 25, managers among them; seeded."""
    chance = random.Random(people)
    spots = tree(chance, people, max(1, people // 25))
    paths: dict[int, str] = {}
    for spot in spots:
        paths[spot.place] = spot.name if spot.parent is None else f"{paths[spot.parent]}/{spot.name}"
    with file.open("w", newline="") as output:
        writer = csv.writer(output)
        writer.writerow(["name", "sign_in_name", "email", "staff_number", "team", "joined_on", "role"])
        for each in workforce(chance, spots, date(2026, 11, 16).toordinal()):
            stay = each.stays[-1]
            writer.writerow(
                [each.name, each.sign_in_name, each.email or "", f"M{each.number:07}", paths[stay.team],
                 date.fromordinal(stay.joined).isoformat(), "manager" if each.leads is not None else ""]
            )  # fmt: skip


def _measure_one(folder: Path, url: str, kind: str, people: int) -> list[Row]:
    courses = folder / "courses"
    content.write_course(courses)
    settings = Settings(data_folder=folder / "data", courses_folder=courses, database_url=url)
    crowd = prepare(settings, people=1_000, a_team=25)
    file = folder / "people.csv"
    write_roster(file, people)
    where = f"{people:,} people from CSV, {kind}"
    with serving(settings, url) as server:
        stream = _Stream(server.origin, crowd)
        calm = max(_spent(stream.save) for _time in range(30))
        with stream.visiting():
            spent, worked = _import(file, settings, url)
    return [
        below(f"{where}, {_LOAD}: read, planned and written", spent, "s", _SECONDS),
        told(f"{where}: processor time of it", worked, "s"),
        told(f"{where}: load average of the last minute at its end", os.getloadavg()[0], "processes"),
        told(f"{where}: answers saved meanwhile", len(stream.saves), "answers"),
        told(f"{where}: pages shown meanwhile", len(stream.looks), "pages"),
        told(f"{where}: slowest save before", calm * 1000, "ms"),
        told(f"{where}: save meanwhile, p95", _p95(stream.saves), "ms"),
        below(f"{where}: slowest save meanwhile", max(stream.saves) * 1000, "ms", 1_000),
        told(f"{where}: page meanwhile, p95", _p95(stream.looks), "ms"),
        told(f"{where}: slowest page meanwhile", max(stream.looks) * 1000, "ms"),
    ]


class _Stream:
    """Visitors who keep a pace whatever the server does: a slow answer is not followed by fewer questions."""

    def __init__(self, origin: str, crowd: Crowd) -> None:
        self._origin, self._crowd = origin, crowd
        self.save = _saving(Visitor(origin, crowd.learners[0]))
        self.saves: list[float] = []
        self.looks: list[float] = []
        self._stop = threading.Event()

    @contextmanager
    def visiting(self) -> Iterator[None]:
        """Let them come and go while the block runs."""
        manager, learner = self._crowd.manager, self._crowd.learners[1]
        addresses = [
            (manager, "/manage/"),
            (manager, f"/manage/teams/{self._crowd.team_id}"),
            (learner, "/learn/"),
            (learner, "/learn/courses/bench/words"),
        ]
        pages = [partial(Visitor(self._origin, token).get, path) for token, path in addresses]
        acts = [(self.save, self.saves, SAVES_A_SECOND)]
        acts += [(page, self.looks, READS_A_SECOND / len(pages)) for page in pages]
        threads = [threading.Thread(target=self._again, args=act) for act in acts]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _again(self, act: Callable[[], object], spent: list[float], a_second: float) -> None:
        # One who could not come in time comes as soon as the one before has gone.
        due = time.perf_counter()
        while not self._stop.wait(max(0.0, due - time.perf_counter())):
            spent.append(_spent(act))
            due = max(due + 1 / a_second, time.perf_counter() - 1)


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[18] * 1000 if len(seconds) > 1 else seconds[0] * 1000


def _import(file: Path, settings: Settings, url: str) -> tuple[float, float]:
    """Run the command as an administrator does; returns its seconds and how many of them it worked."""
    surroundings = {
        **os.environ,
        "LMS_DATA_FOLDER": str(settings.data_folder),
        "LMS_COURSES_FOLDER": str(settings.courses_folder),
        **({"DATABASE_URL": url} if url else {}),
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "roster", "import", str(file), "--create-teams"]
    started, worked = time.perf_counter(), _worked()
    subprocess.run(command, check=True, cwd=ROOT, env=surroundings, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started, _worked() - worked


def _worked() -> float:
    """Return the processor's seconds of the processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _saving(visitor: Visitor) -> Callable[[], object]:
    """Return what saves an answer of one attempt, another one each time."""
    visitor.get("/learn/courses/bench/twenty")
    attempt = visitor.post("/learn/courses/bench/twenty/attempts")
    page = visitor.get(f"{attempt}?q=1")
    action = re.search(r'action="([^"]+/answers/[^"]+)"', page)
    options = re.findall(r'name="response"[^>]*value="([^"]+)"', page)
    assert action
    turn = 0

    def save() -> None:
        nonlocal turn
        turn += 1
        visitor.post(action[1], response=options[turn % len(options)])

    return save


def _spent(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
