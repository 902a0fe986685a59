"""When something is due for a person who was given more time or exempted; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

EXTENSION, EXEMPTION = "extension", "exemption"


@dataclass(frozen=True)
class Allowed:
    """One allowance that was not withdrawn: its kind and last day, None for an exemption for good."""

    kind: str
    until: date | None

    def exempts(self, today: date) -> bool:
        """Return whether nothing is asked for today because of it; its last day is included."""
        return self.kind == EXEMPTION and (self.until is None or self.until >= today)


def due_date(assigned: date | None, round_by: date | None, allowed: Iterable[Allowed], today: date) -> date | None:
    """Return the day on which this round is due, or None when it is without one.

    A round that renews a certificate, or follows one that was withdrawn, is due by its own day `round_by`, any
    other by the earliest day assigned. Whoever is exempt has no day; an extension moves the day there is to a
    later one, never to an earlier one, and makes none where none was asked for.
    """
    allowances = list(allowed)
    base = round_by or assigned
    if base is None or any(each.exempts(today) for each in allowances):
        return None
    return max([base, *(each.until for each in allowances if each.kind == EXTENSION and each.until)])
