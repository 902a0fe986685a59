"""Scenarios read from Markdown, and what their checker finds in a graph of moments."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.problem import Problem, Severity, has_errors
from lms.scenario.linting import lint
from lms.scenario.reading import read_scenario
from lms.scenario.scenario import Bound, Moment, Outcome, Scenario, Start
from lms.settings import ROOT
from lms.structure import sections_of, structure_of
from tests.support.folders import checked

START = Start({"heat": 3, "trust": 1, "effort": 4})
GOOD = """You sit at the desk.

## She is angry {#angry}

> **Ms A:** Again!

- [A good answer to it.](#calm) {heat=-1 trust=+1 shows="ack own"}
    > It names it.
- [Another answer there.](#angrier) {heat=+1 .critical misses=ack}
    > Cold.

## She shouts {#angrier}

- [One more rule for you, madam.](#lost) {heat=+1}
    > Policy first.
- [I hear it.](#calm) {heat=-1 shows=ack if="heat>=4 and trust<=2"}
    > Better.

## She listens {#calm}

- [A recap with a time.](#warm) {effort=-1 shows=close}
    > Kept.
- [That was it then.](#lost) {trust=-1}
    > Thin.

## She thanks you {#warm .ending outcome=solved}

Good.

## She is gone {#lost .ending outcome=lost}

Gone.

## The customer's card {.customer-card}

You are Ms A.

## For the huddle {.trainer}

Play it.
"""


def read(text: str) -> tuple[Scenario | None, list[Problem]]:
    lead, sections = sections_of(structure_of(tuple(text.splitlines())), "bees/02-call.md", 1, 2)
    return read_scenario(lead, sections, "bees/02-call.md", START)


def codes(text: str) -> list[str]:
    scenario, problems = read(text)
    assert scenario is not None, problems
    return [problem.code for problem in lint(scenario)]


def test_headings_are_moments_and_links_are_choices() -> None:
    scenario, problems = read(GOOD)
    assert scenario is not None and problems == [] and lint(scenario) == []
    assert [moment.id for moment in scenario.moments] == ["angry", "angrier", "calm", "warm", "lost"]
    first, second = scenario.moments[0].choices
    assert (first.goal, first.effects, first.shows, first.is_critical) == (
        "calm", {"heat": -1, "trust": 1}, ("ack", "own"), False
    )  # fmt: skip
    assert (second.is_critical, second.misses, second.words, second.line) == (True, ("ack",), 3, 9)
    assert "Cold." in second.feedback_html and "Another answer" in second.text_html
    assert scenario.moments[1].choices[1].bounds == (Bound("heat", ">=", 4), Bound("trust", "<=", 2))
    assert [moment.outcome for moment in scenario.moments[3:]] == [Outcome.SOLVED, Outcome.LOST]
    assert "You sit" in scenario.intro_html and "Ms A" in scenario.customer_card_html
    assert "Play it" in scenario.trainer_html


def test_a_draw_has_variants_with_choices_of_their_own() -> None:
    drawn = GOOD.replace(
        "## She listens {#calm}\n",
        "## It turns {#calm .draw}\n\n### Kindly {#kind}\n\nShe smiles.\n\n"
        "- [Go on then.](#warm) {trust=+1 shows=ack}\n    > Yes.\n- [Well, no.](#lost) {heat=+1}\n    > No.\n\n"
        "### Coldly {#cold}\n\nShe does not.\n",
    )
    scenario, problems = read(drawn)
    assert scenario is not None and problems == [] and lint(scenario) == []
    (turn,) = [moment for moment in scenario.moments if moment.variants]
    assert [variant.id for variant in turn.variants] == ["kind", "cold"] and turn.choices == ()
    assert len(turn.variants[1].choices) == 2


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("no-such-moment", "](#warm)", "](#worm)"),
        ("ending-with-choices", "{#calm}", "{#calm .ending outcome=pending}"),
        ("no-choices", "{#warm .ending outcome=solved}", "{#warm}"),
        ("unreached", "](#angrier)", "](#calm)"),
        ("no-way-out", "- [One more rule for you, madam.](#lost)", "- [One more rule for you, madam.](#angrier)"),
        ("never-shown", "heat>=4", "heat>=5"),
        ("never-shown", "trust<=2", "trust>=2"),
        ("begins-with-ending", "{#angry}", "{#angry .ending outcome=lost}"),
        ("number-of-choices", "- [That was it then.](#lost) {trust=-1}\n    > Thin.\n", ""),
        ("no-feedback", "    > Thin.\n", ""),
        ("no-behaviour", " shows=close", ""),
        ("long-choice", "That was it then.", "word " * 26),
        ("long-moment", "> **Ms A:** Again!", "word " * 121),
        ("no-recovery", "- [I hear it.](#calm)", "- [I hear it.](#lost)"),
        ("idle-loop", "- [One more rule for you, madam.](#lost) {heat=+1}", "- [One more rule.](#angrier)"),
    ],
)
def test_each_fault_is_found(code: str, old: str, new: str) -> None:
    assert code not in codes(GOOD)
    changed = GOOD.replace(old, new)
    if code == "no-way-out":
        changed = changed.replace("- [I hear it.](#calm)", "- [I hear it.](#angrier)")
    assert changed != GOOD and code in codes(changed)


def test_a_moment_where_no_condition_holds_is_found() -> None:
    text = GOOD.replace("{heat=+1}\n    > Policy", '{heat=+1 if="trust>=3"}\n    > Policy').replace(
        "heat>=4", "heat>=5"
    )
    assert "nothing-offered" in codes(text)


def moments(count: int, good: str, poor: str, good_first: bool) -> str:
    text = ""
    for number in range(count):
        goal = f"m{number + 1}" if number + 1 < count else "end"
        lines = [
            f"- [{good}](#{goal}) {{heat=-1 shows=ack}}\n    > Yes.",
            f"- [{poor}](#{goal}) {{heat=+1}}\n    > No.",
        ]
        text += f"## M {{#m{number}}}\n\nNow.\n\n" + "\n".join(lines if good_first else lines[::-1]) + "\n\n"
    return text + "## E {#end .ending outcome=solved}\n\nE.\n"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("best-always-first", moments(4, "good", "poor one", True)),
        ("best-always-longest", moments(4, "the good one", "poor", False)),
        ("long-way", moments(9, "good", "poor", False)),
    ],
)
def test_a_pattern_over_the_whole_is_found(code: str, text: str) -> None:
    assert code in codes(text)


def test_three_moments_are_too_few_to_see_a_pattern() -> None:
    assert codes(moments(3, "the good one", "poor", True)) == []


@given(st.lists(st.tuples(*[st.integers(0, 7)] * 3, st.booleans()), min_size=1, max_size=8))
@settings(max_examples=200)
def test_any_graph_is_judged_without_falling_over(graph: list[tuple[int, int, int, bool]]) -> None:
    text = ""
    for number, (one, two, effect, is_end) in enumerate(graph):
        if is_end:
            text += f"## E {{#m{number} .ending outcome=lost}}\n\nE.\n\n"
            continue
        text += f"## M {{#m{number}}}\n\nM.\n\n- [a](#m{one}) {{heat={effect - 4}}}\n    > f\n"
        text += f"- [b](#m{two})\n    > f\n\n"
    scenario, problems = read(text)
    assert scenario is not None and problems == []
    found = lint(scenario)
    lines = {moment.line for moment in scenario.all_moments} | {
        choice.line for moment in scenario.all_moments for choice in moment.choices
    }
    assert {problem.line for problem in found} <= lines
    # Whoever follows choices in a graph without errors comes to an end.
    reached = _reached(scenario)
    if not has_errors(found):
        assert all(any(end.outcome for end in _reached(scenario, start)) for start in reached)


def _reached(scenario: Scenario, start: Moment | None = None) -> list[Moment]:
    by_id = {moment.id: moment for moment in scenario.all_moments}
    found: list[Moment] = []
    waiting = [start or scenario.moments[0]]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.append(here)
            waiting += [by_id[choice.goal] for choice in here.choices if choice.goal in by_id]
    return found


def test_our_own_scenarios_have_nothing_to_mend() -> None:
    files = [
        each for each in checked(Path(ROOT) / "courses", "escalation-handling").files if each.measured.moments
    ]
    assert len(files) == 6
    problems = checked(Path(ROOT) / "courses", "escalation-handling").problems
    scenarios = {each.file for each in files}
    assert [p for p in problems if p.file in scenarios and p.severity is not Severity.NOTE] == []
