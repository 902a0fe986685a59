"""One file in the studio: the editor, saving, what is typed and not saved, and the learner's page beside it."""

import json
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, abort, current_app, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.content import draft_actions, draft_queries, writing
from lms.content.comparing.lines import compared
from lms.content.drafting import Look
from lms.content.mending import Cure, cure_for, with_ids
from lms.content.reading.files import behaviour_titles
from lms.content.reading.names import activity_id_of
from lms.content.reading.pool import CompilerGoneError
from lms.content.reading.source import MAX_BYTES, source_lines
from lms.content.writing import BadCourseFileError, Conflict, CourseText
from lms.problem import Problem, Severity
from lms.store import writing as committing
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.frame import house
from lms.web.headers import FRAMED_POLICY, FRAMING_POLICY
from lms.web.identity import me, now
from lms.web.learn.previewing import preview_of
from lms.web.render import show
from lms.web.speech import clock_time
from lms.web.teach.releases.holding import hold
from lms.web.teach.routes import desk
from lms.web.teach.studio.course import (
    WROTE,
    courses_folder,
    going_live,
    look_at,
    my_file,
    others_at,
    source,
    subject,
)
from lms.web.teach.studio.pages import DraftLine, FilePage
from lms.web.teach.studio.routes import why
from lms.web.teach.studio.words import cheat_sheet, insertions


@dataclass(frozen=True)
class _Refusal:
    """Why a text was not saved: 422 with the reason, or 409 when the file is another by now."""

    status: int
    text: str = ""


@desk.get("/studio/<slug>/files/<name>")
def file_page(slug: str, name: str) -> ResponseReturnValue:
    """Show one file in the editor, with what was typed earlier and not saved until that is dropped."""
    file = my_file(slug, name)
    kept = draft_queries.find_draft(database(), me().person_id, slug, name)
    if kept is None or kept.text == _plain(file.text):
        return _shown(slug, file)
    differences = compared(file.text, kept.text)
    draft = DraftLine(kept.kept_at, differences, is_from_another_file=kept.base_hash != file.hash)
    return _shown(slug, file, text=kept.text, base_hash=kept.base_hash, draft=draft)


@desk.post("/studio/<slug>/files/<name>")
def save_file(slug: str, name: str) -> ResponseReturnValue:
    """Write the text into the file, unless somebody wrote there meanwhile: then both texts are shown."""
    file = my_file(slug, name)
    text, base_hash = _typed_text(), request.form.get("base", "")
    live = going_live(slug)
    if live.will_be_held:
        hold(slug)
    look = _look(slug, name, text)
    if look is not None:
        text = with_ids(text, look.questions, look.taken, activity_id_of(name))
    try:
        written = writing.write_course_file(courses_folder(), slug, name, text, base_hash)
    except (BadCourseFileError, OSError) as error:
        return _not_saved(slug, file, text, base_hash, why(error))
    if isinstance(written, Conflict):
        _keep(slug, name, text, base_hash)
        return _in_conflict(slug, name, written.current, text)
    with committing(database()) as session:
        # Still here, with nothing unsaved.
        draft_actions.keep_draft(session, me().person_id, slug, name, text=None, base_hash=written.hash, now=now())
        note(session, WROTE, subject(slug), file=name)
    errors = sum(problem.severity == "error" for problem in look.problems) if look else 0
    said = _saved_words(going_live(slug).is_held, errors)
    if _wants_json():
        return jsonify(
            is_saved=True,
            base=written.hash,
            text=text,
            said=said,
            time=clock_time(now()),
            is_held=live.will_be_held or live.is_held,
        )
    return done(url_for(".file_page", slug=slug, name=name), said)


@desk.post("/studio/<slug>/files/<name>/draft")
def keep_draft(slug: str, name: str) -> ResponseReturnValue:
    """Keep what is typed, and say who else is here; without a text, only say that the file is open."""
    file = my_file(slug, name)
    if "text" in request.form:
        _keep(slug, name, _typed_text(), request.form.get("base", ""))
    else:
        with committing(database()) as session:
            draft_actions.note_presence(session, me().person_id, slug, name, base_hash=file.hash, now=now())
    return jsonify(time=clock_time(now()), others=others_at(slug, name), hash=file.hash)


@desk.post("/studio/<slug>/files/<name>/draft/drop")
def drop_draft(slug: str, name: str) -> ResponseReturnValue:
    """Forget what was typed and not saved."""
    my_file(slug, name)
    with committing(database()) as session:
        draft_actions.drop_draft(session, me().person_id, slug, name)
    return redirect(url_for(".file_page", slug=slug, name=name), 303)


@desk.get("/studio/<slug>/files/<name>/preview")
def preview_page(slug: str, name: str) -> ResponseReturnValue:
    """Show the learner's page of the file as it was typed last, or as it lies on the disk."""
    file = my_file(slug, name)
    kept = draft_queries.find_draft(database(), me().person_id, slug, name)
    look = _look(slug, name, kept.text if kept else file.text)
    page = _page_of(look, {}) if look else ""
    return _framed(make_response(page or _nothing_to_show()))


@desk.post("/studio/<slug>/files/<name>/preview")
def preview(slug: str, name: str) -> ResponseReturnValue:
    """Answer with the learner's page of this text, what is wrong with it, and what it may speak of."""
    my_file(slug, name)
    text = _typed_text()
    is_quick = "quick" in request.form
    look = _look(slug, name, text, is_quick=is_quick)
    if look is None:
        abort(503)
    lines = source_lines(text)
    return jsonify(
        page=_page_of(look, _answers()),
        problems=[_problem(problem, cure_for(problem, lines)) for problem in look.problems],
        errors_elsewhere=None if is_quick else look.errors_elsewhere,
        names={
            "files": dict(look.names.files),
            "anchors": {file: list(names) for file, names in look.names.anchors.items()},
            "media": list(look.names.media),
            "behaviours": behaviour_titles(courses_folder()) or {},
            "variables": sorted(house().variables),
            "courses": sorted(source().folders),
        },
    )


def _shown(
    slug: str,
    file: CourseText,
    *,
    text: str | None = None,
    base_hash: str = "",
    draft: DraftLine | None = None,
    refusal: _Refusal | None = None,
) -> ResponseReturnValue:
    text = _plain(file.text) if text is None else text
    look = _look(slug, file.name, text)
    page = FilePage(
        slug=slug,
        course_title=look.course.title if look else slug,
        name=file.name,
        title=(look.names.files.get(file.name) if look else "") or file.name,
        kind="course" if file.name == "course.md" else look.names.kinds[file.name] if look else "lesson",
        text=text,
        base_hash=base_hash or file.hash,
        may_write=writing.may_write(courses_folder(), slug),
        going_live=going_live(slug),
        draft=draft,
        conflict=compared(file.text, text) if refusal and refusal.status == 409 else (),
        is_drafted=text != _plain(file.text),
        others=others_at(slug, file.name),
        is_new_here="new" in request.args,
        key=f"{me().person_id}/{slug}/{file.name}",
        problem=refusal.text if refusal else "",
        insertions=insertions(),
        cheat_sheet=cheat_sheet(),
    )
    response = make_response(show("teach/file_page.html", page), refusal.status if refusal else 200)
    response.headers["Content-Security-Policy"] = FRAMING_POLICY
    return response


def _in_conflict(slug: str, name: str, current: CourseText | None, text: str) -> ResponseReturnValue:
    """Show both texts; saving once more then replaces what lies there now, which the author has seen."""
    if _wants_json():
        return jsonify(is_saved=False, is_conflict=True), 409
    if current is None:
        return refused(
            url_for(".studio_page", slug=slug),
            _(
                "Somebody has taken %(name)s out of the course. What you typed is kept: "
                "put the file back, and it is offered to you.",
                name=name,
            ),
        )
    return _shown(slug, current, text=text, base_hash=current.hash, refusal=_Refusal(409))


def _not_saved(slug: str, file: CourseText, text: str, base_hash: str, reason: str) -> ResponseReturnValue:
    if _wants_json():
        return jsonify(is_saved=False, said=reason), 422
    return _shown(slug, file, text=text, base_hash=base_hash, refusal=_Refusal(422, reason))


def _saved_words(is_held: bool, errors: int) -> str:
    if errors:
        return str(_("Saved. An error keeps it from learners until it is mended; they keep what they have."))
    if is_held:
        return str(_("Saved. It waits until somebody publishes it on the course’s page."))
    return str(_("Saved. Learners have it within two seconds."))


def _keep(slug: str, name: str, text: str, base_hash: str) -> None:
    with committing(database()) as session:
        draft_actions.keep_draft(
            session, me().person_id, slug, name, text=text, base_hash=base_hash[:64], now=now()
        )


def _look(slug: str, name: str, text: str, *, is_quick: bool = False) -> Look | None:
    """Return the file with this text in its course, or None while there is no compiler."""
    try:
        return look_at(slug, name, text, is_quick=is_quick)
    except CompilerGoneError:
        current_app.logger.exception("no compiler for the studio")
        return None


def _page_of(look: Look, answers: dict[str, str]) -> str:
    """Return the learner's page, "" where the text cannot be made into one."""
    if look.activity is None and not look.is_front:
        return ""
    media = url_for(".studio_media", slug=look.course.slug, path="-").removesuffix("-")
    return preview_of(look.course, look.activity, answers, media)


def _nothing_to_show() -> str:
    return str(_("There is nothing to show yet."))


def _framed(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = FRAMED_POLICY
    return response


def _problem(problem: Problem, cure: Cure | None) -> dict[str, Any]:
    # A course that has only just begun has done nothing wrong.
    said = replace(problem, severity=Severity.NOTE) if problem.code == "empty-course" else problem
    mended = cure and {"line": cure.line, "column": cure.column, "length": cure.length, "text": cure.text}
    return {**said.as_dict(), "mended": mended}


def _typed_text() -> str:
    """Return the text as typed, with the line ends of a file; what no file can hold is refused."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    if len(text) > MAX_BYTES * 2 or "\0" in text:
        abort(413 if "\0" not in text else 400)
    return text


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")


def _answers() -> dict[str, str]:
    try:
        found = json.loads(request.form.get("answers") or "{}")
    except (ValueError, RecursionError):
        abort(400)
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        abort(400)
    return found


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"
