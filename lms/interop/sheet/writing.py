"""A spreadsheet of questions written, as XLSX or CSV, and the empty one to begin with."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import xlsxwriter

from lms import sheets
from lms.interop.draft import (
    Choice,
    Draft,
    Fate,
    Gaps,
    Given,
    Groups,
    Number,
    Open,
    Pairs,
    Steps,
    Words,
    with_html,
)
from lms.interop.gapping import in_one
from lms.interop.giving import Ledger, as_choice, html_of, plain_drafts
from lms.interop.prose.escaping import GAP
from lms.interop.sheet import cells
from lms.interop.sheet.columns import (
    ANSWERS,
    BEHAVIOURS,
    EXPLANATION,
    FEEDBACK,
    FORM,
    HINT,
    ID,
    LETTERS,
    NAME_OF,
    ORDER,
    POINTS,
    POOL,
    QUESTION,
    RIGHT,
    SHOWN,
    TITLE,
    TRUTH,
    TYPE,
    TYPES,
)
from lms.interop.sheet.reading import ARROW, read_row
from lms.interop.wording import number_words
from lms.quiz import numbers

Row = dict[str, str]
_WIDE = {QUESTION: 50, EXPLANATION: 40, TITLE: 22, HINT: 24, TYPE: 16}
_EXAMPLES: tuple[Row, ...] = (
    {TITLE: "The kettle", TYPE: "single choice", QUESTION: "A kettle leaks on its first day. What comes first?",
     "Answer A": "I'm sorry. I'll change it now.", "Feedback A": "Named, owned and done.",
     "Answer B": "Please fill in this form.", "Feedback B": "Paper first; the customer leaves without a kettle.",
     RIGHT: "A"},
    {TITLE: "Open ones", TYPE: "multiple choice", QUESTION: "Which two are open questions?",
     "Answer A": "What happened?", "Answer B": "Did it break?", "Answer C": "How did you use it?", RIGHT: "A, C"},
    {TITLE: "Tea", TYPE: TRUTH, QUESTION: "Tea was first drunk in Peru.", RIGHT: "false",
     EXPLANATION: "In China."},
    {TITLE: "One word", TYPE: "short text", QUESTION: "Which word opens a question?", "Answer A": "what",
     "Answer B": "how", EXPLANATION: "Any of them is right."},
    {TITLE: "What it costs", TYPE: "number", QUESTION: "A call takes 24 minutes, at 35 an hour. Its cost?",
     "Answer A": "14 ± 0.5", EXPLANATION: "24 ÷ 60 × 35 = 14."},
    {TITLE: "The order", TYPE: "put in order", QUESTION: "Put the steps in order.", "Answer A": "Name it.",
     "Answer B": "Own it.", "Answer C": "Mend it.", EXPLANATION: "Written here in the right order."},
    {TITLE: "Capitals", TYPE: "match", QUESTION: "Match the city to its country.", "Answer A": "Paris -> France",
     "Answer B": "Rome -> Italy", EXPLANATION: "Left, arrow, right."},
    {TITLE: "Whose is it?", TYPE: "sort", QUESTION: "Put each sentence where it belongs.",
     "Answer A": "You should have kept the receipt. -> Theirs", "Answer B": "I'll ring them. -> Ours",
     EXPLANATION: "Item, arrow, group."},
    {TITLE: "The sentence", TYPE: "gaps", QUESTION: "I have it [[now]], and I'll [[ring|call]] you by four."},
    {TITLE: "First lines", TYPE: "open", QUESTION: "Write the first two sentences.",
     "Answer A": "Names what happened", "Answer B": "Has a time", EXPLANATION: "Answers are what to look for."},
)  # fmt: skip
_HELP = (
    "One row is one question. Only Question, its answers and Right are needed; the rest may stay empty.",
    "Delete the examples before you send the file back.",
    "Right: the letter of the right answer, several with commas. Short text, numbers, orders, pairs, groups, gaps"
    " and open questions need none.",
    "A line break in a cell is a line break on the page. *soft*, **bold** and lists are written as in a lesson;"
    " a backslash before a sign makes it plain.",
    "ID: leave it empty for new questions; it is how answers find their question when you change it later.",
)


def write(drafts: Iterable[Draft], title: str) -> Given:
    """Return the drafts as an XLSX workbook named `title`."""
    ledger = Ledger()
    rows = _rows(drafts, ledger)
    return Given(_workbook(title, rows), tuple(ledger.losses))


def write_csv(drafts: Iterable[Draft], title: str) -> Given:
    """Return the drafts as CSV in UTF-8; the format has no place for the title."""
    ledger = Ledger()
    rows = _rows(drafts, ledger)
    header = _header(rows)
    table = ([row.get(name, "") for name in header] for row in rows)
    return Given(b"".join(sheets.csv_chunks(header, table)), tuple(ledger.losses))


def template() -> bytes:
    """Return the workbook to begin with: a row of each type to write over."""
    return _workbook("Questions", _EXAMPLES)


def _header(rows: Sequence[Row]) -> list[str]:
    used = {name for row in rows for name, value in row.items() if value}
    most = max((place + 1 for place, name in enumerate(ANSWERS) if name in used), default=0)
    told = max((place + 1 for place, name in enumerate(FEEDBACK) if name in used), default=0)
    count = max(SHOWN, most, told)
    rare = [name for name in (POOL, FORM, BEHAVIOURS, ORDER) if name in used]
    return [
        TITLE, TYPE, QUESTION, *ANSWERS[:count], RIGHT, *FEEDBACK[:count], HINT, EXPLANATION, POINTS, *rare, ID
    ]  # fmt: skip


def _rows(drafts: Iterable[Draft], ledger: Ledger) -> list[Row]:
    """Return a row for each question; what would not be read from it as it is, is listed."""
    rows = []
    for whole in plain_drafts(drafts, ledger):
        draft = as_choice(whole, ledger)
        row = _row(draft, ledger)
        again = read_row({name: value.strip() for name, value in row.items() if value.strip()})
        if again is None:
            ledger.lose(draft, "A table cannot hold it; the question is left out.")
            continue
        if "<img" in html_of(draft):
            ledger.lose(draft, "A table has no place for pictures; their addresses stand in it.", Fate.CHANGED)
        elif _shown(again) != _shown(draft):
            ledger.lose(
                draft, "A table cannot hold it as it is; a part of its text is read otherwise.", Fate.CHANGED
            )
        rows.append(row)
    return rows


def _shown(draft: Draft) -> Draft:
    """Return the draft with its line ends as a browser shows them: as spaces."""
    return with_html(replace(draft, title=draft.title.strip()), lambda html: " ".join(html.split()))


def _row(draft: Draft, ledger: Ledger) -> Row:
    row = {
        TITLE: draft.title,
        TYPE: NAME_OF[draft.type],
        QUESTION: cells.cell_of_block(draft.stem_html),
        HINT: cells.cell_of_block(draft.hint_html),
        EXPLANATION: cells.cell_of_block(draft.explanation_html),
        POINTS: numbers.plain(draft.points) if draft.points != 1 else "",
        POOL: draft.pool,
        FORM: draft.form,
        BEHAVIOURS: " ".join(draft.behaviours),
        ORDER: "yes" if draft.is_fixed else "",
        ID: draft.id,
    }
    return row | _answers(draft, ledger)


def _answers(draft: Draft, ledger: Ledger) -> Row:  # noqa: PLR0911  # one for each type
    match draft.answers:
        case Choice() as choice:
            right = [LETTERS[place] for place, option in enumerate(choice.options[:26]) if option.is_right]
            texts = [cells.cell_of_line(option.html) for option in choice.options]
            feedback = [cells.cell_of_block(option.feedback_html) for option in choice.options]
            return (
                {RIGHT: ", ".join(right)}
                | _lettered(draft, texts, ledger)
                | dict(zip(FEEDBACK, feedback, strict=False))
            )
        case Words() as words:
            return _lettered(draft, [*words.texts, *words.patterns], ledger)
        case Number() as number:
            return {ANSWERS[0]: number_words(number)}
        case Steps() as steps:
            return _lettered(draft, map(cells.cell_of_line, steps.steps_html), ledger)
        case Pairs() as pairs:
            heads = (
                f"{pairs.left_title} {ARROW} {pairs.right_title}" if pairs.left_title or pairs.right_title else ""
            )
            sides = [_sides(pair.left_html, pair.right_html) for pair in pairs.pairs]
            return {RIGHT: heads} | _lettered(draft, sides, ledger)
        case Groups() as groups:
            items = [(item, group.name_html) for group in groups.groups for item in group.items]
            feedback = [cells.cell_of_block(item.feedback_html) for item, _ in items]
            sides = [_sides(item.html, name) for item, name in items]
            return _lettered(draft, sides, ledger) | dict(zip(FEEDBACK, feedback, strict=False))
        case Gaps() as gaps:
            rest = iter(gaps.gaps)
            cell = cells.cell_of_block(in_one(draft, gaps, ledger))
            return {QUESTION: "".join(f"[[{'|'.join(next(rest))}]]" if sign == GAP else sign for sign in cell)}
        case Open() as free:
            if free.is_self:
                ledger.lose(draft, "A table cannot say that the learner marks it.", Fate.CHANGED)
            return _lettered(draft, map(cells.cell_of_line, free.criteria_html), ledger)
    return {}


def _sides(left: str, right: str) -> str:
    first, second = (cells.cell_of_line(each).replace(ARROW, "-&gt;") for each in (left, right))
    return f"{first} {ARROW} {second}".strip()


def _lettered(draft: Draft, texts: Iterable[str], ledger: Ledger) -> Row:
    written = list(texts)
    if len(written) > len(ANSWERS):
        ledger.lose(draft, f"A table has {len(ANSWERS)} answers a question; the rest is left out.")
    return dict(zip(ANSWERS, written, strict=False))


def _workbook(title: str, rows: Sequence[Row]) -> bytes:
    header = _header(rows)
    body = BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False
    }  # fmt: skip
    with xlsxwriter.Workbook(body, options) as book:
        sheet = book.add_worksheet(sheets.sheet_name(title))
        _fill(book, sheet, header, rows)
        notes = book.add_worksheet("How it works")
        notes.set_column(0, 0, 110, book.add_format({"text_wrap": True, "valign": "top"}))
        for number, line in enumerate(_HELP):
            notes.write_string(number, 0, line)
    return body.getvalue()


def _fill(book: Any, sheet: Any, header: Sequence[str], rows: Sequence[Row]) -> None:
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    sheet.freeze_panes(1, 1)
    for column, name in enumerate(header):
        wide = 26 if name in ANSWERS or name in FEEDBACK else 10
        sheet.set_column(column, column, _WIDE.get(name, wide), wrap)
        sheet.write_string(0, column, name, bold)
    place = header.index(TYPE)
    sheet.data_validation(
        1, place, 2000, place, {"validate": "list", "source": [*TYPES, TRUTH], "ignore_blank": True}
    )
    for number, row in enumerate(rows, 1):
        for column, name in enumerate(header):
            if row.get(name):
                sheet.write_string(number, column, sheets.xlsx_text(row[name]), wrap)
