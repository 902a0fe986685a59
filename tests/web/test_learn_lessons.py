"""Reading a lesson: what is on the page and what never is, its questions, its place, its end."""

import re
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.organisation.actions import set_value
from lms.progress.tables import LessonProgress, PracticeAnswer
from lms.store import writing
from tests.support.learning import HOME, LESSON_AT, Enter, Publish, compiled, enter, option, publish, time

__all__ = ["compiled", "enter", "publish", "time"]


def test_the_page_has_the_lesson_and_speaks_of_the_organisation(
    enter: Enter, app: Flask, session: Session, now: datetime
) -> None:
    with writing(session):
        set_value(session, "var.colour", "<yellow>", now)
    page = enter("lena").get(LESSON_AT).text
    assert "Is it &lt;yellow&gt;?" in page and "Four of them." in page and "about 3 minutes" in page
    assert 'lang="en"' in page and "This lesson is done when its questions are answered" in page


def test_neither_key_nor_feedback_nor_huddle_is_on_the_page(enter: Enter) -> None:
    page = enter("lena").get(LESSON_AT).text
    for secret in ("Feedback to yes", "Feedback to no", "giraffe", "is_right"):
        assert secret not in page


def test_an_answer_earns_its_feedback(enter: Enter) -> None:
    lena = enter("lena")
    page = lena.get(LESSON_AT).text
    answered = lena.post(f"{LESSON_AT}/answers/now", {"response": option(page, "No")})
    assert answered.location == f"{LESSON_AT}#now"
    page = lena.get(LESSON_AT).text
    assert "Feedback to no" in page and "Not right yet" in page and "Answer again" in page
    again = lena.get(f"{LESSON_AT}?again=now").text
    assert "Check my answer" in again
    lena.post(f"{LESSON_AT}/answers/now", {"response": option(again, "Yes")})
    assert "Your answer, and right" in lena.get(LESSON_AT).text


def test_sending_nothing_says_so_and_keeps_the_page(enter: Enter, session: Session) -> None:
    page = enter("lena").post(f"{LESSON_AT}/answers/now", status=422).text
    assert "Choose or type an answer first." in page and "Feedback to" not in page
    assert session.scalar(select(PracticeAnswer.question_id)) is None


@pytest.mark.parametrize("response", ["nonsense", "x" * 5_000, ["a", "b"]])
def test_what_no_page_of_ours_sends_is_refused(enter: Enter, response: object) -> None:
    enter("lena").post(f"{LESSON_AT}/answers/now", {"response": response}, status=400)


def test_a_question_of_another_place_is_404(enter: Enter) -> None:
    enter("lena").post(f"{LESSON_AT}/answers/many", {"response": "x"}, status=404)
    enter("lena").post(f"{HOME}/check/answers/many", {"response": "x"}, status=404)
    enter("lena").post(f"{HOME}/check/done", status=404)
    enter("lena").post(f"{HOME}/check/place", status=404)


def test_the_place_is_remembered_and_offered(enter: Enter, session: Session) -> None:
    lena = enter("lena")
    assert "Carry on where you were" not in lena.get(LESSON_AT).text
    lena.post(f"{LESSON_AT}/place", {"place": "at-why-it-works"}, status=204)
    page = lena.get(LESSON_AT).text
    assert 'href="#at-why-it-works">' in page and "Carry on where you were: Why it works" in page
    lena.post(f"{LESSON_AT}/place", {"place": "at-nowhere"}, status=204)
    session.rollback()
    assert session.scalar(select(LessonProgress.place)) == "at-why-it-works"


def test_the_end_names_kindly_what_is_left(enter: Enter) -> None:
    lena = enter("lena")
    assert "One question is still waiting for your answer" in lena.get(LESSON_AT).text
    left = lena.post(f"{LESSON_AT}/done")
    assert left.location == f"{LESSON_AT}?left=1#now"
    assert "lesson__left--asked" in lena.get(left.location).text
    lena.post(f"{LESSON_AT}/answers/now", {"response": option(lena.get(LESSON_AT).text, "No")})
    assert lena.post(f"{LESSON_AT}/done").location == f"{HOME}/check"
    page = lena.get(LESSON_AT).text
    assert "This lesson is done." in page and "done on 16 November" in page


def test_two_people_do_not_see_each_others_answers(enter: Enter) -> None:
    lena, otto = enter("lena"), enter("otto")
    lena.post(f"{LESSON_AT}/answers/now", {"response": option(lena.get(LESSON_AT).text, "Yes")})
    assert "Your answer" not in otto.get(LESSON_AT).text


def test_the_job_aid_prints_alone(enter: Enter) -> None:
    page = enter("lena").get(f"{LESSON_AT}?print=job-aid").text
    assert "only-job-aid" in page and "Say yes first." in page and "<form" not in page[page.index("<main") :]
    assert "only-job-aid" not in enter("lena").get(f"{HOME}/stings?print=job-aid").text


def test_a_picture_comes_for_good_and_can_do_nothing(enter: Enter) -> None:
    lena = enter("lena")
    address = re.search(r'src="(/learn/media/bees/[^"]+wings\.svg)"', lena.get(LESSON_AT).text)
    assert address
    picture = lena.get(address[1])
    assert picture.mimetype == "image/svg+xml" and picture.data.startswith(b"<svg")
    assert "immutable" in picture.headers["Cache-Control"] and "private" in picture.headers["Cache-Control"]
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert "script-src" not in picture.headers["Content-Security-Policy"]
    etag = picture.headers["ETag"]
    lena.get(address[1], 304, headers={"If-None-Match": etag})
    part = lena.get(address[1], 206, headers={"Range": "bytes=1-3"})
    assert part.data == b"svg" and part.headers["Content-Range"].startswith("bytes 1-3/")
    lena.get(address[1], 416, headers={"Range": "bytes=90000-"})
    lena.get(address[1].replace("wings", "stings"), 404)
    enter("nobody").get(address[1], 302)


def test_search_finds_the_place_and_neither_key_nor_huddle(enter: Enter) -> None:
    lena = enter("lena")
    page = lena.get("/learn/search?q=zebra").text
    assert "<mark>zebra</mark>" in page and f"{LESSON_AT}#at-why-it-works" in page
    for secret in ("giraffe", "ocelot", "lynx"):
        assert "Nothing found" in lena.get(f"/learn/search?q={secret}").text
    assert "Nothing found" in lena.get('/learn/search?q="><script>').text
    assert "Finds words in every lesson" in lena.get("/learn/search?q=+").text


def test_a_new_release_takes_the_place_of_the_old(enter: Enter, publish: Publish) -> None:
    lena = enter("lena")
    publish(**{"03-stings__md": "---\ntitle: Stings anew\n---\n\n## Rarely\n\nOnly once.\n"})
    assert lena.get(f"{HOME}/stings").status_code == 200
