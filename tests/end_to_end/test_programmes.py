"""Petra makes a programme for who joined lately, looks at whom it touches, and one of them finds it at home."""

from playwright.sync_api import Page, expect

from tests.end_to_end.conftest import Enter


def choose(page: Page, number: int, course: str, rule: str) -> None:
    page.locator(f"#course-{number}").select_option(value=course)
    page.locator(f"#rule-{number}").select_option(label=rule)


def test_petra_puts_a_programme_together_and_sees_whom_it_touches(enter: Enter) -> None:
    petra = enter("petra")
    page = petra.go("/manage/programmes")
    petra.look("programmes")
    petra.press("Make a programme", "link")
    petra.look("programme-new")
    petra.press("See whom it touches")
    expect(page.locator("#problems")).to_be_visible()
    petra.look("programme-problems")
    page.locator("#name").fill("Welcome to the counter")
    page.locator("#summary").fill("The three things you need first, one after another.")
    page.locator("#owner").select_option(label="Customer service")
    choose(page, 1, "house-rules", "Days after coming in")
    expect(page.locator("#on-1")).to_be_hidden()
    page.locator("#days-1").fill("7")
    petra.press("Add a course")
    choose(page, 2, "escalation-handling", "Days after another course")
    page.locator("#days-2").fill("30")
    page.locator("#after-2").select_option(value="house-rules")
    page.locator("#team").select_option(label="Service counter North")
    page.locator("#who").select_option(value="joined")
    page.locator("#joined_days").fill("200")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".targets__line")).to_have_count(1)
    page.locator("#person").fill("Mina Castellano")
    petra.press("Add the person")
    expect(page.locator(".targets__line")).to_have_count(2)
    expect(page.locator("#name")).to_have_value("Welcome to the counter")
    petra.press("See whom it touches")
    page.locator("summary", has_text="Names").click()
    petra.look("programme-look")
    petra.press("Save the programme")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome to the counter")
    petra.look("programme-made")
    petra.press("Change it", "link")
    page.get_by_role("button", name="Move down").first.click()
    expect(page.locator("#course-1")).to_have_value("escalation-handling")
    petra.go("/manage/programmes")
    petra.press("First weeks", "link")
    petra.look("programme")
    page.locator("summary", has_text="Withdraw").click()
    petra.look("programme-withdraw")

    mina = enter("mina")
    mina.go("/learn/")
    expect(mina.page.get_by_role("heading", name="Welcome to the counter")).to_be_visible()
    mina.look("programme-at-home")
    mina.go("/learn/courses/house-rules")
    mina.look("programme-in-its-course")
