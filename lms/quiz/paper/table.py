"""Two-column tables as authors write them: a head, a line of dashes, and a pair in each row."""

import re
from dataclasses import dataclass

from lms.markup import inline_html, plain_text
from lms.problem import Problem
from lms.quiz.paper.answers import Answers, SourceLine
from lms.quiz.paper.handles import handle
from lms.quiz.question import Item, MatchKey
from lms.quiz.texts import folded

_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*")
# A bar divides cells unless a backslash stands before it or it stands in code.
_CELL = re.compile(r"(?:\\.|`[^`]*`|[^|\\`]|`|\\$)*")


@dataclass(frozen=True)
class Cell:
    """One cell: its Markdown without the bars, and where it begins."""

    line: int
    column: int
    text: str


@dataclass(frozen=True)
class Row:
    """One row of exactly two cells."""

    left: Cell
    right: Cell


def read_match(answers: Answers) -> tuple[MatchKey | None, list[Problem]]:
    """Return the pairs of the table, and the right sides of rows whose left cell is empty."""
    lines = [line for line in answers.lines if not line.is_blank]
    if len(lines) < 2 or not _RULE.fullmatch(lines[1].text):
        cure = "Begin with a head, then a line `| --- | --- |`, then a row for each pair."
        return None, [answers.problem("no-table-head", "The table has no head.", cure, lines[0].number)]
    problems: list[Problem] = []
    rows = [_row(answers, line, problems) for line in (lines[0], *lines[2:])]
    if problems:
        return None, problems
    head, *pairs = [row for row in rows if row]
    problems += _empty(answers, pairs) + _equal(answers, pairs)
    if sum(bool(row.left.text) for row in pairs) < 2:
        cure = "Add a row for each further pair."
        problems.append(answers.problem("one-pair", "A match needs at least two pairs.", cure, lines[0].number))
    return (None, problems) if problems else (_key(head, pairs), [])


def _row(answers: Answers, line: SourceLine, problems: list[Problem]) -> Row | None:
    cells = _cells(line)
    if len(cells) == 2:
        return Row(cells[0], cells[1])
    what = f"This row has {len(cells)} cells; a match has two columns."
    cure = r"Write `| left | right |`; a bar within a text is written `\|`."
    column = cells[2].column if len(cells) > 2 else 1
    problems.append(answers.problem("not-two-columns", what, cure, line.number, column))
    return None


def _cells(line: SourceLine) -> list[Cell]:
    text, at = line.text.rstrip(), len(line.text) - len(line.text.lstrip())
    if text[at : at + 1] == "|":
        at += 1
    cells: list[Cell] = []
    while at < len(text) or not cells:
        found = _CELL.match(text, at)
        assert found, "the pattern fits the empty text"
        inside = found[0]
        indent = len(inside) - len(inside.lstrip()) if inside.strip() else 0
        column = at + indent + 1
        cells.append(Cell(line.number, column, inside.strip().replace(r"\|", "|")))
        at = found.end() + 1
    return cells


def _empty(answers: Answers, pairs: list[Row]) -> list[Problem]:
    cure = "Fill it, or take the row out. Only the left cell may be empty: that makes an extra answer."
    return [
        answers.problem("empty-cell", "The right cell is empty.", cure, row.right.line, row.right.column)
        for row in pairs
        if not row.right.text
    ]


def _equal(answers: Answers, pairs: list[Row]) -> list[Problem]:
    problems: list[Problem] = []
    lefts: dict[str, int] = {}
    rights = {folded(row.right.text) for row in pairs if row.left.text}
    for row in pairs:
        left, right = folded(row.left.text), folded(row.right.text)
        if left in lefts:
            what = f"The left side says the same as in line {lefts[left]}."
            cure = "Reword one of them: each left side has one right answer."
            problems.append(answers.problem("same-lefts", what, cure, row.left.line, row.left.column))
        elif left:
            lefts[left] = row.left.line
        elif right and right in rights:
            what = "This extra answer also belongs to a left side."
            cure = "Take the row out, or reword it."
            problems.append(answers.problem("same-rights", what, cure, row.right.line, row.right.column))
        if not left and right:
            rights.add(right)
    return problems


def _key(head: Row, pairs: list[Row]) -> MatchKey:
    # Two left sides may belong to one right side; it is offered once, as it is written first.
    rights: dict[str, Item] = {}
    for row in pairs:
        text = row.right.text
        rights.setdefault(folded(text), Item(handle("right", text), inline_html(text)))
    lefts = [
        (row, Item(handle("left", row.left.text), inline_html(row.left.text))) for row in pairs if row.left.text
    ]
    return MatchKey(
        lefts=tuple(left for _, left in lefts),
        rights=tuple(rights.values()),
        right_of=tuple((left.id, rights[folded(row.right.text)].id) for row, left in lefts),
        left_title=plain_text(inline_html(head.left.text)),
        right_title=plain_text(inline_html(head.right.text)),
    )
