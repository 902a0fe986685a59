"""Tables as CSV and XLSX in which no formula can run, whatever stands in a cell; reads nothing but its rows.

A cell is text, a number, a date, a moment, yes/no or empty. Text that a spreadsheet would take for a formula
(it begins with = + - @, a tab or a line break) is marked as text by a leading apostrophe in CSV; in XLSX
each text is stored as a string, where nothing needs marking.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from itertools import chain, islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import xlsxwriter

Cell = str | int | float | date | datetime | bool | None

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_BOM = "\ufeff".encode()
_CHUNK = 64 * 1024
# A sheet ends there, heads included.
XLSX_ROWS = 1_048_575
_XLSX_TEXT_LIMIT = 32_767
_TRIGGERS = "=+\\-@＝＋－＠"
# At the start of a cell, or where a reader that splits at another separator would see a cell start. The
# apostrophes are there so that `as_typed` can take back exactly what `as_text` added, and no more.
_LOOKS_ALIVE = re.compile(rf"""(^|(?<=[,;|\t\r\n]))("*)('*[{_TRIGGERS}])|^('*[\t\r\n])|^('+\d)""")
_MARKED = re.compile(rf"""(^|(?<=[,;|\t\r\n]))("*)'('*[{_TRIGGERS}])|^'('*[\t\r\n])|^'('*\d)""")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")


def as_text(text: str) -> str:
    """Return the text so marked that no spreadsheet runs it; `as_typed` gives the same text back."""
    return _LOOKS_ALIVE.sub(_with_apostrophe, text)


def as_typed(text: str) -> str:
    """Return what was meant by a cell that `as_text`, or Excel's own habit for numbers, marked as text."""
    return _MARKED.sub(lambda found: "".join(part for part in found.groups() if part), text)


def _with_apostrophe(found: re.Match[str]) -> str:
    quotes = found[2] or ""
    return quotes + "'" + found[0][len(quotes) :]


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield the table as CSV in UTF-8 with a byte-order mark (Excel needs it), a chunk at a time."""
    yield _BOM
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow([as_text(title) for title in header])
    for row in rows:
        writer.writerow([_csv_cell(cell) for cell in row])
        if buffer.tell() > _CHUNK:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: StringIO) -> bytes:
    # A lone surrogate cannot be written as UTF-8; nothing that came in through a form holds one.
    chunk = buffer.getvalue().encode("utf-8", errors="replace")
    buffer.seek(0)
    buffer.truncate()
    return chunk


def _csv_cell(cell: Cell) -> str | int | float:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case datetime():
            return cell.strftime("%Y-%m-%d %H:%M")
        case date():
            return cell.isoformat()
        case str():
            return as_text(cell.replace("\x00", ""))
    return cell


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook: `widths` in characters by column, where the heads alone would be too narrow.

    With `has_filter` each head offers to narrow its column.
    """

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()
    has_filter: bool = False


def write_xlsx(target: IO[bytes], name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write the table as a workbook of one sheet into this binary file; rows are not kept in memory."""
    write_book(target, [Sheet(name, header, rows)])


def write_book(target: IO[bytes], sheets: Iterable[Sheet], most_rows: int = XLSX_ROWS) -> None:
    """Write the sheets as a workbook into this binary file, which need not be seekable; no row is kept in memory.

    What a sheet cannot hold goes on in another one with the same heads.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(target, options) as book:
        formats: dict[type, Any] = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            str: book.add_format({"bold": True}),
        }
        taken: set[str] = set()
        for sheet in sheets:
            rows = iter(sheet.rows)
            first = next(rows, None)
            _write_sheet(book, formats, sheet, _free_name(sheet.name, taken), _some(first, rows, most_rows))
            while (first := next(rows, None)) is not None:
                _write_sheet(book, formats, sheet, _free_name(sheet.name, taken), _some(first, rows, most_rows))


def _some(first: Sequence[Cell] | None, rows: Iterator[Sequence[Cell]], most: int) -> Iterator[Sequence[Cell]]:
    return iter(()) if first is None else chain((first,), islice(rows, most - 1))


def _free_name(name: str, taken: set[str]) -> str:
    """Return the name as a sheet may be called, with a number where there is one of that name."""
    found, number = sheet_name(name), 1
    while found.casefold() in taken:
        number += 1
        found = f"{sheet_name(name)[:27].rstrip()} {number}"
    taken.add(found.casefold())
    return found


def _write_sheet(
    book: Any, formats: dict[type, Any], told: Sheet, name: str, rows: Iterator[Sequence[Cell]]
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(told.header):
        own = told.widths[column] if column < len(told.widths) else 0
        sheet.set_column(column, column, min(max(len(title) + 2, own, 12), 60))
    for column, title in enumerate(told.header):
        sheet.write_string(0, column, xlsx_text(title), formats[str])
    number = 0
    for number, row in enumerate(rows, start=1):  # the last one is the number of rows
        for column, cell in enumerate(row):
            _write_cell(sheet, formats, (number, column), cell)
    if told.has_filter and told.header:
        sheet.autofilter(0, 0, max(number, 1), len(told.header) - 1)


def xlsx_chunks(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield the workbook a chunk at a time; above one megabyte it waits on disk, not in memory."""
    with SpooledTemporaryFile(max_size=1024 * 1024) as file:
        write_xlsx(file, name, header, rows)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _write_cell(sheet: Any, formats: dict[type, Any], place: tuple[int, int], cell: Cell) -> None:
    match cell:
        case None | "":
            return
        case bool():
            sheet.write_string(*place, "yes" if cell else "no")
        case datetime():
            # A sheet knows no time zones: the wall clock of the moment's own zone is what is shown.
            sheet.write_datetime(*place, cell.replace(tzinfo=None), formats[datetime])
        case date():
            sheet.write_datetime(*place, cell, formats[date])
        case str():
            sheet.write_string(*place, xlsx_text(cell))
        case _:
            sheet.write_number(*place, cell)


def xlsx_text(text: str) -> str:
    """Return the text as a cell of a workbook can hold it."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NOT_IN_XML.sub("", text)[:_XLSX_TEXT_LIMIT]


def sheet_name(name: str) -> str:
    """Return the name as a sheet may be called."""
    return _NOT_IN_SHEET_NAMES.sub(" ", _NOT_IN_XML.sub("", name)).strip()[:31] or "Sheet"
