"""What decides whether an answer is right, apart from its wording: to tell a wrong key from one that is mended."""

import hashlib
import json
from dataclasses import fields, is_dataclass
from typing import Any

from lms.quiz.question import ChoiceKey, Question
from lms.quiz.registry import kind_of

# Words around the answers: they decide nothing.
_WORDS = ("html", "feedback", "title")


def key_print(question: Question) -> str:
    """Return a hash of what is right and of what could be answered; other words around it give the same."""
    key: Any = question.key
    if isinstance(key, ChoiceKey):
        # Options are shuffled: their order says nothing.
        key = tuple(sorted(key.options, key=lambda option: option.id))
    text = json.dumps([question.type.value, _bare(key)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def asks_alike(before: Question, after: Question) -> bool:
    """Return whether an answer to the one can be marked as one to the other: the same things could be answered."""
    return before.type is after.type and _answerable(before) == _answerable(after)


def _answerable(question: Question) -> Any:
    parts = kind_of(question).shown(question.key)
    sides = (parts.options, parts.items, parts.lefts, parts.rights)
    return [sorted(item.id for item in side) for side in sides], len(parts.pieces_html)


def _bare(value: Any) -> Any:
    if is_dataclass(value):
        return {
            each.name: _bare(getattr(value, each.name)) for each in fields(value) if not each.name.endswith(_WORDS)
        }
    if isinstance(value, tuple):
        return [_bare(each) for each in value]
    return value
