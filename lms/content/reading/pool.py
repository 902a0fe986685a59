"""The compiler's processes and what they made before: files in, compiled files out, whatever the files do.

Runs processes and keeps their results in a folder; everything it hands over came from the pure compiler.
"""

import contextlib
import hashlib
import os
import queue
import threading
import zlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from lms.content.reading.compiled import Compiled
from lms.content.reading.process import CompilerGoneError, CompilerProcess
from lms.content.reading.wire import from_line

__all__ = ["CompilerGoneError", "compile_files", "compiler_version", "tidy_cache"]

_ROOT = Path(__file__).resolve().parents[3]
_FILES_A_PROCESS = 25
_KEPT_AT_MOST = 20_000


def compile_files(files: Iterable[tuple[str, str]], cache: Path | None = None) -> dict[str, Compiled]:
    """Return each (name, text) compiled, by name; a file that costs too much is an error of that file alone."""
    made: dict[str, Compiled] = {}
    waiting: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
    count = 0
    for file, text in files:
        kept = _kept(cache, file, text)
        if kept is None:
            waiting.put((file, text))
            count += 1
        else:
            made[file] = kept
    processes = min(max(2, os.cpu_count() or 2), 4, -(-count // _FILES_A_PROCESS))
    failures: list[BaseException] = []
    workers = [_Worker(waiting, made, cache, failures) for _ in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failures:
        raise failures[0]
    return made


class _Worker(threading.Thread):
    """One thread with one process of the compiler."""

    def __init__(
        self,
        waiting: "queue.SimpleQueue[tuple[str, str]]",
        made: dict[str, Compiled],
        cache: Path | None,
        failures: list[BaseException],
    ) -> None:
        super().__init__(name="compiler", daemon=True)
        self._waiting, self._made, self._cache, self._failures = waiting, made, cache, failures
        self._compiler = CompilerProcess()

    def run(self) -> None:
        try:
            while True:
                file, text = self._waiting.get_nowait()
                line = self._compiler.answer(file, text)
                self._made[file] = from_line(line)
                _keep(self._cache, file, text, line)
        except queue.Empty:
            return
        except Exception as error:
            self._failures.append(error)
        finally:
            self._compiler.end()


@lru_cache(1)
def compiler_version() -> str:
    """Return a hash over the compiler's own source, so that nothing an older one made is taken for new."""
    digest = hashlib.sha256()
    content = _ROOT / "lms" / "content"
    parts = [content / "course.py", content / "storing.py", content / "variables.py"]
    parts += [*(content / "reading").glob("*.py"), *(_ROOT / "lms" / "quiz").rglob("*.py")]
    parts += [
        _ROOT / "lms" / name for name in ("markup.py", "dialect.py", "structure.py", "section.py", "problem.py")
    ]
    for path in sorted(parts):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _place(cache: Path, file: str, text: str) -> Path:
    key = hashlib.sha256(f"{compiler_version()}\0{file}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()
    return cache / key[:2] / key[2:]


def _kept(cache: Path | None, file: str, text: str) -> Compiled | None:
    if cache is None:
        return None
    try:
        return from_line(zlib.decompress(_place(cache, file, text).read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, zlib.error):
        return None


def _keep(cache: Path | None, file: str, text: str, line: bytes) -> None:
    """Keep what was made; a cache that cannot be written is only slower."""
    if cache is None:
        return
    place = _place(cache, file, text)
    passing = place.with_name(f"{place.name}.{os.getpid()}-{threading.get_ident()}")
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        passing.write_bytes(zlib.compress(line, 1))
        passing.replace(place)


def tidy_cache(cache: Path) -> None:
    """Remove the oldest results when there are too many."""
    with contextlib.suppress(OSError):
        kept = sorted(cache.glob("*/*"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[_KEPT_AT_MOST:]:
            path.unlink(missing_ok=True)
