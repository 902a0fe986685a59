"""People, teams, memberships and roles: what may happen to them, and that history stays true."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from lms.accounts import actions, names, queries
from lms.accounts.identity import Method, SessionLimits, SignedIn
from lms.accounts.roles import Role
from lms.accounts.stays import Span, merged
from lms.accounts.tables import Membership
from lms.ids import token_hash
from lms.store import writing
from tests.support import cast

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def people(session: Session) -> cast.Cast:
    return cast.bring_in(session, NOW)


def add(session: Session, **fields: Any) -> int:
    with writing(session):
        return actions.add_person(session, **{"name": "Eve Adams", "sign_in_name": "eve", "now": NOW, **fields})


def at_once(engine: Engine, deed: Callable[[Session], Any], times: int) -> list[Any]:
    """Do the deed in as many threads at once; returns what each returned or raised."""
    barrier, results = threading.Barrier(times), []

    def run() -> None:
        with Session(engine) as session:
            barrier.wait()
            try:
                with writing(session):
                    results.append(deed(session))
            except Exception as error:
                results.append(error)

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# People


def test_a_person_is_found_by_sign_in_name_or_email_in_any_case(session: Session) -> None:
    eve = add(session, email="Eve.Adams@Example.org ", sign_in_name=" EVE ")
    for typed in ("eve", "Eve", "ＥＶＥ", "eve.adams@EXAMPLE.org", " eve "):
        found = queries.find_credentials(session, typed)
        assert found is not None and found.person_id == eve
    assert queries.find_credentials(session, "") is None
    assert queries.find_credentials(session, "\0") is None


@pytest.mark.parametrize(
    ("fields", "taken"),
    [
        ({"sign_in_name": "LENA"}, "sign_in_name"),
        ({"sign_in_name": "lena@hotel.internal", "email": "lena@hotel.internal"}, "sign_in_name"),
        ({"email": "Lena@hotel.internal"}, "email"),
    ],
)
def test_no_two_people_share_a_door(
    session: Session, people: cast.Cast, fields: dict[str, str], taken: str
) -> None:
    with pytest.raises(actions.TakenError) as error:
        add(session, **fields)
    assert error.value.field == taken


def test_of_many_with_one_name_at_once_one_is_added(engine: Engine) -> None:
    def deed(session: Session) -> int:
        return actions.add_person(session, name="Eve", sign_in_name="eve", now=NOW)

    results = at_once(engine, deed, 8)
    assert len([result for result in results if isinstance(result, int)]) == 1
    assert {type(result) for result in results} == {int, actions.TakenError}


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "  "},
        {"name": "x" * 201},
        {"sign_in_name": "e"},
        {"sign_in_name": "eve adams"},
        {"sign_in_name": "other@example.org"},
        {"email": "eve"},
        {"email": "eve@@example"},
        {"time_zone": "Mars/Olympus"},
        {"language": "en; drop"},
        {"staff_number": "9" * 61},
    ],
)
def test_unusable_fields_are_refused_by_name(session: Session, fields: dict[str, str]) -> None:
    with pytest.raises(names.BadNameError) as error:
        add(session, **fields)
    assert error.value.field == next(iter(fields))


def test_a_change_touches_only_what_it_names(session: Session) -> None:
    eve = add(session, email="eve@example.org")
    with writing(session):
        actions.change_person(session, eve, name="Eve  Brown\u202e", language="de", staff_number="7")
    found = queries.find_person(session, eve)
    assert found is not None
    assert (found.name, found.language, found.staff_number) == ("Eve Brown", "de", "7")
    assert (found.sign_in_name, found.email, found.time_zone) == ("eve", "eve@example.org", "UTC")
    with writing(session):
        actions.change_person(session, eve, email="")
    again = queries.find_person_by_name(session, "EVE")
    assert again is not None and again.email is None


def test_a_change_to_a_taken_name_is_refused(session: Session, people: cast.Cast) -> None:
    with pytest.raises(actions.TakenError), writing(session):
        actions.change_person(session, people.tom, sign_in_name="lena")
    with pytest.raises(actions.NotThereError), writing(session):
        actions.change_person(session, 9999, name="Nobody")


def test_disabling_shuts_out_at_once_and_enabling_does_not_revive_sessions(
    session: Session, people: cast.Cast
) -> None:
    token = cast.sign_in(session, people.lena, NOW)
    with writing(session):
        link = actions.make_link(session, person_id=people.lena, now=NOW)
        actions.disable_person(session, people.lena, NOW)
    for _ in range(2):
        assert queries.find_signed_in(session, token_hash(token), NOW, SessionLimits()) is None
        assert queries.find_link(session, token_hash(link), NOW) is None
        with writing(session):
            actions.enable_person(session, people.lena)
    assert queries.find_credentials(session, "lena") is not None


def test_the_last_administrator_stays(session: Session, people: cast.Cast) -> None:
    (grant,) = queries.grants_of(session, people.ada)
    with pytest.raises(actions.LastAdministratorError), writing(session):
        actions.disable_person(session, people.ada, NOW)
    with pytest.raises(actions.LastAdministratorError), writing(session):
        actions.revoke_role(session, grant.id, NOW)
    with writing(session):
        actions.grant_role(session, people.tom, Role.ADMINISTRATOR, now=NOW)
        actions.disable_person(session, people.tom, NOW)
    with pytest.raises(actions.LastAdministratorError), writing(session):
        actions.revoke_role(session, grant.id, NOW)


def test_two_administrators_who_remove_each_other_at_once_leave_one(
    session: Session, engine: Engine, people: cast.Cast
) -> None:
    with writing(session):
        actions.grant_role(session, people.tom, Role.ADMINISTRATOR, now=NOW)
    victims = iter((people.ada, people.tom, people.ada, people.tom))
    results = at_once(engine, lambda inner: actions.disable_person(inner, next(victims), NOW), 4)
    assert queries.has_administrator(session)
    assert any(isinstance(result, actions.LastAdministratorError) for result in results)


# Roles


def test_a_role_is_granted_once_and_revoked_once(session: Session, people: cast.Cast) -> None:
    with writing(session):
        first = actions.grant_role(session, people.lena, Role.MANAGER, now=NOW, team_id=people.kitchen)
        assert actions.grant_role(session, people.lena, Role.MANAGER, now=NOW, team_id=people.kitchen) == first
        assert actions.grant_role(session, people.lena, Role.TRAINER, now=NOW) != first
    assert {grant.role for grant in queries.grants_of(session, people.lena)} == {Role.MANAGER, Role.TRAINER}
    with writing(session):
        assert actions.revoke_role(session, first, NOW)
        assert not actions.revoke_role(session, first, NOW)
        assert actions.grant_role(session, people.lena, Role.MANAGER, now=NOW, team_id=people.kitchen) != first
    for role, team_id in ((Role.MANAGER, None), (Role.TRAINER, people.kitchen)):
        with pytest.raises(ValueError, match="team"), writing(session):
            actions.grant_role(session, people.lena, role, now=NOW, team_id=team_id)


def test_one_role_granted_many_times_at_once_is_held_once(
    session: Session, engine: Engine, people: cast.Cast
) -> None:
    results = at_once(engine, lambda inner: actions.grant_role(inner, people.lena, Role.TRAINER, now=NOW), 8)
    assert len(set(results)) == 1
    assert len(queries.grants_of(session, people.lena)) == 1


# Teams


def test_a_team_knows_what_is_below(session: Session, people: cast.Cast) -> None:
    with writing(session):
        bar = actions.add_team(session, code="bar", name="Bar", parent_id=people.kitchen, now=NOW)
    hotel = {people.hotel, people.front_desk, people.kitchen, bar}
    assert queries.team_and_below_ids(session, people.hotel) == hotel
    assert queries.team_and_below_ids(session, people.kitchen) == {people.kitchen, bar}
    assert queries.teams_and_below_ids(session, (people.kitchen, people.front_desk)) == hotel - {people.hotel}
    assert queries.teams_and_below_ids(session, ()) == frozenset()
    assert queries.team_and_below_ids(session, 999) == frozenset()


def test_no_team_gets_above_itself(session: Session, people: cast.Cast) -> None:
    with writing(session):
        bar = actions.add_team(session, code="bar", name="Bar", parent_id=people.kitchen, now=NOW)
    for parent in (people.kitchen, bar):
        with pytest.raises(actions.TeamCircleError), writing(session):
            actions.move_team(session, people.kitchen, parent)
    with writing(session):
        actions.move_team(session, bar, None)
        actions.move_team(session, people.kitchen, bar)
    assert queries.team_and_below_ids(session, bar) == {bar, people.kitchen}


def test_two_moves_at_once_make_no_circle(session: Session, engine: Engine, people: cast.Cast) -> None:
    with writing(session):
        actions.move_team(session, people.kitchen, None)
        actions.move_team(session, people.front_desk, None)
    moves = iter(((people.kitchen, people.front_desk), (people.front_desk, people.kitchen)) * 4)
    at_once(engine, lambda inner: actions.move_team(inner, *next(moves)), 8)
    below = [queries.team_and_below_ids(session, team) for team in (people.kitchen, people.front_desk)]
    assert sorted(len(ids) for ids in below) == [1, 2]


def test_even_a_circle_in_the_data_comes_to_an_end(session: Session, people: cast.Cast) -> None:
    with writing(session):
        session.execute(
            text("UPDATE team SET parent_id = :kitchen WHERE id = :hotel"),
            {"kitchen": people.kitchen, "hotel": people.hotel},
        )
    assert len(queries.team_and_below_ids(session, people.kitchen)) == 3


def test_closing_a_team_ends_stays_and_grants_but_keeps_history(session: Session, people: cast.Cast) -> None:
    with pytest.raises(actions.TeamInUseError), writing(session):
        actions.close_team(session, people.hotel, TODAY, NOW)
    with writing(session):
        actions.close_team(session, people.kitchen, TODAY, NOW)
    assert queries.members_of(session, (people.kitchen,), TODAY) == ()
    before = queries.members_of(session, (people.kitchen,), date(2026, 11, 15))
    assert [member.name for member in before] == ["Nora Haddad", "Otto Lind"]
    assert queries.grants_of(session, people.nora) == ()
    for refused in (
        lambda: actions.join_team(session, people.lena, people.kitchen, TODAY),
        lambda: actions.grant_role(session, people.lena, Role.MANAGER, now=NOW, team_id=people.kitchen),
    ):
        with pytest.raises(actions.NotThereError), writing(session):
            refused()
    with writing(session):
        actions.reopen_team(session, people.kitchen)
        assert actions.join_team(session, people.otto, people.kitchen, TODAY)


def test_a_code_is_taken_once_and_a_team_is_renamed(session: Session, people: cast.Cast) -> None:
    with pytest.raises(actions.TakenError), writing(session):
        actions.add_team(session, code="kitchen", name="Other", now=NOW)
    with pytest.raises(actions.TakenError), writing(session):
        actions.change_team(session, people.front_desk, code="kitchen")
    with pytest.raises(names.BadNameError), writing(session):
        actions.add_team(session, code=" ", name="Other", now=NOW)
    with writing(session):
        actions.change_team(session, people.kitchen, name="Main  kitchen")
    found = queries.find_team(session, people.kitchen, TODAY)
    assert found is not None and (found.name, found.code, found.members) == ("Main kitchen", "kitchen", 2)
    assert queries.find_team(session, 999, TODAY) is None
    assert [team.name for team in queries.teams(session, TODAY)] == ["Front desk", "Hotel", "Main kitchen"]


# Memberships


def spans(session: Session, person: int, team: int) -> list[Span]:
    rows = session.execute(
        select(Membership.joined_on, Membership.left_on)
        .where(Membership.person_id == person, Membership.team_id == team)
        .order_by(Membership.joined_on)
    )
    return [(row.joined_on, row.left_on) for row in rows]


def day(month: int, number: int = 1) -> date:
    return date(2026, month, number)


def test_joining_twice_changes_nothing(session: Session, people: cast.Cast) -> None:
    with writing(session):
        assert actions.join_team(session, people.tom, people.kitchen, day(2))
        assert not actions.join_team(session, people.tom, people.kitchen, day(2))
        assert not actions.join_team(session, people.tom, people.kitchen, day(4))
        assert actions.join_team(session, people.tom, people.kitchen, day(1))
    assert spans(session, people.tom, people.kitchen) == [(day(1), None)]


def test_leaving_and_coming_back_are_two_stays(session: Session, people: cast.Cast) -> None:
    with writing(session):
        actions.join_team(session, people.tom, people.kitchen, day(2))
        assert actions.leave_team(session, people.tom, people.kitchen, day(4))
        assert not actions.leave_team(session, people.tom, people.kitchen, day(5))
        actions.join_team(session, people.tom, people.kitchen, day(6))
    assert spans(session, people.tom, people.kitchen) == [(day(2), day(4)), (day(6), None)]
    with writing(session):
        actions.join_team(session, people.tom, people.kitchen, day(4))
    assert spans(session, people.tom, people.kitchen) == [(day(2), None)]


def test_leaving_on_the_first_day_undoes_joining(session: Session, people: cast.Cast) -> None:
    with writing(session):
        actions.join_team(session, people.tom, people.kitchen, day(2))
        assert actions.leave_team(session, people.tom, people.kitchen, day(2))
    assert spans(session, people.tom, people.kitchen) == []


def test_nobody_leaves_before_joining(session: Session, people: cast.Cast) -> None:
    with pytest.raises(actions.BadDateError), writing(session):
        actions.leave_team(session, people.lena, people.front_desk, date(2025, 1, 1))


def test_moving_keeps_the_old_stay(session: Session, people: cast.Cast) -> None:
    with writing(session):
        assert actions.move_person(session, people.lena, people.front_desk, people.kitchen, day(11, 10))
        assert not actions.move_person(session, people.lena, people.front_desk, people.kitchen, day(11, 10))
        assert not actions.move_person(session, people.lena, people.kitchen, people.kitchen, day(11, 12))
    assert [(stay.team_name, stay.left_on) for stay in queries.stays_of(session, people.lena)] == [
        ("Front desk", day(11, 10)),
        ("Kitchen", None),
    ]
    old, new = queries.stays_of(session, people.lena)
    assert old.covers(day(11, 9)) and not old.covers(day(11, 10)) and new.covers(day(11, 10))


def test_joining_many_times_at_once_is_one_stay(session: Session, engine: Engine, people: cast.Cast) -> None:
    results = at_once(engine, lambda inner: actions.join_team(inner, people.tom, people.kitchen, day(2)), 8)
    assert sorted(results) == [False] * 7 + [True]
    assert spans(session, people.tom, people.kitchen) == [(day(2), None)]


@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.none() | st.integers(1, 40)).map(
            lambda pair: (date.fromordinal(pair[0]), None if pair[1] is None else date.fromordinal(pair[1]))
        )
    )
)
def test_merged_stays_are_the_same_days_without_overlap(given_spans: list[Span]) -> None:
    def days(of: list[Span]) -> set[int]:
        return {number for start, end in of for number in range(start.toordinal(), end.toordinal() if end else 60)}

    result = merged(given_spans)
    assert days(result) == days(given_spans)
    assert merged(result) == result == sorted(result, key=lambda span: span[0])
    assert all(end is not None and end < later for (_, end), (later, _) in pairwise(result))


# Who may see whom


def signed_in(session: Session, person: int, method: Method = Method.PASSWORD) -> SignedIn:
    with writing(session):
        token = actions.open_session(session, person, method=method, now=NOW, address="", agent="")
    found = queries.find_signed_in(session, token_hash(token), NOW, SessionLimits())
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("lena", {"lena"}),
        ("tom", {"tom"}),
        ("mia", {"mia", "lena"}),
        ("max", {"max", "mia", "lena", "nora", "otto"}),
        ("nora", {"nora", "otto"}),
        ("ada", {"lena", "tom", "mia", "max", "nora", "otto", "ada"}),
    ],
)
def test_who_sees_whom(session: Session, people: cast.Cast, who: str, sees: set[str]) -> None:
    viewer = signed_in(session, people.everyone()[who])
    seen = {
        name
        for name, person in people.everyone().items()
        if queries.may_see_person(session, viewer, person, TODAY)
    }
    assert seen == sees


def test_whoever_moved_is_out_of_sight_at_once(session: Session, people: cast.Cast) -> None:
    mia = signed_in(session, people.mia)
    with writing(session):
        actions.move_person(session, people.lena, people.front_desk, people.kitchen, TODAY)
    assert not queries.may_see_person(session, mia, people.lena, TODAY)
    assert queries.may_see_person(session, mia, people.lena, day(11, 15))


def test_by_card_nobody_holds_a_role(session: Session, people: cast.Cast) -> None:
    for person in (people.ada, people.max, people.tom):
        viewer = signed_in(session, person, Method.CARD)
        assert viewer.roles == frozenset() and viewer.managed_team_ids == frozenset()
        assert not queries.may_see_person(session, viewer, people.lena, TODAY)


def test_members_are_those_of_today(session: Session, people: cast.Cast) -> None:
    hotel = queries.team_and_below_ids(session, people.hotel)
    found = queries.members_of(session, hotel, TODAY)
    assert [member.name for member in found] == [
        "Lena Brandt", "Max Weber", "Mia Sørensen", "Nora Haddad", "Otto Lind",
    ]  # fmt: skip
    with writing(session):
        actions.disable_person(session, people.otto, NOW)
        actions.leave_team(session, people.nora, people.kitchen, TODAY)
    assert queries.members_of(session, (people.kitchen,), TODAY) == ()
    assert queries.members_of(session, (), TODAY) == ()


def test_people_are_searched_and_paged(session: Session, people: cast.Cast) -> None:
    def found(**wanted: Any) -> list[str]:
        wish = queries.PeopleFilter(**wanted)
        result = queries.people(session, wish, TODAY)
        assert queries.count_people(session, wish, TODAY) == len(result)
        return [person.sign_in_name for person in result]

    assert len(found()) == 7
    assert found(words="BRANDT le") == ["lena"]
    assert found(words="%") == []
    assert found(team_ids=frozenset({people.kitchen})) == ["nora", "otto"]
    assert found(role=Role.MANAGER) == ["max", "mia", "nora"]
    assert found(disabled=True) == []
    page = queries.people(session, queries.PeopleFilter(), TODAY, limit=2, offset=2)
    assert [person.sign_in_name for person in page] == ["max", "mia"]
