"""`flask summaries`: what is kept of each team, compared with the record and made anew from it."""

import sys
from collections.abc import Sequence

import click
from flask import Flask
from flask.cli import AppGroup

from lms import clock
from lms.coaching.pooled.actions import count_month
from lms.coaching.pooled.figures import first_month
from lms.coaching.pooled.queries import MonthDifference, month_differences, months_since
from lms.store import writing
from lms.units import actions, queries
from lms.web.extensions import db

_summaries = AppGroup(
    "summaries", help="What is kept of each team, so that pages need not count its people or what was seen there."
)


def install(app: Flask) -> None:
    """Register the commands on this app."""
    app.cli.add_command(_summaries)


@_summaries.command("check")
def check() -> None:
    """Count every team over the record and report each that is kept otherwise; exit status 1 if any is."""
    found = 0
    for each in queries.differences(db.session(), clock.utc_now().date()):
        found += 1
        whose, kept, counted = _whose(each.team_ids), _told(each.kept), _told(each.counted)
        click.echo(f"{whose}, {each.table}: kept {kept}; the record says {counted}")
    for month in month_differences(db.session(), first_month(clock.utc_now().date())):
        found += 1
        click.echo(_month(month))
    waiting = queries.count_touched(db.session())
    click.echo(f"{found} differences; {waiting} teams wait to be counted anew.")
    if found:
        click.echo("`flask summaries rebuild` makes them anew.", err=True)
        sys.exit(1)


@_summaries.command("rebuild")
def rebuild() -> None:
    """Make what is kept of every team anew from the record, in portions; others work on meanwhile."""
    session = db.session()
    with writing(session):
        waiting = actions.note_everything(session)
    done = 0
    with click.progressbar(length=waiting, label="Teams") as bar:
        while True:
            with writing(session):
                some = actions.settle_noted(session, clock.utc_now().date())
            if not some:
                break
            done += some
            bar.update(some)
    months = months_since(session, first_month(clock.utc_now().date()))
    with click.progressbar(months, label="Months") as bar:
        for team_id, month_on in bar:
            with writing(session):
                count_month(session, team_id, month_on)
    click.echo(f"{done} teams were counted anew, and what was seen there in {len(months)} of their months.")


def _whose(team_ids: Sequence[int]) -> str:
    if len(team_ids) == 1:
        return f"team {team_ids[0]}"
    return f"people in all of teams {', '.join(map(str, team_ids))}"


def _month(month: MonthDifference) -> str:
    whose = f"team {month.team_id}, {month.month_on:%B %Y}"
    return f"{whose}: kept {month.kept}; the record says {month.counted}"


def _told(rows: object) -> str:
    return "nothing" if not rows else str(rows)
