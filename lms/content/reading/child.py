"""The compiler's own process: takes files as lines of JSON, answers each with a line; limits hold for each file.

Run as `python -m lms.content.reading.child`. What hostile Markdown costs is spent here and nowhere else.
"""

import gc
import json
import math
import resource
import sys
import time

from lms.content.reading.compiled import Compiled
from lms.content.reading.compiling import compile_file
from lms.content.reading.wire import to_line

CPU_SECONDS = 2
_FILES_A_SWEEP = 100
MEMORY_BYTES = 1024 * 1024 * 1024


def main() -> None:
    """Answer until the other side closes the pipe."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Trees of one file are dropped whole; looking for rings in them costs a tenth of the time.
    gc.disable()
    for number, line in enumerate(sys.stdin, 1):
        if number % _FILES_A_SWEEP == 0:
            gc.collect()
        job = json.loads(line)
        # The soft limit counts from the process's start; passing it ends this process and only it.
        allowed = math.ceil(time.process_time()) + CPU_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))
        sys.stdout.buffer.write(_answer(job["file"], job["text"]) + b"\n")
        sys.stdout.buffer.flush()


def _answer(file: str, text: str) -> bytes:
    try:
        return to_line(compile_file(file, text))
    except MemoryError:
        compiled = Compiled(file)
        compiled.complain(
            1, 1, "too-heavy", "This file takes more memory than a page may.", "Split it into several."
        )
        return to_line(compiled)


if __name__ == "__main__":
    main()
