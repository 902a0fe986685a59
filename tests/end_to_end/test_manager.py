"""Sina's ten minutes: who needs her, one team, one person, one attempt, one course to assign, one list to take."""

import csv
import io
import re

import openpyxl
from playwright.sync_api import expect

from tests.end_to_end.conftest import Enter


def test_sina_sees_who_needs_her_down_to_the_attempt(enter: Enter) -> None:
    sina = enter("manager")
    page = sina.page
    expect(page).to_have_url(re.compile("/manage/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Who needs you")
    expect(page.locator(".triad__line")).to_be_in_viewport()
    sina.look("manager-home")
    with page.expect_navigation():
        page.locator(".matter__who").first.click()
    sina.look("manager-person-in-need")
    sina.go("/manage/")
    sina.press("Phones", "link")
    sina.press("Mina Castellano", "link")
    for attempts in page.locator("details summary", has_text="Quiz attempts").all():
        attempts.click()
    sina.look("manager-person")
    with page.expect_navigation():
        page.locator("td a", has_text="Attempt").first.click()
    sina.look("manager-attempt")


def test_sina_finds_and_sorts_her_team(enter: Enter) -> None:
    sina = enter("manager")
    page = sina.go("/manage/")
    sina.press("Phones", "link")
    rows = page.locator("table.people tbody tr")
    everybody = rows.count()
    sina.look("manager-team")
    page.get_by_label("Name", exact=True).fill("mina")
    sina.press("Show")
    expect(rows).to_have_count(1)
    sina.look("manager-team-one-course")
    sina.press("Show everybody", "link")
    expect(rows).to_have_count(everybody)
    page.get_by_label("Standing").select_option("done")
    page.get_by_label("Order").select_option(index=1)
    sina.press("Show")
    assert 0 < rows.count() < everybody
    page.get_by_label("Name", exact=True).fill("nobody of this name")
    sina.press("Show")
    sina.look("manager-team-nobody")


def test_sina_nudges_whoever_is_late_with_one_tap(enter: Enter) -> None:
    sina = enter("manager")
    page = sina.go("/manage/")
    waiting = page.get_by_role("button", name="Nudge").count()
    with page.expect_navigation():
        page.get_by_role("button", name="Nudge").first.click()
    expect(page.get_by_text("finds your note on the home page")).to_be_visible()
    expect(page.get_by_role("button", name="Nudge")).to_have_count(waiting - 1)
    sina.look("manager-nudged")


def test_mina_reads_a_note_and_puts_it_away(enter: Enter) -> None:
    sina = enter("manager")
    page = sina.go("/manage/")
    sina.press("Phones", "link")
    sina.press("Mina Castellano", "link")
    page.locator("summary", has_text="Nudge Mina").click()
    page.get_by_label("If something is in your way").check()
    sina.look("manager-nudging")
    sina.press("Leave this note")
    expect(page.locator("#timeline")).to_be_visible()
    mina = enter("learner")
    home = mina.go("/learn/")
    expect(home.get_by_text("We will find a way together")).to_be_visible()
    mina.look("learner-note")
    mina.press("Put this away")
    expect(home.get_by_text("We will find a way together")).to_have_count(0)


def test_sina_assigns_a_course_after_seeing_whom_it_touches(enter: Enter) -> None:
    sina = enter("manager")
    page = sina.go("/manage/assign")
    sina.look("manager-assign")
    page.get_by_label("Course").select_option(label="Escalation Handling")
    page.get_by_label("Last day").fill("2020-01-01")
    sina.press("See whom it touches")
    expect(page.locator("#problems")).to_be_visible()
    sina.look("manager-assign-problem")
    page.get_by_label("To whom").select_option(label="Phones")
    page.get_by_label("Last day").fill("")
    sina.press("See whom it touches")
    expect(page.get_by_text("This is whom it touches")).to_be_visible()
    sina.look("manager-assign-preview")
    sina.press("Assign it")
    expect(page.get_by_text("Escalation Handling is assigned to Phones.")).to_be_visible()
    sina.look("manager-assigned", whole=False)
    sina.press("Mina Castellano", "link")
    sina.press("Assign a course", "link")
    page.get_by_label("Course").select_option(label="The A–Z of Service Excellence")
    sina.press("See whom it touches")
    expect(page.get_by_text("1 is in it already and keeps all progress")).to_be_visible()


def test_sina_takes_her_team_along_as_a_table(enter: Enter) -> None:
    sina = enter("manager")
    page = sina.go("/manage/")
    sina.press("Phones", "link")
    shown = page.locator("table.people tbody tr").count()
    for name, count in (("Save as CSV", _csv_rows), ("Save as Excel", _xlsx_rows)):
        address = page.get_by_role("link", name=name).get_attribute("href")
        assert address
        response = sina.context.request.get(sina.origin + address)
        assert response.status == 200
        assert "attachment" in response.headers["content-disposition"]
        assert count(response.body()) > shown


def _csv_rows(body: bytes) -> int:
    return len(list(csv.reader(io.StringIO(body.decode("utf-8-sig")))))


def _xlsx_rows(body: bytes) -> int:
    sheet = openpyxl.load_workbook(io.BytesIO(body)).active
    assert sheet is not None
    return int(sheet.max_row)
