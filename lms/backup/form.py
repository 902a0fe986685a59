"""The form of a backup: a zip of a manifest and one file of JSON lines a table, sealed by its own SHA-256; pure.

A line is a JSON array of the row's values in the manifest's order of columns. The last 64 characters of the
file, inside the zip's comment, are the SHA-256 of every byte before them, so that no flipped bit passes.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

FORMAT = 1
MANIFEST = "manifest.json"
SEAL_PREFIX = b"sha256:"
SEAL_LENGTH = 64
_WHOLE = 2**256


class BadBackupError(ValueError):
    """The file is not a whole backup that can be restored here; the message says what is wrong with it."""


@dataclass(frozen=True)
class ColumnFacts:
    """One column: its name and what kind of value it holds, see `_TO_PLAIN`."""

    name: str
    kind: str
    nullable: bool


@dataclass(frozen=True)
class TableFacts:
    """One table as it was: `sha256` is of its lines as written, `sum` of its rows in whatever order."""

    name: str
    columns: tuple[ColumnFacts, ...]
    rows: int
    bytes: int
    sha256: str
    sum: str

    @property
    def file(self) -> str:
        """Return the name of the table's file inside the zip."""
        return f"tables/{self.name}.jsonl"


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: `revision` is the database's schema, `taken_at` the moment it shows."""

    version: str
    revision: str
    taken_at: datetime
    tables: tuple[TableFacts, ...]

    @property
    def rows(self) -> int:
        """Return how many rows it holds in all."""
        return sum(table.rows for table in self.tables)

    def as_json(self) -> bytes:
        """Return the manifest as it stands in the zip."""
        facts = {"format": FORMAT, **asdict(self), "taken_at": self.taken_at.isoformat()}
        return json.dumps(facts, indent=1).encode()


def read_manifest(content: bytes) -> Manifest:
    """Return the manifest. Raises BadBackupError when it is none or of a newer form."""
    try:
        facts = json.loads(content)
        if facts["format"] != FORMAT:
            raise BadBackupError(f"It is of form {facts['format']}; this version of Lantern reads form {FORMAT}.")
        tables = tuple(
            TableFacts(**{**table, "columns": tuple(ColumnFacts(**column) for column in table["columns"])})
            for table in facts["tables"]
        )
        taken_at = datetime.fromisoformat(facts["taken_at"])
        return Manifest(facts["version"], facts["revision"], taken_at, tables)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, BadBackupError):
            raise
        raise BadBackupError("Its manifest cannot be read.") from error


def _canonical(value: Any) -> Any:
    """Return a JSON value as both databases give it back: no NUL, which PostgreSQL refuses, no 1e+16."""
    match value:
        case str():
            return value.replace("\x00", "\ufffd")
        case float() if abs(value) >= 1e15 and value.is_integer():
            return int(value)
        case list():
            return [_canonical(each) for each in value]
        case dict():
            return {_canonical(key): _canonical(each) for key, each in value.items()}
    return value


_TO_PLAIN: dict[str, Callable[[Any], Any]] = {
    "moment": lambda moment: moment.astimezone(UTC).isoformat(),
    "day": date.isoformat,
    "bytes": lambda content: base64.b64encode(content).decode(),
    "json": _canonical,
    "text": lambda text: text.replace("\x00", "\ufffd"),
}
_FROM_PLAIN: dict[str, Callable[[Any], Any]] = {
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "bytes": base64.b64decode,
}
KINDS = frozenset({*_TO_PLAIN, "bool", "int", "number"})


class Lines:
    """Turns rows of one table into lines and counts and sums what passes."""

    def __init__(self, columns: Sequence[ColumnFacts]) -> None:
        """Begin with nothing counted."""
        self.rows = 0
        self.bytes = 0
        self._sum = 0
        self._sha256 = hashlib.sha256()
        self._turn = [
            (place, _TO_PLAIN[each.kind]) for place, each in enumerate(columns) if each.kind in _TO_PLAIN
        ]

    def line_of(self, row: Iterable[Any]) -> bytes:
        """Return the row's line, counted."""
        values = list(row)
        for place, to_plain in self._turn:
            if values[place] is not None:
                values[place] = to_plain(values[place])
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
        line = text.encode() + b"\n"
        self.count(line)
        return line

    def count(self, line: bytes) -> None:
        """Count one line that was written or read."""
        self.rows += 1
        self.bytes += len(line)
        self._sha256.update(line)
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(line).digest())) % _WHOLE

    def facts(self, name: str, columns: Sequence[ColumnFacts]) -> TableFacts:
        """Return what was counted."""
        digest = self._sha256.hexdigest()
        return TableFacts(name, tuple(columns), self.rows, self.bytes, digest, f"{self._sum:064x}")


def row_of(line: bytes, columns: Sequence[ColumnFacts]) -> list[Any]:
    """Return the values of a line. Raises BadBackupError when it does not fit the columns."""
    try:
        values: list[Any] = json.loads(line)
        if len(values) != len(columns):
            raise BadBackupError("A row has another number of values than its table has columns.")
        for place, column in enumerate(columns):
            if values[place] is not None and column.kind in _FROM_PLAIN:
                values[place] = _FROM_PLAIN[column.kind](values[place])
    except (TypeError, ValueError) as error:
        if isinstance(error, BadBackupError):
            raise
        raise BadBackupError("A row cannot be read.") from error
    return values
