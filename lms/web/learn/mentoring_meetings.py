"""Meetings with one's mentor: arranged, put into a calendar, closed with what was talked about, kept."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts.names import shown
from lms.feeds.ical import CONTENT_TYPE, Event, calendar
from lms.mentoring import actions
from lms.mentoring.lists import LONGEST_LINE, LONGEST_TEXT, Arrangement, Draft, Meeting, Mentor
from lms.reminders.actions import remind_of_meeting
from lms.reminders.queries import meeting_day_of
from lms.store import writing
from lms.web.deeds import done, refused
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.files import attachment
from lms.web.identity import me, now, today
from lms.web.learn.mentoring import own_box, own_shelf, several_lines, show_list, topic_line
from lms.web.learn.mentoring_pages import KeptList, MentorListPage, MentorListsPage, MentorMeetingPage
from lms.web.learn.routes import desk
from lms.web.render import show

_LONGEST_MINUTES = 480
_USUAL_MINUTES = 60


@desk.get("/mentor/meeting")
def mentor_meeting_page() -> ResponseReturnValue:
    """Show when and where the next meeting is, and with whom."""
    shelf = own_shelf()
    when = shelf.next_meeting.arrangement if shelf.next_meeting else None
    typed = {**_as_typed(when), "name": shelf.mentor.name if shelf.mentor else ""}
    typed["reach"] = shelf.mentor.reach if shelf.mentor else ""
    typed["remind"] = "yes" if meeting_day_of(database(), me().person_id) else ""
    return show("learn/mentor_meeting_page.html", MentorMeetingPage(when is not None, typed))


@desk.post("/mentor/meeting")
def arrange_meeting() -> ResponseReturnValue:
    """Keep when and where the next meeting is, and with whom."""
    when, mentor = _arrangement(request.form), _mentor(request.form)
    if isinstance(when, list):
        page = MentorMeetingPage(own_shelf().next_meeting is not None, request.form, tuple(when), by_field(when))
        return show("learn/mentor_meeting_page.html", page), 422
    with writing(database()) as session:
        actions.name_mentor(session, own_box(), mentor)
        actions.arrange_meeting(session, own_box(), when)
        remind_of_meeting(session, me().person_id, when.day if request.form.get("remind") == "yes" else None)
    return done(url_for(".mentor_page"), _("The day is kept."))


@desk.post("/mentor/meeting/call-off")
def call_off_meeting() -> ResponseReturnValue:
    """Forget the day that was arranged."""
    with writing(database()) as session:
        actions.call_off_meeting(session, own_box())
        remind_of_meeting(session, me().person_id, None)
    return done(url_for(".mentor_page"), _("The day is forgotten. Your list stays."))


@desk.get("/mentor/meeting.ics")
def mentor_ics() -> ResponseReturnValue:
    """Hand out the next meeting for a calendar; answers 404 while none is arranged. No topic stands in it."""
    shelf = own_shelf()
    meeting = shelf.next_meeting
    if meeting is None or meeting.arrangement is None:
        abort(404)
    when = meeting.arrangement
    summary = _("Meeting with %(name)s", name=shelf.mentor.name) if shelf.mentor else _("Meeting with my mentor")
    origin = current_app.config["SETTINGS"].origin
    event = Event(
        uid=f"mentor-{meeting.id}@{origin.partition('://')[2]}",
        day=when.day,
        summary=summary,
        description=_("My list: %(address)s", address=origin + url_for(".mentor_page")),
        location=when.place,
        starts_at=datetime.combine(when.day, when.starts, ZoneInfo(me().time_zone)) if when.starts else None,
        minutes=when.minutes or _USUAL_MINUTES,
    )
    return attachment(calendar(summary, [event], now()), CONTENT_TYPE, "mentor.ics")


@desk.post("/mentor/meeting/held")
def hold_meeting() -> ResponseReturnValue:
    """Close the list as that of a meeting; what was not ticked goes on to the next one."""
    when = _arrangement(request.form)
    if isinstance(when, list):
        return show_list(when), 422
    before = request.form.get("before", "")
    with writing(database()) as session:
        held_before = int(before) if before.isascii() and before.isdecimal() and len(before) < 6 else -1
        meeting_id = actions.hold_meeting(session, own_box(), when, held_before)
        if meeting_id is not None:
            remind_of_meeting(session, me().person_id, None)
    if meeting_id is None:
        return refused(
            url_for(".mentor_page"), _("There was nothing to close: the list is kept already, or empty.")
        )
    text = _(
        "The list is kept. Write down what came of it while it is fresh; what you left out is on the next list."
    )
    return done(url_for(".mentor_list_page", meeting_id=meeting_id), text)


@desk.get("/mentor/lists")
def mentor_lists_page() -> ResponseReturnValue:
    """Show every list that was kept."""
    shelf = own_shelf()
    page = MentorListsPage(tuple(_kept(meeting) for meeting in shelf.held), shelf.mentor)
    return show("learn/mentor_lists_page.html", page)


@desk.get("/mentor/lists/<int:meeting_id>")
def mentor_list_page(meeting_id: int) -> ResponseReturnValue:
    """Show one list that was kept, to write down what came of it."""
    meeting = _meeting(meeting_id)
    page = MentorListPage(_kept(meeting), _as_typed(meeting.arrangement))
    return show("learn/mentor_list_page.html", page)


@desk.post("/mentor/lists/<int:meeting_id>")
def keep_list(meeting_id: int) -> ResponseReturnValue:
    """Write down when and where the meeting was, and what came of each topic."""
    meeting = _meeting(meeting_id)
    when = _arrangement(request.form)
    outcomes = _outcomes(meeting, request.form)
    if isinstance(when, list) or isinstance(outcomes, FieldProblem):
        problems = [
            *(when if isinstance(when, list) else ()),
            *((outcomes,) if isinstance(outcomes, FieldProblem) else ()),
        ]
        page = MentorListPage(_kept(meeting), request.form, tuple(problems), by_field(problems))
        return show("learn/mentor_list_page.html", page), 422
    with writing(database()) as session:
        actions.change_meeting(session, own_box(), meeting_id, when)
        for topic_id, draft in outcomes.items():
            actions.change_topic(session, own_box(), topic_id, draft)
    return done(url_for(".mentor_lists_page", _anchor=f"list-{meeting_id}"), _("It is saved."))


@desk.post("/mentor/lists/<int:meeting_id>/remove")
def remove_list(meeting_id: int) -> ResponseReturnValue:
    """Remove one kept list for good."""
    if request.form.get("sure") != "yes":
        text = _("Nothing was removed: tick the box first.")
        return refused(url_for(".mentor_list_page", meeting_id=meeting_id), text)
    with writing(database()) as session:
        actions.remove_meeting(session, own_box(), meeting_id)
    return done(url_for(".mentor_lists_page"), _("The list is gone for good."))


def _meeting(meeting_id: int) -> Meeting:
    meeting = own_shelf().meeting(meeting_id)
    if meeting is None:
        abort(404)
    return meeting


def _kept(meeting: Meeting) -> KeptList:
    return KeptList(meeting, tuple((topic_line(line.topic), line.was_talked) for line in meeting.lines))


def _as_typed(when: Arrangement | None) -> dict[str, str]:
    if when is None:
        return {"day": "", "starts": "", "place": "", "minutes": str(_USUAL_MINUTES), "thanks": ""}
    return {
        "day": when.day.isoformat(),
        "starts": when.starts.isoformat("minutes") if when.starts else "",
        "place": when.place,
        "minutes": str(when.minutes or ""),
        "thanks": when.thanks,
    }


def _arrangement(form: Mapping[str, str]) -> Arrangement | list[FieldProblem]:
    day, starts, minutes = _day(form), _time(form), _minutes(form)
    problems = [each for each in (day, starts, minutes) if isinstance(each, FieldProblem)]
    if isinstance(day, FieldProblem) or isinstance(starts, FieldProblem) or isinstance(minutes, FieldProblem):
        return problems
    place, thanks = (shown(form.get(name, "")[: LONGEST_LINE * 2])[:LONGEST_LINE] for name in ("place", "thanks"))
    return Arrangement(day, starts, place, minutes, thanks)


def _day(form: Mapping[str, str]) -> date | FieldProblem:
    try:
        day = date.fromisoformat(form.get("day", "").strip())
    except ValueError:
        return FieldProblem("day", _("Write the day as year-month-day, for example 2026-12-31."))
    if abs((day - today()).days) > 3653:
        return FieldProblem("day", _("That is more than ten years away. Look at the year again."))
    return day


def _time(form: Mapping[str, str]) -> time | FieldProblem | None:
    text = form.get("starts", "").strip()
    if not text:
        return None
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return FieldProblem(
            "starts", _("Write the time as hours and minutes, for example 15:30, or leave it empty.")
        )


def _minutes(form: Mapping[str, str]) -> int | FieldProblem:
    text = form.get("minutes", "").strip()
    if not text:
        return 0
    if text.isascii() and text.isdecimal() and len(text) < 5 and int(text) <= _LONGEST_MINUTES:
        return int(text)
    return FieldProblem(
        "minutes", _("Write the minutes as a number up to %(most)s, or leave it empty.", most=_LONGEST_MINUTES)
    )


def _mentor(form: Mapping[str, str]) -> Mentor:
    name, reach = (shown(form.get(field, "")[: LONGEST_LINE * 2])[:LONGEST_LINE] for field in ("name", "reach"))
    return Mentor(name, reach)


def _outcomes(meeting: Meeting, form: Mapping[str, str]) -> dict[int, Draft] | FieldProblem:
    """Return the topics of this meeting whose outcome was typed anew, or what is wrong with one."""
    changed = {}
    for line in meeting.lines:
        field, topic = f"outcome-{line.topic.id}", line.topic
        if field not in form or not topic.is_readable:
            continue
        outcome = several_lines(form[field])
        if len(outcome) > LONGEST_TEXT:
            longer = _("Keep it below %(count)s characters: a line or two is enough.", count=LONGEST_TEXT)
            return FieldProblem(field, longer)
        if outcome != topic.draft.outcome:
            changed[topic.id] = replace(topic.draft, outcome=outcome)
    return changed
