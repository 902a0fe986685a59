"""Reports: put together, kept, shared with one's own level, made into files and fetched."""

import json

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.queue import queries as queue
from lms.reports import actions, queries, row_queries
from lms.reports.asker import Asker
from lms.reports.catalogue import KINDS, Holds
from lms.reports.description import BadDescriptionError, Description, Reason
from lms.reports.file_actions import make_file
from lms.reports.printing import said
from lms.reports.queries import FileFacts, FileState, Form
from lms.reports.row_queries import Cells, Preview
from lms.sheets import CSV_TYPE, XLSX_TYPE
from lms.store import writing
from lms.web.deeds import done, refused
from lms.web.extensions import database, db
from lms.web.fields import typed
from lms.web.files import attachment
from lms.web.identity import me, now
from lms.web.manage.labels import course_labels
from lms.web.manage.reports import words
from lms.web.manage.reports.forms import chosen_description, description_of_text, text_of
from lms.web.manage.reports.pages import BuildReportPage, ReportFilePage, ReportsPage
from lms.web.manage.reports.ready_made import ready_made
from lms.web.manage.routes import desk
from lms.web.manage.scope import scope
from lms.web.render import show

# Above this a file is made in the background.
AT_ONCE = 2_000
_MOST_TEAMS = 100
_TYPES = {Form.CSV: CSV_TYPE, Form.XLSX: XLSX_TYPE}


def _asker() -> Asker:
    """Return the signed-in person as one who asks; nobody else comes this far but who has just lost it."""
    asker = queries.find_asker(database(), me().person_id, now())
    if asker is None:
        abort(404)
    return asker


@desk.get("/reports")
def reports_page() -> str:
    """Show what to begin from, one's own reports, those shared, and one's files."""
    asker = _asker()
    page = ReportsPage(
        ready_made=ready_made(),
        own=queries.own_reports(database(), asker.person_id),
        shared=queries.shared_reports(database(), asker),
        files=queries.files_of(database(), asker.person_id),
        forms=words.form_words(),
    )
    return show("manage/reports_page.html", page)


@desk.get("/reports/build")
def build_report_page() -> ResponseReturnValue:
    """Show one report as it is put together, with its first rows."""
    name, problem = typed(request.args, "name", actions.MOST_NAME), ""
    try:
        description = chosen_description(request.args)
    except BadDescriptionError as error:
        problem, description = _why(error), chosen_description(type(request.args)())
    except (ValueError, KeyError, TypeError, RecursionError):
        problem, description = (
            _("That address is not a report. Here is a new one."),
            chosen_description(type(request.args)()),
        )
    return show("manage/build_report_page.html", _build_page(description, name, problem))


@desk.get("/reports/saved/<int:saved_id>")
def saved_report(saved_id: int) -> ResponseReturnValue:
    """Open a kept report in the builder, with the reader's own sight."""
    saved = queries.find_report(database(), _asker(), saved_id)
    if saved is None:
        abort(404)
    return redirect(url_for("manage.build_report_page", d=json.dumps(saved.description), name=saved.name))


@desk.post("/reports/saved")
def save_report() -> ResponseReturnValue:
    """Keep the report under this name."""
    description, name = _sent(), typed(request.form, "name", actions.MOST_NAME)
    if not name:
        return refused(url_for("manage.build_report_page", d=text_of(description)), _("Give the report a name."))
    with writing(database()):
        actions.save_report(database(), me().person_id, name, description, now())
    return done(url_for("manage.reports_page"), _("“%(name)s” is kept.", name=name))


@desk.post("/reports/saved/<int:saved_id>/share")
def share_report(saved_id: int) -> ResponseReturnValue:
    """Share an own report with one's level, or with nobody any more."""
    is_shared = request.form.get("shared") == "yes"
    with writing(database()):
        is_own = actions.share_report(database(), saved_id, me().person_id, now(), is_shared=is_shared)
    if not is_own:
        abort(404)
    told = _("It is shared. Each reader sees own teams only.") if is_shared else _("It is yours alone again.")
    return done(url_for("manage.reports_page"), told)


@desk.post("/reports/saved/<int:saved_id>/archive")
def archive_report(saved_id: int) -> ResponseReturnValue:
    """Put an own report away, or bring it back."""
    is_away = request.form.get("back") != "yes"
    with writing(database()):
        is_own = actions.archive_report(database(), saved_id, me().person_id, now() if is_away else None)
    if not is_own:
        abort(404)
    return done(url_for("manage.reports_page"), _("It is put away.") if is_away else _("It is back."))


@desk.post("/reports/files")
def make_report_file() -> ResponseReturnValue:
    """Make a file of the report: a small one at once, a long one in the background."""
    description, asker = _sent(), _asker()
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
    file, asker = _own_file(file_id), _asker()
    job = queue.find_job(database(), file.job_id) if file.job_id else None
    page = ReportFilePage(
        file=file,
        form=words.form_words()[file.form],
        share=job.progress if job else 0.0,
        is_refused=file.state is FileState.READY and not queries.may_read(database(), asker, file),
        plain=json.dumps(file.description),
        kept_until=file.asked_at + actions.KEPT,
    )
    headers = {"Refresh": "2"} if file.state is FileState.WAITING else {}
    return show("manage/report_file_page.html", page), headers


@desk.get("/reports/files/<int:file_id>/download")
def download_report(file_id: int) -> ResponseReturnValue:
    """Send the file to whoever asked for it, as long as every team in it is in sight."""
    file = _own_file(file_id)
    if file.state is not FileState.READY or not queries.may_read(database(), _asker(), file):
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


def _sent() -> Description:
    try:
        return description_of_text(request.form.get("d", ""))
    except (ValueError, RecursionError):
        abort(422)


def _why(error: BadDescriptionError) -> str:
    if error.reason is Reason.NEWER:
        return str(_("This report was made by a newer version of the server. Here is a new one."))
    if error.reason is Reason.UNKNOWN:
        return str(
            _("This report asks for “%(what)s”, which is not there any more. Here is a new one.", what=error.what)
        )
    return str(_("This report cannot be read. Here is a new one."))


def _build_page(description: Description, name: str, problem: str) -> BuildReportPage:
    kind, heads, asker = KINDS[description.rows], words.heads(), _asker()
    filters = description.filters
    courses = [(label.slug, label.title, label.slug in filters.course_slugs) for label in course_labels()]
    shown = [each for each in courses if each[2]] or courses
    wording = words.standing_words()
    teams = [team for team, _depth in scope().walk(scope().roots) if team.closed_on is None]
    offered = [team for team in teams if team.id in filters.team_ids]
    offered += [team for team in teams[:_MOST_TEAMS] if team.id not in filters.team_ids]
    if description.group:
        header = [heads[description.group].title, _("Rows")]
        groups = row_queries.groups(database(), description, asker)
        lines = [[wording.get(each.name or "", each.name or _("None")), str(each.rows)] for each in groups[:20]]
        preview = Preview((), len(groups), True)
    else:
        slugs = [slug for slug, _title, _is in shown]
        preview = row_queries.preview(database(), description, asker, slugs)
        cells = Cells(description, len(slugs), asker.zone, lambda value: wording.get(value, value))
        lines = [[said(cell) for cell in cells.of(row)] for row in preview.rows]
        header = []
        for key in description.columns:
            is_each = kind.column(key).holds is Holds.EACH_COURSE
            header += [title for _slug, title, _is in shown] if is_each else [heads[key].title]
    spans = {"joined": filters.joined, "due": filters.due, "period": description.period}
    chosen = {key: span.kind.value for key, span in spans.items()}
    chosen |= {f"{key}_first": str(span.first or "") for key, span in spans.items()}
    chosen |= {f"{key}_last": str(span.last or "") for key, span in spans.items()}
    chosen |= {"sort": description.sort, "descending": "yes" if description.is_descending else "",
               "group": description.group, "period_of": description.period_of, "role": filters.role}  # fmt: skip
    return BuildReportPage(
        name=name,
        problem=problem,
        rows=description.rows.value,
        rows_choices=list(words.rows_words().items()),
        columns=[(column.key, heads[column.key], column.key in description.columns) for column in kind.columns],
        courses=courses,
        teams=[(team.id, team.name, team.id in filters.team_ids) for team in offered],
        teams_hidden=len(teams) - len(offered),
        standings=[(value, wording[value], value in filters.standings) for value in kind.standings],
        spans=list(words.span_words().items()),
        chosen=chosen,
        periods=[("", _("No day")), *((key, heads[key].title) for key in kind.periods)],
        sorts=[("", _("Name")), *((key, heads[key].title) for key in kind.sorts)],
        groups=[("", _("No groups")), *((key, heads[key].title) for key in kind.groups)],
        has_due=kind.has_due,
        plain=text_of(description),
        header=header,
        lines=lines,
        count=preview.count,
        is_in_order=preview.is_in_order,
        forms=list(words.form_words().items()),
    )
