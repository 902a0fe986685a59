"""A question of the house as a draft, to be written in any format."""

from lms.interop.draft import Answers, Choice, Draft, DraftOption, Gaps, Number, Pair, Pairs, Steps, Words
from lms.quiz.question import (
    ChoiceKey,
    GapsKey,
    Key,
    MatchKey,
    NumberKey,
    OrderKey,
    Question,
    QuestionType,
    ShortKey,
)


class NoDraftError(ValueError):
    """A question is of a type that drafts cannot hold yet; the message names the type."""


def draft_of(question: Question) -> Draft:
    """Return the question as a draft; the organisation's words in its HTML stay marked. Raises NoDraftError."""
    return Draft(
        title=question.title,
        stem_html=question.stem_html,
        answers=_answers(question.key, question.type),
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


def _answers(key: Key, kind: QuestionType) -> Answers:
    match key:
        case ChoiceKey():
            options = tuple(DraftOption(each.html, each.is_right, each.feedback_html) for each in key.options)
            return Choice(options, is_multiple=kind is QuestionType.MULTIPLE)
        case ShortKey():
            return Words(key.texts, tuple(map(_as_written, key.patterns)))
        case NumberKey():
            return Number(key.value, key.tolerance, key.unit)
        case OrderKey():
            return Steps(tuple(item.html for item in key.items))
        case MatchKey():
            return Pairs(_pairs(key), key.left_title, key.right_title)
        case GapsKey():
            return Gaps(key.pieces_html, key.gaps)
        case _:
            raise NoDraftError(kind.value)


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
