"""Who of a team is due to be observed, within the minutes there are, and how the team is observed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import queries as accounts
from lms.accounts.queries import Member, TeamNode
from lms.coaching import actions, queries
from lms.coaching.calibration.queries import may_count
from lms.coaching.choosing import focus_of_week, markable
from lms.coaching.queries import TeamRhythm
from lms.coaching.rhythm import Round, Watched, round_of
from lms.content import queries as content
from lms.content.course import Checklist, Course
from lms.reminders import queries as reminders
from lms.reminders.hours import WEEKDAYS
from lms.store import writing
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.identity import me, now, today
from lms.web.manage.coaching.forms import rhythm_order
from lms.web.manage.coaching.pages import CoachingPage, FocusPart, RhythmPart
from lms.web.manage.coaching.sight import MOST_LISTED, in_sight, open_teams, settles, team_asked_for
from lms.web.manage.routes import desk
from lms.web.manage.scope import scope, team_in_sight
from lms.web.peace import weekday_name
from lms.web.render import show


@desk.get("/coaching")
def coaching_page() -> ResponseReturnValue:
    """Show who of one team is due, the team asked for or the first."""
    return _shown(team_asked_for())


@desk.post("/coaching/teams/<int:team_id>/rhythm")
def set_rhythm(team_id: int) -> ResponseReturnValue:
    """Keep how often a team is observed, and the minutes set aside for it."""
    team = team_in_sight(team_id)
    order = rhythm_order(request.form)
    if isinstance(order, list):
        return _shown(team, request.form, order), 422
    with writing(database()) as session:
        actions.set_rhythm(session, team_id, *order, by=me().person_id, now=now())
        note(session, "observation.rhythm", f"team:{team_id}")
    return done(_address(team_id), _("Kept. The list follows it from now on."))


@desk.post("/coaching/teams/<int:team_id>/focus")
def set_focus(team_id: int) -> ResponseReturnValue:
    """Keep the behaviour that everybody of a team looks for this week."""
    team_in_sight(team_id)
    chosen = request.form.get("focus", "")
    if chosen and chosen not in dict(_focus_choices()):
        return refused(_address(team_id), _("Choose one of the behaviours of the checklist."))
    with writing(database()) as session:
        actions.set_focus(session, team_id, chosen, monday(), me().person_id, now())
    return done(_address(team_id), _("That is the focus until Sunday."))


def monday() -> date:
    """Return the Monday of this week."""
    return today() - timedelta(days=today().weekday())


def checklists() -> list[tuple[Course, Checklist]]:
    """Return every published checklist with its course, in the order of courses."""
    return [
        (course, each)
        for course in content.published_courses(database())
        for each in course.activities
        if isinstance(each, Checklist)
    ]


def observer_counts(release_id: int, checklist_id: str) -> bool:
    """Return whether what the signed-in observer sees by this checklist goes into figures."""
    course = content.find_release(database(), release_id)
    return course is not None and may_count(database(), me().person_id, course.slug, checklist_id, today())


def focus_now(checklist: Checklist, rhythm: TeamRhythm) -> str:
    """Return the behaviour of this week by this checklist."""
    return focus_of_week(checklist.criteria, rhythm.focus_in(monday()), monday())


def _focus_choices() -> list[tuple[str, str]]:
    for _course, checklist in checklists()[:1]:
        return [(each.behaviours[0], each.title) for each in markable(checklist.criteria, in_role_play=False)]
    return []


def _address(team_id: int) -> str:
    return url_for(".coaching_page", team=team_id)


def _shown(
    team: TeamNode | None, form: Mapping[str, str] | None = None, problems: Sequence[FieldProblem] = ()
) -> str:
    rhythm = queries.rhythm_of(database(), team.id) if team else TeamRhythm()
    made = queries.count_given(database(), team.id, monday()) if team else 0
    drafts = queries.drafts_of(database(), me().person_id)
    open_disputes = queries.disputes_in(database(), scope().team_ids)
    told_of = {draft.observee_id for draft in drafts} | {line.observee_id for line in open_disputes}
    visible = in_sight(told_of - {me().person_id})
    disputes = [line for line in open_disputes if line.observee_id in visible]
    page = CoachingPage(
        teams=[(str(each.id), each.name) for each in open_teams()[:MOST_LISTED]],
        team=team,
        has_below=team is not None and bool(scope().children_of.get(team.id)),
        round=_round(team, rhythm, made),
        done=made,
        focus=_focus(rhythm),
        drafts=[draft for draft in drafts if draft.observee_id in visible],
        lost_drafts=sum(draft.observee_id not in visible for draft in drafts),
        to_settle=[each for each in disputes if settles(each.observer_id, each.observee_id, each.team_id)],
        disputed=[each for each in disputes if each.observer_id == me().person_id],
        rhythm=_rhythm_part(rhythm, form, problems),
        today=today(),
        me=me().person_id,
        counts=all(observer_counts(course.release_id, sheet.id) for course, sheet in checklists()[:1]),
    )
    return show("manage/coaching_page.html", page)


def _round(team: TeamNode | None, rhythm: TeamRhythm, made: int) -> Round:
    found = accounts.members_of(database(), (team.id,), today()) if team else ()
    members = [member for member in found if member.person_id != me().person_id]
    return round_of(_watched(members), rhythm.rhythm, made, today())


def _watched(members: Sequence[Member]) -> list[Watched]:
    ids = {member.person_id for member in members}
    seen = queries.last_days(database(), ids)
    leaves = reminders.leaves_by_person(database(), ids) if ids else defaultdict(list)
    found = []
    for member in members:
        away = next((leave for leave in leaves.get(member.person_id, []) if leave.covers(today())), None)
        found.append(
            Watched(
                person_id=member.person_id,
                name=member.name,
                joined_on=member.joined_on,
                last_on=seen.get(member.person_id),
                is_away=away is not None,
                away_until=away.until_on if away else None,
            )
        )
    return found


def _focus(rhythm: TeamRhythm) -> FocusPart | None:
    for _course, checklist in checklists()[:1]:
        choices = _focus_choices()
        focus = focus_now(checklist, rhythm)
        chosen = rhythm.focus_in(monday())
        return FocusPart(dict(choices).get(focus, ""), bool(chosen), choices, chosen)
    return None


def _rhythm_part(
    rhythm: TeamRhythm, form: Mapping[str, str] | None, problems: Sequence[FieldProblem]
) -> RhythmPart:
    every, hours = rhythm.rhythm, rhythm.hours
    kept = {
        "every-days": every.every_days,
        "new-every-days": every.new_every_days,
        "new-weeks": every.new_weeks,
        "minutes-a-week": every.minutes_a_week,
        "minutes-each": every.minutes_each,
        "first-hour": hours.first,
        "last-hour": hours.last,
    }
    typed = {name: str(value) if form is None else form.get(name, "")[:6] for name, value in kept.items()}
    chosen = (
        {str(day) for day in hours.days} if form is None else {str(d) for d in WEEKDAYS if form.get(f"day-{d}")}
    )
    days = [(str(day), weekday_name(day), str(day) in chosen) for day in WEEKDAYS]
    return RhythmPart(rhythm, typed, days, problems, by_field(list(problems)))
