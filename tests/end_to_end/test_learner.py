"""Mina's day: carry on where she stopped, read, answer, hand in, look up, print, leave."""

import re

from playwright.sync_api import Page, expect

from tests.end_to_end.answering import answer_somehow, expect_saved, number_on, question_on
from tests.end_to_end.conftest import Enter
from tests.support.chromium import Walker

LESSON = "/learn/courses/a-to-z/c-curiosity-before-conclusions"


def test_mina_carries_on_her_quiz_to_its_result(enter: Enter) -> None:
    mina = enter("learner")
    mina.look("learner-home")
    page = mina.press("Carry on", "link")
    _, count = number_on(page)
    seen = set()
    mina.go(f"{page.url}?q=1")
    for number in range(1, count + 1):
        assert number_on(page) == (number, count)
        question = question_on(page)
        answer_somehow(question)
        expect_saved(page)
        kind = re.search(r"question--(\w+)", question.get_attribute("class") or "")
        assert kind
        if kind[1] not in seen:
            seen.add(kind[1])
            mina.look(f"learner-question-{kind[1]}")
        with page.expect_navigation():
            page.locator("button[name=go]").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All questions are answered")
    mina.look("learner-hand-in")
    mina.press("Hand it in")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Passed|Not passed yet"))
    mina.look("learner-review")
    mina.go("/learn/courses/a-to-z/c-check")
    mina.look("learner-quiz-front")
    mina.go("/learn/courses/a-to-z")
    mina.look("learner-course")


def test_mina_reads_a_lesson_to_its_end(enter: Enter) -> None:
    mina = enter("learner")
    page = mina.go("/learn/courses/a-to-z/d-do-what-you-said")
    mina.look("learner-lesson")
    answer_all_practice(page)
    mina.look("learner-lesson-answered")
    expect(page.get_by_text("waiting for your answer")).to_have_count(0)
    page = mina.press("Done, go on")
    expect(page).to_have_url(re.compile("/a-to-z/d-check$"))
    mina.look("learner-quiz-first-time")
    mina.go("/learn/courses/a-to-z/d-do-what-you-said")
    expect(page.get_by_text("This lesson is done.")).to_be_visible()
    mina.go("/learn/courses/a-to-z/d-do-what-you-said?print=job-aid")
    mina.look("learner-job-aid")


def test_mina_is_told_what_is_left_when_she_ends_a_lesson_early(enter: Enter) -> None:
    mina = enter("learner")
    page = mina.go("/learn/courses/a-to-z/e-empathy-you-can-hear")
    mina.press("Done, go on")
    expect(page.get_by_text("Still waiting for your answer.").first).to_be_in_viewport()
    mina.look("learner-lesson-left", whole=False)


def answer_all_practice(page: Page) -> None:
    """Answer each question of a lesson, one of them twice."""
    forms = page.locator("form[data-swap-form]")
    is_first = True
    while count := forms.count():
        place = page.locator("[data-swap]").filter(has=forms.first).first
        name = place.get_attribute("id")
        answer_somehow(forms.first)
        forms.first.get_by_role("button", name="Check my answer").click()
        told = page.locator(f"[id='{name}'] .question--reviewed")
        expect(told).to_be_visible()
        if is_first:
            page.locator(f"[id='{name}']").get_by_role("link", name="Answer again").click()
            expect(forms).to_have_count(count)
        is_first = False


def test_mina_finds_words_courses_and_her_certificate(enter: Enter) -> None:
    mina = enter("learner")
    page = mina.go("/learn/search")
    mina.look("learner-search-empty")
    page.get_by_label("What are you looking for?").fill("double charge")
    mina.press("Search")
    mina.look("learner-search-nothing")
    page.get_by_label("What are you looking for?").fill("manager")
    mina.press("Search")
    expect(page.locator(".hit")).not_to_have_count(0)
    mina.look("learner-search")
    with page.expect_navigation():
        page.locator(".hit__title").first.click()
    expect(page).to_have_url(re.compile("/learn/courses/"))
    mina.go("/learn/courses")
    mina.look("learner-courses")
    mina.go("/learn/courses/escalation-handling")
    mina.look("learner-course-completed")
    mina.go("/learn/")
    mina.press("Certificate", "link")
    mina.look("learner-certificate")
    for paper in ("A4", "US Letter"):
        address = page.get_by_role("link", name=f"PDF for {paper}").get_attribute("href")
        assert address
        assert_pdf(mina, address)


def assert_pdf(walker: Walker, address: str) -> None:
    """Download what stands at this address and see that it is a PDF."""
    response = walker.context.request.get(walker.origin + address)
    assert response.status == 200
    assert response.headers["content-type"] == "application/pdf"
    assert response.body().startswith(b"%PDF-")


def test_mina_changes_her_settings_and_leaves(enter: Enter) -> None:
    mina = enter("learner")
    page = mina.go("/learn/me")
    mina.look("learner-settings")
    page.get_by_label("Time zone").select_option("Europe/Lisbon")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".flash, [role=status]").first).to_be_visible()
    mina.look("learner-settings-saved", whole=False)
    page.get_by_label("New password", exact=True).fill("mina")
    page.get_by_label("The new password again").fill("mina")
    page.get_by_role("button", name="Save password").click()
    expect(page.locator("#problems")).to_be_visible()
    mina.look("learner-settings-problems")
    page.locator("details.account summary").click()
    mina.look("learner-account-menu", whole=False)
    mina.press("Sign out")
    mina.go("/learn/me")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_a_page_that_is_not_there(enter: Enter) -> None:
    mina = enter("learner")
    for path in ("/learn/courses/nothing-here", "/learn/attempts/999999", "/manage/", "/admin/"):
        page = mina.go(path)
        expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    mina.look("learner-nothing-here")
