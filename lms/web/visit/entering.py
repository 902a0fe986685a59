"""How somebody gets in whatever the way: tries are counted, secrets compared, a session handed out.

Everything that takes time (the hashing) happens between two short transactions, never inside one. Unknown
people cost the same work and get the same answer.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import redirect, url_for
from flask import session as note
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lms.accounts import actions, passwords, queries
from lms.accounts.identity import Method
from lms.accounts.names import folded
from lms.accounts.queries import Credentials
from lms.accounts.throttle_actions import count_try, forgive_try
from lms.store import writing
from lms.web.extensions import database
from lms.web.identity import (
    hand_out_cookie,
    now,
    own_session_hash,
    remote_address,
    remote_agent,
    session_limits,
    take_cookie,
)
from lms.web.proving import Wait, tries_of

Find = Callable[[Session], Credentials | None]


@dataclass(frozen=True)
class Entered:
    """The secret was right: the token of the new session."""

    token: str


def enter_by_password(name: str, password: str, *, shared_device: bool) -> Entered | Wait | None:
    """Return the new session's token, how long to wait, or None when name and password do not match."""
    return _enter(
        folded(name),
        lambda session: queries.find_credentials(session, name),
        password,
        Method.PASSWORD,
        shared_device=shared_device,
    )


def enter_by_card(code_hash: str, pin: str) -> Entered | Wait | None:
    """Return the new session's token, how long to wait, or None when card and PIN do not match."""
    return _enter(
        code_hash,
        lambda session: queries.credentials_by_card(session, code_hash),
        pin,
        Method.CARD,
        shared_device=True,
    )


def _enter(account: str, find: Find, secret: str, method: Method, *, shared_device: bool) -> Entered | Wait | None:
    tried = tries_of(account)
    with writing(database()) as session:
        time = count_try(session, tried, now())
    if time:
        return Wait(time)
    found = find(database())
    database().rollback()  # no connection is held while hashing
    stored = _stored(found, method)
    if not passwords.matches(stored, secret) or found is None:
        return None
    renewed = passwords.hashed(secret) if stored and passwords.is_outdated(stored) else ""
    with writing(database()) as session:
        # Disabled, or given another secret, while we compared? From here on neither can happen unseen.
        actions.hold_person(session, found.person_id)
        again = find(session)
        if again is None or _stored(again, method) != stored:
            return None
        forgive_try(session, tried)
        if renewed and stored:
            actions.renew_hash(session, found.person_id, stored, renewed)
        return Entered(open_here(session, found.person_id, method, shared_device=shared_device))


def _stored(found: Credentials | None, method: Method) -> str | None:
    if found is None:
        return None
    return found.pin_hash if method is Method.CARD else found.password_hash


def open_here(session: Session, person_id: int, method: Method, *, shared_device: bool = False) -> str:
    """Open a session for this browser and end the one it had; returns the token."""
    before = own_session_hash()
    if before:
        actions.end_session(session, before, now())
    return actions.open_session(
        session,
        person_id,
        method=method,
        shared_device=shared_device,
        now=now(),
        address=remote_address(),
        agent=remote_agent(),
    )


def let_in(token: str, onward: str, *, shared_device: bool = False) -> ResponseReturnValue:
    """Lead the browser on with its new cookie; nothing of what it held before survives."""
    note.clear()
    response = redirect(onward or url_for("visit.front_page"), 303)
    # On a shared device the cookie ends with the browser; the row's idle limit is far shorter still.
    seconds = None if shared_device else int(session_limits().absolute.total_seconds())
    hand_out_cookie(response, token, seconds)
    return response


def let_out(onward: str) -> ResponseReturnValue:
    """Lead the browser on without its cookie."""
    note.clear()
    response = redirect(onward, 303)
    take_cookie(response)
    return response
