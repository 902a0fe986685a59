"""Foreign HTML becomes what an author could have written, and loses no word."""

import re
import time
from html import escape

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lms.interop.prose.blocks import block_markdown, line_markdown
from lms.interop.prose.taming import plain_html, plain_line, tame_block, tame_line, tame_markdown
from lms.markup import inline_html, plain_text, safe_html, to_html
from tests.interop.strategies import RAW_LINE

_TAGS = [
    "p", "div", "b", "i", "em", "strong", "ul", "ol", "li", "blockquote", "pre", "code", "h1", "h2", "h4", "table",
    "tr", "td", "th", "span", "sup", "u", "kbd", "a href='https://e.org/x_y'", "font color='red'", "center", "dl",
    "dt", "dd", "details", "summary", "section", "script", "iframe src='//x'", "s",
]  # fmt: skip
_OPENINGS = st.sampled_from([f"<{tag}>" for tag in _TAGS] + [f"</{tag.split()[0]}>" for tag in _TAGS])
_VOIDS = st.sampled_from(
    ["<br>", "<hr>", "<br/>", "<img src='x.png' alt='A pic'>", "\n", "<!-- c -->", "&nbsp;", "<"]
)
SOUP = st.lists(st.one_of(_OPENINGS, _VOIDS, RAW_LINE.map(escape), RAW_LINE), max_size=14).map("".join)
# Making a failing case smaller takes minutes here; the case as drawn says enough.
MANY = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def _letters(html: str) -> str:
    return "".join(plain_text(html).split())


@MANY
@given(SOUP)
def test_tamed_blocks_are_a_fixed_point_with_every_word(soup: str) -> None:
    tamed = tame_block(soup)
    assert to_html(block_markdown(tamed.html)) == tamed.html
    soup = re.sub("<img[^>]*>", "A pic", soup) if "<img src='x.png' alt='A pic'>" in soup else soup
    assert sorted(_letters(tamed.html)) == sorted(_letters(safe_html(soup.replace("\ue000", ""))))


@MANY
@given(SOUP)
def test_tamed_lines_are_a_fixed_point(soup: str) -> None:
    tamed = tame_line(soup)
    assert inline_html(line_markdown(tamed.html)) == tamed.html
    assert "<p>" not in tamed.html and "<li>" not in tamed.html


@MANY
@given(st.lists(RAW_LINE, min_size=1, max_size=3).map("\n".join))
def test_plain_text_reads_as_itself(plain: str) -> None:
    assert _letters(plain_html(plain)) == "".join(plain.split())
    assert _letters(plain_line(plain)) == "".join(plain.split())
    assert to_html(block_markdown(plain_html(plain))) == plain_html(plain)
    assert inline_html(line_markdown(plain_line(plain))) == plain_line(plain)


@pytest.mark.parametrize(
    ("foreign", "house", "lost"),
    [
        ("<p>a</p><p>b</p>", "<p>a</p>\n<p>b</p>", 0),
        ("a<br>b", "<p>a<br>\nb</p>", 0),
        ("<h1>Title</h1>", "<h3>Title</h3>", 0),
        ('<p style="color:red">a</p>', "<p>a</p>", 1),
        ("<iframe src=x></iframe>a", "<p>a</p>", 1),
        ('<img src="http://e.org/a.png" alt="A cat">', "<p>A cat</p>", 1),
        ('<a href="../x.html">there</a>', "<p>there</a>".replace("</a>", "</p>"), 1),
        ("<ul><li>a</li><li><b>b</b></li></ul>", "<ul>\n<li>a</li>\n<li><b>b</b></li>\n</ul>", 0),
        ("= a", "<p>= a</p>", 0),
        ("- [ ] a [[b]]", "<p>- [ ] a [[b]]</p>", 0),
        ("{{ org.name }} {#x}", "<p>{{ org.name }} {#x}</p>", 0),
    ],
)
def test_a_block_from_elsewhere(foreign: str, house: str, lost: int) -> None:
    tamed = tame_block(foreign)
    assert (tamed.html, len(tamed.lost)) == (house, lost)


def test_blocks_in_a_line_are_set_apart() -> None:
    assert tame_line("<p>a</p><ul><li>b</li><li>c</li></ul>").html == "a<br>\nb<br>\nc"


def test_a_picture_that_came_along_is_kept() -> None:
    tamed = tame_block('<img src="@@PLUGINFILE@@/a.png" alt="A cat" width="20">', lambda _: "media/a.png")
    assert tamed.html == '<p><img alt="A cat" src="media/a.png" width="20"></p>' and not tamed.lost


@pytest.mark.parametrize("soup", ["<div>" * 5000, "<b>" * 6000, "[" * 20000, "![" * 9000, "<a x='" * 3000,
    "*" * 20000,
    "<ul><li>" * 2500, "<blockquote>" * 1700, "`" * 20000, "_a" * 9000, "<![CDATA[" * 2000])  # fmt: skip
def test_what_is_tangled_without_end_takes_no_time(soup: str) -> None:
    for most in (20_000, 1490):
        begun = time.process_time()
        tame_block(soup[:most])
        tame_line(soup[:most])
        tame_block(tame_markdown(soup[:most]))
        plain_html(soup[:most])
        assert time.process_time() - begun < 2
