"""The press: the process that turns pages into PDF, one after the other, and does nothing else.

`python -m lms.jobs.press` reads framed HTML documents from its standard input until that ends and answers each
on its standard output. It may be killed at any moment: it holds nothing. Only here is `lms.pdf` imported.
"""

import gc
import resource
import struct
import sys
from typing import BinaryIO

_LENGTH = struct.Struct(">BI")
DONE, REFUSED = 0, 1
LONGEST = 32 * 1024 * 1024
_MOST_MEMORY = 1024 * 1024 * 1024
_WARM_UP = (
    '<!doctype html><html lang="en"><title>Warm</title><meta name="frame" content="a4"><body class="a4">'
    '<h1>Certificate</h1><p class="lead">to</p><p class="course">Course</p><p class="label">Small</p>'
)


def write_frame(stream: BinaryIO, kind: int, body: bytes) -> None:
    """Write one message: its kind, its length, itself."""
    stream.write(_LENGTH.pack(kind, len(body)) + body)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[int, bytes] | None:
    """Return the next message's kind and body, or None when the stream ended. Raises ValueError if too long."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    kind, length = _LENGTH.unpack(head)
    if length > LONGEST:
        raise ValueError(f"a message of {length} bytes is too long")
    body = stream.read(length)
    return (kind, body) if len(body) == length else None


def work(asked: BinaryIO, answered: BinaryIO) -> None:
    """Serve until nothing more is asked."""
    from lms.pdf import Engine  # noqa: PLC0415  # heavy: no process but this one may load it

    engine = Engine()
    engine.pdf(_WARM_UP)
    gc.collect()
    gc.freeze()
    write_frame(answered, DONE, b"")
    while (frame := read_frame(asked)) is not None:
        try:
            write_frame(answered, DONE, engine.pdf(frame[1].decode()))
        except (
            ValueError,
            OSError,
            ArithmeticError,
            LookupError,
            TypeError,
            AttributeError,
            RecursionError,
        ) as error:
            write_frame(answered, REFUSED, f"{type(error).__name__}: {error}"[:500].encode())


def limit_itself() -> None:
    """Bound memory, open files and writing: a page gone wrong ends this process, not the machine."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit_itself()
    work(sys.stdin.buffer, sys.stdout.buffer)
