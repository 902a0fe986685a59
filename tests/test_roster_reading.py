"""Roster files as people send them: encodings, separators, headers, Excel's habits, dates."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.roster.reading import (
    AmbiguousDateError,
    BadFileError,
    RosterRow,
    cell_text,
    date_in,
    read_roster,
)

PLAIN = "Name;E-Mail;Personal-Nr.\nJörg Müller;joerg@example.org;007\n"
WANTED = RosterRow(2, name="Jörg Müller", email="joerg@example.org", staff_number="007")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252"])
def test_the_same_rows_come_from_every_encoding(encoding: str) -> None:
    file = read_roster(PLAIN.encode(encoding))
    assert file.rows == (WANTED,)
    assert file.is_guessed is (encoding == "windows-1252")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_even_when_a_header_holds_another(separator: str) -> None:
    text = separator.join(["name", "sign in name", '"Team, or group; if any"', "team"])
    text += "\n" + separator.join(["Lena", "lena", "x", '"Hotel/Front desk"'])
    assert read_roster(text.encode()).rows == (
        RosterRow(2, name="Lena", sign_in_name="lena", team="Hotel/Front desk"),
    )


@pytest.mark.parametrize("header", ["E-Mail", " EMAIL ", "e mail", "E-Mail-Adresse", "Email address", "E‑Mail"])
def test_a_header_is_known_by_its_letters(header: str) -> None:
    assert read_roster(f"{header},sign-in name\na@b.example,a".encode()).rows[0].email == "a@b.example"


def test_a_line_that_tells_excel_the_separator_is_skipped() -> None:
    assert read_roster(b"sep=;\r\nstaff number;name\r\n7;Lena\r\n").rows == (
        RosterRow(3, name="Lena", staff_number="7"),
    )


def test_first_and_last_name_make_a_name() -> None:
    assert read_roster("Vorname;Nachname;Kennung\nMia;Sørensen;mia".encode()).rows[0].name == "Mia Sørensen"


def test_line_breaks_in_cells_empty_rows_and_trailing_columns_do_no_harm() -> None:
    text = 'name,team,sign_in_name,,,\n"Lena\nBrandt",Desk,lena,,,\n' + ",,,,,\n" * 5_000 + "Otto,,otto,,,\n\n\n"
    rows = read_roster(text.encode()).rows
    assert [(row.number, row.sign_in_name) for row in rows] == [(2, "lena"), (5_003, "otto")]
    assert rows[0].name == "Lena\nBrandt"


def test_columns_nobody_knows_are_named_and_ignored() -> None:
    assert read_roster(b"sign_in_name,Shoe size\nlena,38").unknown_columns == ("Shoe size",)


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ('="00123"', "00123"),
        ("'00123", "00123"),
        (" \u00a0Lena\u200b ", "Lena"),
        ("'s-Gravenhage", "s-Gravenhage"),
        ("'-Anna", "-Anna"),
    ],
)
def test_excels_marks_are_taken_off(cell: str, meant: str) -> None:
    assert cell_text(cell).lstrip("'") == meant


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf  \n", "empty"),
        (b"PK\x03\x04rest", "workbook"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x81\x00", "not_text"),
        (b"colour,size\nred,3\n", "no_columns"),
        (b"email,E-Mail\na@b.c,d@e.f\n", "column_twice"),
        (b"sign_in_name\n" + b"a" * 200_000 + b"\n", "broken_row"),
        (b"sign_in_name\n" + b"a\n" * 30_001, "too_many_rows"),
        (b"sign_in_name\n" + b"a" * 6_000_000, "too_big"),
    ],
)
def test_what_is_no_roster_is_refused_with_a_reason(content: bytes, code: str) -> None:
    with pytest.raises(BadFileError) as refused:
        read_roster(content)
    assert refused.value.code == code


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_but_never_break(content: bytes) -> None:
    with contextlib.suppress(BadFileError):
        read_roster(b"name,sign_in_name\n" + content)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-11-03", date(2026, 11, 3)),
        ("2026/11/03", date(2026, 11, 3)),
        ("2026-11-03 00:00:00", date(2026, 11, 3)),
        ("03.11.2026", date(2026, 11, 3)),
        ("3. 11. 2026", date(2026, 11, 3)),
        ("3.11.2026", date(2026, 11, 3)),
        ("25/11/2026", date(2026, 11, 25)),
        ("11/25/2026", date(2026, 11, 25)),
        ("5/5/2026", date(2026, 5, 5)),
        ("31.02.2026", None),
        ("46329", None),
        ("1026-11-03", None),
        ("3.11.26", None),
        ("tomorrow", None),
    ],
)
def test_a_date_is_read_only_where_one_day_can_be_meant(text: str, wanted: date | None) -> None:
    if wanted is None:
        with pytest.raises(ValueError, match=r"."):
            date_in(text)
    else:
        assert date_in(text) == wanted


def test_what_is_another_day_elsewhere_is_asked_about() -> None:
    with pytest.raises(AmbiguousDateError):
        date_in("3/11/2026")
    assert date_in("3/11/2026", day_first=True) == date(2026, 11, 3)
    assert date_in("3/11/2026", day_first=False) == date(2026, 3, 11)
