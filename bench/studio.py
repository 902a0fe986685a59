"""The studio: from a letter typed in a long lesson to the learner's page that shows it."""

import statistics
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.requests import serving
from bench.rows import Row, below, told
from lms.settings import Settings
from tests.support.chromium import launch

_WORDS = 3_000
_LETTERS = 20
_SENTENCE = "Nobody listens to a question while they still wait to be heard, and that is so for everybody. "
_SHOWS = "(word) => document.querySelector('[data-frame]').contentDocument.body.textContent.includes(word)"


def measure(folder: Path) -> list[Row]:
    """Type at the end of a lesson of 3,000 words, as a trainer does, and wait for each letter in the page."""
    courses = folder / "courses"
    _write_lesson(courses / "long-lesson")
    settings = Settings(data_folder=folder / "data", courses_folder=courses)
    with serving(settings) as server, sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
        page.goto(server.links["trainer"])
        page.get_by_role("button", name="Sign in").click()
        page.goto(f"{server.origin}/teach/studio/long-lesson/files/01-kettle.md", wait_until="networkidle")
        page.locator(".cm-content").click()
        page.keyboard.press("Control+End")
        took = [_milliseconds(page, number) for number in range(_LETTERS)]
        browser.close()
    name = f"studio, {_WORDS:,} words: from a letter typed to the page with it"
    return [
        below(name, statistics.median(took), "ms", 300),
        told(f"{name}, slowest of {_LETTERS}", max(took), "ms"),
    ]


def _write_lesson(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "course.md").write_text("---\ntitle: Long\n---\n\nA long one.\n")
    parts = [f"## Part {number}\n\n{_SENTENCE * 10}\n" for number in range(_WORDS // 180 + 1)]
    (folder / "01-kettle.md").write_text("---\ntitle: The kettle\n---\n\n" + "\n".join(parts))


def _milliseconds(page: Page, number: int) -> float:
    word = f"seen{number:02}"
    page.keyboard.type(word[:-1])
    time.sleep(0.6)
    started = time.perf_counter()
    page.keyboard.type(word[-1])
    page.wait_for_function(_SHOWS, arg=word, polling=10)
    return (time.perf_counter() - started) * 1000
