"""Words found while a customer waits, and a list taken to a mentor, as they go in a browser."""

from playwright.sync_api import expect

from tests.end_to_end.conftest import Enter


def test_mina_finds_the_words_while_a_customer_waits(enter: Enter) -> None:
    mina = enter("learner")
    page = mina.go("/learn/job-aids")
    mina.look("learner-job-aids")
    field, shown = page.get_by_label("What do you need?"), page.locator(".aid:visible")
    every = shown.count()
    field.fill("refund")
    expect(shown).not_to_have_count(every)
    expect(shown).not_to_have_count(0)
    field.fill("credits and refunds")
    expect(shown).to_have_count(1)
    expect(shown.locator(".aid__text")).to_be_visible()
    mina.look("learner-job-aid-found")
    field.fill("")
    expect(shown).to_have_count(every)
    field.fill("refund")
    mina.press("Find")
    expect(page).to_have_url(f"{mina.origin}/learn/job-aids?q=refund")
    expect(shown).not_to_have_count(0)


def test_sina_takes_a_list_to_her_mentor(enter: Enter) -> None:
    sina = enter("manager")
    page = sina.go("/learn/mentor")
    sina.look("mentor-list")
    page.get_by_label("What is it about?").fill("A conflict about the late shift")
    sina.press("Put it on my list")
    sina.press("Difficult talks")
    expect(page.locator(".topic", has_text="A conflict about the late shift")).to_contain_text("Difficult talks")
    page.get_by_role("button", name="Talked about: A conflict about the late shift").click()
    expect(page.get_by_role("heading", name="1 talked about")).to_be_visible()
    sina.press("Close the list and keep it")
    sina.look("mentor-kept")
    page.get_by_label("What came of it").first.fill("Ask first, then say it.")
    sina.press("Save")
    expect(page.get_by_text("Ask first, then say it.")).to_be_visible()
    sina.look("mentor-lists")
    sina.go("/learn/mentor/themes")
    sina.look("mentor-themes")
