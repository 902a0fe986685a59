"""Tom publishes what he looked at, mends a wrong key and goes back; who handed in is told of her new mark."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.end_to_end.conftest import Enter
from tests.support.chromium import Walker
from tests.support.server import RunningServer

COURSE = "---\ntitle: Bees at work\nsummary: What they do.\nlanguage: en\npass: quiz 80\n---\n\nFor everybody.\n"
LESSON = "---\ntitle: Wings\nminutes: 2\n---\n\n## How many\n\nA bee has four wings, in two pairs.\n"
QUIZ = """\
---
title: Check of wings
kind: quiz
minutes: 1
---

## Wings of a bee {#bee-wings}

How many wings has a bee?

- [ ] Four
    > Four.
- [x] Two
    > Two pairs, in fact.

Count them.
"""
MENDED = QUIZ.replace("- [ ] Four", "- [x] Four").replace("- [x] Two", "- [ ] Two")
AT_LAST_SECONDS = 60


@pytest.fixture
def folder(server: RunningServer) -> Iterator[Path]:
    """The folder of a course of two files whose quiz has the wrong key, live; gone afterwards."""
    folder = server.data_folder / "courses" / "bees-at-work"
    folder.mkdir()
    for name, text in {"course.md": COURSE, "01-wings.md": LESSON, "02-check.md": QUIZ}.items():
        (folder / name).write_text(text)
    yield folder
    shutil.rmtree(folder)


def test_a_change_is_looked_at_published_taken_back_and_a_key_is_mended(enter: Enter, folder: Path) -> None:
    tom = enter("trainer")
    wait_for(tom, "/teach/courses/bees-at-work", "Check of wings")
    learner = enter("learner")
    hand_in(learner)
    page = tom.go("/teach/courses/bees-at-work")
    tom.press("Hold changes until I publish them")
    (folder / "02-check.md").write_text(MENDED)
    (folder / "01-wings.md").write_text(LESSON.replace("in two pairs", "hooked together in flight"))
    wait_for(tom, "/teach/courses/bees-at-work", "Look and publish")
    tom.go("/teach/courses/bees-at-work")
    tom.press("Look and publish", "link")
    expect(page.get_by_text("Other key")).to_be_visible()
    tom.look("releases-publish")
    page.get_by_label("What changed, and why?").fill("Four wings it is, and how they fly.")
    tom.press("Publish exactly this")
    tom.look("releases-compare")

    tom.press("Was the old key wrong?", "link")
    page.get_by_label("What was wrong?").fill("Every bee has four wings.")
    tom.press("See what that would do")
    expect(page.get_by_text("1 past attempt is looked at.")).to_be_visible()
    tom.look("releases-key-preview")
    tom.press("Mark past attempts again")
    tom.look("releases-key")
    rest(tom)
    page = learner.go("/learn/courses/bees-at-work/check")
    learner.page.goto(f"{learner.origin}{learner_review(learner)}")
    expect(page.get_by_text("Every bee has four wings.")).to_be_visible()
    learner.look("releases-review")
    rest(learner)

    page = tom.go("/teach/releases/bees-at-work")
    tom.look("releases-history")
    tom.press("Go back to it", "link")
    page.get_by_label("Why?").fill("The pictures are missing.")
    tom.look("releases-back")
    tom.press("Go back to release 1")
    expect(page.get_by_text("What lies in the folder is not what learners have")).to_be_visible()
    tom.look("releases-gone-back")


def hand_in(learner: Walker) -> None:
    """Take the quiz with the answer that is right in truth and wrong by the key."""
    page = learner.go("/learn/courses/bees-at-work/check")
    learner.press("Begin the quiz")
    page.get_by_label("Four").check()
    learner.press("Check and hand in")
    learner.press("Hand it in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not passed yet")
    rest(learner)


def rest(walker: Walker) -> None:
    """Leave the page for none: one that stays idle complains of fonts that it loaded and does not show."""
    walker.page.goto("about:blank")


def learner_review(learner: Walker) -> str:
    """Return the address of the review of the only attempt."""
    link = learner.page.locator("a[href*='/review']").first.get_attribute("href")
    assert link
    return link


def wait_for(walker: Walker, address: str, expected: str) -> None:
    """Wait until this text stands at this address."""
    rest(walker)
    deadline = time.monotonic() + AT_LAST_SECONDS
    while expected not in walker.context.request.get(walker.origin + address).text():
        assert time.monotonic() < deadline, f"{expected} never came to {address}"
        time.sleep(0.3)
