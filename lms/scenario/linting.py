"""What is wrong with a scenario as a whole: dead ends, moments nobody reaches, a best answer that shows itself.

Source of the list: training practice, "branching scenarios", lint.
"""

from collections.abc import Iterator, Sequence

from lms.problem import Problem, Severity
from lms.scenario.graph import MOST_STEPS, Graph
from lms.scenario.playing import State, after, is_offered
from lms.scenario.scenario import Choice, Moment, Scenario

MOST_WORDS_A_MOMENT = 120
MOST_WORDS_A_CHOICE = 25
MOST_DECISIONS = 8
# What hangs on where the meters stand, and so on where they start.
ABOUT_STATES = frozenset({"never-shown", "nothing-offered"})
_ENOUGH_TO_JUDGE = 4
_MOST_CHOICES = 4


def lint(scenario: Scenario) -> list[Problem]:
    """Return every complaint about how the moments hold together, in the order of their lines."""
    linter = _Linter(scenario)
    linter.check_links()
    if not linter.has_broken_links:
        linter.check_ways()
        linter.check_bounds()
        linter.check_length()
        linter.check_recovery()
    linter.check_words()
    linter.check_best()
    return sorted(linter.problems)


class _Linter:
    """The scenario as a graph, and what was found so far."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.problems: list[Problem] = []
        self.graph = Graph(scenario)
        self.by_id = self.graph.by_id
        self.first = self.graph.first
        self.has_broken_links = False

    def check_links(self) -> None:
        for moment in self.scenario.all_moments:
            for choice in moment.choices:
                if choice.goal not in self.by_id:
                    self.has_broken_links = True
                    what = f"No moment has the id “{choice.goal}”."
                    self._error(choice.line, "no-such-moment", what, f"Known are {', '.join(sorted(self.by_id))}.")
            is_end = moment.outcome is not None
            if is_end and moment in (self.first, *self.first.variants):
                cure = "Write the moment that leads there before it."
                self._error(
                    moment.line, "begins-with-ending", f"It ends with “{moment.title}” before it began.", cure
                )
            if is_end and moment.choices:
                cure = "Take .ending out, or the choices."
                self._error(moment.line, "ending-with-choices", f"“{moment.title}” ends and goes on.", cure)
            if not is_end and not moment.choices and not moment.variants:
                cure = "Write its choices as a list of links, or make it an ending: {.ending outcome=…}."
                self._error(moment.line, "no-choices", f"Nobody gets on from “{moment.title}”.", cure)
            if len(moment.choices) == 1 or len(moment.choices) > _MOST_CHOICES:
                what = f"“{moment.title}” has {len(moment.choices)} choices."
                self._warn(moment.line, "number-of-choices", what, "Two to four is what people can weigh.")

    def check_ways(self) -> None:
        for moment in self.graph.moments:
            if moment.id not in self.graph.reached:
                cure = "Link a choice to it, or take it out."
                self._warn(moment.line, "unreached", f"Nobody ever comes to “{moment.title}”.", cure)
            elif moment.id not in self.graph.with_way_out:
                cure = "Let one of the choices lead towards an ending."
                self._error(moment.line, "no-way-out", f"From “{moment.title}” no way leads to an ending.", cure)
            if moment.id in self.graph.idle:
                what = f"From “{moment.title}” one can come back to it without anything having changed."
                self._warn(moment.line, "idle-loop", what, "Let a choice on the way change heat, trust or effort.")

    def check_bounds(self) -> None:
        held: set[str] = set()
        bare: set[str] = set()
        for moment, state in self._states():
            offered = [choice.id for choice in moment.choices if is_offered(choice, state)]
            held.update(offered)
            if moment.choices and not offered:
                bare.add(moment.id)
        for moment in self.scenario.all_moments:
            for choice in moment.choices:
                if choice.bounds and choice.id not in held:
                    cure = "Loosen the condition, or take the choice out."
                    self._warn(choice.line, "never-shown", "The condition of this choice never holds.", cure)
            if moment.id in bare:
                what = f"One can come to “{moment.title}” when no condition of its choices holds."
                self._warn(moment.line, "nothing-offered", what, "Leave one choice without if=, or loosen one.")

    def check_length(self) -> None:
        longest = self.graph.longest_way
        if longest > MOST_DECISIONS:
            what = f"One way through takes {longest} decisions."
            cure = f"Let ways meet earlier: {MOST_DECISIONS} is as many as people keep in mind."
            self._warn(self.first.line, "long-way", what, cure)

    def check_recovery(self) -> None:
        first = self.first if self.first.choices else next(iter(self.first.variants), self.first)
        if not first.choices:
            return
        best = max(choice.worth for choice in first.choices)
        poor = [choice for choice in first.choices if choice.worth < best]
        endings = [
            self.by_id[goal].outcome
            for choice in poor
            for goal in self.graph.reached_from(self.by_id[choice.goal])
        ]
        if poor and not any(outcome and outcome.is_success for outcome in endings):
            what = "After a poor first choice nothing can be made good."
            cure = "Let one way lead back: recovering is the skill."
            self._warn(first.line, "no-recovery", what, cure)

    def check_words(self) -> None:
        for moment in self.scenario.all_moments:
            if moment.words > MOST_WORDS_A_MOMENT:
                what = f"This moment has {moment.words} words."
                self._warn(
                    moment.line, "long-moment", what, f"Keep to {MOST_WORDS_A_MOMENT}: people decide, not read."
                )
            for choice in moment.choices:
                if choice.words > MOST_WORDS_A_CHOICE:
                    what = f"This choice has {choice.words} words."
                    self._warn(choice.line, "long-choice", what, f"Keep to {MOST_WORDS_A_CHOICE}.")
                if not choice.feedback_html:
                    cure = "Add an indented line `> …`: what was done, and what it does to the customer."
                    self._warn(choice.line, "no-feedback", "This choice has no feedback.", cure)
            if moment.choices and not any(choice.shows for choice in moment.choices):
                cure = 'Write shows="…" after the choice that shows one.'
                self._warn(moment.line, "no-behaviour", f"No choice of “{moment.title}” shows a behaviour.", cure)

    def check_best(self) -> None:
        judged = [moment.choices for moment in self.scenario.all_moments if len(moment.choices) > 1]
        places = [_best_place(each) for each in judged]
        if len(judged) < _ENOUGH_TO_JUDGE:
            return
        line = self.first.line
        if not any(places):
            cure = "Move it in some: choices are shuffled for players, but not on paper."
            self._warn(
                line, "best-always-first", f"In all {len(judged)} moments the best choice stands first.", cure
            )
        if all(
            each[best].words >= max(choice.words for choice in each)
            for each, best in zip(judged, places, strict=True)
        ):
            cure = "Shorten some and lengthen others: people who guess take the longest."
            self._warn(
                line, "best-always-longest", f"In all {len(judged)} moments the best choice is the longest.", cure
            )

    def _states(self) -> Iterator[tuple[Moment, State]]:
        """Yield each moment with each state in which it can be reached, as long as there are not too many."""
        waiting = [State(each.id, self.scenario.start.meters) for each in self.first.variants or (self.first,)]
        seen = {state.key for state in waiting}
        while waiting and len(seen) < MOST_STEPS:
            state = waiting.pop()
            moment = self.by_id[state.moment_id]
            yield moment, state
            for choice in moment.choices:
                goal = self.by_id[choice.goal]
                for arrived in (goal.variants or (goal,)) if is_offered(choice, state) else ():
                    following = after(state, choice, arrived)
                    if following.key not in seen:
                        seen.add(following.key)
                        waiting.append(following)

    def _error(self, line: int, code: str, what: str, cure: str) -> None:
        self.problems.append(Problem(self.scenario.file, line, 1, code, what, cure, Severity.ERROR))

    def _warn(self, line: int, code: str, what: str, cure: str) -> None:
        self.problems.append(Problem(self.scenario.file, line, 1, code, what, cure, Severity.WARNING))


def _best_place(choices: Sequence[Choice]) -> int:
    worths = [choice.worth for choice in choices]
    return worths.index(max(worths))
