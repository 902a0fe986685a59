"""Reads who of some teams is exempt from what today."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from lms.accounts.queries import is_on
from lms.accounts.tables import Membership
from lms.plans.allowance import EXEMPTION, EXTENSION
from lms.plans.tables import Allowance
from lms.progress.tables import Enrolment


def exempt_in(session: Session, team_ids: Collection[int], today: date) -> dict[tuple[int, str], date | None]:
    """Return until when today's members of these teams are exempt, by person and course; one query.

    None is for good. Of several that hold, the longest counts.
    """
    if not team_ids:
        return {}
    inside = select(Membership.person_id).where(Membership.team_id.in_(team_ids), is_on(today))
    rows = session.execute(
        select(Allowance.person_id, Allowance.course_slug, Allowance.until).where(
            Allowance.kind == EXEMPTION,
            *_holds(today),
            Allowance.person_id.in_(inside),
        )
    )
    found: dict[tuple[int, str], date | None] = {}
    for person_id, slug, until in rows:
        known = found.get((person_id, slug), until)
        found[person_id, slug] = None if known is None or until is None else max(known, until)
    return found


def exempt_now(today: date) -> Select[int, str]:
    """Return person and course of every exemption that holds today."""
    return select(Allowance.person_id, Allowance.course_slug).where(Allowance.kind == EXEMPTION, *_holds(today))


def _holds(today: date) -> tuple[ColumnElement[bool], ...]:
    return or_(Allowance.until.is_(None), Allowance.until >= today), Allowance.withdrawn_at.is_(None)


def is_exempt(today: date) -> ColumnElement[bool]:
    """Return the condition that the person of an enrolment is exempt from its course today."""
    hers = select(Allowance.id).where(
        # Not `== EXEMPTION`: SQLite would then walk all exemptions for each enrolment, and not the person's few.
        Allowance.kind != EXTENSION,
        Allowance.person_id == Enrolment.person_id,
        Allowance.course_slug == Enrolment.course_slug,
        *_holds(today),
    )
    return hers.exists()
