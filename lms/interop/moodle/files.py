"""Pictures that stand in Moodle's XML as base64: only those that begin as pictures do, under safe names."""

import base64
import binascii
import re
from collections.abc import Iterable
from urllib.parse import unquote

from lms.content.reading.names import slug
from lms.interop.draft import Media
from lms.interop.safe_xml import Element

PLACE = "@@PLUGINFILE@@/"
MOST_BYTES = 5_000_000
MOST_PICTURES = 500
MOST_TOGETHER = 50_000_000
_SIGNATURES = (
    ("png", rb"\x89PNG\r\n\x1a\n"),
    ("gif", rb"GIF8[79]a"),
    ("jpg", rb"\xff\xd8\xff"),
    ("webp", rb"RIFF....WEBP"),
)


class Pictures:
    """The pictures of one file as they are found; each has one name however often it stands there."""

    def __init__(self) -> None:
        self.media: list[Media] = []
        self._total = 0

    def take(self, files: Iterable[Element]) -> tuple[dict[str, str], list[tuple[str, int]]]:
        """Return `media/name` by the address each picture has in the text, and why others were refused, where."""
        places: dict[str, str] = {}
        refused: list[tuple[str, int]] = []
        for file in files:
            name = file.get("path", "/").strip("/") + "/" + file.get("name")
            content = _decoded(file.text)
            kind = _kind(content)
            if not kind:
                refused.append((f"The file “{file.get('name')[:80]}” is no picture and is left out.", file.line))
            elif len(self.media) >= MOST_PICTURES:
                refused.append((f"The file has more than {MOST_PICTURES} pictures.", file.line))
            elif len(content) > MOST_BYTES or self._total + len(content) > MOST_TOGETHER:
                refused.append((f"The picture “{file.get('name')[:80]}” is too large.", file.line))
            else:
                places[name.lstrip("/")] = f"media/{self._kept(file.get('name'), kind, content)}"
        return places, refused

    def _kept(self, name: str, kind: str, content: bytes) -> str:
        """Return the name under which the picture is kept."""
        stem = re.sub(r"[^a-z0-9-]+", "-", slug(name.rpartition(".")[0] or name)).strip("-")[:60] or "picture"
        known = {media.name: media.content for media in self.media}
        number = 1
        while True:
            safe = f"{stem}.{kind}" if number == 1 else f"{stem}-{number}.{kind}"
            if known.get(safe, content) == content:
                break
            number += 1
        if safe not in known:
            self._total += len(content)
            self.media.append(Media(safe, content))
        return safe


def address_of(source: str) -> str:
    """Return what a picture in the text calls its file, "" when it stands elsewhere."""
    return unquote(source.removeprefix(PLACE)) if source.startswith(PLACE) else ""


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _kind(content: bytes) -> str:
    return next((kind for kind, sign in _SIGNATURES if re.match(sign, content, re.DOTALL)), "")
