"""The pictures and recordings that came in an archive, as far as the texts that were taken speak of them."""

import posixpath
import re
from urllib.parse import unquote

from lms.content.reading.files import MAX_MEDIA_BYTES, MEDIA_TYPES
from lms.interop.draft import Media
from lms.interop.safe_zip import Archive

_UNSAFE = re.compile(r"[^\w.-]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class Shelf:
    """Gives each file that is spoken of a name in the course's media, and hands the files over at the end."""

    def __init__(self, archive: Archive | None) -> None:
        self._archive = archive
        self._names: dict[str, str] = {}

    def address_of(self, url: str, beside: str) -> str:
        """Return `media/name` for what `url` means in the file `beside`, "" when that did not come with it."""
        name = self._name_of(url, beside)
        return f"media/{name}" if name else ""

    def _name_of(self, url: str, beside: str) -> str:
        if not url or _SCHEME.match(url) or url.startswith(("//", "#")):
            return ""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(beside), unquote(url.partition("?")[0])))
        if path in self._names:
            return self._names[path]
        ending = path.rsplit(".", 1)[-1].lower()
        if self._archive is None or path not in self._archive or ending not in MEDIA_TYPES:
            return ""
        if self._archive.size(path) > MAX_MEDIA_BYTES:
            return ""
        self._names[path] = self._free(path)
        return self._names[path]

    def media(self) -> tuple[Media, ...]:
        """Return what was spoken of, read now."""
        if self._archive is None:
            return ()
        return tuple(Media(name, self._archive.read(path, MAX_MEDIA_BYTES)) for path, name in self._names.items())

    def _free(self, path: str) -> str:
        stem, _dot, ending = posixpath.basename(path).rpartition(".")
        plain = _UNSAFE.sub("-", stem).strip("-._")[:80] or "file"
        taken = {name.casefold() for name in self._names.values()}
        number, name = 1, f"{plain}.{ending.lower()}"
        while name.casefold() in taken:
            number += 1
            name = f"{plain}-{number}.{ending.lower()}"
        return name
