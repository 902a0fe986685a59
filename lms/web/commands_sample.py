"""`flask sample …`: the sample organisation made, removed and made anew, for whoever may start the server."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_migrate import upgrade
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.actions import TakenError
from lms.accounts.queries import has_administrator
from lms.audit.actions import record
from lms.content.queries import published_courses
from lms.jobs.publishing import publish_courses
from lms.sample.filling import SampleThereError, fill_sample
from lms.sample.people import COMPANY, GUIDES
from lms.sample.removing import Removed, remove_sample
from lms.settings import Settings
from lms.store import writing
from lms.web.extensions import database, db

_sample = AppGroup("sample", help="The sample organisation.")


@_sample.command("fill")
def _fill() -> None:
    """Make the sample organisation in this database."""
    _refuse_in_production()
    _prepare()
    with _told(), writing(database()) as session:
        _make(session)
    _say_who()


@_sample.command("remove")
def _remove() -> None:
    """Remove the sample organisation; courses, the audit log and real people stay."""
    with writing(database()) as session:
        removed = _take_away(session)
        is_nobody_left = not has_administrator(session)
    click.echo(
        f"Removed: {removed.people} people, {removed.teams} teams, {removed.enrolments} enrolments, "
        f"{removed.attempts} attempts, {removed.certificates} certificates."
    )
    if removed.teams_kept:
        click.echo(f"Teams that stay because real people are in them: {removed.teams_kept}.")
    if is_nobody_left:
        click.echo(
            "Nobody administers now. Next: `flask links setup` prints the link for the first administrator."
        )


@_sample.command("reset")
def _reset() -> None:
    """Remove the sample organisation if there is one, and make it anew."""
    _refuse_in_production()
    _prepare()
    with _told(), writing(database()) as session:
        _take_away(session)
        _make(session)
    _say_who()


def _refuse_in_production() -> None:
    if _settings().is_production:
        raise click.ClickException("LMS_ENV=production: the sample organisation is for trying Lantern only.")


def _prepare() -> None:
    """Bring the schema up to date and publish the courses: people of the sample learn from what is there."""
    tables = inspect(db.engine)
    # A schema that was made without migrations, as tests do, is left as it is.
    if tables.has_table("alembic_version") or not tables.has_table("person"):
        logging.getLogger("alembic").setLevel(logging.WARNING)
        upgrade()
    publish_courses(db.engine, _settings())


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except SampleThereError as error:
        raise click.ClickException(
            "The sample organisation is there: `flask sample reset` makes it anew."
        ) from error
    except TakenError as error:
        what = error.field.replace("_", " ")
        raise click.ClickException(
            f"Somebody real has the {what} of a person or team of the sample; nothing was changed."
        ) from error


def _make(session: Session) -> None:
    secrets = (_settings().resolved_secret_key(),)
    fill_sample(session, published_courses(session), clock.utc_now(), secrets)
    _note(session, "sample.fill", {})


def _take_away(session: Session) -> Removed:
    removed = remove_sample(session, clock.utc_now(), may_leave_nobody=True)
    _note(session, "sample.remove", asdict(removed))
    return removed


def _note(session: Session, action: str, detail: dict[str, Any]) -> None:
    record(
        session,
        now=clock.utc_now(),
        actor_id=None,
        actor_name="command line",
        action=action,
        subject="organisation",
        detail=detail,
        address="",
    )


def _say_who() -> None:
    names = ", ".join(f"{guide.sign_in_name} ({guide.seat})" for guide in GUIDES)
    click.echo(f"{COMPANY} is there. `flask links sign-in NAME` lets you in as {names}.")


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def install(app: Flask) -> None:
    """Register `flask sample`."""
    app.cli.add_command(_sample)
