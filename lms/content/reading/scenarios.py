"""A scenario read and checked; it has no activity yet: this server does not play them."""

import re

from lms.content.reading.body import Body
from lms.content.reading.compiled import Compiled
from lms.content.reading.front_matter import FrontMatter, did_you_mean
from lms.content.reading.measuring import measured_scenario
from lms.scenario.linting import lint
from lms.scenario.reading import read_scenario
from lms.scenario.scenario import HIGHEST, METERS, Channel, Seat, Start, most_of
from lms.structure import sections_of

_NEEDED = {"heat", "trust"}
_METER = re.compile(r"([a-z][a-z-]*)\s+(\d{1,2})")


def compile_scenario(front: FrontMatter, body: Body, compiled: Compiled) -> None:
    """Complain about whatever is wrong with the scenario, and measure it when it can be read."""
    _one_of(front, "seat", [seat.value for seat in Seat])
    _one_of(front, "channel", [channel.value for channel in Channel])
    start = _start(front)
    intro, sections = sections_of(body.structure, compiled.file, body.first_line, 2)
    scenario, problems = read_scenario(intro, sections, compiled.file, start)
    compiled.problems += problems
    if scenario is None:
        return
    compiled.problems += lint(scenario)
    compiled.behaviours += [
        (behaviour, choice.line, 1)
        for moment in scenario.all_moments
        for choice in moment.choices
        for behaviour in (*choice.shows, *choice.misses)
    ]
    compiled.measured = measured_scenario(scenario)


def _one_of(front: FrontMatter, key: str, known: list[str]) -> None:
    entry = front.entries.get(key)
    if entry is None:
        front.complain(
            "no-value", f"The scenario does not say its {key}.", f"Write “{key}: {known[0]}” at the top.", key=key
        )
    elif entry.value not in known:
        front.complain("bad-value", f"“{entry.value}” is no {key}.", did_you_mean(entry.value, known), key=key)


def _start(front: FrontMatter) -> Start:
    """Return the meters at the start; those that are not named stand at 0."""
    entry = front.entries.get("start")
    pieces = [piece.strip() for piece in entry.value.split(",")] if entry else []
    found = [_METER.fullmatch(piece) for piece in pieces]
    meters = {each[1]: int(each[2]) for each in found if each}
    is_in_bounds = all(most_of(name) >= value for name, value in meters.items())
    if not (all(found) and set(meters) >= _NEEDED and is_in_bounds):
        _complain(front)
    return Start(dict.fromkeys(METERS, 0) | meters)


def _complain(front: FrontMatter) -> None:
    front.complain(
        "bad-start",
        f"A scenario starts with heat and trust, and perhaps effort and others of its own, from 0 to {HIGHEST}.",
        "Write it like “start: heat 3, trust 1, effort 4”.",
        key="start",
    )
