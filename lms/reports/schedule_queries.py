"""Reads of what comes round by itself; each takes who looks, so none can show more."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.queries import teams_and_below_ids
from lms.accounts.tables import Person
from lms.reports.asker import Asker
from lms.reports.description import Description
from lms.reports.queries import Form
from lms.reports.rhythm import Every, Rhythm
from lms.reports.tables import ReportSchedule, ReportSubscriber, SavedReport
from lms.reports.wording import wording_from


class Stop(StrEnum):
    """Why a report comes no more, to all or to one."""

    DISABLED = "disabled"
    NO_TEAM = "no-team"
    TEAM_LOST = "team-lost"
    NOT_SHARED = "not-shared"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class ScheduleFacts:
    """When a report comes round; `next_at` means something only while it is neither paused nor stopped."""

    saved_id: int
    rhythm: Rhythm
    form: Form
    next_at: datetime
    last_at: datetime | None
    paused_at: datetime | None
    stopped: Stop | None
    stopped_at: datetime | None

    @property
    def is_on(self) -> bool:
        """Return whether it will come."""
        return self.paused_at is None and self.stopped is None


@dataclass(frozen=True)
class SubscriberFacts:
    """Somebody to whom a report comes, and since when, or why it does no more."""

    person_id: int
    name: str
    since: datetime
    stopped: Stop | None


@dataclass(frozen=True)
class SubscriptionFacts:
    """One report that comes to somebody; `name` is the one it had when it last came to her."""

    saved_id: int
    name: str
    stopped: Stop | None
    stopped_at: datetime | None


def schedules(session: Session, saved_ids: Collection[int]) -> dict[int, ScheduleFacts]:
    """Return the schedules of those of these reports that have one; one query. The caller may see the reports."""
    rows = session.scalars(select(ReportSchedule).where(ReportSchedule.saved_id.in_(saved_ids)))
    return {row.saved_id: facts_of(row) for row in rows}


def facts_of(row: ReportSchedule) -> ScheduleFacts:
    """Return a schedule as it is stored as a value."""
    return ScheduleFacts(
        row.saved_id,
        Rhythm(Every(row.every), row.day, row.hour, row.time_zone),
        Form(row.form),
        row.next_at,
        row.last_at,
        row.paused_at,
        Stop(row.stopped) if row.stopped else None,
        row.stopped_at,
    )


def subscribers(session: Session, saved_id: int, owner_id: int) -> list[SubscriberFacts]:
    """Return to whom this person's own report comes, by name; nobody for another's. One query."""
    rows = session.execute(
        select(ReportSubscriber.person_id, Person.name, ReportSubscriber.since, ReportSubscriber.stopped)
        .join(Person, Person.id == ReportSubscriber.person_id)
        .join(SavedReport, SavedReport.id == ReportSubscriber.saved_id)
        .where(ReportSubscriber.saved_id == saved_id, SavedReport.owner_id == owner_id)
        .order_by(Person.name, Person.id)
    )
    return [SubscriberFacts(*row[:3], Stop(row.stopped) if row.stopped else None) for row in rows]


def subscriptions(session: Session, person_id: int) -> dict[int, SubscriptionFacts]:
    """Return which reports of others come to this person, or came, by report; one query."""
    rows = session.scalars(
        select(ReportSubscriber)
        .join(SavedReport, SavedReport.id == ReportSubscriber.saved_id)
        .where(ReportSubscriber.person_id == person_id, SavedReport.owner_id != person_id)
    )
    return {
        row.saved_id: SubscriptionFacts(
            row.saved_id,
            wording_from(row.wording).title,
            Stop(row.stopped) if row.stopped else None,
            row.stopped_at,
        )
        for row in rows
    }


def due(session: Session, now: datetime) -> list[tuple[int, datetime]]:
    """Return which reports are to be made by now, and for which time; one query of few rows."""
    rows = session.execute(
        select(ReportSchedule.saved_id, ReportSchedule.next_at)
        .where(ReportSchedule.next_at <= now, ReportSchedule.paused_at.is_(None), ReportSchedule.stopped == "")
        .order_by(ReportSchedule.next_at, ReportSchedule.saved_id)
    )
    return [(row.saved_id, row.next_at) for row in rows]


def sees_any_chosen(session: Session, description: Description, asker: Asker) -> bool:
    """Return whether any of the teams that the report is about is in sight; a report of all teams is about all."""
    chosen = description.filters.team_ids
    if not chosen or asker.reach.is_everybody:
        return True
    below = teams_and_below_ids(session, chosen)
    return not below.isdisjoint(teams_and_below_ids(session, asker.reach.roots))
