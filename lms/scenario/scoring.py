"""What a finished run comes to: its score, whether it passed, and the sentences that made it; pure.

Behaviour b was met `o` times on the path, as a choice that shows it or misses it, and shown `s` times: `B = s/o`,
and the score is the mean of all B that were met, weighed by the author's weights (1 when nothing is said).
Source: measurement, 2.8.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.scenario.playing import State, Turn
from lms.scenario.scenario import Aim, Choice, Outcome, PassRule, Scenario

# Sums of thirds carry noise in the last digits: within one billionth of what is needed is enough.
_NOISE = 1e-9


@dataclass(frozen=True)
class Shown:
    """How often a behaviour was asked for on the path, and how often it was shown."""

    behaviour: str
    met: int
    shown: int

    @property
    def share(self) -> float:
        """Return the share shown, 0..1."""
        return self.shown / self.met


@dataclass(frozen=True)
class Report:
    """How a run went: score 0..1, heat at the start and after every turn, and what is worth saying about it.

    `costly` is the turn that gave away most against `alternative`, the best choice of the same moment; None when
    nothing was given away. `best` is the turn that did most good. `aims` counts what the choices were after,
    where the author says so.
    """

    outcome: Outcome
    score: float
    passed: bool
    end: State
    heat: tuple[int, ...]
    behaviours: tuple[Shown, ...]
    turns: tuple[Turn, ...]
    best: int | None
    costly: int | None
    aims: Mapping[Aim, int]

    @property
    def alternative(self) -> Choice | None:
        """Return the best choice where the costly one was made, or None."""
        return None if self.costly is None else best_of(self.turns[self.costly].offered)

    @property
    def criticals(self) -> tuple[Turn, ...]:
        """Return the turns whose choice fails a run, however it ends."""
        return tuple(turn for turn in self.turns if turn.choice.is_critical)


def report_of(scenario: Scenario, rule: PassRule, turns: Sequence[Turn]) -> Report:
    """Return the report of a run that has come to an ending by these turns."""
    end = turns[-1].after
    outcome = scenario.moment(end.moment_id).outcome
    assert outcome is not None
    shown = behaviours_of(turns)
    score = score_of(shown, dict(rule.weights))
    has_critical = any(turn.choice.is_critical for turn in turns)
    return Report(
        outcome=outcome,
        score=score,
        passed=passes(rule, outcome, score, end.meters.get("heat", 0), has_critical=has_critical),
        end=end,
        heat=(turns[0].before.meters.get("heat", 0), *(turn.after.meters.get("heat", 0) for turn in turns)),
        behaviours=shown,
        turns=tuple(turns),
        best=_best(turns),
        costly=_costly(turns),
        aims=Counter(turn.choice.aim for turn in turns if turn.choice.aim),
    )


def behaviours_of(turns: Sequence[Turn]) -> tuple[Shown, ...]:
    """Return each behaviour that was met on the path, in the order of meeting."""
    shown: Counter[str] = Counter()
    met: Counter[str] = Counter()
    for turn in turns:
        shown.update(turn.choice.shows)
        met.update((*turn.choice.shows, *turn.choice.misses))
    return tuple(Shown(behaviour, count, shown[behaviour]) for behaviour, count in met.items())


def score_of(behaviours: Sequence[Shown], weights: Mapping[str, float]) -> float:
    """Return the weighed mean share, 0..1; 0 when no behaviour was met, because nothing was shown."""
    weighed = [(weights.get(each.behaviour, 1.0), each.share) for each in behaviours if each.met]
    whole = sum(weight for weight, _ in weighed)
    return min(1.0, sum(weight * share for weight, share in weighed) / whole) if whole > 0 else 0.0


def passes(rule: PassRule, outcome: Outcome, score: float, end_heat: int, *, has_critical: bool) -> bool:
    """Return whether a run passes: score, heat at its end, no critical choice, and somebody still there.

    Where an abusive contact was ended safely, heat does not count: at 5 the aim is safety.
    """
    if has_critical or outcome in (Outcome.LOST, Outcome.UNSAFE):
        return False
    return score + _NOISE >= rule.score and (outcome is Outcome.SAFE or end_heat <= rule.end_heat)


def best_of(choices: Sequence[Choice]) -> Choice:
    """Return the choice of most worth, the first of equals."""
    return max(choices, key=lambda choice: choice.worth)


def _best(turns: Sequence[Turn]) -> int | None:
    """Return the turn that did most good, the earliest of equals, or None when none did any."""
    worths = [turn.choice.worth for turn in turns]
    most = max(worths)
    return worths.index(most) if most > 0 and not turns[worths.index(most)].choice.is_critical else None


def _costly(turns: Sequence[Turn]) -> int | None:
    """Return the turn that gave away most, the earliest of equals, or None when none gave anything away."""
    given_away = [best_of(turn.offered).worth - turn.choice.worth for turn in turns]
    most = max(given_away)
    return given_away.index(most) if most > 0 else None
