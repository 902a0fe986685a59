"""Who asks for a report: the signed-in person with what is in her sight at this moment."""

from flask import abort

from lms.reports import queries
from lms.reports.asker import Asker
from lms.web.extensions import database
from lms.web.identity import me, now


def who_asks() -> Asker:
    """Return the signed-in person as one who asks; nobody else comes this far but who has just lost it."""
    found = queries.find_asker(database(), me().person_id, now())
    if found is None:
        abort(404)
    return found
