"""A scenario as a graph: which moments follow which, who is reached, from where an ending can be reached.

Works on what an author has half written: a choice that leads to no moment is left out of every way.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from lms.scenario.scenario import Choice, Moment, Scenario

# Ways through a graph can be more than anybody can count.
MOST_STEPS = 20_000


class Graph:
    """The moments of one scenario by their ids, with what follows from how they are linked."""

    def __init__(self, scenario: Scenario) -> None:
        self.moments = scenario.all_moments
        self.by_id = {moment.id: moment for moment in self.moments}
        self.first = scenario.moments[0]

    def following(self, moment: Moment) -> list[str]:
        """Return the ids that can come next, in the order of the choices or variants, each once."""
        goals = [choice.goal for choice in moment.choices] + [variant.id for variant in moment.variants]
        return [goal for goal in dict.fromkeys(goals) if goal in self.by_id]

    def reached_from(self, moment: Moment) -> set[str]:
        """Return the ids of every moment that can follow, however late, and the moment's own."""
        return self._closure([moment.id], {each.id: self.following(each) for each in self.moments})

    @cached_property
    def reached(self) -> set[str]:
        """The ids of the moments that somebody can come to."""
        return self.reached_from(self.first)

    @cached_property
    def with_way_out(self) -> set[str]:
        """The ids of the moments from which an ending can be reached."""
        before: dict[str, list[str]] = {each.id: [] for each in self.moments}
        for each in self.moments:
            for goal in self.following(each):
                before[goal].append(each.id)
        return self._closure([each.id for each in self.moments if each.outcome], before)

    @cached_property
    def idle(self) -> set[str]:
        """The ids of the moments to which one can come back without anything having changed."""
        unchanged = {
            each.id: [
                *(choice.goal for choice in each.choices if self._is_idle(choice)),
                *(variant.id for variant in each.variants if not any(variant.effects.values())),
            ]
            for each in self.moments
        }
        return _in_circles(unchanged)

    def _is_idle(self, choice: Choice) -> bool:
        """Return whether a choice leads on without changing anything, by itself or by where it leads."""
        goal = self.by_id.get(choice.goal)
        return goal is not None and not any((*choice.effects.values(), *goal.effects.values()))

    @property
    def shortest_way(self) -> int | None:
        """The fewest decisions from the first moment to an ending, or None when no way leads to one."""
        return self.shortest_way_from(self.first)

    def shortest_way_from(self, moment: Moment) -> int | None:
        """Return the fewest decisions from this moment to an ending, or None when no way leads to one."""
        here, seen, decisions = {moment.id}, {moment.id}, 0
        while here:
            # A draw takes no decision: its variants are met together with it.
            here |= {variant.id for key in here for variant in self.by_id[key].variants}
            if any(self.by_id[key].outcome for key in here):
                return decisions
            seen |= here
            here = {goal for key in here for goal in self.following(self.by_id[key])} - seen
            decisions += 1
        return None

    @cached_property
    def longest_way(self) -> int:
        """The most decisions of a way that comes to no moment twice; a lower bound for huge graphs."""
        longest, steps = 0, 0
        waiting: list[tuple[str, tuple[str, ...], int]] = [(self.first.id, (self.first.id,), 0)]
        while waiting and steps < MOST_STEPS:
            steps += 1
            here, way, decisions = waiting.pop()
            longest = max(longest, decisions)
            moment = self.by_id[here]
            waiting += [
                (goal, (*way, goal), decisions + bool(moment.choices))
                for goal in self.following(moment)
                if goal not in way
            ]
        return longest

    @staticmethod
    def _closure(start: Iterable[str], following: Mapping[str, Iterable[str]]) -> set[str]:
        waiting = list(start)
        found = set(waiting)
        while waiting:
            for goal in following[waiting.pop()]:
                if goal not in found:
                    found.add(goal)
                    waiting.append(goal)
        return found


def _in_circles(following: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the keys from which a way leads back to themselves.

    Source: S. R. Kosaraju's two passes for strongly connected components; linear, however long the ways.
    """
    before: dict[str, list[str]] = {key: [] for key in following}
    for key, goals in following.items():
        for goal in goals:
            before[goal].append(key)
    found: set[str] = set()
    seen: set[str] = set()
    for root in reversed(_as_left(following)):
        if root in seen:
            continue
        seen.add(root)
        together, waiting = {root}, [root]
        while waiting:
            for key in before[waiting.pop()]:
                if key not in seen:
                    seen.add(key)
                    together.add(key)
                    waiting.append(key)
        if len(together) > 1 or root in following[root]:
            found |= together
    return found


def _as_left(following: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the keys in the order in which a walk into the depth leaves them for good."""
    left: list[str] = []
    seen: set[str] = set()
    for root in following:
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(following[root]))]
        while stack:
            key, rest = stack[-1]
            goal = next((each for each in rest if each not in seen), None)
            if goal is None:
                stack.pop()
                left.append(key)
            else:
                seen.add(goal)
                stack.append((goal, iter(following[goal])))
    return left
