"""Taking a quiz: the front, the attempt, saving with and without a script, time, handing in, the review."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.progress.tables import Answer, Attempt
from tests.support.browser import Browser
from tests.support.doors import Clock
from tests.support.learning import (
    HOME,
    QUIZ_AT,
    Enter,
    Publish,
    compiled,
    enter,
    option,
    pass_quiz,
    publish,
    time,
)

__all__ = ["compiled", "enter", "publish", "time"]
JSON = {"Accept": "application/json"}


def begin(browser: Browser) -> str:
    """Begin an attempt; returns its address."""
    return str(browser.post(f"{QUIZ_AT}/attempts").location)


def test_the_front_says_what_is_asked(enter: Enter) -> None:
    page = enter("lena").get(QUIZ_AT).text
    for words in ("2 questions", "about 2 minutes", "Passed with 80% or more", "Take it as often as you like",
                  "No time limit", "you see what was right and why", "Begin the quiz"):  # fmt: skip
        assert words in page


def test_the_front_counts_attempts_and_time(enter: Enter, publish: Publish) -> None:
    lena = enter("lena")
    publish("never", "attempts: 2\nminutes-allowed: 10\n")
    page = lena.get(QUIZ_AT).text
    assert (
        "2 attempts left." in page and "Time limit: 10 minutes" in page and "the right answers stay closed" in page
    )
    attempt = begin(lena)
    page = lena.get(QUIZ_AT).text
    assert "1 attempt left after this one." in page and "Carry on with your attempt" in page
    assert "Ends at 10:40" in lena.get(attempt).text
    lena.post(f"{attempt}/submit")
    lena.post(f"{begin(lena)}/submit")
    assert "All attempts are used." in lena.get(QUIZ_AT).text
    assert lena.post(f"{QUIZ_AT}/attempts").location == QUIZ_AT


def test_an_attempt_is_begun_once(enter: Enter, session: Session) -> None:
    lena = enter("lena")
    assert begin(lena) == begin(lena)
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_it_goes_on_at_the_first_question_without_an_answer(enter: Enter) -> None:
    lena = enter("lena")
    attempt = begin(lena)
    page = lena.get(attempt).text
    assert "Question 1 of 2" in page and "ocelot" not in page
    following = lena.post(f"{attempt}/answers/many", {"response": option(page, "Two"), "go": "2"})
    assert following.location == f"{attempt}?q=2"
    phone = enter("lena").get(attempt).text
    assert "Question 2 of 2" in phone and "strip__item--answered" in phone
    assert "Saved 10:30" in lena.get(f"{attempt}?q=1").text
    last = lena.post(f"{attempt}/answers/word", {"response": "hive", "go": "check"})
    assert "All questions are answered" in lena.get(last.location).text
    assert "All questions are answered" in lena.get(attempt).text


def test_going_on_without_an_answer_saves_nothing(enter: Enter, session: Session) -> None:
    lena = enter("lena")
    attempt = begin(lena)
    assert lena.post(f"{attempt}/answers/many", {"go": "2"}).location == f"{attempt}?q=2"
    assert "2 questions have no answer yet" in lena.get(f"{attempt}?q=check").text
    assert session.scalar(select(func.count()).select_from(Answer)) == 0


@pytest.mark.parametrize("wanted", ["0", "99", "-1", "abc", "²", "1e9", "check2"])
def test_odd_numbers_lead_to_a_question(enter: Enter, wanted: str) -> None:
    lena = enter("lena")
    assert "Question " in lena.get(f"{begin(lena)}?q={wanted}").text


def test_an_odd_goal_leads_nowhere_else(enter: Enter) -> None:
    lena = enter("lena")
    attempt = begin(lena)
    assert lena.post(f"{attempt}/answers/many", {"go": "//evil.example"}).location == attempt


def test_a_script_saves_and_hears_the_time(enter: Enter) -> None:
    lena = enter("lena")
    attempt = begin(lena)
    chosen = {"response": option(lena.get(attempt).text, "Four")}
    answer = lena.post(f"{attempt}/answers/many", chosen, status=200, headers=JSON)
    assert answer.json == {"is_saved": True, "time": "10:30"}
    assert lena.post(f"{attempt}/answers/many", status=200, headers=JSON).json["is_saved"] is False
    lena.post(f"{attempt}/submit")
    late = lena.post(f"{attempt}/answers/many", chosen, status=409, headers=JSON)
    assert late.json == {"is_saved": False, "is_over": True, "href": f"{attempt}/review"}


@pytest.mark.parametrize(("question", "response", "status"), [
    ("many", "nonsense", 400), ("many", "x" * 5_000, 400), ("word", "y" * 5_000, 400), ("now", "x", 404),
    ("none", "x", 404),
])  # fmt: skip
def test_what_no_page_of_ours_sends_is_refused(enter: Enter, question: str, response: str, status: int) -> None:
    lena = enter("lena")
    lena.post(f"{begin(lena)}/answers/{question}", {"response": response}, status=status)


def test_nobody_else_comes_near_an_attempt(enter: Enter, session: Session) -> None:
    lena = enter("lena")
    attempt = begin(lena)
    for name in ("otto", "mia", "tom", "ada"):
        other = enter(name)
        other.get(attempt, 404)
        other.get(f"{attempt}/review", 404)
        other.post(f"{attempt}/answers/word", {"response": "hive"}, status=404)
        other.post(f"{attempt}/submit", status=404)
    session.rollback()
    assert session.scalar(select(Attempt.submitted_at)) is None
    assert session.scalar(select(func.count()).select_from(Answer)) == 0


def test_handing_in_twice_shows_the_same_result(enter: Enter) -> None:
    lena = enter("lena")
    review = pass_quiz(lena)
    first = lena.get(review).text
    assert lena.post(review.replace("/review", "/submit")).location == review
    assert _result(lena.get(review).text) == _result(first)
    assert "Passed" in first and "100%" in first and "ocelot" in first


def test_a_review_before_the_end_goes_on_with_the_attempt(enter: Enter) -> None:
    lena = enter("lena")
    attempt = begin(lena)
    assert lena.get(f"{attempt}/review", 302).location == attempt
    review = lena.post(f"{attempt}/submit").location
    assert lena.get(attempt, 302).location == review


def test_a_failed_attempt_says_what_to_read_again(enter: Enter) -> None:
    lena = enter("lena")
    page = lena.get(lena.post(f"{begin(lena)}/submit").location).text
    assert "Not passed yet" in page and "0%" in page and "You answered 0 of 2 questions." in page
    assert "Worth another look" in page and f"{HOME}/wings" in page and "Try again" in page


@pytest.mark.parametrize(("review", "passes", "is_told"), [
    ("after-submit", False, True), ("after-submit", True, True), ("after-pass", False, False),
    ("after-pass", True, True), ("never", False, False), ("never", True, False),
])  # fmt: skip
def test_the_key_is_shown_when_it_is_earned(
    enter: Enter, publish: Publish, review: str, passes: bool, is_told: bool
) -> None:
    lena = enter("lena")
    publish(review)
    address = pass_quiz(lena) if passes else lena.post(f"{begin(lena)}/submit").location
    page = lena.get(address).text
    assert ("ocelot" in page) is is_told and ("lynx" in page) is is_told


def test_time_runs_out_on_the_server(enter: Enter, publish: Publish, time: Clock) -> None:
    lena = enter("lena")
    publish("after-submit", "minutes-allowed: 10\n")
    attempt = begin(lena)
    page = lena.get(attempt).text
    assert 'data-seconds-left="600"' in page
    lena.post(f"{attempt}/answers/many", {"response": option(page, "Four")})
    time.passes(minutes=11)
    over = lena.get(attempt).text
    assert "The time is over" in over and "Everything you saved before 10:40 counts." in over
    assert lena.post(f"{attempt}/answers/word", {"response": "hive"}).location == f"{attempt}/review"
    review = lena.get(f"{attempt}/review").text
    assert "50%" in review and "when the time was over" in review


def test_an_attempt_stays_on_the_release_it_began_on(enter: Enter, publish: Publish, time: Clock) -> None:
    lena = enter("lena")
    attempt = begin(lena)
    publish("never", "attempts: 9\n")
    assert "How many wings?" in lena.get(attempt).text
    assert "Question 1 of 2" in lena.get(attempt).text


def _result(page: str) -> str:
    return page[page.index('class="result ') : page.index("</section>", page.index('class="result '))]
