"""A wrong key at the trainer's desk: seen beforehand, decided once, told to learners, passes left to a person."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms.accounts.actions import grant_role
from lms.accounts.roles import Role
from lms.audit.tables import AuditEntry
from lms.content import queries as content
from lms.content.course import Quiz
from lms.credentials.actions import award_what_is_due
from lms.credentials.tables import Certificate
from lms.jobs import correcting as jobs
from lms.jobs.publishing import publish_courses
from lms.progress import actions as progress
from lms.progress import attempt_actions
from lms.progress.tables import Attempt, Correction
from lms.store import writing
from lms.web.teach.releases import correcting
from tests.support import cast
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.folders import QUIZ, published_course

pytestmark = pytest.mark.usefixtures("clock")

KEY = "/teach/keys/bees/wings"
RELEASES = "/teach/releases/bees"
MENDED = QUIZ.replace("[x] Four", "[ ] Four").replace("[ ] Two", "[x] Two")


@pytest.fixture
def folder(app: Flask, engine: Engine, people: Cast) -> Path:
    """The folder of a published course whose quiz of one question has the wrong key."""
    return published_course(engine, app.config["SETTINGS"], {"02-check.md": QUIZ})


@pytest.fixture
def taken(session: Session, people: Cast, folder: Path, now: datetime) -> dict[str, int]:
    """The attempts of Lena, who answered `Two`, and of Otto, who answered `Four` and has his certificate."""
    course = content.find_course(session, "bees")
    assert course is not None
    quiz = course.activity("check")
    assert isinstance(quiz, Quiz)
    options = {option.html: option.id for option in quiz.questions[0].key.options}  # type: ignore[union-attr]  # a choice
    attempts = {}
    for name, answer in (("lena", "Two"), ("otto", "Four")):
        person_id = people.everyone()[name]
        with writing(session):
            progress.finish_lesson(session, person_id, course, "wings", now)
            begun = attempt_actions.start_attempt(session, person_id, course, "check", now, 1)
            assert begun.attempt_id is not None
            attempt_actions.save_answer(session, begun.attempt_id, person_id, "wings", options[answer], now)
            attempt_actions.submit_attempt(session, begun.attempt_id, person_id, now)
            award_what_is_due(session, begun.enrolment_id, now)
        attempts[name] = begun.attempt_id
    return attempts


@pytest.fixture
def tom(app: Flask, session: Session, people: Cast, taken: dict[str, int], now: datetime) -> Browser:
    """Tom's browser: he trains."""
    return Browser(app, cast.sign_in(session, people.tom, now))


@pytest.fixture
def mended(app: Flask, engine: Engine, folder: Path, taken: dict[str, int]) -> None:
    """The key is mended in the file after both handed in."""
    (folder / "02-check.md").write_text(MENDED)
    publish_courses(engine, app.config["SETTINGS"])


@pytest.fixture
def enter(app: Flask, session: Session, people: Cast, now: datetime) -> Callable[[str], Browser]:
    """Open a browser for one of the cast."""
    return lambda name: Browser(app, cast.sign_in(session, people.everyone()[name], now))


def chosen(page: str) -> list[str]:
    """Return the keys that are ticked on the page."""
    return re.findall(r'name="key" value="([0-9a-f]{64})"[^>]* checked', page)


def results(session: Session, taken: dict[str, int]) -> dict[str, tuple[float | None, bool | None]]:
    session.rollback()
    rows = {
        row.id: (row.mark, row.passed) for row in session.execute(select(Attempt.id, Attempt.mark, Attempt.passed))
    }
    return {name: rows[attempt_id] for name, attempt_id in taken.items()}


def deeds(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_key_that_changed_leads_to_the_attempts_that_were_marked_by_the_old_one(
    app: Flask, engine: Engine, folder: Path, tom: Browser
) -> None:
    tom.post(f"{RELEASES}/hold")
    (folder / "02-check.md").write_text(MENDED)
    page = tom.get(f"{RELEASES}/publish").text
    assert "you can have past attempts marked again" in page
    shown = re.search(r'name="hash" value="([0-9a-f]{64})"', page)
    assert shown
    said = {"hash": shown[1], "beside": "1", "kind": "material", "note": "Two is right."}
    compare = tom.post(f"{RELEASES}/publish", said).location
    assert compare == f"{RELEASES}/compare?from=1&to=2"
    assert f'href="{KEY}"' in tom.get(compare).text
    assert f'href="{KEY}"' in tom.get("/teach/courses/bees/check").text


@pytest.mark.usefixtures("mended")
def test_what_it_would_do_is_shown_and_changes_nothing(
    session: Session, tom: Browser, taken: dict[str, int]
) -> None:
    page = tom.get(KEY).text
    assert "Release 1" in page and "2 closed attempts" in page and len(chosen(page)) == 1
    seen = tom.get(KEY, query_string={"key": chosen(page), "choice": "key", "reason": "It is <two>."}).text
    assert "2 past attempts are looked at." in seen and "2 get another mark: 1 up, 1 down." in seen
    assert "1 person passes now" in seen and "1 person would no longer pass" in seen
    assert "It is &lt;two&gt;." in seen
    assert results(session, taken) == {"lena": (0.0, False), "otto": (1.0, True)}
    assert session.scalar(select(func.count()).select_from(Correction)) == 0


@pytest.mark.usefixtures("mended")
def test_past_attempts_are_marked_again_once_and_learners_are_told(
    session: Session, people: Cast, tom: Browser, taken: dict[str, int], enter: Callable[[str], Browser]
) -> None:
    wanted = {"key": chosen(tom.get(KEY).text), "choice": "key", "reason": "Two pairs it is."}
    tom.post(KEY, wanted)
    tom.post(KEY, wanted)
    assert results(session, taken) == {"lena": (1.0, True), "otto": (1.0, True)}
    assert session.scalar(select(func.count()).select_from(Correction)) == 1
    assert deeds(session) == ["course.correct-key"]
    assert session.scalar(select(func.count()).select_from(Certificate)) == 2
    review = enter("lena").get(f"/learn/attempts/{taken['lena']}/review").text
    for words in (
        "Marked again",
        "Two pairs it is.",
        "The mark was 0% and is 100% now.",
        "this is the mended one",
    ):
        assert words in review, words
    review = enter("otto").get(f"/learn/attempts/{taken['otto']}/review").text
    assert "It would be 0% instead of 100%." in review and "a trainer decides" in review
    report = enter("mia").get(f"/manage/people/{people.lena}/attempts/{taken['lena']}").text
    assert "Marked again" in report and "Two pairs it is." in report


@pytest.mark.parametrize("deed", ["keep", "take"])
@pytest.mark.usefixtures("mended")
def test_a_person_decides_who_keeps_a_pass(
    session: Session, people: Cast, tom: Browser, taken: dict[str, int], enter: Callable[[str], Browser], deed: str
) -> None:
    tom.post(KEY, {"key": chosen(tom.get(KEY).text), "choice": "key", "reason": "Two pairs it is."})
    page = tom.get(KEY).text
    assert "Otto Lind" in page and "100%, by the mended key 0%" in page and "Lena Brandt" not in page
    found = re.search(
        r'name="correction" value="(\d+)"\s*>\s*<input type="hidden" name="attempt" value="(\d+)"', page
    )
    assert found
    given = {"correction": found[1], "attempt": found[2], "deed": deed}
    tom.post(f"{KEY}/passes", given | {"why": ""})
    assert "To be decided" in tom.get(KEY).text
    tom.post(f"{KEY}/passes", given | {"why": "We talked about it."})
    tom.post(f"{KEY}/passes", given | {"why": "Once more."})
    tom.post(f"{KEY}/passes", given | {"attempt": str(taken["lena"]), "why": "Hers."}, 404)
    tom.post("/teach/keys/bees/none/passes", given | {"why": "Hers."}, 404)
    is_kept = deed == "keep"
    assert results(session, taken)["otto"] == ((1.0, True) if is_kept else (0.0, False))
    revoked = select(Certificate.revoked_at).where(Certificate.person_id == people.otto)
    assert (session.scalar(revoked) is None) is is_kept
    expected = ["pass.keep"] if is_kept else ["certificate.withdraw", "pass.take"]
    assert deeds(session) == ["course.correct-key", *expected]
    review = enter("otto").get(f"/learn/attempts/{taken['otto']}/review").text
    assert "We talked about it." in review
    assert ("mark and pass stay" if is_kept else "which does not pass") in review


@pytest.mark.usefixtures("mended")
def test_nobody_decides_about_her_own_pass(
    session: Session,
    people: Cast,
    tom: Browser,
    taken: dict[str, int],
    enter: Callable[[str], Browser],
    now: datetime,
) -> None:
    tom.post(KEY, {"key": chosen(tom.get(KEY).text), "choice": "key", "reason": "Two pairs it is."})
    with writing(session):
        grant_role(session, people.otto, Role.TRAINER, now=now)
    otto = enter("otto")
    correction = session.scalars(select(Correction.id)).one()
    given = {"correction": str(correction), "attempt": str(taken["otto"]), "deed": "keep", "why": "I earned it."}
    otto.post(f"{KEY}/passes", given)
    assert "Nobody decides about her own pass" in otto.get(KEY).text and "To be decided" in tom.get(KEY).text


@pytest.mark.usefixtures("mended")
def test_a_key_that_was_right_after_all_counts_again(
    session: Session, tom: Browser, taken: dict[str, int], enter: Callable[[str], Browser]
) -> None:
    wrong = chosen(tom.get(KEY).text)
    tom.post(KEY, {"key": wrong, "choice": "key", "reason": "Two pairs it is."})
    assert results(session, taken)["lena"] == (1.0, True)
    tom.post(f"{RELEASES}/1/back", {"beside": "2", "note": "Four was right."})
    # The mended key was the mistake: the first one counts again, also for what was marked by the other meanwhile.
    tom.post(KEY, {"key": wrong, "choice": "key", "reason": "Four it is, after all."})
    assert results(session, taken) == {"lena": (1.0, True), "otto": (1.0, True)}
    page = tom.get(KEY).text
    assert "Lena Brandt" in page and "Otto Lind" not in page
    review = enter("otto").get(f"/learn/attempts/{taken['otto']}/review").text
    assert "The key of this question was wrong" not in review and "a trainer decides" not in review


def test_without_a_mended_key_two_ways_are_left(session: Session, tom: Browser, taken: dict[str, int]) -> None:
    page = tom.get(KEY).text
    assert 'value="key"' not in page and "mend it in the file first" in page
    wanted = {"key": chosen(page), "reason": "Nobody could know."}
    assert "This is the key in force." in tom.post(KEY, wanted | {"choice": "key"}, 422).text
    tom.post(KEY, wanted | {"choice": "everybody"})
    assert results(session, taken) == {"lena": (1.0, True), "otto": (1.0, True)}
    tom.post(KEY, wanted | {"choice": "left-out"})
    assert results(session, taken) == {"lena": (1.0, True), "otto": (1.0, True)}  # there was nothing else to ask


def test_a_mended_question_with_other_answers_cannot_mark_old_ones(
    app: Flask, engine: Engine, folder: Path, tom: Browser
) -> None:
    (folder / "02-check.md").write_text(QUIZ.replace("[x] Four", "[ ] Six").replace("[ ] Two", "[x] Two"))
    publish_courses(engine, app.config["SETTINGS"])
    page = tom.get(KEY).text
    assert 'value="key"' not in page
    wanted = {"key": chosen(page), "choice": "key", "reason": "Why."}
    assert "offers other answers" in tom.post(KEY, wanted, 422).text


@pytest.mark.parametrize(
    "given", [{"choice": "key", "reason": "Why."}, {"choice": "what", "reason": "Why."}, {"choice": "everybody"}]
)
def test_what_is_missing_is_asked_for(tom: Browser, session: Session, given: dict[str, str]) -> None:
    for response in (tom.post(KEY, given, 422), tom.get(KEY, query_string=given)):
        assert "needs another look" in response.text or "need another look" in response.text
        assert "What will happen" not in response.text
    assert session.scalar(select(func.count()).select_from(Correction)) == 0


@pytest.mark.usefixtures("mended")
def test_what_takes_longer_is_carried_on_beside_the_server(
    engine: Engine, session: Session, tom: Browser, taken: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correcting, "_PATIENCE_SECONDS", -1.0)
    tom.post(KEY, {"key": chosen(tom.get(KEY).text), "choice": "key", "reason": "Two pairs it is."})
    assert "It goes on by itself" in tom.get(KEY).text
    assert results(session, taken)["lena"] == (0.0, False)
    jobs.finish_corrections(engine)
    assert results(session, taken)["lena"] == (1.0, True)
    assert "It goes on by itself" not in tom.get(KEY).text


def test_a_question_nobody_asked_is_404(tom: Browser) -> None:
    tom.get("/teach/keys/bees/none", 404)
    tom.post("/teach/keys/bees/none", {}, 404)
    tom.get("/teach/keys/wasps/wings", 404)
