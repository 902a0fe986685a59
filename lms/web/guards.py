"""What each desk refuses before any of its routes runs: deny by default."""

from collections.abc import Callable

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts.roles import Role
from lms.web.identity import me

Guard = Callable[[], ResponseReturnValue | None]


def signed_in_only() -> ResponseReturnValue | None:
    """Send nobody to the sign-in page and let everybody else pass."""
    if current_user.is_authenticated:
        return None
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("visit.sign_in_page", next=request.full_path.rstrip("?")))
    return redirect(url_for("visit.sign_in_page"))


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
