"""What a plan says: every address asked by everyone, before and after it is shared and taken back.

Lena's plan has words that stand nowhere else, and a note of hers. Mia manages her team and is asked to be the
buddy of this plan; Max manages the team above, Ada administers.
"""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.practice.commitment_actions import ask_buddy, share_plan
from lms.store import writing
from tests.support.browser import Browser
from tests.support.reading import text_of
from tests.support.world import NOTED, PLANNED, World
from tests.test_routes_matrix import EVERYONE, Address, addresses, world

__all__ = ["addresses", "world"]

pytestmark = pytest.mark.usefixtures("clock")

# Where she herself, and the buddy she asked, may read the sentence.
HERS = {"learn.practice_page", "learn.plan_page", "learn.activity_page", "learn.pocket_cards"}
ASKED = {("mia", "learn.practice_page")}


def readers(app: Flask, world: World, addresses: list[Address]) -> dict[str, set[tuple[str, str]]]:
    """Return by whom, and where, the plan and the note are found on any page, file or feed."""
    found: dict[str, set[tuple[str, str]]] = {PLANNED: set(), NOTED: set()}
    for who in sorted({*EVERYONE, "max"}):
        browser = Browser(app, world.tokens.get(who))
        for address in addresses:
            if address.method == "GET" and not world.is_key(address.path):
                text = text_of(browser.client.get(address.path, buffered=True))
                for words, where in found.items():
                    if words in text:
                        where.add((who, address.endpoint))
    return found


def test_nobody_reads_a_plan_but_she_her_buddy_and_for_as_long_as_she_shows_it_who_leads_her(
    app: Flask, session: Session, world: World, addresses: list[Address], now: datetime
) -> None:
    lena, hers = world.cast.lena, {("lena", where) for where in HERS}
    noted = {("lena", "learn.plan_page")}
    assert readers(app, world, addresses) == {PLANNED: hers | ASKED, NOTED: noted}
    with writing(session):
        share_plan(session, lena, world.plan, now, is_shared=True)
        ask_buddy(session, lena, world.plan, None, now.date())
    led = {(who, "manage.person_page") for who in ("mia", "max", "ada")}
    assert readers(app, world, addresses) == {PLANNED: hers | led, NOTED: noted}
    with writing(session):
        share_plan(session, lena, world.plan, now, is_shared=False)
    of_her = [each for each in addresses if each.endpoint in HERS | {"manage.person_page"}]
    assert readers(app, world, of_her) == {PLANNED: hers, NOTED: noted}
