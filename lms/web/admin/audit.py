"""The audit log: who did what, when and from where; filtered, checked, saved as CSV."""

import json
from collections.abc import Iterator

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import sheets
from lms.audit import queries
from lms.audit.queries import Filter
from lms.web.admin.forms import log_choice
from lms.web.admin.log_words import action_word, log_lines
from lms.web.admin.pages import AuditPage
from lms.web.admin.routes import desk
from lms.web.extensions import database
from lms.web.identity import me, today
from lms.web.render import show

_PAGE = 50
_SHEET_PAGE = 1_000


@desk.get("/audit")
def audit_page() -> ResponseReturnValue:
    """Show the deeds that match, newest first; with `check` walk the whole chain."""
    choice = log_choice(request.args)
    found = queries.entries(database(), choice.as_filter(me().time_zone), before=choice.before, limit=_PAGE)
    known = [(action, action_word(action)) for action in queries.known_actions(database())]
    page = AuditPage(
        choice=choice,
        lines=log_lines(found.entries),
        actions=[
            ("", _("Anything")),
            *sorted(known, key=lambda pair: pair[1]),
        ],
        next_before=found.next_before,
        chain=queries.verify_chain(database()) if "check" in request.args else None,
    )
    return show("admin/audit_page.html", page)


@desk.get("/audit.csv")
def audit_csv() -> ResponseReturnValue:
    """Return the deeds that match as CSV, newest first."""
    header = [_("Number"), _("When (UTC)"), _("Who"), _("What"), _("To whom"), _("Detail"), _("From")]
    rows = _rows(log_choice(request.args).as_filter(me().time_zone))
    response = Response(b"".join(sheets.csv_chunks(header, rows)), content_type=sheets.CSV_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename=f"audit {today()}.csv")
    return response


def _rows(wanted: Filter) -> Iterator[list[sheets.Cell]]:
    before: int | None = None
    while True:
        found = queries.entries(database(), wanted, before=before, limit=_SHEET_PAGE)
        for entry in found.entries:
            detail = json.dumps(entry.detail, ensure_ascii=False, sort_keys=True) if entry.detail else ""
            yield [entry.id, entry.at, entry.actor_name, entry.action, entry.subject, detail, entry.address]
        before = found.next_before
        if before is None:
            return
