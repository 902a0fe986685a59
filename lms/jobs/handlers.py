"""Which function does which kind of job, and which jobs come round by themselves.

A kind's function lives in a module of `lms.jobs`, takes (context, payload), commits itself and returns a small
result or None. It is named, not imported, so that a process loads only what it does. Done twice it must change
nothing that once did not: a worker may die just before it says that it is done.

`is_alone` gives the job a process of its own (`lms.jobs.alone`), for what needs much memory or time: that process
is nicer than the others, may use `megabytes`, is killed after `seconds` (also in the middle of a file: write to
another name and rename), and gives everything back when it ends. Only one of them runs on a node at a time, beside
the light ones, which share a thread: those should take seconds, not minutes.
"""

import pkgutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lms.jobs.context import Handler


@dataclass(frozen=True)
class Kind:
    """How jobs of one kind are done."""

    run: str
    is_alone: bool = False
    seconds: int = 900
    megabytes: int = 400

    def handler(self) -> Handler:
        """Return the function, its module loaded."""
        found: Handler = pkgutil.resolve_name(self.run)
        return found


@dataclass(frozen=True)
class Periodic:
    """A kind that is due once in each span of time, counted in UTC from the first of January 1970."""

    kind: str
    every: timedelta

    def slot(self, now: datetime) -> str:
        """Return the name of the span that this moment lies in: the moment it began."""
        number = (now - _EPOCH) // self.every
        return (_EPOCH + number * self.every).strftime("%Y-%m-%dT%H:%M")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

KINDS: dict[str, Kind] = {
    "coaching.clear": Kind("lms.jobs.coaching:clear_observations"),
    "jobs.forget": Kind("lms.jobs.forgetting:forget_jobs"),
    "certificates.renew": Kind("lms.jobs.renewing:open_windows"),
    "panels.keep": Kind("lms.jobs.weekly:keep_panels", is_alone=True),
    "programmes.settle": Kind("lms.jobs.settling:settle_programme", is_alone=True),
    "programmes.look": Kind("lms.jobs.settling:settle_programme"),
    "programmes.follow": Kind("lms.jobs.settling:settle_people"),
    "programmes.team": Kind("lms.jobs.settling:settle_people", is_alone=True),
    "programmes.round": Kind("lms.jobs.settling:settle_everything", is_alone=True),
    "reminders.plan": Kind("lms.jobs.reminding:plan"),
    "reminders.forget": Kind("lms.jobs.reminding:forget"),
    "roster.plan": Kind("lms.jobs.rostering:plan_roster", is_alone=True, megabytes=1_000),
    "roster.write": Kind("lms.jobs.rostering:write_roster", is_alone=True, seconds=3_600, megabytes=1_000),
    "roster.forget": Kind("lms.jobs.rostering:forget_rosters"),
    "reports.make": Kind("lms.jobs.reporting:make_report", is_alone=True),
    "reports.rounds": Kind("lms.jobs.reporting:run_rounds"),
    "reports.forget": Kind("lms.jobs.reporting:forget_reports"),
}
PERIODIC: tuple[Periodic, ...] = (
    Periodic("coaching.clear", timedelta(days=1)),
    Periodic("jobs.forget", timedelta(days=1)),
    Periodic("certificates.renew", timedelta(hours=1)),
    Periodic("panels.keep", timedelta(days=1)),
    Periodic("programmes.round", timedelta(days=1)),
    Periodic("reminders.plan", timedelta(minutes=15)),
    Periodic("reminders.forget", timedelta(days=1)),
    Periodic("reports.rounds", timedelta(minutes=5)),
    Periodic("reports.forget", timedelta(days=1)),
    Periodic("roster.forget", timedelta(hours=6)),
)
