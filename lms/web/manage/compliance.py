"""Who held a course's certificate on a day: an auditor's question, answered from the record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import Response, abort, request, url_for
from flask_babel import gettext as _

from lms import sheets
from lms.accounts.roles import Role
from lms.credentials import as_of_queries
from lms.credentials.as_of import Holding
from lms.credentials.as_of_queries import ENDING, MISSING, WANTED, Question, ReleaseHeld, RowThen, Totals
from lms.organisation import queries as organisation
from lms.sheets import Cell
from lms.web.choosing import Chooser
from lms.web.extensions import database
from lms.web.fields import FieldProblem
from lms.web.files import attachment
from lms.web.identity import me, now, today
from lms.web.manage.census import Census, census
from lms.web.manage.choosing import team_field, teams_in_sight
from lms.web.manage.labels import course_labels
from lms.web.manage.pages import CourseLabel
from lms.web.manage.routes import desk
from lms.web.manage.scope import Scope, scope, team_in_sight
from lms.web.render import show

_ON_A_PAGE = 50
# More than this in one file is asked for as a report, which is made in the background.
_MOST_IN_A_FILE = 20_000
_PORTION = 500
# From so many on, the list is met on the way through all names instead of being gathered and sorted.
_MANY_FOUND = 1_000
_MOST_PASSED = 10_000_000


@dataclass(frozen=True)
class Asked:
    """The question as it was typed, with what is wrong with it."""

    on: str
    course: str
    team: str
    words: str
    wanted: str
    problems: Sequence[FieldProblem]

    @property
    def errors(self) -> dict[str, str]:
        """Return the problems by field."""
        return {problem.field: problem.text for problem in self.problems}

    def query(self) -> dict[str, Any]:
        """Return what an address needs to ask the same again."""
        said = {"on": self.on, "course": self.course, "team": self.team, "q": self.words, "show": self.wanted}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True)
class CompliancePage:
    """The census of one day in one course, and the people by name.

    `totals` is None while no course can be asked about. `unnamed` people are counted and no longer in the teams of
    who asks. `pages` are the addresses of the page before and after, None where there is none.
    """

    asked: Asked
    day: date
    course: CourseLabel | None
    courses: Sequence[tuple[str, str]]
    team: Chooser
    choices: Sequence[tuple[str, str]]
    totals: Totals | None
    releases: Sequence[ReleaseHeld]
    rows: Sequence[RowThen]
    found: int
    first: int
    unnamed: int
    pages: tuple[str | None, str | None]
    files: tuple[str, str] | None
    organisation: str
    asker: str
    at: datetime
    may_administer: bool


@desk.get("/compliance")
def compliance_page() -> str:
    """Show who held a course's certificate at the end of a day."""
    sight, labels = scope(), course_labels()
    asked, day = _asked(sight, labels)
    team = team_field(
        request.args, asked.team, teams=teams_in_sight(with_closed=True), fixed=[("", _("All teams"))]
    )
    asked = replace(asked, team=team.value)
    course = next((label for label in labels if label.slug == asked.course), None)
    counted: Census | None = None
    rows: Sequence[RowThen] = ()
    found = 0
    place = _place()
    if course is not None:
        question = _question(sight, asked, day)
        counted = census(question)
        found = _found(question, counted)
        rows = as_of_queries.rows(
            database(),
            question,
            after=place.after,
            before=place.before,
            limit=_ON_A_PAGE,
            are_many=found >= _MANY_FOUND,
        )
    page = CompliancePage(
        asked=asked,
        day=day,
        course=course,
        courses=[(label.slug, label.title) for label in labels],
        team=team,
        choices=_choices(),
        totals=counted.totals if counted else None,
        releases=counted.releases if counted else (),
        rows=rows,
        found=found,
        first=place.passed + 1,
        unnamed=counted.unnamed if counted else 0,
        pages=_pages(asked, place, rows, found),
        files=_files(asked) if 0 < found <= _MOST_IN_A_FILE else None,
        organisation=organisation.name(database()),
        asker=me().name,
        at=counted.at if counted else now(),
        may_administer=Role.ADMINISTRATOR in me().roles,
    )
    return show("manage/compliance_page.html", page)


@desk.get("/compliance.csv")
def compliance_csv() -> Response:
    """Hand out the people of the question as CSV."""
    name, rows = _table()
    body = b"".join(sheets.csv_chunks(_header(), rows))
    return attachment(body, sheets.CSV_TYPE, f"{name}.csv")


@desk.get("/compliance.xlsx")
def compliance_xlsx() -> Response:
    """Hand out the people of the question as a workbook."""
    name, rows = _table()
    body = b"".join(sheets.xlsx_chunks(name, _header(), rows))
    return attachment(body, sheets.XLSX_TYPE, f"{name}.xlsx")


def _asked(sight: Scope, labels: Sequence[CourseLabel]) -> tuple[Asked, date]:
    problems, day = [], today()
    typed = request.args.get("on", "").strip()[:20]
    if typed:
        try:
            day = date.fromisoformat(typed)
        except ValueError:
            problems.append(FieldProblem("on", _("Write the day as year-month-day, for example 2026-05-03.")))
        if day > today():
            day = today()
            problems.append(FieldProblem("on", _("This day has not come yet. Choose today or an earlier day.")))
    slug = request.args.get("course", "")[:120]
    if slug not in {label.slug for label in labels}:
        slug = labels[0].slug if labels else ""
    team = request.args.get("team", "")
    wanted = request.args.get("show", "")
    asked = Asked(
        on=typed if problems else day.isoformat(),
        course=slug,
        team=str(team_in_sight(_number(team)).id) if team else "",
        words=request.args.get("q", "").strip()[:100],
        wanted=wanted if wanted in WANTED else "",
        problems=problems,
    )
    return asked, day


def _number(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) < 19):
        abort(404)
    return int(typed)


def _question(sight: Scope, asked: Asked, day: date) -> Question:
    # Asked about every team there is, the teams need not be told one by one.
    in_sight = None if sight.is_whole() else sight.team_ids
    return Question(
        day=day,
        course_slug=asked.course,
        team_ids=sight.below(int(asked.team)) if asked.team and not _is_all(sight, asked) else in_sight,
        # Somebody who has left is somebody else's business now, whatever the record of then says.
        names_all=Role.ADMINISTRATOR in me().roles,
        named_team_ids=in_sight,
        today=today(),
        words=asked.words,
        wanted=asked.wanted,
    )


def _is_all(sight: Scope, asked: Asked) -> bool:
    """Return whether the team asked about holds all that is in sight."""
    return sight.roots == (int(asked.team),)


def _found(question: Question, counted: Census) -> int:
    """Return how many people the list holds; no query where the census tells it."""
    in_census = {
        "": counted.totals.people - counted.unnamed,
        Holding.HELD.value: counted.totals.held,
        ENDING: counted.totals.ending,
        MISSING: counted.totals.missing,
    }
    is_told = question.wanted in in_census and (not question.wanted or question.names_all or not counted.unnamed)
    if is_told and not question.words:
        return in_census[question.wanted]
    return as_of_queries.count_rows(database(), question)


def _choices() -> list[tuple[str, str]]:
    return [
        ("", _("Everybody")),
        (Holding.HELD.value, _("Held it")),
        (MISSING, _("Enrolled, did not hold it")),
        (ENDING, _("Ending within 60 days")),
        (Holding.ENDED.value, _("Had ended")),
        (Holding.REVOKED.value, _("Was withdrawn")),
    ]


@dataclass(frozen=True)
class Place:
    """Where in the list a page begins: after or before a person, or at the top; `passed` stand before it."""

    after: int | None = None
    before: int | None = None
    passed: int = 0


def _place() -> Place:
    def number(name: str) -> int | None:
        typed = request.args.get(name, "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None

    after, before = number("after"), number("before")
    if after is None and before is None:
        return Place()
    return Place(after, None if after is not None else before, min(number("from") or 0, _MOST_PASSED))


def _pages(asked: Asked, place: Place, rows: Sequence[RowThen], found: int) -> tuple[str | None, str | None]:
    def address(start: int, **beside: int) -> str:
        query = asked.query() | ({"from": start, **beside} if start else {})
        return url_for("manage.compliance_page", **query) + "#people"

    if not rows:
        return (address(0) if found else None), None
    earlier, later = place.passed - _ON_A_PAGE, place.passed + len(rows)
    before = address(max(0, earlier), before=rows[0].person_id) if place.passed else None
    after = address(later, after=rows[-1].person_id) if later < found else None
    return before, after


def _files(asked: Asked) -> tuple[str, str]:
    query = asked.query()
    return url_for("manage.compliance_csv", **query), url_for("manage.compliance_xlsx", **query)


def _table() -> tuple[str, Iterator[Sequence[Cell]]]:
    sight = scope()
    asked, day = _asked(sight, course_labels())
    if asked.problems or not asked.course:
        abort(404)
    question = _question(sight, asked, day)
    if as_of_queries.count_rows(database(), question) > _MOST_IN_A_FILE:
        abort(404)
    return f"{asked.course} {day}", _cells(question)


def _header() -> list[str]:
    return [
        _("Name"), _("Sign-in name"), _("Team on that day"), _("Joined on"), _("Left on"), _("Day"), _("Course"),
        _("State"), _("Enrolled on (UTC)"), _("Certificate"), _("Issued on"), _("Completed on"), _("Valid until"),
        _("Withdrawn on"), _("Release"), _("Release hash"),
    ]  # fmt: skip


def _cells(question: Question) -> Iterator[Sequence[Cell]]:
    words = holding_words()
    last: int | None = None
    while portion := as_of_queries.rows(database(), question, after=last, limit=_PORTION, are_many=True):
        last = portion[-1].person_id
        for row in portion:
            certificate = row.then.certificate
            yield [
                row.name, row.sign_in_name, row.team_name, row.joined_on, row.left_on, question.day,
                question.course_slug, words[row.then.holding], row.enrolled_on,
                *(
                    (
                        certificate.serial, certificate.issued_on, certificate.completed_on,
                        certificate.valid_until,
                        # What came later was not so on that day.
                        certificate.revoked_on if row.then.holding is Holding.REVOKED else None,
                        certificate.release_number, certificate.release_hash,
                    )
                    if certificate
                    else (None,) * 7
                ),
            ]  # fmt: skip


def holding_words() -> dict[Holding, str]:
    """Return the word for each way to stand to a certificate."""
    return {
        Holding.HELD: _("Held it"),
        Holding.REVOKED: _("Was withdrawn"),
        Holding.ENDED: _("Had ended"),
        Holding.OPEN: _("Did not hold it"),
        Holding.NONE: _("Not enrolled"),
    }
