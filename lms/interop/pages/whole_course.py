"""A course of ours as an archive: its folder as it lies on the disk, out and in without a letter changed."""

import posixpath
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from lms.content.reading.files import MAX_MEDIA_BYTES, MEDIA_TYPES
from lms.content.reading.source import MAX_BYTES
from lms.interop.brought import Brought, BroughtFile, left_out
from lms.interop.draft import Loss, Media
from lms.interop.refusing import RefusedFileError
from lms.interop.safe_zip import Archive

FORMAT = "course"
FRONT = "course.md"
_NUMBERED = re.compile(r"\d{1,4}[-_. ]?[\w][\w. -]{0,119}\.md")
_TITLE = re.compile(r"\A---\r?\n(?:(?!---).*\r?\n)*?title:[ \t]*(.+)")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_course(
    out: BinaryIO, slug: str, texts: Mapping[str, str], media: Mapping[str, Path], behaviours: str | None
) -> None:
    """Write a course's folder into an archive; `media` are files by their path below `media`."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(_info(f"{slug}/{name}"), text.encode())
        for path, file in sorted(media.items()):
            with file.open("rb") as source, archive.open(_info(f"{slug}/media/{path}"), "w") as member:
                while piece := source.read(1 << 20):
                    member.write(piece)
        if behaviours is not None:
            archive.writestr(_info("behaviours.md"), behaviours.encode())


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = 0o644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def find_front(archive: Archive) -> str | None:
    """Return the name of the front page of the first course in the archive, or None."""
    fronts = [name for name in archive.names if posixpath.basename(name) == FRONT]
    return min(fronts, key=lambda name: name.count("/"), default=None)


def read_course(archive: Archive, front: str) -> Brought:
    """Return the course whose front page this is; other files beside it are left out and named."""
    folder = posixpath.dirname(front)
    start = f"{folder}/" if folder else ""
    files: list[BroughtFile] = []
    media: list[Media] = []
    losses: list[Loss] = []
    for name in archive.names:
        inside = name.removeprefix(start)
        if not name.startswith(start):
            what = "Behaviours are everybody's; put what is new in it into your own behaviours.md."
            is_common = posixpath.basename(name) == "behaviours.md"
            losses.append(left_out(name, what if is_common else "It lies beside the course's folder."))
        elif inside.startswith("media/"):
            _take_media(archive, name, inside.removeprefix("media/"), media, losses)
        elif inside == FRONT or _NUMBERED.fullmatch(inside):
            files.append(_file(archive, name, inside))
        else:
            losses.append(left_out(name, "It is no file of a course: those are course.md, 01-name.md and media."))
    title = next((file.title for file in files if file.name == FRONT), "")
    return Brought(FORMAT, title, files=tuple(files), media=tuple(media), losses=tuple(losses))


def _file(archive: Archive, name: str, inside: str) -> BroughtFile:
    try:
        text = archive.read(name, MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedFileError(f"“{name}” is not saved as UTF-8.", "Save it again and choose UTF-8.") from error
    titled = _TITLE.match(text)
    return BroughtFile(inside, titled[1].strip() if titled else inside, text, name)


def _take_media(archive: Archive, name: str, path: str, media: list[Media], losses: list[Loss]) -> None:
    if "/" in path:
        losses.append(left_out(name, "Folders within media are not taken; put the file into media itself."))
    elif path.rsplit(".", 1)[-1].lower() not in MEDIA_TYPES:
        losses.append(left_out(name, "Files of this kind are not handed out."))
    else:
        media.append(Media(path, archive.read(name, MAX_MEDIA_BYTES)))
