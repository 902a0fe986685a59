"""Playing and scoring: the laws that hold for any scenario, the vector, and our own six."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.content.course import Play
from lms.scenario.passing import check_passing, draws_of, reports_of
from lms.scenario.playing import (
    NotOfferedError,
    State,
    Turn,
    beginning,
    played,
    scene_of,
    state_from_plain,
    state_to_plain,
)
from lms.scenario.scenario import Aim, Outcome, PassRule, Scenario, most_of
from lms.scenario.scoring import Report, Shown, passes, report_of, score_of
from lms.settings import ROOT
from tests.support.plays import CALL, a_play

OUR_OWN = {
    file.stem: a_play(text)
    for file in sorted((Path(ROOT) / "courses" / "escalation-handling").glob("*.md"))
    if "\nkind: scenario\n" in (text := file.read_text())
}
SEEDS = st.integers(0, 2**63 - 1)


def played_by(play: Play, seed: int, picks: Sequence[int]) -> tuple[Turn, ...]:
    """Return the turns of somebody who takes these choices by number, as far as she gets."""
    scenario, state, ids = play.scenario, beginning(play.scenario, seed), []
    for pick in picks:
        offered = scene_of(scenario, state, seed).choices
        if not offered:
            break
        ids.append(offered[pick % len(offered)].id)
        state = played(scenario, seed, beginning(scenario, seed), ids)[-1].after
    return played(scenario, seed, beginning(scenario, seed), ids)


def words_of(play: Play, *beginnings: str, seed: int = 7) -> tuple[Turn, ...]:
    """Return the turns of somebody who says what begins like this."""
    scenario, state, ids = play.scenario, beginning(play.scenario, seed), []
    for said in beginnings:
        (choice,) = [each for each in scene_of(scenario, state, seed).choices if each.text_html.startswith(said)]
        ids.append(choice.id)
        state = played(scenario, seed, beginning(scenario, seed), ids)[-1].after
    return played(scenario, seed, beginning(scenario, seed), ids)


def report(play: Play, *beginnings: str, seed: int = 7) -> Report:
    return report_of(play.scenario, play.rule, words_of(play, *beginnings, seed=seed))


@pytest.mark.parametrize("name", OUR_OWN)
@given(seed=SEEDS, picks=st.lists(st.integers(0, 3), min_size=1, max_size=12))
@settings(max_examples=25, deadline=None)
def test_a_run_stays_in_bounds_and_replays_to_the_same(name: str, seed: int, picks: list[int]) -> None:
    play = OUR_OWN[name]
    turns = played_by(play, seed, picks)
    start = beginning(play.scenario, seed)
    again = played(play.scenario, seed, start, [turn.choice.id for turn in turns])
    assert again == turns
    for turn in turns:
        assert all(0 <= value <= most_of(meter) for meter, value in turn.after.meters.items())
        assert turn.after.meters["heat"] >= turn.before.meters["heat"] - 2
        assert state_from_plain(state_to_plain(turn.after)) == turn.after
        # From any moment on the same choices lead to the same end: that is how one plays on from the costly one.
        at = turns.index(turn)
        rest = [each.choice.id for each in turns[at:]]
        assert played(play.scenario, seed, turn.before, rest) == turns[at:]
    end = play.scenario.moment(turns[-1].after.moment_id)
    if end.outcome is not None:
        report = report_of(play.scenario, play.rule, turns)
        assert 0 <= report.score <= 1 and report.outcome is end.outcome
        assert len(report.heat) == len(turns) + 1
        assert not (report.passed and report.criticals)
        assert not report.passed or report.outcome is Outcome.SAFE or report.heat[-1] <= play.rule.end_heat
        assert (report.costly is None) == (report.alternative is None)
        if report.costly is not None:
            assert report.alternative != turns[report.costly].choice


@given(seed=SEEDS)
def test_the_seed_decides_what_is_drawn_and_in_which_order_it_stands(seed: int) -> None:
    scenario = a_play().scenario
    first = scene_of(scenario, beginning(scenario, seed), seed)
    assert first == scene_of(scenario, beginning(scenario, seed), seed)
    assert {choice.id for choice in first.choices} == {choice.id for choice in scenario.moments[0].choices}
    turn = words_of(a_play(), "Twice", seed=seed)[-1]
    assert turn.after.moment_id in ("colleague", "crackle")


def test_chance_draws_each_variant_and_each_order_about_as_often() -> None:
    scenario = a_play().scenario
    drawn = [words_of(a_play(), "Twice", seed=seed)[-1].after.moment_id for seed in range(200)]
    assert 60 < drawn.count("colleague") < 140
    firsts = [scene_of(scenario, beginning(scenario, seed), seed).choices[0].id for seed in range(300)]
    assert all(60 < firsts.count(choice.id) < 140 for choice in scenario.moments[0].choices)


def test_a_choice_with_a_condition_is_offered_when_it_holds_and_never_else() -> None:
    scenario = a_play().scenario
    for trust, count in ((2, 2), (3, 3)):
        state = State("calm", {"heat": 1, "trust": trust, "effort": 2})
        assert len(scene_of(scenario, state, 1).choices) == count
    with pytest.raises(NotOfferedError):
        played(
            scenario,
            1,
            State("calm", {"heat": 1, "trust": 2, "effort": 2}),
            [scenario.moment("calm").choices[2].id],
        )


def test_nobody_is_left_standing_where_no_condition_holds() -> None:
    text = CALL.replace('#warm) {trust=+1 shows="close"}', '#warm) {shows="close" if="trust>=5"}').replace(
        '(#tired) {misses="close"}', '(#tired) {misses="close" if="trust>=5"}'
    )
    state = State("calm", {"heat": 1, "trust": 0, "effort": 2})
    assert len(scene_of(a_play(text).scenario, state, 1).choices) == 3


@pytest.mark.parametrize(
    ("braces", "before", "heat"),
    [
        ("heat=-5", 5, 3),  # never by more than two in one move
        ("heat=-2 .fix", 4, 3),  # a fix before anything was acknowledged does half of its good
        ("heat=-1 .fix", 3, 3),
        ("heat=-2 .fix shows=ack", 4, 2),
        ("heat=-2 .fix", 2, 0),
        ("heat=+2 .fix", 4, 5),  # harm is never halved
    ],
)
def test_heat_falls_slowly_and_a_fix_waits_for_the_acknowledgement(braces: str, before: int, heat: int) -> None:
    text = CALL.replace('(#lift) {effort=+1 misses="ack"}', f"(#calm) {{{braces}}}")
    scenario = a_play(text).scenario
    state = State("angry", {"heat": before, "trust": 1, "effort": 2})
    choice = scenario.moments[0].choices[2]
    assert played(scenario, 1, state, [choice.id])[0].after.meters["heat"] == heat


def test_a_moment_may_change_things_whichever_choice_leads_to_it() -> None:
    scenario = a_play(CALL.replace("{#crackle}", "{#crackle heat=+3 trust=-1}")).scenario
    seed = next(
        seed for seed in range(99) if words_of(a_play(), "Twice", seed=seed)[-1].after.moment_id == "crackle"
    )
    choice = scenario.moments[0].choices[0]
    (turn,) = played(scenario, seed, beginning(scenario, seed), [choice.id])
    assert turn.after.meters == {"heat": 5, "trust": 1, "effort": 2} and turn.changes == {"heat": 2}


def test_the_score_is_that_of_the_vector() -> None:
    behaviours = [Shown("ack", 3, 2), Shown("explore", 2, 1), Shown("own", 2, 2), Shown("close", 1, 0)]
    assert score_of(behaviours, {"ack": 3, "explore": 2, "own": 2, "close": 2}) == pytest.approx(0.555555555556)
    assert score_of(behaviours, {}) == pytest.approx((2 / 3 + 1 / 2 + 1 + 0) / 4)
    assert score_of([], {}) == 0


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)).filter(lambda each: each[1] <= each[0]), max_size=8),
    st.lists(st.floats(0, 99), min_size=8, max_size=8),
)
def test_a_score_is_a_share_whatever_counts(counts: list[tuple[int, int]], weights: list[float]) -> None:
    behaviours = [Shown(str(place), met, shown) for place, (met, shown) in enumerate(counts)]
    weighed = {str(place): weight for place, weight in enumerate(weights)}
    assert 0 <= score_of(behaviours, weighed) <= 1
    assert score_of([Shown(each.behaviour, each.met, each.met) for each in behaviours], {}) in (0, 1)


@pytest.mark.parametrize(
    ("outcome", "score", "heat", "critical", "passed"),
    [
        (Outcome.SOLVED, 0.7, 2, False, True),
        (Outcome.TIRED, 0.7, 2, False, True),
        (Outcome.SOLVED, 0.69, 2, False, False),
        (Outcome.SOLVED, 1.0, 3, False, False),
        (Outcome.SOLVED, 1.0, 0, True, False),  # even if the customer is won back
        (Outcome.SAFE, 0.7, 5, False, True),  # at 5 the aim is safety
        (Outcome.SAFE, 0.6, 5, False, False),
        (Outcome.LOST, 1.0, 0, False, False),
        (Outcome.UNSAFE, 1.0, 0, False, False),
    ],
)
def test_what_passes(outcome: Outcome, score: float, heat: int, critical: bool, passed: bool) -> None:
    assert passes(PassRule(), outcome, score, heat, has_critical=critical) is passed


def test_a_report_names_the_best_the_costly_and_what_would_have_been_better() -> None:
    play = a_play()
    run = report(play, "A manager", "Twice", "Somebody")
    assert run.outcome is Outcome.TIRED and not run.passed and run.heat == (3, 4, 2, 2)
    assert run.costly == 0 and [turn.choice.is_critical for turn in run.criticals] == [True]
    assert run.alternative is not None and run.alternative.text_html.startswith("Twice for our mistake")
    assert run.best == 1
    assert [(each.behaviour, each.shown, each.met) for each in run.behaviours] == [("ack", 1, 2), ("close", 0, 1)]


def test_a_run_without_a_slip_has_no_costly_moment() -> None:
    play = a_play()
    turns = words_of(play, "Twice")
    said = "Wave" if turns[-1].after.moment_id == "colleague" else "Say"
    last = "I book" if said == "Wave" else "May I"
    run = report(play, "Twice", said, last)
    assert run.passed and run.score == 1 and run.costly is None and run.alternative is None


def test_aims_are_counted_where_the_author_names_them() -> None:
    text = CALL.replace('shows="ack own"}', 'shows="ack own" aim=understand}').replace(
        '{misses="close"}', '{misses="close" aim=control}'
    )
    play = a_play(text)
    said = "Wave" if words_of(play, "Twice")[-1].after.moment_id == "colleague" else "Say"
    assert report(play, "Twice", said, "Somebody").aims == {Aim.UNDERSTAND: 1, Aim.CONTROL: 1}


def codes(text: str) -> list[str]:
    play = a_play(text)
    return [problem.code for problem in check_passing(play.scenario, play.rule)]


def test_a_scenario_that_nobody_can_pass_is_found() -> None:
    assert codes(CALL) == []
    assert codes(CALL.replace("start: heat 3", "start: heat 5")) == ["no-way-passes"]
    assert codes(CALL.replace("start: heat 3", "end-heat: 4\nstart: heat 5")) == []
    # One draw is enough to find it.
    assert codes(CALL.replace("{#crackle}", "{#crackle heat=+3}")) == ["no-way-passes"]


@pytest.mark.parametrize("name", OUR_OWN)
def test_our_own_can_be_passed_and_a_poor_beginning_made_good(name: str) -> None:
    play = OUR_OWN[name]
    ended: set[str] = set()
    for drawn in draws_of(play.scenario):
        reports = list(reports_of(play.scenario, play.rule, drawn))
        ended |= {report.end.moment_id for report in reports}
        best = max(reports, key=lambda report: report.score)
        assert best.passed and best.score == 1
        for choice in play.scenario.moments[0].choices:
            passed = [each for each in reports if each.turns[0].choice == choice and each.passed]
            assert bool(passed) is not choice.is_critical, choice.text_html
        assert not any(each.passed for each in reports if each.criticals)
    assert ended == {moment.id for moment in play.scenario.all_moments if moment.outcome}
    assert len(play.scenario.moments) >= 8


def test_there_are_six_of_our_own() -> None:
    assert len(OUR_OWN) == 6 and isinstance(next(iter(OUR_OWN.values())).scenario, Scenario)
