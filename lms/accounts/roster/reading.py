"""A roster file as people really send it, read into rows of plain text; pure. What the rows mean: `planning`."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date

from lms.sheets import as_typed

MAX_BYTES = 6_000_000
MAX_ROWS = 30_000


@dataclass(frozen=True)
class Limits:
    """How large a file may be: what a page is handed, or what a command at the server reads."""

    megabytes: int = MAX_BYTES // 1_000_000
    rows: int = MAX_ROWS


AT_THE_SERVER = Limits(megabytes=120, rows=500_000)

# What a column may be called, letters and digits only, without accents and case.
_NAMES: dict[str, str] = {
    "name": "name fullname displayname employeename vollername vollstandigername mitarbeitername anzeigename",
    "first_name": "firstname givenname forename vorname",
    "last_name": "lastname surname familyname nachname familienname zuname",
    "sign_in_name": "signinname signin username user userid login loginname benutzername benutzer anmeldename"
    " kennung",
    "email": "email emailaddress mail mailaddress workemail emailadresse mailadresse",
    "staff_number": "staffnumber staffno staffid employeenumber employeeno employeeid personnelnumber"
    " personalnummer personalnr persnr mitarbeiternummer mitarbeiternr",
    "language": "language lang locale sprache",
    "time_zone": "timezone tz zeitzone",
    "team": "team teamcode teamname teampath department dept group unit abteilung gruppe bereich",
    "joined_on": "joinedon joined joindate startdate start since from hiredate entrydate eintritt eintrittsdatum"
    " beginn seit von",
    "left_on": "lefton left leavedate leavingdate enddate end until exitdate austritt austrittsdatum ende bis",
    "role": "role roles rolle rollen",
    "active": "active isactive enabled aktiv",
}
_COLUMN_OF = {alias: column for column, aliases in _NAMES.items() for alias in aliases.split()}
_SEPARATORS = ",;\t|"
_QUOTED_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
_EDGES = " \t\r\n\u00a0\ufeff\u200b"


class BadFileError(ValueError):
    """The file cannot be read as a roster at all; `code` says why, `value` names what it stumbled on."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(f"{code}: {value}" if value else code)
        self.code = code
        self.value = value


@dataclass(frozen=True)
class RosterRow:
    """One row as written; `number` counts from 1 with the header, as a spreadsheet shows it. Empty is unsaid."""

    number: int
    name: str = ""
    sign_in_name: str = ""
    email: str = ""
    staff_number: str = ""
    language: str = ""
    time_zone: str = ""
    team: str = ""
    joined_on: str = ""
    left_on: str = ""
    role: str = ""
    active: str = ""


COLUMNS = tuple(each.name for each in fields(RosterRow) if each.name != "number")


@dataclass(frozen=True)
class RosterFile:
    """A roster file read: its rows, the headers nobody here knows, and how it was written."""

    rows: tuple[RosterRow, ...]
    unknown_columns: tuple[str, ...] = ()
    encoding: str = "utf-8"
    separator: str = field(default=",")

    @property
    def is_guessed(self) -> bool:
        """Return whether the letters had to be guessed, so that somebody should look at the umlauts."""
        return self.encoding == "windows-1252"


def read_roster(content: bytes, limits: Limits = Limits()) -> RosterFile:
    """Return the rows of a CSV file. Raises BadFileError when it is not one or names no column known here."""
    if len(content) > limits.megabytes * 1_000_000:
        raise BadFileError("too_big", str(limits.megabytes))
    text, encoding = _decoded(content)
    separator = _separator_of(text)
    records = _records(text, separator)
    header = next(records, (0, []))[1]
    columns, unknown = _columns_of(header)
    rows = []
    for number, record in records:
        row = _row(number, columns, record)
        if row is not None:
            rows.append(row)
        if len(rows) > limits.rows:
            raise BadFileError("too_many_rows", str(limits.rows))
    return RosterFile(tuple(rows), unknown, encoding, separator)


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BadFileError("workbook")
    for encoding in _candidates(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        if not text.strip(_EDGES):
            raise BadFileError("empty")
        return text.removeprefix("\ufeff"), encoding.removesuffix("-sig")
    raise BadFileError("not_text")


def _candidates(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    head = content[:2_000]
    if head[1::2].count(0) > len(head) // 4:
        return ("utf-16-le",)
    if head[0::2].count(0) > len(head) // 4:
        return ("utf-16-be",)
    return ("utf-8-sig", "windows-1252") if content.startswith(b"\xef\xbb\xbf") else ("utf-8", "windows-1252")


def _separator_of(text: str) -> str:
    first = text.split("\n", 1)[0].strip().casefold()
    if first.startswith("sep=") and len(first) == 5:
        return first[-1]
    head = text[:20_000]

    def known(separator: str) -> int:
        header = next(csv.reader(io.StringIO(head.lstrip(), newline=""), delimiter=separator), [])
        return sum(_key(title) in _COLUMN_OF for title in header)

    return max(_SEPARATORS, key=known)


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    number = 0
    try:
        for record in reader:
            number += 1
            if number == 1 and separator.join(record).casefold().startswith("sep="):
                continue
            if any(cell.strip(_EDGES) for cell in record):
                yield number, record
    except csv.Error as error:
        raise BadFileError("broken_row", str(number + 1)) from error


def _columns_of(header: list[str]) -> tuple[dict[int, str], tuple[str, ...]]:
    columns: dict[int, str] = {}
    unknown = []
    for place, title in enumerate(header):
        column = _COLUMN_OF.get(_key(title))
        if column in columns.values():
            raise BadFileError("column_twice", title.strip(_EDGES))
        if column:
            columns[place] = column
        elif title.strip(_EDGES):
            unknown.append(title.strip(_EDGES))
    if not {"staff_number", "sign_in_name", "email", "team"} & set(columns.values()):
        raise BadFileError("no_columns", ", ".join(title.strip(_EDGES) for title in header if title)[:200])
    return columns, tuple(unknown)


def _key(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title.casefold())
    return "".join(character for character in plain if character.isascii() and character.isalnum())


def _row(number: int, columns: dict[int, str], record: list[str]) -> RosterRow | None:
    cells = {column: cell_text(record[place]) for place, column in columns.items() if place < len(record)}
    first, last = cells.pop("first_name", ""), cells.pop("last_name", "")
    if not cells.get("name"):
        cells["name"] = f"{first} {last}".strip()
    return RosterRow(number, **cells) if any(cells.values()) else None


def cell_text(cell: str) -> str:
    """Return what was meant by a cell: without Excel's `="00123"`, marking apostrophe and stray blanks."""
    text = cell.strip(_EDGES)
    quoted = _QUOTED_FORMULA.fullmatch(text)
    if quoted:
        return quoted[1].replace('""', '"').strip(_EDGES)
    return as_typed(text).strip(_EDGES)


class AmbiguousDateError(ValueError):
    """A date such as 3/11/2026 that is another day elsewhere."""


_YEAR_FIRST = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[ T]00:00(?::00)?(?:\.0+)?)?")
_YEAR_LAST = re.compile(r"(\d{1,2})([-./])\s?(\d{1,2})\2\s?(\d{4})(?: 00:00(?::00)?)?")


def date_in(text: str, day_first: bool | None = None) -> date:
    """Return the day this cell names: 2026-11-03, 03.11.2026, or with slashes where only one reading is possible.

    `day_first` settles what 3/11/2026 means. Raises AmbiguousDateError without it, ValueError for no date
    between 1950 and 2099.
    """
    year_first = _YEAR_FIRST.fullmatch(text)
    if year_first:
        return _day(*(int(part) for part in year_first.groups()))
    year_last = _YEAR_LAST.fullmatch(text)
    if year_last is None:
        raise ValueError(text)
    one, separator, two, year = int(year_last[1]), year_last[2], int(year_last[3]), int(year_last[4])
    if separator == "." or one > 12 or one == two:
        return _day(year, two, one)
    if two > 12:
        return _day(year, one, two)
    if day_first is None:
        raise AmbiguousDateError(text)
    return _day(year, two, one) if day_first else _day(year, one, two)


def _day(year: int, month: int, day: int) -> date:
    if not 1950 <= year <= 2099:
        raise ValueError(year)
    return date(year, month, day)
