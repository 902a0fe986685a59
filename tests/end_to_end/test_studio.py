"""The studio: somebody who has never seen Markdown writes a scenario; two write one file; a tab dies; no mouse."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.end_to_end.conftest import Enter, one_screen
from tests.support.chromium import PICTURES, Walker
from tests.support.server import RunningServer

LESSON = """\
---
title: The kettle
minutes: 2
---

## Why it works

Nobody listens to a question while they still wait to be heard.
"""


def text_of(page: Page) -> str:
    """Return the text in the editor, as the form would send it."""
    return str(page.evaluate("document.querySelector('[data-form]').elements.text.value"))


def look_of(page: Page) -> FrameLocator:
    """Return the learner's page beside the text."""
    return page.frame_locator("[data-frame]")


def show(walker: Walker, side: str) -> None:
    """Show the text or the page where one screen has not room for both."""
    button = walker.page.get_by_role("group", name="What to see").get_by_role("button", name=side)
    if button.is_visible():
        button.click()


def at_end(page: Page) -> None:
    """Put the cursor behind the last letter."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")


def write_file(server: RunningServer, slug: str, name: str, text: str) -> Path:
    """Write a file of a course as an editor or git would."""
    courses = Path(server.environment["LMS_COURSES_FOLDER"])
    (courses / slug).mkdir(exist_ok=True)
    if not (courses / slug / "course.md").exists():
        (courses / slug / "course.md").write_text(f"---\ntitle: {slug}\n---\n\nHello.\n")
    (courses / slug / name).write_text(text)
    return courses / slug / name


def test_a_first_scenario_screen_by_screen(enter: Enter, server: RunningServer, screen: str) -> None:
    tom = enter("trainer")
    page = tom.go("/teach/")
    tom.press("New course", "link")
    tom.look("studio-1-new-course")
    page.get_by_label("What is it called?").fill(f"Kettles {screen}")
    tom.press("Make the course")
    expect(page.locator(".cm-content")).to_be_visible()
    tom.look("studio-2-front-page")
    page.get_by_role("link", name=f"Kettles {screen}").first.click()
    expect(page.get_by_role("heading", name="Add something")).to_be_visible()
    page.get_by_label("What is it?").select_option("scenario")
    page.get_by_label("Its title").fill("The leaking kettle")
    tom.look("studio-3-tree")
    tom.press("Begin with an example")
    expect(page.get_by_text("You cannot break anything")).to_be_visible()
    expect(page.get_by_text("Nothing: every link leads somewhere")).to_be_visible()
    tom.look("studio-4-example")

    # A new way through: a choice that leads to a moment that is not there yet.
    at_end(page)
    page.get_by_role("group", name="Put in").get_by_role("button", name="Moment").click()
    page.keyboard.type("The caller asks for your name")
    expect(page.get_by_text("Nobody ever comes to")).to_be_visible()
    tom.look("studio-5-something-to-mend")
    show(tom, "Look")
    expect(look_of(page).get_by_role("heading", name="The caller asks for your name")).to_be_visible()
    tom.look("studio-6-as-learners-see-it", whole=False)
    page.get_by_role("button", name="Play it").click()
    choices = look_of(page).locator("[name=choice]")
    expect(choices.first).to_be_visible()
    while choices.count():
        chosen = choices.first.get_attribute("value")
        choices.first.click()
        expect(look_of(page).locator(f"[name=choice][value='{chosen}']")).to_have_count(0)
    expect(look_of(page).get_by_role("heading", level=1)).to_be_visible()
    tom.look("studio-6-played", whole=False)
    page.get_by_role("button", name="Every moment").click()
    expect(look_of(page).get_by_role("heading", name="The caller asks for your name")).to_be_visible()
    show(tom, "Write")
    # Taken back, letter by letter, all is well again.
    page.locator(".cm-content").click()
    for _ in range(40):
        if "The caller asks" not in text_of(page) and "What one might say instead" not in text_of(page):
            break
        page.keyboard.press("Control+z")
    expect(page.get_by_text("Nothing: every link leads somewhere")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-saved]")).to_contain_text("It waits until somebody publishes it")
    tom.look("studio-7-saved")
    file = Path(server.environment["LMS_COURSES_FOLDER"]) / f"kettles-{screen}" / "01-the-leaking-kettle.md"
    assert file.read_text().startswith("---\ntitle: The leaking kettle\nkind: scenario\n")


def test_what_is_wrong_is_mended_with_one_press(enter: Enter, server: RunningServer, screen: str) -> None:
    slug = f"mending-{screen}"
    file = write_file(server, slug, "01-kettle.md", LESSON.replace("minutes:", "minuts:"))
    tom = enter("trainer")
    page = tom.go(f"/teach/studio/{slug}/files/01-kettle.md")
    page.get_by_role("button", name="Mend it: minutes").click()
    expect(page.get_by_text("Nothing: every link leads somewhere")).to_be_visible()
    at_end(page)
    page.get_by_role("button", name="Moment", exact=True).click()
    expect(page.locator("[data-studio]")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert "{.moment #kettle-1}" in file.read_text() and "minutes: 2" in file.read_text()

    # The question is tried in the learner's page, and feedback is what a learner would read.
    show(tom, "Look")
    look_of(page).get_by_label("What helps.").check()
    look_of(page).get_by_role("button", name="Check my answer").click()
    expect(look_of(page).get_by_text("Why it helps.")).to_be_visible()
    tom.look("studio-tried", whole=False)
    look_of(page).get_by_role("link", name="Answer again").click()
    expect(look_of(page).get_by_role("button", name="Check my answer")).to_be_visible()


@one_screen
def test_two_people_on_one_file_lose_nothing(enter: Enter, server: RunningServer) -> None:
    file = write_file(server, "two-people", "01-kettle.md", LESSON)
    tom, ada = enter("trainer", "desk-light"), enter("administrator", "desk-light")
    for walker in (tom, ada):
        walker.go("/teach/studio/two-people/files/01-kettle.md")
        expect(walker.page.locator(".cm-content")).to_be_visible()
    ada.page.reload()
    expect(ada.page.get_by_text("has this file open as well")).to_be_visible()
    for walker, words in ((tom, "Written by Tom."), (ada, "Written by the other.")):
        at_end(walker.page)
        walker.page.keyboard.type(f"\n{words}\n")
    tom.page.get_by_role("button", name="Save", exact=True).click()
    expect(tom.page.get_by_text("Saved.")).to_be_visible()
    with ada.page.expect_navigation():
        ada.page.get_by_role("button", name="Save", exact=True).click()
    expect(ada.page.get_by_role("heading", name="Somebody saved this file")).to_be_visible()
    expect(ada.page.get_by_role("deletion").filter(has_text="Written by Tom.")).to_be_visible()
    ada.look("studio-conflict")
    assert "Written by Tom." in file.read_text() and "Written by the other." not in file.read_text()
    # She takes over what Tom wrote, and then both are in the file.
    expect(ada.page.locator(".cm-content")).to_be_visible()
    at_end(ada.page)
    ada.page.keyboard.type("Written by Tom.\n")
    ada.page.get_by_role("button", name="Save", exact=True).click()
    expect(ada.page.get_by_text("Saved.")).to_be_visible()
    assert "Written by Tom." in file.read_text() and "Written by the other." in file.read_text()


@one_screen
def test_a_tab_that_dies_and_a_network_that_is_away_lose_nothing(enter: Enter, server: RunningServer) -> None:
    write_file(server, "dying-tab", "01-kettle.md", LESSON)
    tom = enter("trainer", "desk-light")
    page = tom.go("/teach/studio/dying-tab/files/01-kettle.md")
    expect(page.locator(".cm-content")).to_be_visible()
    at_end(page)
    page.keyboard.type("\nKept by the server.\n")
    expect(page.get_by_text("Not saved yet; kept")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="This is what you typed and did not save")).to_be_visible()
    assert "Kept by the server." in text_of(page)
    tom.look("studio-not-saved")

    tom.cut_off(True)
    at_end(page)
    page.keyboard.type("\nKept by the browser.\n")
    expect(page.get_by_text("kept in this browser until")).to_be_visible()
    # The tab dies without a word to anybody; its storage is all that is left.
    page.context.new_page()
    page.close()
    tom.cut_off(False)
    tom.page = page.context.pages[0]
    page = tom.go("/teach/studio/dying-tab/files/01-kettle.md")
    expect(page.get_by_text("this browser kept it")).to_be_visible()
    assert "Kept by the browser." in text_of(page) and "Kept by the server." in text_of(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.reload()
    expect(page.locator(".cm-content")).to_be_visible()
    expect(page.get_by_text("did not save")).to_have_count(0)
    assert "Kept by the browser." in text_of(page)


@one_screen
def test_who_was_signed_out_meanwhile_is_told_and_loses_nothing(enter: Enter, server: RunningServer) -> None:
    write_file(server, "signed-out", "01-kettle.md", LESSON)
    tom = enter("trainer", "desk-light")
    page = tom.go("/teach/studio/signed-out/files/01-kettle.md")
    expect(page.locator(".cm-content")).to_be_visible()
    cookies = page.context.cookies()
    page.context.clear_cookies()
    at_end(page)
    page.keyboard.type("\nTyped too late.\n")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="This page waited too long")).to_be_visible()
    # Chromium writes each refusal to its console.
    tom.faults = [fault for fault in tom.faults if "400 (BAD REQUEST)" not in fault]
    page.context.add_cookies(cookies)
    page = tom.go("/teach/studio/signed-out/files/01-kettle.md")
    expect(page.get_by_text("this browser kept it")).to_be_visible()
    assert "Typed too late." in text_of(page)


@one_screen
def test_everything_is_done_by_keyboard(enter: Enter, server: RunningServer) -> None:
    file = write_file(server, "by-keyboard", "01-kettle.md", LESSON.replace("minutes:", "minuts:"))
    tom = enter("trainer", "desk-light")
    page = tom.go("/teach/studio/by-keyboard/files/01-kettle.md")
    expect(page.locator(".to-mend__cure")).to_be_visible()
    reached: list[str] = []

    def tab_to(is_there: Callable[[str], bool], most: int = 60) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            name = page.evaluate(
                "(() => { const at = document.activeElement;"
                " return (at.getAttribute('aria-label') ?? at.textContent).trim() })()"
            )
            reached.append(name)
            if is_there(name):
                return
        raise AssertionError(f"never reached; passed {reached}")

    tab_to(lambda name: name == "Rule card")
    page.keyboard.press("Enter")
    page.keyboard.type("When something broke, I name it.")
    assert "- When something broke, I name it." in text_of(page)
    # Out of the text by Tab: it holds nobody back.
    tab_to(lambda name: name == "Mend it: minutes")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert "minutes: 2" in file.read_text() and "{.rule}" in file.read_text()
    # Completion: what a section is for.
    at_end(page)
    page.keyboard.type("\n\n## On the job {.job")
    expect(page.get_by_role("option", name=".job-aid")).to_be_visible()
    # What is pressed in the very moment the list appears is meant for the text.
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name=".job-aid")).to_have_count(0)
    assert "## On the job {.job-aid" in text_of(page)


@one_screen
def test_a_picture_is_asked_for_its_words_and_put_in(enter: Enter, server: RunningServer) -> None:
    file = write_file(server, "pictures", "01-kettle.md", LESSON)
    tom = enter("trainer")
    page = tom.go("/teach/studio/pictures/files/01-kettle.md")
    expect(page.locator(".cm-content")).to_be_visible()
    at_end(page)
    picture = next(PICTURES.glob("*.png"), None)
    if picture is None:
        PICTURES.mkdir(exist_ok=True)
        picture = PICTURES / "studio-picture.png"
        page.screenshot(path=picture)
    page.get_by_role("button", name="Picture or sound").click()
    page.get_by_label("The file, at most 15 MB").set_input_files(picture)
    page.get_by_role("button", name="Put it in").click()
    expect(page.get_by_text("Say what it shows first.")).to_be_visible()
    page.get_by_label("What does it show").fill("A page [of ours]")
    tom.look("studio-picture", whole=False)
    page.get_by_role("button", name="Put it in").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    show(tom, "Look")
    expect(look_of(page).get_by_role("img", name="A page of ours")).to_be_visible()
    show(tom, "Write")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert re.search(r"!\[A page of ours\]\(media/[a-z0-9-]+\.png\)", file.read_text())
    assert list((file.parent / "media").iterdir())


# A red dot, as a browser hands over what is dropped or pasted: files in a DataTransfer.
GIVE = """async ({kind, name, words}) => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 8, height: 8});
  canvas.getContext('2d').fillRect(0, 0, 8, 8);
  const blob = words ? new Blob([words]) : await new Promise((done) => canvas.toBlob(done, 'image/png'));
  const given = new DataTransfer();
  given.items.add(new File([blob], name, {type: words ? 'image/svg+xml' : 'image/png'}));
  const roots = [document, ...[...document.querySelectorAll('*')].map((each) => each.shadowRoot).filter(Boolean)];
  const text = roots.map((root) => root.querySelector('.cm-content')).find(Boolean);
  const how = {bubbles: true, cancelable: true, composed: true};
  const event = kind === 'paste' ? new ClipboardEvent(kind, {...how, clipboardData: given})
    : new DragEvent(kind, {...how, dataTransfer: given});
  text.dispatchEvent(event);
}"""


@one_screen
@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_dropped_or_pasted_asks_for_its_words(enter: Enter, server: RunningServer, kind: str) -> None:
    file = write_file(server, f"given-{kind}", "01-kettle.md", LESSON)
    tom = enter("trainer")
    page = tom.go(f"/teach/studio/given-{kind}/files/01-kettle.md")
    expect(page.locator(".cm-content")).to_be_visible()
    at_end(page)
    page.evaluate(GIVE, {"kind": kind, "name": "Red dot.png"})
    expect(page.get_by_role("dialog").get_by_text("Red dot.png")).to_be_visible()
    page.get_by_label("What does it show").fill("A dark square")
    page.get_by_role("button", name="Put it in").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert file.read_text() == LESSON + "\n![A dark square](media/red-dot.png)\n"
    assert (file.parent / "media" / "red-dot.png").read_bytes().startswith(b"\x89PNG")


@one_screen
def test_a_dropped_file_of_text_is_never_poured_into_the_text(enter: Enter, server: RunningServer) -> None:
    write_file(server, "poured", "01-kettle.md", LESSON)
    tom = enter("trainer")
    page = tom.go("/teach/studio/poured/files/01-kettle.md")
    expect(page.locator(".cm-content")).to_be_visible()
    at_end(page)
    page.evaluate(GIVE, {"kind": "drop", "name": "notes.svg", "words": "<svg xmlns='x'></svg>"})
    expect(page.get_by_role("dialog").get_by_text("notes.svg")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    page.wait_for_timeout(300)
    assert text_of(page) == LESSON


@one_screen
def test_without_scripts_the_text_is_edited_and_saved(enter: Enter, server: RunningServer) -> None:
    file = write_file(server, "no-script", "01-kettle.md", LESSON)
    tom = enter("trainer", java_script_enabled=False)
    page = tom.go("/teach/studio/no-script/files/01-kettle.md")
    page.get_by_label("The text").fill(LESSON + "\nBy hand.\n")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert file.read_text() == LESSON + "\nBy hand.\n"
    expect(look_of(page).get_by_text("By hand.")).to_be_visible()
