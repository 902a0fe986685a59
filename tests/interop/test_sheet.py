"""A spreadsheet of questions, in and out."""

import time
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from lms.interop.draft import Draft, with_html
from lms.interop.sheet.reading import read
from lms.interop.sheet.writing import template, write, write_csv
from lms.interop.taking import draft_of
from lms.interop.writing import quiz_markdown
from lms.quiz.question import Question, QuestionType
from tests.interop.strategies import RAW_LINE, authored

# Making a failing case smaller takes minutes here; the case as drawn says enough.
MANY = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def table(*rows: list[str]) -> bytes:
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode()


def shown(draft: Draft) -> Draft:
    """Return the draft with its line ends as a browser shows them: in a cell a line end is a break."""
    return replace(with_html(draft, lambda html: " ".join(html.split())), title=draft.title.strip())


@MANY
@given(authored())
def test_what_goes_out_comes_back_or_is_listed(question: Question) -> None:
    draft = draft_of(question)
    for out in (write([draft], "All"), write_csv([draft], "All")):
        taken = read(out.content, "all.xlsx")
        assert not taken.problems, taken.problems
        if not out.losses:
            assert [shown(each) for each in taken.drafts] == [shown(draft)] and not taken.losses


def test_the_template_has_every_type_and_can_be_sent_back() -> None:
    taken = read(template(), "template.xlsx")
    assert not taken.losses and not taken.problems
    kinds = {draft.type for draft in taken.drafts}
    assert kinds == set(QuestionType) - {QuestionType.SPOT}
    written = quiz_markdown(taken.drafts)
    assert len(written.drafts) == len(taken.drafts) and not written.losses
    book = load_workbook(BytesIO(template()))
    assert book.sheetnames == ["Questions", "How it works"]
    assert [cell.value for cell in book["Questions"][1]][:4] == ["Title", "Type", "Question", "Answer A"]


def test_a_workbook_that_somebody_else_wrote() -> None:
    book = Workbook()
    book.active.append(["question", "Option A", "option b", "Correct", "Points", "Notes", None])
    book.active.append(["Two and two?", 4, 5.5, "A", 2, "mine"])
    book.active.append([None, None, None, None])
    book.active.append(["Is it so?", None, None, True])
    body = BytesIO()
    book.save(body)
    taken = read(body.getvalue(), "x.xlsx")
    assert [draft.line for draft in taken.drafts] == [2] and taken.drafts[0].points == 2
    assert [(loss.line, loss.place) for loss in taken.losses] == [(1, "Notes")]
    assert [(problem.line, problem.what) for problem in taken.problems] == [
        (4, "Right: “yes” names no answer of this row.")
    ]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["Q?", "a", "b", "B", ""], QuestionType.SINGLE),
        (["Q?", "a", "b", "a, B", ""], QuestionType.MULTIPLE),
        (["Q?", "a", "b", "AB", ""], QuestionType.MULTIPLE),
        (["Q?", "", "", "TRUE", ""], QuestionType.SINGLE),
        (["Q [[gap]]?", "", "", "", ""], QuestionType.GAPS),
        (["Q?", "a", "", "", "Short answer"], QuestionType.SHORT),
        (["Q?", "", "", "14 ± 0.5 €", "numerical"], QuestionType.NUMBER),
        (["Q?", "a", "b", "", "ordering"], QuestionType.ORDER),
        (["Q?", "a -> b", "c->d", "", "Matching"], QuestionType.MATCH),
        (["Q?", "a", "", "", "essay"], QuestionType.OPEN),
    ],
)
def test_the_type_is_understood(row: list[str], kind: QuestionType) -> None:
    taken = read(table(["Question", "A", "B", "Right", "Type"], row), "x.csv")
    assert [draft.type for draft in taken.drafts] == [kind], taken.problems


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["Q?", "a", "b", "", ""], "Right: Neither the type nor the right answer is said."),
        (["Q?", "a", "b", "C", ""], "Right: “C” names no answer of this row."),
        (["Q?", "a", "b", "maybe", ""], "Right: “maybe” names no answer of this row."),
        (["Q?", "a", "b", "A, B", "single choice"], "Right: A single choice with several right answers."),
        (["Q?", "a", "b", "A", "riddle"], "Type: “riddle” is no type known here."),
        (["Q?", "many", "", "", "number"], "Answer A: “many” is no number."),
        (["Q?", "a b", "", "", "match"], "Answer A: “a b” has no ->."),
        (["Q [[?", "", "", "", "gaps"], "Question: A gap is not closed, or empty."),
        (["Q?", "", "", "", "gaps"], "Question: There is no gap in the text."),
        (["Q?", "", "", "", "short text"], "Answer A: No accepted answer is written."),
        (["Q?", "", "", "perhaps", "true or false"], "Right: “perhaps” is neither true nor false."),
    ],
)
def test_what_was_not_taken_is_said_with_its_row_and_cell(row: list[str], said: str) -> None:
    taken = read(table(["Question", "A", "B", "Right", "Type"], ["Fine?", "a", "b", "A", ""], row), "x.csv")
    assert len(taken.drafts) == 1
    assert [(problem.line, problem.what) for problem in taken.problems] == [(3, said)]


def test_a_line_in_a_cell_is_a_line_on_the_page_and_no_formula_runs() -> None:
    taken = read(table(["Question", "A", "B", "Right"], ["One\ntwo *soft*", "'=1+1", "- b\nc", "A"]), "x.csv")
    assert taken.drafts[0].stem_html == "<p>One<br>\ntwo <em>soft</em></p>"
    assert b"'=1+1" in write_csv(taken.drafts, "x").content


_CELLS = st.one_of(
    RAW_LINE, st.sampled_from(["A", "A, B", "true", "single choice", "gaps", "[[a]]", "a -> b", "", "2"])
)


@MANY
@given(st.lists(st.lists(_CELLS, max_size=8), max_size=4))
def test_any_table_is_read_in_no_time_and_written_again(rows: list[list[str]]) -> None:
    head = ["Question", "Type", "A", "B", "Right", "Feedback A", "Hint", "Points"]
    cells = [head, *rows]
    content = "\n".join(",".join('"{}"'.format(cell.replace('"', '""')) for cell in row) for row in cells).encode()
    begun = time.process_time()
    taken = read(content, "x.csv")
    assert time.process_time() - begun < 2
    again = write(taken.drafts, "x")
    if not again.losses:
        assert [shown(each) for each in read(again.content, "x").drafts] == [shown(each) for each in taken.drafts]


@MANY
@given(st.binary(max_size=300) | st.binary(max_size=100).map(lambda body: b"PK\x03\x04" + body))
def test_any_bytes_are_read(content: bytes) -> None:
    read(content, "x.xlsx")


def _changed(name: str, body: bytes) -> bytes:
    """Return a workbook with one of its parts replaced."""
    whole = BytesIO()
    with ZipFile(BytesIO(template())) as source, ZipFile(whole, "w") as target:
        for each in source.namelist():
            target.writestr(each, body if each == name else source.read(each))
    return whole.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        _changed("xl/worksheets/sheet1.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>'),
        _changed("xl/worksheets/sheet1.xml", b"<worksheet>" + b"<row>" * 500),
        _changed("xl/workbook.xml", b"<workbook/>"),
        _changed("xl/sharedStrings.xml", b"<sst>"),
        template()[:3000],
        b"PK\x03\x04",
    ],
)
def test_a_hostile_workbook_is_refused_with_a_sentence(content: bytes) -> None:
    taken = read(content, "x.xlsx")
    assert not taken.drafts and taken.problems[0].code == "refused" and taken.problems[0].cure


def test_a_table_without_a_question_is_none() -> None:
    assert [problem.code for problem in read(b"a,b\n1,2\n", "x.csv").problems] == ["no-header"]
    assert [problem.code for problem in read(b"", "x.csv").problems] == ["no-header"]
