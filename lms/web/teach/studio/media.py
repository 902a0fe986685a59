"""Pictures, sound and film of a course in the studio: taken in by what they are, handed out as harmless."""

from flask import Response, abort, jsonify, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.content import writing
from lms.content.arranging import slug_of
from lms.content.sniffing import ending_of
from lms.content.writing import BadCourseFileError
from lms.store import writing as committing
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.learn.media import SHOWN, policy_for
from lms.web.teach.routes import desk
from lms.web.teach.studio.course import courses_folder, my_folder, subject
from lms.web.teach.studio.routes import why

_LONGEST_STEM = 60


@desk.get("/studio/<slug>/media/<path:path>")
def studio_media(slug: str, path: str) -> Response:
    """Hand out one media file as it lies on the disk; like a release's, it runs and fetches nothing."""
    found = my_folder(slug).media.get(path)
    if found is None:
        abort(404)
    is_shown = found.media_type.startswith(SHOWN)
    try:
        response = send_file(
            found.disk, found.media_type, as_attachment=not is_shown, etag=found.hash, max_age=0, conditional=True
        )
    except OSError:
        abort(404)
    response.headers["Content-Security-Policy"] = policy_for(found.media_type)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@desk.post("/studio/<slug>/media")
def add_media(slug: str) -> ResponseReturnValue:
    """Lay a picture, a recording or a document into the course's media; its type is what it is, not its name's."""
    my_folder(slug)
    back = url_for(".studio_page", slug=slug, _anchor="media")
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _refused(back, _("Choose a file first."))
    body = sent.stream.read()
    ending = ending_of(body, sent.filename)
    if not ending:
        return _refused(
            back,
            _(
                "This file is none that courses hand out. Pictures: png, jpg, gif, webp, svg. "
                "Sound: mp3, m4a, ogg. Film: mp4, webm. Or a pdf."
            ),
        )
    try:
        name = writing.add_media_file(courses_folder(), slug, _safe_name(sent.filename, ending), body)
    except (BadCourseFileError, OSError) as error:
        return _refused(back, why(error))
    with committing(database()) as session:
        note(session, "course.add-media", subject(slug), file=name)
    if _wants_json():
        return jsonify(path=f"media/{name}", name=name)
    return done(back, _("%(name)s is there. Write ![what it shows](media/%(name)s) where it belongs.", name=name))


def _safe_name(name: str, ending: str) -> str:
    """Return a name for the disk and an address: the file's words in plain letters, the ending of what it is."""
    stem = slug_of(name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1].rsplit(".", 1)[0], _LONGEST_STEM)
    return f"{stem or 'file'}.{ending}"


def _refused(back: str, text: str) -> ResponseReturnValue:
    if _wants_json():
        return jsonify(said=text), 422
    return refused(back, text)


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"
