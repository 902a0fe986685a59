"""How the app is served: gunicorn's arbiter over waitress workers, and the helper process beside them."""

import contextlib
import ctypes
import gc
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from lms.jobs import __main__ as jobs
from lms.settings import ROOT, Settings
from lms.web.extensions import db
from lms.web.worker import WaitressWorker

_THREADS = 4
_M_ARENA_MAX = -8  # from malloc.h
_SECONDS_BETWEEN_HELPERS = 5.0

log = logging.getLogger("lantern.serving")


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn with this app in it, built once and shared by the forked workers."""

    def __init__(self, app: Flask, announce: Callable[[], None], helper: "Helper") -> None:
        self.app = app
        self.helper = helper
        self.settings: Settings = app.config["SETTINGS"]
        self.announce = announce
        super().__init__()

    def load_config(self) -> None:
        """Set what gunicorn needs to know; `GUNICORN_CMD_ARGS` plays no part."""
        settings = self.settings
        for name, value in {
            "bind": f"{settings.host}:{settings.port}",
            "workers": settings.workers or os.cpu_count() or 1,
            "threads": _THREADS,
            "worker_class": WaitressWorker,
            "backlog": 2048,
            "timeout": 60,
            "graceful_timeout": 20,
            "preload_app": True,
            "proc_name": "lantern",
            "loglevel": "warning",
            "when_ready": self._when_ready,
            "post_fork": self._post_fork,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the app."""
        return self.app

    def _when_ready(self, _arbiter: Any) -> None:
        self.announce()

    def _post_fork(self, _arbiter: Any, _worker: Any) -> None:
        with self.app.app_context():
            db.engine.dispose(close=False)

    def run(self) -> None:
        """Serve until stopped, with an arbiter that looks after the helper too."""
        Keeper(self).run()


class Keeper(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's arbiter; it looks after the helper as it looks after its workers, about once a second."""

    def manage_workers(self) -> None:
        """Keep as many workers as are wanted, and the helper."""
        super().manage_workers()
        self.app.helper.keep()


class Helper:
    """The process that watches courses and prints PDFs; its standard input is our pipe.

    The pipe ends when we are gone, however we went, and the helper leaves with it.
    """

    def __init__(self) -> None:
        """Fork the first: so it shares most of its memory with us."""
        self._process_id, self._lifeline = _forked_helper()
        self._begun_at = time.monotonic()

    def keep(self) -> None:
        """Begin another when it is gone, but not one after the other: what kills it at once kills the next."""
        if _runs(self._process_id) or time.monotonic() - self._begun_at < _SECONDS_BETWEEN_HELPERS:
            return
        log.error("the helper (process %s) is gone; beginning another", self._process_id)
        os.close(self._lifeline)
        read_end, self._lifeline = os.pipe()
        # Anew and not forked: by now we hold the port, and threads may run.
        process = subprocess.Popen([sys.executable, "-m", "lms.jobs"], stdin=read_end, cwd=ROOT)
        os.close(read_end)
        self._process_id, self._begun_at = process.pid, time.monotonic()

    def end(self) -> None:
        """Let it leave."""
        os.close(self._lifeline)


def serve(app: Flask, announce: Callable[[], None]) -> None:
    """Serve until stopped; `announce` runs once the port is open. The helper process ends with us."""
    with app.app_context():
        db.engine.dispose()
    _spare_memory()
    helper = Helper()
    try:
        Server(app, announce, helper).run()
    finally:
        helper.end()


def _runs(process_id: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process_id, os.WNOHANG)
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def _spare_memory() -> None:
    """Keep the pages that forked processes share from being copied, and few heaps for many threads."""
    gc.collect()
    # Fewer pages are written after a fork when the collector leaves what is there alone.
    gc.freeze()
    with contextlib.suppress(OSError, AttributeError):  # no glibc, no such knob
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def _forked_helper() -> tuple[int, int]:
    """Fork the helper; returns its process id and the pipe that it leaves with."""
    read_end, lifeline = os.pipe()
    process_id = os.fork()
    if process_id:
        os.close(read_end)
        return process_id, lifeline
    status = 1
    try:
        os.close(lifeline)
        os.dup2(read_end, 0)
        jobs.main()
        status = 0
    finally:
        # Not sys.exit: nothing of the server's own leaving is this process's business.
        os._exit(status)
