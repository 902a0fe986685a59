"""What was chosen on a builder's page as a description."""

import json
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.reports.catalogue import KINDS, Rows
from lms.reports.description import Description, description_from, plain_of

_LONGEST = 8_000


def description_of_text(text: str) -> Description:
    """Return the description that this JSON holds. Raises BadDescriptionError or ValueError."""
    if len(text) > _LONGEST:
        raise ValueError("too long to be a description")
    return description_from(json.loads(text))


def text_of(description: Description) -> str:
    """Return the description as JSON for an address or a hidden field."""
    return json.dumps(plain_of(description), separators=(",", ":"), ensure_ascii=True)


def chosen_description(given: MultiDict[str, str]) -> Description:
    """Return what was chosen. Raises BadDescriptionError or ValueError."""
    if "rows" not in given:
        return description_of_text(given["d"]) if given.get("d") else _fresh(Rows.ENROLMENTS)
    before, rows = given.get("was", given["rows"]), Rows(given["rows"])
    plain: dict[str, Any] = {
        "version": 1,
        "rows": before,
        "columns": given.getlist("column") or list(KINDS[Rows(before)].default_columns),
        "courses": given.getlist("course"),
        "standings": given.getlist("standing"),
        "teams": [int(each) for each in given.getlist("team")],
        "role": given.get("role", ""),
        "joined": _span(given, "joined"),
        "due": _span(given, "due"),
        "period": _span(given, "period"),
        "period_of": given.get("period_of", ""),
        "sort": given.get("sort", ""),
        "descending": given.get("descending") == "yes",
        "group": given.get("group", ""),
    }
    return description_from(plain).with_rows(rows)


def _span(given: MultiDict[str, str], name: str) -> dict[str, str]:
    kind = given.get(name, "any")
    if kind != "between":
        return {"kind": kind}
    return {"kind": kind, "first": given.get(f"{name}_first", ""), "last": given.get(f"{name}_last", "")}


def _fresh(rows: Rows) -> Description:
    kind = KINDS[rows]
    return Description(rows, kind.default_columns, period_of=kind.default_period)
