"""Cells of a report as they are read in columns, on the page and on paper."""

from datetime import date

from lms.reports.printing import said_in_columns


def test_columns_of_numbers_are_told_and_keep_their_decimals_together() -> None:
    lines = [
        ["Ana", 3, 79.6, True, None, 1_234_567.0],
        ["Ben", None, 100.0, False, None, 2.0],
        ["Cem", 12, None, None, None, None],
    ]
    texts, figures = said_in_columns(lines)
    assert figures == {1, 2, 5}
    assert [line[1] for line in texts] == ["3", "", "12"]
    assert [line[2] for line in texts] == ["79.6", "100.0", ""]
    assert [line[5] for line in texts] == ["1234567", "2", ""]


def test_a_column_with_a_day_or_a_word_among_its_numbers_is_text() -> None:
    texts, figures = said_in_columns([[1, 1], [date(2026, 12, 4), "late"]])
    assert texts == [["1", "1"], ["2026-12-04", "late"]] and not figures
    assert said_in_columns([]) == ([], frozenset())
