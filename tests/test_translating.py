"""A name written from right to left keeps to itself in a sentence, and is escaped like any other."""

import pytest
from flask import Flask, render_template_string
from flask_babel import gettext, ngettext
from markupsafe import Markup

from lms.bidi import kept_apart, listed
from lms.mail.rendering import Link, render

NAME, APART = "سينا", "\u2068سينا\u2069"


def rendered(app: Flask, template: str, **values: object) -> str:
    with app.test_request_context():
        return render_template_string(template, **values)


def test_what_follows_a_name_from_right_to_left_stays_behind_it(app: Flask) -> None:
    by = '{{ _("by %(name)s, %(day)s", name=name, day="26 October") }}'
    assert rendered(app, by, name="سينا") == "by \u2068سينا\u2069, 26 October"
    assert rendered(app, by, name="Sina") == "by Sina, 26 October"
    people = '{{ ngettext("%(team)s: %(num)s person", "%(team)s: %(num)s people", 4, team=team) }}'
    assert rendered(app, people, team="فريق") == "\u2068فريق\u2069: 4 people"


def test_names_are_escaped_and_per_cents_stay(app: Flask) -> None:
    by = '{{ _("95%% of %(name)s", name=name) }}'
    assert rendered(app, by, name="<b>سينا") == "95% of \u2068&lt;b&gt;سينا\u2069"
    assert rendered(app, by, name=Markup("<b>سينا</b>")) == "95% of \u2068<b>سينا</b>\u2069"
    assert rendered(app, '{{ _("95%% interval") }}') == "95% interval"


def test_a_count_in_a_sentence_has_its_thousands_apart(app: Flask) -> None:
    people = '{{ ngettext("%(num)s person", "%(num)s people", count) }}'
    assert [rendered(app, people, count=count) for count in (1, 999, 1000, 91001)] == [
        "1 person", "999 people", "1,000 people", "91,001 people",
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["Zoë O’Neill", "李小龙", "", 7, None])
def test_everything_else_is_left_as_it_is(value: object) -> None:
    assert kept_apart(value) is value


def test_sentences_put_together_in_python_keep_names_apart_too(app: Flask) -> None:
    with app.test_request_context():
        assert gettext("by %(name)s, %(day)s", name=NAME, day="26 October") == f"by {APART}, 26 October"
        assert gettext("by %(name)s", name="Sina") == "by Sina" and gettext("95%") == "95%"
        assert ngettext("%(name)s: %(num)s day", "%(name)s: %(num)s days", 3, name=NAME) == f"{APART}: 3 days"


def test_names_in_a_list_stand_in_its_order() -> None:
    assert listed([NAME, "Ana", NAME]) == f"{APART}, Ana, {APART}"


def test_mails_keep_names_apart_and_leave_addresses_alone() -> None:
    mail = render(
        "{{ course }} is due on {{ day }}\n\n- [{{ course }}]({{ link }}), {{ day }}",
        {"course": NAME, "day": "4 December", "link": Link("https://learn.example/سينا")},
    )
    assert mail.subject == f"{APART} is due on 4 December"
    assert f"{APART}</a>, 4 December" in mail.html and APART in mail.text
    assert 'href="https://learn.example/%D8%B3' in mail.html
