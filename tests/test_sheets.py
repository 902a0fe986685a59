"""Tables that leave the house: nothing in them runs, and what was meant comes back."""

import csv
import io
from datetime import UTC, date, datetime, timedelta, timezone

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms import sheets

HOSTILE = [
    '=HYPERLINK("http://evil")',
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "'=1",
    'a;=cmd()',
    'a,"=cmd()',
    "=cmd|' /C calc'!A0",
    "http://evil.example",
]  # fmt: skip


def _csv(header: list[str], rows: list[list[sheets.Cell]]) -> list[list[str]]:
    text = b"".join(sheets.csv_chunks(header, rows)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def _xlsx(header: list[str], rows: list[list[sheets.Cell]]) -> openpyxl.worksheet.worksheet.Worksheet:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(sheets.xlsx_chunks("People", header, rows))))
    return book.worksheets[0]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_csv_begins_like_a_formula_whatever_separates_the_cells(text: str) -> None:
    raw = b"".join(sheets.csv_chunks([text], [[text, "x"], ["x", text]])).decode("utf-8-sig")
    for separator in ",;\t|":
        for row in csv.reader(io.StringIO(raw, newline=""), delimiter=separator):
            for cell in row:
                assert not cell.lstrip('"').startswith(tuple("=+-@\t\r\n＝＋－＠")), (separator, cell)


@pytest.mark.parametrize("text", HOSTILE)
def test_each_text_of_a_workbook_is_a_string(text: str) -> None:
    sheet = _xlsx([text], [[text]])
    for row in (1, 2):
        cell = sheet.cell(row, 1)
        assert cell.data_type == "s"
        assert cell.hyperlink is None
        assert (cell.value or "").replace("\n", "\r") == text.replace("\n", "\r")


@given(st.text(alphabet=st.sampled_from("=+-@'\"\t\r\n,;|a1 é＝")))
def test_what_was_marked_as_text_comes_back_as_it_was(text: str) -> None:
    assert sheets.as_typed(sheets.as_text(text)) == text


def test_an_apostrophe_that_belongs_to_a_name_stays() -> None:
    assert sheets.as_text("'s-Gravenhage") == "'s-Gravenhage"
    assert sheets.as_typed("'s-Gravenhage") == "'s-Gravenhage"
    assert sheets.as_typed("'00123") == "00123"


def test_numbers_dates_and_answers_keep_their_kind() -> None:
    moment = datetime(2026, 11, 16, 9, 30, tzinfo=timezone(timedelta(hours=1)))
    row: list[sheets.Cell] = [-2, -0.5, date(2026, 11, 16), moment, True, False, None, "é"]
    assert _csv(["a"], [row])[1] == ["-2", "-0.5", "2026-11-16", "2026-11-16 09:30", "yes", "no", "", "é"]
    values = [cell.value for cell in _xlsx(["a"], [row])[2]]
    assert values == [
        -2, -0.5, datetime(2026, 11, 16), datetime(2026, 11, 16, 9, 30), "yes", "no", None, "é",
    ]  # fmt: skip


def test_a_csv_begins_with_a_byte_order_mark_and_comes_in_chunks() -> None:
    chunks = list(sheets.csv_chunks(["n"], ([str(number) * 50] for number in range(10_000))))
    assert chunks[0] == b"\xef\xbb\xbf"
    assert len(chunks) > 10
    assert len(b"".join(chunks).splitlines()) == 10_001


def test_control_characters_and_endless_texts_do_not_break_a_workbook() -> None:
    sheet = _xlsx(["n"], [["a\x00b\x1fc"], ["x" * 40_000]])
    assert sheet.cell(2, 1).value == "abc"
    assert len(str(sheet.cell(3, 1).value)) == 32_767


def test_a_sheet_may_be_called_anything() -> None:
    book = b"".join(sheets.xlsx_chunks("Front desk: [night]/day? " * 3, ["a"], [["b", datetime.now(UTC)]]))
    assert openpyxl.load_workbook(io.BytesIO(book)).worksheets[0].cell(2, 1).value == "b"
