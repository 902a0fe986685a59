"""Fixtures of the walks: one running server with the sample, one Chromium, a walker a screen."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.chromium import Walker, launch
from tests.support.server import RunningServer, running_server

SCREENS = {
    "phone-light": (390, 844, "light"),
    "phone-dark": (390, 844, "dark"),
    "desk-light": (1280, 900, "light"),
    "desk-dark": (1280, 900, "dark"),
}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The product with its sample organisation, as `make run` serves it."""
    with running_server(tmp_path_factory.mktemp("walk")) as started:
        yield started


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(params=sorted(SCREENS))
def screen(request: pytest.FixtureRequest) -> str:
    """The name of a screen: phone or desk, light or dark."""
    return str(request.param)


@pytest.fixture
def walker(
    server: RunningServer, chromium: Browser, screen: str, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], Walker]]:
    """A maker of walkers signed in as one of the four (or `stranger`) at this screen."""
    opened = []

    def enter(seat: str) -> Walker:
        width, height, scheme = SCREENS[screen]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]  # a literal by the table above
            has_touch=width < 500,
            is_mobile=width < 500,
            locale="en-GB",
        )
        opened.append(context)
        arrived = Walker(context, server.origin, screen)
        if seat != "stranger":
            sign_in(arrived, server, seat)
        return arrived

    yield enter
    for context in opened:
        context.close()


def sign_in(arrived: Walker, server: RunningServer, seat: str) -> None:
    """Sign in by a fresh one-time link for this seat, as the command line makes it."""
    arrived.go(server.fresh_link(seat))
    arrived.page.get_by_role("button", name="Sign in").click()
    arrived.page.wait_for_url("**/*")
