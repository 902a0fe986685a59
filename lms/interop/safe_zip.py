"""ZIP files from strangers: members read one by one within limits, into a folder that is gone afterwards.

Nothing is unpacked as a whole and no name in the archive ever becomes a path on this machine: `saved` gives its
own names. An archive inside the archive is a member like any other and is not opened.
"""

import re
import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from lms.interop.refusing import RefusedFileError

MOST_ENTRIES = 2_000
MOST_BYTES = 200 * 1024 * 1024
MOST_RATIO = 100
LONGEST_NAME = 255
# A few kilobytes of the same letter shrink further than any bomb needs to, and harm nobody.
_WORTH_LOOKING = 256 * 1024
# Of the list at the end of the archive: names of 255 letters and what tools write beside them.
_LONGEST_LIST = MOST_ENTRIES * 1_500
_END = b"PK\x05\x06"
_END_SIZE = 22
_LONGEST_COMMENT = 65_535
_CHUNK = 64 * 1024
_DRIVE = re.compile(r"[A-Za-z]:")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE)
_LITTER = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")


class Archive:
    """One open archive whose list has been looked at; `names` are its files in order, with `/` between folders."""

    def __init__(self, file: zipfile.ZipFile, folder: Path) -> None:
        self._file, self._folder = file, folder
        self._members = _looked_at(file.infolist())
        self._left = MOST_BYTES
        self._saved = 0

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the files, without folders and without what systems leave lying about."""
        return tuple(self._members)

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def size(self, name: str) -> int:
        """Return what the list says of a member's size, in bytes."""
        return self._members[name].file_size

    def read(self, name: str, most_bytes: int = 20 * 1024 * 1024) -> bytes:
        """Return a member. Raises RefusedFileError when it is larger than this, or not what the list says."""
        if self.size(name) > most_bytes:
            raise RefusedFileError(
                f"“{name}” has {self.size(name) / 1_048_576:.1f} MB; the most is {most_bytes / 1_048_576:.1f} MB.",
                "Make it smaller, or leave it out of the archive.",
            )
        return b"".join(self._chunks(name))

    def saved(self, name: str) -> Path:
        """Return a member written into the archive's own folder, under a name that is ours."""
        self._saved += 1
        path = self._folder / f"{self._saved:05}"
        with path.open("xb") as file:
            file.writelines(self._chunks(name))
        return path

    def _chunks(self, name: str) -> Iterator[bytes]:
        came = 0
        try:
            with self._file.open(self._members[name]) as member:
                while chunk := member.read(_CHUNK):
                    came += len(chunk)
                    # A list may name one stretch of the archive many times, so what really comes out is counted.
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise _too_much()
                    yield chunk
            if came != self.size(name):
                raise EOFError
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise RefusedFileError(
                f"“{name}” in the archive is damaged, or is not what the archive's list says.",
                "Make the ZIP file again.",
            ) from error


@contextmanager
def opened(file: BinaryIO) -> Iterator[Archive]:
    """Open an archive whose list keeps to the limits; what it saved goes with it. Raises RefusedFileError."""
    _look_at_end(file)
    with tempfile.TemporaryDirectory(prefix="lantern-zip-") as folder:
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as error:
            raise _no_archive() from error
        with archive:
            yield Archive(archive, Path(folder))


def _look_at_end(file: BinaryIO) -> None:
    """Read the archive's last record alone, before anything is made of its list."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - _LONGEST_COMMENT - _END_SIZE))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise _no_archive()
    entries, length = struct.unpack("<HI", tail[at + 10 : at + 16])
    if entries > MOST_ENTRIES or length > _LONGEST_LIST:
        raise _too_many()


def _looked_at(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Return the files by name. Raises RefusedFileError for the first thing that no honest archive holds."""
    if len(infos) > MOST_ENTRIES:
        raise _too_many()
    if sum(info.file_size for info in infos) > MOST_BYTES:
        raise _too_much()
    members: dict[str, zipfile.ZipInfo] = {}
    taken: dict[str, str] = {}
    for info in infos:
        name = info.orig_filename
        _look_at_name(name)
        _look_at_kind(info)
        folded = _folded(name)
        if folded in taken:
            raise RefusedFileError(
                f"Two files of the archive have one name: “{taken[folded]}” and “{name}”.", "Rename one of them."
            )
        taken[folded] = name
        if not name.endswith("/"):
            members[name] = info
    files = {_folded(name) for name in members}
    for name in taken.values():
        if any(parent in files for parent in _above(_folded(name))):
            raise RefusedFileError(f"“{name}” lies in something that is a file.", "Make the ZIP file again.")
    return {name: info for name, info in members.items() if not _LITTER.search(name)}


def _folded(name: str) -> str:
    """Return what two names share that would be one file on some disk."""
    return unicodedata.normalize("NFC", name.rstrip("/")).casefold()


def _above(name: str) -> Iterator[str]:
    at = name.find("/")
    while at >= 0:
        yield name[:at]
        at = name.find("/", at + 1)


def _look_at_name(name: str) -> None:
    what = ""
    parts = name.removesuffix("/").split("/")
    if len(name) > LONGEST_NAME:
        what = f"A name in the archive is longer than {LONGEST_NAME} characters: “{name[:60]}…”."
    elif not name.isprintable():
        what = f"A name in the archive holds control characters: “{_shown(name)}”."
    elif "\\" in name:
        what = f"A name in the archive holds a backslash: “{name}”."
    elif name.startswith("/") or _DRIVE.match(name):
        what = f"A name in the archive leads to a place of its own on the disk: “{name}”."
    elif any(part in ("", ".", "..") for part in parts):
        what = f"A name in the archive leads out of its folder: “{name}”."
    elif any(_RESERVED.fullmatch(part.rstrip(" .")) or ":" in part for part in parts):
        what = f"A name in the archive is reserved by an operating system: “{name}”."
    if what:
        raise RefusedFileError(what, "Make the ZIP file again, with plain names.")


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else "�" for letter in name)


def _look_at_kind(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    mode = info.external_attr >> 16
    kind = stat.S_IFMT(mode)
    if kind and kind not in (stat.S_IFREG, stat.S_IFDIR):
        raise RefusedFileError(
            f"“{name}” is a link or a device, not a file.", "Put the file itself into the archive."
        )
    if info.flag_bits & 0x1:
        raise RefusedFileError("The archive is locked with a password.", "Make it again without one.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise RefusedFileError(
            f"“{name}” is packed in a way that is not read here.", "Make a plain ZIP file (deflate)."
        )
    if info.file_size > _WORTH_LOOKING and info.file_size > info.compress_size * MOST_RATIO:
        raise RefusedFileError(
            f"“{name}” would grow to more than {MOST_RATIO} times its size.", "Leave it out of the archive."
        )


def _no_archive() -> RefusedFileError:
    return RefusedFileError("The file is no ZIP archive, or only a part of one.", "Make the ZIP file again.")


def _too_many() -> RefusedFileError:
    return RefusedFileError(f"The archive holds more than {MOST_ENTRIES:,} files.", "Split it into several.")


def _too_much() -> RefusedFileError:
    most = MOST_BYTES >> 20
    return RefusedFileError(f"Unpacked, the archive would have more than {most} MB.", "Split it into several.")
