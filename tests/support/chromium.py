"""A real Chromium that holds each page it visits to the house's rules and keeps a picture of it."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

PICTURES = Path(__file__).parents[1] / "output"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The flexible "needs review" rules of axe are opinions; these are the testable ones.
_AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}
# A refusal that a page is meant to give is no fault of the page.
_MEANT = re.compile(r"status of (404|409|422|429)")
_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_SETTLED = "Promise.all([document.fonts.ready, ...document.getAnimations().map((each) => each.finished)])"


def launch(playwright: Playwright) -> Browser:
    """Start Debian's Chromium without a screen."""
    return playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)


@dataclass
class Walker:
    """One person at one screen: visits pages, collects what was wrong, keeps pictures."""

    context: BrowserContext
    origin: str
    label: str
    page: Page = field(init=False)
    faults: list[str] = field(default_factory=list)
    was_cut_off: bool = False

    def __post_init__(self) -> None:
        self.page = self.context.new_page()
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: script error {error}"))
        self.page.on("request", lambda request: self._note_request(request.url))
        self.page.on("response", lambda response: self._note_status(response.url, response.status))

    def go(self, path: str) -> Page:
        """Open a path, or a whole address."""
        self.page.goto(path if path.startswith("http") else self.origin + path, wait_until="load")
        return self.page

    def press(self, name: str, role: str = "button") -> Page:
        """Press the button (or link) of this name and wait for the page it leads to."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]  # a role's name
        return self.page

    def look(self, name: str, *, whole: bool = True) -> None:
        """Check the page as it stands with axe and for sideways scrolling, and keep a picture."""
        page = self.page
        page.evaluate(_SETTLED)
        self.keep_picture(name, whole=whole)
        self.note_sideways()
        if not page.locator(".top-bar").is_visible():
            self.faults.append(f"{page.url}: has no bar on top")
        for violation in Axe().run(page, options=_AXE).response["violations"]:
            nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
            self.faults.append(f"{page.url} [{self.label}]: axe {violation['id']}: {violation['help']}: {nodes}")

    def keep_picture(self, name: str, *, whole: bool = True) -> None:
        """Keep a picture of the page as it stands, or of what is in the window."""
        PICTURES.mkdir(exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}-{self.label}.png", full_page=whole)

    def note_sideways(self) -> None:
        """Note it as a fault when the page is wider than the window."""
        wider = self.page.evaluate(_SIDEWAYS)
        if wider > 0:
            width = self.page.evaluate("document.documentElement.clientWidth")
            self.faults.append(f"{self.page.url}: scrolls sideways by {wider} px at {width} px [{self.label}]")

    def cut_off(self, is_cut_off: bool) -> None:
        """Take the network away from this browser, or give it back."""
        # A complaint may be told after the network is back, so it is forgiven from the first cut on.
        self.was_cut_off = self.was_cut_off or is_cut_off
        self.context.set_offline(is_cut_off)

    def assert_faultless(self) -> None:
        """Raise AssertionError with everything that was wrong on the way."""
        assert not self.faults, "\n".join(dict.fromkeys(self.faults))

    def _note_console(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        is_meant = _MEANT.search(text) or (self.was_cut_off and "ERR_INTERNET_DISCONNECTED" in text)
        if kind in ("error", "warning") and not is_meant:
            self.faults.append(f"{self.page.url}: console {kind}: {text}")

    def _note_request(self, url: str) -> None:
        asked = urlsplit(url)
        if asked.scheme in ("http", "https") and asked.netloc != urlsplit(self.origin).netloc:
            self.faults.append(f"{self.page.url}: asks another host: {asked.netloc}")

    def _note_status(self, url: str, status: int) -> None:
        if status >= 500:
            self.faults.append(f"{url}: {status}")
