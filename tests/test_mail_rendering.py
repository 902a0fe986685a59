"""A mail from its template: names stay names, links stay links, words stay readable."""

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import TemplateError

from lms.mail.rendering import Link, readable, render

SOURCE = """Two courses are due, {{ name }}
Hello {{ name }},

{% for title, day in courses %}
- **{{ title }}**, due {{ day }}
{% endfor %}

[Go on learning]({{ link }})
"""
COURSES = [("Escalation", "Friday 20 November"), ("Listening", "Monday 23 November")]


def test_a_mail_has_a_subject_readable_words_and_html() -> None:
    mail = render(SOURCE, {"name": "Lena", "courses": COURSES, "link": Link("https://learn.example.org/learn/")})
    assert mail.subject == "Two courses are due, Lena"
    assert mail.text == (
        "Hello Lena,\n\n- Escalation, due Friday 20 November\n- Listening, due Monday 23 November\n\n"
        "Go on learning: https://learn.example.org/learn/\n"
    )
    assert '<a href="https://learn.example.org/learn/">Go on learning</a>' in mail.html
    assert "<strong>Escalation</strong>" in mail.html
    html5lib.HTMLParser(strict=True).parse(mail.html)


@pytest.mark.parametrize(
    "name",
    [
        "*Lena* _B_ `x` [y](https://evil.example)",
        "<b>Lena</b><script>alert(1)</script>",
        "# 1. - + > | a | ~~~ ``` /// note",
        "![x](https://evil.example/pixel.png)",
        "{{ 7 * 7 }} {% raw %} {: .harm } &amp; &#42; \\* [^1] *[HTML]: x",
        "a\nBcc: everybody@example.org\r\n\r\n# heading",
        "<https://evil.example>",
    ],
)
def test_whatever_a_name_holds_is_shown_as_it_is(name: str) -> None:
    mail = render(SOURCE, {"name": name, "courses": [(name, "today")], "link": Link("https://learn.example.org/")})
    shown = " ".join(name.split())
    assert mail.subject.startswith(f"Two courses are due, {shown}"[:150])
    assert f"Hello {shown}," in mail.text and f"- {shown}, due today" in mail.text
    body = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(mail.html).find("body")
    tags = [each.tag for each in body.iter()]
    assert sorted(tags) == ["a", "body", "div", "li", "p", "p", "strong", "ul"]


@given(st.text(max_size=60))
def test_no_name_makes_a_second_line_of_the_subject_or_another_element(name: str) -> None:
    mail = render("Due: {{ name }}\nHello {{ name }}!\n", {"name": name})
    assert len(mail.subject.splitlines()) <= 1
    assert mail.html.count("<p>") == 1 and mail.html.count("<a") == 0 and mail.html.count("<img") == 0


def test_a_value_that_is_missing_and_an_address_that_is_none_are_refused() -> None:
    with pytest.raises(TemplateError):
        render("A\n{{ name }}", {})
    with pytest.raises(ValueError, match="not an address"):
        Link("javascript:alert(1)")
    assert Link("https://x.example/a b)(<c>") == "https://x.example/a%20b%29%28%3Cc%3E"


def test_lists_in_lists_and_tables_can_be_read() -> None:
    nested = "<h2>Late</h2><ol><li>One<ul><li>a</li></ul></li><li>Two</li></ol>"
    assert readable(nested) == "Late\n\n1. One\n\n  - a\n\n2. Two\n"
    assert readable("<table><tr><td>x</td><td>y</td></tr></table>") == "x · y\n"


def test_an_address_stands_after_its_sentence_never_in_it() -> None:
    item = '<ul><li><a href="https://a.example/">Bees</a> is due today.</li><li><a href="https://b.example/">B</a></li></ul>'
    assert readable(item) == "- Bees is due today.\n  https://a.example/\n- B: https://b.example/\n"
    two = '<p><a href="https://a.example/">One</a> or <a href="https://b.example/">two</a>.</p><p>Bye</p>'
    assert readable(two) == "One or two.\nhttps://a.example/\nhttps://b.example/\n\nBye\n"
