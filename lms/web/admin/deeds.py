"""How a deed of this desk is done: one transaction that holds the change and its one entry in the audit log."""

from typing import Any, TypeVar

from flask import abort, flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.accounts.queries import PersonFacts, TeamFacts
from lms.audit.actions import record
from lms.web.extensions import database
from lms.web.identity import me, now, remote_address, today

_Found = TypeVar("_Found")


def note(session: Session, action: str, subject: str, **detail: Any) -> None:
    """Record what the signed-in administrator did; the last thing inside `writing`."""
    record(
        session,
        now=now(),
        actor_id=me().person_id,
        actor_name=me().name,
        action=action,
        subject=subject,
        detail=detail,
        address=remote_address(),
    )


def done(address: str, text: str) -> ResponseReturnValue:
    """Go on to this page and say there that it is done."""
    flash(text, "good")
    return redirect(address, 303)


def refused(address: str, text: str) -> ResponseReturnValue:
    """Go back to this page and say there why nothing was changed."""
    flash(text, "attention")
    return redirect(address, 303)


def person_or_404(person_id: int) -> PersonFacts:
    """Return this person, disabled or not."""
    return _found(accounts.find_person(database(), person_id))


def team_or_404(team_id: int) -> TeamFacts:
    """Return this team, closed or not."""
    return _found(accounts.find_team(database(), team_id, today()))


def _found(value: _Found | None) -> _Found:
    if value is None:
        abort(404)
    return value
