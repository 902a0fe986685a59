"""The rows of a spreadsheet file, XLSX or CSV, as texts; read within limits, nothing in it is run.

A workbook is a ZIP of XML, so it goes through the same two doors as every other; a library for spreadsheets would
open both by itself, with limits of its own.
"""

import csv
import posixpath
import re
from io import BytesIO, StringIO

from lms.interop.decoding import shown, text_of
from lms.interop.refusing import RefusedFileError
from lms.interop.safe_xml import Element, read_xml
from lms.interop.safe_zip import Archive, opened
from lms.problem import Problem
from lms.sheets import as_typed

MOST_ROWS = 2_001
MOST_COLUMNS = 100
LONGEST_CELL = 20_000
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ZIPPED = b"PK\x03\x04"
_SEPARATORS = ",;\t|"


def rows_of(content: bytes, file: str) -> tuple[list[list[str]], list[Problem]]:
    """Return the rows from the first on, and what is wrong. Raises RefusedFileError when it is no spreadsheet."""
    if content.startswith(_ZIPPED):
        with opened(BytesIO(content)) as archive:
            return _workbook(archive), []
    text, problems = text_of(content, file)
    return _separated(text), problems


def _separated(text: str) -> list[list[str]]:
    head = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=head.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=separator):
            rows.append([as_typed(cell)[:LONGEST_CELL] for cell in row[:MOST_COLUMNS]])
            if len(rows) > MOST_ROWS:
                raise _too_long()
    except csv.Error as error:
        what = f"The file cannot be read as a table: {error}."
        raise RefusedFileError(what, "Save it again as CSV or XLSX.", len(rows) + 1) from error
    return rows


def _workbook(archive: Archive) -> list[list[str]]:
    sheet = _first_sheet(archive)
    shared = _shared(archive)
    rows: list[list[str]] = []
    for row in sheet.all("row"):
        number = int(row.get("r")) if row.get("r").isdecimal() and len(row.get("r")) < 8 else len(rows) + 1
        if number > MOST_ROWS:
            if any(_text(cell, shared).strip() for cell in row.children("c")):
                raise _too_long()
            continue
        rows += [[] for _ in range(number - len(rows))]
        rows[number - 1] = _cells(row, shared)
    return rows


def _first_sheet(archive: Archive) -> Element:
    if "xl/workbook.xml" not in archive or "xl/_rels/workbook.xml.rels" not in archive:
        raise RefusedFileError("The file is no workbook.", "Save it again as XLSX.")
    first = read_xml(archive.read("xl/workbook.xml")).first("sheet")
    links = read_xml(archive.read("xl/_rels/workbook.xml.rels")).children("Relationship")
    target = next((link.get("Target") for link in links if first and link.get("Id") == first.get("id")), "")
    name = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
    if name not in archive:
        raise RefusedFileError("The workbook has no sheet.", "Save it again as XLSX.")
    return read_xml(archive.read(name))


def _shared(archive: Archive) -> list[str]:
    if "xl/sharedStrings.xml" not in archive:
        return []
    return [_words(each) for each in read_xml(archive.read("xl/sharedStrings.xml")).children("si")]


def _cells(row: Element, shared: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row.children("c"):
        found = _PLACE.fullmatch(cell.get("r"))
        column = _column(found[1]) if found else len(cells)
        if column < MOST_COLUMNS:
            cells += [""] * (column + 1 - len(cells))
            cells[column] = _text(cell, shared)[:LONGEST_CELL]
    return cells


def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _text(cell: Element, shared: list[str]) -> str:
    inline = cell.child("is")
    if inline is not None:
        return _words(inline)
    value = cell.child("v")
    text = value.text if value else ""
    if cell.get("t") == "s":
        return shared[int(text)] if text.isdecimal() and int(text) < len(shared) else ""
    if cell.get("t") == "b":
        return "yes" if text == "1" else "no"
    return shown(text)


def _words(element: Element) -> str:
    """Return the text of a cell; hints for pronunciation (`rPh`) are not read out."""
    runs = [[child] if child.name == "t" else child.children("t") for child in element.children("t", "r")]
    return shown("".join(part.text for run in runs for part in run))


def _too_long() -> RefusedFileError:
    return RefusedFileError(f"The table has more than {MOST_ROWS - 1} questions.", "Split it into several files.")
