"""How people of the sample play a scenario: mostly what helps, now and then what does not; pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from lms.content.course import Course, Play
from lms.progress.completion import needed_mark
from lms.scenario.playing import Turn, beginning, played, scene_of
from lms.scenario.scoring import best_of, report_of

_MOST_RUNS = 3
_MOST_TURNS = 20


@dataclass(frozen=True)
class Said:
    """One choice made in a run."""

    choice_id: str
    made_at: datetime


@dataclass(frozen=True)
class Rehearsed:
    """One whole run of this seed; `said` may stop before an ending."""

    scenario_id: str
    seed: int
    started_at: datetime
    said: tuple[Said, ...]

    @property
    def last_at(self) -> datetime:
        """Return the moment of the last act."""
        return self.said[-1].made_at if self.said else self.started_at

    def turns(self, play: Play) -> tuple[Turn, ...]:
        """Return its turns."""
        start = beginning(play.scenario, self.seed)
        return played(play.scenario, self.seed, start, [each.choice_id for each in self.said])


def rehearsed_until_passed(
    course: Course, play: Play, begins: datetime, skill: float, chance: Random
) -> list[Rehearsed]:
    """Return the runs of somebody who plays until one passes, three at most; the last says the best throughout."""
    runs: list[Rehearsed] = []
    for number in range(1, _MOST_RUNS + 1):
        certainty = 1.0 if number == _MOST_RUNS else min(0.95, skill + 0.12 * (number - 1))
        runs.append(rehearsed(play, begins, certainty, chance))
        if has_passed(course, play, runs[-1]):
            break
        begins = runs[-1].last_at + timedelta(seconds=chance.randint(30, 120))
    return runs


def rehearsed(play: Play, begins: datetime, certainty: float, chance: Random) -> Rehearsed:
    """Return one run to an ending by somebody who chooses the best with this certainty (0..1)."""
    run = Rehearsed(play.id, chance.getrandbits(63), begins, ())
    state = beginning(play.scenario, run.seed)
    while len(run.said) < _MOST_TURNS:
        offered = scene_of(play.scenario, state, run.seed).choices
        if not offered:
            break
        best = best_of(offered)
        others = [choice for choice in offered if choice is not best]
        choice = best if chance.random() < certainty or not others else chance.choice(others)
        made_at = run.last_at + timedelta(seconds=chance.randint(12, 55))
        run = replace(run, said=(*run.said, Said(choice.id, made_at)))
        state = run.turns(play)[-1].after
    return run


def has_passed(course: Course, play: Play, run: Rehearsed) -> bool:
    """Return whether the run came to an ending that passes."""
    turns = run.turns(play)
    ended = bool(turns) and play.scenario.moment(turns[-1].after.moment_id).outcome is not None
    return ended and report_of(play.scenario, replace(play.rule, score=needed_mark(course, play)), turns).passed
