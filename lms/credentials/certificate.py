"""What a certificate says and whether it holds; pure."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lms.content.course import ConditionKind


class Standing(StrEnum):
    """Whether a certificate holds on a given day."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True)
class ConditionMet:
    """One condition of completion and the day it was met; `mark` (0..1) is what it asked for, if anything.

    `days` is how long after the rest it was checked, None for a condition without a delay. `behaviours` are the
    names of what was seen on the job.
    """

    kind: ConditionKind
    mark: float | None
    met_on: date
    days: int | None = None
    behaviours: tuple[str, ...] = ()

    def as_plain(self) -> dict[str, str | float | list[str] | None]:
        """Return the condition as plain values for JSON."""
        plain: dict[str, str | float | list[str] | None] = {
            "kind": self.kind.value,
            "mark": self.mark,
            "met_on": self.met_on.isoformat(),
        }
        if self.days:
            plain["days"] = self.days
        if self.behaviours:
            plain["behaviours"] = list(self.behaviours)
        return plain


@dataclass(frozen=True)
class IssuedCertificate:
    """One certificate with everything printed on it, as of its issue.

    `time_zone` is the person's present one: it says which day it is where the certificate is held.
    `renewed_by` is the serial of the certificate that came after it and was not revoked, `replaced_by` of the one
    that was issued in its place, `replaces` of the one whose place it took; each None without one.
    """

    person_id: int
    serial: str
    code: str
    person_name: str
    organisation_name: str
    course_slug: str
    course_title: str
    language: str
    release_number: int
    release_hash: str
    conditions: tuple[ConditionMet, ...]
    mark: float | None
    hours: float | None
    issued_at: datetime
    completed_on: date
    valid_until: date | None
    revoked_at: datetime | None
    revoked_reason: str | None
    time_zone: str
    renewed_by: str | None = None
    replaced_by: str | None = None
    replaces: str | None = None


def standing(certificate: IssuedCertificate, today: date) -> Standing:
    """Return whether the certificate holds on this day; it is valid through the whole of its last day."""
    if certificate.revoked_at is not None:
        return Standing.REVOKED
    if certificate.valid_until is not None and today > certificate.valid_until:
        return Standing.EXPIRED
    return Standing.VALID
