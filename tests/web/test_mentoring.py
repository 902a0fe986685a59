"""The pages of one's own lists for a mentor: put down, ticked, closed, kept, counted, taken along, removed."""

import json
from datetime import date, datetime

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy.orm import Session

from lms.audit.tables import AuditEntry
from lms.mail.tables import Mail
from lms.progress import actions as progress
from lms.reminders.queries import meeting_day_of
from lms.store import writing
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")


def put_down(browser: Browser, text: str, **more: str) -> int:
    """Put a topic down and return its number."""
    answer = browser.post("/learn/mentor/topics", {"text": text, "kind": "vent", **more})
    return int(answer.headers["Location"].partition("new=")[2].partition("#")[0])


def close(browser: Browser, before: int, day: str = "2026-11-16") -> str:
    """Close the list and return where that leads."""
    form = {"day": day, "minutes": "50", "place": "Canteen", "before": str(before)}
    return browser.post("/learn/mentor/meeting/held", form).headers["Location"]


def test_the_first_page_says_what_it_is_for_and_who_sees_it(mia: Browser) -> None:
    page = mia.get("/learn/mentor").text
    assert "An hour with somebody who has been there" in page
    assert "Only you can read this." in page


def test_words_suggest_a_theme_and_only_a_press_gives_it(mia: Browser) -> None:
    topic = put_down(mia, "The conflict about the rota")
    assert ">Difficult talks</button>" in mia.get(f"/learn/mentor?new={topic}").text
    assert "topic__theme" not in mia.get("/learn/mentor").text
    mia.post(f"/learn/mentor/topics/{topic}/theme", {"theme": "talks"})
    mia.post(f"/learn/mentor/topics/{topic}/theme", {"theme": "no such theme"})
    page = mia.get(f"/learn/mentor?new={topic}").text
    assert page.count('class="topic__theme"') == 1
    assert ">Difficult talks</button>" not in page


def test_a_list_is_ticked_closed_completed_and_the_rest_carried_over(mia: Browser) -> None:
    first, second = put_down(mia, "Saying no to head office"), put_down(mia, "Sara’s first month")
    mia.post(f"/learn/mentor/topics/{first}/tick", {"talked": "yes"})
    page = mia.get("/learn/mentor").text
    assert "2 topics, 1 talked about" in page
    kept = close(mia, 0)
    assert close(mia, 0) == "/learn/mentor", "the second press closes nothing"
    assert "carried over" in mia.get(kept).text
    form = {"day": "2026-11-15", "minutes": "55", f"outcome-{first}": "I ask for a week first."}
    mia.post(kept, form)
    lists = mia.get("/learn/mentor/lists").text
    assert "15 November 2026" in lists
    assert "I ask for a week first." in lists
    home = mia.get("/learn/mentor").text
    assert "carried over once" in home
    assert f"topic-{second}" in home
    assert f"topic-{first}" not in home


def test_what_is_filled_in_wrongly_comes_back_with_how_to_mend_it(mia: Browser) -> None:
    page = mia.post("/learn/mentor/topics", {"text": "  ", "kind": "shout"}, 422).text
    assert "Say in a few words what it is about." in page
    assert "Choose what you take it along for." in page
    page = mia.post("/learn/mentor/topics", {"text": "x" * 1001, "kind": "ask"}, 422).text
    assert "x" * 1000 in page
    page = mia.post("/learn/mentor/meeting", {"day": "soon", "starts": "half past", "name": "Agathe"}, 422).text
    assert "Agathe" in page
    assert page.count("field__error") == 2
    topic = put_down(mia, "Something")
    kept = {"text": "", "kind": "ask", "outcome": "a lot"}
    assert "a lot" in mia.post(f"/learn/mentor/topics/{topic}", kept, 422).text


def test_who_ticks_it_is_reminded_of_the_day_until_it_is_called_off_or_moved(
    mia: Browser, session: Session, people: Cast
) -> None:
    page = mia.get("/learn/mentor/meeting").text
    assert "and nothing else" in page and "checked" not in page
    form = {"day": "2026-12-03", "name": "Agathe"}

    def day() -> date | None:
        session.rollback()
        return meeting_day_of(session, people.mia)

    mia.post("/learn/mentor/meeting", form)
    assert day() is None
    mia.post("/learn/mentor/meeting", {**form, "remind": "yes"})
    assert day() == date(2026, 12, 3) and "checked" in mia.get("/learn/mentor/meeting").text
    mia.post("/learn/mentor/meeting", {**form, "day": "2026-12-10", "remind": "yes"})
    assert day() == date(2026, 12, 10)
    mia.post("/learn/mentor/meeting/call-off")
    assert day() is None


def test_the_next_meeting_goes_into_a_calendar_with_its_hour_and_no_topic(mia: Browser) -> None:
    put_down(mia, "Nobody must see this")
    mia.get("/learn/mentor/meeting.ics", 404)
    form = {
        "name": "Agathe",
        "day": "2026-11-24",
        "starts": "15:30",
        "minutes": "45",
        "place": "Café; by the river",
    }
    mia.post("/learn/mentor/meeting", form)
    file = mia.get("/learn/mentor/meeting.ics").data
    assert b"Nobody must see this" not in file
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    assert str(event["summary"]) == "Meeting with Agathe"
    assert str(event["location"]) == "Café; by the river"
    assert event.decoded("dtstart").isoformat() == "2026-11-24T14:30:00+00:00"
    assert event.decoded("dtend").isoformat() == "2026-11-24T15:15:00+00:00"
    mia.post("/learn/mentor/meeting/call-off")
    mia.get("/learn/mentor/meeting.ics", 404)


def test_a_theme_that_keeps_coming_up_leads_to_lessons_and_to_before_and_after(
    session: Session, people: Cast, mia: Browser, now: datetime
) -> None:
    course = shelve(session, a_course("bees", a_lesson("calm", behaviours=("listen", "tone"))), now)
    for month in (1, 2, 3):
        topic = put_down(mia, "a conflict")
        mia.post(f"/learn/mentor/topics/{topic}/theme", {"theme": "talks"})
        mia.post(f"/learn/mentor/topics/{topic}/tick", {"talked": "yes"})
        close(mia, month - 1, f"2026-0{month}-10")
    page = mia.get("/learn/mentor/themes").text
    assert "in 3 of 3 meetings" in page
    assert "/learn/courses/bees/calm" in page
    assert "Before:" not in page
    assert "This keeps coming up: Difficult talks." in mia.get("/learn/mentor").text
    with writing(session):
        progress.start_course(session, people.mia, course, now)
        progress.finish_lesson(session, people.mia, course, "calm", now)
    topic = put_down(mia, "the budget")
    mia.post(f"/learn/mentor/topics/{topic}/tick", {"talked": "yes"})
    close(mia, 3, "2026-11-20")
    page = mia.get("/learn/mentor/themes").text
    assert "Before: in 3 of 3 meetings. Since: in 0 of 1." in page
    assert "Too few meetings since to judge." in page


def test_a_letter_is_written_and_kept_nowhere(mia: Browser) -> None:
    assert "[name]" in mia.get("/learn/mentor/letter").text
    page = mia.post("/learn/mentor/letter", {"name": "<Agathe>", "thanks": "cake"}, 200).text
    assert "Dear &lt;Agathe&gt;," in page
    assert "something home-made" in page
    assert "Mia Sørensen" in page
    assert "Agathe" not in mia.get("/learn/mentor/letter").text


def test_everything_is_taken_along_and_removed_and_the_audit_says_nothing(session: Session, mia: Browser) -> None:
    topic = put_down(mia, "Remember this")
    mia.post(f"/learn/mentor/topics/{topic}", {"text": "Remember this\nwell", "kind": "decide", "themes": "load"})
    everything = json.loads(mia.get("/learn/mentor/lists.json").data)
    assert [(each["text"], each["kind"], each["themes"]) for each in everything["next_list"]] == [
        ("Remember this\nwell", "decide", ["load"])
    ]
    mia.post("/learn/mentor/remove")
    assert "Remember this" in mia.get("/learn/mentor").text
    mia.post("/learn/mentor/remove", {"sure": "yes"})
    assert "An hour with somebody who has been there" in mia.get("/learn/mentor").text
    assert session.query(AuditEntry).count() == 0
    assert session.query(Mail).count() == 0


def test_a_secret_that_was_changed_leaves_a_page_that_says_so(app: Flask, mia: Browser) -> None:
    put_down(mia, "Written long ago")
    app.config["SECRET_KEY"] = "another secret, and long enough to be one as well"
    page = mia.get("/learn/mentor").text
    assert "This cannot be read any more" in page
    assert "Written long ago" not in page
