"""Fixtures of the walks: a running server with the sample for each screen, one Chromium, walkers."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from lms.settings import ROOT
from tests.support.chromium import Walker, launch
from tests.support.server import RunningServer, running_server

SCREENS = {
    "phone-light": (390, 844, "light"),
    "phone-dark": (390, 844, "dark"),
    "desk-light": (1280, 900, "light"),
    "desk-dark": (1280, 900, "dark"),
}
Enter = Callable[..., Walker]

# What is asked for must come; how quickly, the bench says.
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all walks in one process: they share servers and a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the sample organisation is ready, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    with running_server(folder):
        pass
    return folder


@pytest.fixture(scope="session", params=sorted(SCREENS))
def screen(request: pytest.FixtureRequest) -> str:
    """The name of a screen: phone or desk, light or dark."""
    return str(request.param)


@pytest.fixture(scope="session")
def server(screen: str, filled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The product with its sample organisation as it began, and courses of its own to write in."""
    folder = tmp_path_factory.mktemp(screen)
    for kept in (*filled_folder.glob("lantern.sqlite3*"), filled_folder / "secret_key"):
        shutil.copy2(kept, folder)
    shutil.copytree(ROOT / "courses", folder / "courses")
    with running_server(folder, LMS_COURSES_FOLDER=str(folder / "courses")) as started:
        yield started


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def enter(server: RunningServer, chromium: Browser, screen: str) -> Iterator[Enter]:
    """A maker of walkers: `enter("learner")` signs in as one of the four, `enter("stranger")` does not.

    A sign-in name serves as well as a seat. Whatever was wrong on any of their pages fails the test at its end.
    """
    opened: list[Walker] = []

    def open_one(who: str, at: str = screen, **more: Any) -> Walker:
        width, height, scheme = SCREENS[at]
        is_phone = width < 500
        given: dict[str, Any] = {
            "viewport": {"width": width, "height": height},
            "color_scheme": scheme,
            "has_touch": is_phone,
            "is_mobile": is_phone,
            "locale": "en-GB",
            "reduced_motion": "reduce",
        }
        arrived = Walker(chromium.new_context(**{**given, **more}), server.origin, at)
        arrived.page.set_default_timeout(15_000)
        opened.append(arrived)
        if who != "stranger":
            sign_in(arrived, server, who)
        return arrived

    yield open_one
    for walker in opened:
        walker.context.close()
    for walker in opened:
        walker.assert_faultless()


def sign_in(arrived: Walker, server: RunningServer, who: str) -> None:
    """Sign in by a fresh one-time link: opening it only shows a button."""
    arrived.go(server.fresh_link(who))
    arrived.press("Sign in as")


def one_screen(test: Any) -> Any:
    """Mark a walk that tries what does not depend on the screen: it runs at the light phone only."""
    return pytest.mark.parametrize("screen", ["phone-light"], indirect=True)(test)
