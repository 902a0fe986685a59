"""What could hurt in an author's source, found before anything is rendered: raw HTML, tangles, depths."""

import re
from dataclasses import dataclass

from lms.problem import Problem, Severity
from lms.structure import Structure

_MAX_OPEN = 50
_MAX_DEPTH = 12

_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)(?=[\s/>])[^<>]*>?|<(!\[CDATA\[|\?|!DOCTYPE)")
_KEPT = re.compile(
    r"</?(kbd|sub|sup|mark|small|s|u|b|i|em|strong|del|ins|cite|q|samp|var)>|<(br|wbr) */?>", re.IGNORECASE
)
_CODE_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_RUN = re.compile(r"(?:!?\[[ ]?){20,}|(?:\[[^\[\]]?\]\([^()]?){20,}|(?:<[!?]?(?:\[CDATA\[)?){20,}")
_VANISHING = re.compile(r"\s*<(!--|script\b|style\b|textarea\b)", re.IGNORECASE)
_COMMENT = re.compile(r"<!--(?:[^-]|-(?!->))*-->")
_QUOTE_DEPTH = re.compile(rf"(?:[ ]{{0,3}}>){{{_MAX_DEPTH + 1},}}")


@dataclass(frozen=True)
class Raw:
    """The raw HTML of a source: what to say about it, and the lines without comments, scripts and styles."""

    problems: tuple[Problem, ...]
    lines: tuple[str, ...]


def tangles(lines: tuple[str, ...], file: str, first_line: int) -> list[Problem]:
    """Return an error where brackets or quotes are so entangled that rendering could take forever."""
    found: list[Problem] = []
    open_square = open_round = open_angle = 0
    for number, line in enumerate(lines):
        if not line.strip():
            open_square = open_round = open_angle = 0
            continue
        run = _RUN.search(line)
        deep = _QUOTE_DEPTH.match(line)
        open_square += line.count("[") - line.count("]")
        open_round += line.count("](") - line.count(")")
        open_angle += line.count("<") - line.count(">")
        if run or max(open_square, open_round, open_angle) > _MAX_OPEN:
            column = run.start() + 1 if run else 1
            found.append(_tangle(file, first_line + number, column))
            open_square = open_round = open_angle = 0
        elif deep:
            found.append(too_deep(file, first_line + number))
    return found[:20]


def _tangle(file: str, line: int, column: int) -> Problem:
    return Problem(
        file,
        line,
        column,
        "tangled",
        "Many brackets are opened here and not closed.",
        "Close them, or put a backslash before each one that is meant to be read.",
    )


def too_deep(file: str, line: int) -> Problem:
    """Return the error for lists or quotes inside each other without end."""
    return Problem(
        file,
        line,
        1,
        "too-deep",
        f"Lists or quotes stand more than {_MAX_DEPTH} deep inside each other here.",
        "Begin a new list or quote at the left margin.",
    )


def depths(structure: Structure, file: str, first_line: int) -> list[Problem]:
    """Return an error at the first list that is nested too deeply."""
    for block in structure.blocks:
        if block.depth > _MAX_DEPTH:
            return [too_deep(file, first_line + block.start)]
    return []


def raw_html(structure: Structure, file: str, first_line: int) -> Raw:
    """Return what raw HTML the source holds outside code: scripts and comments vanish whole, other tags alone."""
    lines = list(structure.lines)
    code: set[int] = set()
    for block in structure.blocks:
        if block.kind in ("fence", "code"):
            code.update(range(block.start, block.end))
        elif block.kind == "html" and _VANISHING.match(block.info):
            lines[block.start : block.end] = [""] * (block.end - block.start)
    problems = []
    for number, line in enumerate(structure.lines):
        if number in code or "<" not in line:
            continue
        bare = _CODE_SPAN.sub(lambda span: "`" * len(span[0]), line)
        if lines[number] and "<!--" in bare:
            lines[number] = _without_comments(line, bare)
        tag = next((tag for tag in _TAG.finditer(bare) if not _KEPT.fullmatch(tag[0])), None)
        if tag:
            problems.append(_raw(file, first_line + number, tag.start() + 1, tag[1] or tag[2]))
    return Raw(tuple(problems[:50]), tuple(lines))


def _without_comments(line: str, bare: str) -> str:
    """Return the line without comments that begin and end in it; `bare` is the line with its code hidden."""
    kept, end = "", 0
    for comment in _COMMENT.finditer(bare):
        kept += line[end : comment.start()]
        end = comment.end()
    return kept + line[end:]


def _raw(file: str, line: int, column: int, name: str) -> Problem:
    return Problem(
        file,
        line,
        column,
        "raw-html",
        f"The HTML tag <{name}> is taken out when the page is made.",
        "Write it in Markdown, or between backticks if learners are to read the tag itself.",
        Severity.WARNING,
    )


def unclosed_fences(structure: Structure, file: str, first_line: int) -> list[Problem]:
    """Return a warning for a block of code that is opened and never closed."""
    for fence in structure.of_kind("fence"):
        marker = fence.info.split(" ", 1)[0]
        last = structure.lines[fence.end - 1].strip(" >") if fence.end - 1 > fence.start else ""
        if fence.end >= len(structure.lines) - 1 and not (
            last and set(last) == {marker[0]} and len(last) >= len(marker)
        ):
            return [
                Problem(
                    file,
                    first_line + fence.start,
                    1,
                    "unclosed-code",
                    f"The code that begins with {marker} here runs to the end of the file.",
                    f"Close it with a line of {marker}.",
                    Severity.WARNING,
                )
            ]
    return []
