"""Observations for tests: what somebody wrote down, and one that was given."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from lms.coaching import actions
from lms.coaching.actions import Begun
from lms.coaching.observation import Channel, Mark, Mode, NextStep, Strength, Written
from lms.store import writing

HEARD = "“That’s three too many. I have it now.”"
WRITTEN = Written(
    mode=Mode.LIVE,
    channel=Channel.PHONE,
    happened_on=date(2026, 11, 16),
    minutes=2,
    contact="Tuesday, the third after 10:00",
    marks=(Mark("ready", "greet", 2), Mark("listen", "listen", 0)),
    words_heard=HEARD,
    strength=Strength("When he said it was his third call", "you named the three calls", "and he gave the number"),
    next_step=NextStep("a customer says it twice", "say what I will do first", look_again_on=date(2026, 11, 30)),
)


def form_of(person_id: int, observer_id: int, release_id: int, **more: Any) -> dict[str, Any]:
    """Return the form of `WRITTEN` as the page of the checklist `seen` sends it."""
    return {
        "key": "a-key-of-the-browser",
        "writer": str(observer_id),
        "person": str(person_id),
        "release": str(release_id),
        "checklist": "seen",
        "looked-for": ["ready", "listen"],
        "mark-ready": "2",
        "mark-listen": "0",
        "mode": "live",
        "channel": "phone",
        "day": "2026-11-16",
        "minutes": "2",
        "contact": WRITTEN.contact,
        "words-heard": HEARD,
        "strength-situation": WRITTEN.strength.situation,
        "strength-behaviour": WRITTEN.strength.behaviour,
        "strength-impact": WRITTEN.strength.impact,
        "step-when": WRITTEN.next_step.when,
        "step-then": WRITTEN.next_step.then,
        "look-again": "2026-11-30",
        "do": "give",
        **more,
    }


def begun(
    session: Session,
    observee_id: int,
    observer_id: int,
    team_id: int,
    release_id: int,
    now: datetime,
    *,
    key: str = "k" * 20,
    **more: Any,
) -> int:
    """Begin a draft and return its number."""  # fmt: skip
    written = replace(WRITTEN, **more)
    with writing(session):
        order = Begun(observee_id, observer_id, team_id, release_id, "seen", key)
        return actions.keep_draft(session, order, written, now).observation_id


def given(
    session: Session,
    observee_id: int,
    observer_id: int,
    team_id: int,
    release_id: int,
    now: datetime,
    *,
    key: str = "g" * 20,
    **more: Any,
) -> int:
    """Give an observation and return its number."""  # fmt: skip
    number = begun(session, observee_id, observer_id, team_id, release_id, now, key=key, **more)
    with writing(session):
        assert actions.give(session, number, observer_id, replace(WRITTEN, **more), counts=True, now=now)
    return number


def days(count: float) -> timedelta:
    """Return so many days."""
    return timedelta(days=count)
