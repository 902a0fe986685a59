"""Sina's Monday: her week on one page, and on one sheet; who is away, and whom mail does not reach."""

import io

import pikepdf
from playwright.sync_api import expect

from tests.end_to_end.conftest import Enter


def test_sina_reads_and_prints_her_week_on_one_sheet(enter: Enter) -> None:
    sina = enter("manager")
    page = sina.go("/manage/")
    if page.locator(".subnav summary").is_visible():
        page.locator(".subnav summary").click()
    sina.press("This week", "link")
    expect(page.get_by_role("heading", level=1)).to_have_text("This week")
    sina.look("manager-week")
    if page.viewport_size and page.viewport_size["width"] > 500:
        printed = page.pdf(format="A4", prefer_css_page_size=True)
        assert len(pikepdf.open(io.BytesIO(printed)).pages) == 1
    sina.press("See the list", "link")
    sina.look("manager-without-email")


def test_sina_notes_that_somebody_is_away_and_takes_it_back(enter: Enter) -> None:
    sina = enter("manager")
    page = sina.go("/manage/digest")
    with page.expect_navigation():
        page.locator(".digest__part a").first.click()
    sina.press("Away", "link")
    page.get_by_label("First day away").fill("2020-01-01")
    page.get_by_label("Last day away (optional)").fill("2020-01-02")
    sina.press("Note it")
    sina.look("manager-away-in-the-past")
    page.get_by_label("First day away").fill("2031-03-01")
    page.get_by_label("Last day away (optional)").fill("2031-03-09")
    sina.press("Note it")
    expect(page.get_by_text("1 March 2031 to 9 March 2031")).to_be_visible()
    sina.look("manager-away")
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("1 March 2031 to 9 March 2031")).to_have_count(0)
