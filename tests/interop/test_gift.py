"""GIFT in and out: the laws, and what a reader must survive. The shapes of its documentation are in the corpus."""

import time

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lms.interop.draft import Draft
from lms.interop.gift.reading import read
from lms.interop.gift.writing import write
from lms.interop.taking import draft_of
from lms.quiz.question import Question
from tests.interop.strategies import RAW_LINE, authored

# Making a failing case smaller takes minutes here; the case as drawn says enough.
MANY = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


@MANY
@given(authored())
def test_what_goes_out_comes_back_or_is_listed(question: Question) -> None:
    draft = draft_of(question)
    given_out = write([draft], "All")
    taken = read(given_out.content, "all.gift")
    assert not taken.problems
    if not given_out.losses:
        assert taken.drafts == (draft,) and not taken.losses, given_out.content.decode()


@settings(MANY, max_examples=30)
@given(st.lists(authored(), min_size=2, max_size=4))
def test_several_questions_keep_their_order_and_pools(questions: list[Question]) -> None:
    drafts = [draft_of(question) for question in questions]
    kept = [draft for draft in drafts if not write([draft], "").losses]
    assert read(write(kept, "Several\nof them").content, "all.gift").drafts == tuple(kept)


_BITS = st.sampled_from(
    ["{", "}", "=", "~", "#", "->", "::", "\n", "\n\n", "%50%", "%-33.3%", "####", "$CATEGORY: a\n", "*", "T",
     "// [id:a] [tag:b]\n", "[html]", "[plain]", "[markdown]", "FALSE", "1..5", "3:2", "\\", "\\n", "\r\n",
     "\x00", "<b>"]
)  # fmt: skip
SOUP = st.lists(st.one_of(_BITS, RAW_LINE), max_size=25).map("".join)


@settings(MANY, max_examples=200)
@given(SOUP)
def test_any_text_is_read_in_no_time_and_written_again(soup: str) -> None:
    begun = time.process_time()
    taken = read(soup.encode("utf-8", "surrogatepass"), "x.gift")
    assert time.process_time() - begun < 30  # a reader that runs away never comes back
    for draft in taken.drafts:
        assert isinstance(draft, Draft) and draft.title
        assert 1 <= draft.line <= soup.count("\n") + soup.count("\r") + soup.count("\x0b") + 1
    again = write(taken.drafts, "x")
    if not again.losses:
        assert read(again.content, "x.gift").drafts == taken.drafts


@MANY
@given(st.binary(max_size=400))
def test_any_bytes_are_read(content: bytes) -> None:
    read(content, "x.gift")


def test_a_file_as_large_as_may_be_is_read_in_time() -> None:
    one = "::Q::What is it\\: [[this]] *now*? {=a#yes ~b#no ~c ####So.}\n\n"
    begun = time.process_time()
    taken = read((one * 1500).encode(), "x.gift")
    assert len(taken.drafts) == 1500
    assert time.process_time() - begun < 60  # quadratic would be minutes


@pytest.mark.parametrize(
    "source",
    [
        "{" * 100_000 + "\n\n}" * 100_000,
        "Q {" + "=a" * 100_000 + "}",
        "::" * 500_000,
        "\n\n".join(["Q {"] * 100_000),
        "// " + "[id:" * 300_000,
        "Q {=" + "#" * 500_000 + "}",
        "$CATEGORY: " + "/" * 500_000,
        "Q " + "\\" * 500_000 + "{=a}",
    ],
)
def test_a_large_and_hostile_file_is_read_in_time(source: str) -> None:
    begun = time.process_time()
    read(source.encode(), "x.gift")
    assert time.process_time() - begun < 8


@pytest.mark.parametrize(
    "number", ["9e999999..9e999999", "9e99999999", "-1e-99999999", "NaN", "Infinity:1", "1:sNaN"]
)
def test_a_number_out_of_all_measure_is_refused_or_read(number: str) -> None:
    taken = read(f"Q {{#{number}}}".encode(), "x.gift")
    assert len(taken.drafts) + len(taken.problems) == 1


def test_a_forgotten_empty_line_swallows_no_question() -> None:
    text = "::One::Is it? {=yes ~no}\n::Two::And it? {=yes ~no}\n::Three::What {\n::Four::So? {=so}\n"
    taken = read(text.encode(), "x.gift")
    assert [(draft.title, draft.line) for draft in taken.drafts] == [("One", 1), ("Two", 2), ("Four", 4)]
    assert [(problem.line, problem.code) for problem in taken.problems] == [(3, "unclosed")]
    assert not taken.losses
