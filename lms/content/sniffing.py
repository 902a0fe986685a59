"""What a file is by its first bytes, whatever it is called; pure."""

from lms.content.reading.files import MEDIA_TYPES

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"%PDF-", "pdf"),
    (b"ID3", "mp3"),
    (b"OggS", "ogg"),
    (b"\x1aE\xdf\xa3", "webm"),
    (b"WEBVTT", "vtt"),
)
_BRANDS = {b"avif": "avif", b"avis": "avif", b"M4A ": "m4a", b"M4B ": "m4a"}
# A zip of these kinds is told from another only by its name; none of them is ever shown, only handed over.
_PACKED = ("docx", "xlsx", "pptx", "odt", "ods")
_PLAIN = ("txt", "csv", "vtt")


def ending_of(body: bytes, name: str) -> str:
    """Return the ending that a file with these bytes deserves, "" for what courses do not hand out."""
    called = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    found = next((ending for start, ending in _STARTS if body.startswith(start)), "")
    if not found and body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        found = "webp"
    elif not found and body[4:8] == b"ftyp":
        found = _BRANDS.get(body[8:12], "mp4")
    elif not found and len(body) > 1 and body[0] == 0xFF and body[1] & 0xE6 == 0xE2:
        found = "mp3"
    elif not found and body[:4] == b"PK\x03\x04" and called in _PACKED:
        found = called
    elif not found and _is_svg(body):
        found = "svg"
    elif not found and called in _PLAIN and _is_text(body):
        found = called
    return found if found in MEDIA_TYPES else ""


def _is_svg(body: bytes) -> bool:
    head = body[:4_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith((b"<svg", b"<?xml", b"<!--")) and b"<svg" in head and _is_text(body)


def _is_text(body: bytes) -> bool:
    try:
        return "\0" not in body.decode("utf-8")
    except UnicodeDecodeError:
        return False
