"""Nudges given and put away; every call belongs inside `writing`."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.plans.allowance_queries import allowed_to
from lms.plans.nudge import HOLDS, Given, Refusal, Says
from lms.plans.tables import Nudge
from lms.progress.tables import Enrolment


def give_nudge(
    session: Session, person_id: int, course_slug: str, says: Says, *, by: int, now: datetime
) -> Given | Refusal:
    """Leave the person a note that this course waits, or return why not.

    While an earlier note in the course holds, whoever gave it, that one is returned and none is added: also when
    two managers press at once, since the enrolment is locked first.
    """
    if person_id == by:
        return Refusal.ONESELF
    enrolment = session.execute(
        select(Enrolment.completed_at)
        .where(Enrolment.person_id == person_id, Enrolment.course_slug == course_slug)
        .order_by(Enrolment.round.desc())
        .limit(1)
        .with_for_update(key_share=True)
    ).one_or_none()
    refusal = _refusal(session, person_id, course_slug, now)
    if refusal is None and enrolment is None:
        refusal = Refusal.NOT_ENROLLED
    if refusal is None and enrolment is not None and enrolment.completed_at is not None:
        refusal = Refusal.DONE
    if refusal is not None:
        return refusal
    earlier = session.execute(
        select(Person.name, Nudge.given_at)
        .join(Person, Person.id == Nudge.given_by)
        .where(Nudge.person_id == person_id, Nudge.course_slug == course_slug, Nudge.given_at > now - HOLDS)
        .order_by(Nudge.given_at.desc(), Nudge.id.desc())
        .limit(1)
    ).one_or_none()
    if earlier is not None:
        return Given(earlier.name, earlier.given_at, is_new=False)
    session.add(Nudge(person_id=person_id, course_slug=course_slug, says=says, given_by=by, given_at=now))
    session.flush()
    return Given(session.scalars(select(Person.name).where(Person.id == by)).one(), now, is_new=True)


def _refusal(session: Session, person_id: int, course_slug: str, now: datetime) -> Refusal | None:
    is_disabled = session.scalar(select(Person.disabled_at.is_not(None)).where(Person.id == person_id))
    if is_disabled is not False:
        return Refusal.DISABLED
    allowed = allowed_to(session, course_slug, [person_id]).get(person_id, ())
    return Refusal.EXEMPT if any(each.exempts(now.date()) for each in allowed) else None


def put_nudge_away(session: Session, person_id: int, nudge_id: int, now: datetime) -> bool:
    """Put the person's own note away, also one that is away already; False when it is not hers."""
    found = session.scalars(
        update(Nudge)
        .where(Nudge.id == nudge_id, Nudge.person_id == person_id, Nudge.put_away_at.is_(None))
        .values(put_away_at=now)
        .returning(Nudge.id)
        .execution_options(synchronize_session=False)
    ).all()
    is_hers = select(Nudge.id).where(Nudge.id == nudge_id, Nudge.person_id == person_id)
    return bool(found) or session.scalar(is_hers) is not None
