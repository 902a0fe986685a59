"""Putting a manager's note away."""

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.plans.nudge_actions import put_nudge_away
from lms.store import writing
from lms.web.extensions import database
from lms.web.identity import me, now
from lms.web.learn.routes import desk


@desk.post("/nudges/<int:nudge_id>/away")
def put_away(nudge_id: int) -> ResponseReturnValue:
    """Put one's own note away; the second time changes nothing."""
    with writing(database()) as session:
        is_hers = put_nudge_away(session, me().person_id, nudge_id, now())
    if not is_hers:
        abort(404)
    return redirect(url_for(".home_page"), 303)
