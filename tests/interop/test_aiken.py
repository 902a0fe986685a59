"""Aiken in and out."""

import time

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lms.interop.aiken.reading import read
from lms.interop.aiken.writing import write
from lms.interop.draft import Choice, DraftOption
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


def test_a_question_as_the_documentation_has_it() -> None:
    taken = read(
        b"What comes first?\nA. Name it.\nB) Own it.\nC. * and _\nANSWER: B\n\nNext?\nA. x\nB. y\nANSWER:A", "a"
    )
    assert not taken.problems and [draft.title for draft in taken.drafts] == ["What comes first?", "Next?"]
    options = (DraftOption("Name it.", False), DraftOption("Own it.", True), DraftOption("* and _", False))
    assert taken.drafts[0].answers == Choice(options)


def test_what_is_broken_is_said_with_its_line() -> None:
    source = b"Q?\nA. x\nB. y\nANSWER: C\n\nANSWER: A\n\nOne?\nA. x\nANSWER: A\n\nEnd?\nA. x\nB. y\n"
    assert [(problem.line, problem.what) for problem in read(source, "a").problems] == [
        (4, "“C” is none of the options."),
        (6, "An answer without a question."),
        (10, "The question has fewer than two options."),
        (12, "This question has no answer."),
    ]


@MANY
@given(authored())
def test_what_goes_out_comes_back_or_is_listed(question: Question) -> None:
    draft = draft_of(question)
    out = write([draft], "All")
    taken = read(out.content, "all.txt")
    assert not taken.problems
    if not out.losses:
        assert taken.drafts == (draft,)


@MANY
@given(
    st.lists(RAW_LINE | st.sampled_from(["A. x", "B) y", "ANSWER: A", "\n", "ANSWER:"]), max_size=12).map(
        "\n".join
    )
)
def test_any_text_is_read(soup: list[str]) -> None:
    taken = read("\n".join(soup).encode("utf-8", "surrogatepass"), "a")
    write(taken.drafts, "x")


def test_a_large_and_hostile_file_is_read_in_time() -> None:
    begun = time.process_time()
    read(b"Q?\nA. x\n" + b"y\n" * 1_000_000, "x")
    read(b"ANSWER: A\n" * 100_000, "x")
    assert time.process_time() - begun < 8
