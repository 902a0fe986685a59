"""A question on paper: the letters and numbers that stand before its parts, and its key in them."""

from collections.abc import Iterable

from lms.quiz import numbers
from lms.quiz.asking import Asked
from lms.quiz.marking import right_response
from lms.quiz.question import GapsKey, Item, Key, NumberKey, Question, QuestionType, ShortKey

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def letter(place: int) -> str:
    """Return the letter of a place from 0: A to Z, then AA, AB and so on."""
    first, last = divmod(place, len(_LETTERS))
    return (_LETTERS[first - 1] if first else "") + _LETTERS[last]


def key_on_paper(question: Question, asked: Asked) -> str:
    """Return what is right in the letters and numbers of this paper, "" where a person decides."""
    if question.type in (QuestionType.SINGLE, QuestionType.MULTIPLE):
        return _letters(asked.options, right_response(question))
    if question.type is QuestionType.SPOT:
        return _letters([Item(line.id, line.html) for line in asked.spoken], right_response(question))
    if question.type is QuestionType.ORDER:
        return _in_order(asked.items, right_response(question))
    if question.type is QuestionType.MATCH:
        return _pairs(asked.lefts, asked.rights, right_response(question))
    if question.type is QuestionType.SORT:
        return _pairs(asked.items, asked.groups, right_response(question))
    return _typed(question.key)


def _typed(key: Key) -> str:
    if isinstance(key, GapsKey):
        return "; ".join(f"{place} {' / '.join(words)}" for place, words in enumerate(key.gaps, start=1))
    if isinstance(key, ShortKey):
        return " / ".join(key.texts)
    if isinstance(key, NumberKey):
        tolerance = f" ± {numbers.plain(key.tolerance)}" if key.tolerance else ""
        return f"{numbers.plain(key.value)}{tolerance} {key.unit}".strip()
    return ""


def _in_order(items: Iterable[Item], places: object) -> str:
    assert isinstance(places, dict)
    letters = {item.id: letter(place) for place, item in enumerate(items)}
    return " – ".join(letters[item] for item, _ in sorted(places.items(), key=lambda each: each[1]))


def _letters(items: Iterable[Item], right: object) -> str:
    wanted = {right} if isinstance(right, str) else set(right if isinstance(right, list) else ())
    return ", ".join(letter(place) for place, item in enumerate(items) if item.id in wanted)


def _pairs(lefts: Iterable[Item], rights: Iterable[Item], right_of: object) -> str:
    assert isinstance(right_of, dict)
    letters = {item.id: letter(place) for place, item in enumerate(rights)}
    return ", ".join(f"{place} {letters[right_of[left.id]]}" for place, left in enumerate(lefts, start=1))
