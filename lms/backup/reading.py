"""A backup file read from disk: whether it is whole, and its rows; touches no database."""

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lms.backup.form import (
    MANIFEST,
    SEAL_LENGTH,
    BadBackupError,
    Lines,
    Manifest,
    TableFacts,
    read_manifest,
    row_of,
)

_CHUNK = 1024 * 1024


def check_backup(path: Path) -> Manifest:
    """Read the whole file and return its manifest. Raises BadBackupError when a single byte is not as written."""
    if _seal_of(path) != _stored_seal(path):
        raise BadBackupError("It is damaged or not complete: it is not byte for byte what was written.")
    with opened(path) as file:
        manifest = manifest_in(file)
        for table in manifest.tables:
            lines = Lines(table.columns)
            for line in _lines(file, table):
                lines.count(line)
            if lines.facts(table.name, table.columns) != table:
                raise BadBackupError(f"Its table {table.name} is not what its manifest says.")
    return manifest


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open the zip. Raises BadBackupError for whatever is wrong with it."""
    try:
        with zipfile.ZipFile(path) as file:
            yield file
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError) as error:
        raise BadBackupError("It is not a backup that Lantern wrote.") from error


def manifest_in(file: zipfile.ZipFile) -> Manifest:
    """Return the manifest inside the zip."""
    return read_manifest(file.read(MANIFEST))


def rows_of(file: zipfile.ZipFile, table: TableFacts) -> Iterator[list[Any]]:
    """Yield the table's rows as Python values in the order of its columns."""
    for line in _lines(file, table):
        yield row_of(line, table.columns)


def _lines(file: zipfile.ZipFile, table: TableFacts) -> Iterator[bytes]:
    with file.open(table.file) as lines:
        yield from lines


def _seal_of(path: Path) -> bytes:
    """Return the SHA-256 of everything but the seal itself, in hex."""
    digest = hashlib.sha256()
    left = path.stat().st_size - SEAL_LENGTH
    with path.open("rb") as file:
        while left > 0 and (chunk := file.read(min(_CHUNK, left))):
            digest.update(chunk)
            left -= len(chunk)
    return digest.hexdigest().encode()


def _stored_seal(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - SEAL_LENGTH))
        return file.read()


def seal(path: Path) -> None:
    """Write the seal over the last characters of the file, which a fresh zip keeps free for it."""
    digest = _seal_of(path)
    with path.open("r+b") as file:
        file.seek(-SEAL_LENGTH, 2)
        file.write(digest)
