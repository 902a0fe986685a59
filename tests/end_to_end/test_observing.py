"""Sina observes a contact on her phone with the network gone in the middle, and Mina reads it first."""

import re

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select

from lms.accounts.tables import Person
from lms.coaching.notes.tables import CoachingNote
from lms.coaching.tables import Observation
from tests.end_to_end.conftest import Enter, one_screen
from tests.support.server import RunningServer

HEARD = "“Three calls is three too many. I have it now.”"


@one_screen
def test_an_observation_is_kept_without_a_network_and_given_once(enter: Enter, server: RunningServer) -> None:
    before = given_by_sina(server)
    sina = enter("manager")
    page = sina.go("/manage/coaching")
    sina.look("coaching-list")
    taps = Taps(page)
    with page.expect_navigation():
        taps.tap("link", "Observe", at=first_due(page))
    sina.look("coaching-form")
    taps.write("Words heard", HEARD)
    taps.mark(0, "2")
    taps.mark(1, "0")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    expect(page).to_have_url(re.compile(r"/observations/\d+$"))
    # The lift: nothing more reaches the server.
    sina.cut_off(True)
    taps.mark(2, "1")
    taps.mark(3, "2")
    taps.write("When it was", "When he said it was his third call")
    taps.write("What was said or done", "you named the three calls and said you had it")
    taps.write("What it did for the customer", "and he stopped going through them again")
    taps.write("If …", "somebody says it is the second time")
    taps.write("… then I …", "say what I will do first")
    taps.tap("button", "Give it to", at=page)
    # An impatient thumb presses twice.
    page.get_by_role("button", name="Give it to").click()
    expect(page.locator("[data-saved]")).to_contain_text("is given as soon as the network is back")
    assert given_by_sina(server) == before
    sina.keep_picture("coaching-offline")
    sina.cut_off(False)
    expect(page.get_by_text("not read yet")).to_be_visible()
    sina.look("coaching-given")
    assert given_by_sina(server) == before + 1
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('observation'))") == []
    assert taps.count <= 16, taps.count


@one_screen
def test_what_waits_in_a_closed_page_is_sent_from_the_list(enter: Enter, server: RunningServer) -> None:
    before = given_by_sina(server)
    sina = enter("manager")
    page = sina.go("/manage/coaching")
    with page.expect_navigation():
        first_due(page).get_by_role("link", name="Observe").first.click()
    sina.cut_off(True)
    page.get_by_label("Words heard").fill(HEARD)
    page.get_by_label("Words heard").blur()
    expect(page.locator("[data-saved]")).to_contain_text("kept in this browser")
    page.close()
    sina.cut_off(False)
    page = sina.page = sina.context.new_page()
    sina.go("/manage/coaching")
    expect(page.get_by_text("saved today").first).to_be_visible()
    # The page comes anew once everything is sent.
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('observation'))")
    assert given_by_sina(server) == before


@one_screen
def test_a_talk_is_kept_without_a_network_and_given_once(enter: Enter, server: RunningServer) -> None:
    sina = enter("manager")
    page = sina.go("/manage/coaching/talks")
    before = talks_of_sina(server)
    with page.expect_navigation():
        page.locator(".due-line").last.get_by_role("link", name="Talk").click()
    page.get_by_label("Numbers only").check()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    expect(page).to_have_url(re.compile(r"/talks/\d+$"))
    sina.cut_off(True)
    page.get_by_label("That, and numbers beside it").check()
    page.get_by_text("Which behaviour").click()
    page.locator("input[name=behaviours]").first.check()
    page.get_by_label("When and where it was").fill("yesterday, the second call after lunch")
    page.get_by_label("What was said or done").last.fill("you named both calls before you asked")
    page.get_by_label("What it did").fill("and he stopped repeating himself")
    page.get_by_label("Goal").fill("I want to hear it out first")
    page.get_by_label("Will").fill("from tomorrow I take my hands off the keys")
    expect(page.locator("[data-saved]")).to_contain_text("kept in this browser")
    # What the browser holds comes back into the form, ticks as well.
    sina.cut_off(False)
    page.reload()
    expect(page.get_by_label("Goal")).to_have_value("I want to hear it out first")
    expect(page.locator("input[name=behaviours]").first).to_be_checked()
    sina.cut_off(True)
    page.get_by_role("button", name="Give it to").click()
    page.get_by_role("button", name="Give it to").click()
    expect(page.locator("[data-saved]")).to_contain_text("is given as soon as the network is back")
    sina.look("talk-offline")
    assert talks_of_sina(server) == before
    sina.cut_off(False)
    expect(page.get_by_text("not read yet")).to_be_visible()
    assert talks_of_sina(server) == before + 1
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('talk'))") == []


def test_what_was_seen_is_read_answered_and_added_up(enter: Enter, server: RunningServer) -> None:
    mina_id = number_of(server, "mina")
    mina = enter("learner")
    page = mina.go("/learn/")
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("Read what was seen")).click()
    mina.look("feedback-one")
    if page.get_by_role("button", name="I have read it").is_visible():
        mina.press("I have read it")
    mina.go("/learn/feedback")
    mina.look("feedback")
    sina = enter("manager")
    for name, path in (
        ("coaching", "/manage/coaching"),
        ("coaching-form", f"/manage/coaching/observations/new?person={mina_id}"),
        ("coaching-person", f"/manage/coaching/people/{mina_id}"),
    ):
        sina.go(path)
        sina.look(name)
    sina.go("/manage/coaching")
    sina.press("What was seen in this team", "link")
    sina.look("coaching-figures")


def number_of(server: RunningServer, sign_in_name: str) -> int:
    """Return somebody's number."""
    with server.records() as session:
        return session.scalars(select(Person.id).where(Person.sign_in_name == sign_in_name)).one()


class Taps:
    """A thumb on a page, counted; a field to write in takes one."""

    def __init__(self, page: Page) -> None:
        """Begin at none."""
        self.page, self.count = page, 0

    def tap(self, role: str, name: str, *, at: Page | Locator) -> None:
        """Press what has this role and name."""
        self.count += 1
        at.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]  # a role's name

    def mark(self, number: int, score: str) -> None:
        """Mark the criterion with this number on the form."""
        self.count += 1
        self.page.locator(f".look >> nth={number}").locator(f"input[value='{score}']").check()

    def write(self, label: str, text: str) -> None:
        """Tap a field and write."""
        self.count += 1
        self.page.get_by_label(label, exact=True).fill(text)


def first_due(page: Page) -> Locator:
    """Return the line of whoever is due first."""
    return page.locator(".due-line").first


def talks_of_sina(server: RunningServer) -> int:
    """Return how many talks Sina has given."""
    with server.records() as session:
        mine = select(func.count(CoachingNote.id)).join(Person, Person.id == CoachingNote.coach_id)
        return session.scalar(mine.where(Person.sign_in_name == "sina", CoachingNote.state == "given")) or 0


def given_by_sina(server: RunningServer) -> int:
    """Return how many observations Sina has given."""
    with server.records() as session:
        mine = select(func.count(Observation.id)).join(Person, Person.id == Observation.observer_id)
        return session.scalar(mine.where(Person.sign_in_name == "sina", Observation.state != "draft")) or 0
