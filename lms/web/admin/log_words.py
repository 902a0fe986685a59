"""The audit log in words: what was done, to whom, and where that is to be looked at."""

from collections.abc import Collection
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.accounts import queries as accounts
from lms.accounts.directory_queries import names_of
from lms.audit.queries import Entry
from lms.web.admin.pages import LogLine
from lms.web.extensions import database
from lms.web.identity import today


def action_word(action: str) -> str:
    """Return what was done, in words; an action nobody gave words keeps its code."""
    words: dict[str, str] = {
        "allowance.give": _("Gave somebody more time, or exempted somebody"),
        "allowance.withdraw": _("Took more time or an exemption back"),
        "backup.restore": _("Restored a backup"),
        "backup.take": _("Took a backup"),
        "calibration.drop": _("Threw a calibration session away"),
        "calibration.open": _("Prepared a calibration session"),
        "calibration.show": _("Showed the marks of a calibration session"),
        "calendar.drop": _("Took a calendar’s address back"),
        "calendar.make": _("Made a calendar an address"),
        "card.drop": _("Took a card away"),
        "card.make": _("Made a card"),
        "certificate.give-back": _("Took the withdrawal of a certificate back"),
        "certificate.issue-again": _("Issued a certificate again"),
        "certificate.withdraw": _("Withdrew a certificate"),
        # As it was called before.
        "certificate revoked": _("Withdrew a certificate"),
        "coaching.give": _("Gave somebody a coaching note"),
        "course.add": _("Made a course"),
        "course.add-file": _("Added a file to a course"),
        "course.add-media": _("Added a picture or recording to a course"),
        "course.move-file": _("Put a course in another order"),
        "course.put-back": _("Put a file of a course back"),
        "course.remove-file": _("Took a file out of a course"),
        "course.rename-file": _("Renamed a file of a course"),
        "course.write": _("Wrote in a course"),
        "course.assign": _("Assigned a course"),
        "course.correct-key": _("Had past attempts marked again after a wrong key"),
        "course.describe": _("Said what a release was for"),
        "course.drop-trainer": _("Took a trainer from a course"),
        "course.go-back": _("Went back to an earlier release"),
        "course.export": _("Handed out a course's questions or files"),
        "course.hide": _("Hid a course"),
        "course.hold": _("Let what is saved in a course wait"),
        "course.import": _("Brought questions or pages in from a file"),
        "course.let-go": _("Let what is saved in a course go live at once"),
        "course.name-trainer": _("Named a trainer of a course"),
        "course.publish": _("Published a course"),
        "course.print": _("Printed a quiz"),
        "course.show": _("Showed a course again"),
        "job.cancel": _("Cancelled a job"),
        "job.try-again": _("Let a job be tried again"),
        "leave.note": _("Noted that somebody is away"),
        "leave.withdraw": _("Took back that somebody is away"),
        "link.set-up": _("Made a set-up link"),
        "link.sign-in": _("Made a sign-in link"),
        "mail.send-again": _("Let a mail be sent again"),
        "nudge.give": _("Nudged somebody"),
        "observation.dispute": _("Disputed an observation"),
        "observation.give": _("Gave somebody an observation"),
        "observation.rhythm": _("Changed how often a team is observed"),
        "observation.settle": _("Settled a disputed observation"),
        "observation.withdraw": _("Took an observation back"),
        "organisation.change": _("Changed the organisation"),
        "pass.keep": _("Let somebody keep a pass after a wrong key"),
        "pass.take": _("Took a pass after a wrong key"),
        "password.change": _("Changed the own password"),
        "people.import": _("Brought people in from a file"),
        "person.add": _("Added a person"),
        "person.change": _("Changed a person"),
        "person.disable": _("Disabled an account"),
        "person.enable": _("Enabled an account"),
        "pin.change": _("Changed the own PIN"),
        "pin.reset": _("Made a new PIN"),
        "quiet-hours.change": _("Changed the own quiet hours"),
        "reminders.change": _("Changed what people are reminded of"),
        "role.grant": _("Gave a role"),
        "role.revoke": _("Took a role away"),
        "sample.fill": _("Made the sample organisation"),
        "sample.remove": _("Removed the sample organisation"),
        "server.set-up": _("Became the first administrator"),
        "sessions.end": _("Signed somebody out"),
        "survey.next-round": _("Closed a round of a survey"),
        "team.add": _("Added a team"),
        "team.change": _("Changed a team"),
        "team.close": _("Closed a team"),
        "team.join": _("Put somebody in a team"),
        "team.leave": _("Took somebody out of a team"),
        "team.move-person": _("Moved somebody to another team"),
        "team.reopen": _("Opened a team again"),
    }
    return words.get(action, action)


def log_lines(entries: Collection[Entry]) -> list[LogLine]:
    """Return the entries in words; two queries for all their subjects."""
    people = names_of(database(), {found for entry in entries if (found := _number(entry.subject, "person"))})
    team_ids = {found for entry in entries if (found := _number(entry.subject, "team"))}
    teams = {team.id: team.name for team in accounts.teams(database(), today(), team_ids)} if team_ids else {}
    return [_line(entry, people, teams) for entry in entries]


def _line(entry: Entry, people: dict[int, str], teams: dict[int, str]) -> LogLine:
    about, href = entry.subject, ""
    person_id, team_id = _number(entry.subject, "person"), _number(entry.subject, "team")
    if person_id in people:
        about, href = people[person_id], url_for("admin.person_page", person_id=person_id)
    elif team_id in teams:
        about, href = teams[team_id], url_for("admin.team_page", team_id=team_id)
    elif entry.subject.startswith("course:"):
        about = entry.subject.removeprefix("course:")
        href = url_for("admin.course_page", slug=about)
    elif entry.subject == "organisation":
        about, href = _("Organisation"), url_for("admin.organisation_page")
    detail = [(key.replace("_", " "), _plain(value)) for key, value in sorted(entry.detail.items())]
    return LogLine(entry, action_word(entry.action), about, href, [(key, value) for key, value in detail if value])


def _number(subject: str, kind: str) -> int:
    head, _colon, tail = subject.partition(":")
    return int(tail) if head == kind and tail.isascii() and tail.isdecimal() else 0


def _plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(_("yes") if value else _("no"))
        case dict():
            return "; ".join(f"{key}: {_plain(each)}" for key, each in value.items())
        case [before, after]:
            return f"{_plain(before) or '–'} → {_plain(after) or '–'}"
        case list():
            return ", ".join(_plain(each) for each in value)
    return str(value)
