"""Runs one job in a process of its own, hears how far it is, and kills it when it is too slow or not wanted."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from typing import Any, cast

from lms.jobs.context import Context, GivenUpError, Result
from lms.jobs.handlers import Kind
from lms.settings import ROOT

_LOOK_SECONDS = 0.5


class ChildError(RuntimeError):
    """The job's process said what went wrong, took too long or was killed."""


def run_apart(context: Context, kind: Kind) -> Result:
    """Return the result of the job, done in a process of its own.

    Raises ChildError, GivenUpError, or StoppedError when asked to stop; then the process is gone already.
    """
    process = subprocess.Popen(  # our own interpreter and module, no word of a visitor
        [sys.executable, "-m", "lms.jobs.alone"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        # One arena and early return of freed memory keep it small.
        env={**os.environ, "MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072"},
    )
    given = {
        "ticket": asdict(context.ticket),
        "kind": asdict(kind),
        "settings": context.settings.model_dump(mode="json"),
    }
    try:
        _hand_over(process, json.dumps(given).encode() + b"\n")
        for said in _what_it_says(process, context, time.monotonic() + kind.seconds):
            if "share" in said:
                context.tell(said["share"], said["word"])
            elif "given_up" in said:
                raise GivenUpError(said["given_up"])
            elif "error" in said:
                raise ChildError(said["error"])
            else:
                result: Result = said["result"]
                return result
        raise ChildError(f"The process ended without a word ({_ending(process)}).")
    finally:
        _end(process)


def _hand_over(process: subprocess.Popen[bytes], line: bytes) -> None:
    pipe = process.stdin
    assert pipe is not None
    # Gone already: reading tells how.
    with suppress(BrokenPipeError):
        pipe.write(line)
        pipe.flush()


def _what_it_says(process: subprocess.Popen[bytes], context: Context, until: float) -> Iterator[dict[str, Any]]:
    pipe = process.stdout
    assert pipe is not None
    heard = b""
    while True:
        context.check()
        if time.monotonic() > until:
            raise ChildError("It took too long and was stopped.")
        if not select.select([pipe], [], [], _LOOK_SECONDS)[0]:
            continue
        more = os.read(pipe.fileno(), 65_536)
        if not more:
            return
        *lines, heard = (heard + more).split(b"\n")
        for line in lines:
            yield cast("dict[str, Any]", json.loads(line))


def _ending(process: subprocess.Popen[bytes]) -> str:
    with suppress(subprocess.TimeoutExpired):
        code = process.wait(5)
        return f"signal {-code}" if code < 0 else f"status {code}"
    return "still there"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
