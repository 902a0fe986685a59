"""Bringing in what was written elsewhere: a file, then item by item what would become of it, then it is written.

Nothing is written into a course before somebody has seen all of it and said so.
"""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from flask import Response, abort, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.accounts.names import shown
from lms.content import trainer_actions
from lms.content.reading.files import MEDIA_TYPES, course_slugs, read_folder
from lms.content.reading.names import slug as slug_of
from lms.content.writing import (
    ABSENT,
    BadCourseFileError,
    Conflict,
    add_media_file,
    read_course_file,
    write_course_file,
)
from lms.interop import placing, running
from lms.interop.draft import with_html
from lms.interop.placing import NewFile
from lms.interop.refusing import RefusedFileError
from lms.interop.running import Stage
from lms.interop.sheet.writing import template
from lms.interop.staged import Staged, StagedFile, StagedQuestion
from lms.quiz.asking import asked
from lms.quiz.drawing import shown as in_order
from lms.quiz.question import Question
from lms.quiz.storing import from_plain
from lms.settings import Settings
from lms.sheets import XLSX_TYPE
from lms.store import writing
from lms.web.deeds import done, note
from lms.web.extensions import database
from lms.web.fields import FieldProblem, typed
from lms.web.files import attachment
from lms.web.identity import me, now
from lms.web.render import show
from lms.web.teach.exchange.import_pages import FileItem, ImportPage, Place, QuestionItem, QuizItems, ReviewPage
from lms.web.teach.exchange.import_words import format_word, kind_word, type_word
from lms.web.teach.keys import keyed, spoken
from lms.web.teach.releases.holding import hold
from lms.web.teach.routes import desk
from lms.web.teach.scope import my_courses, trains
from lms.web.teach.studio.course import hold_at_first

NEW_COURSE = "new"
# Beyond it a page would be too heavy for a phone; the questions are listed all the same.
_MOST_PREVIEWS = 200
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_PIECE = 1024 * 1024
_PREVIEW_SEED = 7


@desk.get("/import")
def import_page() -> ResponseReturnValue:
    """Ask for a file; nothing is written."""
    course = request.args.get("course", "")
    if course and not trains(course):
        abort(404)
    return show("teach/import_page.html", _import_page(course))


@desk.get("/import/template.xlsx")
def import_template() -> ResponseReturnValue:
    """Hand out the spreadsheet to begin with."""
    return attachment(template(), XLSX_TYPE, "questions.xlsx")


@desk.post("/import")
def take_import() -> ResponseReturnValue:
    """Read the file within limits and go on to what it would bring; the file itself is forgotten."""
    course = request.form.get("course", "")
    if course and not trains(course):
        abort(404)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _refused(course, _("No file was chosen."), _("Choose one from your computer."))
    name = shown(upload.filename.replace("\\", "/").rsplit("/", 1)[-1])[:120] or "file"
    running.forget_old(_settings().data_folder)
    try:
        stage = running.begin(
            _settings().data_folder, _pouring(upload.stream), me().person_id, name, _chosen(), course
        )
    except RefusedFileError as error:
        where = _("Line %(line)s: ", line=error.line) if error.line else ""
        return _refused(course, where + error.what, error.cure)
    return redirect(url_for(".review_page", key=stage.key), 303)


@desk.get("/imports/<key>")
def review_page(key: str) -> ResponseReturnValue:
    """Show item by item what a file would bring; nothing is written yet."""
    stage = _stage(key)
    staged = stage.staged()
    is_known = bool(stage.course) and trains(stage.course)
    place = f"{stage.course}/" if is_known and not staged.is_whole_course else NEW_COURSE
    return show("teach/review_page.html", _review(stage, staged, place, None, []))


@desk.post("/imports/<key>")
def write_import(key: str) -> ResponseReturnValue:
    """Write what was chosen into the course that was chosen, all of it or nothing, and once."""
    stage = _stage(key)
    # Whoever presses the button twice is the second time told that nothing waits any more.
    with stage.turn() as is_waiting:
        return _written(stage) if is_waiting else _gone()


def _written(stage: Stage) -> ResponseReturnValue:
    staged = stage.staged()
    keys = frozenset(request.form.getlist("take"))
    place = request.form.get("place", "")
    slug, _slash, file = place.partition("/")
    if place != NEW_COURSE and (slug not in course_slugs(_courses()) or not trains(slug)):
        abort(404)
    wanted = placing.chosen(staged, keys)
    problems = _problems(wanted, place)
    if not problems:
        try:
            if place == NEW_COURSE:
                slug = request.form.get("new_slug", "").strip()
                names = _write_new_course(stage, wanted, slug)
            else:
                names = _write_into(stage, wanted, slug, file)
        except BadCourseFileError as error:
            problems = [FieldProblem("place", str(error))]
        except _ConflictError as error:
            problems = [FieldProblem("place", str(error))]
        except OSError:
            current_app.logger.exception("an import could not be written")
            problems = [
                FieldProblem("place", _("The server's disk refused it; nothing was written. Try again later."))
            ]
    if problems:
        return show("teach/review_page.html", _review(stage, staged, place, keys, problems)), 422
    stage.drop()
    count = wanted.question_count
    text = ngettext("%(num)s question was written.", "%(num)s questions were written.", count) if count else ""
    files = ngettext("New file: %(names)s.", "New files: %(names)s.", len(names), names=", ".join(names[:5]))
    return done(url_for(".course_page", slug=slug), f"{text} {files}".strip())


@desk.get("/imports/<key>/media/<name>")
def import_media(key: str, name: str) -> Response:
    """Hand out a picture that waits with its import, for the previews."""
    stage = _stage(key)
    ending = name.rsplit(".", 1)[-1].lower()
    if name not in dict(stage.staged().media) or not MEDIA_TYPES.get(ending, "").startswith("image/"):
        abort(404)
    response = Response((stage.folder / "media" / name).read_bytes(), content_type=MEDIA_TYPES[ending])
    # A picture from elsewhere may hold what a page of ours must not run.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@desk.post("/imports/<key>/drop")
def drop_import(key: str) -> ResponseReturnValue:
    """Forget what was read; nothing was written."""
    _stage(key).drop()
    return done(url_for(".import_page"), _("Forgotten. Nothing was written."))


class _ConflictError(Exception):
    """Somebody wrote to the same file meanwhile; the message says what to do."""


def _settings() -> Settings:
    return cast(Settings, current_app.config["SETTINGS"])


def _chosen() -> str:
    wanted = request.form.get("format", "")
    return wanted if wanted in dict(_formats()) else ""


def _formats() -> list[tuple[str, str]]:
    choices = [(name, format_word(name)) for name in ("gift", "aiken", "sheet", "liascript")]
    return [("", _("See by itself")), *choices, ("pages", _("Pages of Markdown, as lessons"))]


def _import_page(course: str, refusal: tuple[str, str] | None = None) -> ImportPage:
    titles = {state.slug: state.title for state in my_courses()}
    return ImportPage(
        course=course,
        course_title=titles.get(course, course),
        formats=_formats(),
        chosen=request.form.get("format", ""),
        most_megabytes=running.MOST_BYTES >> 20,
        most_bytes=running.MOST_BYTES,
        refusal=refusal,
    )


def _refused(course: str, what: str, cure: str) -> ResponseReturnValue:
    return show("teach/import_page.html", _import_page(course, (what, cure))), 422


def _pouring(stream: BinaryIO | object) -> Callable[[BinaryIO], str]:
    """Return what pours the upload into an open file, piece by piece, and says its SHA-256."""

    def pour(file: BinaryIO) -> str:
        digest = hashlib.sha256()
        while piece := cast(BinaryIO, stream).read(_PIECE):
            digest.update(piece)
            file.write(piece)
        return digest.hexdigest()

    return pour


def _stage(key: str) -> Stage:
    stage = running.find(_settings().data_folder, key, me().person_id)
    if stage is None:
        abort(make_response(_gone()))
    return stage


def _gone() -> ResponseReturnValue:
    """Answer 404 in words: whoever pressed twice, or came back late, learns where her questions are."""
    what = _("This import does not wait here any more.")
    cure = _(
        "It was written, which the course’s page shows, or dropped, or it waited for more than two hours. "
        "Then choose the file once more."
    )
    return show("teach/import_page.html", _import_page("", (what, cure))), 404


def _courses() -> Path:
    return _settings().courses_folder


def _texts(slug: str) -> dict[str, str]:
    return read_folder(_courses(), slug).texts


def _places() -> tuple[tuple[str, tuple[Place, ...]], ...]:
    """Return where an import may be written: each course of hers, new files first, then its quizzes."""
    titles = {state.slug: state.title for state in my_courses()}
    found = []
    for slug in course_slugs(_courses()):
        if not trains(slug):
            continue
        quizzes = [
            Place(f"{slug}/{name}", _("At the end of %(name)s", name=name))
            for name, text in _texts(slug).items()
            if re.search(r"^kind:[ \t]*quiz[ \t]*$", text[:2_000], re.MULTILINE)
        ]
        found.append((titles.get(slug, slug), (Place(f"{slug}/", _("New files in this course")), *quizzes)))
    return ((_("A course of its own"), (Place(NEW_COURSE, _("A new course")),)), *found)


def _problems(wanted: Staged, place: str) -> list[FieldProblem]:
    problems = []
    if not wanted.question_count and not wanted.files:
        problems.append(FieldProblem("take", _("Nothing is ticked: tick what is to be taken.")))
    elif place != NEW_COURSE and not place.endswith("/") and not wanted.question_count:
        problems.append(FieldProblem("place", _("Lessons cannot stand in a quiz. Choose new files in a course.")))
    if place == NEW_COURSE:
        slug = request.form.get("new_slug", "").strip()
        if not _SLUG.fullmatch(slug):
            text = _("Give the course's folder a name of small letters, digits and dashes, such as first-day.")
            problems.append(FieldProblem("new_slug", text))
        elif (
            slug in course_slugs(_courses())
            # Held and nothing else is what the disk refused the last time.
            or any(state.slug == slug and state.release_number is not None for state in my_courses())
            or not trains(slug)
        ):
            problems.append(FieldProblem("new_slug", _("There is a course of this name. Take another one.")))
        if not typed(request.form, "new_title", 200) and not wanted.is_whole_course:
            problems.append(FieldProblem("new_title", _("Give the course a title.")))
    return problems


def _write_new_course(stage: Stage, wanted: Staged, slug: str) -> list[str]:
    """Write a new course; it waits for being published, and is its writer's own."""
    files = placing.new_course(wanted, typed(request.form, "new_title", 200), me().language or "en")
    hold(slug)
    names = _write(stage, wanted, slug, files)
    with writing(database()) as session:
        trainer_actions.name_trainer(session, slug, me().person_id, now=now(), by=me().person_id)
        note(session, "course.import", f"course:{slug}", **_told(stage, wanted, names))
    return names


def _write_into(stage: Stage, wanted: Staged, slug: str, file: str) -> list[str]:
    texts = _texts(slug)
    # As in the studio: what is brought into a course for the first time waits until somebody publishes it.
    hold_at_first(slug)
    wanted = placing.without_clashes(wanted, placing.ids_in(texts.values()))
    if file:
        names = [_append(stage, wanted, slug, file)]
    else:
        title = typed(request.form, "quiz_title", 200)
        names = _write(stage, wanted, slug, placing.new_files(wanted, list(texts), title))
    with writing(database()) as session:
        note(session, "course.import", f"course:{slug}", **_told(stage, wanted, names))
    return names


def _append(stage: Stage, wanted: Staged, slug: str, file: str) -> str:
    """Put the questions at the end of a quiz, as it lies there now."""
    current = read_course_file(_courses(), slug, file)
    if current is None:
        raise _ConflictError(_("%(name)s is gone; choose another place.", name=file))
    media = _lay_media(stage, wanted, slug)
    made = placing.with_media(NewFile(file, placing.appended(current.text, wanted)), media)
    if isinstance(write_course_file(_courses(), slug, file, made.text, current.hash), Conflict):
        raise _ConflictError(_("Somebody saved %(name)s in this very moment. Try again.", name=file))
    return file


def _write(stage: Stage, wanted: Staged, slug: str, files: tuple[NewFile, ...]) -> list[str]:
    """Write new files; when one of them cannot be written, none stays."""
    written: list[str] = []
    try:
        media = _lay_media(stage, wanted, slug)
        # The front page last: a folder becomes a course with it.
        for file in sorted(files, key=lambda each: each.name == placing.FRONT):
            made = placing.with_media(file, media)
            if isinstance(write_course_file(_courses(), slug, made.name, made.text, ABSENT), Conflict):
                raise _ConflictError(_("%(name)s was made in this very moment. Try again.", name=made.name))
            written.append(made.name)
    except BaseException:
        for name in written:
            (_courses() / slug / name).unlink(missing_ok=True)
        raise
    return written


def _lay_media(stage: Stage, wanted: Staged, slug: str) -> dict[str, str]:
    """Lay the pictures that the chosen texts speak of into the course; returns the names they got."""
    texts = [file.text for file in wanted.files]
    texts += [question.markdown for quiz in wanted.quizzes for question in quiz.questions]
    names = {}
    for name, _size in wanted.media:
        if wanted.is_whole_course or any(f"media/{name}" in text for text in texts):
            names[name] = add_media_file(_courses(), slug, name, stage.folder / "media" / name)
    return names


def _told(stage: Stage, wanted: Staged, names: list[str]) -> dict[str, object]:
    return {
        "file": stage.file_name,
        "format": wanted.format,
        "sha256": stage.sha256,
        "questions": wanted.question_count,
        "files": names[:100],
    }


def _review(
    stage: Stage, staged: Staged, place: str, keys: frozenset[str] | None, problems: list[FieldProblem]
) -> ReviewPage:
    known = placing.ids_in(_texts(stage.course).values()) if stage.course else frozenset()
    left = _MOST_PREVIEWS
    quizzes = []
    for number, quiz in enumerate(staged.quizzes):
        items = []
        for position, question in enumerate(quiz.questions):
            key = placing.question_key(number, position)
            items.append(_question(stage, question, key, keys, known, has_preview=left > 0))
            left -= 1
        quizzes.append(QuizItems(quiz.title, quiz.settings, tuple(items)))
    title = typed(request.form, "new_title", 200) or staged.title or stage.file_name.rsplit(".", 1)[0]
    return ReviewPage(
        key=stage.key,
        file_name=stage.file_name,
        format=format_word(staged.format),
        title=staged.title,
        quizzes=tuple(quizzes),
        files=tuple(_file(file, placing.file_key(number), keys) for number, file in enumerate(staged.files)),
        media=staged.media,
        notes=staged.notes,
        question_count=staged.question_count,
        changed_count=sum(bool(question.notes) for quiz in staged.quizzes for question in quiz.questions),
        places=_places(),
        place=place,
        new_slug=request.form.get("new_slug", slug_of(title)[:80])[:80],
        new_title=title,
        quiz_title=typed(request.form, "quiz_title", 200) or title,
        is_whole_course=staged.is_whole_course,
        problems=problems,
    )


def _with_pictures(question: Question, stage: Stage) -> Question:
    """Return the question in our own words, its pictures where they wait until they are written."""
    start = url_for(".import_media", key=stage.key, name="x").removesuffix("x")
    return with_html(question, lambda html: spoken(html.replace('src="media/', f'src="{start}')))


def _question(
    stage: Stage,
    staged: StagedQuestion,
    key: str,
    keys: frozenset[str] | None,
    known: frozenset[str],
    *,
    has_preview: bool,
) -> QuestionItem:
    question = _with_pictures(from_plain(dict(staged.plain)), stage)
    return QuestionItem(
        key=key,
        title=staged.title or question.title,
        kind=type_word(question.type.value),
        category=staged.category,
        is_taken=key in keys if keys is not None else True,
        clash=staged.id if staged.id in known else "",
        notes=staged.notes,
        asked=asked(question, in_order(question, _PREVIEW_SEED)) if has_preview else None,
        keyed=keyed(question, 0) if has_preview else None,
    )


def _file(file: StagedFile, key: str, keys: frozenset[str] | None) -> FileItem:
    return FileItem(
        key=key,
        name=file.name,
        title=file.title,
        kind=kind_word(file.kind),
        source=file.source,
        text=file.text,
        is_taken=key in keys if keys is not None else True,
        notes=file.notes,
        problems=file.problems,
    )
