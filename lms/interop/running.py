"""An import under way: a folder of its own that holds what waits for a yes, and is gone afterwards.

The file itself is gone as soon as it has been read, whatever it was. Folders that nobody came back to are
removed after two hours (`lms.jobs.tidying`).
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from lms.ids import new_token
from lms.interop.refusing import RefusedFileError
from lms.interop.staged import Staged, from_json

MOST_BYTES = 64 * 1024 * 1024
KEPT_SECONDS = 2 * 3600
_ROOT = Path(__file__).resolve().parents[2]
_WALL_SECONDS = 40.0
_KEY = re.compile(r"[\w-]{20,100}")


@dataclass(frozen=True)
class Stage:
    """One import: its key, who sent which file, and the file's SHA-256."""

    key: str
    folder: Path
    owner_id: int
    file_name: str
    sha256: str
    course: str

    def staged(self) -> Staged:
        """Return what the file would bring."""
        return from_json((self.folder / "result.json").read_text("utf-8"))

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Hold the one turn to write this import; False when it is gone: written before, or forgotten."""
        try:
            descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            yield False
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield (self.folder / "about.json").is_file()
        finally:
            os.close(descriptor)

    def drop(self) -> None:
        """Forget it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def imports_folder(data_folder: Path) -> Path:
    """Return where imports wait."""
    return data_folder / "imports"


def begin(
    data_folder: Path, save: Callable[[BinaryIO], str], owner_id: int, file_name: str, chosen: str, course: str
) -> Stage:
    """Read a file into a new stage; `save` pours it into an open file and returns its SHA-256.

    Raises RefusedFileError, after which nothing is left behind.
    """
    key = new_token()
    folder = imports_folder(data_folder) / key
    folder.mkdir(parents=True, mode=0o700)
    try:
        with (folder / "upload").open("xb") as file:
            sha256 = save(file)
        _read(folder, file_name, chosen)
        stage = Stage(key, folder, owner_id, file_name, sha256, course)
        stage.staged()
        about = {name: value for name, value in asdict(stage).items() if name not in ("folder", "key")}
        (folder / "about.json").write_text(json.dumps(about), "utf-8")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return stage


def find(data_folder: Path, key: str, owner_id: int) -> Stage | None:
    """Return this person's import of that key, or None when there is none (any more)."""
    if not _KEY.fullmatch(key):
        return None
    folder = imports_folder(data_folder) / key
    try:
        about = json.loads((folder / "about.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return Stage(key=key, folder=folder, **about) if about["owner_id"] == owner_id else None


def forget_old(data_folder: Path) -> None:
    """Remove imports that nobody came back to."""
    folder = imports_folder(data_folder)
    if not folder.is_dir():
        return
    for each in folder.iterdir():
        # Whoever is done with an import removes it in the midst of this.
        with contextlib.suppress(FileNotFoundError):
            if time.time() - each.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(each, ignore_errors=True)


def _read(folder: Path, file_name: str, chosen: str) -> None:
    """Have the file read by a process with limits; the file is gone afterwards."""
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8"}
    # Whatever it makes for itself on the way lies in the stage, and goes with it.
    environment["TMPDIR"] = str(folder)
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and module; the name is one argument
            [sys.executable, "-m", "lms.interop.child", str(folder), file_name, chosen],
            cwd=_ROOT,
            env=environment,
            timeout=_WALL_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        took_too_long = done.returncode < 0
    except subprocess.TimeoutExpired:
        took_too_long = True
    finally:
        (folder / "upload").unlink(missing_ok=True)
    if took_too_long:
        raise RefusedFileError(
            "The file takes too long to be read.", "Split it into several, or look at what is in it."
        )
    if not (folder / "result.json").is_file():
        raise RuntimeError(f"the importer ended with status {done.returncode}")
