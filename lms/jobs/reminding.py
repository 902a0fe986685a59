"""Tells people what is due: a pass every quarter of an hour, for whom the working day has begun since the last."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.tables import Person
from lms.content import queries as content
from lms.jobs.context import Context, Result
from lms.practice.cards.mailing_actions import forget_ended
from lms.reminders import queries
from lms.reminders.actions import forget_meetings, forget_told
from lms.reminders.planning_actions import draft_portion, post_portion, recall_portion
from lms.reminders.planning_queries import Scene
from lms.store import writing

_KEPT = timedelta(days=400)


def plan(context: Context, _payload: dict[str, Any]) -> Result:
    """Call back what is out of date, then plan everybody whose day has begun; twice tells nothing twice.

    Without a mail server nothing is planned: what could not be sent would count as told.
    """
    with Session(context.engine) as session:
        policy, courses = queries.policy(session), content.published_courses(session)
        scene = Scene(
            policy,
            {course.slug: course.title for course in courses},
            context.settings.origin,
            list(session.scalars(select(Person.time_zone).distinct())),
            courses,
        )
    recalled = planned = posted = 0
    last_id: int | None = 0
    while last_id is not None:
        with Session(context.engine) as session, writing(session):
            portion = recall_portion(session, policy, last_id, clock.utc_now())
        recalled, last_id = recalled + portion.posted, portion.last_id
        context.check()
    last_id = 0 if policy.is_on and context.settings.smtp_url else None
    while last_id is not None:
        with Session(context.engine) as session:
            draft = draft_portion(session, scene, last_id, clock.utc_now())
            if draft.is_empty:
                last_id = draft.last_id
                continue
            with writing(session):
                portion = post_portion(session, scene, draft, clock.utc_now())
        planned, posted, last_id = planned + portion.planned, posted + portion.posted, portion.last_id
        context.tell(0.0, f"{planned} planned")
    return {"recalled": recalled, "planned": planned, "posted": posted}


def forget(context: Context, _payload: dict[str, Any]) -> Result:
    """Forget what was told more than a year ago of things that lie longer back, and addresses that ended."""
    with Session(context.engine) as session, writing(session):
        forget_ended(session, clock.utc_now())
        # A day is over everywhere when it was the day before yesterday here.
        forget_meetings(session, (clock.utc_now() - timedelta(days=2)).date())
        return {"forgotten": forget_told(session, (clock.utc_now() - _KEPT).date())}
