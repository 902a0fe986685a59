"""How the app is served: gunicorn's arbiter over waitress workers, and the helper process beside them."""

import gc
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from lms.settings import ROOT, Settings
from lms.web.extensions import db
from lms.web.worker import WaitressWorker

_THREADS = 4


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
        # Fewer pages are copied after the fork when the collector leaves the shared ones alone.
        gc.collect()
        gc.freeze()
        self.announce()

    def _post_fork(self, _arbiter: Any, _worker: Any) -> None:
        with self.app.app_context():
            db.engine.dispose(close=False)


def serve(app: Flask, announce: Callable[[], None]) -> None:
    """Serve until stopped; `announce` runs once the port is open. The helper process ends with us."""
    with app.app_context():
        db.engine.dispose()
    helper = _start_helper()
    try:
        Server(app, announce).run()
    finally:
        if helper.stdin:
            helper.stdin.close()


def _start_helper() -> "subprocess.Popen[bytes]":
    """Start the process that watches courses and renders PDFs; it leaves when our end of its pipe closes."""
    return subprocess.Popen([sys.executable, "-m", "lms.jobs"], stdin=subprocess.PIPE, cwd=ROOT)
