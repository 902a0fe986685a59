"""A question in other words: every text a person reads, changed alike; ids, key and marks stay."""

from collections.abc import Callable
from dataclasses import replace

from lms.quiz.question import ChoiceKey, GapsKey, Item, Key, MatchKey, NumberKey, OrderKey, Question

Change = Callable[[str], str]


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
            options = [
                replace(each, html=change_html(each.html), feedback_html=change_html(each.feedback_html))
                for each in key.options
            ]
            return ChoiceKey(tuple(options))
        case NumberKey():
            return replace(key, unit=change_text(key.unit))
        case OrderKey():
            return OrderKey(_items(key.items, change_html))
        case MatchKey():
            return replace(
                key,
                lefts=_items(key.lefts, change_html),
                rights=_items(key.rights, change_html),
                left_title=change_text(key.left_title),
                right_title=change_text(key.right_title),
            )
        case GapsKey():
            return replace(key, pieces_html=tuple(map(change_html, key.pieces_html)))
    return key


def _items(items: tuple[Item, ...], change_html: Change) -> tuple[Item, ...]:
    return tuple(Item(each.id, change_html(each.html)) for each in items)
