"""One process of the compiler, started when first asked: hostile Markdown costs that process and nobody else."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

from lms.content.reading.compiled import Compiled
from lms.content.reading.wire import to_line

_ROOT = Path(__file__).resolve().parents[3]
_WALL_SECONDS = 10.0


class CompilerGoneError(RuntimeError):
    """The compiler's process ended for a reason of its own; its standard error says which."""


class CompilerProcess:
    """A compiler to be asked by one thread at a time; it lives until `end`, or until a file kills it."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._process: subprocess.Popen[bytes] | None = None

    def answer(self, file: str, text: str) -> bytes:
        """Return the compiled file as a line of JSON; one that costs too much is an error of that file.

        Raises CompilerGoneError when the process ended for a reason of its own.
        """
        process = self._running()
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps({"file": file, "text": text}).encode() + b"\n")
            process.stdin.flush()
        line = self._line(process)
        if line is not None:
            return line
        self.end()
        if process.returncode not in (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGSEGV):
            raise CompilerGoneError(f"the compiler ended with status {process.returncode} at {file}")
        compiled = Compiled(file)
        compiled.complain(
            1,
            1,
            "too-slow",
            "This file takes too long to make into a page.",
            "Look for long runs of brackets, stars or quotes, and close or shorten them.",
        )
        return to_line(compiled)

    def _line(self, process: "subprocess.Popen[bytes]") -> bytes | None:
        """Return the answer's line, or None when the process ended or took too long, which ends it."""
        assert process.stdout is not None
        parts: list[bytes] = []
        while True:
            ready, _, _ = select.select([process.stdout], [], [], _WALL_SECONDS)
            part = os.read(process.stdout.fileno(), 1 << 20) if ready else b""
            if not ready:
                process.kill()
            if not part:
                process.wait()
                return None
            parts.append(part)
            if part.endswith(b"\n"):
                return b"".join(parts)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "lms.content.reading.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=_ROOT,
                env={"PATH": os.environ.get("PATH", ""), "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8"},
            )
        return self._process

    def end(self) -> None:
        """Let the process go; the next question starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        process.wait()
