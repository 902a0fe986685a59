"""A complaint about an author's file: where it is, what is wrong and how to mend it."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem weighs: an error stops publication, a warning does not.

    Nothing makes notes today; databases may hold some of an earlier version.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, order=True)
class Problem:
    """One problem in one file; `line` and `column` count from 1, `file` is relative to the courses folder."""

    file: str
    line: int
    column: int
    code: str
    what: str
    cure: str
    severity: Severity = Severity.ERROR

    def as_dict(self) -> dict[str, str | int]:
        """Return the problem as plain values for JSON."""
        return {**asdict(self), "severity": self.severity.value}


def has_errors(problems: list[Problem]) -> bool:
    """Return whether any of the problems stops publication."""
    return any(problem.severity is Severity.ERROR for problem in problems)
