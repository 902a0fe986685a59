"""What each desk refuses before any of its routes runs: deny by default."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.roles import Role
from lms.web.identity import me, now

Guard = Callable[[], ResponseReturnValue | None]

_FRESH_FOR = timedelta(hours=12)
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def signed_in_only() -> ResponseReturnValue | None:
    """Send nobody to the sign-in page and let everybody else pass."""
    return None if current_user.is_authenticated else _to_sign_in()


def _to_sign_in(*, again: bool = False) -> ResponseReturnValue:
    asked = "yes" if again else None
    # A form cannot be sent again from another page, so only what was read is come back to.
    if request.method in _SAFE_METHODS:
        return redirect(url_for("visit.sign_in_page", next=request.full_path.rstrip("?"), again=asked))
    return redirect(url_for("visit.sign_in_page", again=asked), 303)


def holders_only(*roles: Role) -> Guard:
    """Return a guard that answers 404 to signed-in people without any of these roles, as to a wrong address."""

    def guard() -> ResponseReturnValue | None:
        refusal = signed_in_only()
        if refusal is not None:
            return refusal
        if not me().roles & set(roles):
            current_app.logger.info("refused %s to person %s", request.path, me().person_id)
            abort(404)
        return None

    return guard


def fresh_sign_in_only() -> ResponseReturnValue | None:
    """Ask for a new sign-in when the last is older than 12 hours or was by card; goes after `holders_only`."""
    refusal = signed_in_only()
    if refusal is not None:
        return refusal
    if me().is_strong and now() - me().signed_in_at <= _FRESH_FOR:
        return None
    flash(_("Please sign in again before you go on. This desk asks for it once a day."), "attention")
    return _to_sign_in(again=True)


def refuse_cross_site() -> None:
    """Answer 400 to what another site sends in our visitor's name; the token in each form is the first guard."""
    if request.method in _SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site", "")
    if site:
        is_own = site in ("same-origin", "none")
    else:
        origin = request.headers.get("Origin")
        is_own = origin is None or urlsplit(origin).netloc.lower() in _own_hosts()
    if not is_own:
        current_app.logger.warning("refused %s %s sent by another site", request.method, request.path)
        abort(400)


def _own_hosts() -> set[str]:
    public = urlsplit(current_app.config["SETTINGS"].public_url).netloc
    return {host.lower() for host in (request.host, public) if host}


def refuse_what_is_no_text() -> None:
    """Answer 404 or 400 to an address with a NUL in it: PostgreSQL keeps none and would answer with an error."""
    if "\0" in request.path:
        abort(404)
    if b"%00" in request.query_string and any(
        "\0" in text for pair in request.args.items(multi=True) for text in pair
    ):
        abort(400)


def install(app: Flask) -> None:
    """Refuse what other sites send, and what no page of ours can, before anything else looks at it."""
    app.before_request_funcs.setdefault(None, [])[:0] = [refuse_cross_site, refuse_what_is_no_text]
