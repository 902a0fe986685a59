"""The hand that does jobs: takes one, keeps its lease alive while the handler works, says how it went.

Runs in the helper process of every node where `LMS_WORK_JOBS` is on, and in `flask jobs work`. Two lanes: light
jobs one after the other in a thread, those that want a process of their own one at a time beside them. A third
thread sends mail, so that a mail server that is slow to answer keeps nobody waiting.
"""

import logging
import os
import socket
import threading
import time
import traceback
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lms import clock, store
from lms.jobs import fostering, handlers, mailing
from lms.jobs.context import Context, GivenUpError, Result, StoppedError
from lms.queue import actions, queries
from lms.queue.job import LEASE, Ticket
from lms.settings import Settings
from lms.store import writing

log = logging.getLogger("lantern.working")

LOOK_SECONDS = 1.0
_PERIODIC_SECONDS = 20.0
_PULSE_SECONDS = 1.0
_RENEW_SECONDS = LEASE.total_seconds() / 4
# A light handler that does not look up is left behind; its lease ends, and the job comes back.
_SECONDS_TO_LEAVE = 20.0


def work(settings: Settings, stop: threading.Event) -> None:
    """Do jobs and send mail until told to stop."""
    lanes = [
        threading.Thread(target=_lane, args=(settings, stop, False), name="light jobs", daemon=True),
        threading.Thread(target=_lane, args=(settings, stop, True), name="heavy jobs", daemon=True),
        threading.Thread(target=mailing.send_mail, args=(settings, stop), name="mailing", daemon=True),
    ]
    for lane in lanes:
        lane.start()
    stop.wait()
    until = time.monotonic() + _SECONDS_TO_LEAVE
    for lane in lanes:
        lane.join(max(0.0, until - time.monotonic()))


def _lane(settings: Settings, stop: threading.Event, is_alone: bool) -> None:
    engine = store.open_engine(settings.resolved_database_url())
    looked_at = float("-inf")
    while not stop.is_set():
        try:
            if not is_alone and time.monotonic() - looked_at > _PERIODIC_SECONDS:
                looked_at = time.monotonic()
                ask_for_what_is_due(engine)
            if do_next(engine, settings, _kinds(is_alone), stop):
                continue
        except (SQLAlchemyError, OSError) as error:
            log.warning("could not look for jobs, trying again: %s", type(error).__name__)
        except Exception:  # a lane that ended would not be missed until somebody wonders where her report is
            log.exception("could not look for jobs, trying again")
        stop.wait(LOOK_SECONDS)
    engine.dispose()


def _kinds(is_alone: bool) -> frozenset[str]:
    return frozenset(name for name, kind in handlers.KINDS.items() if kind.is_alone is is_alone)


def ask_for_what_is_due(engine: Engine) -> None:
    """Ask for each periodic job of the span that is now, unless somebody has."""
    now = clock.utc_now()
    with Session(engine) as session:
        due = [each for each in handlers.PERIODIC if not queries.has_slot(session, each.kind, each.slot(now))]
        if due:
            with writing(session):
                for each in due:
                    actions.ensure_slot(session, each.kind, each.slot(now), now=now)


def work_off(engine: Engine, settings: Settings) -> int:
    """Do every job that is due now, here, until none is; returns how many."""
    done, stop = 0, threading.Event()
    while do_next(engine, settings, handlers.KINDS, stop):
        done += 1
    return done


def do_next(engine: Engine, settings: Settings, kinds: Collection[str], stop: threading.Event) -> bool:
    """Take one job of these kinds and see it through; returns False when none is due."""
    with Session(engine) as session:
        if not queries.has_work(session, kinds, clock.utc_now()):
            return False
        with writing(session):
            ticket = actions.claim(session, kinds, _worker(), clock.utc_now())
    if ticket is None:
        return False
    _see_through(engine, settings, ticket, stop)
    return True


def _worker() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _see_through(engine: Engine, settings: Settings, ticket: Ticket, stop: threading.Event) -> None:
    is_lost, is_over = threading.Event(), threading.Event()
    context = Context(engine, settings, ticket, (stop, is_lost))
    pulse = threading.Thread(target=_keep_alive, args=(context, is_lost, is_over), name="pulse", daemon=True)
    pulse.start()
    try:
        ending = _ending_of(context, stop)
    finally:
        is_over.set()
        pulse.join()
    if ending is not None:
        _tell(engine, ending)


def _ending_of(context: Context, stop: threading.Event) -> Callable[[Session], bool] | None:
    """Let the handler work; returns what is to be said about it, None when it is no longer ours to say."""
    ticket = context.ticket
    try:
        result = _run(context)
    except StoppedError:
        if not stop.is_set():
            return None
        return lambda session: actions.release(session, ticket, clock.utc_now())
    except GivenUpError as error:
        words = str(error)
        return lambda session: actions.fail(session, ticket, words, clock.utc_now(), for_good=True)
    except Exception as error:  # whatever a handler does wrong is noted with the job
        log.exception("job %s (%s) failed", ticket.job_id, ticket.kind)
        words = _words_of(error)
        return lambda session: actions.fail(session, ticket, words, clock.utc_now())
    return lambda session: actions.finish(session, ticket, result, clock.utc_now())


def _run(context: Context) -> Result:
    kind = handlers.KINDS[context.ticket.kind]
    if kind.is_alone:
        return fostering.run_apart(context, kind)
    return kind.handler()(context, context.ticket.payload)


def _words_of(error: Exception) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = f" ({place[0].filename.rsplit('/', 1)[-1]}:{place[0].lineno})" if place else ""
    return f"{type(error).__name__}: {error}{where}"


def _keep_alive(context: Context, is_lost: threading.Event, is_over: threading.Event) -> None:
    """Renew the lease, and write down what the handler tells, until the job is over or somebody else's."""
    renewed_at, written = time.monotonic(), (context.share, context.word)
    while not is_over.wait(_PULSE_SECONDS):
        said = (context.share, context.word)
        try:
            if said == written and time.monotonic() - renewed_at < _RENEW_SECONDS:
                if _is_held(context):
                    continue
                is_lost.set()
                return
            with Session(context.engine) as session, writing(session):
                if not actions.extend(session, context.ticket, clock.utc_now(), *said):
                    is_lost.set()
                    return
        except (SQLAlchemyError, OSError) as error:
            log.warning("could not renew the lease of job %s: %s", context.ticket.job_id, type(error).__name__)
            continue
        renewed_at, written = time.monotonic(), said


def _is_held(context: Context) -> bool:
    with Session(context.engine) as session:
        return queries.is_held(session, context.ticket)


def _tell(engine: Engine, ending: Callable[[Session], Any]) -> None:
    try:
        with Session(engine) as session, writing(session):
            ending(session)
    except (SQLAlchemyError, OSError) as error:
        # Nobody hears of it: the lease ends, and the job is done again, which changes nothing.
        log.warning("could not say how a job went: %s", type(error).__name__)
