"""Take the README's pictures of the real product: `python docs/take_pictures.py` writes docs/pictures/."""

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from playwright.sync_api import Browser, StorageState, sync_playwright

from tests.support.chromium import launch
from tests.support.server import RunningServer, running_server

PICTURES = Path(__file__).parent / "pictures"
PHONE, DESK = (390, 844), (1280, 860)
# name, seat, screen, theme, address
SHOTS = (
    ("learner-home", "learner", PHONE, "light", "/learn/"),
    ("learner-lesson", "learner", PHONE, "light", "/learn/courses/a-to-z/c-curiosity-before-conclusions"),
    ("learner-lesson-dark", "learner", PHONE, "dark", "/learn/courses/escalation-handling/first-minute"),
    ("learner-question", "learner", PHONE, "light", "/learn/practice/questions"),
    ("learner-passport", "learner", PHONE, "light", "/learn/passport"),
    ("trainer-course", "trainer", DESK, "light", "/teach/courses/a-to-z"),
    ("trainer-studio", "trainer", DESK, "light", "/teach/studio/escalation-handling/files/03-first-minute.md"),
    ("trainer-statistics", "trainer", DESK, "light", "/teach/statistics/a-to-z/a-check"),
    ("manager-home", "manager", DESK, "light", "/manage/"),
    ("head-at-a-glance", "petra", DESK, "light", "/manage/head"),
    ("head-programme", "petra", DESK, "light", "/manage/programmes/1"),
    ("manager-compliance", "manager", DESK, "light", "/manage/compliance?course=escalation-handling"),
    ("manager-report", "manager", DESK, "light", "/manage/reports/build?rows=people"),
    ("administrator-home", "administrator", DESK, "light", "/admin/"),
)


_IS_ON = "(turn) => [undefined, turn].includes(document.querySelector('[data-run] input[name=turn]')?.value)"


def main() -> None:
    """Serve the sample and photograph each page in its person's seat."""
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        seats = {seat: _signed_in(browser, server, seat) for seat in {shot[1] for shot in SHOTS}}
        for name, seat, (width, height), theme, address in SHOTS:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=theme,  # type: ignore[arg-type]  # one of the two by the table above
                storage_state=seats[seat],
                is_mobile=width < 500,
                device_scale_factor=1,
            )
            page = context.new_page()
            page.goto(server.origin + address, wait_until="networkidle")
            page.screenshot(path=PICTURES / f"{name}.png")
            context.close()
        _photograph_map(browser, server, seats["trainer"])
        _photograph_run(browser, server, seats["learner"])
        _photograph_observing(browser, server, seats["manager"])
        _photograph_certificate(browser, server, seats["learner"], Path(folder))


def _photograph_map(browser: Browser, server: RunningServer, seat: StorageState) -> None:
    """Photograph the map of a scenario alone."""
    context = browser.new_context(viewport={"width": 1280, "height": 1600}, storage_state=seat)
    page = context.new_page()
    page.goto(f"{server.origin}/teach/courses/escalation-handling/third-call", wait_until="networkidle")
    page.locator("svg.path-map__picture").first.screenshot(path=PICTURES / "trainer-map.png")
    context.close()


def _photograph_run(browser: Browser, server: RunningServer, seat: StorageState) -> None:
    """Play a scenario on a phone: photograph the second moment, and how it ended."""
    context = browser.new_context(
        viewport={"width": PHONE[0], "height": 1100}, storage_state=seat, is_mobile=True, device_scale_factor=1
    )
    page = context.new_page()
    page.goto(f"{server.origin}/learn/courses/escalation-handling/typing", wait_until="networkidle")
    page.locator("form[action$='/runs'] button").click()
    page.wait_for_load_state("networkidle")
    for turn in range(20):
        if not page.locator("button[name=choice]").count():
            break
        if turn == 1:
            page.screenshot(path=PICTURES / "learner-scenario.png")
        page.locator("button[name=choice]").first.click()
        page.wait_for_function(_IS_ON, arg=str(turn + 1))
        page.wait_for_timeout(800)
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=PICTURES / "learner-ending.png")
    context.close()


def _photograph_observing(browser: Browser, server: RunningServer, seat: StorageState) -> None:
    """Begin to observe whoever is due first, on a phone."""
    context = browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, storage_state=seat, is_mobile=True, device_scale_factor=1
    )
    page = context.new_page()
    page.goto(f"{server.origin}/manage/coaching", wait_until="networkidle")
    page.locator('a[href*="/observations/new"]').first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / "manager-observing.png")
    context.close()


def _photograph_certificate(browser: Browser, server: RunningServer, seat: StorageState, folder: Path) -> None:
    """Print the learner's first certificate and turn its page into a picture."""
    context = browser.new_context(storage_state=seat)
    page = context.new_page()
    page.goto(f"{server.origin}/learn/")
    address = page.locator('a[href^="/learn/certificates/"]').first.get_attribute("href")
    (folder / "certificate.pdf").write_bytes(context.request.get(f"{server.origin}{address}.pdf").body())
    command = [
        "pdftoppm",
        "-r",
        "90",
        "-singlefile",
        "-png",
        str(folder / "certificate.pdf"),
        str(PICTURES / "certificate"),
    ]
    subprocess.run(command, check=True)


def _signed_in(browser: Browser, server: RunningServer, seat: str) -> StorageState:
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.fresh_link(seat))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()
    return context.storage_state()


if __name__ == "__main__":
    main()
