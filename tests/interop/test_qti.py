"""QTI 2.1, 2.2 and 3.0: what goes out comes back, what comes in becomes what, and what is refused is named."""

# ruff: noqa: E501  # QTI as other systems write it has long lines
import io
import re
import zipfile
from dataclasses import replace
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.interop.brought import Brought, BroughtQuiz
from lms.interop.draft import (
    Choice,
    Draft,
    DraftOption,
    Fate,
    Gaps,
    Number,
    Open,
    Pair,
    Pairs,
    Steps,
    Words,
    with_html,
)
from lms.interop.prose import tree
from lms.interop.prose.tree import tree_of
from lms.interop.qti.packages import read_file, read_package
from lms.interop.qti.packing import write_package
from lms.interop.refusing import RefusedFileError
from lms.interop.safe_xml import Element, read_xml
from lms.interop.safe_zip import opened
from lms.interop.taking import draft_of
from lms.quiz.question import Question
from tests.interop import strategies

VERSIONS = ("2.1", "3.0")
OPTIONS = (DraftOption("Yes", True, "<p>Why yes.</p>"), DraftOption("No", False), DraftOption("Maybe", False))
DRAFTS = {
    "single": Choice(OPTIONS),
    "multiple": Choice((replace(OPTIONS[0]), replace(OPTIONS[1], is_right=True), OPTIONS[2]), is_multiple=True),
    "one of several": Choice(OPTIONS, is_multiple=True),
    "words": Words(("thank you", "thanks")),
    "number": Number(64, 0, ""),
    "number near": Number(-0.5, 0.25, "min & more"),
    "steps": Steps(("one", "<em>two</em>", "three")),
    "pairs": Pairs((Pair("a", "1"), Pair("b", "2"), Pair("c", "1"), Pair("", "3"))),
    "gap": Gaps(("<p>I am ", " now.</p>"), (("sorry",),)),
    "gap alone": Gaps(("<p>", "</p>"), (("sorry",),)),
    "open": Open(("Names it.", "<em>Owns</em> it.")),
    "gaps": Gaps(("<p>I ", " <em>you</em> ", ".</p>"), (("hear", "see"), ("& more",))),
}


def packed(*quizzes: BroughtQuiz, version: str = "2.1", media: dict[str, bytes] | None = None) -> Brought:
    """Return what comes back of quizzes that went out."""
    return unpacked(write_package(quizzes, "Title <&>", media or {}, version).content)


def unpacked(body: bytes) -> Brought:
    with opened(io.BytesIO(body)) as archive:
        return read_package(archive)


def zipped(**files: str) -> Brought:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
    return unpacked(made.getvalue())


def a_draft(name: str, **more: object) -> Draft:
    stem = "" if name.startswith("gap") else "<p>What <strong>now</strong>?</p>"
    given = {"title": f"Title {name} <&>", "stem_html": stem, "id": "q-1", "explanation_html": "<p>Because.</p>"}
    return Draft(answers=DRAFTS[name], **{**given, **more})  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", DRAFTS)
def test_every_type_comes_back_as_it_went_out(name: str, version: str) -> None:
    draft = a_draft(name, hint_html="<p>Think.</p>", points=2.5, is_fixed=isinstance(DRAFTS[name], Choice))
    back = packed(BroughtQuiz("Check", (draft,)), version=version)
    assert [replace(each, category="") for each in back.drafts] == [draft]
    # Only what another system will do otherwise is said; see `_steps`.
    assert [loss.what for loss in back.losses] == (
        ["Only the whole answer earned a point there; here every right part earns its share."]
        if name == "steps"
        else []
    )


def canonical(html: str) -> str:
    """Return what two texts of HTML share that say the same: attributes in order, single spaces."""
    return _written(tree_of(html)).strip()


def _written(element: tree.Element) -> str:
    inside = "".join(
        re.sub(r"\s+", " ", each) if isinstance(each, str) else _written(each) for each in element.children
    )
    inside = inside.strip() if element.tag in ("p", "div", "li", "blockquote") else inside
    return f"<{element.tag} {sorted(element.attributes.items())}>{inside}" if element.tag else inside


def simple(draft: Draft) -> Draft:
    """Return a draft without what QTI has no place for, each of which is listed when it goes out."""
    draft = with_html(draft, canonical)
    answers = draft.answers
    if isinstance(answers, Pairs):
        rows = tuple(sorted(answers.pairs, key=lambda pair: not pair.left_html))
        answers = Pairs(rows)
    if isinstance(answers, Words):
        answers = Words(_told(answers.texts))
    if isinstance(answers, Gaps):
        answers = replace(answers, gaps=tuple(map(_told, answers.gaps)))
    return replace(
        draft, answers=answers, behaviours=(), form="", pool="", category="", is_fixed=_may_be_fixed(draft)
    )


def _told(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts as XML keeps them: none twice, spaces single."""
    return tuple(dict.fromkeys(" ".join(text.split()) for text in texts))


def _may_be_fixed(draft: Draft) -> bool:
    return draft.is_fixed and isinstance(draft.answers, Choice)


# What a page of ours builds and HTML elsewhere has no word for: each is named when it goes out.
_OURS = re.compile(
    r'class="(?!dialogue|table-scroll|align-)|<(?:details|figure|abbr|dl|dt|code|h[1-6]|mark|kbd)|[\ue000-\uf8ff]'
)


@given(strategies.authored())
def test_what_an_author_writes_comes_back_or_is_named(question: Question) -> None:
    draft = draft_of(question)
    for version in VERSIONS:
        sent = write_package([BroughtQuiz("Q", (draft,))], "T", {}, version)
        back = unpacked(sent.content)
        if not back.drafts:
            assert sent.losses
            continue
        came = simple(replace(back.drafts[0], line=draft.line))
        if came != simple(draft) and not _OURS.search(repr(draft)):
            assert back.losses or sent.losses, (came, simple(draft))


@pytest.mark.parametrize("version", VERSIONS)
def test_pictures_come_along_and_back(version: str) -> None:
    draft = a_draft("single", stem_html='<p><img src="media/bee.png" alt="A bee"></p>')
    back = packed(
        BroughtQuiz("Check", (draft,)), version=version, media={"media/bee.png": b"\x89PNG", "media/x": b""}
    )
    assert [(each.name, each.content) for each in back.media] == [("bee.png", b"\x89PNG")]
    assert canonical(back.drafts[0].stem_html) == canonical(draft.stem_html)


def test_what_a_page_of_ours_builds_is_named_when_it_goes_out() -> None:
    stem = (
        '<div class="admonition note"><p class="admonition-title">Good</p><p>Inside.</p></div>'
        '<p><audio controls aria-label="The call" src="media/call.mp3"></audio></p>'
    )
    sent = write_package([BroughtQuiz("Q", (a_draft("single", stem_html=stem),))], "T", {})
    assert [loss.what.split()[0] for loss in sent.losses] == ["Its", "Boxes,"]
    assert "<p>The call</p>" in unpacked(sent.content).drafts[0].stem_html


@pytest.mark.parametrize("version", VERSIONS)
def test_pools_become_sections_and_sections_pools(version: str) -> None:
    drafts = tuple(a_draft("single", id=f"q-{n}", pool="ab"[n % 2], title=f"T{n}") for n in range(4))
    quiz = BroughtQuiz("Check", drafts, draws=((1, "a"), (2, "b")), shuffle=True, attempts=3, minutes_allowed=20)
    back = packed(quiz, version=version)
    assert len(back.quizzes) == 1
    came = back.quizzes[0]
    assert (came.title, came.draws, came.shuffle, came.attempts, came.minutes_allowed) == (
        "Check", ((1, "a"), (2, "b")), True, 3, 20,
    )  # fmt: skip
    assert sorted((each.id, each.pool) for each in came.drafts) == [(each.id, each.pool) for each in drafts]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_package_is_whole(version: str) -> None:
    drafts = tuple(a_draft(name, id=f"{number}.{name}") for number, name in enumerate(DRAFTS))
    body = write_package([BroughtQuiz("One", drafts), BroughtQuiz("Two", drafts[:2])], "T", {}, version).content
    assert (
        body
        == write_package([BroughtQuiz("One", drafts), BroughtQuiz("Two", drafts[:2])], "T", {}, version).content
    )
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = archive.namelist()
        roots = {name: read_xml(archive.read(name)) for name in names}
        texts = [archive.read(name).decode() for name in names]
    assert names[0] == "imsmanifest.xml" and names[-1] == "test-2.xml"
    manifest = roots.pop("imsmanifest.xml")
    resources = list(manifest.all("resource"))
    assert sorted(each.get("href") for each in resources) == sorted(roots)
    identifiers = {each.get("identifier") for each in resources}
    assert len(identifiers) == len(resources)
    assert {each.get("identifierref") for each in manifest.all("dependency")} <= identifiers
    kinds = {"2.1": ("xmlv2p1", "imsqti_v2p1"), "3.0": ("xmlv3p0", "imsqtiasi_v3p0")}[version]
    assert {each.get("type").rpartition("_")[2] for each in resources} == {kinds[0]}
    assert {root.namespace.rpartition("/")[2] for root in roots.values()} == {kinds[1]}
    assert all("schemaLocation" in text for text in texts)
    templates = {name for text in texts for name in re.findall(r'template="[^"]*/(\w+)', text)}
    assert templates == {"match_correct", "map_response"}
    for root in roots.values():
        _ids_meet(root)


def _ids_meet(root: Element) -> None:
    """Hold that every response that is asked for is declared, and the other way round."""
    asked = {
        value
        for each in root.all()
        for name, value in each.attributes.items()
        if name in ("responseIdentifier", "response-identifier")
    }
    declared = {each.get("identifier") for each in root.all("responseDeclaration", "qti-response-declaration")}
    assert asked == declared


# What other systems write, by what becomes of it.

_NS = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'
_MATCH = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'
_MAP = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>'


def item(body: str, declared: str = "", processing: str = _MATCH, more: str = "") -> Brought:
    text = (
        f'<assessmentItem {_NS} identifier="i1" title="An item" adaptive="false" timeDependent="false">{declared}'
        f"{more}<itemBody>{body}</itemBody>{processing}</assessmentItem>"
    )
    return read_file(text.encode(), "item.xml")


def declared(correct: str = "", cardinality: str = "single", base: str = "identifier", mapping: str = "") -> str:
    values = "".join(f"<value>{each}</value>" for each in correct.split("|") if each)
    right = f"<correctResponse>{values}</correctResponse>" if values else ""
    return (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">{right}'
        f"{mapping}</responseDeclaration>"
    )


def mapping(**worths: float) -> str:
    entries = "".join(f'<mapEntry mapKey="{key}" mappedValue="{worth}"/>' for key, worth in worths.items())
    return f'<mapping defaultValue="0">{entries}</mapping>'


CHOICE = (
    '<p>Which?</p><choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1"><prompt>Choose'
    '</prompt><simpleChoice identifier="A">First<feedbackInline outcomeIdentifier="FEEDBACK" identifier="A">Fine'
    '</feedbackInline></simpleChoice><simpleChoice identifier="B">Second</simpleChoice>'
    '<simpleChoice identifier="C">Third</simpleChoice></choiceInteraction>'
)


def test_a_choice_with_inline_feedback() -> None:
    brought = item(CHOICE, declared("A"))
    draft = brought.drafts[0]
    assert draft.stem_html == "<p>Which?</p>\n<p>Choose</p>"
    assert draft.answers == Choice(
        (DraftOption("First", True, "<p>Fine</p>"), DraftOption("Second", False), DraftOption("Third", False))
    )
    assert brought.losses == ()


def test_shares_are_named() -> None:
    brought = item(CHOICE, declared("A", mapping=mapping(A=1, B=0.5)), _MAP)
    assert [option.is_right for option in brought.drafts[0].answers.options] == [True, False, False]  # type: ignore[union-attr]
    assert "different shares" in brought.losses[0].what


@pytest.mark.parametrize("shown", ["A|B"])
def test_all_or_nothing_is_named(shown: str) -> None:
    brought = item(CHOICE.replace('"1"', '"0"'), declared(shown, "multiple"))
    assert brought.drafts[0].type.value == "multiple"
    assert "whole answer" in brought.losses[0].what


def test_rules_written_out_that_come_to_the_same_are_read() -> None:
    rules = (
        "<responseProcessing><responseCondition><responseIf><match><variable identifier='RESPONSE'/>"
        "<correct identifier='RESPONSE'/></match><setOutcomeValue identifier='SCORE'><baseValue baseType='float'>1"
        "</baseValue></setOutcomeValue></responseIf><responseElse><setOutcomeValue identifier='SCORE'><baseValue "
        "baseType='float'>0</baseValue></setOutcomeValue></responseElse></responseCondition><setOutcomeValue "
        "identifier='FEEDBACK'><variable identifier='RESPONSE'/></setOutcomeValue></responseProcessing>"
    )
    assert len(item(CHOICE, declared("A"), rules).drafts) == 1


def test_text_entries_alone_are_short_answers_and_in_a_text_gaps() -> None:
    field = '<textEntryInteraction responseIdentifier="RESPONSE" expectedLength="9"/>'
    accepted = declared("York", base="string", mapping=mapping(York=1, york=1))
    assert item(f"<p>Where?</p><p>{field}</p>", accepted, _MAP).drafts[0].answers == Words(("York", "york"))
    gaps = item(f"<p>In {field} it rains.</p>", accepted, _MAP).drafts[0].answers
    assert gaps == Gaps(("<p>In ", " it rains.</p>"), (("York", "york"),))
    number = item(f"<p>How many?</p><p>{field}</p>", declared("64", base="integer")).drafts[0].answers
    assert number == Number(64)


def test_order_match_associate_gap_match_inline_choice_and_hottext() -> None:
    order = item(
        '<orderInteraction responseIdentifier="RESPONSE" shuffle="true"><prompt>Order</prompt>'
        '<simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice></orderInteraction>',
        declared("B|A", "ordered"),
    )
    assert order.drafts[0].answers == Steps(("b", "a"))
    sides = (
        '<simpleMatchSet><simpleAssociableChoice identifier="L1" matchMax="1">left 1</simpleAssociableChoice>'
        '<simpleAssociableChoice identifier="L2" matchMax="1">left 2</simpleAssociableChoice></simpleMatchSet>'
        '<simpleMatchSet><simpleAssociableChoice identifier="R1" matchMax="1">right 1</simpleAssociableChoice>'
        '<simpleAssociableChoice identifier="R2" matchMax="1">right 2</simpleAssociableChoice></simpleMatchSet>'
    )
    match = item(
        f'<p>M</p><matchInteraction responseIdentifier="RESPONSE" shuffle="true">{sides}</matchInteraction>',
        declared("L1 R2|L2 R2", "multiple", "directedPair"),
    )
    assert match.drafts[0].answers == Pairs(
        (Pair("left 1", "right 2"), Pair("left 2", "right 2"), Pair("", "right 1"))
    )
    heap = "".join(
        f'<simpleAssociableChoice identifier="{n}" matchMax="1">{n}</simpleAssociableChoice>' for n in "abcd"
    )
    associate = item(
        f'<p>A</p><associateInteraction responseIdentifier="RESPONSE" shuffle="true">{heap}</associateInteraction>',
        declared("a b|c d", "multiple", "pair"),
    )
    assert associate.drafts[0].answers == Pairs((Pair("a", "b"), Pair("c", "d")))
    gap = item(
        '<gapMatchInteraction responseIdentifier="RESPONSE" shuffle="true"><gapText identifier="W" matchMax="1">winter'
        '</gapText><gapText identifier="S" matchMax="1">summer</gapText><p>Now is the <gap identifier="G1"/> of our '
        '<gap identifier="G2"/></p></gapMatchInteraction>',
        declared("W G1|S G2", "multiple", "directedPair"),
    )
    assert gap.drafts[0].answers == Pairs((Pair("(1)", "winter"), Pair("(2)", "summer")))
    assert "(1)" in gap.drafts[0].stem_html
    inline = item(
        '<p>I live in <inlineChoiceInteraction responseIdentifier="RESPONSE" shuffle="true"><inlineChoice identifier="A">'
        'York</inlineChoice><inlineChoice identifier="B">Bath</inlineChoice></inlineChoiceInteraction>.</p>',
        declared("B"),
    )
    assert [o.is_right for o in inline.drafts[0].answers.options] == [False, True]  # type: ignore[union-attr]
    hot = item(
        '<hottextInteraction responseIdentifier="RESPONSE" maxChoices="1"><p>One <hottext identifier="A">mistake</hottext>'
        ' and <hottext identifier="B">none</hottext>.</p></hottextInteraction>',
        declared("A"),
    )
    assert hot.drafts[0].stem_html == "<p>One <strong>mistake</strong> and <strong>none</strong>.</p>"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ('<sliderInteraction responseIdentifier="RESPONSE"/>', "<sliderInteraction>"),
        ('<uploadInteraction responseIdentifier="RESPONSE"/>', "<uploadInteraction>"),
        ('<hotspotInteraction responseIdentifier="RESPONSE"/>', "<hotspotInteraction>"),
        ('<customInteraction responseIdentifier="RESPONSE"/>', "<customInteraction>"),
        (CHOICE + CHOICE, "<choiceInteraction>"),
        ("<p>Nothing is asked.</p>", "<itemBody>"),
        (CHOICE.replace("<p>Which?</p>", '<p><printedVariable identifier="X"/></p>'), "<printedVariable>"),
    ],
)
def test_what_cannot_be_asked_is_refused_alone_and_named(body: str, place: str) -> None:
    brought = item(body, declared("A"))
    assert brought.drafts == ()
    (loss,) = brought.losses
    assert loss.fate is Fate.LEFT_OUT and place in loss.place and loss.what.endswith(".")


@pytest.mark.parametrize(
    "processing",
    [
        '<responseProcessing template="http://x/map_response_point"/>',
        "<responseProcessing><setOutcomeValue identifier='SCORE'><random/></setOutcomeValue></responseProcessing>",
        "<responseProcessing><customOperator/></responseProcessing>",
        "<responseProcessing><responseCondition><responseIf><lt/></responseIf></responseCondition>"
        "<lookupOutcomeValue/></responseProcessing>",
    ],
)
def test_marking_of_its_own_is_refused(processing: str) -> None:
    brought = item(CHOICE, declared("A"), processing)
    assert brought.drafts == () and "not known here" in brought.losses[0].what


def test_what_is_beside_the_question_is_noted() -> None:
    brought = item(
        '<rubricBlock view="scorer"><p>For markers</p></rubricBlock><rubricBlock view="candidate"><p>Read on</p>'
        "</rubricBlock>" + CHOICE,
        declared("A"),
        more='<stylesheet href="x.css" type="text/css"/>',
    )
    assert {loss.place.split()[-1] for loss in brought.losses} == {"<stylesheet>", "<rubricBlock>"}
    assert "<p>Read on</p>" in brought.drafts[0].stem_html


def test_an_essay_is_open_and_its_marking_notes_are_the_criteria() -> None:
    field = '<p>Tell.</p><extendedTextInteraction responseIdentifier="RESPONSE"/>'
    told = '<rubricBlock view="scorer"><ul><li>Names it.</li><li>Owns it.</li></ul></rubricBlock>'
    assert item(told + field, declared(base="string"), "").drafts[0].answers == Open(("Names it.", "Owns it."))
    alone = item(field, declared(base="string"), "")
    assert isinstance(alone.drafts[0].answers, Open) and "no criteria" in alone.losses[0].what


def test_a_broken_item_does_not_spoil_the_others() -> None:
    good = f'<assessmentItem {_NS} identifier="g" title="Good">{declared("A")}<itemBody>{CHOICE}</itemBody></assessmentItem>'
    brought = zipped(good=good, bad=good.replace("</itemBody>", ""), odd="<html/>")
    assert [draft.title for draft in brought.drafts] == ["Good"]
    assert any("not well-formed" in loss.what for loss in brought.losses)


def test_an_archive_without_a_question_is_refused() -> None:
    with pytest.raises(RefusedFileError):
        zipped(x="<html/>")


@given(st.text("<>&ab/'\" =!-[]?", max_size=60))
def test_nothing_in_an_item_makes_the_reader_fall(rubbish: str) -> None:
    body = CHOICE.replace("First", escape(rubbish))
    brought = item(body, declared("A"))
    assert len(brought.drafts) + len(brought.losses) > 0
