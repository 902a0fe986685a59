"""The manager's page for a team of 1,000 and the organisation's summary at 100,000 people."""

import statistics
import time
from pathlib import Path

from bench import content
from bench.requests import prepare, serving
from bench.rows import Row, below, told
from bench.visitor import Visitor
from lms.settings import Settings
from lms.web.building import build_app
from lms.web.extensions import db
from tests.support.databases import selects_of

_TIMES = 15


def measure(folder: Path) -> list[Row]:
    """Measure both pages, warm, one visitor."""
    courses = folder / "courses"
    content.write_course(courses)
    rows: list[Row] = []
    counts = []
    for people, a_team in ((10, 10), (1_000, 1_000), (100_000, 25)):
        settings = Settings(data_folder=folder / f"data-{people}", courses_folder=courses)
        crowd = prepare(settings, people=people, a_team=a_team)
        team = f"/manage/teams/{crowd.team_id}"
        if people <= 1_000:
            counts.append(_count(settings, crowd.manager, team))
        with serving(settings) as server:
            manager = Visitor(server.origin, crowd.manager)
            if people == 1_000:
                rows.append(
                    below("manager's page, team of 1,000, warm median", _milliseconds(manager, team), "ms", 100)
                )
            if people == 100_000:
                spent = _milliseconds(manager, "/manage/organisation")
                rows.append(below("organisation's summary at 100,000 people, warm median", spent, "ms", 150))
    rows.append(told("manager's page, queries at 10 people", counts[0], "queries"))
    rows.append(below("manager's page, queries at 1,000 people", counts[1], "queries", counts[0]))
    return rows


def _milliseconds(visitor: Visitor, path: str) -> float:
    visitor.get(path)
    return statistics.median(visitor.seconds_for(path) for _ in range(_TIMES)) * 1000


def _count(settings: Settings, token: str, path: str) -> int:
    """Return how many queries the page asks once what is kept a second is known."""
    app = build_app(settings)
    client = app.test_client()
    client.set_cookie("lantern", token)
    client.get(path)
    started = time.monotonic()
    with app.app_context(), selects_of(db.engine) as asked:
        answer = client.get(path)
    assert answer.status_code == 200
    assert time.monotonic() - started < 1
    return len(asked)
