"""The only writer of the courses folder: whole files, each at once, never over what somebody wrote meanwhile.

Everybody else reads those files with other programs, so nothing half-written is ever seen under a file's name:
a hidden file beside it is filled, flushed and then renamed. Writers of this server take turns by course.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from lms.content.reading.files import MAX_MEDIA_BYTES, MEDIA_TYPES
from lms.content.reading.source import MAX_BYTES

ABSENT = ""
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_NAME = re.compile(r"(?:course|\d{1,4}[-_. ]?[\w][\w. -]{0,119})\.md")
# A hidden folder beside the files: neither the watcher nor a reader of the course looks into it.
REMOVED = ".removed"
_REMOVED_NAME = re.compile(r"\d{8}T\d{6}-((?:course|\d{1,4}[-_. ]?[\w][\w. -]{0,119})\.md)")
_MEDIA_NAME = re.compile(r"[\w][\w. -]{0,119}")
_MOST_NAMESAKES = 999


class BadCourseFileError(ValueError):
    """The name, the text or the place cannot be a course's file; the message is a sentence."""


@dataclass(frozen=True)
class CourseText:
    """One file as it lies on the disk; `hash` is what a writer shows to say which text it changes."""

    name: str
    text: str
    hash: str


@dataclass(frozen=True)
class Written:
    """The file now holds the text; `hash` is its new one."""

    name: str
    hash: str


@dataclass(frozen=True)
class Conflict:
    """Somebody changed the file meanwhile and nothing was written; `current` is what lies there, None: removed."""

    name: str
    current: CourseText | None


def hash_of(text: str) -> str:
    """Return the hash a file with this text has."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read_course_file(courses: Path, slug: str, name: str) -> CourseText | None:
    """Return a course's file, or None when there is none. Raises BadCourseFileError for what is no such file."""
    return _read(_place(courses, slug, name))


def write_course_file(courses: Path, slug: str, name: str, text: str, expected_hash: str) -> Written | Conflict:
    """Put the text into `name` of a course, if what lies there is still what has `expected_hash`.

    `ABSENT` says that there must be no such file yet; with it the course's folder is made too. Raises
    BadCourseFileError for names, texts and places that no course can have, OSError when the disk refuses.
    """
    place = _place(courses, slug, name)
    body = _body(text)
    if expected_hash == ABSENT:
        place.parent.mkdir(parents=True, exist_ok=True)
    elif not place.parent.is_dir():
        return Conflict(name, None)
    with _turn(place.parent):
        current = _read(place)
        if (current.hash if current else ABSENT) != expected_hash:
            return Conflict(name, current)
        if current is not None and "\r\n" in current.text:
            # Whoever writes on Windows gets the line ends back, and git no line that nobody touched.
            body = body.replace(b"\n", b"\r\n")
        with contextlib.suppress(FileExistsError):
            _put(place, lambda file: file.write(body), is_new=current is None)
            return Written(name, hashlib.sha256(body).hexdigest())
        # An editor was quicker than we between the look and the name.
        return Conflict(name, _read(place))


def add_media_file(courses: Path, slug: str, name: str, content: Path | bytes) -> str:
    """Lay a file into a course's media and return its name there: another one when this is taken by other content.

    Raises BadCourseFileError for a name, a type or a size that courses cannot have, OSError when the disk refuses.
    """
    folder = _folder(courses, slug) / "media"
    stem, dot, ending = name.rpartition(".")
    if not _MEDIA_NAME.fullmatch(name) or not dot or ending.lower() not in MEDIA_TYPES:
        raise BadCourseFileError(f"“{name}” is no name of a file that courses hand out.")
    size = len(content) if isinstance(content, bytes) else content.stat().st_size
    if size > MAX_MEDIA_BYTES:
        raise BadCourseFileError(f"“{name}” has {size >> 20} MB; the most is {MAX_MEDIA_BYTES >> 20} MB.")
    folder.mkdir(parents=True, exist_ok=True)
    if not folder.resolve().is_relative_to(courses.resolve()):
        raise BadCourseFileError("The media folder is a link that leads out of the courses.")
    wanted = _digest(content)
    with _turn(folder):
        for number in range(1, _MOST_NAMESAKES):
            free = name if number == 1 else f"{stem}-{number}.{ending}"
            place = folder / free
            if place.is_symlink():
                continue
            if place.exists():
                if _digest(place) == wanted:
                    return free
                continue
            with contextlib.suppress(FileExistsError):
                _put(place, lambda file: _pour(content, file), is_new=True)
                return free
    raise BadCourseFileError(f"There are too many files called “{name}”.")


def rename_course_files(courses: Path, slug: str, names: dict[str, str], texts: dict[str, str]) -> None:
    """Give files of a course other names, old to new, which may change places; `texts` are written first.

    Raises BadCourseFileError, before anything is changed, for a name that cannot be or that another file has.
    """
    places = {_place(courses, slug, old): _place(courses, slug, new) for old, new in names.items()}
    bodies = {_place(courses, slug, name): text.encode("utf-8") for name, text in texts.items()}
    with _turn(_folder(courses, slug)):
        for old, new in places.items():
            if not old.is_file():
                raise BadCourseFileError(f"“{old.name}” is not there any more.")
            if new.exists() and new not in places:
                raise BadCourseFileError(f"There is a file “{new.name}” already.")
        for place, body in bodies.items():
            _put(place, partial(_pour, body), is_new=False)
        # Through names nobody looks at, so that two files can change places.
        passing = {old: old.with_name(f".{secrets.token_hex(8)}.part") for old in places}
        for old, between in passing.items():
            old.rename(between)
        for old, between in passing.items():
            between.rename(places[old])


def remove_course_file(courses: Path, slug: str, name: str, removed_at: datetime) -> str:
    """Lay a file of a course into its hidden folder of removed files; returns its name there.

    Raises BadCourseFileError when there is none.
    """
    place = _place(courses, slug, name)
    removed = f"{removed_at:%Y%m%dT%H%M%S}-{name}"
    trash = place.parent / REMOVED
    with _turn(place.parent):
        if not place.is_file():
            raise BadCourseFileError(f"“{name}” is not there any more.")
        trash.mkdir(exist_ok=True)
        place.rename(trash / removed)
    return removed


def removed_files(courses: Path, slug: str) -> list[str]:
    """Return the names of a course's removed files, latest first; `course_name` says what each was called."""
    trash = _folder(courses, slug) / REMOVED
    found = [each.name for each in trash.iterdir() if _REMOVED_NAME.fullmatch(each.name)] if trash.is_dir() else []
    return sorted(found, reverse=True)


def course_name(removed: str) -> str:
    """Return the name a removed file had in its course. Raises BadCourseFileError for what is no such name."""
    found = _REMOVED_NAME.fullmatch(removed)
    if not found:
        raise BadCourseFileError(f"“{removed}” is no removed file.")
    return found[1]


def put_back(courses: Path, slug: str, removed: str) -> str:
    """Put a removed file back where it was and return its name.

    Raises BadCourseFileError when it is gone, or when another file has its name by now.
    """
    name = course_name(removed)
    place = _place(courses, slug, name)
    with _turn(place.parent):
        if place.exists():
            raise BadCourseFileError(f"There is a file “{name}” again; rename it first.")
        if not (place.parent / REMOVED / removed).is_file():
            raise BadCourseFileError(f"“{name}” was removed for good.")
        (place.parent / REMOVED / removed).rename(place)
    return name


def may_write(courses: Path, slug: str) -> bool:
    """Return whether this server may write into the course's folder, or make it where there is none."""
    folder = courses / slug
    return os.access(folder if folder.is_dir() else courses, os.W_OK | os.X_OK)


def _body(text: str) -> bytes:
    """Return the text as its file holds it. Raises BadCourseFileError when no file can."""
    try:
        body = text.replace("\r\n", "\n").encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadCourseFileError("The text holds half a letter, which no file can keep.") from error
    if len(body) > MAX_BYTES:
        raise BadCourseFileError(
            f"The file would have {len(body) // 1000} kB; the most is {MAX_BYTES // 1000} kB."
        )
    return body


def _folder(courses: Path, slug: str) -> Path:
    folder = courses / slug
    if not _SLUG.fullmatch(slug):
        raise BadCourseFileError(f"“{slug}” cannot be a course's folder: use small letters, digits and dashes.")
    if not folder.resolve().is_relative_to(courses.resolve()):
        raise BadCourseFileError("The course's folder is a link that leads out of the courses.")
    return folder


def _place(courses: Path, slug: str, name: str) -> Path:
    place = _folder(courses, slug) / name
    if not _NAME.fullmatch(name):
        raise BadCourseFileError(
            f"“{name}” cannot be a course's file here: give it a number, then letters, digits, spaces, dots and "
            "dashes, and .md at its end."
        )
    if place.is_symlink():
        raise BadCourseFileError(f"“{name}” is a link; write to where it leads with your own editor.")
    return place


def _read(place: Path) -> CourseText | None:
    try:
        about = place.stat()
        if not stat.S_ISREG(about.st_mode):
            # Reading a pipe would wait for somebody who writes into it.
            raise BadCourseFileError(f"“{place.name}” is no file that holds a text.")
        if about.st_size > MAX_BYTES:
            raise BadCourseFileError(f"“{place.name}” has more than {MAX_BYTES // 1000} kB.")
        body = place.read_bytes()
    except FileNotFoundError:
        return None
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadCourseFileError(f"“{place.name}” is not saved as UTF-8.") from error
    return CourseText(place.name, text, hashlib.sha256(body).hexdigest())


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Hold this folder's one turn to write; the kernel frees it when a process dies."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
        # The name is on the disk too, not only the bytes.
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _put(place: Path, fill: Callable[[BinaryIO], object], *, is_new: bool) -> None:
    """Fill a hidden file and give it its name. Raises FileExistsError when a new one has it already."""
    passing = place.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with passing.open("xb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            # A link refuses a name that is taken; a rename would not.
            os.link(passing, place)
        else:
            shutil.copymode(place, passing)
            passing.replace(place)
    finally:
        passing.unlink(missing_ok=True)


def _pour(content: Path | bytes, file: BinaryIO) -> None:
    if isinstance(content, bytes):
        file.write(content)
    else:
        with content.open("rb") as source:
            shutil.copyfileobj(source, file)


def _digest(content: Path | bytes) -> bytes:
    if isinstance(content, bytes):
        return hashlib.sha256(content).digest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
