"""What a page says when something did not work: plain words, a way on, nothing about the inside."""

import pytest
from flask import Flask, abort
from sqlalchemy.exc import OperationalError

from tests.support.browser import check_page
from tests.support.learning import HOME, Enter, compiled, enter, publish, time

__all__ = ["compiled", "enter", "publish", "time"]


@pytest.fixture
def broken(app: Flask) -> Flask:
    """The app with addresses that fail in every way."""

    @app.get("/fails/<int:code>")
    def fail(code: int) -> str:
        if code == 500:
            raise RuntimeError("secret-inside /root/path")
        if code == 503:
            raise OperationalError("SELECT secret-inside", {}, RuntimeError("gone"))
        abort(code)

    return app


@pytest.mark.parametrize(
    ("code", "words"),
    [(400, "could not be read"), (403, "not yours to open"), (404, "nothing here"), (405, "another way"),
     (413, "too big"), (429, "One moment"), (500, "on our side"), (503, "Back in a moment"),
     (418, "could not be read")],
)  # fmt: skip
def test_each_refusal_has_its_words_and_a_way_on(broken: Flask, code: int, words: str) -> None:
    answer = broken.test_client().get(f"/fails/{code}")
    assert answer.status_code == code and words in answer.text
    assert "secret-inside" not in answer.text and "Traceback" not in answer.text
    check_page(answer.text, str(code))
    assert 'class="button' in answer.text


def test_what_is_ours_to_mend_can_be_tried_again(broken: Flask) -> None:
    answer = broken.test_client().get("/fails/503?page=2")
    assert 'href="/fails/503?page=2"' in answer.text and answer.headers["Retry-After"] == "2"


def test_a_form_of_another_session_says_that_nothing_typed_is_lost(enter: Enter) -> None:
    answer = enter("lena").client.post(f"{HOME}/start", data={"csrf_token": "of yesterday"})
    assert answer.status_code == 400 and "This page waited too long" in answer.text
    assert "what you typed is still there" in answer.text
    check_page(answer.text, "stale form")


def test_the_frame_stands_when_the_database_is_away(broken: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("SELECT", {}, RuntimeError("gone"))

    monkeypatch.setattr("lms.organisation.queries.settings", gone)
    answer = broken.test_client().get("/fails/404")
    assert answer.status_code == 404 and "Lantern" in answer.text
