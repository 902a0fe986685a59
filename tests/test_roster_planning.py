"""What a roster file would do, row by row, before anything is written."""

from dataclasses import replace
from datetime import date

import pytest

from lms.accounts.roles import Role
from lms.accounts.roster.plan import (
    Change,
    Current,
    Held,
    Importer,
    NewStay,
    Options,
    Outcome,
    PersonNow,
    Plan,
    Stay,
    TeamNow,
)
from lms.accounts.roster.planning import plan_import
from lms.accounts.roster.reading import read_roster

TODAY = date(2026, 11, 16)
ADA = Importer(1, frozenset({Role.ADMINISTRATOR}))
MAX = Importer(2, frozenset({Role.MANAGER}), frozenset({10, 11}))
TEAMS = (
    TeamNow(10, None, "hotel", "Hotel"),
    TeamNow(11, 10, "front-desk", "Front desk"),
    TeamNow(12, 10, "kitchen", "Kitchen"),
    TeamNow(13, 10, "bar", "Bar", is_closed=True),
)


def _person(
    number: int, name: str, *stays: Stay, roles: tuple[Held, ...] = (), staff: str | None = None
) -> PersonNow:
    first = name.split(maxsplit=1)[0].casefold()
    return PersonNow(number, name, first, f"{first}@example.org", staff, "en", "UTC", True, stays, roles)


LENA = _person(3, "Lena Brandt", Stay(100, 11, date(2026, 1, 5), None), staff="7")
BOSS = _person(1, "Ada Reyes", roles=(Held(50, Role.ADMINISTRATOR, None),))
CURRENT = Current((BOSS, LENA, _person(4, "Otto Lind", Stay(101, 12, date(2026, 1, 5), None))), TEAMS)


def planned(text: str, current: Current = CURRENT, importer: Importer = ADA, **options: object) -> Plan:
    return plan_import(
        read_roster(text.encode()),
        current,
        importer,
        replace(Options(TODAY), **options),  # type: ignore[arg-type]
    )


def reasons(plan: Plan) -> list[list[str]]:
    return [[reason.code for reason in row.reasons] for row in plan.rows]


def outcomes(plan: Plan) -> list[Outcome]:
    return [row.outcome for row in plan.rows]


def test_a_person_nobody_knows_is_new_with_all_that_is_said() -> None:
    plan = planned("name,email,team,joined_on,role\nJörg Öder,J@Example.org,Hotel/Front desk,2026-11-01,trainer\n")
    (deed,) = plan.deeds
    assert outcomes(plan) == [Outcome.NEW]
    assert deed.values["email"] == "j@example.org"
    assert deed.values["sign_in_name"] == "joerg.oeder"
    assert deed.stays.added == (NewStay(11, date(2026, 11, 1)),)
    assert deed.granted == ((Role.TRAINER, None),)


def test_made_sign_in_names_are_each_only_once() -> None:
    plan = planned("name,staff_number,sign_in_name\nLena,1,\nLena,2,\nEve,3,lena2\n")
    assert [deed.values["sign_in_name"] for deed in plan.deeds] == ["lena3", "lena4", "lena2"]


@pytest.mark.parametrize("key", ["staff_number,7", "sign_in_name,LENA", "email,Lena@Example.org"])
def test_a_person_is_found_again_by_staff_number_sign_in_name_or_email(key: str) -> None:
    column, value = key.split(",")
    plan = planned(f"{column},name,language\n{value},Lena Brandt,de\n")
    assert outcomes(plan) == [Outcome.CHANGED]
    assert plan.rows[0].changes == (Change("language", "en", "de"),)
    assert plan.deeds[0].person_id == 3


def test_what_a_file_leaves_unsaid_stays_as_it_is() -> None:
    plan = planned("staff_number,name,email,team,role,active\n7,,,,,\n")
    assert outcomes(plan) == [Outcome.UNCHANGED]
    assert plan.changes_nothing
    assert plan.rows[0].name == "Lena Brandt"


def test_another_team_is_a_move_from_today() -> None:
    plan = planned("staff_number,team\n7,kitchen\n")
    assert outcomes(plan) == [Outcome.MOVED]
    assert Change("team", "Hotel/Front desk", "Hotel/Kitchen") in plan.rows[0].changes
    stays = plan.deeds[0].stays
    assert stays.added == (NewStay(12, TODAY),)
    assert stays.changed == (Stay(100, 11, date(2026, 1, 5), TODAY),)


def test_a_day_of_hiring_long_ago_does_not_rewrite_the_history_of_a_move() -> None:
    stays = planned("staff_number,team,joined_on\n7,kitchen,2020-02-01\n").deeds[0].stays
    assert stays.added == (NewStay(12, TODAY),)
    later = planned("staff_number,team,joined_on\n7,kitchen,2026-12-01\n").deeds[0].stays
    assert later.added == (NewStay(12, date(2026, 12, 1)),)
    assert later.changed[0].left_on == date(2026, 12, 1)


def test_several_rows_name_several_teams_at_once() -> None:
    plan = planned("staff_number,team\n7,front-desk\n7,kitchen\n")
    assert outcomes(plan) == [Outcome.UNCHANGED, Outcome.CHANGED]
    assert not plan.deeds[0].stays.changed


def test_a_leaving_date_ends_the_stay() -> None:
    plan = planned("staff_number,team,left_on\n7,Front desk,30.11.2026\n")
    assert outcomes(plan) == [Outcome.LEFT]
    assert plan.rows[0].changes == (Change("left_on", "", "2026-11-30"),)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("staff_number,team,left_on\n7,front-desk,2025-01-01", "left_before_joining"),
        ("staff_number,team,left_on\n7,kitchen,2025-01-01", "left_without_joining"),
        ("staff_number,team,joined_on\n7,bar,2026-11-01", "team_closed"),
        ("staff_number,team\n7,Spa", "team_unknown"),
        ("staff_number,joined_on\n7,2026-11-01", "dates_without_team"),
        ("staff_number,team,joined_on\n7,kitchen,3/11/2026", "date_ambiguous"),
        ("staff_number,team,joined_on\n7,kitchen,soon", "bad_date"),
        ("staff_number,email\n7,not an address", "bad_email"),
        ("staff_number,time_zone\n7,Mars/Olympus", "bad_time_zone"),
        ("staff_number,language\n7,English language", "bad_language"),
        ("staff_number,active\n7,perhaps", "bad_active"),
        ("staff_number,role\n7,king", "bad_role"),
        ("sign_in_name,name,role\nnew,New,manager", "manager_of_no_team"),
        ("staff_number,team\n9,kitchen", "name_missing"),
        ("name,team,staff_number\nSomebody,kitchen,", "nobody"),
        ("staff_number,sign_in_name\n7,otto", "sign_in_name_is_anothers"),
        ("staff_number,email\n7,otto@example.org", "email_is_anothers"),
        ("staff_number,sign_in_name\n8,lena", "sign_in_name_is_anothers"),
        ("sign_in_name,email,name\nnew,otto@example.org,New", "email_is_anothers"),
        ("sign_in_name,active\nada,no", "last_administrator"),
        ("sign_in_name,role\nada,learner", "last_administrator"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason_and_not_done(text: str, code: str) -> None:
    plan = planned(text)
    assert outcomes(plan) == [Outcome.REFUSED]
    assert code in reasons(plan)[0]
    assert plan.changes_nothing


def test_the_order_of_day_and_month_can_be_said_for_the_whole_file() -> None:
    plan = planned("staff_number,team,joined_on\n7,kitchen,3/12/2026", day_first=True)
    assert plan.deeds[0].stays.added == (NewStay(12, date(2026, 12, 3)),)


def test_unknown_teams_are_named_and_created_only_when_asked() -> None:
    text = "staff_number,team\n7,Hotel/Spa/Sauna\n"
    assert planned(text).unknown_teams == ("Hotel/Spa/Sauna",)
    plan = planned(text, create_teams=True)
    assert [(team.name, team.parent, team.code) for team in plan.new_teams] == [
        ("Spa", 10, "spa"),
        ("Sauna", "hotel/spa", "sauna"),
    ]
    assert outcomes(plan) == [Outcome.MOVED]


def test_a_team_only_refused_rows_speak_of_is_not_created() -> None:
    assert planned("name,team,staff_number\nEve,Spa,\n", create_teams=True).new_teams == ()


def test_a_row_of_only_a_team_creates_it() -> None:
    plan = planned("name,sign_in_name,team\n,,Casino\n,,Hotel/Kitchen\n", create_teams=True)
    assert outcomes(plan) == [Outcome.NEW, Outcome.UNCHANGED]
    assert [team.code for team in plan.new_teams] == ["casino"]


def test_a_team_name_used_twice_needs_its_path_or_code() -> None:
    current = replace(
        CURRENT, teams=(*TEAMS, TeamNow(20, None, "inn", "Inn"), TeamNow(21, 20, "inn-k", "Front desk"))
    )
    assert reasons(planned("staff_number,team\n7,front desk", current)) == [["team_unclear"]]
    assert planned("staff_number,team\n7,inn / front desk", current).deeds[0].stays.added[0].team == 21
    assert planned("staff_number,team\n7,INN-K", current).deeds[0].stays.added[0].team == 21


def test_a_repeated_row_is_refused_naming_both_and_the_first_counts() -> None:
    plan = planned("staff_number,language\n7,de\n7,de\n")
    assert outcomes(plan) == [Outcome.CHANGED, Outcome.REFUSED]
    assert plan.rows[1].reasons[0].values == {"rows": "2, 3"}


def test_rows_that_contradict_each_other_are_all_refused() -> None:
    plan = planned("staff_number,team,name\n7,front-desk,Lena\n7,kitchen,Lisa\n")
    assert reasons(plan) == [["contradiction"], ["contradiction"]]


def test_different_people_with_one_address_are_refused_naming_both_rows() -> None:
    plan = planned("staff_number,name,email\n8,Eve,desk@example.org\n9,Eli,desk@example.org\n")
    assert reasons(plan) == [["shared_in_file"], ["shared_in_file"]]
    assert plan.rows[0].reasons[0].values["rows"] == "2, 3"


def test_one_refused_row_of_a_person_holds_back_the_others() -> None:
    plan = planned("staff_number,team\n7,front-desk\n7,nowhere\n")
    assert reasons(plan) == [["other_row_refused"], ["team_unknown"]]


def test_a_role_cell_says_all_the_roles_there_are() -> None:
    person = replace(LENA, roles=(Held(60, Role.TRAINER, None), Held(61, Role.MANAGER, 12)))
    current = replace(CURRENT, people=(BOSS, person))
    plan = planned("staff_number,team,role\n7,front-desk,manager; manager (Hotel/Kitchen)\n", current)
    assert plan.deeds[0].granted == ((Role.MANAGER, 11),)
    assert [held.grant_id for held in plan.deeds[0].revoked] == [60]
    assert planned("staff_number,role\n7,learner\n", current).deeds[0].revoked == person.roles
    assert planned("staff_number,role\n7,\n", current).changes_nothing


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("staff_number,team,role\n7,front-desk,administrator", "role_not_yours"),
        ("staff_number,team,role\n7,front-desk,trainer", "role_not_yours"),
        ("staff_number,team,role\n7,front-desk,manager (kitchen)", "role_not_yours"),
        ("sign_in_name,email\nada,evil@example.org", "administrators_account"),
        ("sign_in_name,language\notto,de", "person_not_yours"),
        ("staff_number,team\n7,kitchen", "team_not_yours"),
        ("name,sign_in_name\nNew,new", "person_not_yours"),
        ("name,sign_in_name,team\nNew,new,Hotel/New team", "team_unknown"),
    ],
)
def test_a_managers_file_gives_no_more_than_the_manager_has(text: str, code: str) -> None:
    plan = planned(text, importer=MAX, create_teams=True)
    assert outcomes(plan) == [Outcome.REFUSED]
    assert code in reasons(plan)[0]
    assert plan.changes_nothing


def test_a_manager_may_give_what_she_holds_in_her_own_teams() -> None:
    plan = planned("staff_number,team,role\n7,front-desk,manager", importer=MAX)
    assert plan.deeds[0].granted == ((Role.MANAGER, 11),)


def test_nobody_shuts_herself_out_by_a_file() -> None:
    second = replace(LENA, roles=(Held(70, Role.ADMINISTRATOR, None),))
    current = replace(CURRENT, people=(BOSS, second))
    assert reasons(planned("sign_in_name,active\nada,no", current)) == [["yourself"]]
    assert reasons(planned("sign_in_name,role\nada,trainer", current)) == [["yourself"]]
    assert planned("sign_in_name,role\nlena,trainer", current).deeds
    both = planned("sign_in_name,active\nada,no\nlena,no", current)
    assert reasons(both) == [["last_administrator"], ["last_administrator"]]


def test_the_plan_is_a_value_that_the_same_file_makes_again() -> None:
    text = "staff_number,team\n7,kitchen\n8,bar\n"
    assert planned(text) == planned(text)
    assert repr(planned(text)) == repr(planned(text))
