"""The blueprint of this desk, the front door and what monitoring asks; the topics have modules of their own."""

import shutil

from flask import Blueprint, current_app, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lms.accounts.roles import Role
from lms.web.extensions import database, limiter
from lms.web.identity import me

desk = Blueprint("visit", __name__)

_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
_RESERVE_BYTES = 100 * 1024 * 1024
_HOMES = (
    (Role.ADMINISTRATOR, "admin.home_page"),
    (Role.MANAGER, "manage.teams_page"),
    (Role.TRAINER, "teach.courses_page"),
)


@desk.get("/")
def front_page() -> ResponseReturnValue:
    """Lead everybody to their own desk, and strangers to the sign-in page."""
    if not current_user.is_authenticated:
        return redirect(url_for("visit.sign_in_page"))
    home = next((endpoint for role, endpoint in _HOMES if me().has(role)), "learn.home_page")
    return redirect(url_for(home))


@desk.get("/healthz")
def health() -> ResponseReturnValue:
    """Answer that the server serves and its database answers, as plain text."""
    database().execute(text("SELECT 1"))
    return "ok\n", _PLAIN


@desk.get("/readyz")
def readiness() -> ResponseReturnValue:
    """Answer part by part whether work can be taken: 503 while one that is needed is missing."""
    needed = {"database": _is_database_there(), "disk": _has_disk_reserve()}
    lines = [f"{part} {'ok' if is_well else 'not ready'}" for part, is_well in needed.items()]
    # Without the shared counters each node counts for itself: worse, but no reason to turn visitors away.
    lines.append(f"limits {'ok' if _are_limits_shared() else 'degraded: each node counts for itself'}")
    return "\n".join(lines) + "\n", 200 if all(needed.values()) else 503, _PLAIN


def _is_database_there() -> bool:
    try:
        database().execute(text("SELECT 1"))
    except SQLAlchemyError:
        database().rollback()
        return False
    return True


def _has_disk_reserve() -> bool:
    folder = current_app.config["SETTINGS"].data_folder
    try:
        return shutil.disk_usage(folder if folder.exists() else folder.parent).free > _RESERVE_BYTES
    except OSError:
        return False


def _are_limits_shared() -> bool:
    try:
        return bool(limiter.storage.check())
    except Exception:
        return False
