"""Every address asked by a manager who lost a team an hour ago: nothing of it is in any byte of any answer.

The addresses and what fills them come from the app's own map and from `test_routes_matrix`, the names of filters
from the desk's own sources: what is new is asked without anybody remembering to. That no number counts what was
lost shows by asking twice: whatever happens in the lost team in between, the answers stay the same.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.accounts import actions as accounts
from lms.accounts.roles import Role
from lms.accounts.tables import Person, RoleGrant
from lms.ids import new_token
from lms.plans import assignment_actions
from lms.progress import actions as progress
from lms.settings import ROOT
from lms.store import writing
from tests import test_routes_matrix as matrix
from tests.support import certificates
from tests.support.reading import parts_of, text_of
from tests.support.world import CANARIES, Keeper, World, rows_of
from tests.test_routes_matrix import Address, addresses, world

__all__ = ["addresses", "world"]  # fixtures

pytestmark = pytest.mark.usefixtures("clock")

HOUR = timedelta(hours=1)
LOST = "Quernstone"
# Names, addresses, words, the team's name and code: whatever tells that there is such a team or such people.
MARKERS = (*CANARIES, LOST, LOST.casefold(), "Lena", "Brandt")
DESK = "manage."
_ASKED = re.compile(r"""\b(?:args|form|values|posted|fields|asked)(?:\.get|\.getlist)?[(\[]\s*["'](\w+)["']""")


@dataclass(frozen=True)
class Loser:
    """Somebody who may no longer see Lena: by the name she has in the cast, and by whom she is like now."""

    who: str
    like: str


def rename(session: Session, world: World) -> None:
    """Give the team that is to be lost a name that stands nowhere else."""
    with writing(session):
        accounts.change_team(session, world.cast.front_desk, code=LOST.casefold(), name=LOST)


def other_team(session: Session, now: datetime, name: str, parent_id: int | None) -> int:
    return accounts.add_team(session, code=name.casefold(), name=name, now=now, parent_id=parent_id)


def lose_by_revoking(session: Session, world: World, now: datetime) -> Loser:
    """Mia has another team since an hour ago."""
    with writing(session):
        grants = select(RoleGrant.id).where(RoleGrant.person_id == world.cast.mia)
        for grant_id in session.scalars(grants).all():
            accounts.revoke_role(session, grant_id, now - HOUR)
        accounts.grant_role(
            session, world.cast.mia, Role.MANAGER, now=now - HOUR, team_id=world.cast.kitchen, granted_by=None
        )
        accounts.move_person(session, world.cast.mia, world.cast.front_desk, world.cast.kitchen, now.date())
    return Loser("mia", "nora")


def lose_every_team(session: Session, world: World, now: datetime) -> Loser:
    """Mia manages nothing any more."""
    with writing(session):
        for grant_id in session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == world.cast.mia)).all():
            accounts.revoke_role(session, grant_id, now - HOUR)
        accounts.leave_team(session, world.cast.mia, world.cast.front_desk, now.date())
    return Loser("mia", "otto")


def lose_by_moving_the_team(session: Session, world: World, now: datetime) -> Loser:
    """Max keeps the unit, and the team stands below another one since an hour ago."""
    with writing(session):
        accounts.move_team(session, world.cast.front_desk, other_team(session, now, "Annex", None))
    return Loser("max", "nora")


LOSSES = (lose_by_revoking, lose_every_team, lose_by_moving_the_team)


def found_in(response: TestResponse, markers: Iterable[str], asked: Iterable[str] = ()) -> list[str]:
    """Return which markers stand in an answer beyond what was asked for in so many words."""
    said = text_of(response)
    for words in asked:
        said = said.replace(words, "")
    return [marker for marker in markers if marker in said]


def queries(world: World) -> list[str]:
    """Return query strings that name what was lost in every filter that the desk's sources ask for."""
    sources = "\n".join(path.read_text() for path in sorted((ROOT / "lms/web/manage").rglob("*.py")))
    names = sorted({*_ASKED.findall(sources), "q", "team", "course", "standing", "sort"})
    values = (world.cast.front_desk, world.cast.lena, f"team-{world.cast.front_desk}", f"person-{world.cast.lena}")
    asked = ["&".join(f"{name}={value}" for name in names) for value in values]
    # One at a time as well: together, one may be refused before the others are looked at.
    return asked + [f"{name}={value}" for name in names for value in values[:2]]


@pytest.mark.parametrize("lose", LOSSES)
def test_nothing_of_the_lost_team_is_in_any_answer(
    app: Flask, session: Session, world: World, addresses: list[Address], now: datetime, lose: object
) -> None:
    rename(session, world)
    loser = lose(session, world, now)  # type: ignore[operator]
    browser = matrix._browser(app, world, loser.who)
    for address in addresses:
        if address.method == "GET" and address.endpoint.startswith((DESK, "admin.", "teach.")):
            response = browser.client.get(address.path, buffered=True)
            matrix.check(address, loser.like, response)
            assert not found_in(response, MARKERS), f"{address.path}: {found_in(response, MARKERS)}"


@pytest.mark.parametrize("lose", LOSSES[:2])
def test_no_filter_search_or_export_finds_the_lost_team(
    app: Flask, session: Session, world: World, addresses: list[Address], now: datetime, lose: object
) -> None:
    rename(session, world)
    loser = lose(session, world, now)  # type: ignore[operator]
    browser = matrix._browser(app, world, loser.who)
    for address in addresses:
        # Sheets of a course take no filter, and a press is slow: they are asked once, above.
        is_sheet = address.endpoint in ("manage.role_play_pdf", "manage.huddle_pdf")
        is_asked = address.method == "GET" and address.endpoint.startswith(DESK) and not is_sheet
        if is_asked and address.may(loser.like):
            for query in queries(world):
                response = browser.client.get(f"{address.path}?{query}", buffered=True)
                assert response.status_code < 500, f"{address.path}?{query}"
                assert not found_in(response, MARKERS), f"{address.path}?{query}"
            for word in ("Lena", LOST):
                response = browser.client.get(f"{address.path}?q={word}", buffered=True)
                # What was typed may stand in the field again.
                assert not found_in(response, ("Brandt", "lena@", LOST.casefold()), (word,)), address.path


@pytest.mark.parametrize("lose", LOSSES)
def test_nothing_is_done_to_the_lost_team(
    app: Flask,
    engine: Engine,
    session: Session,
    world: World,
    addresses: list[Address],
    now: datetime,
    lose: object,
) -> None:
    rename(session, world)
    loser = lose(session, world, now)  # type: ignore[operator]
    browser = matrix._browser(app, world, loser.who)
    token = browser.csrf_token()
    keeper, before = Keeper(engine), rows_of(engine, matrix.SEEN)
    for address in addresses:
        if address.method == "POST" and address.endpoint.startswith(DESK):
            response = browser.client.post(address.path, data={**address.form, "csrf_token": token})
            matrix.check(address, loser.like, response)
            assert not found_in(response, MARKERS), address.path
            if address.may(loser.like):
                keeper.put_back()
            assert rows_of(engine, matrix.SEEN) == before, address.path


def test_no_number_counts_what_was_lost(
    app: Flask, session: Session, world: World, addresses: list[Address], now: datetime
) -> None:
    """Whatever happens in the lost team between two looks, both look the same."""
    rename(session, world)
    loser = lose_by_revoking(session, world, now)
    browser = matrix._browser(app, world, loser.who)
    looked = [address for address in addresses if address.method == "GET" and address.endpoint.startswith(DESK)]

    def look() -> dict[str, str]:
        return {address.path: _plain(browser.client.get(address.path, buffered=True)) for address in looked}

    before = look()
    _let_things_happen(session, world, now)
    after = look()
    assert {path for path, text in after.items() if text != before[path]} == set()


def _plain(response: TestResponse) -> str:
    """Return the answer without what is new each time: the form's token, the request's nonce, cookies."""
    body = "\n".join(parts_of(response.get_data()))
    body = re.sub(r'(name="(?:csrf_token|key)"[^>]*value=")[^"]*', r"\1", body)
    return f"{response.status_code}\n{body}"


def _let_things_happen(session: Session, world: World, now: datetime) -> None:
    """Let people join the lost team, learn, be late, earn a certificate and be given more to do."""
    ada, team = world.cast.ada, world.cast.front_desk
    with writing(session):
        for number in range(3):
            person_id = accounts.add_person(
                session, name=f"Brandt {number}", sign_in_name=f"brandt{number}", now=now - HOUR
            )
            accounts.join_team(session, person_id, team, now.date())
            progress.start_course(session, person_id, world.course, now - HOUR)
        due = (now - timedelta(days=3)).date()
        assignment_actions.assign_course(session, world.course, due, ada, now - HOUR, team_id=team)
        other_team(session, now, f"{LOST} below", team)
        session.execute(update(Person).where(Person.id == world.cast.lena).values(name=f"Brandt {new_token()}"))
    other = accounts_person(session, "brandt0")
    certificates.award(session, other, now)


def accounts_person(session: Session, sign_in_name: str) -> int:
    found = session.scalars(select(Person.id).where(Person.sign_in_name == sign_in_name)).one()
    session.rollback()
    return found


def test_a_person_who_moved_away_is_gone_from_every_page(
    app: Flask, session: Session, world: World, addresses: list[Address], now: datetime
) -> None:
    with writing(session):
        spa = other_team(session, now, "Spa", world.cast.hotel)
        accounts.move_person(session, world.cast.lena, world.cast.front_desk, spa, now.date())
    browser = matrix._browser(app, world, "mia")
    arguments = {rule.endpoint: rule.arguments for rule in app.url_map.iter_rules()}
    token = browser.csrf_token()
    for address in addresses:
        if not address.endpoint.startswith(DESK):
            continue
        if address.method == "POST":
            response = browser.client.post(address.path, data={**address.form, "csrf_token": token})
        else:
            response = browser.client.get(address.path, buffered=True)
        assert not found_in(response, CANARIES), address.path
        if "person_id" in arguments[address.endpoint]:
            assert response.status_code == 404, address.path


def test_a_disabled_manager_is_nobody(
    app: Flask, session: Session, world: World, addresses: list[Address], now: datetime
) -> None:
    rename(session, world)
    with writing(session):
        accounts.disable_person(session, world.cast.mia, now - HOUR)
    browser = matrix._browser(app, world, "mia")
    for address in addresses:
        if address.method == "GET" and address.endpoint.startswith(DESK):
            response = browser.client.get(address.path, buffered=True)
            matrix.check(address, matrix.NOBODY, response)
            # Where to go on after signing in is what was asked for.
            assert not found_in(response, MARKERS), address.path


def test_the_walk_would_notice(
    app: Flask, session: Session, world: World, addresses: list[Address], now: datetime
) -> None:
    """Asked by her manager of now, the same addresses do tell of her: the markers are where they should be."""
    rename(session, world)
    browser = matrix._browser(app, world, "mia")
    told = [
        address.endpoint
        for address in addresses
        if address.method == "GET"
        and address.endpoint.startswith(DESK)
        and found_in(browser.client.get(address.path, buffered=True), MARKERS)
    ]
    assert {"manage.team_page", "manage.team_csv", "manage.team_xlsx", "manage.person_page"} <= set(told)
