"""The real server as `make run` starts it, on a free port with a data folder of its own."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from lms import store
from lms.accounts import actions
from lms.accounts import queries as people
from lms.clock import utc_now
from lms.sample.people import GUIDES
from lms.settings import ROOT, Settings
from lms.store import writing
from tests.support import databases
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

    @property
    def database_url(self) -> str:
        """Return the address of the database it serves from."""
        return Settings(
            data_folder=self.data_folder, database_url=self.environment.get("DATABASE_URL", "")
        ).resolved_database_url()

    @contextmanager
    def records(self) -> Iterator[Session]:
        """Open a session on its database beside it, to read or to write as the product does."""
        engine = databases.opened(self.database_url)
        with Session(engine) as session:
            store.guard_session(session)
            yield session
        engine.dispose()

    def fresh_link(self, who: str) -> str:
        """Return a new one-time sign-in link for a seat of the sample (learner, trainer …) or a sign-in name."""
        name = {guide.seat: guide.sign_in_name for guide in GUIDES}.get(who, who)
        with self.records() as session:
            person = people.find_person_by_name(session, name)
            assert person, name
            with writing(session):
                token = actions.make_link(session, person_id=person.id, now=utc_now())
        return f"{self.origin}/link/{token}"


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


def wait_for_port(port: int, seconds: float = 15) -> None:
    """Wait until something listens on this port of loopback; raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")
