"""Scenarios as bare graphs, for tests of how moments hang together: made by hand, or any at all."""

from typing import Any

from hypothesis import strategies as st

from lms.scenario.scenario import Choice, Moment, Outcome, Scenario, Start

# A moment's goals, its variants with theirs, or None for an ending.
Shape = dict[str, "list[str] | dict[str, list[str]] | None"]


def scenario_of(shape: Shape, **more: Any) -> Scenario:
    """Return the scenario of this shape; its choices change nothing unless `more` gives their fields by goal."""
    moments = []
    for line, (key, following) in enumerate(shape.items(), start=1):
        variants = ()
        if isinstance(following, dict):
            variants = tuple(_moment(variant, goals, line, more) for variant, goals in following.items())
        goals = following if isinstance(following, list) else []
        outcome = Outcome.SOLVED if following is None else None
        moments.append(_moment(key, goals, line, more, variants, outcome))
    return Scenario("bees/02-call.md", Start({"heat": 3, "trust": 1, "effort": 0}), "", tuple(moments), "", "", "")


def _moment(
    key: str,
    goals: list[str],
    line: int,
    more: dict[str, Any],
    variants: tuple[Moment, ...] = (),
    outcome: Outcome | None = None,
) -> Moment:
    choices = tuple(
        Choice(**{"id": f"{key}-{number}", "goal": goal, "text_html": f"Say {number}.", "words": 2, "effects": {},
                  "shows": (), "misses": (), "is_critical": False, "bounds": (), "feedback_html": "", "line": line}
               | more.get(goal, {}))
        for number, goal in enumerate(goals)
    )  # fmt: skip
    return Moment(key, f"Moment {key}", "", 0, choices, variants, outcome, line)


@st.composite
def graphs(draw: st.DrawFn) -> Scenario:
    """Up to twelve moments: loops, dead ends, draws, links to nowhere, anything an author may write."""
    count = draw(st.integers(1, 12))
    names = [f"m{number}" for number in range(count)]
    goal = st.sampled_from([*names, "nowhere", "elsewhere"])
    goals = st.lists(goal, max_size=5)
    shape: Shape = {}
    for name in names:
        shape[name] = draw(
            st.one_of(
                st.none(),
                goals,
                goals,
                st.lists(goals, min_size=1, max_size=3).map(
                    lambda each, name=name: {f"{name}v{number}": found for number, found in enumerate(each)}
                ),
            )
        )
    change = {"effects": {"heat": draw(st.integers(-2, 2))}, "is_critical": draw(st.booleans())}
    return scenario_of(shape, **{draw(st.sampled_from(names)): change})
