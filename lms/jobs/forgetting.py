"""Forgets jobs and mails that ended long ago."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from lms import clock
from lms.jobs.context import Context, Result
from lms.mail.actions import forget_mail
from lms.queue.actions import forget_finished
from lms.store import writing

KEPT = timedelta(days=60)
KEPT_MAIL = timedelta(days=180)


def forget_jobs(context: Context, _payload: dict[str, Any]) -> Result:
    """Delete what ended so long ago that nobody asks any more."""
    with Session(context.engine) as session, writing(session):
        forget_mail(session, clock.utc_now() - KEPT_MAIL)
        return {"forgotten": forget_finished(session, clock.utc_now() - KEPT)}
