"""PDF for everybody on this node: one press, served on a socket in the data folder, and the way to ask it.

A web worker calls `render`; it never loads the engine itself. Where nobody serves (tests, `flask run`, the
helper died) a press is started for the one document, one at a time on this node.
"""

import fcntl
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from lms.jobs import press
from lms.settings import ROOT, Settings

_SOCKET = "press.socket"
_SECONDS_A_DOCUMENT = 20.0
_SECONDS_TO_START = 30.0
_SECONDS_TO_ASK = 2.0
_SECONDS_TO_WAIT = 40.0
_WAITING = 16
# A press keeps what each script's fonts cost it; after so many documents a fresh one is cheaper.
_DOCUMENTS_A_PRESS = 2_000

log = logging.getLogger("lms.jobs.rendering")


class RenderingError(RuntimeError):
    """The document could not be made: refused, too slow, or too many wait. Trying again later may help."""


class Press:
    """One press as its owner holds it: started when first needed, killed when it is too slow."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0

    def start(self) -> None:
        """Start the press unless it runs, and wait until it is warm. Raises RenderingError."""
        if self._process is not None and self._process.poll() is None:
            return
        environment = {
            key: os.environ[key] for key in ("PATH", "HOME", "LANG", "FONTCONFIG_PATH") if key in os.environ
        }
        # One arena and early return of freed memory keep the process small for its whole life.
        environment |= {"PYTHONPATH": str(ROOT), "MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072"}
        self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module, no word of a visitor
            [sys.executable, "-m", press.__name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        self._made = 0
        self._answer(_SECONDS_TO_START)

    def render(self, html: bytes) -> bytes:
        """Return the document as PDF. Raises RenderingError; after a document that took too long it is killed."""
        self.start()
        process = cast("subprocess.Popen[bytes]", self._process)
        try:
            press.write_frame(cast(BinaryIO, process.stdin), press.DONE, html)
        except OSError as error:
            self.stop()
            raise RenderingError("the press stopped") from error
        pdf = self._answer(_SECONDS_A_DOCUMENT)
        self._made += 1
        if self._made >= _DOCUMENTS_A_PRESS:
            self.stop()
        return pdf

    def stop(self) -> None:
        """Kill the press; it holds nothing that could be lost."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                cast(BinaryIO, pipe).close()

    def _answer(self, seconds: float) -> bytes:
        process = cast("subprocess.Popen[bytes]", self._process)
        watch = threading.Timer(seconds, process.kill)
        watch.start()
        try:
            frame = press.read_frame(cast(BinaryIO, process.stdout))
        finally:
            watch.cancel()
        if frame is None:
            self.stop()
            raise RenderingError("the press stopped, or took too long")
        kind, body = frame
        if kind != press.DONE:
            raise RenderingError(body.decode(errors="replace"))
        return body


def render(settings: Settings, html: str) -> bytes:
    """Return the HTML document as PDF. Raises RenderingError when that is not possible now."""
    body = html.encode()
    try:
        answer = _ask(settings.data_folder, body)
    except (FileNotFoundError, ConnectionRefusedError):
        with _alone(settings.data_folder):
            return _once(body)
    except OSError as error:
        raise RenderingError(f"the press does not answer: {error}") from error
    if answer is None:
        raise RenderingError("the press went away")
    kind, pdf = answer
    if kind != press.DONE:
        raise RenderingError(pdf.decode(errors="replace"))
    return pdf


def serve(settings: Settings, stop_event: threading.Event) -> None:
    """Serve this node's documents until told to stop; one at a time, the others wait in the socket's queue."""
    held, listener = Press(), _listen(settings.data_folder)
    try:
        with suppress(RenderingError):
            held.start()
        while not stop_event.is_set():
            with suppress(TimeoutError):
                visitor, _ = listener.accept()
                _serve_one(held, visitor)
    finally:
        held.stop()
        listener.close()


def _serve_one(held: Press, visitor: socket.socket) -> None:
    visitor.settimeout(_SECONDS_TO_ASK)
    with visitor, visitor.makefile("rwb") as stream:
        try:
            frame = press.read_frame(cast(BinaryIO, stream))
            if frame is None:
                return
            press.write_frame(cast(BinaryIO, stream), press.DONE, held.render(frame[1]))
        except RenderingError as error:
            log.error("a document failed: %s", error)
            with suppress(OSError):
                press.write_frame(cast(BinaryIO, stream), press.REFUSED, str(error).encode())
        except (OSError, ValueError) as error:
            log.warning("a visitor of the press left: %s", error)


def _listen(folder: Path) -> socket.socket:
    """Return the node's listening socket; whoever held it before has gone or is being replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    # Before binding, so that nobody else can connect in between.
    os.fchmod(listener.fileno(), 0o600)
    with _address(folder) as address:
        with suppress(FileNotFoundError):
            Path(address).unlink()
        listener.bind(address)
    listener.listen(_WAITING)
    listener.settimeout(0.5)
    return listener


def _ask(folder: Path, html: bytes) -> tuple[int, bytes] | None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_SECONDS_TO_WAIT)
        with _address(folder) as address:
            connection.connect(address)
        with connection.makefile("rwb") as stream:
            press.write_frame(cast(BinaryIO, stream), press.DONE, html)
            return press.read_frame(cast(BinaryIO, stream))


@contextmanager
def _address(folder: Path) -> Iterator[str]:
    # A socket's path may have 107 characters; by way of an open folder it is always short.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{_SOCKET}"
    finally:
        os.close(descriptor)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold this node's one turn to start a press for a single document. Raises RenderingError after a while."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "press.turn", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + _SECONDS_TO_WAIT
        while not _has_turn(descriptor):
            if time.monotonic() > until:
                raise RenderingError("too many documents wait")
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def _has_turn(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _once(html: bytes) -> bytes:
    held = Press()
    try:
        return held.render(html)
    finally:
        held.stop()
