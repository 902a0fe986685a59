"""Reports: whoever asks, by whatever description, gets rows of people in sight and of nobody else."""

import random
from datetime import datetime
from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from lms.accounts.actions import join_team
from lms.accounts.tables import Person, RoleGrant
from lms.progress import actions as progress
from lms.progress.tables import Enrolment
from lms.reports import actions, queries, row_queries
from lms.reports.catalogue import KINDS, Rows
from lms.reports.description import (
    BadDescriptionError,
    Description,
    Filters,
    Span,
    SpanKind,
    description_from,
    plain_of,
)
from lms.reports.file_actions import make_file
from lms.reports.queries import Form
from lms.store import writing
from tests.support import cast
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast
from tests.support.shelf import shelve

HOSTILE = '=cmd|"/c calc"!A1\n\u202eeman' + "x" * 100

_PHRASES = (
    "about definitions report organisation days made_at rows people share low high none states nothing"
    " first_rows where_we_stand courses done_of done begun to_begin coming finished teams"
)


@pytest.fixture
def people(session: Session, now: datetime) -> Cast:
    found = cast.bring_in(session, now)
    course = shelve(session, a_course("bees", a_lesson("read")), now)
    with writing(session):
        for person_id in (found.lena, found.otto, found.nora, found.max):
            progress.start_course(session, person_id, course, now)
    return found


def _drawn(chance: random.Random, rows: Rows, people: Cast) -> Description:
    kind = KINDS[rows]
    spans = [SpanKind.ANY] * 12 + list(SpanKind)[:-1]  # else hardly a row is left
    teams = (people.hotel, people.front_desk, people.kitchen)
    filters = Filters(
        team_ids=tuple(chance.sample(teams, chance.randint(0, 2))),
        course_slugs=chance.choice(((), (), ("bees",), ("gone",))),
        standings=tuple(each for each in kind.standings if chance.random() < 0.3),
        role=chance.choice(("", "", "manager")),
        joined=Span(chance.choice(spans)),
        due=Span(chance.choice((SpanKind.ANY, SpanKind.NEXT_30))),
    )
    columns = tuple(column.key for column in kind.columns)
    return Description(
        rows, columns, filters, chance.choice(("", *kind.periods)), Span(chance.choice(spans)),
        chance.choice(("", *kind.sorts)), chance.random() < 0.5, "",
    )  # fmt: skip


@pytest.mark.parametrize("rows", [Rows.PEOPLE, Rows.ENROLMENTS, Rows.ATTEMPTS, Rows.CERTIFICATES])
def test_no_description_shows_anybody_out_of_sight(
    session: Session, engine: Engine, people: Cast, now: datetime, rows: Rows
) -> None:
    sight = {
        people.mia: {"Lena Brandt", "Mia Sørensen"},
        people.nora: {"Otto Lind", "Nora Haddad"},
        people.max: {"Lena Brandt", "Mia Sørensen", "Otto Lind", "Nora Haddad", "Max Weber"},
    }
    chance, seen = random.Random(rows), 0
    for _turn in range(25):
        description = _drawn(chance, rows, people)
        assert description_from(plain_of(description)) == description
        for person_id, names in sight.items():
            asker = queries.find_asker(session, person_id, now)
            assert asker is not None
            found = list(row_queries.rows(engine, description, asker, ("bees",)))
            assert {row[0] for row in found} <= names
            shown = row_queries.preview(session, description, asker, ("bees",))
            assert shown.count == len(found) and list(shown.rows) == found[:20]
            seen += len(found)
            for group in KINDS[rows].groups:
                grouped = Description(**{**vars(description), "group": group})
                assert sum(each.rows for each in row_queries.groups(session, grouped, asker)) == len(found)
    assert seen or rows in (Rows.ATTEMPTS, Rows.CERTIFICATES)


def test_plain_reports_of_everything_hold_exactly_who_is_in_sight(
    session: Session, engine: Engine, people: Cast, now: datetime
) -> None:
    asker = queries.find_asker(session, people.nora, now)
    assert asker is not None
    for rows, key in ((Rows.PEOPLE, "name"), (Rows.ENROLMENTS, "name"), (Rows.TEAMS, "team")):
        found = list(row_queries.rows(engine, Description(rows, (key,)), asker, ()))
        assert found == ([("Kitchen",)] if rows is Rows.TEAMS else [("Nora Haddad",), ("Otto Lind",)])
    courses = list(row_queries.rows(engine, Description(Rows.COURSES, ("course", "enrolled")), asker, ()))
    assert [row[1] for row in courses] == [2]


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"columns": ["shoe_size"]}, {"rows": "cats"}, {"version": None}]
)
def test_what_cannot_be_asked_today_says_why(change: dict[str, object]) -> None:
    plain = plain_of(Description(Rows.PEOPLE, ("name",)))
    with pytest.raises(BadDescriptionError):
        description_from({**plain, **change})
    assert description_from({"version": 1, "rows": "people"}) == Description(Rows.PEOPLE, ())


@pytest.mark.usefixtures("clock")
def test_a_file_is_made_once_is_safe_and_is_refused_when_a_team_is_lost(
    app: Flask, session: Session, engine: Engine, people: Cast, now: datetime
) -> None:
    with writing(session):
        session.execute(update(Person).where(Person.id == people.lena).values(name=HOSTILE))
    mia = Browser(app, cast.sign_in(session, people.mia, now))
    mia.get("/manage/reports")
    page = mia.get("/manage/reports/build")
    assert "=cmd" in page.text
    plain = '{"version":1,"rows":"people","columns":["name","team"]}'
    addresses = {
        mia.post("/manage/reports/files", {"d": plain, "form": form, "name": HOSTILE}).location
        for form in ("xlsx", "csv", "csv")
    }
    assert len(addresses) == 2
    for address in addresses:
        assert "It is ready" in mia.get(address).text
        got = mia.client.get(f"{address}/download")
        assert got.status_code == 200
        if got.data[:2] == b"PK":
            book = openpyxl.load_workbook(BytesIO(got.data))
            kinds = {
                (cell.data_type, cell.value) for row in book.worksheets[0].iter_rows(min_row=2) for cell in row
            }
            assert ("s", HOSTILE) in kinds and "f" not in {kind for kind, _value in kinds}
        else:
            assert b"'=cmd" in got.data and b"Otto" not in got.data
    with writing(session):
        session.execute(update(RoleGrant).where(RoleGrant.person_id == people.mia).values(team_id=people.kitchen))
    for address in addresses:
        assert "not yours any more" in mia.get(address).text
        assert mia.client.get(f"{address}/download").status_code == 302
    nora = Browser(app, cast.sign_in(session, people.nora, now))
    nora.get(next(iter(addresses)), 404)


@pytest.mark.usefixtures("clock")
def test_a_shared_report_is_seen_at_the_same_level_and_above(
    app: Flask, session: Session, people: Cast, now: datetime
) -> None:
    with writing(session):
        saved = actions.save_report(session, people.mia, "Mine", Description(Rows.PEOPLE, ("name",)), now)
    visible = {}
    for who in ("max", "nora", "ada", "mia"):
        browser = Browser(app, cast.sign_in(session, getattr(people, who), now))
        if who == "max":
            browser.get(f"/manage/reports/saved/{saved}", 404)
            with writing(session):
                actions.share_report(session, saved, people.mia, now, is_shared=True)
        visible[who] = browser.client.get(f"/manage/reports/saved/{saved}").status_code
    assert visible == {"max": 302, "nora": 404, "ada": 404, "mia": 302}


@pytest.mark.parametrize("form", [Form.PDF, Form.WALL_A4])
def test_paper_holds_nothing_that_turns_and_no_wall_names_who_is_late(
    app: Flask, session: Session, engine: Engine, people: Cast, now: datetime, form: Form
) -> None:
    from lms.web.manage.reports.words import heads

    with app.test_request_context():
        wording = {
            "title": "T", "organisation": "O", "language": "en", "time_zone": "UTC",
            "heads": {key: vars(head) for key, head in heads().items()}, "facts": (), "courses": (),
            "phrases": dict.fromkeys(_PHRASES.split(), "w"),
        }  # fmt: skip
    from lms.reports.wording import wording_from

    with writing(session):
        session.execute(update(Person).where(Person.id == people.lena).values(name=HOSTILE))
    asker = queries.find_asker(session, people.mia, now)
    assert asker is not None
    wish = actions.Wish("T", Description(Rows.ENROLMENTS, ("name", "standing")), form, wording_from(wording))
    with writing(session):
        file_id, is_new = actions.ask_for_file(session, asker, wish)
    assert is_new
    pages: list[str] = []
    made = make_file(engine, file_id, 1, now, lambda html: pages.append(html) or b"%PDF")
    assert made is not None and made.teams == [people.front_desk]
    assert "\u202e" not in pages[0] and "Otto" not in pages[0]
    assert ("=cmd" in pages[0]) is (form is Form.PDF)
    with writing(session):
        assert not actions.cancel_file(session, file_id, people.mia, now)
        assert actions.forget_files(session, now + actions.KEPT * 2) == 1
    assert session.scalar(select(Person.id).where(Person.id == people.lena))


def test_a_wall_names_who_finished_beside_what(session: Session, people: Cast, now: datetime) -> None:
    with writing(session):
        session.execute(update(Enrolment).where(Enrolment.person_id == people.lena).values(completed_at=now))
    asker = queries.find_asker(session, people.max, now)
    assert asker is not None
    told = row_queries.wall(session, Description(Rows.ENROLMENTS, ("name",)), asker)
    assert list(told.finished) == [("Front desk", "Lena Brandt", "Course bees")]
    assert told.teams == []  # fewer than five in each


def test_a_wall_counts_who_is_in_two_teams_in_each_and_once_in_all(
    session: Session, people: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.reports.compiling.FEWEST", 1)
    asker = queries.find_asker(session, people.max, now)
    assert asker is not None
    before = row_queries.wall(session, Description(Rows.ENROLMENTS, ("name",)), asker)
    session.rollback()
    with writing(session):
        join_team(session, people.lena, people.kitchen, now.date())
    after = row_queries.wall(session, Description(Rows.ENROLMENTS, ("name",)), asker)
    assert after.courses == before.courses

    def people_of(wall: row_queries.Wall, team: str) -> int:
        return sum(line.all for line in wall.teams if line.team == team)

    assert people_of(after, "Front desk") == people_of(before, "Front desk") > 0
    assert people_of(after, "Kitchen") == people_of(before, "Kitchen") + 1
