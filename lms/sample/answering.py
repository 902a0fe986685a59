"""Answers that people plausibly give, right and wrong, whatever the question's type; pure."""

import html
import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from lms.progress.marks import reaches, weighted_mark
from lms.quiz import numbers
from lms.quiz.form import Response
from lms.quiz.kinds import open_answer
from lms.quiz.marking import mark, right_response
from lms.quiz.question import (
    ChoiceKey,
    GapsKey,
    MatchKey,
    NumberKey,
    OpenKey,
    OrderKey,
    Question,
    QuestionType,
    SortKey,
    SpotKey,
)

_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W\d_]{4,}")


def answers_to(
    questions: Sequence[Question], certainty: float, chance: random.Random, below: float | None = None
) -> dict[str, Response]:
    """Return an answer to each question by its id, each right with the probability `certainty`.

    With `below`, right ones become wrong until the whole earns less than that mark, as far as that goes.
    """
    responses = {question.id: answer_to(question, certainty, chance) for question in questions}
    if below is None:
        return responses
    for question in chance.sample(list(questions), len(questions)):
        if not reaches(mark_of(questions, responses), below):
            break
        responses[question.id] = wrong_response(question, chance)
    return responses


def answer_to(question: Question, certainty: float, chance: random.Random) -> Response:
    """Return an answer that is right with this probability."""
    return right_response(question) if chance.random() < certainty else wrong_response(question, chance)


def mark_of(questions: Iterable[Question], responses: Mapping[str, Response]) -> float:
    """Return the mark (0..1) that these responses earn together."""
    return weighted_mark((question.points, mark(question, responses.get(question.id))) for question in questions)


def wrong_response(question: Question, chance: random.Random) -> Response:
    """Return a believable answer that does not earn everything; the right one if the question allows no other."""
    right = right_response(question)
    slips = _SLIPS[question.type](question, chance)
    found = next((each for each in slips if mark(question, each) < 1), None)
    return right if found is None else found


def _wrong_options(question: Question, chance: random.Random) -> list[Response]:
    key = question.key
    assert isinstance(key, ChoiceKey)
    wrong = [option.id for option in key.options if not option.is_right]
    if not wrong:
        return []
    # One wrong option of a question tempts more people than the others.
    return [chance.choices(wrong, [3 if place == 0 else 1 for place in range(len(wrong))])[0]]


def _wrong_ticks(question: Question, chance: random.Random) -> list[Response]:
    key = question.key
    assert isinstance(key, ChoiceKey)
    right = sorted(option.id for option in key.options if option.is_right)
    wrong = sorted(option.id for option in key.options if not option.is_right)
    missed = chance.sample(right, len(right) - 1)
    tempted = chance.sample(wrong, min(1, len(wrong)))
    slips: list[Response] = [sorted([*missed, *tempted]), sorted([*right, *tempted]), sorted(missed)]
    return [slip for slip in slips if slip]


def _miscounted(question: Question, chance: random.Random) -> list[Response]:
    key = question.key
    assert isinstance(key, NumberKey)
    slips = [key.value * 2, key.value / 2, key.value * 10, key.value + 1]
    chance.shuffle(slips)
    return [numbers.plain(round(slip, 2)) for slip in [*slips, key.value + 10 * key.tolerance + 10]]


def _mistaken_words(question: Question, chance: random.Random) -> list[Response]:
    return [*_words_of(question.stem_html, chance)]


def _swapped_steps(question: Question, chance: random.Random) -> list[Response]:
    key = question.key
    assert isinstance(key, OrderKey)
    ids = [item.id for item in key.items]
    place = chance.randrange(len(ids) - 1)
    ids[place], ids[place + 1] = ids[place + 1], ids[place]
    if len(ids) > 3 and chance.random() < 0.6:
        ids.insert(0, ids.pop())
    # In the author's order of items, as the form is read.
    return [{item.id: ids.index(item.id) + 1 for item in key.items}]


def _swapped_pairs(question: Question, chance: random.Random) -> list[Response]:
    key = question.key
    assert isinstance(key, MatchKey)
    right_of = dict(key.right_of)
    lefts = [left.id for left in key.lefts]
    slips: list[Response] = []
    if len(lefts) > 1:
        one, other = chance.sample(lefts, 2)
        slips.append({**right_of, one: right_of[other], other: right_of[one]})
    spare = [right.id for right in key.rights if right.id != right_of[lefts[0]]]
    slips += [{**right_of, lefts[0]: each} for each in spare]
    return slips


def _wrong_words(question: Question, chance: random.Random) -> list[Response]:
    key = question.key
    assert isinstance(key, GapsKey)
    right = [accepted[0] for accepted in key.gaps]
    words = [*right, *_words_of(" ".join(key.pieces_html), chance)]
    gap = chance.randrange(len(right))
    return [[*right[:gap], word, *right[gap + 1 :]] for word in words if word != right[gap]]


def _misplaced_items(question: Question, chance: random.Random) -> list[Response]:
    key = question.key
    assert isinstance(key, SortKey)
    right = {item.id: item.group_id for item in key.items}
    item = chance.choice(key.items)
    others = [group.id for group in key.groups if group.id != item.group_id]
    return [{**right, item.id: chance.choice(others)}]


def _overheard_lines(question: Question, chance: random.Random) -> list[Response]:
    key = question.key
    assert isinstance(key, SpotKey)
    right = sorted(line.id for line in key.lines if line.is_right)
    wrong = sorted(line.id for line in key.lines if not line.is_right)
    missed = chance.sample(right, len(right) - 1)
    tempted = chance.sample(wrong, min(1, len(wrong)))
    slips: list[Response] = [sorted([*missed, *tempted]), sorted([*right, *tempted]), sorted(missed)]
    return [slip for slip in slips if slip]


def _half_met(question: Question, chance: random.Random) -> list[Response]:
    key = question.key
    assert isinstance(key, OpenKey)
    text = " ".join(_words_of(question.stem_html, chance)[:12])
    met = {each.id: chance.choice((open_answer.NO, open_answer.PARTLY)) for each in key.criteria}
    return [open_answer.judged({"text": text}, met)]


def _words_of(text_html: str, chance: random.Random) -> list[str]:
    words = list(dict.fromkeys(_WORD.findall(html.unescape(_TAG.sub(" ", text_html)))))
    chance.shuffle(words)
    return [*(word.casefold() for word in words), "not sure"]


_SLIPS: dict[QuestionType, Callable[[Question, random.Random], list[Response]]] = {
    QuestionType.SINGLE: _wrong_options,
    QuestionType.MULTIPLE: _wrong_ticks,
    QuestionType.SHORT: _mistaken_words,
    QuestionType.NUMBER: _miscounted,
    QuestionType.ORDER: _swapped_steps,
    QuestionType.MATCH: _swapped_pairs,
    QuestionType.GAPS: _wrong_words,
    QuestionType.SORT: _misplaced_items,
    QuestionType.SPOT: _overheard_lines,
    QuestionType.OPEN: _half_met,
}
