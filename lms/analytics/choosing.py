"""What was chosen, question type by question type: each response taken apart into choices; pure.

A response gives one choice in each place: the only one of a single choice, each left side of a match, each gap.
Of an ordering the step put first is looked at. Typed words count folded, as they are marked.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from lms.quiz.kinds import gaps, number, short
from lms.quiz.marking import right_response
from lms.quiz.question import (
    ChoiceKey,
    GapsKey,
    Item,
    MatchKey,
    NumberKey,
    OrderKey,
    Question,
    ShortKey,
    SortKey,
    SpotKey,
)
from lms.quiz.texts import folded


@dataclass(frozen=True)
class Option:
    """One thing that could be chosen; `html` is safe."""

    id: str
    html: str
    is_right: bool


@dataclass(frozen=True)
class Place:
    """One place of a question where something is chosen; `html` is "" where the question has only one.

    `is_typed` when the options are what the key accepts and anything else may be written; `has_distractors` when
    the author wrote each option for its own sake.
    """

    id: str
    html: str
    options: tuple[Option, ...]
    is_typed: bool = False
    has_distractors: bool = False


def places_of(question: Question) -> tuple[Place, ...]:
    """Return where something is chosen in this question and what; none where answers are not looked into."""
    match question.key:
        case ChoiceKey() as key:
            options = tuple(Option(each.id, each.html, each.is_right) for each in key.options)
            return (Place("", "", options, has_distractors=True),)
        case ShortKey() | NumberKey() | GapsKey():
            return _typed(question)
        case MatchKey() | SortKey() as key:
            return _paired(key)
        case SpotKey() as key:
            return (Place("", "", tuple(Option(each.id, each.html, each.is_right) for each in key.lines)),)
        case OrderKey() as key:
            return (Place("", "", tuple(Option(item.id, item.html, item is key.items[0]) for item in key.items)),)
    return ()


def _typed(question: Question) -> tuple[Place, ...]:
    match question.key:
        case ShortKey() as key:
            return (Place("", "", _accepted(key.texts), is_typed=True),)
        case GapsKey() as key:
            numbered = enumerate(key.gaps, start=1)
            return tuple(Place(str(at), str(at), _accepted(words), is_typed=True) for at, words in numbered)
    return (Place("", "", _accepted((str(right_response(question)),)), is_typed=True),)


def _paired(key: MatchKey | SortKey) -> tuple[Place, ...]:
    if isinstance(key, MatchKey):
        sides, partners, right_of = key.lefts, key.rights, dict(key.right_of)
    else:
        sides = tuple(Item(item.id, item.html) for item in key.items)
        partners, right_of = key.groups, {item.id: item.group_id for item in key.items}
    return tuple(
        Place(
            side.id,
            side.html,
            tuple(Option(each.id, each.html, right_of[side.id] == each.id) for each in partners),
        )
        for side in sides
    )


def chosen_in(question: Question, response: Any) -> Iterator[tuple[str, str]]:
    """Yield the place and the option, or the folded words, of each choice; nothing for a response of odd shape."""
    take = _TAKERS.get(type(question.key))
    return take(response) if take else iter(())


def is_right(question: Question, place_id: str, words: str) -> bool:
    """Return whether words typed in this place earn its mark."""
    match question.key:
        case ShortKey() as key:
            return short.mark(key, words) == 1
        case NumberKey() as key:
            return number.mark(key, words) == 1
        case GapsKey() as key:
            return gaps.mark(GapsKey(("", ""), (key.gaps[int(place_id) - 1],)), [words]) == 1
    return False


def _accepted(texts: tuple[str, ...]) -> tuple[Option, ...]:
    unique = {folded(text): text for text in reversed(texts)}
    return tuple(Option(key, escape(text), True) for key, text in reversed(unique.items()))


def _one(response: Any) -> Iterator[tuple[str, str]]:
    if isinstance(response, str):
        yield "", response


def _several(response: Any) -> Iterator[tuple[str, str]]:
    if isinstance(response, list):
        yield from (("", each) for each in response if isinstance(each, str))


def _words(response: Any) -> Iterator[tuple[str, str]]:
    if isinstance(response, str):
        yield "", folded(response)


def _all_words(response: Any) -> Iterator[tuple[str, str]]:
    if isinstance(response, list):
        for at, each in enumerate(response, start=1):
            if isinstance(each, str) and each.strip():
                yield str(at), folded(each)


def _first(response: Any) -> Iterator[tuple[str, str]]:
    if isinstance(response, dict):
        yield from (("", item) for item, place in response.items() if place == 1)


def _pairs(response: Any) -> Iterator[tuple[str, str]]:
    if isinstance(response, dict):
        yield from ((left, right) for left, right in response.items() if isinstance(right, str))


def _choice(response: Any) -> Iterator[tuple[str, str]]:
    return _several(response) if isinstance(response, list) else _one(response)


_TAKERS: dict[type, Callable[[Any], Iterator[tuple[str, str]]]] = {
    ChoiceKey: _choice,
    SpotKey: _several,
    OrderKey: _first,
    MatchKey: _pairs,
    SortKey: _pairs,
    ShortKey: _words,
    NumberKey: _words,
    GapsKey: _all_words,
}
