"""Brings a large roster in, portion by portion: others save their answers in between, and it may be interrupted.

Each portion is whole with its audit entry and the courses that its teams are given. Whoever was written stays
written: the same file brought in again plans only what is left, so nobody comes twice.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.roster.actions import OutdatedPlanError, Progress, apply_portion
from lms.accounts.roster.plan import Current, PersonDeed, Plan
from lms.accounts.roster.portions import Pace, Portion, portions
from lms.audit.actions import record
from lms.jobs.context import StoppedError
from lms.jobs.tidying import count_teams_anew
from lms.plans.settling_actions import settle
from lms.queue.actions import hold
from lms.queue.job import Ticket
from lms.store import writing
from lms.units.watching_actions import count_later


@dataclass(frozen=True)
class Importing:
    """Who brings which file in, for the audit log; `actor_id` is None at the server, `ticket` without a job."""

    file: str
    sha256: str
    actor_id: int | None
    actor_name: str
    address: str = ""
    ticket: Ticket | None = None


@dataclass(frozen=True)
class Imported:
    """What came of it: how many people were written, and the rows whose people or teams changed meanwhile."""

    people: int
    left_out: tuple[int, ...]


def import_in_portions(
    engine: Engine, plan: Plan, planned_on: Current, who: Importing, tell: Callable[[float], None]
) -> Imported:
    """Write the plan; `tell` hears after each portion what share of 1 is done and may raise to stop there.

    Raises StoppedError, with nothing of its portion written, when `who` holds a job that is another's by now.
    """
    progress, left_out, pace = Progress(planned_on), list[PersonDeed](), Pace()
    done, whole = 0, len(plan.new_teams) + len(plan.deeds)
    for portion in portions(plan, pace):
        part = {"after": done, "of": whole}
        try:
            pace.took(len(portion.deeds), _write(engine, portion, progress, who, part))
        except OutdatedPlanError:
            if portion.teams:
                raise
            left_out += _write_alone(engine, portion, progress, who, part)
        done += len(portion)
        tell(done / whole)
    count_teams_anew(engine, clock.utc_now())
    rows = tuple(row for deed in left_out for row in deed.rows)
    return Imported(len(plan.deeds) - len(left_out), rows)


def _write_alone(
    engine: Engine, portion: Portion, progress: Progress, who: Importing, part: dict[str, int]
) -> list[PersonDeed]:
    """Write each person of a portion by herself; returns those who changed since the plan was made."""
    left_out: list[PersonDeed] = []
    for alone in portion.alone():
        try:
            _write(engine, alone, progress, who, part)
        except OutdatedPlanError:
            left_out += alone.deeds
    return left_out


def _write(engine: Engine, portion: Portion, progress: Progress, who: Importing, part: dict[str, int]) -> float:
    """Write one portion; returns for how many seconds others had to wait."""
    now = clock.utc_now()
    with Session(engine) as session:
        with writing(session):
            began = time.perf_counter()
            if who.ticket is not None and not hold(session, who.ticket):
                raise StoppedError
            # Counted once at the end, not once for each portion that holds a part of a team.
            count_later(session)
            people = apply_portion(session, portion, progress, now, who.actor_id)
            settle(session, people, now)
            _note(session, portion, progress, who, part, now)
        return time.perf_counter() - began


def _note(
    session: Session, portion: Portion, progress: Progress, who: Importing, part: dict[str, int], now: datetime
) -> None:
    names = progress.people
    roles = [
        f"{names[deed.person_id].name if deed.person_id else deed.values.get('name')}: {sign}{role.value}"
        for deed in portion.deeds
        for sign, role in (
            *(("+", role) for role, _team in deed.granted),
            *(("-", held.role) for held in deed.revoked),
        )
    ]
    detail: dict[str, Any] = {"file": who.file, "sha256": who.sha256, **part, "people": len(portion.deeds)}
    if portion.teams:
        detail["teams"] = [team.key for team in portion.teams]
    if roles:
        detail["roles"] = roles
    record(
        session,
        now=now,
        actor_id=who.actor_id,
        actor_name=who.actor_name,
        action="people.import",
        subject="people",
        detail=detail,
        address=who.address,
    )
