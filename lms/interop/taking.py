"""A question of the house as a draft, to be written in any format."""

from lms.interop.draft import (
    Answers,
    Choice,
    Dialogue,
    Draft,
    DraftOption,
    Gaps,
    Group,
    Groups,
    Number,
    Open,
    Pair,
    Pairs,
    Said,
    Sorted,
    Steps,
    Words,
)
from lms.quiz.question import (
    ChoiceKey,
    GapsKey,
    Item,
    MatchKey,
    NumberKey,
    OpenKey,
    OrderKey,
    Question,
    QuestionType,
    ShortKey,
    SortKey,
    SpotKey,
)


def draft_of(question: Question) -> Draft:
    """Return the question as a draft; the organisation's words in its HTML stay marked."""
    return Draft(
        title=question.title,
        stem_html=question.stem_html,
        answers=_answers(question),
        hint_html=question.hint_html,
        explanation_html=question.explanation_html,
        points=question.points,
        pool=question.pool,
        form=question.form,
        behaviours=question.behaviours,
        id=question.id,
        is_fixed="fixed" in question.roles,
        line=question.line,
    )


def _answers(question: Question) -> Answers:  # noqa: PLR0911  # one for each type
    match question.key:
        case ChoiceKey() as key:
            options = tuple(DraftOption(each.html, each.is_right, each.feedback_html) for each in key.options)
            return Choice(options, is_multiple=question.type is QuestionType.MULTIPLE)
        case ShortKey() as key:
            return Words(key.texts, tuple(map(_as_written, key.patterns)))
        case NumberKey() as key:
            return Number(key.value, key.tolerance, key.unit)
        case OrderKey() as key:
            return Steps(tuple(item.html for item in key.items))
        case MatchKey() as key:
            return Pairs(_pairs(key), key.left_title, key.right_title)
        case GapsKey() as key:
            return Gaps(key.pieces_html, key.gaps)
        case SortKey() as key:
            return Groups(tuple(_group(key, group) for group in key.groups))
        case SpotKey() as key:
            return Dialogue(
                tuple(Said(line.who, line.html, line.is_right, line.feedback_html) for line in key.lines)
            )
        case OpenKey() as key:
            return Open(tuple(item.html for item in key.criteria), is_self="self" in question.roles)


def _group(key: SortKey, group: Item) -> Group:
    inside = (item for item in key.items if item.group_id == group.id)
    return Group(group.html, tuple(Sorted(item.html, item.feedback_html) for item in inside))


def _pairs(key: MatchKey) -> tuple[Pair, ...]:
    """Return the rows of the table as written: right sides come in the order of `rights`, spare ones between."""
    lefts, right_of = list(key.lefts), dict(key.right_of)
    needed, offered = set(right_of.values()), set[str]()
    html = {right.id: right.html for right in key.rights}
    rows: list[Pair] = []
    for right in key.rights:
        if right.id not in needed:
            rows.append(Pair("", right.html))
        while right.id in needed - offered:
            left = lefts.pop(0)
            offered.add(right_of[left.id])
            rows.append(Pair(left.html, html[right_of[left.id]]))
    return tuple(rows + [Pair(left.html, html[right_of[left.id]]) for left in lefts])


def _as_written(stored: str) -> str:
    return f"/{stored.removeprefix('(?i)')}/i" if stored.startswith("(?i)") else f"/{stored}/"
