"""The disk format of `courses/`: the files of a course, their text and media; nothing outside its folder."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lms.content.reading.pictures import picture_size
from lms.content.reading.source import MAX_BYTES
from lms.content.release import MediaFile
from lms.problem import Problem, Severity

MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "svg": "image/svg+xml",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "vtt": "text/vtt",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "csv": "text/csv",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
MAX_MEDIA_BYTES = 100 * 1024 * 1024
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_NUMBERED = re.compile(r"(\d{1,4})[-_. ]*.*\.md", re.IGNORECASE)
_MARKS = 3
_ANCHOR = re.compile(r"^[-*+][ ]+([012]):[ ]+(\S.*?)[ \t]*$", re.MULTILINE)
_BEHAVIOUR = re.compile(r"^#{2,6}[ ]+(.*?)[ ]*\{[^{}]*#([A-Za-z][\w.-]*)[^{}]*\}[ \t]*$", re.MULTILINE)
_DEEPEST = 6


@dataclass
class Folder:
    """One course as it lies on the disk: texts by file name in course order, `course.md` first."""

    slug: str
    texts: dict[str, str] = field(default_factory=dict)
    media: dict[str, MediaFile] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def complain(
        self, name: str, code: str, what: str, cure: str, *, line: int = 1, column: int = 1, warning: bool = False
    ) -> None:
        """Add a problem about one of the folder's files."""
        severity = Severity.WARNING if warning else Severity.ERROR
        self.problems.append(Problem(f"{self.slug}/{name}", line, column, code, what, cure, severity))

    @property
    def fingerprint(self) -> str:
        """Return a hash over every file's name and bytes."""
        parts = [f"{name}\0{text}" for name, text in self.texts.items()]
        parts += [f"{path}\0{media.hash}" for path, media in sorted(self.media.items())]
        parts += [str(problem.as_dict()) for problem in self.problems]
        return hashlib.sha256("\1".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def course_slugs(courses: Path) -> list[str]:
    """Return the names of the folders that hold a course, in order; a folder without course.md is none."""
    if not courses.is_dir():
        return []
    return sorted(entry.name for entry in courses.iterdir() if not is_passing(entry.name) and _is_course(entry))


def is_slug(name: str) -> bool:
    """Return whether a folder's name can be part of an address."""
    return _SLUG.fullmatch(name) is not None


def _is_course(folder: Path) -> bool:
    return folder.is_dir() and ((folder / "course.md").is_file() or any(folder.glob("[0-9]*.md")))


def is_passing(name: str) -> bool:
    """Return whether a file is an editor's or a system's own: hidden, a backup, a half-written save."""
    return name.startswith((".", "_", "~", "#")) or name.endswith(
        ("~", ".swp", ".swx", ".tmp", ".bak", ".part", ".orig")
    )


def behaviour_titles(courses: Path) -> dict[str, str] | None:
    """Return the headings of behaviours.md by their ids, or None when there is no such file."""
    text = behaviours_text(courses)
    return None if text is None else {name: title for title, name in _BEHAVIOUR.findall(text)}


def behaviours_text(courses: Path) -> str | None:
    """Return the text of behaviours.md beside the courses, or None when there is no such file."""
    path = courses / "behaviours.md"
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        return None
    return path.read_text("utf-8-sig", "replace")


def behaviour_anchors(courses: Path) -> dict[str, tuple[str, ...]]:
    """Return what behaviours.md says of the marks 0, 1 and 2, Markdown, by the behaviour's id."""
    path = courses / "behaviours.md"
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        return {}
    text = path.read_text("utf-8-sig", "replace")
    headings = list(_BEHAVIOUR.finditer(text))
    ends = [*(heading.start() for heading in headings[1:]), len(text)]
    found = {
        heading[2]: tuple(_ANCHOR.findall(text, heading.end(), end))
        for heading, end in zip(headings, ends, strict=True)
    }
    return {name: tuple(said for _, said in anchors) for name, anchors in found.items() if len(anchors) == _MARKS}


def traces(courses: Path) -> dict[str, tuple[tuple[str, int, int], ...]]:
    """Return each course's files with size and time of change (and "" for behaviours.md); reads no file."""
    found = {slug: tuple(_trace(courses / slug)) for slug in course_slugs(courses)}
    behaviours = courses / "behaviours.md"
    if behaviours.is_file():
        about = behaviours.stat()
        found[""] = ((behaviours.name, about.st_size, about.st_mtime_ns),)
    return found


def _trace(folder: Path) -> Iterator[tuple[str, int, int]]:
    for path in _walk(folder, _DEEPEST):
        try:
            about = path.stat()
        except OSError:
            continue
        yield str(path.relative_to(folder)), about.st_size, about.st_mtime_ns


def _walk(folder: Path, deepest: int) -> Iterator[Path]:
    """Return the files of a folder and those below it in order, without passing ones."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if is_passing(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            if deepest:
                yield from _walk(Path(entry.path), deepest - 1)
        elif entry.is_file() or entry.is_symlink():
            yield Path(entry.path)


def read_folder(courses: Path, slug: str) -> Folder:
    """Return what lies in one course's folder; what must not be read is a problem and left out."""
    root = courses / slug
    folder = Folder(slug)
    if not is_slug(slug):
        folder.complain(
            "course.md",
            "bad-folder",
            f"“{slug}” cannot be part of an address.",
            "Name the folder with small letters, digits and dashes.",
        )
        return folder
    inside = root.resolve()
    if not inside.is_relative_to(courses.resolve()):
        folder.complain(
            "course.md", "outside", "The folder is a link that leads out of the courses.", "Copy it in."
        )
        return folder
    texts: dict[str, str] = {}
    for path in _walk(root, _DEEPEST):
        name = path.relative_to(root).as_posix()
        if not path.resolve().is_relative_to(inside):
            folder.complain(
                name,
                "outside",
                f"“{name}” is a link that leads out of the course's folder.",
                "Copy the file into the folder.",
            )
        elif not stat.S_ISREG(path.stat().st_mode):
            continue
        elif name.startswith("media/"):
            _take_media(folder, path, name.removeprefix("media/"))
        elif "/" not in name and name.lower().endswith(".md"):
            _take_text(folder, path, name, texts)
    folder.texts = dict(sorted(texts.items(), key=lambda item: order_of(item[0])))
    return folder


def order_of(name: str) -> tuple[int, str]:
    """Return what a course's files are sorted by: their number, then their name; course.md first."""
    found = _NUMBERED.fullmatch(name)
    return (int(found[1]) if found else -1, name)


def _take_text(folder: Folder, path: Path, name: str, texts: dict[str, str]) -> None:
    if name != "course.md" and not _NUMBERED.fullmatch(name):
        folder.complain(
            name,
            "not-numbered",
            f"“{name}” has no number and is left out of the course.",
            "Begin its name with a number, such as 03-, if it belongs to the course.",
            warning=True,
        )
        return
    size = path.stat().st_size
    if size > MAX_BYTES:
        folder.complain(
            name,
            "too-large",
            f"The file has {size // 1000} kB; the most is {MAX_BYTES // 1000} kB.",
            "Split it into several activities.",
        )
        return
    body = path.read_bytes()
    try:
        texts[name] = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = body[: error.start]
        column = len(before.rsplit(b"\n", 1)[-1].decode("utf-8", "replace")) + 1
        folder.complain(
            name,
            "not-utf-8",
            "The file is not saved as UTF-8 from here on.",
            "Save it again and choose UTF-8 as its encoding.",
            line=before.count(b"\n") + 1,
            column=column,
        )


def _take_media(folder: Folder, path: Path, name: str) -> None:
    media_type = MEDIA_TYPES.get(name.rsplit(".", 1)[-1].lower())
    size = path.stat().st_size
    where = f"media/{name}"
    if media_type is None:
        folder.complain(
            where,
            "media-type",
            f"Files like “{name}” are not handed out.",
            f"Use one of: {', '.join(sorted(MEDIA_TYPES))}.",
        )
    elif size > MAX_MEDIA_BYTES:
        folder.complain(
            where,
            "too-large",
            f"The file has {size >> 20} MB; the most is {MAX_MEDIA_BYTES >> 20} MB.",
            "Compress it, or cut it into parts.",
        )
    elif len(name) > 200 or not name.isprintable() or "\\" in name:
        folder.complain(
            where, "bad-name", "This file's name cannot be part of an address.", "Give it a shorter, plain name."
        )
    else:
        digest = _hash_of(str(path), size, path.stat().st_mtime_ns)
        pixels = picture_size(path) if media_type.startswith("image/") else None
        folder.media[name] = MediaFile(name, path, size, digest, media_type, pixels)


# A video is not read again as long as its size and time stay the same.
_hashes: dict[tuple[str, int, int], str] = {}


def _hash_of(path: str, size: int, changed: int) -> str:
    known = _hashes.get((path, size, changed))
    if known is None:
        with Path(path).open("rb") as file:
            known = hashlib.file_digest(file, "sha256").hexdigest()
        if len(_hashes) > 5_000:
            _hashes.clear()
        _hashes[path, size, changed] = known
    return known
