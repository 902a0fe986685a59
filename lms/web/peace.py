"""Leave and quiet hours as people fill them in and read them, whichever desk they stand at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from flask_babel import get_locale
from flask_babel import gettext as _

from lms.reminders import queries
from lms.reminders.hours import WEEKDAYS, QuietHours
from lms.reminders.leave import Leave, LeaveFault, fault_of
from lms.reminders.queries import NotedLeave
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.identity import today
from lms.web.speech import whole_day

SHORTEST_OPEN_MINUTES = 60


@dataclass(frozen=True)
class LeavePart:
    """Somebody's leave, today's and later, and the form that notes more; what was typed comes back."""

    noted: Sequence[tuple[NotedLeave, str]]
    typed_from: str
    typed_until: str
    errors: Mapping[str, str]


def leave_part(
    person_id: int, form: Mapping[str, str] | None = None, problems: Sequence[FieldProblem] = ()
) -> LeavePart:
    """Return the part; `form` is what was filled in wrongly, if it was; one query."""
    typed = form or {}
    return LeavePart(
        noted=[(each, leave_words(each.leave)) for each in queries.leave_of(database(), person_id, today())],
        typed_from=typed.get("from", "")[:20],
        typed_until=typed.get("until", "")[:20],
        errors=by_field(list(problems)),
    )


def leave_words(leave: Leave) -> str:
    """Return the days in words: "1 to 14 December 2026" and the like."""
    first = whole_day(leave.from_on)
    if leave.until_on is None:
        return str(_("from %(day)s until further notice", day=first))
    if leave.until_on == leave.from_on:
        return first
    return str(_("%(first)s to %(last)s", first=first, last=whole_day(leave.until_on)))


def leave_order(form: Mapping[str, str]) -> Leave | list[FieldProblem]:
    """Return the leave that was filled in, or every problem with it."""
    first, last = _day(form, "from"), _day(form, "until")
    problems = [each for each in (first, last) if isinstance(each, FieldProblem)]
    if first is None:
        problems.insert(0, FieldProblem("from", _("Say which day is the first.")))
    if problems or not isinstance(first, date) or isinstance(last, FieldProblem):
        return problems
    leave = Leave(first, last)
    fault = fault_of(leave, today())
    return [_fault_problem(fault)] if fault else leave


def leave_detail(leave: Leave) -> dict[str, str]:
    """Return the days as the audit log keeps them."""
    return {"from_on": str(leave.from_on), "until_on": str(leave.until_on or "")}


def overlap_problem(before: Leave) -> FieldProblem:
    """Return what to do about leave that stands there already."""
    return FieldProblem(
        "from",
        _("Some of these days stand here already: %(days)s. Take that back first, or choose other days.",
          days=leave_words(before)),
    )  # fmt: skip


def _day(form: Mapping[str, str], field: str) -> date | FieldProblem | None:
    text = form.get(field, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return FieldProblem(field, _("Write the day as year-month-day, for example 2026-12-31."))


def _fault_problem(fault: LeaveFault) -> FieldProblem:
    words = {
        LeaveFault.BACKWARDS: ("until", _("The last day lies before the first. Turn them round.")),
        LeaveFault.TOO_LONG: ("until", _("That is longer than ten years. Leave the last day empty instead.")),
        LeaveFault.TOO_FAR: ("from", _("Begin within the last year or the next ten.")),
        LeaveFault.OVER: ("until", _("These days have passed. Nobody is reminded for them any more.")),
    }
    return FieldProblem(*words[fault])


@dataclass(frozen=True)
class QuietPart:
    """Quiet hours as a form shows them; `days` are (number, name, is quiet), `words` say what holds now."""

    starts: str
    ends: str
    days: Sequence[tuple[str, str, bool]]
    words: str
    errors: Mapping[str, str]


def quiet_part(
    quiet: QuietHours, form: Mapping[str, str] | None = None, problems: Sequence[FieldProblem] = ()
) -> QuietPart:
    """Return the part for these hours; `form` is what was filled in wrongly, if it was."""
    chosen = {str(day) for day in quiet.days} if form is None else _chosen_days(form)
    return QuietPart(
        starts=_clock(quiet.starts) if form is None else form.get("quiet_from", "")[:5],
        ends=_clock(quiet.ends) if form is None else form.get("quiet_until", "")[:5],
        days=[(str(day), weekday_name(day), str(day) in chosen) for day in WEEKDAYS],
        words=quiet_words(quiet),
        errors=by_field(list(problems)),
    )


def quiet_words(quiet: QuietHours) -> str:
    """Return when nobody is written to: "20:00 to 07:00, and all of Saturday and Sunday"."""
    days = _listed([weekday_name(day) for day in sorted(quiet.days)])
    hours = _("%(from)s to %(until)s", **{"from": _clock(quiet.starts), "until": _clock(quiet.ends)})
    if quiet.starts == quiet.ends:
        return str(_("all of %(days)s", days=days) if days else _("never"))
    return str(_("%(hours)s, and all of %(days)s", hours=hours, days=days) if days else hours)


def weekday_name(day: int) -> str:
    """Return the name of a weekday, 0 is Monday."""
    return str(get_locale().days["format"]["wide"][day])


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return str(_("%(first)s and %(last)s", first=", ".join(words[:-1]), last=words[-1]))


def quiet_order(form: Mapping[str, str]) -> QuietHours | list[FieldProblem]:
    """Return the quiet hours that were filled in, or every problem with them."""
    starts, ends = _time(form, "quiet_from"), _time(form, "quiet_until")
    problems = [
        FieldProblem(field, _("Write the time as hours and minutes, for example 20:00."))
        for field, at in (("quiet_from", starts), ("quiet_until", ends))
        if at is None
    ]
    days = frozenset(int(day) for day in _chosen_days(form))
    if len(days) == len(WEEKDAYS):
        problems.append(FieldProblem("quiet_day_0", _("Leave one day of the week on which mail may come.")))
    if starts is None or ends is None or problems:
        return problems
    quiet = QuietHours(starts, ends, days)
    if quiet.open_minutes < SHORTEST_OPEN_MINUTES:
        return [FieldProblem("quiet_from", _("Leave at least an hour of the day in which mail may come."))]
    return quiet


def _chosen_days(form: Mapping[str, str]) -> set[str]:
    return {str(day) for day in WEEKDAYS if form.get(f"quiet_day_{day}") == "yes"}


def _time(form: Mapping[str, str], field: str) -> time | None:
    try:
        at = time.fromisoformat(form.get(field, "").strip())
    except ValueError:
        return None
    return at.replace(second=0, microsecond=0) if at.tzinfo is None else None


def _clock(at: time) -> str:
    return at.isoformat("minutes")
