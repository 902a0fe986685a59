"""The ground everything stands on: both databases, the guard against writes outside `writing`."""

import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.store import NotWritingError, open_engine, writing
from tests.support import cast
from tests.support.browser import Browser


def test_the_cast_is_there_on_both_databases(session: Session, now) -> None:
    people = cast.bring_in(session, now)
    assert session.scalar(select(Person.name).where(Person.id == people.lena)) == "Lena Brandt"


def test_a_write_outside_writing_is_refused(session: Session, now) -> None:
    session.add(Person(name="Eve", sign_in_name="eve", created_at=now))
    with pytest.raises(NotWritingError):
        session.flush()


def test_writing_does_not_nest(session: Session) -> None:
    with writing(session), pytest.raises(RuntimeError), writing(session):
        pass


def test_whoever_waits_to_write_comes_before_who_writes_again_at_once(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'turns.sqlite3'}")
    wants, order = threading.Event(), list[str]()

    def wait_for_a_turn() -> None:
        with Session(engine) as session:
            wants.set()
            with writing(session):
                order.append("waited")

    waiting = threading.Thread(target=wait_for_a_turn)
    with Session(engine) as session:
        for _portion in range(4):
            with writing(session):
                if not order:
                    waiting.start()
                    wants.wait()
                    time.sleep(0.1)
                order.append("wrote")
    waiting.join()
    engine.dispose()
    assert order == ["wrote", "waited", "wrote", "wrote", "wrote"]


def test_health_answers_when_it_serves(app: Flask) -> None:
    assert Browser(app).get("/healthz").text == "ok\n"
