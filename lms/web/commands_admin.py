"""`flask backup`, `flask restore` and `flask roster …`, for whoever may start the server."""

import hashlib
import sys
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from alembic import command as alembic
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import Config
from sqlalchemy import Connection

from lms import clock, schema, sheets
from lms.accounts.roles import Role
from lms.accounts.roster.actions import OutdatedPlanError, apply_import
from lms.accounts.roster.plan import Current, Importer, Options, Outcome, Plan
from lms.accounts.roster.planning import plan_import
from lms.accounts.roster.portions import AT_ONCE
from lms.accounts.roster.queries import current_roster, export_rows
from lms.accounts.roster.reading import AT_THE_SERVER, COLUMNS, BadFileError, read_roster
from lms.audit.actions import record
from lms.backup.form import BadBackupError, Manifest
from lms.backup.restoring import NotEmptyError, SchemaSteps, restore_backup
from lms.backup.taking import take_backup
from lms.jobs.importing import Importing, import_in_portions
from lms.organisation.actions import set_value
from lms.plans.settling_actions import settle
from lms.settings import ROOT
from lms.store import writing
from lms.web.admin.home import BACKUP_SETTING
from lms.web.admin.roster_words import file_notices, file_refusal, lines_of, outcome_words
from lms.web.extensions import database, db

_roster = AppGroup("roster", help="People and teams from a file and into one.")


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def _backup(file: Path) -> None:
    """Write everything into FILE while the server runs, and read it back before saying done."""
    now = clock.utc_now()
    try:
        manifest = take_backup(db.engine, file, version=_version(), now=now)
    except (BadBackupError, OSError) as error:
        raise click.ClickException(f"No backup was made. {error}") from error
    with writing(database()) as session:
        set_value(session, BACKUP_SETTING, now.isoformat(), now)
        _note("backup.take", "server", file=file.name, rows=manifest.rows)
    click.echo(f"{file}: {_told(manifest, file)}, read back and whole.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace the people and everything else that is there.")
@with_appcontext
def _restore(file: Path, replace: bool) -> None:
    """Make the database what FILE holds: all of it or, when anything is wrong, nothing."""
    database().rollback()
    try:
        manifest = restore_backup(db.engine, file, migration_steps(), replace=replace)
    except NotEmptyError as error:
        raise click.ClickException(
            "There are people in this database. Nothing was changed. Add --replace to replace everything in it."
        ) from error
    except BadBackupError as error:
        raise click.ClickException(f"{file} was not restored. {error}") from error
    with writing(database()) as session:
        set_value(session, BACKUP_SETTING, manifest.taken_at.isoformat(), clock.utc_now())
        _note("backup.restore", "server", file=file.name, taken_at=manifest.taken_at.isoformat())
    click.echo(f"Restored {_told(manifest, file)}, and compared with the file row by row.")
    click.echo("Everybody has to sign in again. Restart the server if it was running.")


def _told(manifest: Manifest, file: Path) -> str:
    size = file.stat().st_size / 1_000_000
    return f"{manifest.rows:,} rows of {manifest.taken_at:%Y-%m-%d %H:%M} UTC, {size:.1f} MB"


def migration_steps() -> SchemaSteps:
    """Return how the schema of a backup's revision is built and brought up to date: by the migrations."""
    config: Config = current_app.extensions["migrate"].migrate.get_config()
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}

    def build(connection: Connection, revision: str) -> None:
        config.attributes["connection"] = connection
        if revision:
            alembic.upgrade(config, revision)
        else:
            schema.metadata.create_all(connection)
            alembic.stamp(config, "heads")

    def finish(connection: Connection) -> None:
        config.attributes["connection"] = connection
        alembic.upgrade(config, "heads")

    # Without a revision the schema was made from today's classes, as tests do.
    return SchemaSteps(lambda revision: not revision or revision in known, build, finish)


def _version() -> str:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return str(project["version"])


@_roster.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
@click.option("--create-teams", is_flag=True, help="Create the teams that do not exist yet.")
@click.option("--dates", type=click.Choice(["day", "month"]), help="What comes first in 3/11/2026.")
def _import(file: Path, dry_run: bool, create_teams: bool, dates: str | None) -> None:
    """Bring people and teams in from a CSV FILE; rows that are refused are told and left out."""
    now = clock.utc_now()
    try:
        content = read_roster(file.read_bytes(), AT_THE_SERVER)
    except BadFileError as error:
        raise click.ClickException(file_refusal(error)) from error
    current = current_roster(database())
    options = Options(now.date(), create_teams, None if dates is None else dates == "day")
    plan = plan_import(content, current, Importer(None, frozenset({Role.ADMINISTRATOR})), options)
    for text in file_notices(content.is_guessed, content.unknown_columns):
        click.echo(text, err=True)
    for line in lines_of(row for row in plan.rows if row.outcome is not Outcome.UNCHANGED):
        click.echo(
            f"{line.number:>6}  {line.word:<10} {line.name}  {'; '.join(line.changes) or ' '.join(line.reasons)}"
        )
    counts = ((word, plan.count(outcome)) for outcome, word in outcome_words().items())
    click.echo(", ".join(f"{word}: {count}" for word, count in counts if count))
    if plan.unknown_teams:
        click.echo(
            f"Teams that do not exist (--create-teams makes them): {', '.join(plan.unknown_teams)}", err=True
        )
    if not dry_run and not plan.changes_nothing:
        _apply(plan, current, file, now)
    if plan.count(Outcome.REFUSED):
        raise SystemExit(1)


def _apply(plan: Plan, current: Current, file: Path, now: datetime) -> None:
    """Write a plan: a small one at once, a large one in portions."""
    if len(plan.deeds) > AT_ONCE:
        _apply_in_portions(plan, current, file)
        return
    try:
        with writing(database()) as session:
            settle(session, apply_import(session, plan, current, now, None), now)
            _note("people.import", "people", file=file.name, people=len(plan.deeds))
    except OutdatedPlanError as error:
        raise click.ClickException("Somebody changed people just now; nothing was written. Try again.") from error


def _apply_in_portions(plan: Plan, current: Current, file: Path) -> None:
    """Write a large plan so that others write in between, and say how far it is."""
    database().rollback()
    who = Importing(file.name, hashlib.sha256(file.read_bytes()).hexdigest(), None, "command line")
    again = "What was written stays; the same command again brings in the rest."
    with click.progressbar(length=1_000, label="Writing", file=sys.stderr) as bar:
        try:
            done = import_in_portions(db.engine, plan, current, who, lambda share: bar.update(_step(bar, share)))
        except OutdatedPlanError as error:
            raise click.ClickException(f"Somebody changed teams just now. {again}") from error
        except KeyboardInterrupt as error:
            raise click.ClickException(f"Stopped. {again}") from error
    click.echo(f"{done.people:,} people were written.")
    if done.left_out:
        rows = ", ".join(str(row) for row in done.left_out[:50])
        click.echo(f"Left out, because somebody changed these people meanwhile: rows {rows}. {again}", err=True)
        raise SystemExit(1)


def _step(bar: Any, share: float) -> int:
    return int(share * 1_000) - int(bar.pos)


@_roster.command("export")
@click.argument("file", type=click.File("wb", atomic=True))
def _export(file: Any) -> None:
    """Write everybody and every team to a CSV FILE that an import reads; - is the screen."""
    for chunk in sheets.csv_chunks(COLUMNS, export_rows(current_roster(database()))):
        file.write(chunk)


def _note(action: str, subject: str, **detail: Any) -> None:
    record(
        database(),
        now=clock.utc_now(),
        actor_id=None,
        actor_name="command line",
        action=action,
        subject=subject,
        detail=detail,
        address="",
    )


def install(app: Flask) -> None:
    """Register `flask backup`, `flask restore` and `flask roster`."""
    app.cli.add_command(_backup)
    app.cli.add_command(_restore)
    app.cli.add_command(_roster)
