"""Handing out what a course holds: its questions in other formats, its folder as a ZIP, its quizzes on paper.

Keys leave only to trainers of the course, and each time is noted.
"""

import base64
import html
import re
import tempfile
from collections.abc import Iterator
from typing import IO, cast
from urllib.parse import unquote

from babel import Locale
from flask import current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from lms.content import queries as content
from lms.content.course import Course, Lesson, Quiz
from lms.content.reading.files import read_folder
from lms.interop.brought import BroughtQuiz
from lms.interop.draft import Given, with_html
from lms.interop.offering import OFFERS
from lms.interop.pages.whole_course import write_course
from lms.interop.taking import draft_of
from lms.quiz.asking import asked
from lms.quiz.drawing import draw
from lms.quiz.on_paper import key_on_paper
from lms.quiz.question import Question
from lms.settings import Settings
from lms.store import writing
from lms.web.deeds import note
from lms.web.extensions import database
from lms.web.fields import FieldProblem
from lms.web.files import attachment
from lms.web.frame import house
from lms.web.papers import pdf_of, to_look_at
from lms.web.render import show
from lms.web.speech import LANGUAGES
from lms.web.teach.exchange.export_pages import ExportPage, HandOut, PaperQuestion, PartChoice
from lms.web.teach.keys import keyed, spoken
from lms.web.teach.routes import desk
from lms.web.teach.scope import my_release

_PAPERS = ("a4", "letter")
_PIECE = 1024 * 1024
_MOST_PRINTED_BYTES = 4 * 1024 * 1024
_MOST_MEDIA_BYTES = 100 * 1024 * 1024


@desk.get("/exports/<slug>")
def export_page(slug: str) -> ResponseReturnValue:
    """Show what may leave, and what the chosen format cannot hold."""
    course = my_release(slug)
    return show("teach/export_page.html", _page(course, request.args.get("format", ""), _chosen(request.args)))


@desk.post("/exports/<slug>/questions")
def export_questions(slug: str) -> ResponseReturnValue:
    """Hand out the questions of the chosen activities in the chosen format."""
    course = my_release(slug)
    name, parts = request.form.get("format", ""), _chosen(request.form)
    offer = OFFERS.get(name)
    if offer is None or not parts or not _quizzes(course, parts):
        problem = FieldProblem("part", _("Tick at least one activity with questions, and choose a format."))
        return show("teach/export_page.html", _page(course, name, parts, [problem])), 422
    given = _given(course, name, parts)
    with writing(database()) as session:
        note(
            session,
            "course.export",
            f"course:{slug}",
            format=name,
            release=course.number,
            activities=sorted(parts),
        )
    return attachment(given.content, offer.content_type, f"{course.title[:80]}.{offer.ending}")


@desk.post("/exports/<slug>/course")
def export_course(slug: str) -> ResponseReturnValue:
    """Hand out the course's folder as it lies on the disk."""
    course = my_release(slug)
    folder = read_folder(_settings().courses_folder, slug)
    if not folder.texts:
        problem = FieldProblem("as-files", _("The course's folder is not on this server's disk."))
        return show("teach/export_page.html", _page(course, "", frozenset(), [problem])), 422
    behaviours = _settings().courses_folder / "behaviours.md"
    file = tempfile.TemporaryFile(prefix="lantern-export-")  # noqa: SIM115  # closed when it has been sent
    write_course(
        cast("IO[bytes]", file),  # type: ignore[arg-type]  # a temporary file is a binary file
        slug,
        folder.texts,
        {path: media.disk for path, media in folder.media.items()},
        behaviours.read_text("utf-8-sig", "replace") if behaviours.is_file() else None,
    )
    with writing(database()) as session:
        note(session, "course.export", f"course:{slug}", format="course", files=len(folder.texts))
    response = attachment(_pieces(cast("IO[bytes]", file)), "application/zip", f"{slug}.zip")
    response.call_on_close(file.close)
    return response


@desk.post("/exports/<slug>/paper")
def print_paper(slug: str) -> ResponseReturnValue:
    """Print a quiz: the questions with an answer sheet, or the key to it."""
    course = my_release(slug)
    quiz = course.activity(request.form.get("quiz", ""))
    paper, form = request.form.get("paper", "a4"), request.form.get("form", "A")
    if not isinstance(quiz, Quiz) or paper not in _PAPERS or form not in ("A", "B") or not quiz.questions:
        problem = FieldProblem("quiz", _("Choose a quiz with questions of its own."))
        return show("teach/export_page.html", _page(course, "", frozenset(), [problem])), 422
    is_key = request.form.get("what") == "key"
    page = _hand_out(course, quiz, paper, form, is_key=is_key)
    with force_locale(page.language.replace("-", "_")):
        text = current_app.jinja_env.get_template("print/hand_out.html").render(page=page)
    pdf = pdf_of(text, f"a hand-out of {slug}")
    with writing(database()) as session:
        note(
            session,
            "course.print",
            f"course:{slug}",
            quiz=quiz.id,
            form=form,
            release=course.number,
            key=is_key,
        )
    return to_look_at(pdf, f"{quiz.title[:80]} {form}{' key' if is_key else ''}.pdf")


def _settings() -> Settings:
    return cast(Settings, current_app.config["SETTINGS"])


def _chosen(source: "object") -> frozenset[str]:
    return frozenset(source.getlist("part"))  # type: ignore[attr-defined]  # werkzeug's MultiDict


def _page(
    course: Course, name: str, parts: frozenset[str], problems: list[FieldProblem] | None = None
) -> ExportPage:
    with_questions = _with_questions(course)
    known = parts & {each.id for each in with_questions} or {each.id for each in with_questions}
    looks = name in OFFERS and bool(with_questions)
    given = _given(course, name, frozenset(known)) if looks else None
    return ExportPage(
        slug=course.slug,
        title=course.title,
        release_number=course.number,
        parts=tuple(
            PartChoice(each.id, each.title, len(each.questions), each.id in known) for each in with_questions
        ),
        quizzes=tuple((each.id, each.title) for each in with_questions if isinstance(each, Quiz)),
        formats=[(each, format_name(each)) for each in OFFERS],
        chosen=name if looks else "",
        losses=given.losses if given else None,
        question_count=sum(len(_own(each, frozenset(known))) for each in with_questions if each.id in known),
        papers=(("a4", "A4"), ("letter", "Letter")),
        forms=(("A", _("Form A")), ("B", _("Form B"))),
        problems=problems or [],
    )


def format_name(name: str) -> str:
    """Return what a format to be had is called."""
    words: dict[str, str] = {
        "qti-2.1": _("QTI 2.1, a package with pictures"),
        "qti-3.0": _("QTI 3.0, a package with pictures"),
        "gift": _("GIFT, one text file"),
        "moodle": _("Moodle XML"),
        "sheet": _("Spreadsheet (XLSX)"),
        "csv": _("Spreadsheet as plain text (CSV)"),
        "aiken": _("Aiken, single choices only"),
    }
    return words.get(name, name)


def _with_questions(course: Course) -> list[Lesson | Quiz]:
    return [each for each in course.activities if isinstance(each, Lesson | Quiz) and each.questions]


def _own(activity: Lesson | Quiz, parts: frozenset[str]) -> list[Question]:
    """Return its questions, without those that another chosen activity lends it."""
    return [question for question in activity.questions if not question.home or question.home not in parts]


def _quizzes(course: Course, parts: frozenset[str]) -> list[BroughtQuiz]:
    """Return the chosen activities' questions in this organisation's words, their pictures as `media/name`."""
    start = f"/learn/media/{course.slug}/{course.hash}/"

    def plain(text: str) -> str:
        return spoken(text).replace(start, "media/")

    found = []
    for activity in _with_questions(course):
        if activity.id not in parts:
            continue
        drafts = tuple(with_html(draft_of(question), plain) for question in _own(activity, parts))
        if isinstance(activity, Quiz):
            found.append(
                BroughtQuiz(
                    activity.title,
                    drafts,
                    draws=tuple((each.count, each.pool) for each in activity.draws),
                    shuffle=activity.shuffle,
                    attempts=activity.attempts,
                    minutes_allowed=round(activity.seconds_allowed / 60) if activity.seconds_allowed else None,
                )
            )
        else:
            found.append(BroughtQuiz(activity.title, drafts))
    return found


def _given(course: Course, name: str, parts: frozenset[str]) -> Given:
    quizzes, offer = _quizzes(course, parts), OFFERS[name]
    return offer.write(quizzes, course.title, _media(course, quizzes) if offer.has_media else {})


def _media(course: Course, quizzes: list[BroughtQuiz]) -> dict[str, bytes]:
    """Return the pictures that the questions show, by `media/name`, as far as they are not too many."""
    found: dict[str, bytes] = {}
    left = _MOST_MEDIA_BYTES
    for name in sorted(set(re.findall(r'src="(media/[^"]+)"', repr(quizzes)))):
        path = unquote(html.unescape(name)).removeprefix("media/")
        media = content.find_media(database(), course.release_id, path)
        if media is not None and media.size <= left:
            left -= media.size
            found[html.unescape(name)] = content.read_media(database(), media.hash, 0, media.size)
    return found


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece


def _with_pictures(course: Course, text: str) -> str:
    """Return the HTML with its pictures in it: whoever prints fetches nothing."""
    start = re.escape(f"/learn/media/{course.slug}/{course.hash}/")

    def inside(found: re.Match[str]) -> str:
        media = content.find_media(database(), course.release_id, unquote(html.unescape(found[1])))
        if media is None or not media.media_type.startswith("image/") or media.size > _MOST_PRINTED_BYTES:
            return 'src="data:,"'
        body = content.read_media(database(), media.hash, 0, media.size)
        return f'src="data:{media.media_type};base64,{base64.b64encode(body).decode()}"'

    return re.sub(f'src="{start}([^"]+)"', inside, text)


def _hand_out(course: Course, quiz: Quiz, paper: str, form: str, *, is_key: bool) -> HandOut:
    """Return the quiz as it is printed: the same release and form give the same paper."""
    seed = int(course.hash[:8], 16) + (form == "B")
    own = form if form in quiz.forms else (quiz.forms[0] if quiz.forms else "")
    by_id = {question.id: question for question in quiz.questions}
    drawn = [
        each for each in draw(quiz.questions, quiz.draws, quiz.shuffle, seed, own) if each.question_id in by_id
    ]
    questions = []
    for number, each in enumerate(drawn, start=1):
        question = with_html(by_id[each.question_id], lambda html: _with_pictures(course, spoken(html)))
        shown = asked(question, each, number)
        questions.append(PaperQuestion(shown, keyed(question, number), key_on_paper(question, shown)))
    language = course.language if course.language.split("-")[0] in LANGUAGES else LANGUAGES[0]
    points = sum(each.asked.points for each in questions)
    return HandOut(
        course_title=course.title,
        title=quiz.title,
        organisation=house().name,
        language=course.language,
        direction=Locale.parse(language, sep="-").text_direction,
        paper=paper,
        form=form,
        number=f"{course.number}-{seed % 10_000:04}",
        is_key=is_key,
        pass_percent=round(quiz.pass_mark * 100),
        minutes=round(quiz.seconds_allowed / 60) if quiz.seconds_allowed else 0,
        points=f"{points:g}",
        questions=tuple(questions),
    )
