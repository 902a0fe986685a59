"""A large roster in portions: the same as all at once, whatever happens in the middle, and nobody twice."""

from datetime import date, datetime
from itertools import pairwise

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts import actions as accounts
from lms.accounts.roles import Role
from lms.accounts.roster.actions import OutdatedPlanError, Progress, apply_import, apply_portion
from lms.accounts.roster.plan import Current, Importer, Options, Plan
from lms.accounts.roster.planning import plan_import
from lms.accounts.roster.portions import Pace, Portion, portions
from lms.accounts.roster.queries import current_roster, export_rows, people_now
from lms.accounts.roster.reading import AT_THE_SERVER, BadFileError, read_roster
from lms.accounts.tables import Person, Team
from lms.audit.queries import Filter, entries, verify_chain
from lms.jobs import importing
from lms.jobs.importing import Importing, import_in_portions
from lms.plans.assignment_actions import assign_course
from lms.progress.tables import Enrolment
from lms.store import writing
from lms.units.queries import differences, has_touched
from tests.support import cast
from tests.support.builders import a_course, a_lesson
from tests.support.shelf import shelve

WHO = Importing("people.csv", "0" * 64, None, "command line")


def a_file(people: int = 60) -> bytes:
    rows = [f"Person {n},p{n},S{n:04},Hotel/Floor {n % 7}/Wing {n % 3},2026-01-05," for n in range(people)]
    rows += ["Lena Brandt,lena,,kitchen,,", "Nobody,,,kitchen,,", "Max Weber,max,,,,manager (front-desk)"]
    return "\n".join(["name,sign_in_name,staff_number,team,joined_on,role", *rows]).encode()


def planned(session: Session, content: bytes, now: datetime) -> tuple[Plan, Current]:
    current = current_roster(session)
    importer, options = Importer(None, frozenset({Role.ADMINISTRATOR})), Options(now.date(), create_teams=True)
    plan = plan_import(read_roster(content), current, importer, options)
    session.rollback()
    return plan, current


def count(session: Session, table: type[Person] | type[Team]) -> int:
    found = session.scalar(select(func.count()).select_from(table)) or 0
    session.rollback()
    return found


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions of seven: many of them from few people."""
    monkeypatch.setattr(importing, "portions", lambda plan, _pace: portions(plan, Pace(size=7)))


def test_in_portions_the_same_is_written_as_all_at_once(engine: Engine, session: Session, now: datetime) -> None:
    cast.bring_in(session, now)
    plan, current = planned(session, a_file(), now)
    told: list[float] = []
    done = import_in_portions(engine, plan, current, WHO, told.append)
    assert (done.people, done.left_out) == (len(plan.deeds), ())
    assert told[-1] == 1 and all(one < other for one, other in pairwise(told))
    in_portions = list(export_rows(current_roster(session)))
    again, _current = planned(session, a_file(), now)
    assert again.changes_nothing
    noted = entries(session, Filter(action="people.import")).entries
    assert len(noted) == len(told) and sum(entry.detail["people"] for entry in noted) == len(plan.deeds)
    assert any("Max Weber: -manager" in entry.detail.get("roles", ()) for entry in noted)
    assert verify_chain(session).broken_at is None
    assert any("Wing 2" in row[COLUMN] for row in in_portions)


COLUMN = 6


def test_what_is_interrupted_goes_on_and_nobody_comes_twice(
    engine: Engine, session: Session, now: datetime
) -> None:
    cast.bring_in(session, now)
    before = count(session, Person)

    def stop(share: float) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    plan, current = planned(session, a_file(), now)
    with pytest.raises(KeyboardInterrupt):
        import_in_portions(engine, plan, current, WHO, stop)
    half = count(session, Person)
    assert before < half < before + 60
    plan, current = planned(session, a_file(), now)
    import_in_portions(engine, plan, current, WHO, lambda _share: None)
    assert count(session, Person) == before + 60
    plan, _current = planned(session, a_file(), now)
    assert plan.changes_nothing


def test_people_changed_meanwhile_are_left_out_and_told(engine: Engine, session: Session, now: datetime) -> None:
    people = cast.bring_in(session, now)
    plan, current = planned(session, a_file(), now)
    with writing(session):
        accounts.change_person(session, people.lena, name="Lena Somebody")
    done = import_in_portions(engine, plan, current, WHO, lambda _share: None)
    lena = next(row.number for row in plan.rows if row.name == "Lena Brandt")
    assert done.left_out == (lena,)
    assert done.people == len(plan.deeds) - 1
    assert people_now(session, [people.lena])[0].name == "Lena Somebody"


def test_a_name_that_somebody_took_meanwhile_is_left_out(engine: Engine, session: Session, now: datetime) -> None:
    cast.bring_in(session, now)
    plan, current = planned(session, a_file(), now)
    with writing(session):
        accounts.add_person(session, name="First", sign_in_name="p3", now=now)
    done = import_in_portions(engine, plan, current, WHO, lambda _share: None)
    assert done.left_out == (5,)


def test_a_team_that_closed_meanwhile_takes_nobody_in(engine: Engine, session: Session, now: datetime) -> None:
    people = cast.bring_in(session, now)
    plan, current = planned(session, a_file(0), now)
    with writing(session):
        accounts.close_team(session, people.kitchen, now.date(), now)
    done = import_in_portions(engine, plan, current, WHO, lambda _share: None)
    assert len(done.left_out) == 1


def test_those_who_join_get_what_their_team_is_given(engine: Engine, session: Session, now: datetime) -> None:
    people = cast.bring_in(session, now)
    course = shelve(session, a_course("bees", a_lesson("read")), now)
    with writing(session):
        assign_course(session, course, date(2026, 12, 24), people.ada, now, team_id=people.hotel)
    plan, current = planned(session, a_file(), now)
    import_in_portions(engine, plan, current, WHO, lambda _share: None)
    due = session.scalars(select(Enrolment.due_on).join(Person).where(Person.name.startswith("Person "))).all()
    assert due == [date(2026, 12, 24)] * 60


def test_whoever_takes_rights_away_comes_last(session: Session, now: datetime) -> None:
    cast.bring_in(session, now)
    rows = (
        "name,sign_in_name,role,active",
        "Otto Lind,otto,,no",
        "Tom Okafor,tom,learner,",
        "Lena Brandt,lena,trainer,",
    )
    plan, current = planned(session, "\n".join(rows).encode(), now)
    names = {person.id: person.sign_in_name for person in current.people}
    order = [names[deed.person_id or 0] for portion in portions(plan, Pace(size=1)) for deed in portion.deeds]
    assert order == ["lena", "otto", "tom"]


def test_a_portion_is_all_of_it_or_nothing(session: Session, now: datetime) -> None:
    cast.bring_in(session, now)
    plan, current = planned(session, a_file(), now)
    with writing(session):
        accounts.add_person(session, name="First", sign_in_name="p3", now=now)
    before = count(session, Person)
    progress = Progress(current)
    with pytest.raises(OutdatedPlanError), writing(session):
        apply_portion(session, Portion(plan.new_teams, plan.deeds), progress, now, None)
    assert (count(session, Person), count(session, Team), progress.teams) == (before, 3, {})
    with pytest.raises(OutdatedPlanError), writing(session):
        apply_import(session, plan, current, now, None)


def test_a_page_takes_less_than_a_command() -> None:
    many = b"sign_in_name\n" + b"\n".join(b"p%d" % number for number in range(30_001))
    with pytest.raises(BadFileError):
        read_roster(many)
    assert len(read_roster(many, AT_THE_SERVER).rows) == 30_001


def test_a_portion_is_as_large_as_what_others_may_wait_for() -> None:
    pace = Pace(size=400, wanted=0.1, fewest=50, most=1_000)
    pace.took(400, 0.4)
    assert pace.size == 100
    pace.took(100, 10.0)
    assert pace.size == 50
    for _portion in range(20):
        pace.took(pace.size, 0.001)
    assert pace.size == 1_000
    pace.took(0, 0.0)
    assert pace.size == 1_000


def test_teams_are_counted_once_all_are_written(engine: Engine, session: Session, now: datetime) -> None:
    cast.bring_in(session, now)
    plan, current = planned(session, a_file(), now)
    waiting: list[bool] = []

    def look(_share: float) -> None:
        waiting.append(has_touched(session))
        session.rollback()

    import_in_portions(engine, plan, current, WHO, look)
    assert waiting[-1]
    assert not has_touched(session)
    assert not list(differences(session, clock.utc_now().date()))
