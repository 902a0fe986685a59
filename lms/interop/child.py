"""The importer's own process: reads one file within limits and lays out what it brought; see `running`.

Run as `python -m lms.interop.child FOLDER NAME FORMAT`. What a hostile file costs is spent here and nowhere else.
"""

import resource
import sys
from pathlib import Path

from lms.interop.detecting import bring
from lms.interop.laying_out import lay_out
from lms.interop.refusing import RefusedFileError
from lms.interop.staged import refusal_to_json, to_json

CPU_SECONDS = 20
MEMORY_BYTES = 1024 * 1024 * 1024
FILE_BYTES = 200 * 1024 * 1024


def main(folder: Path, name: str, chosen: str) -> None:
    """Read `folder/upload`, which is called `name` outside, and write `result.json` and `media` beside it."""
    try:
        with (folder / "upload").open("rb") as file:
            brought = bring(file, name, chosen)
        media = folder / "media"
        media.mkdir()
        for each in brought.media:
            (media / each.name).write_bytes(each.content)
        result = to_json(lay_out(brought))
    except RefusedFileError as error:
        result = refusal_to_json(error)
    except (MemoryError, RecursionError):
        result = refusal_to_json(
            RefusedFileError("The file takes more memory than one may.", "Split it into several.")
        )
    (folder / "result.json").write_text(result, "utf-8")


def limit_itself() -> None:
    """Bound time, memory and what may be written: a file gone wrong ends this process, not the machine."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit_itself()
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
