"""How a privileged deed is done: one transaction that holds the change and its one entry in the audit log."""

from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.web.identity import me, now, remote_address


def note(session: Session, action: str, subject: str, **detail: Any) -> None:
    """Record what the signed-in person did; the last thing inside `writing`."""
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
