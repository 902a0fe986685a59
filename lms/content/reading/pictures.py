"""The size of a picture in pixels, read from the first bytes of its file."""

import re
import struct
from pathlib import Path

# Whoever draws chooses these bytes: no tag and no number is followed for long, so that none costs much.
_SVG_TAG = re.compile(r"<svg\b[^<>]{0,4000}>")
_LENGTH = r"""\s{name}\s*=\s*["']\s*([0-9.]{{1,20}})\s*(?:px)?\s*["']"""
_VIEW_BOX = re.compile(
    r"""\sviewBox\s*=\s*["']\s*[-0-9.]+[\s,]+[-0-9.]+[\s,]+([0-9.]{1,20})[\s,]+([0-9.]{1,20})"""
)


def picture_size(path: Path) -> tuple[int, int] | None:
    """Return width and height in pixels of a PNG, GIF, JPEG, WebP or SVG file, or None."""
    with path.open("rb") as file:
        head = file.read(256 * 1024)
    try:
        size = _svg(head) if path.suffix.lower() == ".svg" else _bitmap(head)
    except (struct.error, IndexError, ValueError):
        return None
    return size if size and 0 < size[0] < 20_000 and 0 < size[1] < 20_000 else None


def _bitmap(head: bytes) -> tuple[int, int] | None:
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return _pair(">II", head, 16)
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return _pair("<HH", head, 6)
    if head[:2] == b"\xff\xd8":
        return _jpeg(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp(head)
    return None


def _pair(form: str, head: bytes, offset: int) -> tuple[int, int]:
    first, second = struct.unpack_from(form, head, offset)
    return int(first), int(second)


def _jpeg(head: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 9 < len(head):
        if head[position] != 0xFF:
            return None
        marker = head[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = _pair(">HH", head, position + 5)
            return width, height
        position += 2 + int(struct.unpack_from(">H", head, position + 2)[0])
    return None


def _webp(head: bytes) -> tuple[int, int] | None:
    kind = head[12:16]
    if kind == b"VP8X":
        return (1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little"))
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return ((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1)
    if kind == b"VP8 ":
        width, height = _pair("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _svg(head: bytes) -> tuple[int, int] | None:
    found = _SVG_TAG.search(head.decode("utf-8", "replace"))
    if not found:
        return None
    width = re.search(_LENGTH.format(name="width"), found[0])
    height = re.search(_LENGTH.format(name="height"), found[0])
    if width and height:
        return round(float(width[1])), round(float(height[1]))
    box = _VIEW_BOX.search(found[0])
    return (round(float(box[1])), round(float(box[2]))) if box else None
