"""Links and media of a compiled page followed: what they point to must be there, and gets its address."""

import difflib
import html
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from lms.content.reading.compiled import Compiled
from lms.content.release import MediaFile
from lms.content.variables import MEDIA_MARK
from lms.markup import ID_PREFIX

_IMG = re.compile(r"<img( [^>]*)>")
_LINK = re.compile(r'<a( [^>]*?)? href="([^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_PLAYED = {"mp3": "audio", "m4a": "audio", "ogg": "audio", "mp4": "video", "webm": "video"}
Value = TypeVar("Value")


@dataclass(frozen=True)
class Target:
    """One page to link to: an activity (or "" for the course's own page) and its anchors, None if unknown."""

    course: str
    activity_id: str
    anchors: frozenset[str] | None


class Linker:
    """Follows the links of one file; `targets` are pages by their file as the courses folder names it."""

    def __init__(
        self,
        compiled: Compiled,
        source: tuple[str, ...],
        media: dict[str, MediaFile],
        targets: dict[str, Target],
        language: str,
    ) -> None:
        self._compiled, self._source = compiled, source
        self._media, self._targets, self._language = media, targets, language
        self._folder = posixpath.dirname(compiled.file)
        self._pictures = 0

    def follow(self, value: Value) -> Value:
        """Return the value with each link and picture in its HTML followed; complaints go to the file."""
        followed: Value = _with_html(value, self._page)
        return followed

    def _page(self, page: str) -> str:
        if "<a " in page:
            page = _LINK.sub(self._link, page)
        if "<img " in page:
            page = _IMG.sub(self._picture, page)
        return page

    def _link(self, found: re.Match[str]) -> str:
        url = html.unescape(found[2])
        played = self._recording(url, found[4])
        if played:
            return played
        address = self._address(url)
        if address is None:
            return found[4]
        return f'<a{found[1] or ""} href="{html.escape(address)}"{found[3]}>{found[4]}</a>'

    def _picture(self, found: re.Match[str]) -> str:
        attributes = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(found[1])}
        url, alt = attributes.get("src", ""), attributes.get("alt", "")
        played = self._recording(url, html.escape(alt))
        if played:
            return played
        media = self._media_at(url)
        if media is None:
            return html.escape(alt)
        if not alt.strip():
            self._warn(
                url,
                "no-alt",
                f"The picture {url} has no words for people who cannot see it.",
                "Say between the square brackets what it shows: ![what it shows](…).",
            )
        attributes |= {"src": _media_address(media), "alt": alt} | _dimensions(attributes, media)
        if self._pictures:
            attributes["loading"] = "lazy"
        self._pictures += 1
        written = " ".join(f'{name}="{html.escape(value)}"' for name, value in attributes.items())
        return f"<img {written}>"

    def _recording(self, url: str, title_html: str) -> str:
        """Return a player for an address of sound or film in the media folder, or "" for any other address."""
        kind = _PLAYED.get(url.rsplit(".", 1)[-1].lower())
        if kind is None or _SCHEME.match(url):
            return ""
        media = self._media_at(url)
        if media is None:
            return title_html or "…"
        stem = media.path.rsplit(".", 1)[0]
        captions = self._media.get(f"{stem}.vtt")
        track = ""
        if captions:
            language = html.escape(self._language)
            track = (
                f'<track kind="captions" src="{html.escape(_media_address(captions))}"'
                f' srclang="{language}" label="{language}"{" default" if kind == "video" else ""}>'
            )
        else:
            self._warn(
                url,
                "no-captions",
                f"The recording {url} has no captions.",
                f"Put the file {posixpath.basename(stem)}.vtt with its words beside it.",
            )
        label = html.escape(html.unescape(re.sub(r"<[^>]*>", "", title_html)).strip())
        player = (
            f'<{kind} class="recording__player" controls preload="metadata" aria-label="{label}"'
            f' src="{html.escape(_media_address(media))}">{track}</{kind}>'
        )
        title = f'<span class="recording__title">{title_html}</span> ' if title_html.strip() else ""
        return f'<span class="recording recording--{kind}">{title}{player}</span>'

    def _address(self, url: str) -> str | None:
        """Return the address that a link leads to in the product, or None after complaining."""
        if url.startswith(("/", MEDIA_MARK, "\ue000")) or _SCHEME.match(url):
            return url
        path, _, anchor = url.partition("#")
        file = self._compiled.file if not path else self._file(path)
        target = self._targets.get(file)
        if target is None:
            media = self._media_at(url)
            return None if media is None else _media_address(media)
        anchor = anchor.removeprefix(ID_PREFIX) if not path else unquote(anchor)
        known = target.anchors
        if anchor and known is not None and not anchor.startswith("fn") and ID_PREFIX + anchor not in known:
            near = difflib.get_close_matches(anchor, [name[len(ID_PREFIX) :] for name in known], n=1)
            self._complain(
                url if path else f"#{anchor}",
                "broken-anchor",
                f"No heading of {posixpath.basename(file)} is called #{anchor}.",
                f"Did you mean #{near[0]}?" if near else "Give the heading its id: ## Heading {#id}.",
            )
            return None
        there = f"#{ID_PREFIX}{anchor}" if anchor else ""
        if not path:
            return there or "#"
        page = f"/learn/courses/{target.course}"
        return f"{page}/{target.activity_id}{there}" if target.activity_id else page + there

    def _file(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self._folder, unquote(path)))

    def _media_at(self, url: str) -> MediaFile | None:
        """Return the media file at this address relative to the file, or None after complaining."""
        if _SCHEME.match(url) or url.startswith("/"):
            self._complain(
                url,
                "media-elsewhere",
                f"{url} lies on another computer.",
                "Save it in the course's media folder: learners' browsers fetch nothing from elsewhere.",
            )
            return None
        file = self._file(re.split(r"[?#]", url, maxsplit=1)[0])
        course = self._folder.split("/")[0]
        media = (
            self._media.get(file.removeprefix(f"{course}/media/")) if file.startswith(f"{course}/media/") else None
        )
        if media is None:
            known = [f"media/{path}" for path in self._media]
            known += [name.removeprefix(f"{course}/") for name in self._targets if name.startswith(f"{course}/")]
            near = difflib.get_close_matches(url, known, n=1)
            self._complain(
                url,
                "broken-link",
                f"There is no file {url}.",
                f"Did you mean {near[0]}?" if near else "Put the file there, or mend the address.",
            )
        return media

    def _places(self, url: str) -> list[tuple[int, int]]:
        """Return the lines and columns where the source writes this address."""
        places = []
        for number, line in enumerate(self._source, 1):
            position = line.find(url)
            while position >= 0:
                places.append((number, position + 1))
                position = line.find(url, position + max(1, len(url)))
        before = [
            place for place in places if self._source[place[0] - 1][: place[1] - 1].endswith(("](", "](<", ": "))
        ]
        return before or places[:1] or [(1, 1)]

    def _complain(self, url: str, code: str, what: str, cure: str) -> None:
        for line, column in self._places(url):
            self._compiled.complain(line, column, code, what, cure)

    def _warn(self, url: str, code: str, what: str, cure: str) -> None:
        for line, column in self._places(url):
            self._compiled.warn(line, column, code, what, cure)


def _media_address(media: MediaFile) -> str:
    return MEDIA_MARK + quote(media.path)


def _dimensions(attributes: dict[str, str], media: MediaFile) -> dict[str, str]:
    """Return width and height to reserve the picture's place with: as written, else from the file."""
    if media.pixels is None:
        return {}
    width, height = media.pixels
    written_width, written_height = attributes.get("width"), attributes.get("height")
    if written_width and written_height:
        return {}
    if written_width:
        return {"height": str(round(int(written_width) * height / width))}
    if written_height:
        return {"width": str(round(int(written_height) * width / height))}
    return {"width": str(width), "height": str(height)}


def _with_html(value: Any, change: Callable[[str], str]) -> Any:
    """Return a copy of the value with every field of safe HTML changed; fields that hold it end in `html`."""
    if isinstance(value, tuple):
        return tuple(_with_html(part, change) for part in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed: dict[str, Any] = {}
    for name in [field.name for field in fields(value)]:
        before = getattr(value, name)
        if name.endswith("html"):
            after = tuple(map(change, before)) if isinstance(before, tuple) else change(before)
        else:
            after = _with_html(before, change)
        if after is not before and after != before:
            changed[name] = after
    return replace(value, **changed) if changed else value
