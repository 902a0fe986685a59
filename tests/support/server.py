"""The real server as `make run` starts it, on a free port with a data folder of its own."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lms.sample.people import GUIDES
from lms.settings import ROOT
from tests.support.databases import free_port

_LINK = re.compile(r"^\s*(learner|trainer|manager|administrator|set-up)\b.*?(http\S+)", re.MULTILINE)


@dataclass(frozen=True)
class RunningServer:
    """A server that answers: its address, its process, and the sign-in links it printed, by seat."""

    origin: str
    process: "subprocess.Popen[str]"
    links: dict[str, str]
    data_folder: Path
    environment: dict[str, str]
    seconds_to_start: float

    def fresh_link(self, seat: str) -> str:
        """Return a new one-time sign-in link for the learner, trainer, manager or administrator of the sample."""
        name = {guide.seat: guide.sign_in_name for guide in GUIDES}[seat]
        printed = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", "links", "sign-in", name],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        found = re.search(r"http\S+", printed)
        assert found, printed
        return found[0]


@contextmanager
def running_server(data_folder: Path, **environment: str) -> Iterator[RunningServer]:
    """Start `python app.py`, wait until it serves, and stop it at the end."""
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    log = data_folder / "server.log"
    data_folder.mkdir(parents=True, exist_ok=True)
    surroundings = {
        **os.environ,
        "PORT": str(port),
        "LMS_DATA_FOLDER": str(data_folder),
        "PYTHONUNBUFFERED": "1",
        **environment,
    }
    with log.open("w") as output:
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            env=surroundings,
        )
        try:
            wait_until_healthy(origin, process, log)
            took = time.monotonic() - started
            yield RunningServer(origin, process, _links(log), data_folder, surroundings, took)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(25)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def wait_until_healthy(origin: str, process: "subprocess.Popen[str]", log: Path, seconds: float = 60) -> None:
    """Wait until `/healthz` answers; raises RuntimeError with the log when the server ends or takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{origin}/healthz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"the server did not come up:\n{log.read_text()}")


def _links(log: Path, seconds: float = 10) -> dict[str, str]:
    """Return the printed links by seat, or nothing when none was printed in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = dict(_LINK.findall(log.read_text()))
        if "administrator" in found or "set-up" in found:
            return found
        time.sleep(0.05)
    return {}
