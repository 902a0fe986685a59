"""Media of a course release: pictures, sound, film, files to keep; what they are never changes."""

from collections.abc import Iterator

from flask import Response, abort, request, stream_with_context
from werkzeug.datastructures import Range

from lms.content import queries as content
from lms.content.queries import Media
from lms.web.extensions import database
from lms.web.files import disposition
from lms.web.learn.routes import desk

_YEAR = 365 * 24 * 3600
# How much of a file is in memory at a time.
_PIECE = 1024 * 1024
# A picture of an author's may hold what a page of ours must not run, so nothing runs and nothing is fetched.
_SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_FILE_POLICY = "default-src 'none'; sandbox"
SHOWN = ("image/", "audio/", "video/", "text/vtt")


@desk.get("/media/<slug>/<release_hash>/<path:path>")
def media(slug: str, release_hash: str, path: str) -> Response:
    """Hand out one media file, or the asked range of it."""
    found = content.find_media_at(database(), slug, release_hash, path)
    if found is None:
        abort(404)
    response = Response(content_type=found.media_type)
    response.set_etag(found.hash)
    response.headers["Cache-Control"] = f"private, max-age={_YEAR}, immutable"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Security-Policy"] = policy_for(found.media_type)
    if not found.media_type.startswith(SHOWN):
        response.headers["Content-Disposition"] = disposition("attachment", path.rsplit("/", 1)[-1])
    if request.if_none_match.contains(found.hash):
        response.status_code = 304
        return response
    return _filled(response, found, request.range)


def policy_for(media_type: str) -> str:
    """Return what a media file of this type may do in a browser: nothing at all."""
    return _SVG_POLICY if media_type.startswith("image/svg") else _FILE_POLICY


def _filled(response: Response, found: Media, asked: Range | None) -> Response:
    start, stop = 0, found.size
    if asked is not None and asked.units == "bytes" and len(asked.ranges) == 1:
        span = asked.range_for_length(found.size)
        if span is None:
            response.status_code = 416
            response.headers["Content-Range"] = f"bytes */{found.size}"
            return response
        start, stop = span
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{found.size}"
    response.content_length = stop - start
    response.response = stream_with_context(_pieces(found.hash, start, stop))
    return response


def _pieces(media_hash: str, start: int, stop: int) -> Iterator[bytes]:
    for place in range(start, stop, _PIECE):
        yield content.read_media(database(), media_hash, place, min(_PIECE, stop - place))
