"""Questions as plain values for JSON and back: `from_plain(to_plain(question)) == question`."""

from collections.abc import Callable
from typing import Any

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
    QuestionType,
    ShortKey,
    SortItem,
    SortKey,
    SpokenLine,
    SpotKey,
)


def to_plain(question: Question) -> dict[str, Any]:
    """Return the question with its key as dicts, lists, texts and numbers only."""
    return {
        "id": question.id,
        "type": question.type.value,
        "title": question.title,
        "stem": question.stem_html,
        "key": _key_to_plain(question.key),
        "points": question.points,
        "behaviours": list(question.behaviours),
        "pool": question.pool,
        "hint": question.hint_html,
        "explanation": question.explanation_html,
        "file": question.file,
        "line": question.line,
        "roles": list(question.roles),
        **{name: value for name, value in (("form", question.form), ("home", question.home)) if value},
    }


def from_plain(plain: dict[str, Any]) -> Question:
    """Return the question that `to_plain` wrote. Raises KeyError or ValueError for anything else."""
    kind = QuestionType(plain["type"])
    return Question(
        id=plain["id"],
        type=kind,
        title=plain["title"],
        stem_html=plain["stem"],
        key=_READERS[kind](plain["key"]),
        points=plain["points"],
        behaviours=tuple(plain["behaviours"]),
        pool=plain["pool"],
        hint_html=plain["hint"],
        explanation_html=plain["explanation"],
        file=plain["file"],
        line=plain["line"],
        roles=tuple(plain["roles"]),
        form=plain.get("form", ""),
        home=plain.get("home", ""),
    )


def _key_to_plain(key: Key) -> Any:
    return _WRITERS[type(key)](key)


def _items_to_plain(items: tuple[Item, ...]) -> list[list[str]]:
    return [[item.id, item.html] for item in items]


def _items(plain: list[list[str]]) -> tuple[Item, ...]:
    return tuple(Item(*item) for item in plain)


def _choice(plain: Any) -> Key:
    return ChoiceKey(tuple(Option(*option) for option in plain))


def _match(plain: Any) -> Key:
    left_title, right_title = plain["titles"]
    pairs = tuple((left, right) for left, right in plain["right_of"])
    return MatchKey(_items(plain["lefts"]), _items(plain["rights"]), pairs, left_title, right_title)


_WRITERS: dict[type[Key], Callable[[Any], Any]] = {
    ChoiceKey: lambda key: [
        [option.id, option.html, option.is_right, option.feedback_html] for option in key.options
    ],
    ShortKey: lambda key: {"texts": list(key.texts), "patterns": list(key.patterns)},
    NumberKey: lambda key: [key.value, key.tolerance, key.unit],
    OrderKey: lambda key: _items_to_plain(key.items),
    MatchKey: lambda key: {
        "lefts": _items_to_plain(key.lefts),
        "rights": _items_to_plain(key.rights),
        "right_of": [list(pair) for pair in key.right_of],
        "titles": [key.left_title, key.right_title],
    },
    OpenKey: lambda key: _items_to_plain(key.criteria),
    GapsKey: lambda key: {"pieces": list(key.pieces_html), "gaps": [list(gap) for gap in key.gaps]},
    SortKey: lambda key: {
        "groups": _items_to_plain(key.groups),
        "items": [[item.id, item.html, item.group_id, item.feedback_html] for item in key.items],
    },
    SpotKey: lambda key: [[line.id, line.who, line.html, line.is_right, line.feedback_html] for line in key.lines],
}
_READERS: dict[QuestionType, Callable[[Any], Key]] = {
    QuestionType.SINGLE: _choice,
    QuestionType.MULTIPLE: _choice,
    QuestionType.SHORT: lambda plain: ShortKey(tuple(plain["texts"]), tuple(plain["patterns"])),
    QuestionType.NUMBER: lambda plain: NumberKey(*plain),
    QuestionType.ORDER: lambda plain: OrderKey(_items(plain)),
    QuestionType.MATCH: _match,
    QuestionType.GAPS: lambda plain: GapsKey(tuple(plain["pieces"]), tuple(map(tuple, plain["gaps"]))),
    QuestionType.SORT: lambda plain: SortKey(
        _items(plain["groups"]), tuple(SortItem(*item) for item in plain["items"])
    ),
    QuestionType.OPEN: lambda plain: OpenKey(_items(plain)),
    QuestionType.SPOT: lambda plain: SpotKey(tuple(SpokenLine(*line) for line in plain)),
}
