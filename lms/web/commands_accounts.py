"""`flask links …`: one-time links from the command line, for whoever may start the server."""

import click
from flask import Flask, current_app, url_for
from flask.cli import AppGroup

from lms import clock
from lms.accounts import actions, queries
from lms.audit.actions import record
from lms.settings import Settings
from lms.store import writing
from lms.web.extensions import database

_links = AppGroup("links", help="One-time links.")


def make_set_up_address(app: Flask) -> str | None:
    """Return the address that makes the first administrator, valid for a day; None when there is one."""
    with app.app_context():
        with writing(database()) as session:
            token = actions.make_set_up_link(session, clock.utc_now())
            if token:
                _note(None, "link.set-up")
        return _address("visit.set_up_page", token) if token else None


def make_sign_in_address(app: Flask, person_id: int) -> str:
    """Return an address that signs this person in once, valid for a day. Raises NotThereError."""
    with app.app_context():
        with writing(database()) as session:
            token = actions.make_link(session, person_id=person_id, now=clock.utc_now())
            _note(person_id, "link.sign-in")
        return _address("visit.link_page", token)


def _note(person_id: int | None, action: str) -> None:
    record(
        database(),
        now=clock.utc_now(),
        actor_id=None,
        actor_name="command line",
        action=action,
        subject=f"person:{person_id}" if person_id else "server",
        detail={},
        address="",
    )


def _address(endpoint: str, token: str) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    base = settings.origin
    with current_app.test_request_context(base_url=base):
        return url_for(endpoint, token=token, _external=True)


@_links.command("setup")
def _print_set_up_link() -> None:
    """Print the link that makes the first administrator."""
    address = make_set_up_address(_app())
    if address is None:
        raise click.ClickException("There is an administrator already: `flask links sign-in NAME` lets one in.")
    click.echo(address)


@_links.command("sign-in")
@click.argument("name")
def _print_sign_in_link(name: str) -> None:
    """Print a link that signs NAME (sign-in name or e-mail address) in once."""
    person = queries.find_person_by_name(database(), name)
    if person is None:
        raise click.ClickException(f"Nobody has the sign-in name or e-mail address {name}.")
    if person.disabled_at is not None:
        raise click.ClickException(f"{person.name} is disabled; enable the account first.")
    click.echo(make_sign_in_address(_app(), person.id))


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]  # werkzeug's proxy


def install(app: Flask) -> None:
    """Register `flask links`."""
    app.cli.add_command(_links)
