"""What somebody earns who guesses blindly; pure."""

from itertools import permutations
from math import comb

from lms.quiz.marking import mark
from lms.quiz.question import ChoiceKey, MatchKey, OrderKey, Question, QuestionType, SortKey

_MOST_STEPS = 6


def guess_mark(question: Question) -> float | None:
    """Return the mark (0..1) that a blind guess earns on average: 0 where words are typed, None unknown.

    A guesser at a multiple choice ticks as many options as are right.
    """
    match question.key:
        case ChoiceKey() as key:
            right = sum(option.is_right for option in key.options)
            if question.type is QuestionType.SINGLE:
                return right / len(key.options)
            return _ticks(right, len(key.options))
        case MatchKey() as key:
            return 1 / len(key.rights)
        case SortKey() as key:
            return 1 / len(key.groups)
        case OrderKey() as key if len(key.items) <= _MOST_STEPS:
            return _orders(question, [item.id for item in key.items])
        case _:
            typed = (QuestionType.SHORT, QuestionType.NUMBER, QuestionType.GAPS)
            return 0.0 if question.type in typed else None


def _ticks(right: int, options: int) -> float:
    """Return the mean of (hits - misses) / right, never below 0, over all ways to tick `right` options."""
    ways = sum(
        comb(right, hits) * comb(options - right, right - hits) * max(0, 2 * hits - right)
        for hits in range(right + 1)
    )
    return ways / comb(options, right) / right


def _orders(question: Question, ids: list[str]) -> float:
    marks = [
        mark(question, {item: place for place, item in enumerate(order, start=1)}) for order in permutations(ids)
    ]
    return sum(marks) / len(marks)
