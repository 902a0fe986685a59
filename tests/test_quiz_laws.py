"""What holds for every question of every type, whatever was answered."""

import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace

from hypothesis import given
from hypothesis import strategies as st

from lms.quiz import drawing, marking
from lms.quiz.asking import asked
from lms.quiz.drawing import Shown
from lms.quiz.feedback import feedback_on
from lms.quiz.question import (
    ChoiceKey,
    GapsKey,
    Item,
    Key,
    NumberKey,
    OpenKey,
    OrderKey,
    Question,
    QuestionType,
    ShortKey,
    SortKey,
    SpotKey,
)
from lms.quiz.registry import kind_of
from lms.quiz.responses import BadResponseError, response_from
from lms.quiz.reviewing import reviewed
from lms.quiz.verbs import Spoken
from tests.support.builders import a_number, a_question
from tests.support.forms import PostedForm, form_of
from tests.support.questions import questions

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
_SEEDS = st.integers(0, 2**63 - 1)


@given(questions())
def test_the_key_earns_one(question: Question) -> None:
    assert marking.mark(question, marking.right_response(question)) == 1


@given(questions())
def test_no_response_earns_nothing(question: Question) -> None:
    assert all(marking.mark(question, empty) == 0 for empty in (None, "", [], {}))


@given(questions(), _JSON)
def test_a_mark_is_between_0_and_1_for_anything_stored(question: Question, response: object) -> None:
    assert 0 <= marking.mark(question, response) <= 1


@given(questions(), st.data())
def test_a_mark_is_between_0_and_1_for_anything_a_page_can_send(question: Question, data: st.DataObject) -> None:
    response = data.draw(_responses(question))
    assert 0 <= marking.mark(question, response) <= 1
    assert feedback_on(question, response).mark == marking.mark(question, response)


@given(questions(), _JSON, _SEEDS)
def test_feedback_and_review_take_anything_stored(question: Question, response: object, seed: int) -> None:
    shown = drawing.shown(question, seed)
    review = reviewed(question, response, shown)
    assert sorted(line.id for line in review.lines) == sorted(
        line.id for line in feedback_on(question, response).lines
    )
    json.dumps(asdict(review))


# An open answer earns something only once a person has looked, which no form of the learner's can say.
_MARKED_AT_ONCE = tuple(kind for kind in QuestionType if kind is not QuestionType.OPEN)


@given(questions(_MARKED_AT_ONCE))
def test_the_right_response_comes_back_through_its_own_form(question: Question) -> None:
    right = marking.right_response(question)
    assert response_from(question, form_of(question, right)) == right
    assert response_from(question, form_of(question, right, "p-"), "p-") == right


@given(questions(_MARKED_AT_ONCE), _SEEDS)
def test_a_mark_does_not_depend_on_the_order_shown(question: Question, seed: int) -> None:
    """The response names ids and never places on the page, so any page sends the same for the same choice."""
    page = asked(question, drawing.shown(question, seed))
    ids = {item.id for item in (*page.options, *page.items, *page.lefts, *page.rights)}
    right = marking.right_response(question)
    if question.type in (QuestionType.SINGLE, QuestionType.MULTIPLE):
        assert ids.issuperset([right] if isinstance(right, str) else right)
    assert response_from(question, form_of(question, right)) == right


@given(questions(), _SEEDS)
def test_a_shuffle_is_a_permutation_and_comes_back_from_json(question: Question, seed: int) -> None:
    shown = drawing.shown(question, seed)
    page = asked(question, shown)
    assert sorted(shown.order) == sorted(item.id for item in (*page.options, *page.items, *page.rights))
    assert tuple(item.id for item in (*page.options, *page.items, *page.rights)) == shown.order
    plain = json.loads(json.dumps(drawing.paper_to_plain([shown])))
    assert drawing.paper_from_plain(plain) == (shown,)


@given(questions((QuestionType.ORDER,)), _SEEDS)
def test_steps_are_never_shown_in_the_right_order(question: Question, seed: int) -> None:
    assert isinstance(question.key, OrderKey)
    assert drawing.shown(question, seed).order != tuple(item.id for item in question.key.items)


@given(questions(), st.dictionaries(st.text(max_size=20), st.lists(st.text(max_size=30), max_size=3), max_size=5))
def test_a_form_gives_a_response_or_bad_response(question: Question, fields: dict[str, list[str]]) -> None:
    _check_form(question, PostedForm(fields))


@given(questions(), st.data())
def test_a_form_with_our_field_names_gives_a_response_or_bad_response(
    question: Question, data: st.DataObject
) -> None:
    texts = st.text(max_size=30) | st.sampled_from(["1", "0", "-1", "²", "1e309", "NaN", "\0", "x" * 10_000])
    names = ["response", *(f"response-{each}" for each in (*_item_ids(question), "1", "2", "3"))]
    fields = data.draw(st.dictionaries(st.sampled_from(names), st.lists(texts, max_size=3), max_size=6))
    _check_form(question, PostedForm(fields))


# Texts are drawn from the words of the code too: only a word that nobody wrote is surely not among them.
CANARY = secrets.token_hex(16)


@given(questions(), _SEEDS)
def test_what_is_asked_holds_nothing_of_the_key(question: Question, seed: int) -> None:
    """Each text of the key that no page may show is marked with a canary, and none is found in the page."""
    marked = _with_canaries(question)
    shown = asdict(asked(marked, drawing.shown(marked, seed)))
    assert CANARY in repr(marked)
    assert CANARY not in json.dumps(shown)
    assert not [name for name in _names_in(shown) if re.search("right$|feedback|explanation|key|gaps", name)]


def _names_in(plain: object) -> Iterator[str]:
    if isinstance(plain, dict):
        yield from plain
    inner = plain.values() if isinstance(plain, dict) else plain if isinstance(plain, list | tuple) else ()
    for each in inner:
        yield from _names_in(each)


@given(questions((QuestionType.SPOT,)), _SEEDS)
def test_a_dialogue_is_shown_as_it_was_spoken(question: Question, seed: int) -> None:
    assert isinstance(question.key, SpotKey)
    page = asked(question, drawing.shown(question, seed))
    assert [line.id for line in page.spoken] == [line.id for line in question.key.lines]


@given(questions((QuestionType.ORDER, QuestionType.MATCH, QuestionType.SORT)), _SEEDS)
def test_what_is_asked_does_not_depend_on_the_key_but_for_what_is_shown(question: Question, seed: int) -> None:
    """Steps in another order, and right sides in another order, look the same before the shuffle."""
    key = question.key
    if isinstance(key, OrderKey):
        turned = OrderKey(key.items[::-1])
    elif isinstance(key, SortKey):
        turned = SortKey(key.groups, tuple(replace(item, group_id=key.groups[0].id) for item in key.items[::-1]))
    else:
        turned = type(key)(key.lefts, key.rights[::-1], key.right_of)
    other = a_question(question.id, question.type, turned)
    assert kind_of(question).shown(key) == kind_of(other).shown(turned)


def test_a_number_is_asked_without_value_and_tolerance() -> None:
    page = asked(a_number(value=987654, tolerance=3210), Shown("q1"))
    assert "987654" not in repr(page) and "3210" not in repr(page)


def _check_form(question: Question, form: PostedForm) -> None:
    try:
        response = response_from(question, form)
    except BadResponseError:
        return
    assert response is None or response
    json.dumps(response).encode()
    assert 0 <= marking.mark(question, response) <= 1


def _item_ids(question: Question) -> list[str]:
    page = asked(question, drawing.shown(question, 1))
    return [item.id for item in (*page.items, *page.lefts, *page.spoken)]


def _responses(question: Question) -> st.SearchStrategy[object]:
    page = asked(question, drawing.shown(question, 1))

    def one_of(items: Iterable[Item | Spoken]) -> st.SearchStrategy[str]:
        return st.sampled_from([item.id for item in items])

    made: dict[QuestionType, Callable[[], st.SearchStrategy[object]]] = {
        QuestionType.SINGLE: lambda: one_of(page.options),
        QuestionType.MULTIPLE: lambda: st.lists(one_of(page.options), unique=True),
        QuestionType.ORDER: lambda: st.dictionaries(one_of(page.items), st.integers(1, len(page.items))),
        QuestionType.MATCH: lambda: st.dictionaries(one_of(page.lefts), one_of(page.rights)),
        QuestionType.SORT: lambda: st.dictionaries(one_of(page.items), one_of(page.groups)),
        QuestionType.SPOT: lambda: st.lists(one_of(page.spoken), unique=True),
        QuestionType.OPEN: lambda: st.fixed_dictionaries({"text": st.text(min_size=1, max_size=20)}),
        QuestionType.GAPS: lambda: st.lists(st.text(max_size=5), max_size=5),
    }
    return made[question.type]() if question.type in made else st.text(max_size=20)


def _with_canaries(question: Question) -> Question:
    return replace(question, explanation_html=CANARY, file=CANARY, key=_key_with_canaries(question.key))


def _key_with_canaries(key: Key) -> Key:
    match key:
        case ChoiceKey():
            marked: Key = ChoiceKey(tuple(replace(option, feedback_html=CANARY) for option in key.options))
        case SortKey():
            marked = SortKey(key.groups, tuple(replace(item, feedback_html=CANARY) for item in key.items))
        case SpotKey():
            marked = SpotKey(tuple(replace(line, feedback_html=CANARY) for line in key.lines))
        case OpenKey():
            marked = OpenKey(tuple(Item(each.id, CANARY) for each in key.criteria))
        case ShortKey():
            marked = ShortKey((CANARY,), (CANARY,))
        case GapsKey():
            marked = GapsKey(key.pieces_html, tuple((CANARY,) for _ in key.gaps))
        case NumberKey():
            marked = NumberKey(1, 0, key.unit)
        case _:
            marked = key
    return marked
