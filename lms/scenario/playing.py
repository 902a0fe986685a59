"""Playing a scenario: where a run stands, what it offers there, and what a choice does; pure.

The same start, seed and choices give the same run on every version of Python: variants and the order of choices
are sorted by SHA-256 of `seed:id`, never by a library's random numbers. Every meter is kept within its bounds,
and heat never drops by more than 2 in one move: nobody calms down at once. Source: training practice, 3.2.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.scenario.scenario import LOWEST, Choice, Moment, Scenario, most_of

MOST_COOLING = 2
# From this heat on a fix that comes before anything was acknowledged does half of its good.
ANGRY = 3
ACKNOWLEDGING = "ack"
# What does good when it falls, and what does good when it rises.
_BETTER_LOW, _BETTER_HIGH = ("heat", "effort"), ("trust",)


class NotOfferedError(LookupError):
    """The choice is not among those that the run offers where it stands."""


@dataclass(frozen=True)
class State:
    """Where a run stands: the moment (of a draw the variant), the meters, whether anything was acknowledged."""

    moment_id: str
    meters: Mapping[str, int]
    is_acknowledged: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        """Return what two equal states have in common and can be looked up by."""
        return self.moment_id, tuple(sorted(self.meters.items())), self.is_acknowledged


@dataclass(frozen=True)
class Scene:
    """What stands before the player: the moment, what leads to it if it was drawn, choices in shown order."""

    moment: Moment
    lead_html: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Turn:
    """One decision: what was offered, in shown order, what was chosen, and how things stood before and after."""

    moment: Moment
    offered: tuple[Choice, ...]
    choice: Choice
    before: State
    after: State

    @property
    def changes(self) -> dict[str, int]:
        """Return by how much each meter moved, those that did not left out."""
        moved = {name: value - self.before.meters.get(name, 0) for name, value in self.after.meters.items()}
        return {name: by for name, by in moved.items() if by}


def beginning(scenario: Scenario, seed: int) -> State:
    """Return where a whole run begins."""
    return State(_arrived(scenario.moments[0], seed).id, dict(scenario.start.meters))


def scene_of(scenario: Scenario, state: State, seed: int) -> Scene:
    """Return what stands before a player in this state; an ending offers nothing."""
    moment = scenario.moment(state.moment_id)
    lead = next((each for each in scenario.moments if moment in each.variants), None)
    open_choices = [choice for choice in moment.choices if is_offered(choice, state)]
    # An author's conditions may forget a state; nobody is left standing there for it.
    shown = sorted(open_choices or moment.choices, key=lambda choice: _rank(seed, choice.id))
    return Scene(moment, lead.html if lead else "", tuple(shown))


def is_offered(choice: Choice, state: State) -> bool:
    """Return whether every condition of the choice holds."""
    return all(bound.holds(dict(state.meters)) for bound in choice.bounds)


def after(state: State, choice: Choice, moment: Moment) -> State:
    """Return how things stand after this choice, which leads to this moment (of a draw the variant)."""
    return State(moment.id, _moved(state, choice, moment), state.is_acknowledged or ACKNOWLEDGING in choice.shows)


def _moved(state: State, choice: Choice, moment: Moment) -> dict[str, int]:
    comes_too_soon = (
        choice.is_fix
        and state.meters.get("heat", 0) >= ANGRY
        and not state.is_acknowledged
        and ACKNOWLEDGING not in choice.shows
    )
    meters = dict(state.meters)
    for name in {**choice.effects, **moment.effects}:
        change = choice.effects.get(name, 0)
        by = (_halved(name, change) if comes_too_soon else change) + moment.effects.get(name, 0)
        if name == "heat":
            by = max(by, -MOST_COOLING)
        meters[name] = min(most_of(name), max(LOWEST, meters.get(name, 0) + by))
    return meters


def played(scenario: Scenario, seed: int, start: State, choice_ids: Sequence[str]) -> tuple[Turn, ...]:
    """Return the turns of these choices from this start on. Raises NotOfferedError for one that is not there."""
    turns: list[Turn] = []
    state = start
    for choice_id in choice_ids:
        scene = scene_of(scenario, state, seed)
        choice = next((each for each in scene.choices if each.id == choice_id), None)
        if choice is None:
            raise NotOfferedError(choice_id)
        following = after(state, choice, _arrived(scenario.moment(choice.goal), seed))
        turns.append(Turn(scene.moment, scene.choices, choice, state, following))
        state = following
    return tuple(turns)


def state_to_plain(state: State) -> dict[str, Any]:
    """Return the state as texts and numbers only."""
    return {"moment": state.moment_id, "meters": dict(state.meters), "acknowledged": state.is_acknowledged}


def state_from_plain(plain: Mapping[str, Any]) -> State:
    """Return the state that `state_to_plain` wrote."""
    return State(plain["moment"], dict(plain["meters"]), plain["acknowledged"])


def _arrived(moment: Moment, seed: int) -> Moment:
    """Return the moment, or the variant of it that this seed draws."""
    return min(moment.variants, key=lambda variant: _rank(seed, variant.id), default=moment)


def _rank(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"{seed}:{name}".encode()).digest()


def _halved(name: str, change: int) -> int:
    does_good = (name in _BETTER_LOW and change < 0) or (name in _BETTER_HIGH and change > 0)
    return int(change / 2) if does_good else change
