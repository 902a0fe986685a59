"""The process beside the server: PDFs, watching courses, tidying, marking again, jobs; leaves when its input ends.

`python -m lms.jobs`, started by `lms.web.serving`.
"""

import contextlib
import logging
import signal
import sys
import threading
from pathlib import Path

from lms.jobs import correcting, rendering, tidying, watching, working
from lms.settings import Settings

NAME = "lantern-jobs"


def main() -> None:
    """Work until the server that started us is gone or tells us to stop."""
    with contextlib.suppress(OSError):  # no /proc: then without a name of our own
        Path("/proc/self/comm").write_text(NAME)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    settings, stop = Settings(), threading.Event()
    # The server decides when we stop: an interrupt at the terminal goes to both.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    hands = [
        threading.Thread(target=rendering.serve, args=(settings, stop), name="rendering"),
        threading.Thread(target=tidying.tidy, args=(settings, stop), name="tidying"),
        threading.Thread(target=correcting.correct, args=(settings, stop), name="correcting"),
    ]
    if settings.watch_courses:
        hands.append(threading.Thread(target=watching.watch, args=(settings, stop), name="watching"))
    if settings.work_jobs:
        hands.append(threading.Thread(target=working.work, args=(settings, stop), name="working"))
    for hand in hands:
        hand.start()
    threading.Thread(target=_wait_for_the_server, args=(stop,), daemon=True).start()
    for hand in hands:
        hand.join()


def _wait_for_the_server(stop: threading.Event) -> None:
    sys.stdin.buffer.read()
    stop.set()


if __name__ == "__main__":
    main()
