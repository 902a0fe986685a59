"""How a person answers a question that stands on a page, whatever its type, with a pointer or without script."""

from playwright.sync_api import Locator, Page, expect
from sqlalchemy.orm import Session

from lms.content import queries as content
from lms.content.course import Lesson, Quiz
from lms.quiz.marking import right_response
from lms.quiz.question import Question


def questions_of(session: Session, slug: str) -> dict[str, Question]:
    """Return every question of the course's current release by its id, key and all."""
    course = content.find_course(session, slug)
    assert course
    asking = [activity for activity in course.activities if isinstance(activity, Lesson | Quiz)]
    return {question.id: question for activity in asking for question in activity.questions}


def id_of(question: Locator) -> str:
    """Return the id of a question on a page: its form says where the answer goes."""
    action = question.locator("xpath=ancestor-or-self::form").get_attribute("action")
    assert action
    return action.rsplit("/", 1)[1]


def answer_rightly(question: Locator, known: Question) -> None:
    """Give the answer that earns everything."""
    response = right_response(known)
    if isinstance(response, str) and question.locator("input[type=radio]").count():
        question.locator(f'input[value="{response}"]').check()
    elif isinstance(response, str):
        question.locator("input[type=text]").fill(response)
    elif isinstance(response, list) and question.locator("input[type=checkbox]").count():
        for option in response:
            question.locator(f'input[value="{option}"]').check()
    elif isinstance(response, list):
        for gap, word in zip(question.locator("input[type=text]").all(), response, strict=True):
            gap.fill(word)
    elif question.locator("[data-ordering]").count():
        _put_in_order(question, {name: int(place) for name, place in response.items()})
    else:
        for name, chosen in response.items():
            if question.locator(".sorting").count():
                question.locator(f'input[name="response-{name}"][value="{chosen}"]').check()
            else:
                question.locator(f'select[name="response-{name}"]').select_option(str(chosen))


def _put_in_order(question: Locator, places: dict[str, int]) -> None:
    selects = question.locator("[data-step] select")
    if selects.first.is_visible():
        for name, place in places.items():
            question.locator(f'select[name="response-{name}"]').select_option(str(place))
        return
    # One move even when the order stands already: without one nothing has been said.
    question.locator("[data-step]").first.locator("[data-move='1']").click()
    for wanted in range(1, len(places) + 1):
        while (here := _order(question, places).index(wanted)) >= wanted:
            question.locator("[data-step]").nth(here).locator("[data-move='-1']").click()


def _order(question: Locator, places: dict[str, int]) -> list[int]:
    names = [select.get_attribute("name") or "" for select in question.locator("[data-step] select").all()]
    return [places[name.removeprefix("response-")] for name in names]


def answer_somehow(question: Locator) -> None:
    """Give some answer: the first of what can be chosen, a word where one is typed."""
    choices = question.locator("input[type=radio], input[type=checkbox]")
    if choices.count():
        choices.first.check()
        return
    for place in question.locator("input[type=text]").all():
        place.fill("7")
    lists = question.locator("select")
    if lists.count() and not lists.first.is_visible():
        question.locator("[data-move='1']").first.click()
        return
    for number, each in enumerate(lists.all(), start=1):
        each.select_option(index=number)


def expect_saved(page: Page) -> None:
    """Wait until the page says that the answer is kept."""
    expect(page.locator("[data-saved]")).to_contain_text("Saved")


def question_on(page: Page) -> Locator:
    """Return the one question of an attempt's page."""
    return page.locator("form[data-attempt] fieldset.question")


def number_on(page: Page) -> tuple[int, int]:
    """Return which question of how many stands on an attempt's page."""
    words = page.locator("h1").inner_text().split()
    return int(words[1]), int(words[3])
