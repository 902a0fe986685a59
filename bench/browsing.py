"""The first lesson page on a phone: bytes over the wire, layout shift, other hosts."""

from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from bench.requests import serving
from bench.rows import Row, below
from lms.settings import Settings
from tests.support.chromium import launch

_SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(sum), 800);
})"""


def measure(folder: Path) -> list[Row]:
    """Open the first lesson of the A–Z as a newcomer's phone does, with nothing cached."""
    with serving(Settings(data_folder=folder / "data")) as server, sync_playwright() as playwright:
        browser = launch(playwright)
        entry = browser.new_context()
        page = entry.new_page()
        page.goto(server.links["learner"])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_load_state()
        phone = browser.new_context(
            viewport={"width": 390, "height": 844}, is_mobile=True, storage_state=entry.storage_state()
        )
        page = phone.new_page()
        sent, hosts = _watch(page)
        page.goto(f"{server.origin}/learn/courses/a-to-z/a-acknowledge-first", wait_until="networkidle")
        shift = page.evaluate(_SHIFTS)
        browser.close()
    text = sum(size for kind, size in sent if kind != "Image")
    others = [address for address in hosts if not address.startswith((server.origin, "data:"))]
    return [
        below("first lesson page on a phone, bytes over the wire, pictures aside", text / 1000, "KB", 60),
        below("first lesson page, cumulative layout shift", shift, "", 0),
        below("first lesson page, requests to other hosts", len(others), "requests", 0),
    ]


def _watch(page: Any) -> tuple[list[tuple[str, int]], list[str]]:
    kinds: dict[str, str] = {}
    sent: list[tuple[str, int]] = []
    hosts: list[str] = []
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")

    def note(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]
        hosts.append(event["response"]["url"])

    wire.on("Network.responseReceived", note)
    wire.on(
        "Network.loadingFinished",
        lambda event: sent.append((kinds.get(event["requestId"], ""), int(event["encodedDataLength"]))),
    )
    return sent, hosts
