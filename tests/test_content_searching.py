"""Search over what was published: any text may be typed, hits are marked, hidden things stay hidden."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms.content.publishing import publish_folder
from lms.content.queries import search
from lms.content.searching import runs, snippet, typed_words
from tests.support.folders import QUIZ, write_course

LESSON = """---
title: Callbacks
---

## Promise a time {#promise}

Say when you will ring back, and ring back then. Großartig, naïve café.

## A moment {.moment #moment}

She waits for the refund.

- [x] Tell her about the zebra.
    > Feedback about walruses.
- [ ] Wait.
    > Silence.

## Arabic

مرحبا بكم في الدرس

## For the huddle {.trainer}

Ask about the giraffe.
"""


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that tests share, so that the same file is compiled once."""
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture
def published(engine: Engine, session: Session, tmp_path: Path, compiled: Path, now: datetime) -> Session:
    """A session on a database with two published courses."""
    write_course(
        tmp_path, {"01-callbacks.md": LESSON, "02-check.md": QUIZ, "01-wings.md": "---\ntitle: W\n---\nx"}
    )
    write_course(
        tmp_path, {"01-promises.md": "---\ntitle: Promise\n---\nNothing here but a promise."}, slug="wasps"
    )
    publish_folder(engine, tmp_path, now=lambda: now, cache=compiled)
    return session


def test_a_hit_says_where_it_stands(published: Session) -> None:
    (hit,) = search(published, "ring back WHEN", ["bees"], 10)
    assert (hit.course_slug, hit.activity_id, hit.anchor) == ("bees", "callbacks", "at-promise")
    assert (hit.title, hit.heading) == ("Callbacks", "Promise a time")
    assert [text for text, is_hit in hit.snippet if is_hit] == ["when", "ring", "back", "ring", "back"]
    assert "".join(text for text, _ in hit.snippet).startswith("Say when you will ring back")


def test_a_heading_weighs_more_than_its_text(published: Session) -> None:
    found = [(hit.course_slug, hit.heading) for hit in search(published, "promise", ["bees", "wasps"], 10)]
    assert set(found) == {("bees", "Promise a time"), ("wasps", "")}
    assert found[0] == ("wasps", "")  # its lesson's title says it


@pytest.mark.parametrize(
    ("typed", "count"), [("refu", 1), ("refund", 1), ("efund", 0), ("she refu", 1), ("sh refund", 0)]
)
def test_the_last_word_may_be_a_beginning(published: Session, typed: str, count: int) -> None:
    assert len(search(published, typed, ["bees"], 10)) == count


@pytest.mark.parametrize("typed", ["zebra", "walruses", "giraffe", "pairs", "huddle"])
def test_keys_feedback_and_huddle_notes_are_not_found(published: Session, typed: str) -> None:
    assert search(published, typed, ["bees", "wasps"], 10) == []


def test_any_script_is_found(published: Session) -> None:
    (hit,) = search(published, "بكم", ["bees"], 10)
    assert ("بكم", True) in hit.snippet


def test_only_the_courses_asked_for(published: Session) -> None:
    assert {hit.course_slug for hit in search(published, "promise", ["wasps"], 10)} == {"wasps"}
    assert search(published, "promise", [], 10) == []
    assert len(search(published, "promise", ["bees", "wasps"], 1)) == 1


@pytest.mark.parametrize(
    "typed",
    ["", "   ", '"', "'", "a'b\"c", "NEAR(", "title:x", "* ^ - +", "a AND OR NOT", "\\", "%_", "& | ! <->", ":*",
     "x" * 10_000, "word " * 5_000, "\x00", "🦓", "(((", "a_b", "-promise", "{}", "col:*"],
)  # fmt: skip
def test_whatever_is_typed_is_only_words(published: Session, typed: str) -> None:
    assert isinstance(search(published, typed, ["bees"], 10), list)


@given(typed=st.text(max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_makes_it_fall(published: Session, typed: str) -> None:
    search(published, typed, ["bees"], 5)


@given(text=st.text(max_size=400), typed=st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_runs_joined_are_the_text(text: str, typed: str) -> None:
    words = typed_words(typed)
    assert "".join(part for part, _ in runs(text, words)) == text
    assert sum(len(part) for part, _ in snippet(text, words)) <= 300


def test_accents_do_not_matter_in_what_is_marked() -> None:
    assert runs("Naïve café", ("cafe",)) == (("Naïve ", False), ("café", True))


def test_a_snippet_begins_near_the_hit() -> None:
    text = "before " * 60 + "the zebra stands " + "after " * 60
    cut = snippet(text, ("zebra",))
    assert cut[0] == ("… ", False) and cut[-1] == (" …", False)
    assert ("zebra", True) in cut
