"""A large file on its way: how far it is, what it would do in short, and its rows as plain values; pure."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from lms.accounts.roster.plan import Change, Outcome, Plan, PlannedRow, Reason
from lms.accounts.roster.reading import Limits, RosterFile

# Above so many lines a file goes through the queue; below, it is planned and written at once.
MANY = 2_000
LARGE = Limits(megabytes=40, rows=150_000)
# A piece is small enough to be read for one page, and to be written while others wait.
_ROWS_A_PIECE = 2_000
_BYTES_A_PIECE = 1_000_000
# So many teams are named; of the others people are told how many.
_NAMED = 5


class UploadState(StrEnum):
    """How far a file is. It waits for somebody's word while planned; the last three are ends."""

    READING = "reading"
    PLANNED = "planned"
    WRITING = "writing"
    DONE = "done"
    REFUSED = "refused"
    DROPPED = "dropped"


ENDED = frozenset((UploadState.DONE, UploadState.REFUSED, UploadState.DROPPED))


@dataclass(frozen=True)
class Choices:
    """How the file is to be understood; `dates` is "day", "month" or empty."""

    create_teams: bool = False
    dates: str = ""
    time_zone: str = "UTC"

    @property
    def day_first(self) -> bool | None:
        """Return what 3/11/2026 means, None that it is refused."""
        return {"day": True, "month": False}.get(self.dates)


@dataclass(frozen=True)
class Summary:
    """What a plan comes to; `people` are to be written, or were. `refusal` is why there is none: code, value.

    Of new and of unknown teams the first few are named; `teams` and `unknown` are how many there are.
    """

    digest: str = ""
    people: int = 0
    tallies: dict[str, int] = field(default_factory=dict)
    told: int = 0
    new_teams: tuple[str, ...] = ()
    teams: int = 0
    unknown_teams: tuple[str, ...] = ()
    unknown: int = 0
    unknown_columns: tuple[str, ...] = ()
    encoding: str = "utf-8"
    is_outdated: bool = False
    refusal: tuple[str, str] | None = None

    @property
    def changes_nothing(self) -> bool:
        """Return whether nothing would be written."""
        return not self.people and not self.teams


@dataclass(frozen=True)
class UploadFacts:
    """One file as its owner sees it."""

    id: int
    owner_id: int
    owner_name: str
    address: str
    name: str
    sha256: str
    choices: Choices
    state: UploadState
    job_id: int | None
    summary: Summary | None
    sent_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None


def is_large(content: bytes) -> bool:
    """Return whether a file has so many lines that nobody should wait for it."""
    return content.count(b"\n") > MANY


def summary_of(plan: Plan, file: RosterFile, told: int, *, is_outdated: bool = False) -> Summary:
    """Return what this plan comes to."""
    names = {team.key: team.name for team in plan.new_teams}
    return Summary(
        digest=digest_of(plan),
        people=len(plan.deeds),
        tallies={outcome.value: count for outcome in Outcome if (count := plan.count(outcome))},
        told=told,
        new_teams=tuple(
            f"{names.get(str(team.parent), '…')} / {team.name}" if team.parent else team.name
            for team in plan.new_teams[:_NAMED]
        ),
        teams=len(plan.new_teams),
        unknown_teams=plan.unknown_teams[:_NAMED],
        unknown=len(plan.unknown_teams),
        unknown_columns=file.unknown_columns,
        encoding=file.encoding,
        is_outdated=is_outdated,
    )


def digest_of(plan: Plan) -> str:
    """Return what tells this plan from any other."""
    digest = hashlib.sha256()
    for part in (plan.rows, plan.deeds, plan.new_teams, plan.unknown_teams):
        for each in part:
            digest.update(repr(each).encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()


def summary_from(plain: dict[str, Any]) -> Summary:
    """Return the summary that was kept as JSON."""
    lists = ("new_teams", "unknown_teams", "unknown_columns")
    refusal = plain.get("refusal")
    given = {**plain, **{name: tuple(plain[name]) for name in lists}}
    return Summary(**{**given, "refusal": (refusal[0], refusal[1]) if refusal else None})


# --- Rows and bytes in pieces ---


def told_of(plan: Plan) -> list[PlannedRow]:
    """Return the rows worth telling: those that change something, and before them those that are refused."""
    told = [row for row in plan.rows if row.outcome is not Outcome.UNCHANGED]
    told.sort(key=lambda row: row.outcome is not Outcome.REFUSED)
    return told


def not_taken(plan: Plan, left_out: Iterable[int]) -> list[PlannedRow]:
    """Return the rows that were not brought in, each with why."""
    meanwhile = frozenset(left_out)
    changed = Reason("changed_meanwhile")
    return [
        row
        if row.outcome is Outcome.REFUSED
        else PlannedRow(row.number, Outcome.REFUSED, row.name, (), (changed,))
        for row in plan.rows
        if row.outcome is Outcome.REFUSED or row.number in meanwhile
    ]


def packed_rows(rows: Iterable[PlannedRow]) -> Iterator[bytes]:
    """Yield the rows in pieces."""
    waiting = iter(rows)
    while some := [_plain(row) for row in islice(waiting, _ROWS_A_PIECE)]:
        yield zlib.compress(json.dumps(some).encode())


def rows_in(piece: bytes) -> list[PlannedRow]:
    """Return the rows of one piece."""
    return [
        PlannedRow(
            number,
            Outcome(outcome),
            name,
            tuple(Change(*change) for change in changes),
            tuple(Reason(code, values) for code, values in reasons),
        )
        for number, outcome, name, changes, reasons in json.loads(zlib.decompress(piece))
    ]


def _plain(row: PlannedRow) -> list[Any]:
    changes = [[change.field, change.before, change.after] for change in row.changes]
    return [
        row.number,
        row.outcome.value,
        row.name,
        changes,
        [[each.code, dict(each.values)] for each in row.reasons],
    ]


def packed_file(content: bytes) -> Iterator[bytes]:
    """Yield a file's bytes in pieces, packed as one."""
    packed = zlib.compress(content, 3)
    return (packed[at : at + _BYTES_A_PIECE] for at in range(0, len(packed), _BYTES_A_PIECE))


def file_in(pieces: Iterable[bytes]) -> bytes:
    """Return the file's bytes."""
    return zlib.decompress(b"".join(pieces))
