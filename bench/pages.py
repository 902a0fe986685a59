"""What each manager's page took, kept in bench/pages.json: a line a figure, so that differences can be read."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = Path(__file__).with_name("pages.json")


@dataclass(frozen=True)
class Figure:
    """One page as one seat opens it, warm: its queries and its milliseconds.

    `half` is the median, `most` the 95th percentile, `work` the processor's time: all of it on SQLite, without the
    database's own on PostgreSQL. It tells what the page costs where the machine has other things to do as well.
    """

    page: str
    seat: str
    database: str
    people: int
    queries: int
    half: float
    most: float
    work: float


def kept() -> list[Figure]:
    """Return what was measured so far, by page, seat, database and size."""
    return [Figure(**each) for each in json.loads(FILE.read_text())] if FILE.exists() else []


def keep(figures: Sequence[Figure]) -> None:
    """Put these in place of what was measured before on the same database at the same size."""
    anew = {(figure.database, figure.people) for figure in figures}
    stay = [each for each in kept() if (each.database, each.people) not in anew]
    ordered = sorted([*stay, *figures], key=lambda each: (each.page, each.seat, each.database, each.people))
    lines = ",\n".join(json.dumps(asdict(each)) for each in ordered)
    FILE.write_text(f"[\n{lines}\n]\n")
