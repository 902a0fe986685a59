"""The builder: one report put together on one page, looked at with its first rows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.reports import actions, queries, row_queries
from lms.reports.catalogue import KINDS, Holds
from lms.reports.description import BadDescriptionError, Description, Reason
from lms.reports.printing import said_in_columns
from lms.reports.queries import SavedFacts
from lms.reports.row_queries import Cells, Preview
from lms.sheets import Cell
from lms.web.choosing import Chooser, chooser, words_for
from lms.web.extensions import database
from lms.web.fields import typed
from lms.web.identity import me
from lms.web.manage.choosing import teams_in_sight
from lms.web.manage.labels import course_labels
from lms.web.manage.reports import words
from lms.web.manage.reports.asking import who_asks
from lms.web.manage.reports.forms import chosen_description, description_of_text, text_of
from lms.web.manage.reports.pages import BuildReportPage
from lms.web.manage.routes import desk
from lms.web.render import show


@desk.get("/reports/build")
def build_report_page() -> ResponseReturnValue:
    """Show one report as it is put together, with its first rows."""
    problem = ""
    try:
        description = chosen_description(request.args)
    except BadDescriptionError as error:
        problem, description = _why(error), chosen_description(type(request.args)())
    except (ValueError, KeyError, TypeError, RecursionError):
        problem, description = (
            _("That address is not a report. Here is a new one."),
            chosen_description(type(request.args)()),
        )
    return show_builder(description, problem=problem)


@desk.post("/reports/build")
def look_at_report() -> ResponseReturnValue:
    """Go to the address of the report as it was chosen, so that it can be looked at again."""
    description = sent_description()
    found = _teams(description, request.form)
    asked: dict[str, Any] = {
        "d": text_of(_with_teams(description, found)),
        "name": typed(request.form, "name", actions.MOST_NAME),
    }
    kept = ("saved", "seen", "find", "team-words", "team-looked") if found.asks else ("saved", "seen")
    asked |= {key: request.form[key] for key in kept if request.form.get(key)}
    anchor = None if found.asks else "rows-shown"
    return redirect(url_for("manage.build_report_page", **asked, _anchor=anchor), 303)


def show_builder(description: Description, *, problem: str = "", error: str = "", seen: int = 0) -> str:
    """Return the builder's page of this report; `error` is about its name, `seen` the version known by now."""
    given = dict(request.values.items())
    if seen:
        given["seen"] = str(seen)
    return show("manage/build_report_page.html", _build_page(description, given, problem, error))


def sent_description() -> Description:
    """Return what was chosen in the builder, or is described in one field; anything else ends the request."""
    try:
        if "rows" in request.form:
            return chosen_description(request.form)
        return description_of_text(request.form.get("d", ""))
    except (ValueError, KeyError, TypeError, RecursionError):
        abort(422)


def is_finding() -> bool:
    """Return whether a team is being looked for in the builder: no button does more meanwhile."""
    return "rows" in request.form and _teams(sent_description(), request.form).asks


def _teams(description: Description, given: Mapping[str, str]) -> Chooser:
    """Return the field that chooses teams."""
    chosen = [str(number) for number in description.filters.team_ids]
    return chooser("team", teams_in_sight(), chosen, words_for("team", given), several=True)


def _with_teams(description: Description, found: Chooser) -> Description:
    """Return the report for the teams that are chosen as well; none is taken away, or it would ask for all."""
    team_ids = dict.fromkeys([*description.filters.team_ids, *(int(value) for value in found.chosen)])
    return replace(description, filters=replace(description.filters, team_ids=tuple(team_ids)))


def seen_version(given: Mapping[str, str]) -> int:
    """Return which version of the kept report the page was made from; 0 is none that there is."""
    seen = given.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0


def _kept(given: Mapping[str, str]) -> tuple[SavedFacts | None, int]:
    """Return the own report that is being changed here, and which version of it was seen."""
    number = given.get("saved", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None, 0
    saved = queries.find_report(database(), who_asks(), int(number))
    return (saved, seen_version(given)) if saved and saved.owner_id == me().person_id else (None, 0)


def _why(error: BadDescriptionError) -> str:
    if error.reason is Reason.NEWER:
        return str(_("This report was made by a newer version of the server. Here is a new one."))
    if error.reason is Reason.UNKNOWN:
        return str(
            _("This report asks for “%(what)s”, which is not there any more. Here is a new one.", what=error.what)
        )
    return str(_("This report cannot be read. Here is a new one."))


def _build_page(description: Description, given: Mapping[str, str], problem: str, error: str) -> BuildReportPage:
    kind, heads, asker = KINDS[description.rows], words.heads(), who_asks()
    filters, (saved, seen) = description.filters, _kept(given)
    courses = [(label.slug, label.title, label.slug in filters.course_slugs) for label in course_labels()]
    shown = [each for each in courses if each[2]] or courses
    wording = words.standing_words()
    if description.group:
        header = [heads[description.group].title, _("Rows")]
        groups = row_queries.groups(database(), description, asker)
        found: list[list[Cell]] = [
            [wording.get(each.name or "", each.name or _("None")), each.rows] for each in groups[:20]
        ]
        preview = Preview((), len(groups), True)
    else:
        slugs = [slug for slug, _title, _is in shown]
        preview = row_queries.preview(database(), description, asker, slugs)
        cells = Cells(description, len(slugs), asker.zone, lambda value: wording.get(value, value))
        found = [cells.of(row) for row in preview.rows]
        header = []
        for key in description.columns:
            is_each = kind.column(key).holds is Holds.EACH_COURSE
            header += [title for _slug, title, _is in shown] if is_each else [heads[key].title]
    lines, figures = said_in_columns(found)
    spans = {"joined": filters.joined, "due": filters.due, "period": description.period}
    chosen = {key: span.kind.value for key, span in spans.items()}
    chosen |= {f"{key}_first": str(span.first or "") for key, span in spans.items()}
    chosen |= {f"{key}_last": str(span.last or "") for key, span in spans.items()}
    chosen |= {"sort": description.sort, "descending": "yes" if description.is_descending else "",
               "group": description.group, "period_of": description.period_of, "role": filters.role}  # fmt: skip
    return BuildReportPage(
        name=typed(given, "name", actions.MOST_NAME),
        problem=problem,
        name_error=error,
        saved=saved,
        seen=seen,
        rows=description.rows.value,
        rows_choices=list(words.rows_words().items()),
        columns=[(column.key, heads[column.key], column.key in description.columns) for column in kind.columns],
        courses=courses,
        team=_teams(description, given),
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
        figures=figures,
        count=preview.count,
        is_in_order=preview.is_in_order,
        forms=list(words.form_words().items()),
    )
