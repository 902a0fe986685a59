"""The strip of weeks on a manager's home: which panel was lowest, for as long as she manages the same teams."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.accounts.roles import Role
from lms.customers.measure import weeks_back
from lms.measures import share
from lms.store import writing
from lms.units.weekly_actions import keep_week
from lms.units.weekly_queries import Manager
from tests.conftest import NOW
from tests.support import cast
from tests.support.browser import Browser
from tests.support.cast import Cast

HEADING = "weeks__title"


pytestmark = pytest.mark.usefixtures("clock")


def keep(session: Session, people: Cast, lows: tuple[str, ...], of: int = 100) -> None:
    """Keep the last weeks of Mia, in each of which another panel was lowest, the latest last."""
    mia = Manager(people.mia, "Europe/Berlin", frozenset({people.front_desk}), is_administrator=False)
    weeks = tuple(reversed(weeks_back(NOW.date(), len(lows))))
    with writing(session):
        for week_on, lowest in zip(weeks, lows, strict=True):
            shares = {key: share(of // 10 if key == lowest else of, of) for key in ("customers", "team", "me")}
            keep_week(session, week_on, [mia], {people.mia: shares})


def home(app: Flask, session: Session, person_id: int) -> str:
    return Browser(app, cast.sign_in(session, person_id, NOW)).get("/manage/").text


def test_the_strip_says_in_words_what_it_draws(app: Flask, session: Session, people: Cast) -> None:
    keep(session, people, ("team", "customers", "me", "me", "me"))
    page = home(app, session, people.mia)
    assert HEADING in page and "Me has been the lowest for 3 weeks in a row." in page
    assert page.count(">3 of 8<") == 1 and page.count(">1 of 8<") == 2
    assert 'aria-label="My team: lowest in the weeks of 12 October"' in page
    assert page.count("weeks__lowest") == 5 and page.count("weeks__none") == 9
    assert "3 are dashed: they were not kept, or none stood apart." in page
    # Nobody else is told of her, not even who manages the team above.
    for other in (people.max, people.ada):
        assert HEADING not in home(app, session, other)


@pytest.mark.parametrize(("lows", "of"), [(("me", "me"), 100), (("me",) * 8, 9)])
def test_of_too_few_weeks_or_people_there_is_no_strip(
    app: Flask, session: Session, people: Cast, lows: tuple[str, ...], of: int
) -> None:
    keep(session, people, lows, of)
    assert HEADING not in home(app, session, people.mia)


def test_whose_teams_changed_begins_anew(app: Flask, session: Session, people: Cast) -> None:
    keep(session, people, ("me",) * 8)
    assert "lowest for 8 weeks in a row" in home(app, session, people.mia)
    with writing(session):
        accounts.grant_role(session, people.mia, Role.MANAGER, now=NOW, team_id=people.kitchen)
    assert HEADING not in home(app, session, people.mia)
