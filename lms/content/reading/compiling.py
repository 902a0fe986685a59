"""One file compiled, be it `course.md` or an activity of any kind; never raises for what an author wrote."""

import re

from lms.content.reading import converting
from lms.content.reading.body import read_body
from lms.content.reading.compiled import Compiled, Named
from lms.content.reading.front_matter import FrontMatter, read_front_matter
from lms.content.reading.keys import Kind, read_activity_keys, read_course_keys, read_policy
from lms.content.reading.lessons import compile_lesson
from lms.content.reading.names import activity_id_of
from lms.content.reading.quizzes import compile_quiz
from lms.content.reading.scenarios import compile_scenario
from lms.content.reading.source import source_lines
from lms.content.reading.surveys import compile_checklist, compile_survey
from lms.content.reading.texts import passages_of
from lms.markup import MarkupError, body_html


def compile_file(file: str, text: str) -> Compiled:
    """Return this file compiled, with everything that is wrong in it; `file` is relative to the courses folder."""
    compiled = Compiled(file)
    lines = source_lines(text)
    front = read_front_matter(lines, file)
    compiled.keys = {key: (entry.line, entry.column) for key, entry in front.entries.items()}
    try:
        if file.rsplit("/", 1)[-1] == "course.md":
            _compile_course(front, lines, compiled)
        else:
            _compile_activity(front, lines, compiled)
    except (MarkupError, RecursionError) as error:
        why = str(error) if isinstance(error, MarkupError) else "lists or quotes are nested too deeply"
        compiled.activity = None
        compiled.complain(
            _block_line(lines),
            1,
            "not-rendered",
            f"This file cannot be made into a page: {why}.",
            "Close every /// block with a line of ///, and begin lists at the left margin.",
        )
    compiled.problems = sorted({*front.problems, *compiled.problems})
    return compiled


def _block_line(lines: tuple[str, ...]) -> int:
    """Return the line of the last `/// name` that is not closed, or 1."""
    opened: list[int] = []
    for number, line in enumerate(lines, 1):
        if re.match(r"\s*/{3,}\s*\w", line):
            opened.append(number)
        elif re.match(r"\s*/{3,}\s*$", line) and opened:
            opened.pop()
    return opened[-1] if opened else 1


def _compile_course(front: FrontMatter, lines: tuple[str, ...], compiled: Compiled) -> None:
    compiled.course = read_course_keys(front)
    body = read_body(lines[front.body_line - 1 :], front.body_line, compiled)
    if body is not None:
        compiled.front_html = body_html(body.shaped, {})
        compiled.anchors = tuple(passage.anchor for passage in passages_of(compiled.front_html) if passage.anchor)


def _compile_activity(front: FrontMatter, lines: tuple[str, ...], compiled: Compiled) -> None:
    keys = read_activity_keys(front, activity_id_of(compiled.file))
    compiled.kind = keys.kind
    id_line = front.entries["id"].line if "id" in front.entries else 1
    compiled.named.append(Named(keys.id, "activity", id_line))
    for name, offset in converting.names(front, "behaviours"):
        entry = front.entries["behaviours"]
        compiled.behaviours.append((name, entry.line, entry.column + offset))
    body = read_body(lines[front.body_line - 1 :], front.body_line, compiled)
    if body is None:
        return
    match keys.kind:
        case Kind.QUIZ:
            compile_quiz(keys, front, body, compiled)
        case Kind.SCENARIO:
            compile_scenario(keys, front, body, compiled)
        case Kind.SURVEY:
            compile_survey(keys, front, body, compiled)
        case Kind.CHECKLIST:
            compile_checklist(keys, body, compiled)
        case Kind.POLICY:
            compile_lesson(keys, body, compiled, read_policy(front))
        case _:
            compile_lesson(keys, body, compiled)
