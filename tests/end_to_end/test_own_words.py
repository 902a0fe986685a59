"""Sorting by keyboard, finding lines, writing in one's own words; a trainer reads it; a survey in two minutes."""

import shutil
from pathlib import Path

from playwright.sync_api import expect

from tests.end_to_end.answering import answer_rightly, expect_saved, questions_of
from tests.end_to_end.conftest import Enter
from tests.end_to_end.test_trainer import saved
from tests.support.chromium import Walker
from tests.support.server import RunningServer

COURSE = "---\ntitle: Letters that land\npass: quiz 70\n---\n\nFor everybody who writes.\n"
QUIZ = """\
---
title: Three ways to own it
kind: quiz
pass: 70
shuffle: no
---

## Whose is it? {.sort #whose}

Put each sentence where it belongs.

- **The customer’s**
    - "You’ll have to ring the manufacturer."
- **Ours**
    - "I’ll ring them while you wait."
    - "I have it now."

Whoever is asked owns it.

## Where does Jude own it? {.spot #jude}

Tick the line in which somebody takes it on.

> **Caller:** This is my third call.
>
> **Jude:** One moment, please.
>
> **Jude:** [x] Three calls. I have it now.

A name and a promise.

## The first lines {.open #first-lines}

Her machine came without its hoses, twice. Write two sentences.

- Names what happened
- Has a time that can be kept

“Two days at home for nothing. The hoses are with you before ten.”
"""


def test_own_words_are_written_read_and_passed(enter: Enter, server: RunningServer) -> None:
    folder = server.data_folder / "courses" / "letters"
    folder.mkdir()
    try:
        _publish(enter("trainer"), folder)
        _write(enter("learner"), server)
        _read(enter("trainer"))
        lena = enter("learner")
        page = lena.go("/learn/courses/letters/own-it")
        expect(page.get_by_text("You have passed this quiz with 91%.")).to_be_visible()
        page.get_by_role("link", name="Attempt 1").click()
        expect(page.get_by_text("Before ten is a promise. Keep it.")).to_be_visible()
        lena.look("own-words-marked")
    finally:
        shutil.rmtree(folder)


def _publish(tom: Walker, folder: Path) -> None:
    (folder / "course.md").write_text(COURSE)
    saved(tom, folder / "01-own-it.md", QUIZ, "/learn/courses/letters/own-it", "Three ways to own it")


def _write(lena: Walker, server: RunningServer) -> None:
    page = lena.go("/learn/courses/letters/own-it")
    with server.records() as session:
        known = questions_of(session, "letters")
    lena.press("Begin the quiz")
    # By keyboard alone: into each group of buttons with the tab key, through it with the arrows.
    page.locator(".sorting__group input").first.focus()
    for _item in range(3):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Tab")
    assert page.locator(".sorting input:checked").count() == 3
    answer_rightly(page.locator(".question"), known["whose"])
    expect_saved(page)
    lena.look("own-words-sort")
    lena.press("Next")
    answer_rightly(page.locator(".question"), known["jude"])
    expect_saved(page)
    lena.look("own-words-spot")
    lena.press("Next")
    page.get_by_label("Your answer").fill("Two days for nothing.\n\nThe hoses come before ten.")
    expect_saved(page)
    lena.look("own-words-open")
    lena.press("Check and hand in")
    lena.press("Hand it in")
    expect(page.get_by_text("2 of 3 questions marked; your trainer reads the last one.")).to_be_visible()
    lena.look("own-words-handed-in")


def _read(tom: Walker) -> None:
    page = tom.go("/teach/")
    tom.press("Read the answer that waits", "link")
    tom.look("marking-queue")
    tom.press("Read the oldest", "link")
    expect(page.get_by_text("Two days for nothing.")).to_be_visible()
    tom.look("marking-answer")
    groups = page.get_by_role("radiogroup")
    groups.nth(0).get_by_role("radio", name="Partly").check()
    groups.nth(1).get_by_role("radio", name="Yes").check()
    page.get_by_label("A word to the learner").fill("Before ten is a promise. Keep it.")
    tom.press("Mark it, and go on")
    expect(page.get_by_text("Nothing waits to be read")).to_be_visible()
    tom.look("marking-done")


def test_a_survey_is_kept_while_it_is_filled_in_and_thanked_for(enter: Enter) -> None:
    lena = enter("learner")
    page = lena.go("/learn/courses/house-rules/pulse")
    lena.look("survey")
    ratings = page.get_by_role("radiogroup")
    for place in range(ratings.count()):
        ratings.nth(place).get_by_role("radio", name=str(1 + place % 5), exact=True).check()
    page.reload()
    expect(page.locator(".rating__point input:checked").nth(4)).to_have_value("5")
    lena.press("Hand it in")
    expect(page.get_by_text("Your answers are in")).to_be_visible()
    lena.look("survey-thanks")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('survey')).length") == 0


def test_a_checklist_is_tried_and_kept(enter: Enter) -> None:
    lena = enter("learner")
    page = lena.go("/learn/courses/house-rules/observation")
    page.get_by_role("radiogroup", name="Acknowledge first").get_by_role("radio").first.check()
    page.get_by_label("Words heard").fill("Three calls, for our mistake.")
    lena.press("Keep it for me")
    expect(page.get_by_text("one behaviour marked")).to_be_visible()
    lena.look("checklist-kept")
