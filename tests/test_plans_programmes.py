"""The rules of programmes: whom they reach, what has its turn, and when it is due."""

from datetime import date, timedelta

import pytest

from lms.accounts.roles import Role
from lms.plans.programme import (
    FAIR,
    Coming,
    DueKind,
    DueRule,
    Programme,
    Step,
    StepState,
    Target,
    Whereabouts,
    Who,
    came_on,
    due_day,
    line_of,
    steps_kept,
    targets_kept,
    unbroken_since,
)

DAY = timedelta(days=1)
JAN1, JAN5, JAN9, JAN20, FEB1 = (date(2026, 1, 1), date(2026, 1, 5), date(2026, 1, 9), date(2026, 1, 20),
                                 date(2026, 2, 1))  # fmt: skip
HOTEL, DESK, KITCHEN, ORGANISATION = 1, 2, 3, None
LENA = 7
NEVER = DueRule()


def on(day: date) -> DueRule:
    return DueRule(DueKind.ON_A_DAY, on=day)


def after_coming(days: int) -> DueRule:
    return DueRule(DueKind.AFTER_COMING, days=days)


def after(slug: str, days: int) -> DueRule:
    return DueRule(DueKind.AFTER_STEP, days=days, after=slug)


def a_programme(
    *steps: Step, is_ordered: bool = False, owner: int | None = None, targets: tuple[Target, ...] = ()
) -> Programme:
    return Programme(1, owner, is_ordered, steps, targets)


def lena(**more: object) -> Whereabouts:
    given = {"teams": {None: JAN1, HOTEL: JAN1, DESK: JAN9}, **more}
    return Whereabouts(LENA, **given)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("target", "day"),
    [
        (Target(Who.PERSON, JAN5, person_id=LENA), JAN5),
        (Target(Who.PERSON, JAN5, person_id=8), None),
        (Target(Who.EVERYONE, JAN5, team_id=HOTEL), JAN5),
        (Target(Who.EVERYONE, JAN5, team_id=DESK), JAN9),
        (Target(Who.EVERYONE, JAN5, team_id=KITCHEN), None),
        (Target(Who.EVERYONE, JAN5), JAN5),
        (Target(Who.JOINED, JAN20, team_id=DESK, joined_from=JAN9), JAN9),
        (Target(Who.JOINED, JAN20, team_id=DESK, joined_from=JAN20), None),
        # Whoever moves within the hotel has not joined it lately.
        (Target(Who.JOINED, JAN20, team_id=HOTEL, joined_from=JAN5), None),
        (Target(Who.JOINED, JAN20, team_id=KITCHEN, joined_from=JAN1), None),
        (Target(Who.ROLE, JAN1, role=Role.MANAGER), JAN5),
        (Target(Who.ROLE, JAN9, role=Role.MANAGER, team_id=HOTEL), JAN9),
        (Target(Who.ROLE, JAN1, role=Role.MANAGER, team_id=DESK), None),
        (Target(Who.ROLE, JAN1, role=Role.TRAINER), None),
    ],
)
def test_whom_a_target_means_and_since_when(target: Target, day: date | None) -> None:
    person = lena(roles=((Role.MANAGER, frozenset({HOTEL}), JAN5),))
    assert came_on(a_programme(targets=(target,)), person) == day


def test_the_earliest_target_counts_and_nobody_outside_the_owning_team_is_reached() -> None:
    targets = (Target(Who.PERSON, JAN20, person_id=LENA), Target(Who.EVERYONE, JAN5))
    assert came_on(a_programme(targets=targets), lena()) == JAN5
    assert came_on(a_programme(targets=targets, owner=DESK), lena()) == JAN5
    assert came_on(a_programme(targets=targets, owner=KITCHEN), lena()) is None
    assert came_on(a_programme(), lena()) is None


@pytest.mark.parametrize(
    ("stays", "since"),
    [
        ([], None),
        ([(JAN1, JAN5)], None),
        ([(FEB1, None)], None),
        ([(JAN1, None)], JAN1),
        ([(JAN5, JAN20), (JAN20, None)], JAN5),
        ([(JAN5, JAN9), (JAN9 + DAY, None)], JAN9 + DAY),
        ([(JAN1, JAN9), (JAN5, JAN20), (JAN9, None)], JAN1),
        ([(JAN5, JAN9), (JAN1, JAN20), (JAN20, None)], JAN1),
    ],
)
def test_since_when_somebody_has_been_here_without_a_gap(
    stays: list[tuple[date, date | None]], since: date | None
) -> None:
    assert unbroken_since(stays, JAN20) == since


@pytest.mark.parametrize(
    ("rule", "came", "asked", "turn", "due"),
    [
        (NEVER, JAN1, JAN1, JAN1, None),
        (on(JAN9), JAN1, JAN5, JAN5, JAN9),
        (on(JAN9), JAN1, JAN9, JAN9, JAN9),
        # Who comes after the day gets a fair time; who is merely slow does not.
        (on(JAN9), JAN1, JAN20, JAN20, JAN20 + FAIR),
        (on(JAN9), JAN1, JAN5, JAN20, JAN9),
        (after_coming(10), JAN1, JAN5, JAN5, JAN1 + 10 * DAY),
        (after_coming(4), JAN1, JAN5, JAN5, JAN5),
        # A counted day that had passed is counted from the day on which it is asked.
        (after_coming(3), JAN1, JAN5, JAN5, JAN5 + 3 * DAY),
        (after_coming(3), JAN1, JAN1, JAN20, JAN20 + 3 * DAY),
        (after("first", 5), JAN1, JAN1, JAN9, JAN9 + 5 * DAY),
        (after("first", 5), JAN1, JAN20, JAN20, JAN20 + 5 * DAY),
        (after("other", 5), JAN1, JAN1, JAN9, None),
    ],
)
def test_when_a_step_is_due(rule: DueRule, came: date, asked: date, turn: date, due: date | None) -> None:
    assert due_day(rule, came, {"first": JAN9}, asked, turn) == due


STEPS = (
    Step("first", after_coming(10), JAN1),
    Step("second", after("first", 7), JAN1),
    Step("third", on(FEB1), JAN1),
)


def states(
    programme: Programme, done: dict[str, date], exempt: dict[str, date] | None = None
) -> list[tuple[StepState, date | None]]:
    line = line_of(programme, Coming(JAN1, JAN1), done, exempt or {})
    return [(step.state, step.due_on or step.done_on) for step in line]


def test_in_order_a_step_has_its_turn_when_all_before_it_are_done() -> None:
    ordered = a_programme(*STEPS, is_ordered=True)
    first, later = (StepState.OPEN, JAN1 + 10 * DAY), StepState.LATER
    assert states(ordered, {}) == [first, (later, None), (later, FEB1)]
    assert states(ordered, {"second": JAN5}) == [first, (StepState.DONE, JAN5), (later, FEB1)]
    done = (StepState.DONE, JAN9)
    assert states(ordered, {"first": JAN9}) == [done, (StepState.OPEN, JAN9 + 7 * DAY), (later, FEB1)]
    assert states(ordered, {"first": JAN9, "second": JAN20})[2] == (StepState.OPEN, FEB1)


def test_whoever_is_exempt_for_good_passes_on_to_the_next_step() -> None:
    ordered = a_programme(*STEPS, is_ordered=True)
    assert states(ordered, {}, {"first": JAN5})[:2] == [
        (StepState.EXEMPT, None),
        (StepState.OPEN, JAN5 + 7 * DAY),
    ]


def test_without_an_order_everything_is_open_and_days_follow_what_is_done() -> None:
    free = a_programme(*STEPS)
    opened = StepState.OPEN
    assert states(free, {}) == [(opened, JAN1 + 10 * DAY), (opened, None), (opened, FEB1)]
    assert states(free, {"first": JAN5})[1] == (opened, JAN5 + 7 * DAY)


def test_a_step_that_was_added_later_gives_its_days_from_then() -> None:
    late = Step("new", after_coming(10), FEB1)
    line = line_of(a_programme(late), Coming(JAN1, JAN1), {}, {})
    assert line[0].due_on == FEB1 + 10 * DAY


def test_what_stays_the_same_keeps_the_day_since_when_it_is_so() -> None:
    old = (Target(Who.EVERYONE, JAN1, team_id=HOTEL), Target(Who.PERSON, JAN1, person_id=LENA))
    new = (Target(Who.EVERYONE, JAN9, team_id=HOTEL), Target(Who.EVERYONE, JAN9, team_id=DESK))
    assert [target.since for target in targets_kept(old, new)] == [JAN1, JAN9]
    steps = (Step("first", after_coming(10), JAN9), Step("second", after("first", 8), JAN9))
    assert [step.asked_since for step in steps_kept(STEPS, steps)] == [JAN1, JAN9]
