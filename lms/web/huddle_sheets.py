"""Ten minutes for a team out of one lesson: purpose, story, question, plans; on a screen and on one page."""

import re
from dataclasses import dataclass
from functools import lru_cache

from flask import Response, current_app

from lms.content.course import Course, Lesson
from lms.content.reading.behaviours import read_behaviours
from lms.content.reading.files import behaviours_text
from lms.content.roles import beside_others, parts
from lms.content.variables import filled, filled_text
from lms.markup import plain_text
from lms.settings import Settings
from lms.web.frame import house
from lms.web.papers import pdf_of, spoken_in, to_look_at

# Up to so many words a sheet is set in roomy and in plain type; above them in small type, in two columns.
_ROOMY, _PLAIN = 380, 480
_HEADING = re.compile(r"\s*<h2\b[^>]*>.*?</h2>", re.DOTALL)
_behaviours_in = lru_cache(maxsize=2)(read_behaviours)


@dataclass(frozen=True)
class HuddleSheet:
    """What a huddle about one lesson is made of, safe HTML in the organisation's words; what is missing is "".

    `notes_html` are for whoever leads it; `plans` are sentences, if and then. `size` is that of the type on paper:
    `roomy`, `plain` or `tight`.
    """

    slug: str
    lesson_id: str
    course_title: str
    title: str
    purpose: str
    language: str
    release_number: int
    behaviours: tuple[str, ...]
    notes_html: str
    poor_html: str
    good_html: str
    question_html: str
    plans: tuple[str, ...]
    size: str


@dataclass(frozen=True)
class PrintedHuddle:
    """A sheet on one page of one paper (`a4` or `letter`)."""

    sheet: HuddleSheet
    organisation_name: str
    language: str
    direction: str
    paper: str


def has_huddle(lesson: Lesson) -> bool:
    """Return whether the lesson's author wrote notes for a huddle."""
    return bool(lesson.trainer_html)


def huddle_sheet(course: Course, lesson: Lesson) -> HuddleSheet:
    """Return the sheet of this lesson."""
    notes, poor, good, question = (
        filled(beside_others(html), house().variables)
        for html in (
            _HEADING.sub("", lesson.trainer_html, count=1),
            "".join(parts(lesson, "see", "poor")),
            "".join(parts(lesson, "see", "good")),
            _moment(lesson),
        )
    )
    plans = tuple(filled_text(plan.sentence, house().variables) for plan in lesson.plans)
    words = len(plain_text(f"{notes} {poor} {good} {question}").split()) + len(" ".join(plans).split())
    return HuddleSheet(
        slug=course.slug,
        lesson_id=lesson.id,
        course_title=course.title,
        title=lesson.title,
        purpose=filled_text(lesson.summary, house().variables),
        language=course.language,
        release_number=course.number,
        behaviours=_names(lesson.behaviours),
        notes_html=notes,
        poor_html=poor,
        good_html=good,
        question_html=question,
        plans=plans,
        size="roomy" if words <= _ROOMY else "plain" if words <= _PLAIN else "tight",
    )


def printed(sheet: HuddleSheet, paper: str) -> str:
    """Return the sheet as the HTML that is printed, in the course's language where the house speaks it."""
    with spoken_in(sheet.language) as (language, direction):
        page = PrintedHuddle(
            sheet=sheet,
            organisation_name=house().name,
            language=language,
            direction=direction,
            paper=paper,
        )
        return current_app.jinja_env.get_template("print/huddle.html").render(page=page)


def pdf_response(sheet: HuddleSheet, paper: str) -> Response:
    """Return the sheet as a PDF to look at or keep; answers 503 while none can be made."""
    pdf = pdf_of(printed(sheet, paper), f"the huddle of {sheet.title}")
    return to_look_at(pdf, f"{sheet.title[:80]}.pdf")


def _moment(lesson: Lesson) -> str:
    """Return what the lesson asks before it teaches, without its answers; "" when it begins otherwise."""
    questions = {question.id: question for question in lesson.questions}
    before = ""
    for piece in lesson.pieces:
        if piece.question_id:
            is_moment = before.rfind("role--moment") > before.rfind("</section>")
            return questions[piece.question_id].stem_html if is_moment else ""
        before += piece.html
    return ""


def _names(behaviour_ids: tuple[str, ...]) -> tuple[str, ...]:
    text = behaviours_text(_settings().courses_folder)
    known = _behaviours_in(text) if text else {}
    return tuple(known[each].name if each in known else each for each in behaviour_ids)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
