"""What a release is made of before it is stored, and what is said of it: values only."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lms.content.course import Passage


@dataclass(frozen=True)
class MediaFile:
    """One media file; `path` is below the course's `media` folder, `size` its bytes, `pixels` width and height."""

    path: str
    disk: Path
    size: int
    hash: str
    media_type: str
    pixels: tuple[int, int] | None = None


@dataclass(frozen=True)
class Body:
    """One compressed body under its SHA-256; `content_hash` is that of its JSON, the same on every machine."""

    hash: str
    content_hash: str
    body: bytes


@dataclass(frozen=True)
class Found:
    """One passage as search keeps it."""

    activity_id: str
    title: str
    passage: Passage


@dataclass(frozen=True)
class Ready:
    """One course ready to become a release; `hash` covers what learners could see and what they are asked."""

    slug: str
    title: str
    hash: str
    front: Body
    activities: tuple[tuple[str, Body], ...]
    media: tuple[MediaFile, ...]
    passages: tuple[Found, ...]


class ChangeKind(StrEnum):
    """What its author says a change is: a slip mended, something more, or something that now holds otherwise."""

    TYPO = "typo"
    ADDITION = "addition"
    MATERIAL = "material"


class Way(StrEnum):
    """How a release became current: its files were saved, somebody published it here, or went back to it."""

    FILES = "files"
    HERE = "here"
    BACK = "back"


@dataclass(frozen=True)
class Said:
    """What an author says on publishing: the kind of change and why, in a sentence."""

    kind: ChangeKind
    note: str
