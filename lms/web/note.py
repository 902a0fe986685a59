"""The signed note cookie (form token, notices) read and signed once, not once a request.

Checking a signature and signing a form token cost more than the rest of a small page. Both depend on the
cookie's exact text alone, so what one text meant is kept: a forged text was never kept, and one text always
means the same.
"""

from collections import OrderedDict
from threading import Lock
from typing import Any

from flask import Flask, current_app, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.wrappers import Request
from flask_wtf.csrf import generate_csrf

_MOST = 4_096
_LONGEST = 1_024


class _Kept:
    """What the latest cookies meant; the oldest is forgotten first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: OrderedDict[str, Any] = OrderedDict()

    def get(self, cookie: str) -> Any:
        return self._found.get(cookie)

    def keep(self, cookie: str, meaning: Any) -> None:
        if len(cookie) > _LONGEST:
            return
        with self._lock:
            self._found[cookie] = meaning
            if len(self._found) > _MOST:
                self._found.popitem(last=False)


class NoteInterface(SecureCookieSessionInterface):
    """Flask's own signed cookie, whose meaning is kept while the cookie stays the same."""

    def __init__(self) -> None:
        """Begin with nothing kept."""
        self._meanings = _Kept()

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the cookie says: empty when there is none or it was not signed here."""
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        known = self._meanings.get(cookie) if cookie else {}
        if known is not None:
            return self.session_class(known)
        opened = super().open_session(app, request)
        # Only flat notes are kept: nobody can change a kept one through a list inside it.
        if opened and all(isinstance(value, str) for value in opened.values()):
            self._meanings.keep(cookie, dict(opened))
        return opened


def form_token() -> str:
    """Return the form token of this visitor, signed once for each note cookie."""
    kept: _Kept = current_app.extensions["form_tokens"]
    cookie = request.cookies.get(current_app.config["SESSION_COOKIE_NAME"], "")
    token = kept.get(cookie) if cookie else None
    if token is not None:
        return str(token)
    made: str = generate_csrf()
    if cookie and not _is_new(session):
        kept.keep(cookie, made)
    return made


def _is_new(note: SessionMixin) -> bool:
    return bool(note.modified) or "csrf_token" not in note


def install(app: Flask) -> None:
    """Read notes through the keeper."""
    app.session_interface = NoteInterface()
    app.extensions["form_tokens"] = _Kept()
