"""A manager's three panels, and the customer figures behind the first."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.accounts.tables import Team
from lms.customers.actions import Figure, record_figures
from lms.customers.measure import Measure, weeks_back
from lms.customers.tables import CustomerCount
from lms.store import writing
from tests.support import cast
from tests.support.browser import Browser
from tests.support.cast import Cast

pytestmark = pytest.mark.usefixtures("clock")


def test_a_week_is_entered_and_seen_on_the_home_and_by_no_other_team(
    app: Flask, session: Session, people: Cast, now: datetime
) -> None:
    mia = Browser(app, cast.sign_in(session, people.mia, now))
    assert "Which is lowest cannot be told yet" in mia.get("/manage/").text
    form = {"team": str(people.front_desk), "week": "2026-11-09", "satisfied-count": "34", "satisfied-of": "41"}
    mia.post("/manage/customers", form)
    mia.post("/manage/customers", form)
    assert session.scalar(select(func.count()).select_from(CustomerCount)) == 1
    assert "34 of 41 answers were 4 or 5" in mia.get("/manage/").text
    assert "34 of 41" in mia.get("/manage/customers").text
    nora = Browser(app, cast.sign_in(session, people.nora, now))
    assert "34 of 41 answers" not in nora.get("/manage/").text
    assert "34 of 41 answers" not in nora.get("/manage/customers").text
    assert "Front desk" not in nora.get(f"/manage/customers?team={people.front_desk}").text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"satisfied-count": "42"}, "cannot be more than the second"),
        ({"satisfied-count": "many"}, "two whole numbers"),
        ({"satisfied-count": "", "satisfied-of": ""}, "at least one pair"),
        ({"week": "2026-11-16"}, "last twelve weeks"),
        ({"team": "kitchen"}, "team you look after"),
    ],
)
def test_what_cannot_be_kept_says_why_and_loses_nothing(
    app: Flask, session: Session, people: Cast, now: datetime, changed: dict[str, str], words: str
) -> None:
    mia = Browser(app, cast.sign_in(session, people.mia, now))
    form = {"team": str(people.front_desk), "week": "2026-11-09", "satisfied-count": "34", "satisfied-of": "41"}
    form |= {"solved-count": "5", "solved-of": "7"} if "many" in str(changed) else {}
    page = mia.post("/manage/customers", form | changed, 422).text
    assert words in page
    assert session.scalar(select(func.count()).select_from(CustomerCount)) == 0


def test_another_teams_figures_cannot_be_entered(
    app: Flask, session: Session, people: Cast, now: datetime
) -> None:
    nora = Browser(app, cast.sign_in(session, people.nora, now))
    form = {"team": str(people.front_desk), "week": "2026-11-09", "satisfied-count": "1", "satisfied-of": "2"}
    nora.post("/manage/customers", form, 422)
    assert session.scalar(select(func.count()).select_from(CustomerCount)) == 0


def test_two_years_come_as_csv_within_sight_and_twelve_weeks_as_a_trend(
    app: Flask, session: Session, people: Cast, now: datetime
) -> None:
    with writing(session):
        session.execute(update(Team).where(Team.id == people.front_desk).values(name='=HYPERLINK("x")'))
        for number, week in enumerate(weeks_back(now.date(), 3)):
            for team_id in (people.front_desk, people.kitchen):
                figure = Figure(team_id, week, Measure.SATISFIED, 8 + number, 10 if number else 9)
                record_figures(session, [figure], people.max, now)
    mia, nora, max_ = (
        Browser(app, cast.sign_in(session, each, now)) for each in (people.mia, people.nora, people.max)
    )
    lines = mia.client.get("/manage/customers.csv").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 4 and "Kitchen" not in "".join(lines)
    assert all("'=HYPERLINK" in line for line in lines[1:])
    assert ",8,9,,,," in lines[3]  # nine are too few for a share
    assert "HYPERLINK" not in nora.client.get("/manage/customers.csv").data.decode()
    assert len(max_.client.get("/manage/customers.csv").data.splitlines()) == 7
    assert "twelve weeks, with the 95% interval" in mia.get("/manage/customers").text
