"""Cartridges and Canvas's own flavour: their quizzes come in, everything else is named."""

# ruff: noqa: E501  # QTI as other systems write it has long lines
import io
import zipfile

import pytest

from lms.interop.brought import Brought
from lms.interop.cartridge.packages import is_cartridge, read_file, read_package
from lms.interop.draft import Choice, DraftOption, Gaps, Number, Open, Pair, Pairs, Words
from lms.interop.refusing import RefusedFileError
from lms.interop.safe_xml import read_xml
from lms.interop.safe_zip import opened

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1" xmlns:lom="http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest">
<metadata><schema>IMS Common Cartridge</schema><schemaversion>1.1.0</schemaversion><lom:lom><lom:general><lom:title><lom:string>Support 101</lom:string></lom:title></lom:general></lom:lom></metadata>
<organizations><organization identifier="o"><item identifier="r"><item identifier="i1" identifierref="w"><title>A useful link</title></item><item identifier="i2" identifierref="p"><title>Welcome page</title></item></item></organization></organizations>
<resources><resource identifier="w" type="imswl_xmlv1p1"><file href="w.xml"/></resource><resource identifier="p" type="webcontent" href="wiki_content/welcome.html"><file href="wiki_content/welcome.html"/></resource>
<resource identifier="q" type="imsqti_xmlv1p2/imscc_xmlv1p1/assessment"><file href="q/assessment_qti.xml"/></resource></resources></manifest>"""


def field(label: str, entry: str) -> str:
    return f"<qtimetadatafield><fieldlabel>{label}</fieldlabel><fieldentry>{entry}</fieldentry></qtimetadatafield>"


def item(kind: str, presentation: str, processing: str, *, more: str = "", key: str = "question_type") -> str:
    return (
        f'<item ident="i-{kind[:9]}" title="T"><itemmetadata><qtimetadata>{field(key, kind)}{field("points_possible", "2.0")}</qtimetadata></itemmetadata>'
        f'<presentation><material><mattext texttype="text/html">&lt;p&gt;What?&lt;/p&gt;</mattext></material>{presentation}</presentation>'
        f"<resprocessing><outcomes><decvar maxvalue='100' minvalue='0' varname='SCORE' vartype='Decimal'/></outcomes>{processing}</resprocessing>{more}</item>"
    )


def quiz(*items: str, more: str = "") -> bytes:
    return (
        f'<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment ident="a" title="Quiz one"><qtimetadata>{field("cc_maxattempts", "3")}{field("qmd_timelimit", "30")}</qtimetadata>'
        f'<section ident="root_section">{"".join(items)}{more}</section></assessment></questestinterop>'
    ).encode()


def labels(*texts: str, start: int = 1) -> str:
    return "".join(
        f'<response_label ident="{number}"><material><mattext texttype="text/plain">{text}</mattext></material></response_label>'
        for number, text in enumerate(texts, start=start)
    )


def lid(*texts: str, ident: str = "response1", cardinality: str = "Single", head: str = "", start: int = 1) -> str:
    shown = f"<material><mattext texttype='text/plain'>{head}</mattext></material>" if head else ""
    return f'<response_lid ident="{ident}" rcardinality="{cardinality}">{shown}<render_choice>{labels(*texts, start=start)}</render_choice></response_lid>'


def right(test: str, shown: str = "", score: str = "100") -> str:
    return f'<respcondition continue="No"><conditionvar>{test}</conditionvar><setvar action="Set" varname="SCORE">{score}</setvar>{shown}</respcondition>'


def equal(value: str, ident: str = "response1") -> str:
    return f'<varequal respident="{ident}">{value}</varequal>'


def shows(name: str) -> str:
    return f'<displayfeedback feedbacktype="Response" linkrefid="{name}"/>'


def feedback(name: str, text: str) -> str:
    return f'<itemfeedback ident="{name}"><flow_mat><material><mattext texttype="text/html">{text}</mattext></material></flow_mat></itemfeedback>'


STR = '<response_str ident="response1" rcardinality="Single"><render_fib><response_label ident="a" rshuffle="No"/></render_fib></response_str>'


def test_a_choice_with_feedback_of_each_answer_and_of_all() -> None:
    told = '<respcondition continue="Yes"><conditionvar><varequal respident="response1">2</varequal></conditionvar><displayfeedback feedbacktype="Response" linkrefid="2_fb"/></respcondition>'
    made = item(
        "multiple_choice_question",
        lid("Good", "Bad"),
        told + right(equal("1")),
        more=feedback("2_fb", "Not so") + feedback("general_fb", "In general"),
    )
    brought = read_file(quiz(made), "q.xml")
    (draft,) = brought.drafts
    assert draft.answers == Choice((DraftOption("Good", True), DraftOption("Bad", False, "<p>Not so</p>")))
    assert (draft.stem_html, draft.explanation_html, draft.points) == ("<p>What?</p>", "<p>In general</p>", 2.0)
    assert (brought.quizzes[0].title, brought.quizzes[0].attempts, brought.quizzes[0].minutes_allowed) == (
        "Quiz one",
        3,
        30,
    )


ALL = "<and>" + equal("1") + equal("3") + "<not>" + equal("2") + "</not></and>"
NUMBER = (
    "<or>"
    + equal("10")
    + '<and><vargte respident="response1">9.5</vargte><varlte respident="response1">10.5</varlte></and></or>'
)


@pytest.mark.parametrize(
    ("made", "answers"),
    [
        (item("cc.true_false.v0p1", lid("True", "False"), right(equal("2")), key="cc_profile"), Choice((DraftOption("True", False), DraftOption("False", True)))),
        (item("cc.multiple_response.v0p1", lid("a", "b", "c", cardinality="Multiple"), right(ALL), key="cc_profile"), Choice((DraftOption("a", True), DraftOption("b", False), DraftOption("c", True)), is_multiple=True)),
        (item("cc.fib.v0p1", STR, right(equal("yes") + equal("yeah")), key="cc_profile"), Words(("yes", "yeah"))),
        (item("cc.pattern_match.v0p1", STR, right('<varsubstring respident="response1">yes</varsubstring>'), key="cc_profile"), Words(("yes",))),
        (item("numerical_question", STR, right(NUMBER)), Number(10, 0.5)),
        (
            item("matching_question", lid("one", "two", ident="response_a", head="uno") + lid("one", "two", "three", ident="response_b", head="due"), right(equal("1", "response_a"), score="50") + right(equal("2", "response_b"), score="50")),
            Pairs((Pair("uno", "one"), Pair("due", "two"), Pair("", "three"))),
        ),
    ],
)  # fmt: skip
def test_every_profile_becomes_a_question(made: str, answers: object) -> None:
    (draft,) = read_file(quiz(made), "q.xml").drafts
    assert draft.answers == answers


def test_blanks_in_a_text_become_gaps_and_lists_in_it_numbered_places() -> None:
    blanks = item(
        "fill_in_multiple_blanks_question",
        lid("red", "crimson", ident="response_colour"),
        right(equal("1", "response_colour")) + right(equal("2", "response_colour")),
    ).replace("What?", "Roses are [colour].")
    (draft,) = read_file(quiz(blanks), "q.xml").drafts
    assert draft.answers == Gaps(("<p>Roses are ", ".</p>"), (("red", "crimson"),))
    lists = item(
        "multiple_dropdowns_question",
        lid("red", "blue", ident="response_x") + lid("big", "small", ident="response_y", start=5),
        right(equal("1", "response_x")) + right(equal("6", "response_y")),
    ).replace("What?", "[x] and [y]")
    brought = read_file(quiz(lists), "q.xml")
    assert brought.drafts[0].answers == Pairs(
        (Pair("(1)", "red"), Pair("(2)", "small"), Pair("", "blue"), Pair("", "big"))
    )
    assert brought.losses


@pytest.mark.parametrize("kind", ["calculated_question", "file_upload_question", "text_only_question"])
def test_what_cannot_be_asked_is_named(kind: str) -> None:
    brought = read_file(quiz(item(kind, STR, "")), "q.xml")
    assert brought.drafts == () and len(brought.losses) == 1 and brought.losses[0].what.endswith(".")


def test_an_essay_is_open() -> None:
    solution = "<solution><solutionmaterial><material><mattext>Names it.</mattext></material></solutionmaterial></solution>"
    (draft,) = read_file(quiz(item("essay_question", STR, "", more=solution)), "q.xml").drafts
    assert draft.answers == Open(("Names it.",))


def test_a_group_of_which_some_are_drawn_becomes_a_pool() -> None:
    one = item("multiple_choice_question", lid("Good", "Bad"), right(equal("1")))
    group = f'<section ident="g" title="Opening"><selection_ordering><selection><selection_number>1</selection_number></selection></selection_ordering>{one}{one}</section>'
    brought = read_file(quiz(one, more=group), "q.xml")
    assert brought.quizzes[0].draws == ((1, "always"), (1, "opening"))
    assert [draft.pool for draft in brought.drafts] == ["always", "opening", "opening"]


def packed(**more: bytes) -> Brought:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("imsmanifest.xml", MANIFEST)
        for name, body in more.items():
            archive.writestr(name.replace("__", "/").replace("--", "."), body)
    with opened(made) as archive:
        return read_package(archive, "imsmanifest.xml")


def test_a_cartridge_gives_its_quizzes_and_names_what_stays_behind() -> None:
    assert is_cartridge(read_xml(MANIFEST.encode()))
    picture = item("multiple_choice_question", lid("Good", "Bad"), right(equal("1"))).replace(
        "&lt;p&gt;What?&lt;/p&gt;", "&lt;img src=&quot;$IMS-CC-FILEBASE$/bee.png&quot; alt=&quot;A bee&quot;&gt;"
    )
    brought = packed(**{"q__assessment_qti--xml": quiz(picture), "web_resources__bee--png": b"\x89PNG"})
    assert 'src="media/bee.png"' in brought.drafts[0].stem_html
    assert [each.name for each in brought.media] == ["bee.png"]
    assert {(loss.item, loss.what) for loss in brought.losses} == {
        ("A useful link", "It is a web link; only questions are taken from a cartridge."),
        ("Welcome page", "It is a page or a file; only questions are taken from a cartridge."),
    }
    assert brought.title == "Support 101"


def test_of_a_quiz_that_canvas_wrote_twice_the_fuller_one_is_read() -> None:
    one = item("multiple_choice_question", lid("Good", "Bad"), right(equal("1")))
    brought = packed(**{"g1__assessment_qti--xml": quiz(one), "non_cc_assessments__g1--xml--qti": quiz(one, one)})
    assert len(brought.drafts) == 2


def test_a_cartridge_without_questions_is_no_failure_but_says_so() -> None:
    assert packed().drafts == ()
    with pytest.raises(RefusedFileError):
        read_file(b"<questestinterop/>", "q.xml")
