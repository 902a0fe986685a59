"""`flask jobs …`: what waits to be done, and a hand that does it, for whoever may start the server."""

import signal
import threading
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from lms import clock
from lms.jobs import working
from lms.queue import actions, queries
from lms.queue.job import JobState
from lms.queue.queries import JobFacts
from lms.store import writing
from lms.web.extensions import database

_jobs = AppGroup("jobs", help="Work that is done later.")


@_jobs.command("work")
def _work() -> None:
    """Do jobs and send mail until stopped (Ctrl-C or SIGTERM); on as many machines as you like."""
    stop = threading.Event()

    def leave(_number: int, _frame: Any) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    click.echo("Working. Stop with Ctrl-C.")
    working.work(current_app.config["SETTINGS"], stop)


@_jobs.command("list")
@click.option("--state", type=click.Choice([state.value for state in JobState]), help="Only jobs in this state.")
@click.option("--limit", default=50, show_default=True, help="How many at most, the newest first.")
def _list(state: str | None, limit: int) -> None:
    """List jobs, the newest first: number, kind, state, how far or why not."""
    found = queries.jobs(database(), [JobState(state)] if state else [], limit=limit)
    for job in found:
        click.echo(f"{job.id:>8}  {job.kind:<20} {job.state:<10} {_said(job)}".rstrip())
    counts = queries.counts(database())
    click.echo(", ".join(f"{each}: {counts[each]}" for each in JobState if each in counts) or "There are no jobs.")


@_jobs.command("again")
@click.argument("job_id", type=int)
def _again(job_id: int) -> None:
    """Let the failed or cancelled job JOB_ID be tried again."""
    with writing(database()) as session:
        if not actions.try_again(session, job_id, clock.utc_now()):
            raise click.ClickException(f"Job {job_id} neither failed nor was cancelled; nothing was changed.")
    click.echo(f"Job {job_id} waits again.")


def _said(job: JobFacts) -> str:
    if job.state is JobState.RUNNING:
        return f"{job.progress:.0%} {job.word} on {job.worker}"
    if job.state is JobState.WAITING and job.run_at > job.created_at:
        return f"not before {job.run_at:%Y-%m-%d %H:%M} UTC  {job.error}"
    return job.error


def install(app: Flask) -> None:
    """Register the commands on this app."""
    app.cli.add_command(_jobs)
