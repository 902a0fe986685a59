"""The six real scenarios, played to every ending: by touch, by keys, by keyboard, and without a script."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lms.scenario.passing import draws_of, reports_of
from lms.scenario.scoring import Report
from lms.settings import ROOT
from tests.end_to_end.conftest import Enter, one_screen
from tests.support.chromium import Walker
from tests.support.plays import a_play

COURSE = "/learn/courses/escalation-handling"
FILES = {
    file.stem: text
    for file in sorted((ROOT / "courses" / "escalation-handling").glob("*.md"))
    if "\nkind: scenario\n" in (text := file.read_text())
}
# Chance draws one of two: so often in a row it draws the other only once in a thousand walks.
MOST_BEGINNINGS = 12
Press = Callable[[Page, str], None]


def by_mouse(page: Page, choice_id: str) -> None:
    page.locator(f'[data-choice][value="{choice_id}"]').click()


def by_number(page: Page, choice_id: str) -> None:
    offered = page.locator("[data-choice]").evaluate_all("all => all.map(each => each.value)")
    page.keyboard.press(str(offered.index(choice_id) + 1))


def by_tab(page: Page, choice_id: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == choice_id:
            break
    page.keyboard.press("Enter")


WAYS: list[tuple[Press, str, bool]] = [
    (by_mouse, "phone-light", True),
    (by_number, "desk-dark", True),
    (by_mouse, "desk-light", False),  # without a script
    (by_tab, "desk-light", True),
    (by_mouse, "phone-dark", True),
    (by_number, "desk-light", True),
]


def ways_to_every_ending(text: str) -> dict[str, Report]:
    """Return a run for each ending, the best that leads there."""
    play = a_play(text)
    best: dict[str, Report] = {}
    for drawn in draws_of(play.scenario):
        for report in reports_of(play.scenario, play.rule, drawn):
            known = best.get(report.end.moment_id)
            if known is None or (report.score, -len(report.turns)) > (known.score, -len(known.turns)):
                best[report.end.moment_id] = report
    assert set(best) == {moment.id for moment in play.scenario.all_moments if moment.outcome}
    return best


@one_screen
@pytest.mark.parametrize(("name", "way"), list(zip(FILES, WAYS, strict=True)), ids=list(FILES))
def test_it_plays_to_every_ending(enter: Enter, name: str, way: tuple[Press, str, bool]) -> None:
    press, screen, has_script = way
    walker = enter("administrator", at=screen, java_script_enabled=has_script)
    scenario = a_play(FILES[name]).scenario
    at = f"{COURSE}/{name.split('-', 1)[1]}"
    for ending, report in ways_to_every_ending(FILES[name]).items():
        page = play_to(walker, at, report, press)
        expect(page.get_by_role("heading", level=1)).to_have_text(scenario.moment(ending).title)
        result = page.get_by_label("Your result")
        expect(result).to_contain_text("Passed" if report.passed else "Not passed yet")
        expect(result).to_contain_text(f"{int(100 * report.score + 1e-7)}%")
        expect(page.locator(".heat-line__point")).to_have_count(len(report.heat))
        if report.costly is None:
            expect(page.get_by_text("Nothing was given away")).to_be_visible()
        else:
            expect(page.get_by_role("button", name="Play on from the costly moment")).to_be_visible()
    if has_script:
        walker.look(f"scenario-{name}-ending")


def play_to(walker: Walker, at: str, report: Report, press: Press) -> Page:
    """Play the turns of this report; when chance drew otherwise, to any ending and again from the start."""
    for _ in range(MOST_BEGINNINGS):
        page = walker.go(at)
        with page.expect_navigation():
            page.get_by_role("button", name=re.compile("^(Begin|Play it again)")).click()
        for turn in report.turns:
            if not page.locator(f'[data-choice][value="{turn.choice.id}"]').count():
                break
            choose(page, turn.choice.id, press)
        if not page.locator("[data-choice]").count():
            return page
        while page.locator("[data-choice]").count():
            choose(page, page.locator("[data-choice]").first.get_attribute("value") or "", by_mouse)
    raise AssertionError(f"chance never drew what leads to {report.end.moment_id}")


def choose(page: Page, choice_id: str, press: Press) -> None:
    """Choose, and wait for what follows: another turn, or the ending's page."""
    turn = page.locator("[data-moves] [name=turn]").get_attribute("value")
    press(page, choice_id)
    expect(page.locator(f'[data-moves] [name=turn][value="{turn}"]')).to_have_count(0)
    page.wait_for_load_state("load")


def test_a_conversation_on_every_screen(enter: Enter) -> None:
    walker = enter("administrator")
    page = walker.go(f"{COURSE}/third-call")
    walker.look("scenario-front")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^(Begin|Play it again)")).click()
    walker.look("scenario-first-moment")
    choose(page, first_choice("18-third-call", "Happy to look"), by_mouse)
    walker.look("scenario-next-moment")
    # Reading goes on where something new begins, and a screen reader is told what moved.
    assert page.evaluate("document.activeElement.getAttribute('aria-labelledby')") == "said"
    expect(page.locator("[data-run-said]")).to_have_text(re.compile("heat rose by 1"))
    walker.go("/learn/")
    expect(page.get_by_text("You are in the middle of this conversation")).to_be_visible()
    page = walker.press("Carry on", "link")
    expect(page.get_by_role("heading", name="She is shouting")).to_be_visible()
    while page.locator("[data-choice]").count():
        choose(page, page.locator("[data-choice]").first.get_attribute("value") or "", by_mouse)
    walker.look("scenario-ending")
    with page.expect_navigation():
        page.get_by_role("button", name="Play on from the costly moment").click()
    expect(page.get_by_text("practice").first).to_be_visible()
    while page.locator("[data-choice]").count():
        choose(page, page.locator("[data-choice]").last.get_attribute("value") or "", by_mouse)
    expect(page.get_by_label("Your result")).to_contain_text("Practice from a moment on")
    walker.look("scenario-practice-ending")


@one_screen
def test_a_conversation_fits_into_320_pixels(enter: Enter) -> None:
    walker = enter("administrator", viewport={"width": 320, "height": 640})
    page = walker.go(f"{COURSE}/have-you-got-a-minute")
    walker.note_sideways()
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^(Begin|Play it again)")).click()
    while page.locator("[data-choice]").count():
        walker.note_sideways()
        choose(page, page.locator("[data-choice]").first.get_attribute("value") or "", by_mouse)
    walker.note_sideways()


def first_choice(name: str, said: str) -> str:
    """Return the id of the choice of the first moment that begins like this."""
    (found,) = [
        each.id for each in a_play(FILES[name]).scenario.moments[0].choices if each.text_html.startswith(said)
    ]
    return found
