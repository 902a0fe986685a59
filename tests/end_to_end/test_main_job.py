"""The main job once through: a newcomer is let in, reads, is asked, is certified, is seen and is believed."""

import re

from playwright.sync_api import Page, expect

from lms.accounts import actions
from lms.accounts import queries as people
from lms.clock import utc_now
from lms.quiz.question import Question
from lms.store import writing
from tests.end_to_end.answering import answer_rightly, expect_saved, id_of, number_on, question_on, questions_of
from tests.end_to_end.conftest import Enter, one_screen
from tests.end_to_end.test_learner import assert_pdf
from tests.end_to_end.test_scenarios import FILES, by_mouse, choose
from tests.support.plays import a_play
from tests.support.server import RunningServer

NAME = "Nell Ó Briain-Nakamura"


@one_screen
def test_a_newcomer_goes_from_the_first_page_to_a_certificate(enter: Enter, server: RunningServer) -> None:
    known = join(server)
    nell = enter("nell")
    page = nell.go("/learn/courses/escalation-handling")
    nell.press("Begin")
    while "/learn/courses/escalation-handling?" not in page.url:
        if page.locator("[data-lesson]").count():
            read(page, known)
            nell.press("Done")
        else:
            if page.get_by_text("A conversation to play").count():
                nell.press("Begin")
                converse(page)
                expect(page.get_by_label("Your result")).to_contain_text("Passed")
            else:
                nell.press("Begin the quiz")
                take(page, known)
                nell.press("Hand it in")
                expect(page.get_by_role("heading", level=1)).to_have_text("Passed")
                nell.look("newcomer-passed")
            onward = page.locator("a.button--primary").first
            with page.expect_navigation():
                onward.click()
            if page.url.endswith("/learn/courses/escalation-handling") or "certificates" in page.url:
                break
    nell.go("/learn/courses/escalation-handling")
    expect(page.get_by_text("Certificate").first).to_be_visible()
    nell.look("newcomer-finished")
    nell.go("/learn/")
    nell.press("Certificate", "link")
    expect(page.locator(".certificate__name")).to_have_text(NAME)
    address = page.get_by_role("link", name="PDF for A4").get_attribute("href")
    assert address
    assert_pdf(nell, address)

    verify = page.get_by_label("Link to check this certificate").input_value()
    stranger = enter("stranger")
    stranger.go(re.sub(r"^https?://[^/]+", server.origin, verify))
    expect(stranger.page.get_by_role("heading", level=1)).to_have_text("This certificate is valid")
    expect(stranger.page.locator(".certificate__name")).to_have_text(NAME)

    sina = enter("manager", at="desk-light")
    sina.press("Phones", "link")
    sina.page.get_by_label("Name", exact=True).fill("nell")
    sina.press("Show")
    expect(sina.page.locator("table.people tbody tr")).to_contain_text("Done")


def converse(page: Page) -> None:
    """Say the best at every moment, up to the ending."""
    worth = {
        choice.id: choice.worth
        for text in FILES.values()
        for moment in a_play(text).scenario.all_moments
        for choice in moment.choices
    }
    while offered := page.locator("[data-choice]").evaluate_all("all => all.map(each => each.value)"):
        choose(page, max(offered, key=worth.__getitem__), by_mouse)


def join(server: RunningServer) -> dict[str, Question]:
    """Let Nell into Sina's team; returns the questions she will be asked, with their keys."""
    with server.records() as session:
        phones = next(team for team in people.teams(session, utc_now().date()) if team.code == "phones")
        with writing(session):
            person_id = actions.add_person(
                session, now=utc_now(), name=NAME, sign_in_name="nell", time_zone="Europe/London"
            )
            actions.join_team(session, person_id, phones.id, utc_now().date())
        return questions_of(session, "escalation-handling")


def read(page: Page, known: dict[str, Question]) -> None:
    """Answer every question of the lesson rightly."""
    forms = page.locator("form[data-swap-form]")
    while count := forms.count():
        answer_rightly(forms.first, known[id_of(forms.first)])
        forms.first.get_by_role("button", name="Check my answer").click()
        expect(forms).to_have_count(count - 1)


def take(page: Page, known: dict[str, Question]) -> None:
    """Answer every question of the attempt rightly, up to the page that hands in."""
    _, count = number_on(page)
    for _ in range(count):
        question = question_on(page)
        answer_rightly(question, known[id_of(question)])
        expect_saved(page)
        with page.expect_navigation():
            page.locator("button[name=go]").first.click()
