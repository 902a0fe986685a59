"""What has to happen although nobody asks: attempts whose time is up are closed, what has expired is forgotten.

Every step may run on several nodes at once and again after a crash: each is done once or changes nothing.
"""

import logging
import threading
import time
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lms import clock, store
from lms.accounts.actions import forget_expired
from lms.accounts.tables import Membership
from lms.accounts.throttle_actions import forget_old_tries
from lms.content.draft_actions import forget_presence
from lms.credentials.actions import award_what_is_due
from lms.interop.running import forget_old
from lms.plans.allowance_actions import follow_ends
from lms.plans.settling_actions import settle
from lms.progress.attempt_actions import close_overdue
from lms.settings import Settings
from lms.store import writing
from lms.units import actions as units
from lms.units.queries import has_touched

log = logging.getLogger("lantern.tidying")

LOOK_SECONDS = 15.0
_FORGET_SECONDS = 3_600.0
_KEPT_SESSIONS = timedelta(days=60)
_KEPT_TRIES = timedelta(days=2)
_KEPT_PRESENCE = timedelta(days=1)
_MOVES_LOOKED_AT = timedelta(days=2)


def tidy(settings: Settings, stop: threading.Event) -> None:
    """Tidy up until told to stop; a database that is away is tried again at the next turn."""
    engine = store.open_engine(settings.resolved_database_url())
    forgot_at = float("-inf")
    moved_on: date | None = None
    while not stop.wait(LOOK_SECONDS):
        try:
            close_what_is_over(engine, clock.utc_now())
            count_teams_anew(engine, clock.utc_now())
            if clock.utc_now().date() != moved_on:
                note_todays_moves(engine, clock.utc_now())
                moved_on = clock.utc_now().date()
            if time.monotonic() - forgot_at > _FORGET_SECONDS:
                forgot_at = time.monotonic()
                forget(engine, clock.utc_now())
                forget_old(settings.data_folder)
                follow_moves(engine, clock.utc_now())
        except (SQLAlchemyError, OSError) as error:
            log.warning("could not tidy up, trying again: %s", type(error).__name__)
    engine.dispose()


def close_what_is_over(engine: Engine, now: datetime) -> int:
    """Close every attempt whose time is up and issue what that completes; returns how many were closed."""
    closed = 0
    while True:
        with Session(engine) as session, writing(session):
            results = close_overdue(session, now)
            for result in results:
                award_what_is_due(session, result.enrolment_id, now)
        closed += len(results)
        if not results:
            return closed


def forget(engine: Engine, now: datetime) -> None:
    """Forget sessions, links and failed tries that ended long ago."""
    with Session(engine) as session, writing(session):
        forget_expired(session, now - _KEPT_SESSIONS)
        forget_old_tries(session, now - _KEPT_TRIES)
        forget_presence(session, now - _KEPT_PRESENCE)


def follow_moves(engine: Engine, now: datetime) -> None:
    """Give who joined or left a team these days what the teams were assigned: moves are often entered ahead.

    What nobody was asked for while exempt is due again once the exemption ended.
    """
    since, until = now.date() - _MOVES_LOOKED_AT, now.date() + timedelta(days=1)
    days = Membership.joined_on.between(since, until) | Membership.left_on.between(since, until)
    with Session(engine) as session, writing(session):
        moved = set(session.scalars(select(Membership.person_id).where(days)))
        settle(session, moved, now)
        follow_ends(session, now)


def count_teams_anew(engine: Engine, now: datetime) -> int:
    """Count the teams anew that many-sided deeds have noted, a portion a transaction; returns how many."""
    counted = 0
    while True:
        with Session(engine) as session:
            if not has_touched(session):
                return counted
            with writing(session):
                # Few at a time: whoever saves an answer on SQLite waits for all of them.
                counted += units.settle_noted(session, now.date(), units.AT_ONCE)


def note_todays_moves(engine: Engine, now: datetime) -> None:
    """Note the teams that somebody joins or leaves these days: nobody changes a row on the day itself."""
    with Session(engine) as session, writing(session):
        units.note_moves(session, now.date() - _MOVES_LOOKED_AT, now.date())
