"""A question on its way in or out of the house, free of any format: values that every converter shares.

A reader is `read(content, file) -> Taken`, a writer is `write(drafts, title) -> Given`. HTML in a draft is the
house's own: what `lms.interop.prose` made of foreign HTML, or what the compiler made of an author's file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from lms.problem import Problem
from lms.quiz.question import QuestionType

MOST_DRAFTS = 2000
MOST_TEXT = 20_000
MOST_ANSWERS = 200


@dataclass(frozen=True)
class DraftOption:
    """One option of a choice; whatever shares a format gave it, here it is right or wrong."""

    html: str
    is_right: bool
    feedback_html: str = ""


@dataclass(frozen=True)
class Choice:
    """Options of which one is right, or `is_multiple`: any number from one up."""

    options: tuple[DraftOption, ...]
    is_multiple: bool = False


@dataclass(frozen=True)
class Words:
    """Accepted short texts, and patterns as authors write them: `/wh(y|en)/i`."""

    texts: tuple[str, ...]
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Number:
    """A number, the tolerance on both sides of it (inclusive), and its unit."""

    value: float
    tolerance: float = 0.0
    unit: str = ""


@dataclass(frozen=True)
class Steps:
    """Lines to put in order, in the right order."""

    steps_html: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """A left side with the right side that belongs to it; `left_html` is "" for a right side nobody needs."""

    left_html: str
    right_html: str


@dataclass(frozen=True)
class Pairs:
    """Two columns to match; the titles are the columns' heads, plain text."""

    pairs: tuple[Pair, ...]
    left_title: str = ""
    right_title: str = ""


@dataclass(frozen=True)
class Gaps:
    """The text in pieces around the gaps (one piece more than gaps) and the texts each gap accepts."""

    pieces_html: tuple[str, ...]
    gaps: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Sorted:
    """One item to sort."""

    html: str
    feedback_html: str = ""


@dataclass(frozen=True)
class Group:
    """A group and the items that belong into it."""

    name_html: str
    items: tuple[Sorted, ...]


@dataclass(frozen=True)
class Groups:
    """Items to sort into groups."""

    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Said:
    """One line of a dialogue: who says it (plain text, "" unsaid), and whether it is to be found."""

    who: str
    html: str
    is_right: bool
    feedback_html: str = ""


@dataclass(frozen=True)
class Dialogue:
    """A dialogue in which lines are to be found."""

    lines: tuple[Said, ...]


@dataclass(frozen=True)
class Open:
    """An answer in one's own words, held against criteria by a trainer, or by the learner (`is_self`)."""

    criteria_html: tuple[str, ...]
    is_self: bool = False


Answers = Choice | Words | Number | Steps | Pairs | Gaps | Groups | Dialogue | Open

_TYPES: dict[type, QuestionType] = {
    Words: QuestionType.SHORT,
    Number: QuestionType.NUMBER,
    Steps: QuestionType.ORDER,
    Pairs: QuestionType.MATCH,
    Gaps: QuestionType.GAPS,
    Groups: QuestionType.SORT,
    Dialogue: QuestionType.SPOT,
    Open: QuestionType.OPEN,
}


@dataclass(frozen=True)
class Draft:
    """One question with its key; `id` is "" where the format has none, `line` counts from 1 in its source.

    `category` is the path a format filed it under, such as `Service/Phone`; `pool`, the house's own word for where
    draws find it, is made of its last part and goes out as a category. `is_fixed` keeps the order of options.
    """

    title: str
    stem_html: str
    answers: Answers
    hint_html: str = ""
    explanation_html: str = ""
    points: float = 1.0
    pool: str = ""
    category: str = field(default="", compare=False)
    form: str = ""
    behaviours: tuple[str, ...] = ()
    id: str = ""
    is_fixed: bool = False
    line: int = field(default=0, compare=False)

    @property
    def type(self) -> QuestionType:
        """Return the type that these answers make it."""
        if isinstance(self.answers, Choice):
            return QuestionType.MULTIPLE if self.answers.is_multiple else QuestionType.SINGLE
        return _TYPES[type(self.answers)]


class Fate(StrEnum):
    """What becomes of something that a format cannot hold as it is."""

    LEFT_OUT = "left out"
    CHANGED = "changed"
    AS_TEXT = "kept as text"


@dataclass(frozen=True, order=True)
class Loss:
    """One thing that was not kept: in which item (its title or first words), where, what, and what becomes of it.

    `line` counts from 1 in the source, 0 where a format has no lines; `place` names the element, cell or field.
    `what` is a sentence.
    """

    line: int
    item: str
    what: str
    fate: Fate
    place: str = ""


@dataclass(frozen=True)
class Media:
    """A picture that came with the questions: `name` is safe and what the HTML calls `media/name`."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Taken:
    """What a reader made of a file. A problem is something broken in it; a loss is what we cannot hold."""

    drafts: tuple[Draft, ...] = ()
    losses: tuple[Loss, ...] = ()
    problems: tuple[Problem, ...] = ()
    media: tuple[Media, ...] = ()


@dataclass(frozen=True)
class Given:
    """What a writer made of drafts: the file's bytes and what the format cannot hold."""

    content: bytes
    losses: tuple[Loss, ...] = ()


Value = TypeVar("Value")


def with_html(value: Value, change: Callable[[str], str]) -> Value:
    """Return a copy with each field of HTML changed, such as variables filled; such fields end in `html`."""
    changed: Value = _with_html(value, change)
    return changed


def _with_html(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, tuple):
        return tuple(_with_html(part, change) for part in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed: dict[str, Any] = {}
    for name in [each.name for each in fields(value)]:
        before = getattr(value, name)
        if name.endswith("html"):
            changed[name] = tuple(map(change, before)) if isinstance(before, tuple) else change(before)
        else:
            changed[name] = _with_html(before, change)
    return replace(value, **changed)
