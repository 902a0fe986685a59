"""A question in other words: every text a person reads, changed alike; ids, key and marks stay."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from lms.quiz.question import (
    ChoiceKey,
    GapsKey,
    Item,
    Key,
    MatchKey,
    NumberKey,
    OpenKey,
    Option,
    OrderKey,
    Question,
    SortItem,
    SortKey,
    SpokenLine,
    SpotKey,
)

Change = Callable[[str], str]
Explained = TypeVar("Explained", Option, SortItem, SpokenLine)


def reworded(question: Question, change_html: Change, change_text: Change) -> Question:
    """Return the question with its safe HTML and its plain texts changed; accepted answers are left alone."""
    return replace(
        question,
        title=change_text(question.title),
        stem_html=change_html(question.stem_html),
        key=_key(question.key, change_html, change_text),
        hint_html=change_html(question.hint_html),
        explanation_html=change_html(question.explanation_html),
    )


def _key(key: Key, change_html: Change, change_text: Change) -> Key:
    match key:
        case ChoiceKey():
            changed: Key = ChoiceKey(tuple(_explained(each, change_html) for each in key.options))
        case NumberKey():
            changed = replace(key, unit=change_text(key.unit))
        case OrderKey():
            changed = OrderKey(_items(key.items, change_html))
        case MatchKey():
            changed = replace(
                key,
                lefts=_items(key.lefts, change_html),
                rights=_items(key.rights, change_html),
                left_title=change_text(key.left_title),
                right_title=change_text(key.right_title),
            )
        case GapsKey():
            changed = replace(key, pieces_html=tuple(map(change_html, key.pieces_html)))
        case OpenKey():
            changed = OpenKey(_items(key.criteria, change_html))
        case SortKey():
            items = tuple(_explained(each, change_html) for each in key.items)
            changed = SortKey(_items(key.groups, change_html), items)
        case SpotKey():
            lines = (_explained(each, change_html) for each in key.lines)
            changed = SpotKey(tuple(replace(each, who=change_text(each.who)) for each in lines))
        case _:
            changed = key
    return changed


def _explained(each: Explained, change_html: Change) -> Explained:
    return replace(each, html=change_html(each.html), feedback_html=change_html(each.feedback_html))


def _items(items: tuple[Item, ...], change_html: Change) -> tuple[Item, ...]:
    return tuple(Item(each.id, change_html(each.html)) for each in items)
