"""Tom's day: look at what is live, write a course in files, see it at once, slip, and mend it."""

import shutil
import time
from pathlib import Path

from playwright.sync_api import expect

from tests.end_to_end.conftest import Enter
from tests.support.chromium import Walker
from tests.support.server import RunningServer

COURSE = """\
---
title: First day at the counter
summary: Where things are and whom to ask.
language: en
pass: all lessons
---

For everybody who starts this month.
"""
LESSON = """\
---
title: {title}
summary: Three faces to know before lunch.
minutes: 2
---

## Three faces

The person at the counter beside yours, the one who opens the till, the one who knows the stock.

## Your turn {{.question #first-face}}

Whom do you ask about the till?

- [x] Whoever opened it
    > They know its float.
- [ ] The next customer
    > They would rather not.
"""
# A question whose options are all wrong keeps a course back.
BROKEN = LESSON.replace("- [x]", "- [ ]")
LIVE_AT_LAST_SECONDS = 60


def test_tom_follows_the_map_of_a_scenario(enter: Enter) -> None:
    tom = enter("trainer")
    page = tom.go("/teach/courses/escalation-handling/third-call")
    tom.look("trainer-scenario")
    page.get_by_role("link", name="She is shouting", exact=True).first.click()
    expect(page.get_by_role("heading", name="She is shouting")).to_be_in_viewport()
    page.get_by_text("The map as a table").click()
    expect(page.get_by_role("rowheader", name="Swearing at the company")).to_be_visible()
    tom.look("trainer-scenario-table")
    tom.press("Cards for a role play", "link")
    expect(page.get_by_role("heading", name="The observer’s card")).to_be_visible()
    tom.look("trainer-role-play")
    tom.go("/teach/courses/escalation-handling/third-call/runs")
    tom.look("trainer-runs")


def test_tom_looks_at_his_courses(enter: Enter) -> None:
    tom = enter("trainer")
    page = tom.go("/teach/")
    tom.look("trainer-courses")
    tom.press("The A–Z of Service Excellence", "link")
    tom.look("trainer-course")
    tom.press("A · Acknowledge first", "link")
    expect(page.get_by_text("For the huddle")).to_be_visible()
    tom.look("trainer-lesson")
    tom.go("/teach/courses/a-to-z/a-check")
    tom.look("trainer-quiz")
    tom.press("See it as a learner", "link")
    expect(page.get_by_role("heading", level=1)).to_have_text("A · Three quick ones")


def test_tom_writes_slips_and_mends(enter: Enter, server: RunningServer) -> None:
    tom = enter("trainer")
    folder = server.data_folder / "courses" / "first-day"
    folder.mkdir()
    try:
        _write_slip_and_mend(tom, folder)
    finally:
        shutil.rmtree(folder)


def _write_slip_and_mend(tom: Walker, folder: Path) -> None:
    (folder / "course.md").write_text(COURSE)
    lesson = folder / "01-three-faces.md"
    text, address = LESSON.format(title="Three faces"), "/learn/courses/first-day/three-faces"
    saved(tom, lesson, text, address, "Three faces")
    another = folder / "02-four-faces.md"
    text = LESSON.format(title="Four faces").replace("#first-face", "#fourth-face")
    saved(tom, another, text, "/learn/courses/first-day/four-faces", "Four faces")

    broken = BROKEN.format(title="Broken faces")
    saved(tom, lesson, broken, "/teach/courses/first-day", "01-three-faces.md")
    page = tom.go("/teach/courses/first-day")
    line = BROKEN.splitlines().index("- [ ] Whoever opened it") + 1
    row = page.locator("table.problems tbody tr").first
    expect(row).to_contain_text("01-three-faces.md")
    expect(row).to_contain_text(str(line))
    expect(page.get_by_text("Learners still see release")).to_be_visible()
    tom.look("trainer-course-broken")
    tom.go("/teach/")
    tom.look("trainer-courses-broken")
    page = tom.go("/learn/courses/first-day/three-faces")
    expect(page.get_by_role("heading", level=1)).to_have_text("Three faces")

    mended = LESSON.format(title="Mended faces")
    saved(tom, lesson, mended, address, "Mended faces")
    page = tom.go("/teach/courses/first-day")
    expect(page.locator("table.problems")).to_have_count(0)


def saved(walker: Walker, file: Path, text: str, address: str, expected: str) -> None:
    """Save the file and wait for this text at this address; how long that takes, the bench says."""
    file.write_text(text)
    began = time.monotonic()
    while expected not in walker.context.request.get(walker.origin + address).text():
        assert time.monotonic() - began < LIVE_AT_LAST_SECONDS, f"{expected!r} is not on {address}"
        time.sleep(0.05)
