"""The strip of small things for today on a learner's home."""

import pytest

from lms.web.learn import today
from lms.web.learn.today_line import TodayLine
from tests.support.learning import HOME, Enter, compiled, enter, publish, time

__all__ = ["compiled", "enter", "publish", "time"]


def test_nothing_for_today_is_no_strip(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(today, "PROVIDERS", (lambda _courses: (),))
    assert 'class="today"' not in enter("lena").get("/learn/").text


def test_each_line_is_a_link_with_its_words_and_what_it_takes(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = (
        TodayLine("question", "Questions <of> today", "three wait", HOME, 2),
        TodayLine("flag", "A plan to look back on", "made a week ago", "/learn/courses"),
    )
    monkeypatch.setattr(today, "PROVIDERS", (lambda _courses: lines[:1], lambda _courses: lines[1:]))
    shown = enter("lena").get("/learn/").text
    assert f'href="{HOME}">Questions &lt;of&gt; today</a>' in shown
    assert shown.index("three wait") < shown.index("about 2 minutes") < shown.index("made a week ago")
    assert shown.count("today__minutes") == 1
