"""Calendars for programs that cannot sign in: whoever has the private address is whom it was made for."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from flask import Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.feeds import queries
from lms.feeds.feed import DayInTeams, Due, Ending, FeedKind, days_of
from lms.feeds.ical import CONTENT_TYPE, Event, calendar, fingerprint
from lms.organisation import queries as organisation
from lms.settings import Settings
from lms.web.extensions import database, limiter
from lms.web.identity import now
from lms.web.speech import ngettext
from lms.web.visit.routes import desk

# A calendar is fetched every few hours; many people's may come from one address of their provider.
PACE = "60 per minute"
_LONGEST = 60
# A day with more courses than this is no longer read in a calendar.
_MOST_A_DAY = 3


@desk.get("/calendar/<token>.ics")
@limiter.limit(PACE)
def calendar_feed(token: str) -> ResponseReturnValue:
    """Send the calendar; 404 for an address that was taken back or whose person is gone."""
    holder = queries.find_holder(database(), token) if len(token) <= _LONGEST else None
    if holder is None:
        abort(404)
    today = now().astimezone(ZoneInfo(holder.time_zone)).date()
    house = organisation.name(database())
    if holder.kind is FeedKind.TEAMS:
        name = _("%(house)s: my teams", house=house)
        dues = queries.dues_in_teams(database(), holder.person_id, today)
        events = [event for each in days_of(dues, _MOST_A_DAY) for event in _day_in_teams(each)]
    else:
        name = _("%(house)s: my courses", house=house)
        events = [
            *(_due(each) for each in queries.dues_of(database(), holder.person_id, today)),
            *(_ending(each) for each in queries.endings_of(database(), holder.person_id, today)),
        ]
    response = Response(calendar(name, events, now()), content_type=CONTENT_TYPE)
    # Kept by whoever fetched it, and asked for again each time: an address that was taken back is gone at once.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.set_etag(fingerprint(name, events))
    return response.make_conditional(request)


def _due(due: Due) -> Event:
    return Event(
        uid=f"due-{due.enrolment_id}@{_host()}",
        day=due.due_on,
        summary=_("Due: %(title)s", title=due.title),
        url=_absolute(url_for("learn.course_page", slug=due.slug)),
    )


def _ending(ending: Ending) -> Event:
    return Event(
        uid=f"certificate-{ending.serial}@{_host()}",
        day=ending.valid_until,
        summary=_("Certificate ends: %(title)s", title=ending.title),
        description=_("It is valid through this day."),
        url=_absolute(url_for("learn.certificate_page", serial=ending.serial)),
    )


def _day_in_teams(day: DayInTeams) -> Iterator[Event]:
    home, host = _absolute(url_for("manage.teams_page")), _host()
    for due in day.shown:
        yield Event(
            uid=f"teams-{due.slug}-{due.due_on:%Y%m%d}@{host}",
            day=due.due_on,
            summary=ngettext("%(num)s person due", "%(num)s people due", due.people) + f": {due.title}",
            url=home,
        )
    if day.courses_more:
        yield Event(
            uid=f"teams-more-{day.due_on:%Y%m%d}@{host}",
            day=day.due_on,
            summary=ngettext("And %(num)s more course", "And %(num)s more courses", day.courses_more),
            description=ngettext("%(num)s due in them.", "%(num)s due in them.", day.people_more),
            url=home,
        )


def _absolute(path: str) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.origin + path


def _host() -> str:
    return _absolute("").partition("://")[2].rstrip("/")
