"""People brought in from a CSV file by the command, while a learner saves answers and a manager looks at pages."""

import csv
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bench import content
from bench.managers import serving
from bench.requests import prepare
from bench.rows import Row, below, told
from bench.visitor import Visitor
from lms.crowd.people import workforce
from lms.crowd.tree import tree
from lms.settings import ROOT, Settings
from tests.support.databases import new_postgres_database, postgres_cluster

SIZES = (1_000, 10_000, 100_000)
_SECONDS = 60


def measure(folder: Path) -> list[Row]:
    """Measure every size on both databases, into an organisation of a thousand people."""
    rows: list[Row] = []
    with postgres_cluster() as cluster:
        for kind in ("SQLite", "PostgreSQL"):
            for people in SIZES:
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
        save = _saving(Visitor(server.origin, crowd.learners[0]))
        manager = Visitor(server.origin, crowd.manager)
        calm = max(_spent(save) for _time in range(30))
        saves, looks, stop = list[float](), list[float](), threading.Event()
        visitors = [
            threading.Thread(target=_again, args=(save, saves, stop)),
            threading.Thread(target=_again, args=(lambda: manager.get("/manage/"), looks, stop)),
        ]
        for visitor in visitors:
            visitor.start()
        spent = _import(file, settings, url)
        stop.set()
        for visitor in visitors:
            visitor.join()
    return [
        below(f"{where}: read, planned and written", spent, "s", _SECONDS),
        told(f"{where}: answers saved meanwhile", len(saves), "answers"),
        told(f"{where}: slowest save before", calm * 1000, "ms"),
        below(f"{where}: slowest save meanwhile", max(saves) * 1000, "ms", 1_000),
        below(f"{where}: slowest page of a manager meanwhile", max(looks) * 1000, "ms", 1_000),
    ]


def _import(file: Path, settings: Settings, url: str) -> float:
    """Run the command as an administrator does; returns its seconds. Raises unless it went well."""
    surroundings = {
        **os.environ,
        "LMS_DATA_FOLDER": str(settings.data_folder),
        "LMS_COURSES_FOLDER": str(settings.courses_folder),
        **({"DATABASE_URL": url} if url else {}),
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "roster", "import", str(file), "--create-teams"]
    started = time.perf_counter()
    subprocess.run(command, check=True, cwd=ROOT, env=surroundings, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


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


def _again(act: Callable[[], object], spent: list[float], stop: threading.Event) -> None:
    """Do it again and again, a moment apart as people are."""
    while not stop.wait(0.05):
        spent.append(_spent(act))
