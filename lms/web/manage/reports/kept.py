"""Kept reports: opened, changed in place, shared with one's own level, and let come round by themselves."""

import json
from collections.abc import Mapping
from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.reports import actions, queries, schedule_actions, schedule_queries
from lms.reports.actions import Change
from lms.reports.queries import Form, SavedFacts
from lms.reports.rhythm import LAST_DAY, Every, Rhythm
from lms.reports.schedule_queries import ScheduleFacts
from lms.store import writing
from lms.web.deeds import done
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field, typed
from lms.web.identity import me, now
from lms.web.manage.reports import words
from lms.web.manage.reports.asking import who_asks
from lms.web.manage.reports.building import (
    is_finding,
    look_at_report,
    seen_version,
    sent_description,
    show_builder,
)
from lms.web.manage.reports.pages import KeptReportPage
from lms.web.manage.routes import desk
from lms.web.render import show
from lms.web.speech import moment

# What the form says until somebody has chosen: the week's first morning, in a workbook.
_FIRST = {"every": Every.WEEK.value, "weekday": "1", "month_day": "1", "hour": "7", "form": Form.XLSX.value}


@desk.get("/reports/saved/<int:saved_id>")
def saved_report(saved_id: int) -> ResponseReturnValue:
    """Open a kept report in the builder, with the reader's own sight; her own is changed in place there."""
    saved = queries.find_report(database(), who_asks(), saved_id)
    if saved is None:
        abort(404)
    asked: dict[str, Any] = {"d": json.dumps(saved.description), "name": saved.name}
    if saved.owner_id == me().person_id:
        asked |= {"saved": str(saved.id), "seen": str(saved.version)}
    return redirect(url_for("manage.build_report_page", **asked))


@desk.post("/reports/saved")
def save_report() -> ResponseReturnValue:
    """Keep the report under this name: as a new one, or in the place of the own one that was opened."""
    if is_finding():
        return look_at_report()
    description, name = sent_description(), typed(request.form, "name", actions.MOST_NAME)
    if not name:
        return show_builder(description, error=_("Give the report a name.")), 422
    if request.form.get("as") == "change":
        saved = _own(_number(request.form.get("saved", "")))
        seen = seen_version(request.form)
        with writing(database()):
            change = actions.change_report(
                database(), saved.id, me().person_id, seen, now(), name=name, description=description
            )
        if change is Change.LATER:
            saved = _own(saved.id)
            return show_builder(description, problem=_later(saved), seen=saved.version), 409
        return done(url_for("manage.reports_page"), _("“%(name)s” is changed.", name=name))
    with writing(database()):
        actions.save_report(database(), me().person_id, name, description, now())
    return done(url_for("manage.reports_page"), _("“%(name)s” is kept.", name=name))


@desk.get("/reports/saved/<int:saved_id>/settings")
def kept_report_page(saved_id: int) -> str:
    """Show an own report's name, when it comes round and to whom, and whether it is shared."""
    return _show(_own(saved_id))


@desk.post("/reports/saved/<int:saved_id>/name")
def rename_report(saved_id: int) -> ResponseReturnValue:
    """Give an own report another name."""
    saved, name = _own(saved_id), typed(request.form, "name", actions.MOST_NAME)
    if not name:
        return _show(saved, {"name": ""}, [FieldProblem("name", _("Give the report a name."))]), 422
    with writing(database()):
        change = actions.change_report(
            database(), saved_id, me().person_id, seen_version(request.form), now(), name=name
        )
    if change is Change.LATER:
        saved = _own(saved_id)
        return _show(saved, {"name": name}, notice=_later(saved)), 409
    return done(_address(saved_id), _("It is called “%(name)s” now.", name=name))


@desk.post("/reports/saved/<int:saved_id>/share")
def share_report(saved_id: int) -> ResponseReturnValue:
    """Share an own report with one's level, or with nobody any more."""
    is_shared = request.form.get("shared") == "yes"
    with writing(database()):
        is_own = actions.share_report(database(), saved_id, me().person_id, now(), is_shared=is_shared)
    if not is_own:
        abort(404)
    told = _("It is shared. Each reader sees own teams only.") if is_shared else _("It is yours alone again.")
    return done(_address(saved_id), told)


@desk.post("/reports/saved/<int:saved_id>/archive")
def archive_report(saved_id: int) -> ResponseReturnValue:
    """Put an own report away, or bring it back."""
    is_away = request.form.get("back") != "yes"
    with writing(database()):
        is_own = actions.archive_report(database(), saved_id, me().person_id, now() if is_away else None)
    if not is_own:
        abort(404)
    return done(url_for("manage.reports_page"), _("It is put away.") if is_away else _("It is back."))


@desk.post("/reports/saved/<int:saved_id>/schedule")
def schedule_report(saved_id: int) -> ResponseReturnValue:
    """Let an own report come round by itself, or at another time."""
    saved = _own(saved_id)
    given = {key: request.form.get(key, "")[:20] for key in _FIRST}
    try:
        every = Every(given["every"])
        day = given["weekday"] if every is Every.WEEK else given["month_day"]
        rhythm = Rhythm(every, _number(day), _number(given["hour"]), me().time_zone)
        form = Form(given["form"])
    except ValueError:
        problem = FieldProblem("every", _("Choose how often, on which day, at which hour and as what it comes."))
        return _show(saved, given, [problem]), 422
    with writing(database()):
        is_set = schedule_actions.set_schedule(
            database(), saved_id, me().person_id, rhythm, form, words.all_words(), now()
        )
    if not is_set:
        return _show(saved, given, notice=_("It is put away. Bring it back first.")), 409
    return done(_address(saved_id), _("It comes %(when)s.", when=words.rhythm_words(rhythm)))


@desk.post("/reports/saved/<int:saved_id>/rest")
def rest_report(saved_id: int) -> ResponseReturnValue:
    """Let a report that comes round rest, or come again."""
    is_paused = request.form.get("rest") == "yes"
    with writing(database()):
        is_own = schedule_actions.pause_schedule(database(), saved_id, me().person_id, now(), is_paused=is_paused)
    if not is_own:
        abort(404)
    told = _("It rests until you let it come again.") if is_paused else _("It comes again.")
    return done(_address(saved_id), told)


@desk.post("/reports/saved/<int:saved_id>/end")
def end_report(saved_id: int) -> ResponseReturnValue:
    """Let a report come round no more, to nobody."""
    with writing(database()):
        is_own = schedule_actions.end_schedule(database(), saved_id, me().person_id)
    if not is_own:
        abort(404)
    return done(_address(saved_id), _("It comes no more, to nobody."))


@desk.post("/reports/saved/<int:saved_id>/get")
def get_report(saved_id: int) -> ResponseReturnValue:
    """Get a report that somebody shares whenever it comes round, or no more."""
    is_wanted = request.form.get("wanted") == "yes"
    with writing(database()):
        if is_wanted:
            is_done = schedule_actions.subscribe(database(), saved_id, who_asks(), words.all_words())
        else:
            is_done = schedule_actions.unsubscribe(database(), saved_id, me().person_id)
    if not is_done:
        abort(404)
    told = _("It comes to you too, with your own teams.") if is_wanted else _("It comes to you no more.")
    return done(url_for("manage.reports_page"), told)


def _own(saved_id: int) -> SavedFacts:
    saved = queries.find_report(database(), who_asks(), saved_id)
    if saved is None or saved.owner_id != me().person_id:
        abort(404)
    return saved


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else -1


def _address(saved_id: int) -> str:
    return url_for("manage.kept_report_page", saved_id=saved_id)


def _later(saved: SavedFacts) -> str:
    return str(
        _(
            "“%(name)s” was changed %(moment)s, after you had opened it here. Nothing you entered is lost:"
            " save once more to put it in the place of that change, or keep it as a new report.",
            name=saved.name,
            moment=moment(saved.changed_at),
        )
    )


def _show(
    saved: SavedFacts,
    given: Mapping[str, str] | None = None,
    problems: list[FieldProblem] | None = None,
    notice: str = "",
) -> str:
    schedule = schedule_queries.schedules(database(), [saved.id]).get(saved.id)
    problems = problems or []
    page = KeptReportPage(
        saved=saved,
        seen=saved.version,
        schedule=schedule,
        readers=schedule_queries.subscribers(database(), saved.id, me().person_id),
        typed={"name": saved.name, **_FIRST, **_fields(schedule), **(given or {})},
        problems=problems,
        errors=by_field(problems),
        notice=notice,
        weekdays=[(str(number), name) for number, name in enumerate(words.weekday_words(), 1)],
        month_days=[(str(day), str(day) if day < LAST_DAY else _("the last")) for day in range(1, LAST_DAY + 1)],
        hours=words.hour_words(),
        forms=list(words.form_words().items()),
        stops=words.stop_words(),
        zone=(schedule.rhythm.time_zone if schedule else me().time_zone).replace("_", " "),
    )
    return show("manage/kept_report_page.html", page)


def _fields(schedule: ScheduleFacts | None) -> dict[str, str]:
    if schedule is None:
        return {}
    rhythm = schedule.rhythm
    day = "weekday" if rhythm.every is Every.WEEK else "month_day"
    return {"every": rhythm.every, day: str(rhythm.day), "hour": str(rhythm.hour), "form": schedule.form}
