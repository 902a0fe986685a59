"""`flask courses …`: the courses folder checked and published from the command line."""

import json
from collections import Counter
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from lms.content.actions import Published
from lms.content.publishing import check_courses, read_courses
from lms.content.reading.checking import Checked
from lms.jobs.publishing import publish_courses
from lms.organisation import queries as organisation
from lms.problem import Problem, Severity, has_errors
from lms.settings import Settings
from lms.web import commands_counting
from lms.web.extensions import database, db

_courses = AppGroup("courses", help="The courses folder.")


@_courses.command("check")
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of lines.")
def _check(path: Path | None, *, as_json: bool) -> None:
    """Check a courses folder, or the folder of one course; exit status 1 when anything stops publication."""
    folder, only = _what_to_check(path or _settings().courses_folder)
    found = check_courses(
        read_courses(folder), _variables(), only=only, cache=_settings().data_folder / "compiled"
    )
    problems = [problem for checked in found for problem in checked.problems]
    if as_json:
        click.echo(json.dumps(_as_plain(found, problems), ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            click.echo(_line(folder, problem))
        click.echo(_summary(found, problems))
    if has_errors(problems) or not found:
        raise SystemExit(1)


@_courses.command("count")
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of lines.")
def _count_content(path: Path | None, *, as_json: bool) -> None:
    """Count what a courses folder holds: lessons and words, questions by type, feedback, reading level."""
    folder, only = _what_to_check(path or _settings().courses_folder)
    found = check_courses(read_courses(folder), None, only=only, cache=_settings().data_folder / "compiled")
    if as_json:
        click.echo(json.dumps(commands_counting.as_plain(found), ensure_ascii=False, indent=2))
    else:
        for line in commands_counting.lines(found):
            click.echo(line)


@_courses.command("publish")
def _publish() -> None:
    """Publish what changed in the courses folder; exit status 1 when a course is held back by an error."""
    settings = _settings()
    results = publish_courses(db.engine, settings)
    for published in results:
        for problem in published.problems:
            click.echo(_line(settings.courses_folder, problem))
        click.echo(f"{published.slug}: {_outcome(published)}")
    if not results:
        click.echo("Nothing changed.")
    if any(published.is_broken for published in results):
        raise SystemExit(1)


def install(app: Flask) -> None:
    """Register the commands on this app."""
    app.cli.add_command(_courses)


def _outcome(published: Published) -> str:
    number = published.release_number
    if published.is_broken:
        return f"not published; learners keep release {number}" if number else "not published"
    if published.is_waiting:
        stays = f"release {number} stays" if number else "nothing is live"
        return f"held; {stays} until somebody publishes the change on the teaching desk"
    return f"release {number} is live" if published.has_changed else f"unchanged, release {number} stays"


def _what_to_check(path: Path) -> tuple[Path, set[str] | None]:
    """Return the courses folder and which of its courses are meant, None for all."""
    path = path.resolve()
    return (path.parent, {path.name}) if (path / "course.md").is_file() else (path, None)


def _variables() -> frozenset[str] | None:
    """Return the lesson variables that are set, or None where no database says."""
    try:
        return frozenset(organisation.variables(database())) | {"name"}
    except SQLAlchemyError:
        return None


def _line(folder: Path, problem: Problem) -> str:
    place = folder / problem.file
    shown = place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place
    return f"{shown}:{problem.line}:{problem.column} {problem.severity.value} {problem.what} — {problem.cure}"


def _as_plain(found: list[Checked], problems: list[Problem]) -> dict[str, object]:
    return {
        "courses": [
            {
                "slug": checked.slug,
                "is_good": checked.course is not None,
                "activities": len(checked.course.activities) if checked.course else None,
                "problems": [problem.as_dict() for problem in checked.problems],
            }
            for checked in found
        ],
        "errors": sum(problem.severity is Severity.ERROR for problem in problems),
        "warnings": sum(problem.severity is Severity.WARNING for problem in problems),
    }


def _summary(found: list[Checked], problems: list[Problem]) -> str:
    if not found:
        return "There is no course here: a course is a folder with a course.md."
    weights = Counter(problem.severity for problem in problems)
    counts = [
        _count(len(found), "course"),
        _count(weights[Severity.ERROR], "error"),
        _count(weights[Severity.WARNING], "warning"),
    ]
    return ", ".join(counts) + "."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
