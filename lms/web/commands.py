"""The command line: `flask courses`, `flask backup` and their like."""

from flask import Flask

from lms.web import (
    commands_accounts,
    commands_admin,
    commands_courses,
    commands_jobs,
    commands_organisation,
    commands_sample,
    commands_summaries,
)


def install(app: Flask) -> None:
    """Register every command on this app."""
    commands_accounts.install(app)
    commands_admin.install(app)
    commands_courses.install(app)
    commands_jobs.install(app)
    commands_organisation.install(app)
    commands_sample.install(app)
    commands_summaries.install(app)
