"""Moodle XML in and out: the laws, pictures, and what a reader must survive."""

import base64
import time

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lms.interop.draft import Media
from lms.interop.moodle.reading import read
from lms.interop.moodle.writing import write
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
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


@MANY
@given(authored())
def test_what_goes_out_comes_back_or_is_listed(question: Question) -> None:
    draft = draft_of(question)
    out = write([draft], "All", {"cat.png": DOT, "a.png": DOT + b"."})
    taken = read(out.content, "all.xml")
    assert not taken.problems
    if not out.losses:
        assert taken.drafts == (draft,) and not taken.losses, out.content.decode()


_ALL_TYPES = (
    "multichoice truefalse shortanswer numerical matching essay description cloze ddwtos gapselect ordering"
    " category calculated other"
)
_TYPES = _ALL_TYPES.split()
_ALL_NAMES = (
    "name questiontext answer text feedback generalfeedback subquestion hint tolerance units unit unit_name"
    " dragbox selectoption tags tag file single shuffleanswers defaultgrade penalty idnumber graderinfo category"
)
_NAMES = _ALL_NAMES.split()
_TEXTS = st.one_of(
    RAW_LINE.map(lambda line: line.replace("&", "&amp;").replace("<", "&lt;")),
    st.sampled_from(
        ["<![CDATA[<p>a {1:SHORTANSWER:=b~%50%c#d} [[1]]</p>]]>", "true", "100", "1e9", "[[1]] [[2]]"]
    ),
    st.sampled_from(["NaN", "&lt;img src='@@PLUGINFILE@@/a.png'&gt;"]),
)


@st.composite
def _elements(draw: st.DrawFn, depth: int = 0) -> str:
    name = draw(st.sampled_from(_NAMES))
    attributes = draw(st.sampled_from(["", ' fraction="100"', ' fraction="x"', ' format="plain_text"',
        ' format="markdown"', ' name="a.png" encoding="base64"', ' fraction="-33.3"']))  # fmt: skip
    inside = [draw(_TEXTS)]
    if depth < 3:
        inside += draw(st.lists(_elements(depth + 1), max_size=3))
    if draw(st.booleans()):
        inside = [f"<text>{draw(_TEXTS)}</text>", *inside[1:]]
    return f"<{name}{attributes}>{''.join(inside)}</{name}>"


@settings(MANY, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(_TYPES), st.lists(_elements(), max_size=6)), max_size=3))
def test_any_well_formed_file_is_read_in_no_time_and_written_again(asked: list[tuple[str, list[str]]]) -> None:
    questions = "".join(f'<question type="{kind}">{"".join(inside)}</question>\n' for kind, inside in asked)
    begun = time.process_time()
    taken = read(f"<quiz>\n{questions}</quiz>".encode("utf-8", "surrogatepass"), "x.xml")
    assert time.process_time() - begun < 2
    again = write(taken.drafts, "x")
    if not again.losses:
        assert read(again.content, "x.xml").drafts == taken.drafts


@MANY
@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda body: b"<quiz>" + body + b"</quiz>"))
def test_any_bytes_are_read(content: bytes) -> None:
    read(content, "x.xml")


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><quiz>&b;</quiz>',
        b"<html/>",
        b"<quiz>" + b"<question>" * 300 + b"</question>" * 300 + b"</quiz>",
        b"",
        b"nothing",
    ],
)
def test_what_is_no_moodle_file_is_refused_with_a_sentence(body: bytes) -> None:
    taken = read(body, "x.xml")
    assert not taken.drafts and len(taken.problems) == 1 and taken.problems[0].cure


def _with_file(name: str, content: bytes, text: str) -> bytes:
    body = base64.b64encode(content).decode()
    return (
        f'<quiz><question type="truefalse"><name><text>Q</text></name><questiontext format="html">'
        f'<text><![CDATA[{text}]]></text><file name="{name}" path="/" encoding="base64">{body}</file>'
        "</questiontext>"
        '<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>'
        "</question></quiz>"
    ).encode()


def test_a_picture_comes_along_under_a_safe_name() -> None:
    image = '<p>See <img src="@@PLUGINFILE@@/..%2FMy%20Cat.PNG" alt="A cat"></p>'
    taken = read(_with_file("../My Cat.PNG", DOT, image), "x.xml")
    assert taken.media == (Media("my-cat.png", DOT),) and not taken.losses
    assert taken.drafts[0].stem_html == '<p>See <img alt="A cat" src="media/my-cat.png"></p>'
    out = write(taken.drafts, "x", {"my-cat.png": DOT})
    assert read(out.content, "x.xml").drafts == taken.drafts and not out.losses


@pytest.mark.parametrize("content", [b"<svg onload='alert(1)'/>", b"<html>", b"GIF", b"", b"MZ\x90"])
def test_what_is_no_picture_is_refused_and_listed(content: bytes) -> None:
    taken = read(_with_file("a.png", content, '<img src="@@PLUGINFILE@@/a.png" alt="A cat">'), "x.xml")
    assert not taken.media and "<img" not in taken.drafts[0].stem_html and len(taken.losses) == 2


def test_a_picture_that_is_not_given_along_is_listed() -> None:
    taken = read(_with_file("a.png", DOT, '<img src="@@PLUGINFILE@@/a.png" alt="A cat">'), "x.xml")
    assert [loss.what for loss in write(taken.drafts, "x").losses] == ["The file “a.png” does not go along."]


@pytest.mark.parametrize(
    "text", ["{1:SHORTANSWER:" * 60_000, "[[" * 400_000, "{" * 800_000, "&lt;p&gt;" * 100_000]
)
@pytest.mark.parametrize("kind", ["cloze", "ddwtos", "multichoice"])
def test_a_large_and_hostile_text_is_read_in_time(text: str, kind: str) -> None:
    begun = time.process_time()
    body = f'<question type="{kind}"><questiontext><text>{text}</text></questiontext></question>'
    read(f"<quiz>{body}</quiz>".encode(), "x.xml")
    assert time.process_time() - begun < 8


@pytest.mark.parametrize("number", ["9e99999999", "-1e-99999999", "NaN", "Infinity", "1_0", "٣"])
def test_a_number_out_of_all_measure_is_left_out_or_read(number: str) -> None:
    answer = f'<answer fraction="{number}"><text>{number}</text><tolerance>{number}</tolerance></answer>'
    answer += f'<answer fraction="100"><text>{number}</text></answer><defaultgrade>{number}</defaultgrade>'
    taken = read(f'<quiz><question type="numerical">{answer}</question></quiz>'.encode(), "x.xml")
    assert not taken.problems and taken.losses
