"""Who held a certificate on a given day, as the record tells it; pure.

A day is a day where the person lives: a certificate is held from the day it was issued, through the whole of its
last day, and not on the day it was revoked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

ENDS_SOON = timedelta(days=60)


class Holding(StrEnum):
    """How a person stood to a course's certificate on the day asked about."""

    HELD = "held"
    REVOKED = "revoked"
    ENDED = "ended"
    OPEN = "open"
    NONE = "none"


@dataclass(frozen=True)
class CertificateThen:
    """One certificate with the days that decide; `issued_on` is never before `completed_on`.

    `revoked_on` is what the day asked about knew: of a withdrawal that was taken back later, its day.
    """

    person_id: int
    serial: str
    release_number: int
    release_hash: str
    issued_on: date
    completed_on: date
    valid_until: date | None
    revoked_on: date | None

    def is_held_on(self, day: date) -> bool:
        """Return whether it was in force on this day."""
        return (
            self.issued_on <= day
            and (self.valid_until is None or day <= self.valid_until)
            and (self.revoked_on is None or day < self.revoked_on)
        )


@dataclass(frozen=True)
class HoldingThen:
    """How one person stood on the day; `certificate` is the one held, or else the last one there was by then."""

    holding: Holding
    certificate: CertificateThen | None

    def ends_soon(self, day: date) -> bool:
        """Return whether it was held that day and its last day comes within 60 days."""
        last = self.certificate.valid_until if self.certificate else None
        return self.holding is Holding.HELD and last is not None and last <= day + ENDS_SOON


def holding_on(day: date, certificates: Iterable[CertificateThen], is_enrolled: bool) -> HoldingThen:
    """Return how somebody with these certificates in one course stood on this day.

    Of several that were held, the one that lasts longest counts; what came after the day is not known yet.
    """
    known = sorted(
        (each for each in certificates if each.issued_on <= day),
        key=lambda each: (each.valid_until or date.max, each.issued_on, each.serial),
    )
    held = [each for each in known if each.is_held_on(day)]
    if held:
        return HoldingThen(Holding.HELD, held[-1])
    if not known:
        return HoldingThen(Holding.OPEN if is_enrolled else Holding.NONE, None)
    last = known[-1]
    is_revoked = last.revoked_on is not None and last.revoked_on <= day
    return HoldingThen(Holding.REVOKED if is_revoked else Holding.ENDED, last)
