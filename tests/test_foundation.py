"""The ground everything stands on: both databases, the guard against writes outside `writing`."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.store import NotWritingError, writing
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


def test_health_answers_when_it_serves(app: Flask) -> None:
    assert Browser(app).get("/healthz").text == "ok\n"
