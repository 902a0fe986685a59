"""Omar's day: is all well, somebody new, a link, a card, a file from HR, what the lessons say of the house."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.end_to_end.conftest import Enter

ROSTER = """\
name;sign_in_name;email;team
Yara Okafor-Lindqvist;yara.lindqvist;yara@example.org;chat
Mina Castellano;mina;;phones
Nobody At All;;;no-such-team
"""


def test_omar_looks_around(enter: Enter) -> None:
    omar = enter("administrator")
    page = omar.go("/admin/")
    expect(page.get_by_text("This is the sample organisation")).to_be_visible()
    omar.look("administrator-home")
    for name, address in {
        "people": "/admin/people",
        "people-none": "/admin/people?q=nobody-of-this-name",
        "teams": "/admin/teams",
        "courses": "/admin/courses",
        "course": "/admin/courses/a-to-z",
        "organisation": "/admin/organisation",
        "audit": "/admin/audit?check=yes",
        "parts": "/admin/parts",
        "whole-organisation": "/manage/organisation",
    }.items():
        omar.go(address)
        expect(page.locator("h1")).to_have_count(1)
        omar.look(f"administrator-{name}")
    omar.go("/admin/teams")
    omar.press("Phones", "link")
    omar.look("administrator-team")
    omar.go("/admin/people?q=mina")
    omar.press("Mina Castellano", "link")
    for summary in page.locator("main details summary:visible").all():
        summary.click()
    omar.look("administrator-person")


def test_omar_lets_somebody_in(enter: Enter, screen: str) -> None:
    omar = enter("administrator")
    page = omar.go("/admin/people/new")
    omar.look("administrator-new-person")
    page.get_by_label("Name", exact=True).fill("Ngozi Adichie-Ó Conaill")
    page.get_by_label("Sign-in name").fill("omar")
    omar.press("Add this person")
    expect(page.locator("#problems")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ngozi Adichie-Ó Conaill")
    omar.look("administrator-new-person-problem")
    page.get_by_label("Sign-in name").fill(f"ngozi-{screen}")
    page.get_by_label("Team").select_option(index=1)
    omar.press("Add this person")
    expect(page.get_by_text("Ngozi Adichie-Ó Conaill is added.")).to_be_visible()
    person = page.url
    omar.press("Make a card")
    omar.look("administrator-card")
    omar.go(person)
    omar.press("Make a sign-in link")
    omar.look("administrator-link")
    link = page.get_by_label("Link", exact=True).input_value()

    ngozi = enter("stranger")
    ngozi.go(link)
    ngozi.press("Sign in as Ngozi Adichie-Ó Conaill")
    expect(ngozi.page.get_by_role("heading", level=1)).to_have_text("Hello, Ngozi")
    ngozi.look("newcomer-home")
    ngozi.go(link)
    expect(ngozi.page.get_by_role("heading", level=1)).to_have_text("This link no longer works")

    omar.go(person)
    omar.press("What was done here", "link")
    expect(page.locator("table tbody tr")).not_to_have_count(0)
    for word in ("link", "added"):
        expect(page.locator("table tbody")).to_contain_text(re.compile(word, re.IGNORECASE))
    omar.go(person)
    omar.press("Disable the account")
    ngozi.go("/learn/")
    expect(ngozi.page).to_have_url(re.compile("/sign-in"))


def test_omar_brings_people_in_from_a_file(enter: Enter, tmp_path: Path) -> None:
    file = tmp_path / "från HR.csv"
    file.write_text(ROSTER, "utf-16")
    omar = enter("administrator")
    page = omar.go("/admin/people/import")
    omar.look("administrator-import")
    page.get_by_label("CSV file").set_input_files(file)
    omar.press("See what would happen")
    expect(page.get_by_text("Nothing is written yet")).to_be_visible()
    omar.look("administrator-import-plan")
    omar.press("Import")
    page.wait_for_load_state("load")
    omar.go("/admin/people?q=yara")
    expect(page.get_by_role("link", name="Yara Okafor-Lindqvist")).to_be_visible()


def test_omar_changes_what_the_lessons_say(enter: Enter) -> None:
    omar = enter("administrator")
    page = omar.go("/learn/courses/a-to-z/a-acknowledge-first")
    expect(page.locator("article")).to_contain_text("£50")
    omar.go("/admin/organisation")
    page.get_by_label("refund_limit").fill("75 euros & a cake")
    omar.press("Save")
    expect(page.get_by_text("Lessons speak so from now on.")).to_be_visible()
    # Another process may keep what it read for a second.
    page.wait_for_timeout(1100)
    omar.go("/learn/courses/a-to-z/a-acknowledge-first")
    expect(page.locator("article")).to_contain_text("75 euros & a cake")
    omar.go("/admin/organisation")
    page.get_by_label("refund_limit").fill("£50")
    page.get_by_label("Name", exact=True).fill("")
    page.locator("form [required]").evaluate_all("fields => fields.forEach((field) => (field.required = false))")
    omar.press("Save")
    expect(page.locator("#problems")).to_be_visible()
    omar.look("administrator-organisation-problem")
    page.get_by_label("Name", exact=True).fill("Ferryhill Home & Garden")
    omar.press("Save")


def test_omar_hides_a_course_and_shows_it_again(enter: Enter) -> None:
    omar = enter("administrator")
    page = omar.go("/admin/courses")
    omar.press("Hide: Escalation Handling")
    omar.look("administrator-courses-hidden")
    page.wait_for_timeout(1100)
    omar.go("/learn/courses/escalation-handling")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    omar.go("/admin/courses")
    omar.press("Show again: Escalation Handling")
    page.wait_for_timeout(1100)
    omar.go("/learn/courses/escalation-handling")
    expect(page.get_by_role("heading", level=1)).to_have_text("Escalation Handling")
