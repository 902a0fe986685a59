"""A gunicorn worker that serves through waitress.

Gunicorn supervises (one process a core, restarts, signals); waitress reads a request whole before a thread
sees it, so hundreds of half-open connections cost a poll entry each and stop nobody. Gunicorn's own threaded
worker stops at 40.
"""

import os
import time
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.server import create_server

_MEGABYTE = 1024 * 1024


class WaitressWorker(Worker):  # type: ignore[misc]  # gunicorn has no types
    """One process: an event loop for the sockets, a few threads for the app."""

    def run(self) -> None:
        """Serve until told to stop, telling the arbiter every second that the loop turns."""
        sockets: dict[int, Any] = {}
        server = create_server(
            self.wsgi,
            map=sockets,
            sockets=[listener.sock for listener in self.sockets],
            threads=self.cfg.threads,
            backlog=self.cfg.backlog,
            connection_limit=4_000,
            channel_timeout=60,
            cleanup_interval=10,
            max_request_header_size=64 * 1024,
            max_request_body_size=120 * _MEGABYTE,
            clear_untrusted_proxy_headers=False,  # ProxyFix decides, and only when proxies are trusted
            ident=None,
        )
        while self.alive and self.ppid == os.getppid():
            self.notify()
            wasyncore.loop(timeout=1, use_poll=True, map=sockets, count=1)
        self._finish(server, sockets)

    def _finish(self, server: Any, sockets: dict[int, Any]) -> None:
        """Take no new connection; let requests under way be answered within the graceful time."""
        sockets.pop(server._fileno, None)
        deadline = time.monotonic() + self.cfg.graceful_timeout
        channels = server.active_channels
        while time.monotonic() < deadline and any(map(_is_busy, channels.values())):
            wasyncore.loop(timeout=0.1, use_poll=True, map=sockets, count=1)
        server.task_dispatcher.shutdown(timeout=1)


def _is_busy(channel: Any) -> bool:
    return bool(channel.requests or channel.total_outbufs_len)
