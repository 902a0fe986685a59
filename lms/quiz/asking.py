"""A question as a page asks it: everything a browser needs and nothing of the key."""

from collections.abc import Iterable
from dataclasses import dataclass

from lms.quiz.drawing import Shown
from lms.quiz.marking import rule_for
from lms.quiz.question import Item, Question, QuestionType
from lms.quiz.registry import kind_of
from lms.quiz.verbs import Rule, Spoken


@dataclass(frozen=True)
class Asked:
    """One question on a page; `options`, `items` and `rights` stand in shown order, `number` counts from 1.

    Which fields are filled depends on the type: `options` for choices, `items` to put in order or, with
    `groups`, to sort, `lefts` and `rights` to match, `pieces_html` around the gaps (one piece more than gaps),
    `spoken` for the lines of a dialogue, `unit` for a number.
    """

    id: str
    number: int
    type: QuestionType
    title: str
    stem_html: str
    hint_html: str
    rule: Rule
    points: float
    options: tuple[Item, ...] = ()
    items: tuple[Item, ...] = ()
    lefts: tuple[Item, ...] = ()
    rights: tuple[Item, ...] = ()
    groups: tuple[Item, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    left_title: str = ""
    right_title: str = ""
    pieces_html: tuple[str, ...] = ()
    unit: str = ""


def asked(question: Question, shown: Shown, number: int = 1) -> Asked:
    """Return the question as it is asked in this order (from `quiz.drawing`)."""
    parts = kind_of(question).shown(question.key)
    return Asked(
        id=question.id,
        number=number,
        type=question.type,
        title=question.title,
        stem_html=question.stem_html,
        hint_html=question.hint_html,
        rule=rule_for(question),
        points=question.points,
        options=arranged(parts.options, shown.order),
        items=arranged(parts.items, shown.order),
        lefts=parts.lefts,
        rights=arranged(parts.rights, shown.order),
        groups=parts.groups,
        spoken=parts.spoken,
        left_title=parts.left_title,
        right_title=parts.right_title,
        pieces_html=parts.pieces_html,
        unit=parts.unit,
    )


def arranged(items: Iterable[Item], order: Iterable[str]) -> tuple[Item, ...]:
    """Return the items in this order; items it does not name come last, sorted by id."""
    places = {item_id: place for place, item_id in enumerate(order)}
    return tuple(sorted(items, key=lambda item: (places.get(item.id, len(places)), item.id)))
