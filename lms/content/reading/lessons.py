"""A lesson compiled: roles become sections, questions split the page, the trainer's notes go apart."""

import re
from dataclasses import dataclass, field, replace

from lms.content.course import Heading, Lesson, Passage, Piece, Plan, Policy
from lms.content.reading import texts
from lms.content.reading.body import ROLES, Body, heading_line, warn_of_unknown
from lms.content.reading.compiled import Compiled, Named
from lms.content.reading.keys import ActivityKeys
from lms.content.reading.measured import Text
from lms.content.reading.measuring import measured_questions, text_of
from lms.content.reading.names import Names, slug
from lms.content.reading.plans import plans_of
from lms.markup import ID_PREFIX, body_html, inline_html, mark_line, plain_text
from lms.quiz.question import Question
from lms.quiz.reading import read_question
from lms.section import Section
from lms.structure import HeadingAt

CORE_WORDS = 600
HARDEST_GRADE = 9
_BESIDE_THE_CORE = {"job-aid", "commit"}
_ROLES_OF_A_PAGE = tuple(role for role in ROLES if role != "question")
_WRAPPED = ("moment", "see", "rule", "job-aid", "commit", "question")
_QUESTION_MARK = re.compile("\ue012([^\ue013]+)\ue013")


@dataclass
class _Page:
    """The lesson's page as far as it is written."""

    body: Body
    compiled: Compiled
    out: list[str] = field(default_factory=list)
    marks: dict[int, str] = field(default_factory=dict)
    open_until: list[int] = field(default_factory=list)
    trainer: list[str] = field(default_factory=list)
    outline: list[Heading] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    beside: set[str] = field(default_factory=set)
    anchors: Names = field(default_factory=Names)
    ids: Names = field(default_factory=Names)

    def mark(self, trusted_html: str) -> None:
        number = len(self.marks)
        self.marks[number] = trusted_html
        self.out += ["", mark_line(number), ""]

    def close_up_to(self, line: int) -> None:
        while self.open_until and self.open_until[-1] <= line:
            self.open_until.pop()
            self.mark("</section>")


def compile_lesson(keys: ActivityKeys, body: Body, compiled: Compiled, policy: Policy | None = None) -> None:
    """Put the lesson and what it names into `compiled`. Raises MarkupError when it cannot be rendered."""
    page = _Page(body, compiled)
    _write(page)
    whole = body_html(page.out, page.marks)
    pieces = _pieces(whole)
    passages = _passages(pieces, {question.id: question for question in page.questions})
    words = sum(len(passage.text.split()) for passage in passages)
    if not pieces and not page.trainer:
        compiled.complain(body.first_line, 1, "empty-lesson", "This lesson says nothing yet.", "Write its text.")
    compiled.anchors = tuple(heading.anchor for heading in page.outline)
    compiled.activity = Lesson(
        id=keys.id,
        title=keys.title,
        minutes=keys.minutes or max(1, round(words / 180 + len(page.questions) / 2)),
        behaviours=keys.behaviours,
        pieces=pieces,
        trainer_html=body_html(page.trainer, {}) if page.trainer else "",
        outline=tuple(heading for heading in page.outline if heading.level <= 3),
        questions=tuple(page.questions),
        passages=passages,
        words=words,
        summary=keys.summary,
        policy=policy,
        plans=tuple(dict.fromkeys(page.plans)),
    )
    asked = measured_questions(page.questions)
    core = text_of(texts.without_sections(whole, page.beside)) + asked.text
    compiled.measured = replace(asked, text=core)
    _warn_of_its_text(core, body, compiled)


def _warn_of_its_text(core: Text, body: Body, compiled: Compiled) -> None:
    if core.words > CORE_WORDS:
        compiled.warn(
            body.first_line,
            1,
            "long-lesson",
            f"The core of this lesson has {core.words} words.",
            f"About {CORE_WORDS} fit into five minutes: split it, or move a part to a job aid.",
        )
    if core.grade is not None and core.grade > HARDEST_GRADE:
        compiled.warn(
            body.first_line,
            1,
            "hard-to-read",
            f"This lesson reads like school grade {core.grade:.0f}.",
            "Aim at grade 7: shorter sentences, everyday words.",
        )


def _write(page: _Page) -> None:
    """Write the page's Markdown with a mark wherever HTML of our own will stand."""
    cursor = 0
    shaped = page.body.shaped
    for heading in page.body.structure.headings:
        if heading.start < cursor:
            continue
        page.out += shaped[cursor : heading.start]
        page.close_up_to(heading.start)
        cursor = _write_heading(page, heading)
    page.out += shaped[cursor:]
    page.close_up_to(len(shaped))


def _write_heading(page: _Page, heading: HeadingAt) -> int:
    """Write one heading with what its role makes of its section; returns the line to go on from."""
    end = page.body.end_of(heading)
    classes = heading.attributes.classes
    if "trainer" in classes:
        anchor = page.anchors.take(ID_PREFIX + (heading.attributes.id or slug(heading.title)))
        page.trainer += ["", heading_line(heading, anchor), "", *page.body.shaped[heading.end : end]]
        return end
    anchor = page.anchors.take(ID_PREFIX + (heading.attributes.id or slug(heading.title)))
    is_question = "question" in classes or ("moment" in classes and page.body.has_answers(heading.end, end))
    roles = [role for role in classes if role in (*_WRAPPED, "good", "poor")]
    if any(role in _WRAPPED for role in roles):
        names = " ".join(f"role--{role}" for role in roles)
        page.mark(f'<section class="role {names}" aria-labelledby="{anchor}">')
        page.open_until.append(end)
    page.out += ["", heading_line(heading, anchor), ""]
    page.outline.append(Heading(max(2, heading.level), anchor, plain_text(inline_html(heading.title))))
    if _BESIDE_THE_CORE & set(classes):
        page.beside.add(anchor)
    if is_question:
        _write_question(page, heading, end)
        return end
    if "commit" in classes:
        page.plans += plans_of(page.body, heading, end, page.compiled)
    warn_of_unknown(page.body, heading, page.compiled)
    _warn_of_stray_answers(page, heading, end)
    return heading.end


def _write_question(page: _Page, heading: HeadingAt, end: int) -> None:
    body = page.body
    line = body.first_line + heading.start
    # What a role means is this room's affair; a question is told only what questions know.
    own = tuple(name for name in heading.attributes.classes if name not in _ROLES_OF_A_PAGE)
    section = Section(
        page.compiled.file,
        line,
        heading.level,
        heading.title,
        replace(heading.attributes, classes=own),
        body.structure.lines[heading.end : end],
        body.first_line + heading.end,
    )
    question, problems = read_question(section, page.ids.take(slug(heading.title)))
    page.compiled.problems += problems
    if question is None:
        return
    roles = tuple(name for name in heading.attributes.classes if name in _ROLES_OF_A_PAGE)
    question = replace(question, roles=(*question.roles, *roles))
    texts.check_question(question, page.compiled)
    page.questions.append(question)
    page.compiled.named.append(Named(question.id, "question", line))
    page.mark(f"\ue012{question.id}\ue013")


def _warn_of_stray_answers(page: _Page, heading: HeadingAt, end: int) -> None:
    until = next((other.start for other in page.body.structure.headings if heading.start < other.start), end)
    stray = page.body.first_answer(heading.end, until)
    if stray is not None:
        page.compiled.warn(
            page.body.first_line + stray,
            1,
            "stray-answers",
            "These are answers to tick, and their heading is not a question.",
            "Write {.question} after the heading, or take the brackets out.",
        )


def _pieces(whole: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for position, text in enumerate(_QUESTION_MARK.split(whole)):
        if position % 2:
            pieces.append(Piece(question_id=text))
        elif text.strip():
            pieces.append(Piece(html=text.strip()))
    return tuple(pieces)


def _passages(pieces: tuple[Piece, ...], questions: dict[str, Question]) -> tuple[Passage, ...]:
    found: list[Passage] = []
    for piece in pieces:
        if piece.question_id:
            said = plain_text(questions[piece.question_id].stem_html)
            last = found.pop() if found else Passage("", "", "")
            found.append(replace(last, text=f"{last.text} {said}".strip()))
        else:
            found += texts.passages_of(piece.html)
    return tuple(passage for passage in found if passage.heading or passage.text)
