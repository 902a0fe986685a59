"""The rows of the table and how they are printed and kept."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True)
class Row:
    """One measured figure; `target` is a limit on `ratio` where a reference exists, else on `value`."""

    name: str
    value: float
    unit: str
    reference: float | None
    ratio: float | None
    target: str
    met: bool | None


def against(name: str, value: float, unit: str, reference: float, at_least: float) -> Row:
    """Return a row whose ratio to the reference is to be at least this."""
    ratio = value / reference
    return Row(
        name,
        round(value, 1),
        unit,
        round(reference, 1),
        round(ratio, 3),
        f"ratio >= {at_least}",
        ratio >= at_least,
    )


def below(name: str, value: float, unit: str, limit: float, reference: float | None = None) -> Row:
    """Return a row whose value is to be at most this limit."""
    ratio = round(value / reference, 3) if reference else None
    return Row(name, round(value, 2), unit, reference, ratio, f"<= {limit:g} {unit}", value <= limit)


def told(name: str, value: float, unit: str) -> Row:
    """Return a row that has no limit."""
    return Row(name, round(value, 2), unit, None, None, "", None)


def keep(rows: list[Row]) -> None:
    """Write the rows to bench/results.json, in place of earlier ones of the same name."""
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    new = {row.name: asdict(row) for row in rows}
    merged = [new.pop(row["name"], row) for row in kept] + list(new.values())
    RESULTS.write_text(json.dumps(merged, indent=1) + "\n")


def table(rows: list[Row]) -> str:
    """Return the rows as a table in plain text."""
    width = max(len(row.name) for row in rows)
    lines = [f"{'':{width}}  {'value':>10} {'unit':<10} {'reference':>10} {'ratio':>7}  target"]
    for row in rows:
        mark = {True: "met", False: "MISSED", None: ""}[row.met]
        lines.append(
            f"{row.name:{width}}  {row.value:>10} {row.unit:<10} {row.reference or '':>10} {row.ratio or '':>7}"
            f"  {row.target} {mark}".rstrip()
        )
    return "\n".join(lines)
