"""What `make run` does before it serves: schema, courses, sample, links."""

import logging

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from lms.accounts.tables import Person
from lms.settings import Settings
from lms.web.extensions import db

_log = logging.getLogger("lantern")


def bring_schema_up_to_date(app: Flask) -> None:
    """Run the migrations that are missing, each whole or not at all."""
    with app.app_context():
        logging.getLogger("alembic").setLevel(logging.WARNING)
        upgrade()
        db.session.remove()


def is_empty(app: Flask) -> bool:
    """Return whether nobody is in the database yet."""
    with app.app_context():
        return not db.session.scalar(select(func.count()).select_from(Person))


def settings_of(app: Flask) -> Settings:
    """Return the settings the app was built with."""
    settings: Settings = app.config["SETTINGS"]
    return settings
