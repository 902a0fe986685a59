"""The server as it is started: what it refuses, what it prints, what does not stop it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from lms.jobs.__main__ import NAME
from lms.settings import ROOT
from tests.support.server import running_server

pytestmark = pytest.mark.xdist_group("browser")
_SECRET = "a secret that is long enough to be one, for tests"


def _start(tmp_path: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "LMS_DATA_FOLDER": str(tmp_path), "PORT": "1", **environment},
    )


def test_production_without_a_secret_is_refused_with_the_line_that_makes_one(tmp_path: Path) -> None:
    ended = _start(tmp_path, LMS_ENV="production")
    assert ended.returncode == 1
    assert "LMS_SECRET_KEY" in ended.stderr
    assert "secrets.token_urlsafe(48)" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    ended = _start(tmp_path, LMS_ENV="production", LMS_SECRET_KEY="changeme")
    assert ended.returncode == 1
    assert "shorter than 32" in ended.stderr


def test_production_has_no_sample_and_prints_one_set_up_link(tmp_path: Path) -> None:
    surroundings = {
        "LMS_ENV": "production",
        "LMS_SECRET_KEY": _SECRET,
        "LMS_PUBLIC_URL": "https://learn.example.org",
    }
    with running_server(tmp_path, **surroundings) as server:
        assert set(server.links) == {"set-up"}
        assert server.links["set-up"].startswith("https://learn.example.org/set-up/")
        with urllib.request.urlopen(f"{server.origin}/sign-in") as answer:
            cookies = answer.headers.get_all("Set-Cookie") or []
            assert "max-age" in answer.headers["Strict-Transport-Security"]
        assert cookies
        assert all(cookie.startswith("__Host-") and "Secure" in cookie for cookie in cookies)


def test_it_serves_on_with_two_hundred_half_open_connections(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        assert set(server.links) == {"learner", "trainer", "manager", "administrator"}
        address = server.origin.removeprefix("http://").split(":")
        held = []
        for number in range(200):
            half = socket.create_connection((address[0], int(address[1])))
            half.sendall(
                b"POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\nabc" if number % 2 else b"GET /"
            )
            held.append(half)
        started = time.monotonic()
        with urllib.request.urlopen(f"{server.origin}/healthz", timeout=20) as answer:
            assert answer.read() == b"ok\n"
        assert time.monotonic() - started < 20  # a hung server answers never; how fast it is, the bench says
        for half in held:
            half.close()


def test_a_killed_worker_is_replaced_and_the_helper_leaves_with_the_server(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        children = _children(server.process.pid)
        worker = next(child for child in children if _name(child) != NAME)
        helper = next(child for child in children if _name(child) == NAME)
        os.kill(worker, signal.SIGKILL)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            with urllib.request.urlopen(f"{server.origin}/healthz", timeout=20) as answer:
                assert answer.status == 200
            workers = [child for child in _children(server.process.pid) if _name(child) != NAME]
            if worker not in workers and len(workers) >= 1:
                break
            time.sleep(0.1)
        else:
            pytest.fail("the killed worker was not replaced")
    deadline = time.monotonic() + 15
    while _name(helper) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _name(helper)


def test_a_helper_that_died_alone_is_followed_by_another(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        (first,) = _helpers(server.process.pid)
        time.sleep(5)  # one that dies as soon as it is begun is not begun again at once
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while _helpers(server.process.pid) in ([], [first]) and time.monotonic() < deadline:
            time.sleep(0.1)
        (second,) = _helpers(server.process.pid)
        assert second != first
    deadline = time.monotonic() + 15
    while _name(second) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _name(second)


def _helpers(process_id: int) -> list[int]:
    return [child for child in _children(process_id) if _name(child) == NAME]


def _children(process_id: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(process_id)], capture_output=True, text=True, check=False).stdout
    return [int(line) for line in found.split()]


def _name(process_id: int) -> str:
    try:
        return Path(f"/proc/{process_id}/comm").read_text().strip()
    except OSError:
        return ""
