"""The process that does one job and ends: `python -m lms.jobs.alone`, started by `lms.jobs.fostering`.

Its first line of input is the job; when its input ends, whoever started it is gone, and so is it. What it says
goes to its standard output, one JSON value a line: how far it is, and at the end its result or what went wrong.
It may be killed at any moment.
"""

import json
import logging
import os
import resource
import sys
import threading
from contextlib import suppress
from typing import Any, BinaryIO

from lms import store
from lms.jobs.context import Context, GivenUpError
from lms.jobs.handlers import Kind
from lms.queue.job import Ticket
from lms.settings import Settings

_NICER_BY = 10
_MEGABYTE = 1024 * 1024


def main() -> None:
    """Do the one job."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    said = _own_output()
    given = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_leave_with_whoever_started_us, daemon=True).start()
    ticket = Ticket(**given["ticket"])
    kind = Kind(**given["kind"])
    _limit_itself(kind.megabytes)
    settings = Settings(**given["settings"])
    engine = store.open_engine(settings.resolved_database_url())
    context = Context(engine, settings, ticket, told=lambda told: _say(said, share=told.share, word=told.word))
    try:
        _say(said, result=kind.handler()(context, ticket.payload))
    except GivenUpError as error:
        _say(said, given_up=str(error))
    except MemoryError:
        _say(said, error=f"It needed more than {kind.megabytes} MB of memory.")
    except Exception as error:  # whatever a handler does wrong is noted with the job
        logging.getLogger("lantern.working").exception("job %s (%s) failed", ticket.job_id, ticket.kind)
        _say(said, error=f"{type(error).__name__}: {error}")
    engine.dispose()


def _own_output() -> BinaryIO:
    """Keep the pipe to ourselves: what some library prints goes where errors go."""
    own = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return own


def _say(said: BinaryIO, **what: Any) -> None:
    # A pipe that nobody reads any more: we are about to be killed.
    with suppress(BrokenPipeError):
        said.write(json.dumps(what).encode() + b"\n")


def _leave_with_whoever_started_us() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _limit_itself(megabytes: int) -> None:
    """Bound memory and let others go first; one job gone wrong ends this process, not the machine."""
    os.nice(_NICER_BY)
    # What is written to, not what is mapped: libraries map much that costs nothing.
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes * _MEGABYTE, megabytes * _MEGABYTE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
