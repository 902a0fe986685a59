"""The hand that sends what lies in the outbox; as many nodes as like, each mail at most once."""

import logging
import threading

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lms import clock, store
from lms.jobs.handing import Fate, Hatch, Outcome
from lms.mail import actions, queries
from lms.mail.mail import Letter
from lms.mail.server import MailServer, mail_server
from lms.reminders.actions import untell
from lms.settings import Settings
from lms.store import writing

log = logging.getLogger("lantern.mailing")

LOOK_SECONDS = 3.0
# A server that is away is not asked for each of a thousand mails.
_PAUSE_SECONDS = 20.0


def send_mail(settings: Settings, stop: threading.Event) -> None:
    """Send what is due until told to stop; whatever is away, database or mail server, is tried again."""
    engine = store.open_engine(settings.resolved_database_url())
    server = mail_server(settings)
    while not stop.wait(LOOK_SECONDS):
        try:
            if not send_due(engine, server, stop):
                stop.wait(_PAUSE_SECONDS)
        except (SQLAlchemyError, OSError) as error:
            log.warning("could not look into the outbox, trying again: %s", type(error).__name__)
        except Exception:  # one mail that nobody thought of must not keep all others here for ever
            log.exception("could not send mail, trying again")
    engine.dispose()


def send_due(engine: Engine, server: MailServer | None, stop: threading.Event | None = None) -> bool:
    """Send every mail that is due; returns False when the mail server is away.

    Without a server they are set aside, and the outbox says why.
    """
    with Session(engine) as session:
        if not queries.has_due(session, clock.utc_now()):
            return True
        if server is None:
            with writing(session):
                # What was never sent was told to nobody: with a server it is told on the next working day.
                untell(session, actions.withhold_due(session, clock.utc_now()))
            return True
    hatch = Hatch(server)
    try:
        while stop is None or not stop.is_set():
            letter = _next(engine)
            if letter is None:
                return True
            outcome = hatch.hand_over(letter, clock.utc_now())
            _note(engine, letter, outcome)
            if outcome.is_away:
                log.warning("the mail server does not take mail: %s", outcome.words)
                return False
    finally:
        hatch.close()
    return True


def _next(engine: Engine) -> Letter | None:
    with Session(engine) as session, writing(session):
        return actions.take(session, clock.utc_now())


def _note(engine: Engine, letter: Letter, outcome: Outcome) -> None:
    now = clock.utc_now()
    with Session(engine) as session, writing(session):
        match outcome.fate:
            case Fate.TAKEN:
                actions.note_sent(session, letter, now)
            case Fate.UNKNOWN:
                actions.note_perhaps(session, letter, outcome.words, now)
            case Fate.NOT_NOW | Fate.NEVER:
                is_never = outcome.fate is Fate.NEVER
                actions.note_refused(session, letter, outcome.words, now, for_good=is_never)
