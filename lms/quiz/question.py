"""What a question is, whatever its type: values with the key inside, never sent to a browser."""

from dataclasses import dataclass, field
from enum import StrEnum


class QuestionType(StrEnum):
    """The types of the format; each has a module of its own with the same verbs."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    SHORT = "short"
    NUMBER = "number"
    ORDER = "order"
    MATCH = "match"
    GAPS = "gaps"
    SORT = "sort"
    SPOT = "spot"
    OPEN = "open"


@dataclass(frozen=True)
class Option:
    """One option of a choice; `id` is stable within the question, `html` and `feedback_html` are safe."""

    id: str
    html: str
    is_right: bool
    feedback_html: str = ""


@dataclass(frozen=True)
class ChoiceKey:
    """The options of a single or multiple choice."""

    options: tuple[Option, ...]


@dataclass(frozen=True)
class ShortKey:
    """Accepted answers: texts, compared folded (`quiz.texts.folded`), and patterns of `quiz.patterns`."""

    texts: tuple[str, ...]
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True)
class NumberKey:
    """A number with its tolerance and its unit (shown beside the field, accepted when typed)."""

    value: float
    tolerance: float
    unit: str = ""


@dataclass(frozen=True)
class Item:
    """One line to put in order, one side to match, one group, one criterion; `id` tells nothing of the key."""

    id: str
    html: str


@dataclass(frozen=True)
class OrderKey:
    """The lines in the right order."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class MatchKey:
    """Pairs of a left side and the id of the right side that belongs to it, and all right sides.

    The titles are the table's head, plain text, possibly empty.
    """

    lefts: tuple[Item, ...]
    rights: tuple[Item, ...]
    right_of: tuple[tuple[str, str], ...]
    left_title: str = ""
    right_title: str = ""


@dataclass(frozen=True)
class GapsKey:
    """The text in pieces around the gaps (one piece more than gaps) and each gap's accepted answers."""

    pieces_html: tuple[str, ...]
    gaps: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class SortItem:
    """One item to sort and the id of the group it belongs to."""

    id: str
    html: str
    group_id: str
    feedback_html: str = ""


@dataclass(frozen=True)
class SortKey:
    """The groups and their items, both in the author's order."""

    groups: tuple[Item, ...]
    items: tuple[SortItem, ...]


@dataclass(frozen=True)
class SpokenLine:
    """One line of a dialogue: who says it (plain text, "" unsaid), what, and whether it is to be found."""

    id: str
    who: str
    html: str
    is_right: bool
    feedback_html: str = ""


@dataclass(frozen=True)
class SpotKey:
    """The lines of a dialogue as they are spoken."""

    lines: tuple[SpokenLine, ...]


@dataclass(frozen=True)
class OpenKey:
    """The criteria that a person holds an open answer against."""

    criteria: tuple[Item, ...]


Key = ChoiceKey | ShortKey | NumberKey | OrderKey | MatchKey | GapsKey | SortKey | SpotKey | OpenKey


@dataclass(frozen=True)
class Question:
    """One question with its key; `points` weigh it within its quiz, `pool` is where draws find it.

    `form` names the parallel form it belongs to, "" none. `home` is the quiz that a question asked elsewhere was
    lent by, "" in its own. `roles` are the classes of its heading that do not name its type, such as `fixed`.
    """

    id: str
    type: QuestionType
    title: str
    stem_html: str
    key: Key
    points: float = 1.0
    behaviours: tuple[str, ...] = ()
    pool: str = ""
    hint_html: str = ""
    explanation_html: str = ""
    file: str = ""
    line: int = 0
    roles: tuple[str, ...] = field(default=())
    form: str = ""
    home: str = ""
