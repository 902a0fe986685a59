"""Deletes the words of old observations, talks and what buddies saw, and drafts that nobody goes on with."""

from typing import Any

from sqlalchemy.orm import Session

from lms import clock
from lms.coaching.actions import clear_old
from lms.coaching.buddies.actions import clear_old as clear_old_sights
from lms.coaching.notes.actions import clear_old as clear_old_notes
from lms.jobs.context import Context, Result
from lms.store import writing


def clear_observations(context: Context, _payload: dict[str, Any]) -> Result:
    """Clear what is too old, a portion a transaction; the marks stay."""
    cleared = 0
    while True:
        # Few at a time: whoever saves an answer on SQLite waits for all of them.
        with Session(context.engine) as session, writing(session):
            done = sum(clear(session, clock.utc_now()) for clear in (clear_old, clear_old_notes, clear_old_sights))
        cleared += done
        if not done:
            return {"cleared": cleared}
