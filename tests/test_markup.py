"""Markdown to safe HTML, and the structure of its headings."""

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.dialect import cleaned, plain_attribute
from lms.markup import inline_html, plain_text, sections, to_html
from lms.section import read_attributes

TOKENS = (
    "<script> </script> <svg onload=x> <img src=x onerror=y> <a href=javascript:x> [x](javascript:x) <!-- -->"
    " <b> </b> <kbd> ``` ~~~ ` ** * _ - + 1. > # ## {#x} {.moment} {onclick=x} | --- [ ] ( ) ![ [^1] [^1]:"
    " *[a]: /// note &lt; &#60; \\ <![CDATA[ ]]> <style> <template> <math> <noscript> data:x //evil \" ' ="
    " word {style=x}"
)
GAPS = ["\n", "\n\n", "\n    ", "\n  ", " ", "\t", "\x00", "\u2028"]
HOSTILE = st.lists(st.sampled_from([*TOKENS.split(), *GAPS]), max_size=40).map("".join)


def problems_of(fragment: str) -> list[str]:
    tree = html5lib.parseFragment(fragment, namespaceHTMLElements=False)
    found = []
    for element in tree.iter():
        if element.tag in ("script", "svg", "math", "style", "iframe", "template", "noscript", "object"):
            found.append(str(element.tag))
        for name, value in element.items():
            if name.startswith("on") or name == "style" or "javascript:" in value.lower():
                found.append(f"{element.tag}.{name}={value}")
    return found


@given(HOSTILE)
@settings(max_examples=400, deadline=None)
def test_nothing_dangerous_comes_out_and_cleaning_again_changes_nothing(source: str) -> None:
    for rendered in (to_html(source), inline_html(source)):
        assert problems_of(rendered) == []
        assert cleaned(rendered, plain_attribute) == rendered


@given(HOSTILE, st.integers(1, 3))
@settings(max_examples=200, deadline=None)
def test_sections_never_lose_a_line(source: str, level: int) -> None:
    lines = tuple(source.split("\n"))
    lead, found = sections(lines, "a.md", 1, level)
    shown = list(lead)
    for section in found:
        shown += lines[section.line - 1 : section.first_line - 1]
        shown += section.lines
    assert shown == list(lines)


def test_headings_in_fences_lists_and_quotes_begin_no_section() -> None:
    source = "lead\n## One {.a}\n```\n## no\n```\n- ## no\n\n> ## no\n\n### Deeper\nx\n\n## Two\ny\n"
    lead, found = sections(source.split("\n"), "a.md", 10, 2)
    assert lead == ("lead",)
    assert [(section.title, section.line, section.first_line) for section in found] == [
        ("One", 11, 12),
        ("Two", 22, 23),
    ]
    assert found[0].attributes.classes == ("a",)
    assert found[0].lines[-3:] == ("### Deeper", "x", "")


def test_attributes_are_read() -> None:
    title, attributes, slips = read_attributes("A thing {#it .x .y-z key=1 behaviour=\"ack own\" q='a b'}")
    assert (title, attributes.id, attributes.classes) == ("A thing", "it", ("x", "y-z"))
    assert attributes.pairs == {"key": "1", "behaviour": "ack own", "q": "a b"}
    assert not slips


@pytest.mark.parametrize(
    ("text", "code", "offset"),
    [
        ("A {#}", "bad-attribute", 3),
        ("A {word}", "bad-attribute", 3),
        ("A {#a #b}", "attribute-twice", 6),
        ("A {k=1 k=2}", "attribute-twice", 7),
        ("A {#a", "unclosed-attributes", 2),
        ('A {k="x}', "bad-attribute", 3),
    ],
)
def test_slips_in_braces_are_named(text: str, code: str, offset: int) -> None:
    _title, _attributes, slips = read_attributes(text)
    assert [(slip.code, slip.offset) for slip in slips] == [(code, offset)]


def test_variables_are_not_attributes() -> None:
    assert read_attributes("Up to {{ org.limit }}")[0] == "Up to {{ org.limit }}"


def test_dialogue_says_who_speaks() -> None:
    rendered = to_html("> **Ann:** Hello *you*.\n>\n> **Ben**: Hi.\n>\n> And again.")
    assert rendered.count('class="dialogue__line dialogue__line--1"') == 1
    assert rendered.count('<span class="dialogue__who">Ben</span>') == 2
    assert '<span class="dialogue__words">Hello <em>you</em>.</span>' in rendered


def test_an_ordinary_quote_stays_one() -> None:
    assert to_html("> A **bold** word").startswith("<blockquote>")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("para\n- a\n- b", "<p>para</p><ul><li>a</li><li>b</li></ul>"),
        ("- a\n  - b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("1) a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ("- a\n## H\np", "<ul><li>a</li></ul><h2>H</h2><p>p</p>"),
        ("a\\\nb", "<p>a<br>b</p>"),
        ("~~a~~ <kbd>F5</kbd>", "<p><del>a</del> <kbd>F5</kbd></p>"),
        ("<div onclick=x>words</div>", "<p>words</p>"),
    ],
)
def test_commonmark_habits_are_kept(source: str, expected: str) -> None:
    assert to_html(source).replace("\n", "") == expected


def test_a_table_scrolls_by_itself_and_has_no_style() -> None:
    rendered = to_html("| a | b |\n|:-:|--:|\n| 1 | 2 |")
    assert 'role="region"' in rendered and 'tabindex="0"' in rendered and 'aria-label="a, b"' in rendered
    assert '<td class="align-center">1</td>' in rendered


def test_code_is_coloured_by_classes() -> None:
    rendered = to_html("```python\nx = 1\n```")
    assert '<span class="n">x</span>' in rendered and "style" not in rendered


def test_inline_stays_inline() -> None:
    assert inline_html("1. *a* # b") == "1. <em>a</em> # b"
    assert inline_html("- a") == "- a"


def test_plain_text_has_the_words() -> None:
    assert plain_text(to_html("a *b*c &amp; d\n\n- e\n- f")) == "a bc & d e f"
