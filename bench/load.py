"""Load from Debian's wrk, and the reference it is held against: a hello-world route under gunicorn."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.databases import free_port
from tests.support.server import wait_for_port

CONNECTIONS = 8
_HELLO = """
from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    return "Hello, World!"
"""


@contextmanager
def hello_world(processes: int) -> Iterator[str]:
    """Serve hello-world under gunicorn's sync worker with this many processes; yields its address."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "hello.py").write_text(_HELLO)
        command = [sys.executable, "-m", "gunicorn", "-w", str(processes), "-b", f"127.0.0.1:{port}", "hello:app"]
        server = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
        try:
            wait_for_port(port)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait(10)


def requests_per_second(url: str, *, seconds: float = 4, cookie: str = "", script: Path | None = None) -> float:
    """Return the answered requests a second of wrk with eight connections; raises when any answer was an error."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s"]
    if cookie:
        command += ["-H", f"Cookie: {cookie}"]
    if script:
        command += ["-s", str(script)]
    printed = subprocess.run([*command, url], check=True, capture_output=True, text=True, env=os.environ).stdout
    if "Non-2xx" in printed or "Socket errors" in printed:
        raise RuntimeError(f"{url}:\n{printed}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    assert found, printed
    return float(found[1])
