"""What tests of signing in need: a clock they set, secrets already hashed, what the database says of sessions."""

from datetime import datetime, timedelta
from functools import cache

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts import actions, passwords
from lms.accounts.tables import SignInSession
from lms.store import writing

PASSWORD = "seven grey herons dance"
PIN = "4071"


class Clock:
    """The server's clock, standing still until a test moves it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
        """Set the clock to this moment."""
        self.now = now
        monkeypatch.setattr(clock, "utc_now", lambda: self.now)

    def passes(self, **time: float) -> None:
        """Move the clock on by this `timedelta`."""
        self.now += timedelta(**time)


@cache
def hashed(secret: str) -> str:
    """Return the hash of a secret, made once a test run."""
    return passwords.hashed(secret)


def give_password(session: Session, person_id: int, now: datetime, password: str = PASSWORD) -> None:
    """Give the person a password."""
    with writing(session):
        actions.set_password(session, person_id, hashed(password), now)


def give_card(session: Session, person_id: int, now: datetime, pin: str | None = PIN) -> str:
    """Give the person a card and a PIN; returns the card's code."""
    with writing(session):
        code = actions.make_card(session, person_id, now)
        actions.set_pin(session, person_id, hashed(pin) if pin else None, now)
    return code


def sessions_of(session: Session, person_id: int) -> list[SignInSession]:
    """Return the person's session rows as they are stored now, oldest first."""
    session.rollback()
    session.expire_all()
    statement = select(SignInSession).where(SignInSession.person_id == person_id)
    return list(session.scalars(statement.order_by(SignInSession.created_at, SignInSession.token_hash)))
