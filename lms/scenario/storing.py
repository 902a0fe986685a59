"""Scenarios as plain values for JSON and back: `from_plain(to_plain(scenario)) == scenario`."""

from dataclasses import replace
from typing import Any

from lms.scenario.scenario import Aim, Bound, Choice, Moment, Outcome, Scenario, Start

Plain = dict[str, Any]


def to_plain(scenario: Scenario) -> Plain:
    """Return the scenario as dicts, lists, texts and numbers only."""
    return {
        "file": scenario.file,
        "start": scenario.start.meters,
        "intro": scenario.intro_html,
        "moments": [_moment_to_plain(moment) for moment in scenario.moments],
        "customer_card": scenario.customer_card_html,
        "observer_card": scenario.observer_card_html,
        "trainer": scenario.trainer_html,
    }


def from_plain(plain: Plain) -> Scenario:
    """Return the scenario that `to_plain` wrote."""
    return Scenario(
        file=plain["file"],
        start=Start(dict(plain["start"])),
        intro_html=plain["intro"],
        moments=tuple(_moment(moment) for moment in plain["moments"]),
        customer_card_html=plain["customer_card"],
        observer_card_html=plain["observer_card"],
        trainer_html=plain["trainer"],
    )


def without_lines(scenario: Scenario) -> Scenario:
    """Return the scenario with every line 0: what moves with the lines above it alone is no change."""
    return replace(scenario, moments=tuple(_without_lines(moment) for moment in scenario.moments))


def _without_lines(moment: Moment) -> Moment:
    return replace(
        moment,
        line=0,
        choices=tuple(replace(choice, line=0) for choice in moment.choices),
        variants=tuple(_without_lines(variant) for variant in moment.variants),
    )


def _moment_to_plain(moment: Moment) -> Plain:
    return {
        "id": moment.id,
        "title": moment.title,
        "html": moment.html,
        "words": moment.words,
        "choices": [_choice_to_plain(choice) for choice in moment.choices],
        "variants": [_moment_to_plain(variant) for variant in moment.variants],
        "outcome": moment.outcome and moment.outcome.value,
        "line": moment.line,
        "effects": moment.effects,
    }


def _moment(plain: Plain) -> Moment:
    return Moment(
        id=plain["id"],
        title=plain["title"],
        html=plain["html"],
        words=plain["words"],
        choices=tuple(_choice(choice) for choice in plain["choices"]),
        variants=tuple(_moment(variant) for variant in plain["variants"]),
        outcome=Outcome(plain["outcome"]) if plain["outcome"] else None,
        line=plain["line"],
        effects=dict(plain.get("effects", {})),
    )


def _choice_to_plain(choice: Choice) -> Plain:
    return {
        "id": choice.id,
        "goal": choice.goal,
        "text": choice.text_html,
        "words": choice.words,
        "effects": choice.effects,
        "shows": list(choice.shows),
        "misses": list(choice.misses),
        "critical": choice.is_critical,
        "bounds": [[bound.meter, bound.sign, bound.number] for bound in choice.bounds],
        "feedback": choice.feedback_html,
        "line": choice.line,
        "fix": choice.is_fix,
        "aim": choice.aim and choice.aim.value,
    }


def _choice(plain: Plain) -> Choice:
    return Choice(
        id=plain["id"],
        goal=plain["goal"],
        text_html=plain["text"],
        words=plain["words"],
        effects=dict(plain["effects"]),
        shows=tuple(plain["shows"]),
        misses=tuple(plain["misses"]),
        is_critical=plain["critical"],
        bounds=tuple(Bound(*bound) for bound in plain["bounds"]),
        feedback_html=plain["feedback"],
        line=plain["line"],
        is_fix=plain.get("fix", False),
        aim=Aim(plain["aim"]) if plain.get("aim") else None,
    )
