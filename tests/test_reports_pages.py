"""The pages of kept reports: changed in place, come round, and got by those they are shared with."""

import re
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.reports import actions
from lms.reports.catalogue import Rows
from lms.reports.description import Description
from lms.reports.tables import ReportSchedule, ReportSubscriber, SavedReport
from lms.store import writing
from tests.support import cast
from tests.support.browser import Browser
from tests.support.cast import Cast

pytestmark = pytest.mark.usefixtures("clock")

HOSTILE = '"><script>alert(1)</script> {{7*7}} \u202eeman'


def kept(session: Session, owner_id: int, now: datetime, *, is_shared: bool = True) -> int:
    with writing(session):
        saved = actions.save_report(session, owner_id, "Ours", Description(Rows.PEOPLE, ("name",)), now)
        actions.share_report(session, saved, owner_id, now, is_shared=is_shared)
    return saved


def stored(session: Session, saved: int) -> SavedReport:
    session.rollback()
    session.expire_all()
    return session.scalars(select(SavedReport).where(SavedReport.id == saved)).one()


def test_what_stands_in_the_fields_is_what_is_shown_made_and_kept(
    app: Flask, session: Session, people: Cast, now: datetime
) -> None:
    mia = Browser(app, cast.sign_in(session, people.mia, now))
    chosen = {"rows": "people", "was": "people", "column": "email", "name": HOSTILE}
    shown = mia.get(mia.post("/manage/reports/build", chosen).location)
    assert "lena@hotel.internal" in shown.text and "<script>alert" not in shown.text
    refused = mia.post("/manage/reports/saved", {**chosen, "name": " ", "as": "new"}, 422)
    assert "Give the report a name." in refused.text and "lena@hotel.internal" in refused.text
    mia.post("/manage/reports/saved", {**chosen, "as": "new"})
    saved = session.scalars(select(SavedReport)).one()
    assert saved.description["columns"] == ["email"] and "\u202e" not in saved.name
    file = mia.post("/manage/reports/files", {**chosen, "form": "csv"}).location
    assert b"lena@hotel.internal" in mia.client.get(f"{file}/download").data
    mia.post("/manage/reports/build", {**chosen, "column": "shoe_size"}, 422)


def test_whoever_changes_it_later_is_told_and_loses_nothing(
    app: Flask, session: Session, people: Cast, now: datetime
) -> None:
    saved = kept(session, people.mia, now)
    mia = Browser(app, cast.sign_in(session, people.mia, now))
    opened = mia.get(mia.client.get(f"/manage/reports/saved/{saved}").location)
    assert 'name="seen" value="1"' in opened.text
    mine = {"rows": "people", "was": "people", "saved": str(saved), "seen": "1", "as": "change"}
    mia.post("/manage/reports/saved", {**mine, "column": "email", "name": "First"})
    later = mia.post("/manage/reports/saved", {**mine, "column": "sign_in_name", "name": "Second"}, 409)
    assert "“First” was changed" in later.text
    assert stored(session, saved).description["columns"] == ["email"]
    assert 'value="Second"' in later.text and 'name="seen" value="2"' in later.text
    assert re.search(r'value="sign_in_name" checked', later.text)
    again = {**mine, "seen": "2", "column": "sign_in_name", "name": "Second"}
    mia.post("/manage/reports/saved", again)
    mia.post("/manage/reports/saved", again)  # the same form sent twice is one change
    assert (stored(session, saved).name, stored(session, saved).version) == ("Second", 3)
    renamed = mia.post(f"/manage/reports/saved/{saved}/name", {"name": "Third", "seen": "2"}, 409)
    assert 'value="Third"' in renamed.text
    assert "Give the report a name." in mia.post(f"/manage/reports/saved/{saved}/name", {"name": ""}, 422).text
    mia.post(f"/manage/reports/saved/{saved}/name", {"name": "Third", "seen": "3"})
    assert stored(session, saved).name == "Third"


@pytest.mark.parametrize("who", ["max", "nora", "ada"])
def test_nobody_changes_another_ones_report(
    app: Flask, session: Session, people: Cast, now: datetime, who: str
) -> None:
    saved = kept(session, people.mia, now)
    other = Browser(app, cast.sign_in(session, getattr(people, who), now))
    other.get(f"/manage/reports/saved/{saved}/settings", 404)
    change = {"rows": "people", "saved": str(saved), "seen": "1", "as": "change", "name": "Mine now"}
    other.post("/manage/reports/saved", change, 404)
    plan = {"every": "week", "weekday": "1", "month_day": "1", "hour": "7", "form": "csv"}
    for deed, form in (("name", {"name": "X", "seen": "1"}), ("schedule", plan), ("rest", {}), ("end", {})):
        other.post(f"/manage/reports/saved/{saved}/{deed}", form, 404)
    assert (stored(session, saved).name, stored(session, saved).version) == ("Ours", 1)
    assert "This is your report" not in other.get(f"/manage/reports/build?saved={saved}&seen=1").text
    other.get("/manage/reports/build?saved=99999999999999999999&seen=x")


def test_it_is_let_come_rests_and_ends_on_its_page(
    app: Flask, session: Session, people: Cast, now: datetime
) -> None:
    saved = kept(session, people.mia, now)
    mia, max_ = (Browser(app, cast.sign_in(session, each, now)) for each in (people.mia, people.max))
    page = f"/manage/reports/saved/{saved}"
    max_.post(f"{page}/get", {"wanted": "yes"}, 404)  # it does not come round yet
    plan = {"every": "month", "weekday": "2", "month_day": "31", "hour": "7", "form": "xlsx"}
    for wrong in (
        {"every": "day"},
        {"month_day": "32"},
        {"hour": "24"},
        {"form": "exe"},
        {"hour": "²"},
        {"hour": ""},
    ):
        refused = mia.post(f"{page}/schedule", {**plan, **wrong}, 422)
        assert "Choose how often" in refused.text
    assert session.scalars(select(ReportSchedule)).all() == []
    done = mia.get(mia.post(f"{page}/schedule", plan).location)
    assert "on the last day of each month at 07:00" in done.text and "Mia Sørensen" in done.text
    assert "Comes next" in max_.get("/manage/reports").text
    max_.post(f"{page}/get", {"wanted": "yes"})
    assert "Max Weber" in mia.get(f"{page}/settings").text
    mia.post(f"{page}/rest", {"rest": "yes"})
    assert "Rests" in mia.get("/manage/reports").text and "Rests" in max_.get("/manage/reports").text
    mia.post(f"{page}/rest", {"rest": "no"})
    assert "Comes next" in mia.get("/manage/reports").text
    mia.post(f"{page}/share", {"shared": "no"})
    told = max_.get("/manage/reports").text
    assert "it is not shared with you any more" in told and "Ours" in told
    max_.post(f"{page}/get", {"wanted": "yes"}, 404)
    max_.post(f"{page}/get", {"wanted": "no"})
    assert "Comes to me no more" not in max_.get("/manage/reports").text
    mia.post(f"{page}/archive", {"back": "no"})
    assert "It is put away" in mia.post(f"{page}/schedule", plan, 409).text
    mia.post(f"{page}/archive", {"back": "yes"})
    mia.post(f"{page}/end", {})
    session.rollback()
    assert session.scalars(select(ReportSchedule)).all() == session.scalars(select(ReportSubscriber)).all() == []
