"""`flask organisation make`: an organisation of any size with two years of history, for trying and measuring."""

import time

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import text

from lms import clock, schema
from lms.audit.actions import record
from lms.content.queries import published_courses
from lms.crowd.filling import Made, SomebodyThereError, Wanted, make_organisation, refuse_others
from lms.jobs.publishing import publish_courses
from lms.jobs.tidying import count_teams_anew
from lms.settings import Settings
from lms.store import writing
from lms.web.extensions import database, db
from lms.web.starting import bring_schema_up_to_date

_organisation = AppGroup("organisation", help="An invented organisation of any size.")


@_organisation.command("make")
@click.option("--people", type=click.IntRange(10, 500_000), default=1_000, show_default=True)
@click.option("--teams", type=click.IntRange(1, 50_000), help="Teams of people; the units above them are added.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same organisation.")
@click.option(
    "--answers", type=click.FloatRange(0, 1), default=0.0, help="The share of attempts that keep their answers."
)
@click.option("--into-this", is_flag=True, help="Also when there are people in this database already.")
def _make(people: int, teams: int | None, seed: int, answers: float, into_this: bool) -> None:
    """Invent an organisation with two years of history in the published courses, twelve at most."""
    settings: Settings = current_app.config["SETTINGS"]
    bring_schema_up_to_date()
    publish_courses(db.engine, settings)
    courses = published_courses(database())
    if not courses:
        raise click.ClickException(f"No course is published in {settings.courses_folder}: nobody could learn any.")
    wanted = Wanted(people, min(people, teams or max(1, people // 25)), seed, answers)
    started = time.monotonic()
    try:
        with writing(database()) as session:
            if not into_this:
                refuse_others(session)
            made = make_organisation(session, schema.metadata, courses, clock.utc_now(), wanted)
            record(
                session,
                now=clock.utc_now(),
                actor_id=None,
                actor_name="command line",
                action="organisation.make",
                subject="organisation",
                detail={"people": wanted.people, "teams": wanted.teams, "seed": seed, "rows": made.rows},
                address="",
            )
    except SomebodyThereError as error:
        raise click.ClickException(
            "There are people in this database. Nothing was changed. Invented people are for a database of their"
            " own (LMS_DATA_FOLDER, DATABASE_URL); --into-this puts them among these."
        ) from error
    count_teams_anew(db.engine, clock.utc_now())
    _let_the_planner_look()
    _tell(made, time.monotonic() - started)


def _let_the_planner_look() -> None:
    """Gather PostgreSQL's statistics now; it would by itself within minutes."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _tell(made: Made, seconds: float) -> None:
    rows = ", ".join(f"{count:,} in {table}" for table, count in made.rows.items() if count)
    click.echo(f"Written in {seconds:.0f} s: {rows}.")
    seats = ", ".join(f"{name} ({seat})" for seat, name in made.guides.items())
    click.echo(f"`flask links sign-in NAME` lets you in as {seats}.")


def install(app: Flask) -> None:
    """Register `flask organisation`."""
    app.cli.add_command(_organisation)
