"""Rosters written and taken out again on both databases: all of the plan, once, and the same back."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from lms import sheets
from lms.accounts import actions as accounts
from lms.accounts import queries
from lms.accounts.roles import Role
from lms.accounts.roster.actions import OutdatedPlanError, apply_import
from lms.accounts.roster.plan import Importer, Options, Outcome, Plan, Stay
from lms.accounts.roster.planning import plan_import
from lms.accounts.roster.queries import current_roster, export_rows
from lms.accounts.roster.reading import COLUMNS, read_roster
from lms.accounts.roster.stays import BadStayError, SaidStay, plan_stays
from lms.accounts.stays import merged
from lms.accounts.tables import Person, SignInSession
from lms.store import writing
from tests.support import cast

ADMINISTRATOR = Importer(None, frozenset({Role.ADMINISTRATOR}))
DAY = date(2026, 11, 16)


def _plan(session: Session, content: bytes, today: date = DAY) -> Plan:
    options = Options(today, create_teams=True)
    return plan_import(read_roster(content), current_roster(session), ADMINISTRATOR, options)


def _import(session: Session, content: bytes, now: datetime, today: date = DAY) -> Plan:
    current = current_roster(session)
    plan = plan_import(read_roster(content), current, ADMINISTRATOR, Options(today, create_teams=True))
    with writing(session):
        apply_import(session, plan, current, now, None)
    return plan


def _export(session: Session) -> bytes:
    return b"".join(sheets.csv_chunks(COLUMNS, export_rows(current_roster(session))))


MANY_CASES = """Name;E-Mail;Benutzername;Personalnr;Team;Eintritt;Austritt;Rolle;Aktiv
Lena Brandt;lena@hotel.internal;lena;;front-desk;05.01.2026;;;ja
Otto Lind;;otto;;Hotel/Front desk;;;;ja
Eve =1+1;eve@example.org;;0042;Hotel/Spa;01.11.2026;;manager, trainer;ja
Eve =1+1;eve@example.org;;0042;Hotel/Kitchen;01.02.2026;01.11.2026;;
Max Weber;;max;;;;;;nein
Noor حداد;;noor;'=7;"Casino, Night";;;learner;
"""


def test_an_import_writes_what_was_planned_and_nothing_the_second_time(session: Session, now: datetime) -> None:
    people = cast.bring_in(session, now)
    plan = _import(session, MANY_CASES.encode("utf-16"), now)
    assert [row.outcome for row in plan.rows] == [
        Outcome.UNCHANGED,
        Outcome.MOVED,
        Outcome.NEW,
        Outcome.NEW,
        Outcome.CHANGED,
        Outcome.NEW,
    ]
    assert [stay.team_name for stay in queries.stays_of(session, people.otto)] == ["Kitchen", "Front desk"]
    eve = queries.find_person_by_name(session, "eve@example.org")
    assert eve is not None and eve.staff_number == "0042"
    assert {grant.role for grant in queries.grants_of(session, eve.id)} == {Role.MANAGER, Role.TRAINER}
    max_now = queries.find_person(session, people.max)
    assert max_now is not None and max_now.disabled_at == now
    again = _plan(session, MANY_CASES.encode(), DAY + timedelta(days=3))
    assert again.changes_nothing, again.rows


def test_a_disabled_person_loses_sessions_and_links(session: Session, now: datetime) -> None:
    people = cast.bring_in(session, now)
    cast.sign_in(session, people.lena, now)
    with writing(session):
        link = accounts.make_link(session, person_id=people.lena, now=now)
    _import(session, b"sign_in_name,active\nlena,no\n", now)
    assert session.scalars(select(SignInSession.ended_at).where(SignInSession.person_id == people.lena)).all() == [
        now
    ]
    with writing(session):
        accounts.enable_person(session, people.lena)
        assert accounts.use_link(session, link, "sign_in", now) is None  # type: ignore[arg-type]


def test_an_export_read_back_changes_nothing(session: Session, now: datetime) -> None:
    people = cast.bring_in(session, now)
    _import(session, MANY_CASES.encode(), now)
    with writing(session):
        accounts.leave_team(session, people.mia, people.front_desk, date(2026, 6, 1))
        accounts.join_team(session, people.mia, people.front_desk, date(2026, 9, 1))
        accounts.add_team(session, code="=2", name="'Night/Shift", now=now, parent_id=people.kitchen)
    for content in (_export(session), _export(session).decode().encode("utf-16")):
        plan = _plan(session, content, DAY + timedelta(days=40))
        assert plan.changes_nothing, [row for row in plan.rows if row.outcome is not Outcome.UNCHANGED]
        assert {row.outcome for row in plan.rows} == {Outcome.UNCHANGED}


def test_an_export_fills_an_empty_server_with_the_same_people(
    engine: Engine, session: Session, now: datetime
) -> None:
    cast.bring_in(session, now)
    _import(session, MANY_CASES.encode(), now)
    exported = _export(session)
    with writing(session):
        for table in ("sign_in_session", "one_time_link", "role_grant", "membership", "person"):
            session.execute(text(f"DELETE FROM {table}"))
        session.execute(text("UPDATE team SET parent_id = NULL"))
        session.execute(text("DELETE FROM team"))
    plan = _import(session, exported, now)
    assert not plan.count(Outcome.REFUSED), [row for row in plan.rows if row.reasons]
    assert _export(session) == exported


def test_a_change_between_plan_and_import_stops_it(session: Session, now: datetime) -> None:
    cast.bring_in(session, now)
    current = current_roster(session)
    file = read_roster(b"sign_in_name,language\nlena,de\n")
    plan = plan_import(file, current, ADMINISTRATOR, Options(DAY))
    with writing(session):
        accounts.add_person(session, name="Between", sign_in_name="between", now=now)
    with pytest.raises(OutdatedPlanError), writing(session):
        apply_import(session, plan, current, now, None)
    assert session.scalar(select(Person.language).where(Person.sign_in_name == "lena")) == "en"


def test_people_are_written_in_a_number_of_statements_that_does_not_grow(
    engine: Engine, session: Session, now: datetime
) -> None:
    def statements(rows: int, start: int) -> int:
        lines = "".join(f"Person {n},p{n},Team {n % 7},trainer\n" for n in range(start, start + rows))
        file = read_roster(("name,sign_in_name,team,role\n" + lines).encode())
        current = current_roster(session)
        plan = plan_import(file, current, ADMINISTRATOR, Options(DAY, create_teams=True))
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            with writing(session):
                apply_import(session, plan, current, now, None)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    statements(20, 0)
    assert statements(900, 1_000) == statements(20, 5_000)


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_rows_say_a_second_reading_changes_no_stay(data: st.DataObject) -> None:
    stored = []
    for team in data.draw(st.sets(st.integers(1, 3))):
        spans = data.draw(st.lists(st.tuples(days, st.none() | days), max_size=3))
        ordered = merged([(start, end) for start, end in spans if end is None or end > start])
        stored += [Stay(len(stored) + place + team * 100, team, *span) for place, span in enumerate(ordered)]
    rows = data.draw(
        st.lists(
            st.tuples(st.integers(1, 4), st.none() | days, st.none() | days), max_size=3, unique_by=lambda r: r[0]
        )
    )
    said = [SaidStay(number, *row) for number, row in enumerate(rows, start=2)]
    today = data.draw(days)
    try:
        plan = plan_stays(tuple(stored), said, today)
    except BadStayError:
        return
    changed = {stay.id: stay for stay in plan.changed}
    gone = {stay.id for stay in plan.removed}
    after = [changed.get(stay.id, stay) for stay in stored if stay.id not in gone]
    after += [
        Stay(9_000 + place, int(new.team), new.joined_on, new.left_on) for place, new in enumerate(plan.added)
    ]
    for team in range(1, 5):
        spans = sorted(((s.joined_on, s.left_on) for s in after if s.team_id == team), key=lambda span: span[0])
        assert spans == merged(spans)
    again = plan_stays(tuple(after), said, today + timedelta(days=data.draw(st.integers(0, 400))))
    assert not (again.added or again.changed or again.removed), (stored, said, today, plan, again)
