"""Settles whom programmes reach: in portions, so that others write in between and a restart loses nothing."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import clock
from lms.jobs.context import Context, Result
from lms.plans.people_queries import members_now
from lms.plans.programme_actions import everybody_touched, note_settled
from lms.plans.settling_actions import settle, settle_in
from lms.plans.tables import Programme
from lms.store import writing

_PORTION = 500


def settle_programme(context: Context, payload: dict[str, Any]) -> Result:
    """Settle everybody whom a version of a programme touches; a later version ends it, and has a job of its own.

    Done again from the beginning it changes nothing that was settled before.
    """
    return _settle(context, payload["programme"], payload["version"], context.tell)


def settle_people(context: Context, payload: dict[str, Any]) -> Result:
    """Settle these `people`, or everybody in a `team` and below, with everything that asks something of them."""
    with Session(context.engine) as session:
        people = payload.get("people") or members_now(session, payload["team"], clock.utc_now())
    enrolled = 0
    for portion, share in _portions(people):
        with Session(context.engine) as session, writing(session):
            enrolled += settle(session, portion, clock.utc_now()).enrolled
        context.tell(share)
    return {"enrolled": enrolled}


def settle_everything(context: Context, _payload: dict[str, Any]) -> Result:
    """Settle every programme, should something have gone by unseen: courses shown again, two deeds at once."""
    with Session(context.engine) as session:
        live = select(Programme.id, Programme.version).where(Programme.withdrawn_at.is_(None))
        programmes = session.execute(live.order_by(Programme.id)).all()
    changed = 0
    for number, (programme_id, version) in enumerate(programmes):

        def tell(share: float, before: int = number) -> None:
            context.tell((before + share) / len(programmes))

        changed += _settle(context, programme_id, version, tell)["changed"]
    return {"changed": changed}


def _settle(context: Context, programme_id: int, version: int, tell: Callable[[float], None]) -> dict[str, int]:
    with Session(context.engine) as session:
        people = everybody_touched(session, programme_id, clock.utc_now())
    changed = 0
    for portion, share in _portions(people):
        with Session(context.engine) as session, writing(session):
            if session.scalar(select(Programme.version).where(Programme.id == programme_id)) != version:
                return {"changed": changed}
            done = settle_in(session, programme_id, portion, clock.utc_now())
        changed += done.came + done.left + done.enrolled + done.removed
        tell(share)
    with Session(context.engine) as session, writing(session):
        note_settled(session, programme_id, version)
    return {"people": len(people), "changed": changed}


def _portions(people: Collection[int]) -> Iterator[tuple[list[int], float]]:
    """Yield the people some hundreds at a time, each with the share that is done once they are."""
    ordered = sorted(people)
    for start in range(0, len(ordered), _PORTION):
        end = min(start + _PORTION, len(ordered))
        yield ordered[start:end], end / len(ordered)
