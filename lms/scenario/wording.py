"""A scenario with its texts put through a change, such as filling in an organisation's words."""

from collections.abc import Callable
from dataclasses import replace

from lms.scenario.scenario import Choice, Moment, Scenario

Change = Callable[[str], str]


def reworded(scenario: Scenario, change: Change) -> Scenario:
    """Return the scenario with every safe HTML in it changed; ids and effects stay."""
    return replace(
        scenario,
        intro_html=change(scenario.intro_html),
        moments=tuple(moment_reworded(moment, change) for moment in scenario.moments),
        customer_card_html=change(scenario.customer_card_html),
        observer_card_html=change(scenario.observer_card_html),
        trainer_html=change(scenario.trainer_html),
    )


def moment_reworded(moment: Moment, change: Change) -> Moment:
    """Return the moment, its choices and its variants with every safe HTML in them changed."""
    return replace(
        moment,
        html=change(moment.html),
        choices=tuple(_choice_reworded(choice, change) for choice in moment.choices),
        variants=tuple(moment_reworded(variant, change) for variant in moment.variants),
    )


def _choice_reworded(choice: Choice, change: Change) -> Choice:
    return replace(choice, text_html=change(choice.text_html), feedback_html=change(choice.feedback_html))
