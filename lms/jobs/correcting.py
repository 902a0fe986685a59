"""Marks past attempts again, in portions, where a correction has more of them than its own request could do."""

import logging
import threading

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lms import clock, store
from lms.credentials.correction_actions import carry_on
from lms.progress.correction_queries import unfinished
from lms.settings import Settings
from lms.store import writing

log = logging.getLogger("lantern.correcting")

LOOK_SECONDS = 2.0
# So many enrolments a transaction: others write in between.
PORTION = 50


def correct(settings: Settings, stop: threading.Event) -> None:
    """Carry on with what is unfinished until told to stop; a database that is away is tried again."""
    engine = store.open_engine(settings.resolved_database_url())
    while not stop.wait(LOOK_SECONDS):
        try:
            finish_corrections(engine, stop)
        except (SQLAlchemyError, OSError) as error:
            log.warning("could not mark again, trying again: %s", type(error).__name__)
    engine.dispose()


def finish_corrections(engine: Engine, stop: threading.Event | None = None) -> int:
    """Mark again whatever is left, oldest correction first; returns how many portions that took."""
    portions = 0
    with Session(engine) as session:
        waiting = unfinished(session)
    for correction_id in waiting:
        while stop is None or not stop.is_set():
            with Session(engine) as session, writing(session):
                portion = carry_on(session, correction_id, clock.utc_now(), PORTION, wait=False)
            if portion is None:  # somebody else is at it
                break
            portions += 1
            if portion.is_finished:
                break
    return portions
