"""What `python app.py` does: schema, courses, sample and links, then serving."""

import logging
import sys

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from lms import clock
from lms.accounts import queries as people
from lms.accounts.tables import Person
from lms.content import queries as content
from lms.jobs.publishing import publish_courses
from lms.sample.filling import fill_sample
from lms.sample.people import GUIDES
from lms.settings import Environment, Settings
from lms.store import writing
from lms.web.commands_accounts import make_set_up_address, make_sign_in_address
from lms.web.extensions import db
from lms.web.serving import serve


def run(app: Flask) -> int:
    """Prepare everything and serve until stopped; returns the exit status."""
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        bring_schema_up_to_date()
        publish_courses(db.engine, settings)
        fill_if_empty(settings)
        links = one_time_links(app, settings)
        db.session.remove()
    serve(app, lambda: announce(settings, links))
    return 0


def bring_schema_up_to_date() -> None:
    """Run the migrations that are missing, each whole or not at all."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    upgrade()


def fill_if_empty(settings: Settings) -> None:
    """Fill an empty database with the sample organisation, in development only."""
    if settings.env is not Environment.DEVELOPMENT or db.session.scalar(select(func.count(Person.id))):
        return
    courses = content.published_courses(db.session())
    with writing(db.session()) as session:
        fill_sample(session, courses, clock.utc_now(), (settings.resolved_secret_key(),))
    # The sample says what its variables are: what the courses still miss is looked at anew.
    publish_courses(db.engine, settings)


def one_time_links(app: Flask, settings: Settings) -> list[tuple[str, str]]:
    """Return a set-up link while nobody administers, else links for the sample's four guides while they exist."""
    set_up = make_set_up_address(app)
    if set_up:
        return [("set-up", set_up)]
    if settings.is_production:
        return []
    found = [(guide.seat, people.find_person_by_name(db.session(), guide.sign_in_name)) for guide in GUIDES]
    return [
        (seat, make_sign_in_address(app, person.id))
        for seat, person in found
        if person and person.is_sample and person.disabled_at is None
    ]


def announce(settings: Settings, links: list[tuple[str, str]]) -> None:
    """Print where the server listens and the links that work once."""
    lines = [f"Lantern serves on http://{settings.host}:{settings.port}"]
    if links and links[0][0] == "set-up":
        lines.append("There is no administrator yet. Open this link, which works once, for one day:")
    elif links:
        lines.append("Sample organisation. Each link signs in once, for one day:")
    lines += [f"  {seat:<14} {address}" for seat, address in links]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
