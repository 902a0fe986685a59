"""What single and multiple choice share: how options are shown and how a review tells of each."""

from collections.abc import Collection

from lms.quiz.question import ChoiceKey, Item, Option
from lms.quiz.verbs import Line, Parts, Verdict


def parts(key: ChoiceKey) -> Parts:
    """Return the options without which of them are right and without feedback."""
    return Parts(options=tuple(Item(option.id, option.html) for option in key.options))


def right_ids(key: ChoiceKey) -> frozenset[str]:
    """Return the ids of the right options."""
    return frozenset(option.id for option in key.options if option.is_right)


def all_ids(key: ChoiceKey) -> frozenset[str]:
    """Return the ids of all options."""
    return frozenset(option.id for option in key.options)


def lines(key: ChoiceKey, chosen: Collection[str]) -> tuple[Line, ...]:
    """Return a line for each option with its feedback."""
    return tuple(
        Line(option.id, _verdict(option, option.id in chosen), option.html, feedback_html=option.feedback_html)
        for option in key.options
    )


def _verdict(option: Option, is_chosen: bool) -> Verdict:
    if is_chosen:
        return Verdict.RIGHT if option.is_right else Verdict.WRONG
    return Verdict.MISSED if option.is_right else Verdict.REST
