"""Huddles: which lesson next, its sheet on a screen or on paper, and what was noted of each team.

Every team is asked of the manager's scope afresh; one that is not in sight does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import queries as accounts
from lms.accounts.queries import TeamNode
from lms.content import queries as content
from lms.content.course import Course, Lesson
from lms.organisation import queries as organisation
from lms.practice.huddles import queries
from lms.practice.huddles.actions import Huddle
from lms.practice.huddles.actions import note_huddle as keep_huddle
from lms.practice.huddles.actions import withdraw_huddle as take_back
from lms.practice.huddles.choosing import (
    FRESH,
    MOST_MINUTES,
    USUAL_MINUTES,
    WEEK,
    WEEKS,
    median_minutes,
    suggestions,
    weeks_of,
)
from lms.practice.huddles.queries import TeamSum
from lms.store import writing
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.huddle_sheets import has_huddle, huddle_sheet, pdf_response
from lms.web.identity import me, now, today
from lms.web.manage.choosing import team_field
from lms.web.manage.huddle_pages import HuddleCourse, HuddleLesson, HuddlePage, HuddlesPage, TeamPart
from lms.web.manage.routes import desk
from lms.web.manage.scope import scope, team_in_sight
from lms.web.render import show

_MOST_TEAMS = 50
_MOST_PEOPLE = 200
_SUGGESTED = 3
_LATELY = 4 * WEEK
_FEWEST = 5
_OLDEST = timedelta(days=366)


@desk.get("/huddles")
def huddles_page() -> ResponseReturnValue:
    """Show what would help a team next, its weeks, and every lesson that can be talked through."""
    field = team_field(request.args, request.args.get("team", ""))
    chosen = _chosen_team(field.value)
    last = queries.last_days(database(), chosen.id) if chosen else {}
    courses = tuple(_courses(last))
    sums = queries.sums_of(database(), scope().team_ids, today() - _LATELY)
    is_open = [team for team in scope().teams.values() if team.closed_on is None]
    page = HuddlesPage(
        chooser=team_field(request.args, str(chosen.id)) if chosen and not field.asks else field,
        team=_team_part(chosen, courses, last) if chosen else None,
        courses=courses,
        below=tuple((team.id, team.name, sums.get(team.id, TeamSum(0, 0))) for team in is_open[:_MOST_TEAMS]),
        without=sum(team.id not in sums for team in is_open),
        teams_in_all=len(is_open),
    )
    return show("manage/huddles_page.html", page)


@desk.get("/huddles/<slug>/<activity_id>")
def huddle_page(slug: str, activity_id: str) -> ResponseReturnValue:
    """Show the sheet of one lesson in large type."""
    course, lesson = _lesson(slug, activity_id)
    return show("manage/huddle_page.html", _page(course, lesson, _chosen_team()))


@desk.get("/huddles/<slug>/<activity_id>/sheet.pdf")
def huddle_pdf(slug: str, activity_id: str) -> ResponseReturnValue:
    """Send the sheet as a PDF of one page."""
    course, lesson = _lesson(slug, activity_id)
    paper = request.args.get("paper", "")
    if paper not in organisation.PAPERS:
        paper = organisation.paper(database())
    sheet = huddle_sheet(course, lesson)
    # The press takes its time: nothing is held in the database meanwhile.
    database().rollback()
    return pdf_response(sheet, paper)


@desk.post("/huddles/<slug>/<activity_id>")
def note_huddle(slug: str, activity_id: str) -> ResponseReturnValue:
    """Note that a team talked a lesson through: when, for how long, and who was there."""
    course, lesson = _lesson(slug, activity_id)
    team = team_in_sight(_number(request.form.get("team", "")))
    noted = _noted(team, course, lesson)
    if isinstance(noted, list):
        return show("manage/huddle_page.html", _page(course, lesson, team, noted)), 422
    with writing(database()) as session:
        is_new = keep_huddle(session, noted, me().person_id, now())
        detail = {"lesson": f"{slug}/{activity_id}", "day": str(noted.held_on), "minutes": noted.minutes}
        note(session, "huddle.note", f"team:{team.id}", **detail, people=len(noted.person_ids))
    text = _("It is noted. Thank you.") if is_new else _("It was noted already; what you entered now holds.")
    return done(url_for(".huddles_page", team=team.id), text)


@desk.post("/huddles/noted/<int:huddle_id>/withdraw")
def withdraw_huddle(huddle_id: int) -> ResponseReturnValue:
    """Take back a huddle that was noted by mistake."""
    with writing(database()) as session:
        team_id = take_back(session, huddle_id, scope().team_ids, me().person_id, now())
        if team_id is not None:
            note(session, "huddle.withdraw", f"team:{team_id}", huddle=huddle_id)
    if team_id is None:
        return refused(url_for(".huddles_page"), _("That was taken back before."))
    return done(url_for(".huddles_page", team=team_id), _("It is taken back."))


def _chosen_team(found: str = "") -> TeamNode | None:
    """Return the team that was found or asked for, else the first one in sight, None when there is none."""
    asked = found or request.args.get("team", "")
    if asked:
        return team_in_sight(_number(asked))
    teams = scope().teams
    return next((teams[root] for root in scope().roots if teams[root].closed_on is None), None)


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 16 else 0


def _lesson(slug: str, activity_id: str) -> tuple[Course, Lesson]:
    course = content.find_course(database(), slug)
    lesson = course.activity(activity_id) if course else None
    if course is None or not isinstance(lesson, Lesson) or not has_huddle(lesson):
        abort(404)
    return course, lesson


def _courses(last: Mapping[tuple[str, str], date]) -> list[HuddleCourse]:
    found = [
        HuddleCourse(
            course.slug,
            course.title,
            course.language,
            tuple(
                HuddleLesson(
                    slug=course.slug,
                    id=lesson.id,
                    title=lesson.title,
                    summary=lesson.summary,
                    language=course.language,
                    course_title=course.title,
                    last_on=last.get((course.slug, lesson.id)),
                )
                for lesson in course.activities
                if isinstance(lesson, Lesson) and has_huddle(lesson)
            ),
        )
        for course in content.published_courses(database())
    ]
    return [course for course in found if course.lessons]


def _team_part(
    team: TeamNode, courses: tuple[HuddleCourse, ...], last: Mapping[tuple[str, str], date]
) -> TeamPart:
    lessons = {(lesson.slug, lesson.id): lesson for course in courses for lesson in course.lessons}
    fresh = datetime.combine(today() - FRESH, time(), ZoneInfo(me().time_zone))
    standings = queries.standings_of(database(), team.id, today(), fresh)
    suggested = suggestions(tuple(lessons), standings, last, today(), _SUGGESTED)
    huddles = queries.huddles_of(database(), team.id, today() - WEEKS * WEEK)
    without, of = queries.count_without(database(), team.id, today() - _LATELY, today())
    weeks = weeks_of([(line.held_on, line.minutes, line.present) for line in huddles], today())
    return TeamPart(
        id=team.id,
        name=team.name,
        next=tuple((lessons[each.name], each) for each in suggested),
        weeks=weeks,
        median=median_minutes(weeks),
        people=(without, of) if of >= _FEWEST else None,
        huddles=huddles,
        known=frozenset(lessons),
    )


def _page(
    course: Course, lesson: Lesson, team: TeamNode | None, problems: list[FieldProblem] | None = None
) -> HuddlePage:
    members = accounts.members_of(database(), [team.id], today())[:_MOST_PEOPLE] if team else ()
    came = set(request.form.getlist("came"))
    typed = {"day": today().isoformat(), "minutes": str(USUAL_MINUTES)}
    if problems:
        typed = {name: request.form.get(name, "")[:20] for name in typed}
    return HuddlePage(
        sheet=huddle_sheet(course, lesson),
        paper=organisation.paper(database()),
        team=(team.id, team.name) if team else None,
        people=tuple((each.person_id, each.name, str(each.person_id) in came) for each in members),
        typed=typed,
        problems=tuple(problems or ()),
        errors=by_field(problems or []),
    )


@dataclass(frozen=True)
class _When:
    day: date
    minutes: int


def _noted(team: TeamNode, course: Course, lesson: Lesson) -> Huddle | list[FieldProblem]:
    when = _when(request.form)
    came = {_number(each) for each in request.form.getlist("came")[:_MOST_PEOPLE]}
    members = accounts.members_of(database(), [team.id], today(), came) if came else ()
    problems = when if isinstance(when, list) else []
    if not members:
        problems = [*problems, FieldProblem("came", _("Tick who was there."))]
    if problems or isinstance(when, list):
        return problems
    people = frozenset(member.person_id for member in members)
    return Huddle(team.id, course.slug, lesson.id, lesson.title, when.day, when.minutes, people)


def _when(form: Mapping[str, str]) -> _When | list[FieldProblem]:
    problems, day, minutes = [], None, form.get("minutes", "").strip()
    try:
        day = date.fromisoformat(form.get("day", "").strip())
    except ValueError:
        problems.append(FieldProblem("day", _("Write the day as year-month-day, for example 2026-12-31.")))
    if day is not None and not today() - _OLDEST <= day <= today():
        problems.append(FieldProblem("day", _("Choose a day within the last year, today at the latest.")))
    count = _number(minutes)
    if not 0 < count <= MOST_MINUTES:
        wrong = _("Write the minutes as a number from 1 to %(most)s.", most=MOST_MINUTES)
        problems.append(FieldProblem("minutes", wrong))
    return problems if problems or day is None else _When(day, count)
