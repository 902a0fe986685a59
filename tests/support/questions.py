"""Hypothesis strategies for questions of every type, for the laws of the quiz room."""

from hypothesis import strategies as st

from lms.quiz.question import (
    ChoiceKey,
    GapsKey,
    Item,
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

_WORDS = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=12)
# Answers are never blank: reading refuses those.
_ANSWERS = st.text(st.characters(categories=["L"]), min_size=1, max_size=12)
_NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=4, max_size=8)


@st.composite
def _single(draw: st.DrawFn) -> ChoiceKey:
    names = draw(st.lists(_NAMES, min_size=2, max_size=6, unique=True))
    right = draw(st.sampled_from(names))
    return ChoiceKey(tuple(Option(name, draw(_WORDS), name == right, draw(_WORDS)) for name in names))


@st.composite
def _multiple(draw: st.DrawFn) -> ChoiceKey:
    names = draw(st.lists(_NAMES, min_size=2, max_size=6, unique=True))
    right = draw(st.sets(st.sampled_from(names), min_size=1))
    return ChoiceKey(tuple(Option(name, draw(_WORDS), name in right, draw(_WORDS)) for name in names))


@st.composite
def _order(draw: st.DrawFn) -> OrderKey:
    names = draw(st.lists(_NAMES, min_size=2, max_size=7, unique=True))
    return OrderKey(tuple(Item(name, draw(_WORDS)) for name in names))


@st.composite
def _match(draw: st.DrawFn) -> MatchKey:
    lefts = draw(st.lists(_NAMES, min_size=2, max_size=5, unique=True))
    rights = draw(st.lists(_NAMES, min_size=1, max_size=6, unique=True))
    right_of = tuple((left, draw(st.sampled_from(rights))) for left in lefts)
    return MatchKey(
        tuple(Item(name, draw(_WORDS)) for name in lefts),
        tuple(Item(name, draw(_WORDS)) for name in rights),
        right_of,
    )


@st.composite
def _gaps(draw: st.DrawFn) -> GapsKey:
    gaps = draw(st.lists(st.lists(_ANSWERS, min_size=1, max_size=3).map(tuple), min_size=1, max_size=4))
    return GapsKey(tuple(draw(_WORDS) for _ in range(len(gaps) + 1)), tuple(gaps))


@st.composite
def _sort(draw: st.DrawFn) -> SortKey:
    groups = draw(st.lists(_NAMES, min_size=2, max_size=4, unique=True))
    items = draw(st.lists(_NAMES, min_size=2, max_size=6, unique=True))
    return SortKey(
        tuple(Item(name, draw(_WORDS)) for name in groups),
        tuple(SortItem(name, draw(_WORDS), draw(st.sampled_from(groups)), draw(_WORDS)) for name in items),
    )


@st.composite
def _spot(draw: st.DrawFn) -> SpotKey:
    names = draw(st.lists(_NAMES, min_size=2, max_size=6, unique=True))
    right = draw(st.sets(st.sampled_from(names), min_size=1))
    who = st.sampled_from(["", "Sam", "Caller"])
    return SpotKey(tuple(SpokenLine(name, draw(who), draw(_WORDS), name in right, draw(_WORDS)) for name in names))


@st.composite
def _open(draw: st.DrawFn) -> OpenKey:
    names = draw(st.lists(_NAMES, min_size=1, max_size=5, unique=True))
    return OpenKey(tuple(Item(name, draw(_WORDS)) for name in names))


_NUMBERS = st.integers(-(10**12), 10**12).map(lambda whole: whole / 1000)
_KEYS = {
    QuestionType.SINGLE: _single(),
    QuestionType.MULTIPLE: _multiple(),
    QuestionType.SHORT: st.builds(ShortKey, st.lists(_ANSWERS, min_size=1, max_size=3).map(tuple)),
    QuestionType.NUMBER: st.builds(NumberKey, _NUMBERS, _NUMBERS.map(abs), st.sampled_from(["", "min", "%"])),
    QuestionType.ORDER: _order(),
    QuestionType.MATCH: _match(),
    QuestionType.GAPS: _gaps(),
    QuestionType.SORT: _sort(),
    QuestionType.SPOT: _spot(),
    QuestionType.OPEN: _open(),
}


@st.composite
def questions(draw: st.DrawFn, kinds: tuple[QuestionType, ...] = tuple(QuestionType)) -> Question:
    """Draw a question of one of these types."""
    kind = draw(st.sampled_from(kinds))
    return Question(
        id=draw(_NAMES),
        type=kind,
        title=draw(_WORDS),
        stem_html=draw(_WORDS),
        key=draw(_KEYS[kind]),
        points=draw(st.sampled_from([1.0, 2.0, 0.5])),
        explanation_html=draw(_WORDS),
        roles=draw(st.sampled_from([(), ("fixed",)])),
    )
