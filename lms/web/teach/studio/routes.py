"""The studio's front: a course as a tree; new files, other names, another order, taken out and put back."""

from collections.abc import Iterator
from itertools import count

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.content import draft_actions, draft_queries, patterning, trainer_actions, trainer_queries, writing
from lms.content import queries as content
from lms.content.arranging import asking_for, moved, name_for, relinked, renamed, slug_of, with_id
from lms.content.reading.files import Folder, behaviour_titles
from lms.content.reading.names import activity_id_of
from lms.content.writing import ABSENT, BadCourseFileError, Conflict
from lms.problem import Problem, Severity
from lms.store import writing as committing
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.fields import FieldProblem, typed
from lms.web.identity import me, now
from lms.web.render import show
from lms.web.teach.routes import desk
from lms.web.teach.studio.course import (
    courses_folder,
    going_live,
    hold_at_first,
    look_at,
    my_file,
    my_folder,
    source,
    subject,
)
from lms.web.teach.studio.pages import FileLine, MediaLine, NewCoursePage, RemovedLine, StudioPage
from lms.web.teach.studio.words import kind_choices

_LONGEST_TITLE = 120
_MOST_REMOVED = 20


@desk.get("/studio/<slug>")
def studio_page(slug: str) -> ResponseReturnValue:
    """Show the course as a tree."""
    return show("teach/studio_page.html", _studio_page(my_folder(slug)))


@desk.post("/studio/<slug>/new")
def add_file(slug: str) -> ResponseReturnValue:
    """Add a lesson, quiz, scenario … from a good pattern and open it."""
    folder = my_folder(slug)
    title, kind = typed(request.form, "title", _LONGEST_TITLE), request.form.get("kind", "")
    if not _has_words(title) or kind not in patterning.KINDS:
        problem = FieldProblem("title", _("Give it a title, with letters or digits in it."))
        return show("teach/studio_page.html", _studio_page(folder, problem, title, kind)), 422
    name = name_for(title, folder.texts, kind)
    text = patterning.pattern(kind, title, behaviour_titles(courses_folder()) or ())
    if set(folder.texts) <= {"course.md"}:
        _ask_for_first(slug, kind)
    return _put(
        slug, name, text, "course.add-file", _("%(title)s is there, with an example to write over.", title=title)
    )


@desk.post("/studio/<slug>/files/<name>/rename")
def rename_file(slug: str, name: str) -> ResponseReturnValue:
    """Give a file the words of another title; its id stays, written into it, and links follow."""
    file = my_file(slug, name)
    title = typed(request.form, "title", _LONGEST_TITLE)
    back = url_for(".studio_page", slug=slug)
    if name == "course.md" or not slug_of(title):
        return refused(back, _("Give the file a name, with letters or digits in it."))
    new = renamed(name, title)
    if new == name:
        return redirect(back, 303)
    return _renamed(slug, {name: new}, {name: with_id(file.text, activity_id_of(name))}, "course.rename-file")


@desk.post("/studio/<slug>/files/<name>/move")
def move_file(slug: str, name: str) -> ResponseReturnValue:
    """Move an activity up or down; the numbers of the files are written anew."""
    folder = my_folder(slug)
    by = {"up": -1, "down": 1}.get(request.form.get("to", ""), 0)
    names = moved(list(folder.texts), name, by) if by else {}
    if not names:
        return redirect(url_for(".studio_page", slug=slug), 303)
    return _renamed(slug, names, {}, "course.move-file", anchor=names.get(name, name))


@desk.post("/studio/<slug>/files/<name>/remove")
def remove_file(slug: str, name: str) -> ResponseReturnValue:
    """Take a file out of the course; it lies in the folder of removed files and can be put back."""
    my_file(slug, name)
    back = url_for(".studio_page", slug=slug)
    if name == "course.md":
        return refused(back, _("The front page stays: without it there is no course."))
    hold_at_first(slug)
    try:
        writing.remove_course_file(courses_folder(), slug, name, now())
    except (BadCourseFileError, OSError) as error:
        return refused(back, why(error))
    with committing(database()) as session:
        note(session, "course.remove-file", subject(slug), file=name)
    return done(f"{back}#removed", _("%(name)s is taken out. You can put it back below.", name=name))


@desk.post("/studio/<slug>/removed/<removed>/back")
def put_back(slug: str, removed: str) -> ResponseReturnValue:
    """Put a removed file back where it was."""
    my_folder(slug)
    back = url_for(".studio_page", slug=slug)
    hold_at_first(slug)
    try:
        name = writing.put_back(courses_folder(), slug, removed)
    except (BadCourseFileError, OSError) as error:
        return refused(back, why(error))
    with committing(database()) as session:
        note(session, "course.put-back", subject(slug), file=name)
    return done(back, _("%(name)s is back.", name=name))


@desk.get("/new-course")
def new_course_page() -> ResponseReturnValue:
    """Show the form of a new course."""
    return show("teach/new_course_page.html", NewCoursePage(writing.may_write(courses_folder(), "")))


@desk.post("/new-course")
def add_course() -> ResponseReturnValue:
    """Make a course with a front page; whoever makes it is its trainer, and it waits until it is published."""
    title = typed(request.form, "title", _LONGEST_TITLE)
    # A title in letters that no address can hold gets a name by its number.
    slug = slug_of(title) or next(free for free in _numbered("course") if not _is_taken(free))
    problem = ""
    if not _has_words(title):
        problem = _("Give the course a title, with letters or digits in it.")
    elif _is_taken(slug):
        problem = _("There is a course of this name already. Choose another title.")
    if problem:
        page = NewCoursePage(writing.may_write(courses_folder(), ""), (FieldProblem("title", problem),), title)
        return show("teach/new_course_page.html", page), 422
    with committing(database()) as session:
        trainer_actions.name_trainer(session, slug, me().person_id, now=now(), by=me().person_id)
    return _put(
        slug, "course.md", patterning.pattern("course", title), "course.add", _("%(title)s is there.", title=title)
    )


def _numbered(name: str) -> Iterator[str]:
    """Return the name, then the name with 2, 3 … behind it, without end."""
    yield name
    for number in count(2):
        yield f"{name}-{number}"


def _is_taken(slug: str) -> bool:
    """Return whether there is such a course, on the disk or published, or others are named as its trainers."""
    state = content.find_state(database(), slug)
    return (
        slug in source().folders
        # Held and nothing else is what the disk refused the last time.
        or (state is not None and state.release_number is not None)
        or bool(trainer_queries.trainers_of(database(), slug) - {me().person_id})
    )


def _ask_for_first(slug: str, kind: str) -> None:
    """Let a course without any activity ask for its first one: a course of one quiz is not “all lessons”."""
    front = writing.read_course_file(courses_folder(), slug, "course.md")
    if front is not None:
        hold_at_first(slug)
        # Whoever writes in the front page just now says so herself.
        writing.write_course_file(courses_folder(), slug, front.name, asking_for(front.text, kind), front.hash)


def _put(slug: str, name: str, text: str, action: str, said: str) -> ResponseReturnValue:
    """Write a new file and open it."""
    hold_at_first(slug)
    try:
        written = writing.write_course_file(courses_folder(), slug, name, text, ABSENT)
    except (BadCourseFileError, OSError) as error:
        return refused(url_for(".courses_page"), why(error))
    if isinstance(written, Conflict):
        return refused(url_for(".studio_page", slug=slug), _("Somebody has just made a file of this name."))
    with committing(database()) as session:
        note(session, action, subject(slug), file=name)
    return done(url_for(".file_page", slug=slug, name=name, new=1), said)


def _renamed(
    slug: str, names: dict[str, str], texts: dict[str, str], action: str, anchor: str = ""
) -> ResponseReturnValue:
    """Rename files, lead the course's links to their new names, let drafts follow."""
    back = url_for(".studio_page", slug=slug, _anchor=f"file-{anchor}" if anchor else None)
    folder = my_folder(slug)
    changed = {
        name: new for name, text in folder.texts.items() if (new := relinked(texts.get(name, text), names)) != text
    }
    hold_at_first(slug)
    try:
        writing.rename_course_files(courses_folder(), slug, names, changed)
    except (BadCourseFileError, OSError) as error:
        return refused(back, why(error))
    with committing(database()) as session:
        draft_actions.follow_rename(session, slug, names)
        note(session, action, subject(slug), files={old: new for old, new in names.items() if old != new})
    return redirect(back, 303)


def why(error: BadCourseFileError | OSError) -> str:
    """Return in words why the disk or the course's form refuses something."""
    if isinstance(error, BadCourseFileError):
        return str(error)
    return str(
        _(
            "The server may not write in the courses folder just now (%(why)s). Nothing was changed.",
            why=error.strerror or error,
        )
    )


def _studio_page(
    folder: Folder, problem: FieldProblem | None = None, title: str = "", kind: str = ""
) -> StudioPage:
    slug = folder.slug
    state = content.find_state(database(), slug)
    look = look_at(slug, next(iter(folder.texts), "course.md"), next(iter(folder.texts.values()), ""))
    problems = look.course_problems
    drafted = draft_queries.drafted_files(database(), me().person_id, slug)
    names = list(folder.texts)
    activities = [name for name in names if name != "course.md"]
    removed = writing.removed_files(courses_folder(), slug)[:_MOST_REMOVED]
    return StudioPage(
        slug=slug,
        title=look.course.title,
        may_write=writing.may_write(courses_folder(), slug),
        is_published=state is not None and state.release_number is not None,
        going_live=going_live(slug),
        files=tuple(
            FileLine(
                name=name,
                title=look.names.files[name] or name,
                kind=look.names.kinds[name],
                errors=_count(problems, f"{slug}/{name}", Severity.ERROR),
                warnings=_count(problems, f"{slug}/{name}", Severity.WARNING),
                is_drafted=name in drafted,
                is_first=name in activities[:1],
                is_last=name in activities[-1:],
            )
            for name in names
        ),
        left_out=tuple(sorted({each.what for each in problems if each.code == "not-numbered"})),
        media=tuple(
            MediaLine(path, -(-media.size // 1000), media.media_type.startswith("image/"), 0)
            for path, media in sorted(folder.media.items())
        ),
        removed=tuple(RemovedLine(each, writing.course_name(each)) for each in removed),
        patterns=kind_choices(),
        problems=(problem,) if problem else (),
        typed_title=title,
        typed_kind=kind or "lesson",
    )


def _has_words(title: str) -> bool:
    return any(map(str.isalnum, title))


def _count(problems: tuple[Problem, ...], file: str, severity: Severity) -> int:
    # A course that has only just begun has done nothing wrong.
    counted = [problem for problem in problems if problem.code != "empty-course"]
    return sum(problem.file == file and problem.severity is severity for problem in counted)
