"""Files of reports: asked for, waited for, fetched within today's sight."""

import json

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.queue import queries as queue
from lms.reports import actions, queries, row_queries
from lms.reports.file_actions import make_file
from lms.reports.queries import FileFacts, FileState, Form
from lms.sheets import CSV_TYPE, XLSX_TYPE
from lms.store import writing
from lms.web.deeds import done
from lms.web.extensions import database, db
from lms.web.fields import typed
from lms.web.files import attachment
from lms.web.identity import me, now
from lms.web.manage.reports import words
from lms.web.manage.reports.asking import who_asks
from lms.web.manage.reports.building import is_finding, look_at_report, sent_description
from lms.web.manage.reports.pages import ReportFilePage
from lms.web.manage.routes import desk
from lms.web.render import show

# Above this a file is made in the background.
AT_ONCE = 2_000
_TYPES = {Form.CSV: CSV_TYPE, Form.XLSX: XLSX_TYPE}


@desk.post("/reports/files")
def make_report_file() -> ResponseReturnValue:
    """Make a file of the report: a small one at once, a long one in the background."""
    if is_finding():
        return look_at_report()
    description, asker = sent_description(), who_asks()
    try:
        form = Form(request.form.get("form", ""))
    except ValueError:
        abort(422)
    name = typed(request.form, "name", actions.MOST_NAME) or words.rows_words()[description.rows]
    wish = actions.Wish(name, description, form, words.wording_of(name, description))
    preview = row_queries.preview(database(), description, asker, ())
    is_small = not form.is_drawn and preview.count is not None and preview.count <= AT_ONCE
    with writing(database()):
        file_id, is_new = actions.ask_for_file(database(), asker, wish, in_background=not is_small)
    if is_new and is_small:
        database().rollback()
        make_file(db.engine, file_id, 0, now(), lambda _html: b"")
    return redirect(url_for("manage.report_file_page", file_id=file_id), 303)


@desk.get("/reports/files/<int:file_id>")
def report_file_page(file_id: int) -> ResponseReturnValue:
    """Show how far a file is, or where to fetch it."""
    file, asker = _own_file(file_id), who_asks()
    job = queue.find_job(database(), file.job_id) if file.job_id else None
    page = ReportFilePage(
        file=file,
        form=words.form_words()[file.form],
        share=job.progress if job else 0.0,
        is_refused=file.state is FileState.READY and not queries.may_read(database(), asker, file),
        plain=json.dumps(file.description),
        kept_until=actions.kept_until(file),
    )
    headers = {"Refresh": "2"} if file.state is FileState.WAITING else {}
    return show("manage/report_file_page.html", page), headers


@desk.get("/reports/files/<int:file_id>/download")
def download_report(file_id: int) -> ResponseReturnValue:
    """Send the file to whoever asked for it, as long as every team in it is in sight."""
    file = _own_file(file_id)
    if file.state is not FileState.READY or not queries.may_read(database(), who_asks(), file):
        return redirect(url_for("manage.report_file_page", file_id=file_id))
    ending = "pdf" if file.form.is_drawn else file.form.value
    response: Response = attachment(
        queries.pieces(db.engine, file), _TYPES.get(file.form, "application/pdf"), f"{file.name}.{ending}"
    )
    response.headers["Content-Length"] = str(file.bytes)
    return response


@desk.post("/reports/files/<int:file_id>/cancel")
def cancel_report(file_id: int) -> ResponseReturnValue:
    """Stop a file that is not ready yet."""
    _own_file(file_id)
    with writing(database()):
        is_stopped = actions.cancel_file(database(), file_id, me().person_id, now())
    told = _("It is stopped.") if is_stopped else _("It had come to its end already.")
    return done(url_for("manage.reports_page"), told)


def _own_file(file_id: int) -> FileFacts:
    file = queries.find_file(database(), file_id)
    if file is None or file.owner_id != me().person_id:
        abort(404)
    return file
