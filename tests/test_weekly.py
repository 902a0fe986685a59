"""How managers' panels are kept week by week: once, on several nodes, for whoever still manages the same teams."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.accounts.roles import Role
from lms.analytics.triad import pattern_of
from lms.customers.actions import Figure, record_figures
from lms.customers.measure import Measure
from lms.jobs.context import Context
from lms.jobs.weekly import keep_panels
from lms.measures import Share, share
from lms.plans import assignment_actions
from lms.plans.allowance import EXEMPTION
from lms.plans.allowance_actions import give_allowance
from lms.progress import actions as progress
from lms.queue.job import Ticket
from lms.settings import Settings
from lms.store import writing
from lms.units.tables import PanelWeek
from lms.units.weekly_queries import sight_of, weeks_kept
from tests.conftest import NOW
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast, bring_in
from tests.support.doors import Clock
from tests.support.shelf import shelve

MONDAY = date(2026, 11, 16)
LAST = MONDAY - timedelta(days=7)

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def cast(session: Session) -> Cast:
    return bring_in(session, NOW - timedelta(days=200))


def passes(engine: Engine) -> object:
    settings = Settings()
    return keep_panels(Context(engine, settings, Ticket(1, 1, "panels.keep", {})), {})


def kept(session: Session, person_id: int, team_id: int) -> dict[str, Share | None]:
    session.rollback()
    sight = sight_of([team_id], is_administrator=False)
    return weeks_kept(session, person_id, sight, LAST).get(LAST, {})


def test_a_week_is_kept_once_as_the_home_would_have_told_it(engine: Engine, session: Session, cast: Cast) -> None:
    course = shelve(session, a_course("bees", a_lesson("read"), a_lesson("more")), NOW)
    with writing(session):
        for person_id, ahead in {cast.lena: -3, cast.otto: 9, cast.mia: -2}.items():
            assignment_actions.assign_course(
                session, course, MONDAY + timedelta(days=ahead), cast.ada, NOW - timedelta(days=20),
                person_ids=[person_id],
            )  # fmt: skip
        progress.start_course(session, cast.nora, course, NOW - timedelta(days=15))
        figures = [
            Figure(team_id, LAST, Measure.SATISFIED, count, 20)
            for team_id, count in ((cast.front_desk, 15), (cast.kitchen, 18))
        ]
        record_figures(session, figures, cast.max, NOW)
    assert passes(engine) == {"kept": 4}
    assert passes(engine) == {"kept": 0}
    assert session.scalar(select(func.count()).select_from(PanelWeek)) == 12
    # Lena and Mia are late, Nora is stuck, Otto is neither; Max manages the team above all of them.
    assert kept(session, cast.mia, cast.front_desk) == {
        "customers": share(15, 20), "team": share(0, 2), "me": share(0, 2)
    }  # fmt: skip
    assert kept(session, cast.nora, cast.kitchen)["team"] == share(1, 2)
    assert kept(session, cast.max, cast.hotel) == {"customers": share(33, 40), "team": share(1, 4), "me": None}
    assert weeks_kept(session, cast.ada, "everything", LAST)[LAST]["team"] == share(1, 4)
    # Whoever manages other teams by now is told nothing of it.
    assert kept(session, cast.mia, cast.kitchen) == {}


def test_who_is_exempt_is_not_behind(engine: Engine, session: Session, cast: Cast) -> None:
    course = shelve(session, a_course("bees", a_lesson("read")), NOW)
    with writing(session):
        assignment_actions.assign_course(
            session, course, MONDAY - timedelta(days=3), cast.ada, NOW, person_ids=[cast.lena]
        )
        give_allowance(
            session, cast.lena, "bees", kind=EXEMPTION, until=None, reason="Knows it.", by=cast.mia, now=NOW
        )
    passes(engine)
    assert kept(session, cast.mia, cast.front_desk)["team"] == share(1, 1)


def test_nobody_is_kept_late_in_the_week_nor_of_a_week_before_she_managed(
    engine: Engine, session: Session, cast: Cast, clock: Clock
) -> None:
    with writing(session):
        accounts.grant_role(session, cast.lena, Role.MANAGER, now=NOW, team_id=cast.kitchen)
    clock.passes(days=3)
    assert passes(engine) == {"kept": 0}
    clock.passes(days=4)
    assert passes(engine) == {"kept": 5}


def test_a_pattern_names_the_lowest_of_each_week_and_never_an_average() -> None:
    weeks = [LAST - timedelta(weeks=number) for number in reversed(range(8))]
    low, high = share(10, 100), share(90, 100)
    shares = {week_on: {"team": low, "me": high} for week_on in weeks[:2]}
    shares |= {week_on: {"team": high, "me": low} for week_on in weeks[5:]}
    shares[weeks[3]] = {"team": high, "me": share(3, 4)}
    found = pattern_of(weeks, shares)
    assert found is not None
    assert [name for _week_on, name in found.weeks] == ["team", "team", None, None, None, "me", "me", "me"]
    assert (found.count("team"), found.count("me"), found.told) == (2, 3, 5)
    assert (found.run, found.run_weeks) == ("me", 3)
    assert pattern_of(weeks, {week_on: shares[week_on] for week_on in weeks[5:7]}) is None
