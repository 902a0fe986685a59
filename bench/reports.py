"""The long report: 100,000 people by twelve courses as a workbook, and how much slower pages get meanwhile.

It is asked for on its page and made by the server's own queue, as anybody's is. Pages are asked in turn before it
and while it is being made; the process that makes it is looked at for the most memory it ever held.
"""

import re
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bench.managers import Seat, make, seats_of, serving, written
from bench.memory import family_of
from bench.rows import Row, below, told
from bench.visitor import Visitor
from lms.settings import Settings
from lms.web.building import build_app
from lms.web.extensions import db
from tests.support.databases import new_postgres_database, postgres_cluster

PEOPLE = 100_000
_SECONDS, _MEGABYTES, _SLOWER = 60, 300, 1.5
_LONGEST = 600.0
_BEFORE = 30
_PAGES = (("administrator", "/learn/"), ("team", "/manage/"), ("head", "/manage/head"))
_QUESTION = '{"version":1,"rows":"people","columns":["name","team","each_course"]}'


def measure(folder: Path) -> list[Row]:
    """Measure it on both databases."""
    rows = measure_one(folder / "SQLite", "", "SQLite")
    with postgres_cluster() as cluster:
        rows += measure_one(folder / "PostgreSQL", new_postgres_database(cluster, "reported"), "PostgreSQL")
    return rows


def measure_one(folder: Path, url: str, kind: str, people: int = PEOPLE) -> list[Row]:
    """Make the organisation unless it is there, and measure the report on it."""
    settings = Settings(data_folder=folder / "data", courses_folder=written(folder / "courses"), database_url=url)
    app = build_app(settings)
    with app.app_context():
        make(app, settings, people)
        seats = {seat.name: seat for seat in seats_of(db.session())}
    with serving(settings, url) as server:
        looks = _Looks(server.origin, seats)
        before = looks.take(lambda taken: taken < _BEFORE)
        asked = Visitor(server.origin, seats["administrator"].token)
        asked.get("/manage/reports/build")
        # Under a name of its own: what is asked for twice in a minute is one file.
        name = f"Everybody {time.time():.0f}"
        started = time.perf_counter()
        page = asked.post("/manage/reports/files", d=_QUESTION, form="xlsx", name=name)
        maker = _Maker(server.process.pid)
        meanwhile = looks.take(lambda _taken: maker.looks() and _is_being_made(asked, page, started))
        spent = time.perf_counter() - started
        found = re.search(r"Excel, ([\d,]+) rows", asked.get(page))
    if found is None:
        raise RuntimeError(f"the report was not made: {page}")
    where = f"{people:,} people x 12 courses, {kind}"
    rows = [
        told(f"rows of the report: {where}", float(found[1].replace(",", "")), "rows"),
        below(f"report to XLSX, from the press of the button: {where}", spent, "s", _SECONDS),
        below(f"most memory of the process that makes it: {where}", maker.most_megabytes, "MB", _MEGABYTES),
    ]
    for path, quiet in before.items():
        ratio = meanwhile[path] / quiet
        print(f"{path}: {quiet:.1f} ms before, {meanwhile[path]:.1f} ms meanwhile", file=sys.stderr, flush=True)
        rows.append(below(f"{path} while it is made, times its median before: {where}", ratio, "times", _SLOWER))
    return rows


class _Looks:
    """Pages asked one after another, over and over."""

    def __init__(self, origin: str, seats: dict[str, Seat]) -> None:
        self._visitors = [(Visitor(origin, seats[name].token), path) for name, path in _PAGES]

    def take(self, goes_on: Callable[[int], bool]) -> dict[str, float]:
        """Return each page's median in milliseconds over as many turns as it goes on."""
        spent: dict[str, list[float]] = {path: [] for _visitor, path in self._visitors}
        for visitor, path in self._visitors:
            visitor.get(path)
        turns = 0
        while goes_on(turns) or not turns:
            for visitor, path in self._visitors:
                spent[path].append(visitor.seconds_for(path) * 1000)
            turns += 1
        return {path: statistics.median(each) for path, each in spent.items()}


class _Maker:
    """The process that makes the report: the most memory it was ever seen to have held."""

    def __init__(self, server_id: int) -> None:
        self._server_id = server_id
        self.most_megabytes = 0.0

    def looks(self) -> bool:
        """Look at it; always true."""
        for process_id in family_of(self._server_id):
            folder = Path("/proc") / str(process_id)
            with suppress(OSError, StopIteration):
                if b"lms.jobs.alone" in (folder / "cmdline").read_bytes():
                    peak = next(line for line in (folder / "status").read_text().splitlines() if "VmHWM" in line)
                    self.most_megabytes = max(self.most_megabytes, int(peak.split()[1]) * 1024 / 1e6)
        return True


def _is_being_made(asked: Visitor, page: str, started: float) -> bool:
    if time.perf_counter() - started > _LONGEST:
        raise RuntimeError(f"the report took longer than {_LONGEST:.0f} s: {page}")
    return "It is ready" not in asked.get(page)
