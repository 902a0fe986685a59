"""Everything that happened with one person and what was done about it, newest first, in words.

Of the things of teams only those in sight are told, and what she hears as somebody's manager is left out.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _

from lms.credentials.team_queries import certificates_ever
from lms.mail.mail import MailState
from lms.plans import history_queries
from lms.plans.allowance import EXEMPTION
from lms.plans.history_queries import PastAllowance, PastAssignment
from lms.progress.run_queries import RunOf
from lms.progress.team_queries import AttemptOf, EnrolmentOf
from lms.reminders.history_queries import Reminded, reminders_of
from lms.reminders.rules import Kind
from lms.web.extensions import database
from lms.web.identity import me
from lms.web.nudge_words import nudge_words
from lms.web.speech import percent, whole_day

LEAF = 100


@dataclass(frozen=True)
class Entry:
    """One thing that happened: on which day where the reader is, when on it if that is known, and in words."""

    on: date
    at: datetime | None
    icon: str
    title: str
    detail: str = ""
    href: str = ""


@dataclass(frozen=True)
class Day:
    """The entries of one day, the newest first."""

    on: date
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Timeline:
    """One leaf of a person's timeline; `number` from 1 of `pages`, `found` entries in all."""

    days: Sequence[Day]
    found: int
    number: int
    pages: int


@dataclass(frozen=True)
class Learning:
    """What a person did, as the page has read it already, and how to call courses and their activities."""

    person_id: int
    enrolments: Sequence[EnrolmentOf]
    attempts: Sequence[AttemptOf]
    runs: Sequence[RunOf]
    course_title: Callable[[str], str]
    step_title: Callable[[str, str], str]


def timeline(learning: Learning, joined: Mapping[int, date], above: Collection[int], asked: str) -> Timeline:
    """Return a leaf of the timeline; seven queries.

    `joined` says since when she is in those of her teams that are in sight, `above` are these and the teams above;
    `asked` is the number of the leaf as it stands in the address.
    """
    teller = _Teller(learning, ZoneInfo(me().time_zone))
    entries = [
        *teller.assignments(joined, above),
        *teller.rounds(),
        *teller.attempts(),
        *teller.runs(),
        *teller.certificates(),
        *teller.allowances(),
        *teller.nudges(),
        *teller.reminders(),
    ]
    # Of one moment, what was told later here happened later; what has no time comes last in its day.
    entries.reverse()
    entries.sort(key=lambda entry: (entry.on, entry.at.timestamp() if entry.at else 0.0), reverse=True)
    pages = max(1, -(-len(entries) // LEAF))
    number = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 9 else 1
    leaf = entries[(number - 1) * LEAF : number * LEAF]
    days = [Day(on, list(of_day)) for on, of_day in groupby(leaf, key=lambda entry: entry.on)]
    return Timeline(days, len(entries), number, pages)


class _Teller:
    """Puts what was read of one person into entries."""

    def __init__(self, learning: Learning, zone: ZoneInfo) -> None:
        self._of = learning
        self._zone = zone
        self._slugs = {each.id: each.facts.course_slug for each in learning.enrolments}
        self._certificates = certificates_ever(database(), learning.person_id)

    def _entry(self, at: datetime, icon: str, title: str, detail: str = "", href: str = "") -> Entry:
        return Entry(at.astimezone(self._zone).date(), at, icon, title, detail, href)

    def _course(self, slug: str) -> str:
        return self._of.course_title(slug)

    def rounds(self) -> Iterable[Entry]:
        for each in self._of.enrolments:
            course = self._course(each.facts.course_slug)
            if each.round > 1:
                course = _("%(course)s, round %(number)s", course=course, number=each.round)
            yield self._entry(each.enrolled_at, "book", _("Enrolled in %(course)s", course=course))
            if each.facts.started_at:
                yield self._entry(each.facts.started_at, "flag", _("Began %(course)s", course=course))
            if each.facts.completed_at:
                yield self._entry(each.facts.completed_at, "done", _("Finished %(course)s", course=course))

    def attempts(self) -> Iterable[Entry]:
        for each in self._of.attempts:
            slug = self._slugs[each.enrolment_id]
            title = _(
                "%(quiz)s, attempt %(number)s",
                quiz=self._of.step_title(slug, each.activity_id),
                number=each.number,
            )
            if each.submitted_at is None:
                yield self._entry(each.started_at, "clock", title, f"{_('under way')} · {self._course(slug)}")
                continue
            if each.mark is None:
                icon, word = "clock", str(_("handed in, not marked yet"))
            elif each.passed:
                icon, word = "check", str(_("passed with %(mark)s", mark=percent(each.mark)))
            else:
                icon, word = "repeat", str(_("not yet passed, %(mark)s", mark=percent(each.mark)))
            href = url_for("manage.attempt_page", person_id=self._of.person_id, attempt_id=each.id)
            yield self._entry(each.submitted_at, icon, title, f"{word} · {self._course(slug)}", href)

    def runs(self) -> Iterable[Entry]:
        for each in self._of.runs:
            slug = self._slugs[each.enrolment_id]
            title = _(
                "%(scenario)s, run %(number)s",
                scenario=self._of.step_title(slug, each.activity_id),
                number=each.number,
            )
            if each.finished_at is None:
                word = _("under way")
            elif each.passed:
                word = _("passed")
            else:
                word = _("not yet passed") if each.is_whole else _("practice")
            yield self._entry(
                each.finished_at or each.started_at, "speech", title, f"{word} · {self._course(slug)}"
            )

    def certificates(self) -> Iterable[Entry]:
        for each in self._certificates:
            until = _("valid until %(day)s", day=whole_day(each.valid_until)) if each.valid_until else _("no end")
            title = _("Certificate for %(course)s", course=each.course_title)
            words = f"{each.serial} · {until}"
            if each.replaces:
                title = _("Certificate for %(course)s issued again", course=each.course_title)
                words = _("%(serial)s in the place of %(before)s", serial=each.serial, before=each.replaces)
            yield self._entry(each.issued_at, "certificate", title, words)
            ends = [moment for moment, _taken_back_at in each.pauses]
            if each.revoked_at and not each.is_replaced:
                ends.append(each.revoked_at)
            for moment in ends:
                title = _("Certificate for %(course)s withdrawn", course=each.course_title)
                yield self._entry(moment, "cross", title, each.serial)
            for _withdrawn_at, moment in each.pauses:
                title = _("Certificate for %(course)s holds again", course=each.course_title)
                words = _("%(serial)s · its withdrawal was a mistake", serial=each.serial)
                yield self._entry(moment, "back", title, words)

    def assignments(self, joined: Mapping[int, date], above: Collection[int]) -> Iterable[Entry]:
        given = history_queries.assignments_of(database(), self._of.person_id, above)
        # What was given to a team before she came reached her on the day she came.
        came_on = min(joined.values(), default=date.max)
        replaced = {(each.course_slug, each.team_id, each.withdrawn_at): each for each in given}
        moments = {(each.course_slug, each.team_id, each.at) for each in given}
        for each in given:
            if each.team_id is not None and each.withdrawn_at and self._day(each.withdrawn_at) < came_on:
                continue
            yield self._assigned(each, replaced.get((each.course_slug, each.team_id, each.at)), came_on)
            if each.withdrawn_at and (each.course_slug, each.team_id, each.withdrawn_at) not in moments:
                title = _("%(course)s is asked no more", course=self._course(each.course_slug))
                yield self._entry(each.withdrawn_at, "back", title, _target(each))
        for name, on in history_queries.programmes_reaching(database(), self._of.person_id, above):
            yield Entry(on, None, "book", str(_("Programme: %(name)s", name=name)))

    def _assigned(self, each: PastAssignment, before: PastAssignment | None, came_on: date) -> Entry:
        course, due = self._course(each.course_slug), _due(each.due_on)
        if before is not None and before is not each:
            title = _("Due date of %(course)s changed", course=course)
            words = _("%(due)s instead of %(before)s", due=due, before=_due(before.due_on))
        else:
            title, words = _("Assigned: %(course)s", course=course), due
        detail = f"{words} · {_('by %(name)s', name=each.by)}"
        if each.team_id is not None:
            detail = f"{detail}, {_target(each)}"
            if self._day(each.at) < came_on:
                return Entry(came_on, None, "pin", str(title), detail)
        return self._entry(each.at, "pin", str(title), detail)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()

    def allowances(self) -> Iterable[Entry]:
        for each in history_queries.allowances_ever(database(), self._of.person_id):
            course = self._course(each.course_slug)
            icon = "pause" if each.kind == EXEMPTION else "calendar"
            detail = f"“{each.reason}” · {_('by %(name)s', name=each.by)}"
            yield self._entry(each.at, icon, _allowance(each, course), detail)
            if each.withdrawn_at:
                title = (
                    _("Exemption from %(course)s taken back", course=course)
                    if each.kind == EXEMPTION
                    else _("More time in %(course)s taken back", course=course)
                )
                by = _("by %(name)s", name=each.withdrawn_by) if each.withdrawn_by else ""
                yield self._entry(each.withdrawn_at, "back", title, by)

    def nudges(self) -> Iterable[Entry]:
        for each in history_queries.nudges_of(database(), self._of.person_id):
            title = _("Nudged about %(course)s", course=self._course(each.course_slug))
            detail = f"“{nudge_words(each.says)}” · {_('by %(name)s', name=each.by)}"
            yield self._entry(each.at, "speech", title, detail)

    def reminders(self) -> Iterable[Entry]:
        certificates = {each.id: each.course_title for each in self._certificates}
        for each in reminders_of(database(), self._of.person_id):
            said = [words for kind, number in each.told if (words := self._told(kind, number, certificates))]
            detail = "; ".join(dict.fromkeys(said))
            title = _mailed(each)
            yield Entry(each.on, each.at, "info", title, detail)

    def _told(self, kind: Kind, number: int, certificates: Mapping[int, str]) -> str:
        if kind is Kind.ENDING:
            return (
                str(_("certificate for %(course)s ends", course=certificates[number]))
                if number in certificates
                else ""
            )
        if kind is Kind.NOTE:
            return str(_("a note that had been left"))
        if number not in self._slugs:
            return ""
        course = self._course(self._slugs[number])
        if kind is Kind.LATE:
            return str(_("%(course)s is late", course=course))
        return str(
            _("%(course)s is due", course=course) if kind is Kind.DUE else _("%(course)s is new", course=course)
        )


def _allowance(each: PastAllowance, course: str) -> str:
    if each.kind == EXEMPTION:
        if each.until is None:
            return str(_("Exempt from %(course)s", course=course))
        return str(_("Exempt from %(course)s until %(day)s", course=course, day=whole_day(each.until)))
    assert each.until is not None
    return str(_("More time in %(course)s, until %(day)s", course=course, day=whole_day(each.until)))


def _due(on: date | None) -> str:
    return str(_("due %(day)s", day=whole_day(on)) if on else _("no due date"))


def _target(each: PastAssignment) -> str:
    return str(_("to %(team)s", team=each.team_name)) if each.team_name else ""


def _mailed(each: Reminded) -> str:
    if each.state is None or each.state is MailState.SENT:
        return str(_("Reminded by mail"))
    words = {
        MailState.WAITING: _("Reminder waits to be sent"),
        MailState.SENDING: _("Reminder is being sent"),
        MailState.PERHAPS: _("Reminder perhaps sent"),
        MailState.GIVEN_UP: _("Reminder could not be sent"),
        MailState.WITHHELD: _("Reminder not sent"),
    }
    return str(words[each.state])
