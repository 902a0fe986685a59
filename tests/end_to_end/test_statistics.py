"""Tom reads what first attempts say: from the course to the question that looks like a wrong key."""

from playwright.sync_api import expect

from tests.end_to_end.conftest import Enter


def test_tom_finds_the_question_to_mend(enter: Enter) -> None:
    tom = enter("trainer")
    page = tom.go("/teach/courses/a-to-z")
    tom.press("What answers tell", "link")
    expect(page.get_by_role("heading", name="What to mend first")).to_be_visible()
    tom.look("trainer-statistics-course")
    tom.press("A · Three quick ones", "link")
    tom.look("trainer-statistics-quiz")
    tom.press("Guests tonight", "link")
    expect(page.get_by_text("This key may be wrong.")).to_be_visible()
    page.get_by_text("The same in numbers").click()
    expect(page.get_by_role("columnheader", name="Correlation with the rest")).to_be_visible()
    tom.look("trainer-statistics-question")
    tom.go("/teach/statistics/a-to-z/a-acknowledge-first")
    tom.look("trainer-statistics-lesson")
    tom.assert_faultless()
