"""How the app is served: gunicorn's arbiter over waitress workers, and the helper process beside them."""

import contextlib
import ctypes
import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from lms.jobs import __main__ as jobs
from lms.settings import Settings
from lms.web.extensions import db
from lms.web.worker import WaitressWorker

_THREADS = 4
_M_ARENA_MAX = -8  # from malloc.h
HELPER_NAME = "lantern-jobs"


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn with this app in it, built once and shared by the forked workers."""

    def __init__(self, app: Flask, announce: Callable[[], None]) -> None:
        self.app = app
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


def serve(app: Flask, announce: Callable[[], None]) -> None:
    """Serve until stopped; `announce` runs once the port is open. The helper process ends with us."""
    with app.app_context():
        db.engine.dispose()
    _spare_memory()
    lifeline = _start_helper()
    try:
        Server(app, announce).run()
    finally:
        os.close(lifeline)


def _spare_memory() -> None:
    """Keep the pages that forked processes share from being copied, and few heaps for many threads."""
    gc.collect()
    # Fewer pages are written after a fork when the collector leaves what is there alone.
    gc.freeze()
    with contextlib.suppress(OSError, AttributeError):  # no glibc, no such knob
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def _start_helper() -> int:
    """Fork the process that watches courses and prints PDFs; returns the pipe that it leaves with.

    Forked, not started anew, it shares most of its memory with us. Its standard input is our pipe: that ends when
    we are gone, however we went.
    """
    read_end, lifeline = os.pipe()
    if os.fork():
        os.close(read_end)
        return lifeline
    status = 1
    try:
        os.close(lifeline)
        os.dup2(read_end, 0)
        Path("/proc/self/comm").write_text(HELPER_NAME)
        jobs.main()
        status = 0
    finally:
        # Not sys.exit: nothing of the server's own leaving is this process's business.
        os._exit(status)
