"""One press a node: asked over a socket only its owner may use, replaced when it hangs, not needed when absent."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from lms.jobs import press, rendering
from lms.jobs.rendering import Press, RenderingError, render, serve
from lms.settings import Environment, Settings

PAGE = '<!doctype html><html lang="en"><title>{0}</title><body class="a4"><p>{0}</p></body></html>'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    # Deeper than a socket's path may be long.
    folder = tmp_path / ("deep-" * 20) / ("down-" * 20)
    return Settings(env=Environment.TEST, data_folder=folder, secret_key="for tests only, long enough to be one")


@contextmanager
def served(settings: Settings) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=serve, args=(settings, stop))
    thread.start()
    try:
        until = time.monotonic() + 10
        while not (settings.data_folder / "press.socket").exists() and time.monotonic() < until:
            time.sleep(0.02)
        yield
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()


def presses() -> list[int]:
    """Return the process ids of the presses this test process has started and that still run."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == os.getpid() and press.__name__.encode() in command:
            found.append(int(folder.name))
    return found


def test_without_a_server_one_document_gets_a_press_of_its_own(settings: Settings) -> None:
    assert render(settings, PAGE.format("alone")).startswith(b"%PDF-1.7")
    assert presses() == []


def test_a_served_press_makes_the_same_bytes_and_stays(settings: Settings) -> None:
    alone = render(settings, PAGE.format("same"))
    with served(settings):
        assert render(settings, PAGE.format("same")) == alone
        running = presses()
        assert render(settings, PAGE.format("same")) == alone
        assert presses() == running
        assert len(running) == 1
    assert presses() == []


def test_only_the_owner_may_ask(settings: Settings) -> None:
    with served(settings):
        mode = (settings.data_folder / "press.socket").stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) == 0o600


def test_many_at_once_are_served_in_turn(settings: Settings) -> None:
    with served(settings), ThreadPoolExecutor(8) as threads:
        pdfs = list(threads.map(lambda number: render(settings, PAGE.format(f"number {number}")), range(24)))
    assert len(set(pdfs)) == 24


def test_a_killed_press_is_replaced(settings: Settings) -> None:
    with served(settings):
        render(settings, PAGE.format("before"))
        os.kill(presses()[0], signal.SIGKILL)
        # Whether its end is noticed before this document is handed over or only after is the kernel's matter.
        with suppress(RenderingError):
            render(settings, PAGE.format("at the moment"))
        assert render(settings, PAGE.format("after")).startswith(b"%PDF-1.7")


def test_a_page_that_never_ends_is_given_up_and_the_next_one_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "_SECONDS_A_DOCUMENT", 1.5)
    bomb = PAGE.format("<table><tr><td colspan=1000000>x</table>")
    held = Press()
    try:
        held.start()
        began = time.monotonic()
        with pytest.raises(RenderingError, match="too long"):
            held.render(bomb.encode())
        assert time.monotonic() - began < 30  # the bomb takes minutes
        assert held.render(PAGE.format("next").encode())
    finally:
        held.stop()


def test_a_page_too_deep_is_refused_and_the_press_goes_on() -> None:
    held = Press()
    try:
        with pytest.raises(RenderingError, match="RecursionError"):
            held.render(PAGE.format("<div>" * 3_000).encode())
        running = presses()
        assert held.render(PAGE.format("next").encode())
        assert presses() == running
    finally:
        held.stop()


def test_a_visitor_who_says_nothing_sensible_is_sent_off(settings: Settings) -> None:
    with served(settings):
        with rendering._address(settings.data_folder) as address:
            for noise in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\x00\xff\xff\xff\xff"):
                with rendering.socket.socket(rendering.socket.AF_UNIX) as visitor:
                    visitor.settimeout(10)
                    visitor.connect(address)
                    visitor.sendall(noise)
                    visitor.shutdown(rendering.socket.SHUT_WR)
                    assert visitor.recv(10) == b""
        assert render(settings, PAGE.format("still there"))


def test_a_press_ends_with_whoever_started_it() -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", "from lms.jobs.rendering import Press; p = Press(); p.start();"
         "print(p._process.pid, flush=True); import time; time.sleep(60)"],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert starter.stdout
    pid = int(starter.stdout.readline())
    starter.kill()
    starter.wait()
    starter.stdout.close()
    until = time.monotonic() + 10
    while _runs(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _runs(pid)


def test_no_other_process_loads_the_engine() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, app; print([name for name in sys.modules if 'weasyprint' in name])"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LMS_ENV": "test", "DATABASE_URL": "sqlite://"},
    )
    assert loaded.stdout.strip().endswith("[]")


def test_a_press_is_small(settings: Settings) -> None:
    held = Press()
    try:
        held.start()
        for number in range(20):
            held.render(PAGE.format(f"number {number}").encode())
        assert _own_megabytes(presses()[0]) < 90
    finally:
        held.stop()


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _own_megabytes(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
