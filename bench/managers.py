"""Every page of a manager at 1,000, 10,000 and 100,000 people, on SQLite and on PostgreSQL, beside hello-world.

The addresses come from the app itself: each of the manager's desk that shows a page is asked as the head of all,
as the manager of a unit of teams and as that of one team, wherever she may open it, and an administrator's and a
learner's beside them. Two programmes reach everybody and a unit. Each figure is kept in
`bench/pages.json`; `bench.curves` puts them into docs/scale.md.
"""

import http.client
import os
import re
import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from bench import content, load, pages
from bench.pages import Figure
from bench.people import sign_in
from bench.rows import Row, below, told
from bench.visitor import Visitor
from lms import clock, schema
from lms.accounts.roles import Role
from lms.accounts.tables import Membership, Person, RoleGrant, Team
from lms.content.queries import published_courses
from lms.crowd.filling import Wanted, make_organisation
from lms.feeds.actions import make_address
from lms.feeds.feed import FeedKind
from lms.jobs.context import Context
from lms.jobs.publishing import publish_courses
from lms.jobs.settling import settle_programme
from lms.jobs.tidying import count_teams_anew
from lms.plans.programme import Draft, DueKind, DueRule, Target, Who
from lms.plans.programme_actions import make_programme
from lms.plans.tables import Programme, ProgrammePerson
from lms.progress.tables import Attempt, Enrolment
from lms.queue.job import Ticket
from lms.settings import ROOT, Settings
from lms.store import writing
from lms.web.building import build_app
from lms.web.extensions import db
from lms.web.starting import bring_schema_up_to_date
from tests.support.databases import new_postgres_database, postgres_cluster, selects_of
from tests.support.server import RunningServer, running_server

SIZES = (1_000, 10_000)
LARGE = (100_000,)
LIMIT = 150
_TIMES = 18
# A page that takes a second is too slow, whatever its 95th percentile; and the door of calendars lets in only so
# many from one address a minute, also where all pages before were quick.
_FEW_TIMES = 6
# Files to take along and what is no page of numbers.
_NOT_PAGES = (".csv", ".xlsx", ".pdf", ".ics")
_MORE = {
    "head": ("/learn/",),
    "administrator": (
        "/admin/",
        "/admin/people",
        "/admin/people/{person_id}",
        "/admin/teams",
        "/admin/teams/{team_id}",
        "/admin/outbox",
        "/admin/jobs",
    ),
    "learner": (
        "/learn/",
        "/learn/courses",
        "/learn/practice",
        "/learn/practice/questions",
        "/learn/passport",
        "/learn/feedback",
        "/learn/coaching",
        "/learn/job-aids",
        "/learn/job-aids?q=refund",
        "/learn/search?q=refund",
        "/learn/me",
    ),
}
# A step that every organisation has people at.
_STEP = ("small-01", "lesson-1")
_PAST = timedelta(days=200)
_NAMES = 25
_PLACE = re.compile("<[^>]+>")
_HOLE = re.compile("{[^}]+}")


@dataclass(frozen=True)
class Seat:
    """Somebody who looks: tokens of her session and calendar, her team, and somebody in it with an attempt.

    `programme_id` is one that she may change, or 0; `above_id` is the organisation's, which reaches `reached`.
    """

    name: str
    token: str
    team_id: int
    person_id: int
    attempt_id: int
    calendar: str
    programme_id: int
    above_id: int
    reached: int


def measure(folder: Path) -> list[Row]:
    """Measure a thousand and ten thousand people on both databases: some minutes."""
    return _measure(folder, SIZES)


def measure_large(folder: Path) -> list[Row]:
    """Measure a hundred thousand people on both databases: half an hour and 6 GB of disk."""
    return _measure(folder, LARGE)


def _measure(folder: Path, sizes: tuple[int, ...]) -> list[Row]:
    rows: list[Row] = []
    with postgres_cluster() as cluster:
        for kind in ("SQLite", "PostgreSQL"):
            for people in sizes:
                here = folder / f"{kind}-{people}"
                url = new_postgres_database(cluster, f"made_{people}") if kind == "PostgreSQL" else ""
                rows += measure_one(here, url, kind, people)
                shutil.rmtree(here, ignore_errors=True)
    return rows


def measure_one(folder: Path, url: str, kind: str, people: int) -> list[Row]:
    """Make one organisation unless it is there, measure every page and keep the figures."""
    settings = Settings(data_folder=folder / "data", courses_folder=written(folder / "courses"), database_url=url)
    app = build_app(settings)
    started = time.perf_counter()
    with app.app_context():
        made = make(app, settings, people)
        spent = time.perf_counter() - started
        seats = seats_of(db.session())
        asked, engine = list(_asked(app, seats)), db.engine
    # Outside of that context: what a request keeps for itself must not reach the next.
    costs = {(name, seat.name): _cost(app, engine, seat, path) for name, seat, path in asked}
    with load.hello_world(1) as address:
        hello = _hello(address)
    figures = []
    with serving(settings, url) as server:
        for name, seat, path in asked:
            cost = costs[name, seat.name]
            if cost is None:
                continue
            half, most = _milliseconds(Visitor(server.origin, seat.token), path)
            rounded = (round(spent, 1) for spent in (half, most, cost.work))
            figures.append(Figure(name, seat.name, kind, people, cost.queries, *rounded))
            print(f"{figures[-1]}", file=sys.stderr, flush=True)
    pages.keep(figures)
    return [
        *([told(f"organisation made: {people:,} people, {kind}", spent, "s")] if made else []),
        *_summed_up(figures, f"{people:,} people, {kind}", hello),
    ]


def _summed_up(figures: list[Figure], where: str, hello: float) -> list[Row]:
    slowest = max(figures, key=lambda figure: figure.half)
    late = sum(figure.half > LIMIT for figure in figures)
    middle = statistics.median(figure.half for figure in figures)
    return [
        told(f"hello-world, median: beside {where}", hello, "ms"),
        told(f"managers' pages, median of their medians: {where}", middle, "ms"),
        below(f"managers' pages, slowest ({slowest.page}, {slowest.seat}): {where}", slowest.half, "ms", LIMIT),
        below(f"managers' pages above {LIMIT} ms, of {len(figures)}: {where}", late, "pages", 0),
        told(f"load average of the last minute: beside {where}", os.getloadavg()[0], "processes"),
    ]


def written(folder: Path) -> Path:
    """Write the courses that the product comes with and eight small ones; returns their folder."""
    if not folder.exists():
        shutil.copytree(ROOT / "courses", folder)
        content.write_small(folder, 12 - sum((each / "course.md").exists() for each in folder.iterdir()))
    return folder


def make(app: Flask, settings: Settings, people: int) -> bool:
    """Make the organisation unless it is there; returns whether it was made now."""
    bring_schema_up_to_date()
    publish_courses(db.engine, settings)
    session = db.session()
    if session.scalar(select(func.count()).select_from(Person)):
        return False
    courses = published_courses(session)
    with writing(session):
        make_organisation(session, schema.metadata, courses, clock.utc_now(), Wanted(people, people // 25, 1))
    count_teams_anew(db.engine, clock.utc_now())
    make_programmes(settings, session)
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return True


def make_programmes(settings: Settings, session: Session) -> None:
    """Make a programme of the organisation and one of a unit, each of two courses, and bring everybody in."""
    top, unit, _leaf = _places(session)
    by = session.scalars(select(RoleGrant.person_id).where(RoleGrant.team_id == top)).first() or 0
    now = clock.utc_now()
    for name, team_id in (("Everybody's first weeks", None), ("First weeks in this unit", unit)):
        target = Target(Who.EVERYONE, now.date() - _PAST, team_id=team_id)
        after = DueRule(DueKind.AFTER_COMING, days=60)
        steps = (("small-01", after), ("small-02", after))
        with writing(session):
            saved = make_programme(session, Draft(name, "", team_id, True, steps, (target,)), by, now)
        ticket = Ticket(0, 1, "programmes.settle", {})
        settle_programme(
            Context(db.engine, settings, ticket), {"programme": saved.programme_id, "version": saved.version}
        )


@contextmanager
def serving(settings: Settings, url: str) -> Iterator[RunningServer]:
    """Serve the organisation as `make run` does."""
    more = {"DATABASE_URL": url} if url else {}
    folders: dict[str, Any] = {"LMS_COURSES_FOLDER": str(settings.courses_folder), "LMS_ENV": "development"}
    with running_server(settings.data_folder, **folders, **more) as server:
        yield server


def seats_of(session: Session) -> list[Seat]:
    """Return the head, the manager of a unit of teams, that of a team, and an administrator; signed in."""
    top, unit, leaf = _places(session)
    found = []
    for name, team_id in (("head", top), ("unit", unit), ("team", leaf)):
        grant = select(RoleGrant.person_id).where(RoleGrant.team_id == team_id, RoleGrant.revoked_at.is_(None))
        found.append(_seat(session, name, session.scalars(grant).one(), team_id, leaf))
    by_role = select(RoleGrant.person_id).where(RoleGrant.role == Role.ADMINISTRATOR)
    found.append(_seat(session, "administrator", session.scalars(by_role).first() or 0, top, leaf))
    found.append(_seat(session, "learner", found[0].person_id, leaf, leaf))
    return found


def _places(session: Session) -> tuple[int, int, int]:
    """Return the team of all, a unit of teams and a team of it."""
    parents = select(Team.parent_id).where(Team.parent_id.is_not(None))
    top = session.scalars(select(Team.id).where(Team.parent_id.is_(None))).first()
    leaf, unit = session.execute(
        select(Team.id, Team.parent_id).where(Team.id.not_in(parents)).order_by(Team.id).limit(1)
    ).one()
    return top or 0, unit or 0, leaf


def _seat(session: Session, name: str, person_id: int, team_id: int, leaf: int) -> Seat:
    learnt = (
        select(Enrolment.person_id, Attempt.id)
        .join(Attempt, Attempt.enrolment_id == Enrolment.id)
        .join(Membership, Membership.person_id == Enrolment.person_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Membership.team_id == leaf, Membership.left_on.is_(None), Person.disabled_at.is_(None))
        .limit(1)
    )
    learner, attempt_id = session.execute(learnt).one()
    with writing(session):
        token = sign_in(session, person_id, clock.utc_now())
        calendar = make_address(session, person_id, FeedKind.TEAMS, clock.utc_now())
    live = select(Programme.id).where(Programme.withdrawn_at.is_(None))
    above = session.scalars(live.where(Programme.owner_team_id.is_(None))).first() or 0
    hers = session.scalars(live.where(Programme.owner_team_id == team_id)).first() or 0
    reached = session.scalar(select(func.count()).where(ProgrammePerson.programme_id == above)) or 0
    programme_id = above if name == "administrator" else hers
    return Seat(name, token, team_id, learner, attempt_id, calendar, programme_id, above, reached)


def _asked(app: Flask, seats: list[Seat]) -> Iterator[tuple[str, Seat, str]]:
    """Yield each page by a name, who asks, and its address; pages whose objects nobody has are left out."""
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("manage.")
        and "GET" in (rule.methods or ())
        and not rule.rule.endswith(_NOT_PAGES)
    ]
    for seat in seats:
        given: dict[str, Any] = {
            "team_id": seat.team_id, "person_id": seat.person_id, "attempt_id": seat.attempt_id,
            "programme_id": seat.programme_id,
        }  # fmt: skip
        with app.test_request_context():
            for rule in sorted(rules, key=str) if seat.name != "learner" else ():
                is_anybodys = rule.arguments <= {"programme_id"}
                if rule.arguments <= set(given) and (seat.name != "administrator" or is_anybodys):
                    path = app.url_for(rule.endpoint, **{name: given[name] for name in rule.arguments})
                    yield _PLACE.sub("…", rule.rule), seat, path
            for name, path in _named(app, seat) if seat.name != "learner" else ():
                yield name, seat, path
        for path in _MORE.get(seat.name, ()):
            yield _HOLE.sub("…", path), seat, path.format(**given)


def _named(app: Flask, seat: Seat) -> Iterator[tuple[str, str]]:
    """Yield the pages of a manager that ask for more than a rule tells, by a name, with their addresses."""
    past, (slug, step) = (clock.utc_now() - _PAST).date(), _STEP
    whole = app.url_for("manage.programme_page", programme_id=seat.above_id)
    yield "/manage/compliance, 200 days ago", app.url_for("manage.compliance_page", on=past)
    yield "calendar of one's teams", app.url_for("visit.calendar_feed", token=seat.calendar)
    if seat.name == "administrator":
        yield "/manage/programmes/…, its last people", f"{whole}?from={seat.reached - _NAMES}"
    else:
        yield "/manage/programmes/…, from above", whole
        stuck = app.url_for("manage.stuck_page", team_id=seat.team_id, slug=slug, step=step)
        yield "/manage/teams/…/stuck/…", stuck


@dataclass(frozen=True)
class _Cost:
    """How many queries a page asks, and how many milliseconds of the processor it takes."""

    queries: int
    work: float


def _cost(app: Flask, engine: Engine, seat: Seat, path: str) -> _Cost | None:
    """Return what the page costs once what is kept a second is known; None where she may not look."""
    client = app.test_client()
    client.set_cookie("lantern", seat.token)
    if client.get(path).status_code != 200:
        return None
    with selects_of(engine) as asked:
        client.get(path)
    worked = []
    for _time in range(3):
        began = time.process_time()
        client.get(path)
        worked.append(time.process_time() - began)
    return _Cost(len(asked), statistics.median(worked) * 1000)


def _milliseconds(visitor: Visitor, path: str) -> tuple[float, float]:
    """Return the median and the 95th percentile of the page once it is warm."""
    visitor.get(path)
    is_quick = visitor.seconds_for(path) < 1 and not path.startswith("/calendar/")
    times = _TIMES if is_quick else _FEW_TIMES
    spent = [visitor.seconds_for(path) * 1000 for _time in range(times)]
    return statistics.median(spent), statistics.quantiles(spent, n=20, method="inclusive")[18]


def _hello(address: str) -> float:
    parts = urlsplit(address)
    spent = []
    for _time in range(50):
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        started = time.perf_counter()
        connection.request("GET", "/")
        connection.getresponse().read()
        spent.append(time.perf_counter() - started)
        connection.close()
    return statistics.median(spent) * 1000
