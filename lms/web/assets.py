"""Static files: read once into memory, addressed by their content's hash, sent compressed; pages compressed too.

Compressed pages and BREACH: that attack needs many cross-site requests that carry the victim's cookie and
reflect chosen text beside a secret. Our cookies are SameSite=Lax, so only top-level navigation carries them,
and each compressed page gets a gzip header of random length besides (as Django does since 4.2), which drowns
the byte or two the attack measures.
"""

import gzip
import hashlib
import io
import mimetypes
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

import brotli
from flask import Flask, Response, abort, current_app, request, url_for

# The sheets that travel together: one request for everybody, one more for staff.
BUNDLES = {
    "css/site.css": (
        "fonts/fonts.css",
        "css/tokens.css",
        "css/base.css",
        "css/parts.css",
        "css/reading.css",
        "css/question.css",
        "css/learn.css",
        "css/aids.css",
        "css/asking.css",
        "css/passport.css",
        "css/observing.css",
        "css/run.css",
        "css/plans.css",
        "css/visit.css",
    ),
    "css/staff.css": ("css/staff/*.css", "css/teach.css", "css/manage.css", "css/admin.css"),
}
# Which links a browser may fetch before they are pressed: looking at a page changes nothing here.
SPECULATION = "speculation.json"
_TEXT_TYPES = frozenset({
    "text/html", "text/css", "text/plain", "text/csv", "text/javascript", "application/json", "image/svg+xml",
})  # fmt: skip
# A sheet names fonts relative to itself; the address must be the one that pages preload.
_FONT = re.compile(r"\.\./(fonts/[\w-]+\.woff2)")
_SMALLEST = 600
# A file like the studio's editor (600 kB) would keep its first visitor waiting for seconds, to save a tenth.
_LARGE = 200_000
_PAGE_LEVEL = 4
_YEAR = 365 * 24 * 3600
_FRESH_SECONDS = 1.0
_MOST_NAMES = 500


@dataclass
class Asset:
    """One static file in memory; `brotli` and `gzip` are empty where they would save nothing.

    `address` is filled in when a page first names the file.
    """

    name: str
    content_type: str
    plain: bytes
    brotli: bytes
    gzip: bytes
    hash: str
    address: str = ""


class Shelf:
    """The static folder's files and bundles, each read once and again only when its sources change."""

    def __init__(self, folder: Path) -> None:
        """Look after this folder."""
        self._folder = folder.resolve()
        self._kept: dict[str, tuple[tuple[int, ...], Asset]] = {}
        self._looked_at: dict[str, tuple[float, Asset | None]] = {}
        self._fonts: tuple[float, list[str]] = (float("-inf"), [])

    def find(self, name: str) -> Asset | None:
        """Return the file or bundle of this name, or None; the disk is looked at once a second at most."""
        moment = time.monotonic()
        known = self._looked_at.get(name)
        if known is None or moment - known[0] > _FRESH_SECONDS:
            if len(self._looked_at) > _MOST_NAMES:  # names come from addresses, and anybody can make those up
                self._looked_at.clear()
            known = self._looked_at[name] = (moment, self._look(name))
        return known[1]

    def _look(self, name: str) -> Asset | None:
        sources = self._sources(name)
        if not sources:
            return None
        stamp = tuple(source.stat().st_mtime_ns for source in sources)
        kept = self._kept.get(name)
        if kept is None or kept[0] != stamp:
            kept = self._kept[name] = (stamp, _read(self._folder, name, sources))
        return kept[1]

    def fonts(self) -> list[str]:
        """Return the fonts no page goes without, to be preloaded; empty when none have been built."""
        moment = time.monotonic()
        if moment - self._fonts[0] > _FRESH_SECONDS:
            self._fonts = (moment, self._built_fonts())
        return self._fonts[1]

    def _built_fonts(self) -> list[str]:
        paths = sorted((self._folder / "fonts").glob("*-base.woff2"))
        return [f"fonts/{path.name}" for path in paths if "-600-" not in path.name]

    def _sources(self, name: str) -> list[Path]:
        patterns = BUNDLES.get(name, (name,))
        if name not in BUNDLES:
            # The disk would refuse such a name with an error, not with an empty hand.
            if "\0" in name or len(name) > 200:
                return []
            path = (self._folder / name).resolve()
            return [path] if path.is_relative_to(self._folder) and path.is_file() else []
        return [path for pattern in patterns for path in sorted(self._folder.glob(pattern)) if path.is_file()]


def _read(folder: Path, name: str, sources: list[Path]) -> Asset:
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if name.endswith(".js"):
        content_type = "text/javascript"
    elif name == SPECULATION:
        content_type = "application/speculationrules+json"
    if content_type == "text/css":
        sheet = "\n".join(source.read_text("utf-8") for source in sources)
        plain = _FONT.sub(lambda font: f"{font[0]}?v={_hash(folder / font[1])}", _small_css(sheet)).encode()
    else:
        plain = b"".join(source.read_bytes() for source in sources)
    is_text = content_type in _TEXT_TYPES
    return Asset(
        name=name,
        content_type=f"{content_type}; charset=utf-8" if is_text else content_type,
        plain=plain,
        brotli=brotli.compress(plain, quality=11 if len(plain) < _LARGE else 6) if is_text else b"",
        gzip=gzip.compress(plain, 6, mtime=0) if is_text else b"",
        hash=_hash_of(plain),
    )


def _hash(path: Path) -> str:
    return _hash_of(path.read_bytes()) if path.is_file() else ""


def _hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _small_css(text: str) -> str:
    """Return the sheet without comments and indentation; nothing inside a rule is rewritten."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return "".join(
        line.strip() + ("\n" if line.strip().endswith("}") else " ") for line in text.splitlines() if line.strip()
    )


def shelf() -> Shelf:
    """Return the app's shelf of static files."""
    found: Shelf = current_app.extensions["assets"]
    return found


def asset(name: str) -> str:
    """Return the address of a static file, with its content's hash; the bare address when there is none."""
    found = shelf().find(name)
    if found is None:
        return url_for("static", filename=name)
    if not found.address:
        found.address = url_for("static", filename=name, v=found.hash)
    return found.address


def send_asset(filename: str) -> Response:
    """Answer with a static file, compressed as the browser likes; immutable when asked for by its hash."""
    found = shelf().find(filename)
    if found is None:
        abort(404)
    response = Response(found.plain, content_type=found.content_type)
    response.set_etag(found.hash)
    for coding, body in (("br", found.brotli), ("gzip", found.gzip)):
        if body and request.accept_encodings[coding]:
            response.set_data(body)
            response.headers["Content-Encoding"] = coding
            response.set_etag(f"{found.hash}-{coding}")
            break
    if found.brotli:
        response.vary.add("Accept-Encoding")
    is_addressed_by_hash = request.args.get("v") == found.hash
    response.headers["Cache-Control"] = (
        f"public, max-age={_YEAR}, immutable" if is_addressed_by_hash else "no-cache"
    )
    response.make_conditional(request)
    return response


def compress_page(response: Response) -> Response:
    """Compress a page or other text on its way out."""
    if (
        request.endpoint == "static"
        or response.mimetype not in _TEXT_TYPES
        or response.direct_passthrough
        or response.is_streamed
        or response.status_code in (204, 206, 304)
        or "Content-Encoding" in response.headers
        or not request.accept_encodings["gzip"]
    ):
        return response
    body = response.get_data()
    if len(body) < _SMALLEST:
        return response
    packed = io.BytesIO()
    name = "a" * secrets.randbelow(100)
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=_PAGE_LEVEL, fileobj=packed, mtime=0) as file:
        file.write(body)
    response.set_data(packed.getvalue())
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def name_speculation(response: Response) -> Response:
    """Tell browsers that know of it where the rules for fetching ahead are; others ignore it."""
    if request.blueprint == "learn" and response.mimetype == "text/html":
        response.headers["Speculation-Rules"] = f'"{asset(SPECULATION)}"'
    return response


def install(app: Flask) -> None:
    """Serve the static folder from memory and compress what the app says."""
    app.extensions["assets"] = Shelf(Path(app.static_folder or "static"))
    app.view_functions["static"] = send_asset
    app.jinja_env.globals["asset"] = asset
    app.after_request(compress_page)
    app.after_request(name_speculation)
