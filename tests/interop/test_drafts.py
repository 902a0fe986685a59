"""A question of the house as a draft."""

from lms.content.reading.compiling import compile_file
from lms.interop.draft import (
    Choice,
    Draft,
    DraftOption,
    Pair,
    Pairs,
    Words,
    with_html,
)
from lms.interop.taking import draft_of
from lms.quiz.question import Question, QuestionType


def question_of(body: str) -> Question:
    compiled = compile_file("course/01-quiz.md", f"---\ntitle: Quiz\nkind: quiz\n---\n\n{body}\n")
    assert compiled.activity is not None, compiled.problems
    return compiled.activity.questions[0]  # type: ignore[union-attr,return-value]


def test_a_choice_keeps_key_feedback_and_order() -> None:
    draft = draft_of(question_of("## Q {#q .fixed points=2}\n\nWhat?\n\n- [ ] a\n    > no\n- [x] *b*\n    > yes"))
    options = (DraftOption("a", False, "<p>no</p>"), DraftOption("<em>b</em>", True, "<p>yes</p>"))
    assert draft == Draft("Q", "<p>What?</p>", Choice(options), points=2.0, id="q", is_fixed=True)
    assert draft.type is QuestionType.SINGLE and draft.line == 6


def test_patterns_are_as_authors_write_them() -> None:
    draft = draft_of(question_of("## Q {#q}\n\nWhat?\n\n= what\n= /wh(y|en)/i\n= /[Ww]ho/\n\nSo."))
    assert draft.answers == Words(("what",), ("/wh(y|en)/i", "/[Ww]ho/"))


def test_rows_of_a_match_come_back_as_written_spare_ones_between() -> None:
    rows = "| a | 1 |\n|  | 3 |\n| b | 2 |\n|   | 4 |\n| c | 1 |"
    draft = draft_of(question_of(f"## Q {{#q .match}}\n\nWhat?\n\n| L | R |\n| --- | --- |\n{rows}\n\nSo."))
    sides = [("a", "1"), ("", "3"), ("b", "2"), ("", "4"), ("c", "1")]
    assert draft.answers == Pairs(tuple(Pair(*each) for each in sides), "L", "R")


def test_html_is_changed_everywhere_and_nothing_else() -> None:
    draft = Draft("a", "a", Choice((DraftOption("a", True, "a"),)), explanation_html="a", pool="a")
    changed = with_html(draft, lambda html: html.replace("a", "b"))
    assert changed == Draft("a", "b", Choice((DraftOption("b", True, "b"),)), explanation_html="b", pool="a")
