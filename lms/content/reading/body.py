"""A file's body below its front matter: lines, structure, and what is wrong before any of it is rendered."""

import re
from dataclasses import dataclass, replace

from lms.content.reading import hazards
from lms.content.reading.compiled import Compiled, Mention
from lms.content.reading.front_matter import did_you_mean
from lms.content.variables import marked
from lms.markup import PRIVATE
from lms.problem import has_errors
from lms.structure import HeadingAt, Structure, in_house_shape, structure_of

ROLES = ("moment", "see", "good", "poor", "rule", "job-aid", "commit", "trainer", "question")
_KEYS = ("behaviour", "lang")
_TASK = re.compile(r"\s*[-+*]\s+\[[ xX]\](\s|$)")


@dataclass(frozen=True)
class Body:
    """The body of one file; `shaped` has a string for each line of the structure."""

    structure: Structure
    shaped: tuple[str, ...]
    first_line: int

    def end_of(self, heading: HeadingAt) -> int:
        """Return the line after the section that this heading begins."""
        for other in self.structure.headings:
            if other.start > heading.start and other.level <= heading.level:
                return other.start
        return len(self.structure.lines)

    def has_answers(self, start: int, end: int) -> bool:
        """Return whether a list of `- [ ]` stands between these lines."""
        return self.first_answer(start, end) is not None

    def first_answer(self, start: int, end: int) -> int | None:
        """Return the first line of a `- [ ]` list between these lines, or None."""
        for block in self.structure.of_kind("item"):
            if start <= block.start < end and _TASK.match(self.structure.lines[block.start]):
                return block.start
        return None


def read_body(lines: tuple[str, ...], first_line: int, compiled: Compiled) -> Body | None:
    """Return the body of these lines, or None when it must not be rendered; complaints go to `compiled`."""
    tangled = hazards.tangles(lines, compiled.file, first_line)
    compiled.problems += tangled
    if tangled:
        return None
    with_marks = []
    for number, line in enumerate(lines):
        text, names = marked(line)
        with_marks.append(text)
        compiled.mentions += [Mention(name, first_line + number, column) for name, column in names]
    structure = structure_of(tuple(with_marks))
    deep = hazards.depths(structure, compiled.file, first_line)
    raw = hazards.raw_html(structure, compiled.file, first_line)
    compiled.problems += [*deep, *raw.problems, *hazards.unclosed_fences(structure, compiled.file, first_line)]
    if has_errors(deep):
        return None
    structure = replace(structure, lines=raw.lines)
    body = Body(structure, tuple(in_house_shape(structure)), first_line)
    _check_headings(body, lines, compiled)
    return body


def _check_headings(body: Body, lines: tuple[str, ...], compiled: Compiled) -> None:
    for heading in body.structure.headings:
        line = body.first_line + heading.start
        text = lines[heading.start]
        start = len(text) - len(text.lstrip("# \t")) + 1
        for slip in heading.slips:
            compiled.complain(line, start + slip.offset, slip.code, slip.what, slip.cure)
        if PRIVATE.search(heading.title):
            compiled.complain(
                line,
                max(1, text.find("{{") + 1),
                "variable-in-heading",
                "A heading cannot hold a word of the organisation's.",
                "Write it into the text below: outlines and lists show headings as they are.",
            )
        if heading.level == 1:
            compiled.warn(line, 1, "heading-level", "One # is the page's own title.", "Begin the heading with ##.")
        for behaviour in re.split(r"[\s,]+", heading.attributes.pairs.get("behaviour", "")):
            if behaviour:
                compiled.behaviours.append((behaviour, line, max(1, text.find(behaviour) + 1)))


def warn_of_unknown(body: Body, heading: HeadingAt, compiled: Compiled) -> None:
    """Warn of classes and keys in a heading's braces that mean nothing outside a question."""
    line = body.first_line + heading.start
    text = body.structure.lines[heading.start]
    for word in heading.attributes.classes:
        if word not in ROLES:
            compiled.warn(
                line,
                text.find(f".{word}") + 1,
                "unknown-class",
                f"“.{word}” means nothing here.",
                did_you_mean(word, ROLES),
            )
    for key in heading.attributes.pairs:
        if key not in _KEYS:
            compiled.warn(
                line,
                text.find(f"{key}=") + 1,
                "unknown-attribute",
                f"“{key}=” means nothing here.",
                did_you_mean(key, _KEYS),
            )


def heading_line(heading: HeadingAt, anchor: str) -> str:
    """Return the heading as one line that carries its anchor; the page's own title is the only first level."""
    language = heading.attributes.pairs.get("lang", "")
    also = f" lang={language}" if re.fullmatch(r"[A-Za-z-]{2,20}", language) else ""
    title = heading.title.replace("{", "\\{") or "…"
    return f"{'#' * max(2, heading.level)} {title} {{#{anchor}{also}}}"
