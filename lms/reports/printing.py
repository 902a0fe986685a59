"""A report on paper: page values and the HTML that WeasyPrint sets; templates see nothing else. Asks no request.

Words come with the file's wording, since this also runs where nobody speaks.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lms.bidi import kept_apart, listed
from lms.reminders.letters import day_in_words
from lms.reports.queries import Form
from lms.reports.row_queries import Wall
from lms.reports.wording import Wording
from lms.settings import ROOT
from lms.sheets import Cell

# WeasyPrint takes longer than anybody waits for more; a workbook holds all of them.
MOST_ROWS = 400
# More than nine stand in smaller type.
_MOST_COLUMNS, _MANY_COLUMNS = 15, 9
_LONGEST_CELL, _LONGEST_NAME = 120, 60
_KINDS = {
    "done": "good", "passed": "good", "valid": "good", "under-way": "here", "open": "here", "waiting": "here",
    "not-started": "quiet", "stuck": "attention", "not-passed": "attention", "expired": "attention",
    "late": "harm", "revoked": "harm",
}  # fmt: skip
# A drawing on paper sees no style sheet: its colours stand in it.
FILLS = {
    "good": "#2d6e6a", "here": "#a9cbc7", "quiet": "#e3e0d8", "attention": "#c9822b", "harm": "#9a2f22",
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One part of a strip, `start` and `width` in percent."""

    fill: str
    word: str
    count: int
    start: float
    width: float


@dataclass(frozen=True)
class PrintedReport:
    """One report as pages: at most `MOST_ROWS` lines of the `total`, and `more_columns` left out.

    `figures` are the columns of numbers, from 0.
    """

    wording: Wording
    header: Sequence[str]
    lines: Sequence[Sequence[str]]
    total: int
    parts: Sequence[Part]
    facts: Sequence[tuple[str, str]]
    definitions: Sequence[tuple[str, str]]
    figures: frozenset[int]
    more_columns: int
    is_dense: bool


@dataclass(frozen=True)
class PrintedWall:
    """One wall sheet; `paper` is `a4` or `a3`, `coming` are days in words with the course due on them.

    `finished` are people, each once, with what they finished.
    """

    wording: Wording
    title: str
    paper: str
    today: str
    wall: Wall
    coming: Sequence[tuple[str, str]]
    finished: Sequence[tuple[str, str]]


def report_html(  # one page, each of its parts
    wording: Wording,
    header: Sequence[str],
    lines: Sequence[Sequence[Cell]],
    total: int,
    shares: Sequence[tuple[str, str, int]],
    facts: Sequence[tuple[str, Cell]],
    definitions: Sequence[tuple[str, str]],
) -> str:
    """Return the report as HTML to be printed."""
    texts, figures = said_in_columns([line[:_MOST_COLUMNS] for line in lines])
    page = PrintedReport(
        wording,
        header[:_MOST_COLUMNS],
        texts,
        total,
        _parts(shares),
        [(term, said(words)) for term, words in facts],
        definitions,
        figures,
        max(0, len(header) - _MOST_COLUMNS),
        len(header) > _MANY_COLUMNS,
    )
    return _templates().get_template("print/report.html").render(page=page)


def wall_html(wording: Wording, title: str, wall: Wall, form: Form, today: date) -> str:
    """Return the wall sheet under this title as HTML to be printed."""
    coming = [(day_in_words(on, today, wording.language), course) for on, course, _people in wall.coming]
    paper = "a3" if form is Form.WALL_A3 else "a4"
    finished: dict[tuple[str, str], list[str]] = {}
    for team, name, course in wall.finished:
        finished.setdefault((team, name), []).append(course)
    page = PrintedWall(
        wording,
        title,
        paper,
        day_in_words(today, today, wording.language),
        wall,
        coming,
        [(name[:_LONGEST_NAME], listed(courses)) for (_team, name), courses in finished.items()],
    )
    return _templates().get_template("print/wall_sheet.html").render(page=page, fills=FILLS)


def said(cell: Cell) -> str:
    """Return the cell as a short text of one line that nothing in it can turn around."""
    match cell:
        case None:
            return ""
        case datetime():
            return cell.strftime("%Y-%m-%d %H:%M")
        case date():
            return cell.isoformat()
        case float():
            return f"{cell:.10g}"
    words = " ".join(_without_marks(str(cell)).split())
    return words if len(words) <= _LONGEST_CELL else words[: _LONGEST_CELL - 1] + "…"


def said_in_columns(lines: Sequence[Sequence[Cell]]) -> tuple[list[list[str]], frozenset[int]]:
    """Return the cells as short texts, and which columns, from 0, hold numbers alone.

    As soon as one number of a column needs a decimal all have it, so that they stand below each other.
    """
    columns, figures = [], set[int]()
    for at, column in enumerate(zip(*lines, strict=True)):
        numbers = [cell for cell in column if isinstance(cell, int | float) and not isinstance(cell, bool)]
        if numbers and len(numbers) + column.count(None) == len(column):
            figures.add(at)
        is_parted = at in figures and any(not float(cell).is_integer() for cell in numbers)
        columns.append([f"{cell:.1f}" if is_parted and cell is not None else said(cell) for cell in column])
    return [list(line) for line in zip(*columns, strict=True)], frozenset(figures)


def _without_marks(text: str) -> str:
    """Return the text without control characters and marks that change the direction of what follows."""
    return "".join(" " if unicodedata.category(each) == "Cc" else each for each in text if not _turns(each))


def _turns(character: str) -> bool:
    # Joiners belong to words, and what keeps a name apart (`lms.bidi`) ends with its cell.
    is_let_be = character in "\u200c\u200d\u2068\u2069"
    return unicodedata.category(character) in ("Cf", "Cs", "Co", "Cn") and not is_let_be


def _parts(shares: Sequence[tuple[str, str, int]]) -> list[Part]:
    if len(shares) < 2:  # where all stand alike, a strip shows nothing
        return []
    whole, start, found = sum(count for *_rest, count in shares), 0.0, []
    for value, word, count in shares:
        width = 100.0 * count / whole
        found.append(Part(FILLS[_KINDS.get(value, "quiet")], word, count, start, width))
        start += width
    return found


@cache
def _templates() -> Environment:
    found = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["kept_apart"] = kept_apart
    return found
