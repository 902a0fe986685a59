"""Where learning happens: a keyboard, no script, no network, another device, a narrow window, a slow line."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.answering import answer_somehow, expect_saved, number_on, question_on
from tests.end_to_end.conftest import Enter, one_screen
from tests.support.chromium import Walker

QUIZ = "/learn/courses/a-to-z/b-check"
LESSON = "/learn/courses/a-to-z/b-begin-well"


def begin(walker: Walker, quiz: str = QUIZ) -> Page:
    """Go to a quiz and begin an attempt, or carry on with the one that is open."""
    page = walker.go(quiz)
    with page.expect_navigation():
        page.locator(".button--large").first.click()
    return page


@one_screen
def test_no_page_scrolls_sideways_at_320_pixels(enter: Enter) -> None:
    mina = enter("learner", viewport={"width": 320, "height": 640})
    begin(mina)
    mina.note_sideways()
    _, count = number_on(mina.page)
    for number in range(1, count + 1):
        mina.go(f"{mina.page.url.split('?')[0]}?q={number}")
        mina.note_sideways()
    lessons = ("a-to-z/a-acknowledge-first", "a-to-z/c-curiosity-before-conclusions", "a-to-z/a-check")
    pages = ["/learn/", "/learn/me", "/learn/search?q=manager", *(f"/learn/courses/{each}" for each in lessons)]
    for path in (*pages, "/learn/courses/escalation-handling/what-it-costs"):
        mina.go(path)
        mina.note_sideways()
    sina = enter("manager", viewport={"width": 320, "height": 640})
    sina.note_sideways()
    sina.press("Phones", "link")
    sina.look("manager-team-320")
    for path in ("/manage/assign", "/verify", "/sign-in"):
        sina.go(path)
        sina.note_sideways()


@one_screen
def test_a_quiz_with_the_keyboard_alone(enter: Enter) -> None:
    mina = enter("learner", at="desk-light")
    page = mina.go(QUIZ)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    mina.look("keyboard-skip-link", whole=False)
    page.keyboard.press("Enter")
    tab_to(page, "[class*=button--large]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    _, count = number_on(page)
    for number in range(number_on(page)[0], count + 1):
        answer_by_keys(page)
        expect_saved(page)
        tab_to(page, "button[name=go]")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert number == count or number_on(page)[0] == number + 1
    tab_to(page, "form[data-submit] button")
    mina.look("keyboard-hand-in", whole=False)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/review$"))


def tab_to(page: Page, selector: str) -> None:
    """Press the tab key until this has the focus, which must be seen at every stop on the way."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focus = page.evaluate(_FOCUS, selector)
        assert focus["is_seen"], f"{page.url}: focus cannot be seen on {focus['html']}"
        if focus["is_there"]:
            return
    raise AssertionError(f"{page.url}: the tab key never reaches {selector}")


_FOCUS = """(selector) => {
  const here = document.activeElement;
  const drawn = (each) => {
    const style = getComputedStyle(each);
    return parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== "none" || style.boxShadow !== "none";
  };
  const around = here.closest("label");
  const is_seen = here === document.body || here.matches("main, [tabindex='-1']") || drawn(here)
    || (around && drawn(around));
  return { is_there: here.matches(selector), is_seen, html: here.outerHTML.slice(0, 120) };
}"""


def answer_by_keys(page: Page) -> None:
    """Give some answer to the question on the page without a pointer."""
    question = question_on(page)
    if question.locator("[data-ordering]").count():
        tab_to(page, "[data-move='1']")
        page.keyboard.press("Enter")
    elif question.locator("input[type=radio], input[type=checkbox]").count():
        tab_to(page, "fieldset input")
        page.keyboard.press("Space")
    else:
        for _ in range(question.locator("select, input[type=text]").count()):
            tab_to(page, "fieldset select, fieldset input")
            page.keyboard.press("ArrowDown" if page.evaluate("document.activeElement.matches('select')") else "7")


@one_screen
def test_reading_and_answering_without_script(enter: Enter) -> None:
    mina = enter("learner", java_script_enabled=False)
    page = mina.go(LESSON)
    for _ in range(page.locator("form[data-swap-form]").count()):
        form = page.locator("form[data-swap-form]").first
        answer_somehow(form)
        with page.expect_navigation():
            form.get_by_role("button", name="Check my answer").click()
    expect(page.locator(".question--reviewed").first).to_be_visible()
    mina.keep_picture("no-script-lesson")
    begin(mina)
    number, count = number_on(page)
    for _ in range(number, count + 1):
        answer_somehow(question_on(page))
        with page.expect_navigation():
            page.locator("button[name=go]").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All questions are answered")
    mina.press("Hand it in")
    expect(page).to_have_url(re.compile("/review$"))


@one_screen
def test_an_answer_given_without_a_network_is_kept_and_sent_later(enter: Enter) -> None:
    mina = enter("learner")
    page = begin(mina)
    page = mina.go(f"{page.url}?q=2")
    question = question_on(page)
    mina.cut_off(True)
    answer_somehow(question)
    expect(page.locator("[data-saved]")).to_contain_text("Not saved yet")
    mina.look("offline-not-saved", whole=False)
    mina.cut_off(False)
    expect_saved(page)
    given = filled(page)
    assert given
    page.reload()
    assert filled(page) == given
    expect_saved(page)


@one_screen
def test_an_answer_given_without_a_network_survives_a_closed_tab(enter: Enter) -> None:
    mina = enter("learner")
    page = begin(mina, "/learn/courses/escalation-handling/first-minute-check")
    address = f"{page.url}?q=1"
    mina.go(address)
    mina.cut_off(True)
    answer_somehow(question_on(page))
    expect(page.locator("[data-saved]")).to_contain_text("Not saved yet")
    given = filled(page)
    page.goto("about:blank")
    mina.cut_off(False)
    mina.go(address)
    assert filled(page) == given
    expect_saved(page)


def filled(page: Page) -> Any:
    """Return what the form of the attempt would send, without its token."""
    return page.evaluate(
        "[...new FormData(document.querySelector('form[data-attempt]'))].filter(([name]) => name !== 'csrf_token')"
    )


@one_screen
def test_begun_on_the_phone_and_carried_on_at_a_desk(enter: Enter) -> None:
    phone = enter("tom")
    page = begin(phone, "/learn/courses/leading-a-service-team/seven-ways-check")
    answer_somehow(question_on(page))
    expect_saved(page)
    with page.expect_navigation():
        page.locator("button[name=go]").first.click()
    desk = enter("tom", at="desk-light")
    page = desk.go("/learn/")
    desk.press("Carry on", "link")
    assert number_on(page)[0] == 2
    expect(page.locator(".strip__item--answered")).to_have_count(1)


@one_screen
@pytest.mark.parametrize("path", [LESSON, "/learn/courses/escalation-handling/what-it-costs"])
def test_the_first_lesson_page_is_light_and_still(enter: Enter, path: str) -> None:
    mina = enter("learner")
    # The same person in a browser that has nothing of ours in its cache.
    cold = enter("stranger", storage_state=mina.context.storage_state())
    wire = cold.context.new_cdp_session(cold.page)
    wire.send("Network.enable")
    kinds: dict[str, str] = {}
    names: dict[str, str] = {}
    sizes: dict[str, float] = {}
    wire.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    wire.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))
    wire.on(
        "Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]})
    )
    page = cold.go(path)
    page.wait_for_load_state("networkidle")
    total = sum(size for name, size in sizes.items() if kinds.get(name) not in ("Image", "Media"))
    assert total < 60_000, "\n".join(f"{size:.0f} {names[name]}" for name, size in sizes.items())
    page.mouse.wheel(0, 20_000)
    page.wait_for_timeout(300)
    assert page.evaluate(_SHIFT) == 0


_SHIFT = """new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 200);
})"""
