"""Whose course is whose at the trainer's desk: named trainers reach their own, others find nothing there."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.audit.tables import AuditEntry
from lms.content import trainer_actions, trainer_queries
from lms.store import writing
from tests.support import world
from tests.support.browser import Browser
from tests.support.databases import selects_of
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def bees(app: Flask, session: Session, now: datetime) -> World:
    """The cast and the course of the bees, where Otto holds the trainer's role as Tom does."""
    return world.with_two_trainers(session, now)


def _name(session: Session, person_id: int, now: datetime) -> None:
    with writing(session):
        assert trainer_actions.name_trainer(session, "bees", person_id, now=now, by=None)


def _addresses(app: Flask, bees: World) -> Iterator[tuple[str, str]]:
    """Yield method and path of each of the desk's addresses that names a course, filled with that of the bees."""
    given: dict[str, Any] = {
        "slug": "bees",
        "activity_id": "read",
        "question_id": "pick",
        "number": 1,
        "name": "read.md",
    }
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if not rule.endpoint.startswith("teach.") or "slug" not in rule.arguments:
                continue
            path = url_for(rule.endpoint, **{name: given.get(name, 1) for name in rule.arguments})
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield method, path


def test_a_course_that_names_nobody_is_every_trainers(app: Flask, bees: World) -> None:
    for who in ("tom", "otto", "ada"):
        assert "bees" in Browser(app, bees.tokens[who]).get("/teach/").text
        Browser(app, bees.tokens[who]).get("/teach/courses/bees")


def test_others_find_nothing_at_any_address_of_a_course_that_is_not_theirs(
    app: Flask, session: Session, bees: World, now: datetime
) -> None:
    _name(session, bees.cast.tom, now)
    otto = Browser(app, bees.tokens["otto"])
    token = otto.csrf_token()
    addresses = list(_addresses(app, bees))
    assert ("GET", "/teach/courses/bees/read") in addresses
    for method, path in addresses:
        data = {"csrf_token": token} if method == "POST" else None
        response = otto.client.open(path, method=method, data=data)
        assert response.status_code == 404, f"{method} {path}"
    assert "bees" not in otto.get("/teach/").text


def test_who_is_named_and_administrators_reach_it(
    app: Flask, session: Session, bees: World, now: datetime
) -> None:
    _name(session, bees.cast.tom, now)
    for who in ("tom", "ada"):
        browser = Browser(app, bees.tokens[who])
        browser.get("/teach/courses/bees")
        browser.get("/teach/courses/bees/read")
        assert "bees" in browser.get("/teach/").text


def test_the_role_is_needed_besides_the_name(app: Flask, session: Session, bees: World, now: datetime) -> None:
    _name(session, bees.cast.lena, now)
    Browser(app, bees.tokens["lena"]).get("/teach/courses/bees", 404)


def test_an_administrator_names_and_takes_off(app: Flask, session: Session, bees: World) -> None:
    ada, tom, otto = (Browser(app, bees.tokens[who]) for who in ("ada", "tom", "otto"))
    before = session.scalar(select(func.count(AuditEntry.id))) or 0
    session.rollback()
    page = ada.post("/admin/courses/bees/trainers", {"person": bees.cast.tom}, 303)
    assert page.headers["Location"].endswith("/admin/courses/bees#trainers")
    ada.post("/admin/courses/bees/trainers", {"person": bees.cast.tom}, 303)
    assert "Tom Okafor" in ada.get("/admin/courses/bees").text
    otto.get("/teach/courses/bees", 404)
    tom.get("/teach/courses/bees")
    ada.post(f"/admin/courses/bees/trainers/{bees.cast.tom}/drop", {}, 303)
    otto.get("/teach/courses/bees")
    # The second naming changed nothing, so it left no entry.
    assert session.scalar(select(func.count(AuditEntry.id))) == before + 2


@pytest.mark.parametrize("person", ["", "x", "0", "999999", "lena"])
def test_nobody_is_named_who_does_not_hold_the_role(
    app: Flask, session: Session, bees: World, person: str
) -> None:
    wanted = str(bees.cast.lena) if person == "lena" else person
    Browser(app, bees.tokens["ada"]).post("/admin/courses/bees/trainers", {"person": wanted}, 303)
    assert trainer_queries.trainers_of(session, "bees") == frozenset()


def test_naming_twice_at_once_is_once(session: Session, bees: World, now: datetime) -> None:
    _name(session, bees.cast.tom, now)
    with writing(session):
        assert not trainer_actions.name_trainer(session, "bees", bees.cast.tom, now=now, by=bees.cast.ada)
        assert trainer_actions.drop_trainer(session, "bees", bees.cast.tom)
        assert not trainer_actions.drop_trainer(session, "bees", bees.cast.tom)


def test_one_query_tells_whose_a_course_is(session: Session, bees: World, now: datetime) -> None:
    _name(session, bees.cast.tom, now)
    with selects_of(session.get_bind()) as asked:
        assert trainer_queries.may_train(session, bees.cast.tom, "bees")
        assert not trainer_queries.may_train(session, bees.cast.otto, "bees")
        assert trainer_queries.courses_of_others(session, bees.cast.otto) == {"bees"}
    assert len(asked) == 3
