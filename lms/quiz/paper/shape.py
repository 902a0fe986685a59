"""The parts of a question's section: stem, hint, answers of one shape, explanation; no type is known here."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from lms.problem import Problem
from lms.quiz.paper.answers import SourceLine
from lms.section import Section


class Shape(StrEnum):
    """What answers look like on paper."""

    OPTIONS = "options"
    LINES = "lines"
    NUMBERED = "numbered"
    TABLE = "table"
    GAPS = "gaps"
    GROUPS = "groups"
    DIALOGUE = "dialogue"
    CRITERIA = "criteria"
    QUOTE = "quote"
    CODE = "code"
    TEXT = "text"


ANSWERS = (Shape.OPTIONS, Shape.LINES, Shape.NUMBERED, Shape.TABLE, Shape.GROUPS, Shape.DIALOGUE, Shape.CRITERIA)
NAMES = {
    Shape.OPTIONS: "a `- [ ]` list",
    Shape.LINES: "lines that begin with `=`",
    Shape.NUMBERED: "a numbered list",
    Shape.TABLE: "a table",
    Shape.GAPS: "gaps in `[[…]]`",
    Shape.GROUPS: "lists under bold names",
    Shape.DIALOGUE: "a quoted dialogue",
    Shape.CRITERIA: "a plain list of criteria",
}
# A box with a slip in it, such as `-[x]` or `- [y]`, is an option too: its own reader names the slip.
OPTION = re.compile(r" {0,3}[-*+] ?\[(?P<tick>.{0,2}?)\](?P<gap>(?![(\[:]) *)")
NUMBERED = re.compile(r" {0,3}\d{1,9}[.)](?P<gap>\s+|$)")
BULLET = re.compile(r" {0,3}[-*+]\s")
CRITERION = re.compile(r" {0,3}[-*+](?P<gap>\s+|$)")
BULLET_ANYWHERE = re.compile(r"\s*[-*+](\s+|$)")
# A line that is a bold name and nothing else, in a list or by itself.
GROUP = re.compile(r" {0,3}([-*+]\s+)?\*\*(?P<name>[^*]+?):?\*\*\s*:?\s*$")
_LINE = re.compile(r" {0,3}=(?!=)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
# Somebody speaks: the quote is what happened, not a hint.
_SPEECH = re.compile(r"\s*>\s*(\*\*[^*]+:\*\*|\*\*[^*]+\*\*\s*:|[\"“„«'‘])")
_BOX_IN_QUOTE = re.compile(r"\s*>.*\[[ xX]?\](?![(\[:])")


@dataclass
class Chunk:
    """Lines that belong together, with blank lines between them kept."""

    shape: Shape
    lines: list[SourceLine] = field(default_factory=list)

    @property
    def first(self) -> SourceLine:
        """Return the line it begins with."""
        return self.lines[0]

    @property
    def has_gap(self) -> bool:
        """Return whether a gap is opened anywhere."""
        return self.shape in (Shape.TEXT, Shape.QUOTE) and any("[[" in line.text for line in self.lines)


@dataclass(frozen=True)
class Parted:
    """A question's section in its parts; `shape` is None when no answers were found."""

    shape: Shape | None
    stem: tuple[SourceLine, ...]
    hint: tuple[SourceLine, ...]
    answers: tuple[SourceLine, ...]
    explanation: tuple[SourceLine, ...]
    problems: tuple[Problem, ...]


def parted(section: Section, expected: Shape | None) -> Parted:
    """Return the parts. Numbered lists and tables are answers only where the heading `expected` them."""
    chunks = _chunks(section, expected)
    answers = [chunk for chunk in chunks if chunk.shape in ANSWERS]
    gapped = [chunk for chunk in chunks if chunk.has_gap]
    problems = list(_misplaced(section.file, answers, gapped))
    if not answers:
        answers = chunks[chunks.index(gapped[0]) : chunks.index(gapped[-1]) + 1] if gapped else []
    if not answers:
        return Parted(None, _lines(chunks), (), (), (), tuple(problems))
    before, after = chunks[: chunks.index(answers[0])], chunks[chunks.index(answers[-1]) + 1 :]
    shape = answers[0].shape if answers[0].shape in ANSWERS else Shape.GAPS
    hint = [before.pop()] if before and _is_hint(before[-1]) else []
    if after and after[0].shape is Shape.QUOTE:
        problems.append(_margin_quote(section.file, after[0].first, shape))
    return Parted(shape, _lines(before), _lines(hint), _lines(answers), _lines(after), tuple(problems))


def without_marks(lines: Iterable[SourceLine]) -> str:
    """Return the lines of a quote as Markdown without the quote's own marks."""
    return "\n".join(re.sub(r"^\s*> ?", "", line.text) for line in lines)


def _lines(chunks: list[Chunk]) -> tuple[SourceLine, ...]:
    return tuple(line for chunk in chunks for line in chunk.lines)


def _is_hint(chunk: Chunk) -> bool:
    return chunk.shape is Shape.QUOTE and not _SPEECH.match(chunk.first.text)


def _chunks(section: Section, expected: Shape | None) -> list[Chunk]:
    chunks: list[Chunk] = []
    after_blank, fence = True, ""
    for number, text in enumerate(section.lines, start=section.first_line):
        line = SourceLine(number, text)
        if line.is_blank and not fence:
            if chunks:
                chunks[-1].lines.append(line)
            after_blank = True
            continue
        marks = _FENCE.match(text)
        shape = Shape.CODE if fence or marks else _shape(text, expected)
        if fence or (chunks and _goes_on(chunks[-1].shape, shape, line, after_blank)):
            chunks[-1].lines.append(line)
        else:
            chunks.append(Chunk(shape, [line]))
        if marks:
            fence = "" if fence and marks[1].startswith(fence) else fence or marks[1]
        after_blank = False
    return chunks


def _shape(text: str, expected: Shape | None) -> Shape:
    if OPTION.match(text):
        return Shape.OPTIONS
    if _LINE.match(text):
        return Shape.LINES
    if expected and expected in _EXPECTED and _EXPECTED[expected](text):
        return expected
    if re.match(r" {0,3}>", text):
        return Shape.QUOTE
    return Shape.TEXT


# Shapes that are answers only where a heading says so.
_EXPECTED: dict[Shape, Callable[[str], object]] = {
    Shape.NUMBERED: NUMBERED.match,
    Shape.TABLE: lambda text: "|" in text and "[[" not in text,
    Shape.CRITERIA: CRITERION.match,
    Shape.GROUPS: lambda text: GROUP.match(text) or BULLET_ANYWHERE.match(text),
    Shape.DIALOGUE: lambda text: _SPEECH.match(text) or _BOX_IN_QUOTE.match(text),
}


def _goes_on(current: Shape, shape: Shape, line: SourceLine, after_blank: bool) -> bool:
    if current in (Shape.OPTIONS, Shape.NUMBERED, Shape.CRITERIA):
        if shape is current or line.indent >= 2 or (shape is Shape.TEXT and BULLET.match(line.text)):
            return True
        return shape in (Shape.TEXT, Shape.QUOTE) and not after_blank
    if current is Shape.GROUPS and (line.indent >= 2 or (shape in (Shape.TEXT, Shape.QUOTE) and not after_blank)):
        return True
    if current is Shape.DIALOGUE and shape in (Shape.TEXT, Shape.QUOTE):
        return not after_blank
    if shape is current:
        return current in ANSWERS or not after_blank
    return current is Shape.QUOTE and shape is Shape.TEXT and not after_blank


def _misplaced(file: str, answers: list[Chunk], gapped: list[Chunk]) -> Iterable[Problem]:
    if answers and gapped:
        column = gapped[0].first.text.find("[[") + 1 or 1
        what = f"The answers have two shapes: {NAMES[answers[0].shape]} and gaps in `[[…]]`."
        cure = "Make two questions of it, or take the double brackets away."
        yield Problem(file, gapped[0].first.number, column, "several-shapes", what, cure)
    for chunk in answers[1:]:
        if chunk.shape is answers[0].shape:
            what = "The answers stand in two places with text between them."
            cure = "Put them together; what follows the answers is the explanation."
            yield Problem(file, chunk.first.number, 1, "answers-apart", what, cure)
        else:
            what = f"The answers have two shapes: {NAMES[answers[0].shape]} and {NAMES[chunk.shape]}."
            cure = "Make two questions of it, each under its own heading."
            yield Problem(file, chunk.first.number, 1, "several-shapes", what, cure)


def _margin_quote(file: str, line: SourceLine, shape: Shape) -> Problem:
    what = "This quote follows the answers but stands at the margin."
    cure = "Begin the explanation with a paragraph; a hint goes before the answers."
    if shape is Shape.OPTIONS:
        cure = "Feedback on an option is indented by four spaces; an explanation begins with a paragraph."
    return Problem(file, line.number, 1, "quote-at-margin", what, cure)
