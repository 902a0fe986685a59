"""People and teams brought in from a file, after a dry run that shows what would happen, and taken out again."""

import hashlib
from dataclasses import dataclass

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms import sheets
from lms.accounts.roster.actions import OutdatedPlanError, apply_import
from lms.accounts.roster.plan import Current, Importer, Options, Outcome, Plan
from lms.accounts.roster.planning import plan_import as planned
from lms.accounts.roster.queries import current_roster, export_rows
from lms.accounts.roster.reading import COLUMNS, BadFileError, RosterFile, read_roster
from lms.accounts.roster.upload import is_large
from lms.plans.settling_actions import settle
from lms.store import writing
from lms.web.admin.carrying import Carried, pack, unpack
from lms.web.admin.pages import MOST_LINES, ImportPage, PlanPage
from lms.web.admin.roster_words import (
    column_facts,
    date_choices,
    file_notices,
    file_refusal,
    lines_of,
    outcome_words,
    table_head,
    table_of,
)
from lms.web.admin.routes import desk
from lms.web.admin.sent_rosters import own_uploads, saved, send_on
from lms.web.deeds import done, note
from lms.web.extensions import database
from lms.web.identity import me, now, today
from lms.web.render import show

_DAY_FIRST = {"day": True, "month": False}


@dataclass(frozen=True)
class _Planned:
    """A file with its plan and what it was planned on."""

    carried: Carried
    file: RosterFile
    current: Current
    options: Options
    plan: Plan

    @property
    def digest(self) -> str:
        """Return what tells this plan from any other."""
        return hashlib.sha256(repr(self.plan).encode("utf-8", "surrogatepass")).hexdigest()


@desk.get("/people/import")
def import_page() -> ResponseReturnValue:
    """Ask for a file and say what may be in it."""
    return show("admin/import_page.html", ImportPage(column_facts(), uploads=own_uploads()))


@desk.post("/people/import")
def plan_import() -> ResponseReturnValue:
    """Show what the file would do; nothing is written. A large one is looked at in the background."""
    carried = _uploaded() or _carried()
    if carried is None:
        return _refused(_("Choose a file; the last one is no longer here."))
    try:
        if is_large(carried.content):
            return send_on(carried)
        return _show_plan(_plan(carried))
    except BadFileError as error:
        return _refused(file_refusal(error))


@desk.post("/people/import/apply")
def apply_plan() -> ResponseReturnValue:
    """Do what was shown, unless people or teams changed since: then show the new plan first."""
    carried = _carried()
    if carried is None:
        return _refused(_("That took longer than two hours. Choose the file again."))
    found = _plan(carried)
    if found.digest != request.form.get("digest", ""):
        return _show_plan(found, is_outdated=True)
    if found.plan.changes_nothing:
        return done(url_for(".people_page"), _("Nothing was different; nothing is changed."))
    try:
        with writing(database()) as session:
            written = apply_import(session, found.plan, found.current, now(), me().person_id)
            settle(session, written, now())
            note(session, "people.import", "people", **_told(found))
    except OutdatedPlanError:
        return _show_plan(_plan(carried), is_outdated=True)
    count = len(found.plan.deeds)
    text = ngettext("%(num)s person was written.", "%(num)s people were written.", count)
    refused = found.plan.count(Outcome.REFUSED)
    if refused:
        text += " " + ngettext("%(num)s row was left out.", "%(num)s rows were left out.", refused)
    return done(url_for(".people_page"), text)


@desk.post("/people/import/plan.csv")
def plan_csv() -> ResponseReturnValue:
    """Return the whole plan as CSV, each row with what would happen and why not."""
    carried = _carried()
    if carried is None:
        return _refused(_("That took longer than two hours. Choose the file again."))
    rows = _plan(carried).plan.rows
    return saved(sheets.csv_chunks(table_head(), table_of(rows)), sheets.CSV_TYPE, f"import plan {today()}.csv")


@desk.get("/people/export.csv")
def export_csv() -> ResponseReturnValue:
    """Return everybody and every team in the shape an import reads."""
    rows = export_rows(current_roster(database()))
    return saved(sheets.csv_chunks(COLUMNS, rows), sheets.CSV_TYPE, f"people {today()}.csv")


@desk.get("/people/export.xlsx")
def export_xlsx() -> ResponseReturnValue:
    """Return everybody and every team as a workbook, for looking at."""
    rows = export_rows(current_roster(database()))
    return saved(sheets.xlsx_chunks(_("People"), COLUMNS, rows), sheets.XLSX_TYPE, f"people {today()}.xlsx")


def _uploaded() -> Carried | None:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return None
    return Carried(upload.filename[:120], upload.stream.read())


def _carried() -> Carried | None:
    return unpack(request.form.get("token", ""), me().person_id, now())


def _plan(carried: Carried) -> _Planned:
    file = read_roster(carried.content)
    current = current_roster(database())
    options = Options(
        today=today(),
        create_teams=request.form.get("create_teams") == "yes",
        day_first=_DAY_FIRST.get(request.form.get("dates", "")),
        time_zone=me().time_zone,
    )
    plan = planned(file, current, Importer(me().person_id, me().roles), options)
    return _Planned(carried, file, current, options, plan)


def _told(found: _Planned) -> dict[str, object]:
    """Return what the audit log keeps of an import: the file, the counts, and each role that changed."""
    names = {person.id: person.name for person in found.current.people}
    roles = [
        f"{names.get(deed.person_id or 0, deed.values.get('name'))}: {sign}{role.value}"
        for deed in found.plan.deeds
        for sign, role in [
            *(("+", role) for role, _team in deed.granted),
            *(("-", held.role) for held in deed.revoked),
        ]
    ]
    return {
        "file": found.carried.name,
        "sha256": hashlib.sha256(found.carried.content).hexdigest(),
        "rows": {outcome.value: count for outcome in Outcome if (count := found.plan.count(outcome))},
        "people": len(found.plan.deeds),
        "teams": [team.key for team in found.plan.new_teams],
        "roles": roles[:500],
    }


def _show_plan(found: _Planned, *, is_outdated: bool = False) -> ResponseReturnValue:
    token = pack(found.carried, me().person_id, now())
    if token is None:
        return _refused(_("The file is too large. Split it in two."))
    plan = found.plan
    told = [row for row in plan.rows if row.outcome is not Outcome.UNCHANGED]
    told.sort(key=lambda row: row.outcome is not Outcome.REFUSED)
    names = {team.key: team.name for team in plan.new_teams}
    page = PlanPage(
        file_name=found.carried.name,
        notices=file_notices(found.file.is_guessed, found.file.unknown_columns),
        tallies=[(word, plan.count(outcome)) for outcome, word in outcome_words().items()],
        lines=list(lines_of(told[:MOST_LINES])),
        left_out=max(0, len(told) - MOST_LINES),
        new_teams=[
            f"{names.get(str(team.parent), '…')} / {team.name}" if team.parent else team.name
            for team in plan.new_teams
        ],
        unknown_teams=plan.unknown_teams,
        changes_nothing=plan.changes_nothing,
        create_teams=found.options.create_teams,
        dates=request.form.get("dates", ""),
        date_choices=date_choices(),
        token=token,
        digest=found.digest,
        is_outdated=is_outdated,
    )
    return show("admin/plan_page.html", page), 409 if is_outdated else 200


def _refused(text: str) -> ResponseReturnValue:
    return show("admin/import_page.html", ImportPage(column_facts(), text)), 422
