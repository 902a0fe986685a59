"""What a certificate of an invented person says, seeded where a real one is random; pure."""

import json
from datetime import date
from random import Random
from typing import Any

from lms.content.course import ActivityKind
from lms.credentials.awarding import day_of, months_after
from lms.crowd.bulk import Row, stamp, stamp_or_none
from lms.crowd.learning import Learnt
from lms.crowd.people import Worker
from lms.crowd.preparing import Prepared
from lms.crowd.rhythm import DAY, as_datetime

COLUMNS = (
    "id", "enrolment_id", "person_id", "serial", "code", "person_name", "organisation_name", "course_slug",
    "course_title", "language", "release_id", "release_number", "release_hash", "conditions", "mark", "hours",
    "issued_at", "completed_on", "valid_until", "revoked_at", "revoked_by", "revoked_reason",
    "issued_on", "revoked_on",
)  # fmt: skip
REVOKED_ON = COLUMNS.index("revoked_on")
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_REASONS = ("Taken in somebody else’s place", "Issued by mistake", "The course check was shared beforehand")
# An odd factor visits every one of 32^6 serials once.
_STRIDE, _SERIALS = 715_827_883, 1 << 30


class Certifier:
    """Writes certificates out, one after another; serials never meet."""

    def __init__(self, chance: Random, organisation: str, revoked_by: int, now: int) -> None:
        self._chance = chance
        self._organisation = organisation
        self._revoked_by = revoked_by
        self._now = now

    def row(
        self, number: int, enrolment_id: int, person_id: int, worker: Worker, ready: Prepared, learnt: Learnt
    ) -> Row:
        """Return the row of the certificate with this number, for a complete enrolment."""
        course = ready.course
        completed_at = max(learnt.done_at.values())
        completed_on = day_of(as_datetime(completed_at), worker.time_zone)
        months = course.valid_for_months
        is_revoked = self._chance.random() < 0.002
        revoked_at = min(self._now, completed_at + int(DAY * self._chance.uniform(1, 60))) if is_revoked else None
        return (
            number,
            enrolment_id,
            person_id,
            f"LN-{completed_on.year}-{self._letters(number * _STRIDE % _SERIALS, 6)}",
            self._letters(self._chance.getrandbits(130), 26),
            worker.name,
            self._organisation,
            course.slug,
            course.title,
            worker.language,
            course.release_id,
            course.number,
            course.hash,
            _conditions(ready, learnt, worker.time_zone),
            _final_mark(ready, learnt),
            course.cpd_hours,
            stamp(completed_at),
            completed_on.isoformat(),
            months_after(completed_on, months).isoformat() if months else None,
            stamp_or_none(revoked_at),
            self._revoked_by if is_revoked else None,
            self._chance.choice(_REASONS) if is_revoked else None,
            completed_on.isoformat(),
            day_of(as_datetime(revoked_at), worker.time_zone).isoformat() if revoked_at is not None else None,
        )

    @staticmethod
    def _letters(value: int, count: int) -> str:
        return "".join(_ALPHABET[value >> 5 * place & 31] for place in range(count))


def _conditions(ready: Prepared, learnt: Learnt, time_zone: str) -> str:
    plain = []
    for demand in ready.demands:
        met_on: date = day_of(as_datetime(max(learnt.done_at[each] for each in demand.step_ids)), time_zone)
        said: dict[str, Any] = {"kind": demand.kind, "mark": demand.mark, "met_on": met_on.isoformat()}
        plain.append(said | ({"days": demand.days} if demand.days else {}))
    return json.dumps(plain)


def _final_mark(ready: Prepared, learnt: Learnt) -> float | None:
    marks = [learnt.best[step.id] for step in ready.steps if step.kind is ActivityKind.QUIZ]
    return sum(marks) / len(marks) if marks else None
