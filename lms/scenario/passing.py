"""Whether a scenario can be passed at all: every way through it is walked, the most promising first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from lms.problem import Problem, Severity
from lms.scenario.playing import State, Turn, after, is_offered
from lms.scenario.scenario import Moment, PassRule, Scenario
from lms.scenario.scoring import Report, report_of

_MOST_STEPS = 20_000
_MOST_DRAWS = 16


@dataclass
class _Steps:
    """How many steps may still be taken: a scenario as large as this is too large to judge."""

    left: int = _MOST_STEPS


def check_passing(scenario: Scenario, rule: PassRule) -> list[Problem]:
    """Return a warning when nobody can pass this scenario, or not when chance draws something; links are whole."""
    steps = _Steps()
    for drawn in draws_of(scenario):
        found = any(report.passed for report in _reports(scenario, rule, drawn, steps))
        if not found and steps.left > 0:
            return [_no_way(scenario, drawn)]
    return []


def draws_of(scenario: Scenario) -> Iterator[dict[str, str]]:
    """Return what chance can draw, each draw with its variant; at most sixteen of the ways to combine them."""
    draws = [moment for moment in scenario.moments if moment.variants]
    combined = product(*([variant.id for variant in moment.variants] for moment in draws))
    for each in islice(combined, _MOST_DRAWS):
        yield dict(zip((moment.id for moment in draws), each, strict=True))


def reports_of(scenario: Scenario, rule: PassRule, drawn: Mapping[str, str]) -> Iterator[Report]:
    """Return the report of every way through, with what was drawn, that comes to no moment twice."""
    yield from _reports(scenario, rule, drawn, _Steps())


def _reports(scenario: Scenario, rule: PassRule, drawn: Mapping[str, str], steps: _Steps) -> Iterator[Report]:
    by_id = {moment.id: moment for moment in scenario.all_moments}

    def at(moment_id: str) -> Moment:
        return by_id[drawn.get(moment_id, moment_id)]

    first = State(at(scenario.moments[0].id).id, dict(scenario.start.meters))
    waiting: list[tuple[State, tuple[Turn, ...]]] = [(first, ())]
    while waiting and steps.left > 0:
        steps.left -= 1
        state, turns = waiting.pop()
        moment = by_id[state.moment_id]
        if moment.outcome is not None:
            if turns:
                yield report_of(scenario, rule, turns)
            continue
        offered = tuple(choice for choice in moment.choices if is_offered(choice, state))
        been = {turn.moment.id for turn in turns} | {moment.id}
        for choice in sorted(offered, key=lambda each: each.worth):
            goal = at(choice.goal)
            if goal.id not in been:
                following = after(state, choice, goal)
                waiting.append((following, (*turns, Turn(moment, offered, choice, state, following))))


def _no_way(scenario: Scenario, drawn: Mapping[str, str]) -> Problem:
    what = "No way through this scenario passes."
    if drawn:
        what = f"No way through this scenario passes when chance draws {_listed(sorted(drawn.values()))}."
    cure = "Let the best way cool down to “end-heat”, or say at the top what passes: “pass: 60”, “end-heat: 3”."
    return Problem(scenario.file, scenario.moments[0].line, 1, "no-way-passes", what, cure, Severity.WARNING)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
