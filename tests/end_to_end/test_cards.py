"""Today's questions on a phone: one tap from home, answered with the network cut, without a script, to the end."""

from playwright.sync_api import Page, expect

from tests.end_to_end.answering import answer_somehow
from tests.end_to_end.conftest import Enter, one_screen

PAGE = "/learn/practice/questions"


def choose(page: Page) -> None:
    answer_somehow(page.locator(".question"))


@one_screen
def test_questions_from_home_to_the_good_end(enter: Enter) -> None:
    mina = enter("learner", at="phone-light")
    page = mina.press("Today’s questions", "link")
    mina.look("cards-question")
    choose(page)
    mina.cut_off(True)
    page.get_by_role("button", name="Fairly sure").click()
    expect(page.locator("[data-card-waiting]")).to_be_visible()
    page.get_by_role("button", name="A guess").click()
    mina.cut_off(False)
    page.wait_for_url(f"**{PAGE}/*")
    mina.look("cards-answer")
    answered = page.url
    # The rest without a script, and the dark.
    plain = enter("learner", at="phone-dark", java_script_enabled=False)
    plain.go(PAGE)
    for _question in range(5):
        if not plain.page.locator("form[data-card]").count():
            break
        choose(plain.page)
        plain.press("Sure")
        plain.press(
            "Next question" if plain.page.get_by_role("link", name="Next question").count() else "Done", "link"
        )
    expect(plain.page.get_by_role("heading", name="That is all for today")).to_be_visible()
    mina.go(PAGE)
    mina.look("cards-end")
    expect(mina.go("/learn/").get_by_role("link", name="Today’s questions")).to_have_count(0)
    mina.go(answered)
    mina.note_sideways()
