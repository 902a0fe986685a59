"""Questions read from Markdown: the shape says the type, and every mistake is named with its place and cure."""

import pytest

from lms.problem import Severity
from lms.quiz import marking
from lms.quiz.question import (
    ChoiceKey,
    GapsKey,
    MatchKey,
    NumberKey,
    OpenKey,
    OrderKey,
    QuestionType,
    ShortKey,
    SortKey,
    SpotKey,
)
from lms.quiz.reading import read_question
from tests.support.papers import a_read_question, a_section, read

CHOICE = """
## What first? {#first-response points=2 behaviour="ack own" pool=opening}

A caller is *furious*.

What do you say?

> Think of what she has lost.

- [ ] "Calm down."
    > An order to a feeling.
- [x] "Three calls, and still no answer."
    > Names the effort.
- [ ] "What is your account number?"
    > Process before person.

People hear the second one first.
"""


def test_a_choice_is_read_with_everything_around_it() -> None:
    question, problems = read(CHOICE)
    assert question and not problems
    assert (question.id, question.type, question.points) == ("first-response", QuestionType.SINGLE, 2)
    assert (question.behaviours, question.pool) == (("ack", "own"), "opening")
    assert question.stem_html == "<p>A caller is <em>furious</em>.</p>\n<p>What do you say?</p>"
    assert question.hint_html == "<p>Think of what she has lost.</p>"
    assert question.explanation_html == "<p>People hear the second one first.</p>"
    assert isinstance(question.key, ChoiceKey)
    assert [option.is_right for option in question.key.options] == [False, True, False]
    assert question.key.options[0].feedback_html == "<p>An order to a feeling.</p>"


def test_without_an_id_the_given_one_is_used() -> None:
    assert a_read_question("## Q {behaviour=ack}\nWhat?\n- [x] a\n- [ ] b").id == "q-1"


@pytest.mark.parametrize(
    ("markdown", "kind"),
    [
        ("## Q\nWhat?\n\n- [x] a\n- [ ] b", QuestionType.SINGLE),
        ("## Q\nWhat?\n- [x] a\n- [X] b\n- [ ] c", QuestionType.MULTIPLE),
        ("## Q {.multiple}\nWhat?\n\n- [x] a\n- [ ] b", QuestionType.MULTIPLE),
        ("## Q\nWhat?\n\n* [ ] a\n* [x] b", QuestionType.SINGLE),
        ("## Q\nWhat?\n\n= thank you", QuestionType.SHORT),
        ("## Q\nWhat?\n\n= 7\n= seven", QuestionType.SHORT),
        ("## Q\nWhat?\n\n= 0800", QuestionType.SHORT),
        ("## Q\nWhat?\n\n= 16:40", QuestionType.SHORT),
        ("## Q\nWhat?\n\n= 24 hours a day", QuestionType.SHORT),
        ("## Q {.short}\nWhat?\n\n= 24", QuestionType.SHORT),
        ("## Q\nWhat?\n\n= /ye(s|ah)/i", QuestionType.SHORT),
        ("## Q\nWhat?\n\n= 64", QuestionType.NUMBER),
        ("## Q\nWhat?\n\n= -0,5 %", QuestionType.NUMBER),
        ("## Q\nWhat?\n\n= 64 +- 0.5", QuestionType.NUMBER),
        ("## Q {.order}\nWhat?\n\n1. a\n2. b", QuestionType.ORDER),
        ("## Q {.match}\nWhat?\n\n| a | b |\n|---|---|\n| c | d |\n| e | f |", QuestionType.MATCH),
        ("## Q\n\nThe [[gap]] here.", QuestionType.GAPS),
    ],
)
def test_the_shape_says_the_type(markdown: str, kind: QuestionType) -> None:
    assert a_read_question(markdown).type is kind


@pytest.mark.parametrize(
    ("written", "value", "tolerance", "unit"),
    [
        ("64 ± 0.5 minutes", 64, 0.5, "minutes"),
        ("64 +- 0,5 minutes", 64, 0.5, "minutes"),
        ("64 +/- 2", 64, 2, ""),
        ("64", 64, 0, ""),
        ("1.234,50 €", 1234.5, 0, "€"),
        ("12,000.5", 12000.5, 0, ""),
        ("−3 ± 0.1 °C", -3, 0.1, "°C"),
        ("0,125", 0.125, 0, ""),
        ("2 ± 1 working days", 2, 1, "working days"),
    ],
)
def test_numbers_are_read_with_tolerance_and_unit(written: str, value: float, tolerance: float, unit: str) -> None:
    assert a_read_question(f"## Q\nHow many?\n\n= {written}").key == NumberKey(value, tolerance, unit)


def test_short_answers_keep_texts_and_patterns() -> None:
    key = a_read_question("## Q\nWhat?\n\n= calm down\n= /^calm[ -]*down[.!]*$/i\n= /No/").key
    assert key == ShortKey(("calm down",), ("(?i)^calm[ -]*down[.!]*$", "No"))


def test_steps_are_kept_in_their_order() -> None:
    key = a_read_question("## Q {.order}\nWhat?\n\n1. first\n   goes on\n2. *second*\n\n3. third\n").key
    assert isinstance(key, OrderKey)
    assert [item.html for item in key.items] == ["first goes on", "<em>second</em>", "third"]


SORT = """
## Q {.sort}
Where does it belong?

> Think of the caller.

- **Names it**
    - Three calls,
      for *our* mistake.
        > The effort.
    - That was your rent.

- **Explains**:
    * Our system did that.

Names come first.
"""


def test_groups_are_read_with_their_items() -> None:
    question = a_read_question(SORT)
    key = question.key
    assert question.type is QuestionType.SORT and isinstance(key, SortKey)
    names = {group.id: group.html for group in key.groups}
    assert list(names.values()) == ["Names it", "Explains"]
    assert [(names[item.group_id], item.html, item.feedback_html) for item in key.items] == [
        ("Names it", "Three calls, for <em>our</em> mistake.", "<p>The effort.</p>"),
        ("Names it", "That was your rent.", ""),
        ("Explains", "Our system did that.", ""),
    ]
    assert question.hint_html and question.explanation_html == "<p>Names come first.</p>"


def test_groups_may_be_bold_lines_of_their_own() -> None:
    key = a_read_question("## Q {.sort}\nWhere?\n\n**a**\n\n- b\n- c\n\n**d:**\n\n- e\n\nWhy.").key
    assert isinstance(key, SortKey)
    assert [item.html for item in key.items] == ["b", "c", "e"]
    assert [group.html for group in key.groups] == ["a", "d"]


SPOT = """
## Q {.spot}
Which lines name the effort?

> Look for a number.

> **Caller:** I have rung
> three times.
>
> **Sam:** [x] Three times, for *our* mistake.
> > A number, and whose it is.
>
> [ ] **Sam:** One moment.
>
> Yes? [x]

> **Caller**: One moment.
> **Sam:** One moment.

Both name it.
"""


def test_a_dialogue_is_read_with_its_ticks() -> None:
    question = a_read_question(SPOT)
    key = question.key
    assert question.type is QuestionType.SPOT and isinstance(key, SpotKey)
    assert question.hint_html == "<p>Look for a number.</p>"
    assert question.explanation_html == "<p>Both name it.</p>"
    assert [(line.who, line.html, line.is_right, line.feedback_html) for line in key.lines] == [
        ("Caller", "I have rung three times.", False, ""),
        ("Sam", "Three times, for <em>our</em> mistake.", True, "<p>A number, and whose it is.</p>"),
        ("Sam", "One moment.", False, ""),
        ("Sam", "Yes?", True, ""),
        ("Caller", "One moment.", False, ""),
        ("Sam", "One moment.", False, ""),
    ]
    assert len({line.id for line in key.lines}) == 6


def test_criteria_are_read_in_their_order() -> None:
    question = a_read_question(
        "## Q {.open .self}\nWhat?\n\n> Hint.\n\n- *Names* it\n  at once\n- Has a time\n\nWhy."
    )
    key = question.key
    assert question.type is QuestionType.OPEN and isinstance(key, OpenKey)
    assert [item.html for item in key.criteria] == ["<em>Names</em> it at once", "Has a time"]
    assert question.roles == ("self",) and question.hint_html and question.explanation_html == "<p>Why.</p>"


MATCH = """
## Q {.match}
What belongs together?

| You hear | It *means* |
| --- | :-: |
| a sigh | tired |
| a `|` in code | odd \\| rare |
| silence | tired |
| | angry |
"""


def test_pairs_are_read_with_extra_and_shared_right_sides() -> None:
    key = a_read_question(MATCH).key
    assert isinstance(key, MatchKey)
    assert (key.left_title, key.right_title) == ("You hear", "It means")
    assert [left.html for left in key.lefts] == ["a sigh", "a <code>|</code> in code", "silence"]
    assert [right.html for right in key.rights] == ["tired", "odd | rare", "angry"]
    right_of = dict(key.right_of)
    assert right_of[key.lefts[0].id] == right_of[key.lefts[2].id] == key.rights[0].id


def test_gaps_are_cut_out_of_the_text() -> None:
    question = a_read_question("## Q\nFill it.\n\n**I am** [[sorry]] that *[[you|she|You]]* waited.\n\nWhy.")
    assert question.key == GapsKey(
        ("<p><strong>I am</strong> ", " that <em>", "</em> waited.</p>"), (("sorry",), ("you", "she"))
    )
    assert question.stem_html == "<p>Fill it.</p>"
    assert question.explanation_html == "<p>Why.</p>"


def test_gaps_may_stand_in_several_paragraphs_and_in_a_table() -> None:
    key = a_read_question("## Q\n\nOne [[a]].\n\nBetween.\n\n| x | y |\n|---|---|\n| [[b|c]] | z |\n").key
    assert isinstance(key, GapsKey)
    assert key.gaps == (("a",), ("b", "c"))


def test_a_word_between_escaped_brackets_is_no_gap() -> None:
    assert a_read_question(r"## Q" + "\n\n" + r"Not \[[this]] but [[that]].").key.gaps == (("that",),)


def test_somebody_speaking_before_the_answers_is_no_hint() -> None:
    for speech in ('> **Guest:** "Again?"', "> “You never rang.”", "> **Guest**: no."):
        question = a_read_question(f"## Q\nA guest:\n\n{speech}\n\n- [x] a\n- [ ] b")
        assert not question.hint_html and ("Guest" in question.stem_html or "rang" in question.stem_html)


def test_answers_in_a_fence_are_part_of_the_stem() -> None:
    question = a_read_question("## Q\nWhat?\n\n```\n- [x] not me\n\n= nor me [[x]]\n```\n\n- [x] a\n- [ ] b")
    assert isinstance(question.key, ChoiceKey) and len(question.key.options) == 2
    assert "not me" in question.stem_html


def test_classes_of_the_heading_that_name_no_type_stay() -> None:
    assert a_read_question("## Q {.question .fixed .single}\nWhat?\n- [x] a\n- [ ] b").roles == ("fixed",)


@pytest.mark.parametrize(
    ("markdown", "code", "line", "column"),
    [
        ("## Q\nWhat?\n\n- [ ] a\n- [ ] b", "no-tick", 4, 1),
        ("## Q\nWhat?\n\n- [x] a", "one-option", 4, 1),
        ("## Q\nWhat?\n\n- [x] a b\n- [ ] A  b", "same-items", 5, 7),
        ("## Q\nWhat?\n\n- [x] a\n- [ ]", "empty-item", 5, 6),
        ("## Q\nWhat?\n\n- [x] a\n- b\n- [ ] c", "no-box", 5, 1),
        ("## Q\nWhat?\n\n- [x] a\n- [y] b", "bad-box", 5, 1),
        ("## Q\nWhat?\n\n- [x] a\n-[ ] b", "bad-box", 5, 1),
        ("## Q\nWhat?\n\n- [x] a\n- []b", "bad-box", 5, 1),
        ("## Q\nWhat?\n\n- [x] a\n- [ ]b", "bad-box", 5, 1),
        ("## Q\nWhat?\n\n- [x] a\n\n    more\n- [ ] b", "item-too-long", 6, 5),
        ("## Q\nWhat?\n\n- [x] a\n    - [ ] nested\n- [ ] b", "item-too-long", 5, 5),
        ("## Q {.single}\nWhat?\n\n- [x] a\n- [x] b", "two-ticks", 1, 1),
        ("## Q\nWhat?\n\n- [x] a\n> at the margin\n- [ ] b", "quote-at-margin", 5, 1),
        ("## Q\nWhat?\n\n- [x] a\n- [ ] b\n\n> at the margin", "quote-at-margin", 7, 1),
        ("## Q\nWhat?\n\n- [x] a\n- [ ] b\n\nText.\n\n- [ ] c", "answers-apart", 9, 1),
        ("## Q\nWhat?\n\n- [x] a\n- [ ] b\n\n= c", "several-shapes", 7, 1),
        ("## Q\nA [[gap]]?\n\n- [x] a\n- [ ] b", "several-shapes", 2, 3),
        ("## Q\nWhat?", "no-answers", 1, 1),
        ("## Q\nWhat?\n\n1. a\n2. b", "no-answers", 1, 1),
        ("## Q\n\n- [x] a\n- [ ] b", "no-stem", 1, 1),
        ("## Q\nWhat?\n\n= a\n=", "empty-answer", 5, 2),
        ("## Q\nWhat?\n\n= /a(/", "bad-pattern", 4, 5),
        ("## Q\nWhat?\n\n= /(a+)+b/", "bad-pattern", 4, 4),
        ("## Q {.number}\nWhat?\n\n= many", "bad-number", 4, 3),
        ("## Q\nWhat?\n\n= 6.4.0 ± 1", "bad-number", 4, 3),
        ("## Q\nWhat?\n\n= 64 ± -1", "bad-number", 4, 8),
        ("## Q\nWhat?\n\n= 1.234 ± 1", "two-readings", 4, 3),
        ("## Q {.number}\nWhat?\n\n= 1\n= 2", "two-numbers", 5, 1),
        ("## Q {.order}\nWhat?\n\n1. a", "one-item", 4, 1),
        ("## Q {.order}\nWhat?\n\n1. a\n2. A", "same-items", 5, 4),
        ("## Q {.order}\nWhat?\n\n1. a\n   > why\n2. b", "step-feedback", 5, 1),
        ("## Q {.match}\nWhat?\n\n| a | b |\n| c | d |", "no-table-head", 4, 1),
        ("## Q {.match}\nWhat?\n\n| a | b |\n|---|---|\n| c | d | e |\n| f | g |", "not-two-columns", 6, 11),
        ("## Q {.match}\nWhat?\n\n| a | b |\n|---|---|\n| c | d |", "one-pair", 4, 1),
        ("## Q {.match}\nWhat?\n\n| a | b |\n|---|---|\n| c | d |\n| C | e |", "same-lefts", 7, 3),
        ("## Q {.match}\nWhat?\n\n| a | b |\n|---|---|\n| c | d |\n| e | |\n| f | g |", "empty-cell", 7, 6),
        ("## Q {.match}\nWhat?\n\n| a | b |\n|---|---|\n| c | d |\n| e | f |\n| | d |", "same-rights", 8, 5),
        ("## Q\n\nA [[]] gap.", "gap-empty", 3, 3),
        ("## Q\n\nA [[a||b]] gap.", "gap-empty", 3, 3),
        ("## Q\n\nA [[a [[b]] c]] gap.", "gap-nested", 3, 3),
        ("## Q\n\nAn [[open gap.", "gap-unclosed", 3, 4),
        ("## Q\n\n![A [[gap]]](x.png)", "gap-misplaced", 3, 1),
        ("## Q {points=0}\nWhat?\n- [x] a\n- [ ] b", "bad-points", 1, 1),
        ("## Q {points=101}\nWhat?\n- [x] a\n- [ ] b", "bad-points", 1, 1),
        ("## Q {points=nan}\nWhat?\n- [x] a\n- [ ] b", "bad-points", 1, 1),
        ("## Q {.ordr}\nWhat?\n\n1. a\n2. b", "unknown-class", 1, 1),
        ("## Q {point=2}\nWhat?\n- [x] a\n- [ ] b", "unknown-attribute", 1, 1),
        ("## Q {.order}\nWhat?\n- [x] a\n- [ ] b", "shape-mismatch", 3, 1),
        ("## Q {.order .match}\nWhat?\n\n1. a\n2. b", "several-types", 1, 1),
        ("## Q {.sort}\nWhat?\n\n- **a**\n    - b", "one-group", 4, 1),
        ("## Q {.sort}\nWhat?\n\n- **a**\n    - b\n- **c**", "empty-group", 6, 5),
        ("## Q {.sort}\nWhat?\n\n- b\n- **a**\n    - c", "no-group", 4, 3),
        ("## Q {.sort}\nWhat?\n\n- **a**\n    - b\n- **A**\n    - c", "same-groups", 6, 5),
        ("## Q {.sort}\nWhat?\n\n- **a**\n    - b\n- **c**\n    - B.", "same-items", 7, 7),
        ("## Q {.sort}\nWhat?\n\n- **a**\n    - b\n- **c**\n    -", "empty-item", 7, 6),
        ("## Q {.sort}\nWhat?\n\n- **a**\n    - b\n        - d\n- **c**\n    - e", "item-too-deep", 6, 11),
        ("## Q {.sort}\nWhat?\n\n- **a**\n    text\n    - b\n- **c**\n    - d", "no-item", 5, 5),
        ("## Q {.sort}\nWhat?\n\n- [x] a\n- [ ] b", "shape-mismatch", 4, 1),
        ("## Q {.spot}\nWhich?\n\n> **A:** b\n>\n> **C:** d", "no-tick", 4, 1),
        ("## Q {.spot}\nWhich?\n\n> **A:** [x] b", "one-line", 4, 1),
        ("## Q {.spot}\nWhich?\n\n> **A:** [x] b\n>\n> **C:** [y] d", "bad-box", 6, 3),
        ("## Q {.spot}\nWhich?\n\n> **A:** [x] b [ ]\n>\n> **C:** d", "two-boxes", 4, 3),
        ("## Q {.spot}\nWhich?\n\n> **A:** [x]\n>\n> **C:** d", "empty-item", 4, 3),
        ("## Q {.spot}\nWhich?", "no-answers", 1, 1),
        ("## Q {.open}\nWhat?", "no-answers", 1, 1),
        ("## Q {.open}\nWhat?\n\n- a\n- A.", "same-items", 5, 3),
        ("## Q {.open}\nWhat?\n\n- a\n    > b", "criterion-feedback", 5, 1),
        ("## Q {.open}\nWhat?\n\n" + "\n".join(f"- {n}" for n in range(13)), "many-criteria", 16, 1),
        ("## Q {.self}\nWhat?\n\n- [x] a\n- [ ] b", "self-not-open", 1, 1),
    ],
)
def test_each_mistake_is_named_with_its_place(markdown: str, code: str, line: int, column: int) -> None:
    question, problems = read(markdown)
    errors = {
        (problem.code, problem.line, problem.column) for problem in problems if problem.severity is Severity.ERROR
    }
    assert question is None
    assert (code, line, column) in errors
    assert all(problem.what.endswith(".") and problem.cure for problem in problems)
    assert {problem.file for problem in problems} == {"course/quiz.md"}


@pytest.mark.parametrize(
    ("markdown", "code", "line"),
    [
        ("## Q\nWhat?\n\n- [x] a\n    > why\n- [ ] b", "no-feedback", 6),
        ("## Q\nWhat?\n\n= a", "no-feedback", 1),
        ("## Q\nWhat?\n\n= /a/\n\nWhy.", "only-patterns", 1),
        ("## Q\nWhat?\n\n= a\n= A.\n\nWhy.", "same-answers", 1),
    ],
)
def test_what_could_be_better_is_a_warning(markdown: str, code: str, line: int) -> None:
    question, problems = read(markdown)
    assert question
    assert [(problem.code, problem.line, problem.severity) for problem in problems] == [
        (code, line, Severity.WARNING)
    ]


def test_a_question_without_answers_is_told_the_shapes_that_exist() -> None:
    _, problems = read("## Q\nWhat?")
    cure = next(problem.cure for problem in problems if problem.code == "no-answers")
    assert all(shape in cure for shape in ("`.match`", "`.sort`", "`.spot`", "`.open`", "`[[…]]`"))


def test_a_slip_in_the_heading_is_answered_with_the_word_that_was_meant() -> None:
    assert "`.multiple`" in read("## Q {.mutliple}\nWhat?\n- [x] a\n- [ ] b")[1][0].cure
    assert "`points`" in read("## Q {point=2}\nWhat?\n- [x] a\n- [ ] b")[1][0].cure


def test_lines_count_from_the_file_not_from_the_question() -> None:
    _, problems = read_question(a_section("## Q\nWhat?\n\n- [ ] a\n- [ ] b", line=41), "q-1")
    assert (problems[0].code, problems[0].line) == ("no-tick", 44)


def test_scripts_in_any_part_are_made_harmless() -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    question = a_read_question(
        f"## Q\n{evil} What?\n\n> {evil} hint\n\n- [x] a {evil}\n    > b {evil}\n- [ ] c\n\nWhy {evil}"
    )
    assert "<script" not in repr(question) and "onerror" not in repr(question)


@pytest.mark.parametrize("kind", ["order", "choice"])
def test_ids_do_not_depend_on_place_or_key(kind: str) -> None:
    if kind == "order":
        one, other = (a_read_question(f"## Q {{.order}}\nWhat?\n\n1. {a}\n2. {b}") for a, b in ("ab", "ba"))
        first, second = ({item.html: item.id for item in each.key.items} for each in (one, other))
    else:
        one = a_read_question("## Q\nWhat?\n- [x] a\n- [ ] b")
        other = a_read_question("## Q\nWhat?\n- [x] b\n- [ ] a")
        first, second = ({option.html: option.id for option in each.key.options} for each in (one, other))
    assert first == second
    assert marking.mark(one, marking.right_response(other)) == 0
