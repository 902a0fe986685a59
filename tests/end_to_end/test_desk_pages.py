"""The way between the pages of one desk: one line on a phone that opens, a row on a desk; without a script."""

import pytest
from playwright.sync_api import expect

from tests.end_to_end.conftest import Enter, one_screen

# One line of text with its target, not three.
ONE_LINE = 60


@one_screen
@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_it_is_one_line_that_opens(enter: Enter, width: int) -> None:
    sina = enter("manager", viewport={"width": width, "height": 844}, java_script_enabled=False)
    page = sina.go("/manage/")
    pages = page.get_by_role("navigation", name="Teams")
    line = pages.locator("summary")
    expect(line).to_contain_text("Who needs you")
    box = pages.bounding_box()
    assert box and box["height"] <= ONE_LINE
    expect(page.locator(".triad__line")).to_be_in_viewport(ratio=1)
    expect(pages.get_by_role("link", name="Reports")).to_be_hidden()
    line.focus()
    page.keyboard.press("Enter")
    expect(pages.locator("[aria-current=page]")).to_have_text("Who needs you")
    for link in pages.get_by_role("link").all():
        place = link.bounding_box()
        assert place and place["height"] >= 44 and place["x"] + place["width"] <= width
    with page.expect_navigation():
        pages.get_by_role("link", name="Reports").click()
    expect(page.locator("h1")).to_have_text("Reports")


@one_screen
def test_on_a_phone_it_is_read_and_seen_well_when_it_is_open(enter: Enter) -> None:
    for seat, path in (("manager", "/manage/"), ("administrator", "/admin/")):
        for at in ("phone-light", "phone-dark"):
            walker = enter(seat, at=at)
            walker.go(path)
            walker.page.locator(".subnav summary").click()
            walker.look(f"{seat}-pages-{at}", whole=False)
    omar = enter("administrator", viewport={"width": 320, "height": 640})
    desks = omar.go("/admin/").get_by_role("navigation", name="Main")
    expect(desks.get_by_role("link", name="Administration")).to_be_in_viewport(ratio=1)


@one_screen
def test_on_a_desk_all_pages_stand_in_a_row(enter: Enter) -> None:
    omar = enter("administrator", at="desk-light")
    for path, name in (("/manage/organisation", "Teams"), ("/admin/", "Administration")):
        pages = omar.go(path).get_by_role("navigation", name=name)
        expect(pages.locator("summary")).to_be_hidden()
        tops = {link.bounding_box()["y"] for link in pages.get_by_role("link").all()}  # type: ignore[index]  # a visible link has a box
        assert len(tops) == 1, f"{path}: {len(tops)} rows"
        for link in pages.get_by_role("link").all():
            expect(link).to_be_visible()
