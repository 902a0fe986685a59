"""The checker over ten thousand courses written at random, and over courses that somebody spoilt."""

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bench.rows import Row, below, told
from tests.support import whole_courses

WRITTEN, SPOILT, BATCH = 10_000, 2_500, 250


def measure(folder: Path) -> list[Row]:
    """Check them in batches, as the server does; every message that is missing or too much is printed."""
    seconds, wrong = _all(whole_courses.wrong_about_written, WRITTEN)
    spoilt_seconds, fallen = _all(whole_courses.wrong_about_spoilt, SPOILT)
    return [
        told(f"{WRITTEN} courses written at random, checked", seconds, "s"),
        below("messages missing, too many or at a wrong line", len(wrong), "messages", 0),
        told(f"{SPOILT} courses spoilt on purpose, checked", spoilt_seconds, "s"),
        below("files given up on, or told of a line that is not there", len(fallen), "files", 0),
    ]


def _all(check: Callable[[Iterable[int]], list[str]], count: int) -> tuple[float, list[str]]:
    """Return how long the batches took and everything that was wrong."""
    started = time.perf_counter()
    wrong = [line for start in range(0, count, BATCH) for line in check(range(start, min(count, start + BATCH)))]
    seconds = time.perf_counter() - started
    for line in wrong:
        print(line, file=sys.stderr)
    return seconds, wrong
