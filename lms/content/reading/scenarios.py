"""A scenario compiled: moments and choices read, checked as a graph, and what passes a run."""

import re
from typing import TypeVar

from lms.content.course import Play
from lms.content.reading import converting
from lms.content.reading.body import Body
from lms.content.reading.compiled import Compiled
from lms.content.reading.front_matter import FrontMatter, did_you_mean
from lms.content.reading.keys import ActivityKeys
from lms.content.reading.lessons import HARDEST_GRADE
from lms.content.reading.measured import Text
from lms.content.reading.measuring import measured_scenario
from lms.content.reading.texts import passages_of
from lms.problem import Severity, has_errors
from lms.scenario.linting import ABOUT_STATES, lint
from lms.scenario.passing import check_passing
from lms.scenario.reading import read_scenario
from lms.scenario.scenario import HIGHEST, METERS, Channel, PassRule, Seat, Start, most_of
from lms.structure import sections_of

_NEEDED = {"heat", "trust"}
Value = TypeVar("Value", Seat, Channel)
_WEIGHT = re.compile(r"([A-Za-z][\w.-]*)\s+(\d{1,2}(?:\.\d)?)")
_METER = re.compile(r"([a-z][a-z-]*)\s+(\d{1,2})")


# Words that one way through takes of all that is written, and a minute with thinking: reckoned from our own six.
_WORDS_A_MINUTE = 320


def compile_scenario(keys: ActivityKeys, front: FrontMatter, body: Body, compiled: Compiled) -> None:
    """Put the scenario into `compiled`, with whatever is wrong with it."""
    seat = _one_of(front, "seat", list(Seat))
    channel = _one_of(front, "channel", list(Channel))
    start = _start(front)
    rule = _rule(front)
    intro, sections = sections_of(body.structure, compiled.file, body.first_line, 2)
    scenario, problems = read_scenario(intro, sections, compiled.file, start)
    compiled.problems += problems
    if scenario is None:
        return
    found = lint(scenario)
    if any(problem.code == "bad-start" for problem in front.problems):
        # From a start that is none nobody can tell which states follow.
        found = [problem for problem in found if problem.code not in ABOUT_STATES]
    compiled.problems += (
        found if has_errors([*found, *front.problems]) else [*found, *check_passing(scenario, rule)]
    )
    compiled.behaviours += [
        (behaviour, choice.line, 1)
        for moment in scenario.all_moments
        for choice in moment.choices
        for behaviour in (*choice.shows, *choice.misses)
    ]
    compiled.behaviours += [(behaviour, *compiled.place_of("weights")) for behaviour, _ in rule.weights]
    compiled.measured = measured_scenario(scenario)
    _tell_of_its_text(compiled.measured.text, body, compiled)
    compiled.activity = Play(
        id=keys.id,
        title=keys.title,
        minutes=keys.minutes or max(1, round(compiled.measured.text.words / _WORDS_A_MINUTE)),
        behaviours=keys.behaviours,
        seat=seat,
        channel=channel,
        scenario=scenario,
        rule=rule,
        passages=tuple(passages_of(scenario.intro_html)),
        summary=keys.summary,
    )


def _tell_of_its_text(text: Text, body: Body, compiled: Compiled) -> None:
    """Warn of what is hard to read, and note what could happen anywhere."""
    if text.grade is not None and text.grade > HARDEST_GRADE:
        what = f"This scenario reads like school grade {text.grade:.0f}."
        compiled.warn(body.first_line, 1, "hard-to-read", what, "Aim at grade 7: people speak in short sentences.")
    if not compiled.mentions:
        compiled.complain(
            body.first_line,
            1,
            "no-own-word",
            "Nothing in this scenario is your organisation's own: it could happen anywhere.",
            "Write a limit, a number or a name of yours as {{ org.credit_limit }}; what is familiar is believed.",
            Severity.NOTE,
        )


def _one_of(front: FrontMatter, key: str, known: list[Value]) -> Value:
    """Return the value of this key, or the first known one after complaining."""
    entry = front.entries.get(key)
    if entry is None:
        front.complain(
            "no-value", f"The scenario does not say its {key}.", f"Write “{key}: {known[0]}” at the top.", key=key
        )
        return known[0]
    if entry.value not in known:
        front.complain("bad-value", f"“{entry.value}” is no {key}.", did_you_mean(entry.value, known), key=key)
    return next((value for value in known if value == entry.value), known[0])


def _rule(front: FrontMatter) -> PassRule:
    """Return what passes a run: 70 percent and a heat of at most 2 unless the file says otherwise."""
    usual = PassRule()
    percent = converting.whole(front, "pass", 0, 100, unit="%")
    end_heat = converting.whole(front, "end-heat", 0, HIGHEST)
    return PassRule(
        score=usual.score if percent is None else percent / 100,
        end_heat=usual.end_heat if end_heat is None else end_heat,
        weights=_weights(front),
    )


def _weights(front: FrontMatter) -> tuple[tuple[str, float], ...]:
    """Return how much the behaviours named count in the score."""
    weights: dict[str, float] = {}
    for text, offset in converting.pieces(front, "weights"):
        found = _WEIGHT.fullmatch(text)
        if found is None or found[1] in weights:
            front.complain(
                "bad-weight",
                f"“{text}” does not say how much a behaviour counts.",
                "Write it like “weights: ack 3, own 2”, each behaviour once.",
                key="weights",
                offset=offset,
            )
        else:
            weights[found[1]] = float(found[2])
    return tuple(weights.items())


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
