"""What people see of reminders: notices at home, leave, quiet hours."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts.tables import Membership, RoleGrant, Team
from lms.audit.tables import AuditEntry
from lms.credentials.tables import Certificate
from lms.reminders import queries, week_queries
from lms.reminders.actions import note_leave
from lms.reminders.hours import QuietHours
from lms.reminders.leave import Leave
from lms.reminders.tables import Absence
from lms.store import writing
from lms.units import place_queries
from lms.web.extensions import db
from tests.support import cast, databases
from tests.support.browser import Browser
from tests.support.cast import Cast
from tests.support.certificates import award
from tests.support.reminding import another, enrol

pytestmark = pytest.mark.usefixtures("clock")

TODAY = date(2026, 11, 16)
LATELY = datetime(2026, 11, 13, 9, tzinfo=UTC)
OWN = "/learn/me"


@pytest.fixture
def enter(app: Flask, session: Session, people: Cast, now: datetime) -> Callable[[str], Browser]:
    return lambda name: Browser(app, cast.sign_in(session, people.everyone()[name], now))


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def words_of(page: str) -> list[str]:
    """Return the notices on a home page as a person reads them."""
    found = re.findall(r'<li class="due-notice.*?</li>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", each).split()) for each in found]


def deeds(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def absences(session: Session) -> list[tuple[int, date, date | None, bool]]:
    session.rollback()
    return [
        (row.person_id, row.from_on, row.until_on, row.withdrawn_at is not None)
        for row in session.scalars(select(Absence).order_by(Absence.id))
    ]


def test_home_says_what_is_urgent_in_the_words_of_the_mail(
    enter: Callable[[str], Browser], session: Session, people: Cast
) -> None:
    for slug, offset in {
        "late": -10,
        "later": -9,
        "far": 31,
        "soon": 30,
        "tomorrow": 1,
        "today": 0,
        "free": None,
    }.items():
        enrol(session, people.lena, slug, None if offset is None else day(offset))
    page = enter("lena").get("/learn/").text
    # What is due first stands in the card below, which says the day.
    assert "Was due on 6 November" in page
    assert words_of(page) == [
        "Course later was due on Saturday 7 November. It goes on where you left it.",
        "Course today is due today.",
        "Course tomorrow is due tomorrow.",
        "Course soon is due on 16 December, in 30 days.",
    ]
    assert words_of(enter("otto").get("/learn/").text) == []


def test_home_names_five_and_says_how_many_more(
    enter: Callable[[str], Browser], session: Session, people: Cast
) -> None:
    for number in range(8):
        enrol(session, people.lena, f"c{number}", day(number))
    page = enter("lena").get("/learn/").text
    assert len(words_of(page)) == 5 and "and 2 more" in page


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (-61, None),
        (-3, "your certificate ended on Friday 13 November."),
        (0, "your certificate ends today."),
        (1, "your certificate ends tomorrow."),
        (9, "your certificate ends on Wednesday 25 November, in 9 days."),
        (31, None),
    ],
)
def test_home_says_when_a_certificate_ends(
    enter: Callable[[str], Browser], session: Session, people: Cast, now: datetime, offset: int, words: str | None
) -> None:
    award(session, people.lena, now - timedelta(days=90))
    with writing(session):
        session.execute(update(Certificate).values(valid_until=day(offset)))
    found = words_of(enter("lena").get("/learn/").text)
    assert [each.partition(": ")[2] for each in found] == ([words] if words else [])


def test_a_person_says_herself_when_she_is_away_and_takes_it_back(
    enter: Callable[[str], Browser], session: Session, people: Cast
) -> None:
    lena = enter("lena")
    lena.post(f"{OWN}/absences", {"from": "2026-11-20", "until": "2026-12-04"}, status=303)
    page = lena.get(OWN).text
    assert "20 November 2026 to 4 December 2026" in page and "Lena Brandt, 16 November" in page
    lena.post(f"{OWN}/absences", {"from": "2026-12-24", "until": ""}, status=303)
    assert "from 24 December 2026 until further notice" in lena.get(OWN).text
    [first] = re.findall(r"/learn/me/absences/(\d+)/withdraw", page)
    lena.post(f"{OWN}/absences/{first}/withdraw", status=303)
    lena.post(f"{OWN}/absences/{first}/withdraw", status=303)
    assert "taken back before" in lena.get(OWN).text
    assert absences(session) == [
        (people.lena, date(2026, 11, 20), date(2026, 12, 4), True),
        (people.lena, date(2026, 12, 24), None, False),
    ]
    assert deeds(session) == ["leave.note", "leave.note", "leave.withdraw"]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("", "", "Say which day is the first."),
        ("2026-11-20", "2026-11-19", "The last day lies before the first."),
        ("2026-11-01", "2026-11-15", "These days have passed."),
        ("2024-11-01", "", "Begin within the last year"),
        ("soon", "", "Write the day as year-month-day"),
        ("2026-11-20", "<b>", "Write the day as year-month-day"),
        ("2026-11-20", "2046-11-20", "longer than ten years"),
        ("2026-12-01", "2026-12-01", "stand here already: 25 November 2026 to 3 December 2026"),
        ("2026-11-20", "2026-11-25", "stand here already"),
        ("2026-11-20", "", "stand here already"),
    ],
)
def test_leave_that_cannot_be_is_asked_again_with_what_was_typed(
    enter: Callable[[str], Browser],
    session: Session,
    people: Cast,
    now: datetime,
    first: str,
    last: str,
    words: str,
) -> None:
    with writing(session):
        note_leave(session, people.lena, Leave(date(2026, 11, 25), date(2026, 12, 3)), people.lena, LATELY)
    for name, path in (("lena", f"{OWN}/absences"), ("mia", f"/manage/people/{people.lena}/absences")):
        page = enter(name).post(path, {"from": first, "until": last}, status=422).text
        assert words in page and ("&lt;b&gt;" in page or f'value="{last}"' in page)
    assert len(absences(session)) == 1


def test_leave_that_began_may_be_noted_until_further_notice(
    enter: Callable[[str], Browser], session: Session, people: Cast
) -> None:
    enter("lena").post(f"{OWN}/absences", {"from": "2026-11-12", "until": "2026-11-16"}, status=303)
    assert absences(session) == [(people.lena, date(2026, 11, 12), TODAY, False)]


def test_a_manager_notes_leave_of_hers_and_of_nobody_elses(
    enter: Callable[[str], Browser], session: Session, people: Cast, now: datetime
) -> None:
    mia, path = enter("mia"), f"/manage/people/{people.lena}/absences"
    assert path in mia.get(f"/manage/people/{people.lena}").text
    mia.post(path, {"from": "2026-11-20", "until": "2026-11-20"}, status=303)
    page = mia.get(path).text
    assert "20 November 2026" in page and "noted by Mia Sørensen" in page
    # The person sees it, too, and may take it back.
    assert "noted by Mia Sørensen" in enter("lena").get(OWN).text
    [number] = re.findall(rf"{path}/(\d+)/withdraw", page)
    for name in ("nora", "otto"):
        other = enter(name)
        other.get(path, 404)
        other.post(path, {"from": "2026-11-21"}, status=404)
        other.post(f"{path}/{number}/withdraw", status=404)
        other.post(f"{OWN}/absences/{number}/withdraw", status=303)
    # A number of Lena's under somebody else's name.
    mia.post(f"/manage/people/{people.mia}/absences/{number}/withdraw", status=303)
    assert absences(session) == [(people.lena, date(2026, 11, 20), date(2026, 11, 20), False)]
    with writing(session):
        session.execute(update(Membership).where(Membership.person_id == people.lena).values(left_on=TODAY))
    mia.get(path, 404)
    mia.post(f"{path}/{number}/withdraw", status=404)


def quiet_form(starts: str, ends: str, *days: int) -> dict[str, str]:
    return {"quiet_from": starts, "quiet_until": ends, **{f"quiet_day_{number}": "yes" for number in days}}


def test_own_quiet_hours_are_kept_and_given_up_again(
    enter: Callable[[str], Browser], session: Session, people: Cast
) -> None:
    lena = enter("lena")
    assert "No mail: 20:00 to 07:00, and all of Saturday and Sunday." in lena.get(OWN).text
    lena.post(f"{OWN}/quiet-hours", quiet_form("22:15", "06:00", 2), status=303)
    assert "No mail: 22:15 to 06:00, and all of Wednesday." in lena.get(OWN).text
    session.rollback()
    kept = queries.own_quiet_hours(session, [people.lena, people.mia])
    assert {key: value.days for key, value in kept.items()} == {people.lena: frozenset({2})}
    lena.post(f"{OWN}/quiet-hours", quiet_form("12:00", "12:00"), status=303)
    assert "No mail: never." in lena.get(OWN).text
    lena.post(f"{OWN}/quiet-hours/drop", status=303)
    assert "These are your organisation’s hours." in lena.get(OWN).text
    assert deeds(session) == ["quiet-hours.change"] * 3


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (quiet_form("25:00", "07:00"), "Write the time as hours and minutes"),
        (quiet_form("20:00", "<script>"), "Write the time as hours and minutes"),
        (quiet_form("20:00", "07:00", *range(7)), "Leave one day of the week"),
        (quiet_form("07:30", "07:00"), "Leave at least an hour of the day"),
        (quiet_form("20:00+02:00", "07:00"), "Write the time as hours and minutes"),
    ],
)
def test_quiet_hours_that_leave_no_time_are_refused(
    enter: Callable[[str], Browser], session: Session, people: Cast, form: dict[str, str], words: str
) -> None:
    assert words in enter("lena").post(f"{OWN}/quiet-hours", form, status=422).text
    session.rollback()
    assert queries.own_quiet_hours(session, [people.lena]) == {}


@pytest.mark.parametrize(("starts", "ends", "minutes"), [(20, 7, 780), (7, 20, 660), (7, 7, 1440), (0, 23, 60)])
def test_quiet_hours_know_how_long_mail_may_come(starts: int, ends: int, minutes: int) -> None:
    at = datetime(2026, 1, 1)
    quiet = QuietHours(at.replace(hour=starts).time(), at.replace(hour=ends).time(), frozenset())
    assert quiet.open_minutes == minutes


DIGEST = "/manage/digest"


def part_of(page: str, key: str) -> list[str]:
    """Return the lines of a part of the week as a person reads them, its title first."""
    [found] = re.findall(rf'<section class="digest__part digest__part--{key}".*?</section>', page, re.DOTALL)
    lines = re.findall(r"<h2.*?</h2>|<li.*?</li>|<p.*?</p>", found, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", line).split()) for line in lines]


def test_the_week_names_who_is_late_due_stuck_ending_and_done(
    enter: Callable[[str], Browser], session: Session, people: Cast, now: datetime
) -> None:
    for number, name in enumerate(("Ann Late", "Bea Due", "Cid Stuck", "Dan Done", "Eva Away", "Fay Failed")):
        person = another(session, name, people.front_desk, None if number < 2 else f"{number}@x.internal")
        more: dict[str, dict[str, Any]] = {
            "Ann Late": {"due_on": day(-5)},
            "Bea Due": {"due_on": day(6)},
            "Cid Stuck": {"due_on": day(4), "last_activity_at": now - timedelta(days=20)},
            "Dan Done": {"due_on": day(-9), "completed_at": now - timedelta(days=6)},
            "Eva Away": {"due_on": day(-5)},
            "Fay Failed": {"due_on": None, "failed_attempts": 2, "last_activity_at": now},
        }
        given = {"last_activity_at": now, **more[name]}
        enrol(session, person, "bees", given.pop("due_on"), **given)
        if name == "Eva Away":
            with writing(session):
                note_leave(session, person, Leave(TODAY, None), people.mia, LATELY)
    award(session, people.lena, now - timedelta(days=90))
    with writing(session):
        session.execute(update(Certificate).values(valid_until=day(30)))
    enrol(session, people.mia, "bees", day(-1))
    page = enter("mia").get(DIGEST).text
    assert "7 people. 1 is late, 2 have something due." in page
    assert part_of(page, "late") == ["Late: 1", "Ann Late Course bees (since Wednesday 11 November)"]
    assert part_of(page, "due") == [
        "Due by Sunday 22 November: 2",
        "Cid Stuck Course bees (Friday 20 November)",
        "Bea Due Course bees (Sunday 22 November)",
    ]
    assert part_of(page, "stuck") == [
        "Stuck: 2",
        "Cid Stuck Course bees (no step since 27 October)",
        "Fay Failed Course bees (a quiz failed twice)",
    ]
    assert part_of(page, "ending")[1].startswith("Lena Brandt") and "(16 December)" in part_of(page, "ending")[1]
    assert part_of(page, "finished") == ["Finished in the last seven days: 1", "Dan Done Course bees"]
    assert "better told in person: Ann Late, Bea Due." in page and "nor as due: Eva Away." in page
    listed = enter("mia").get(f"{DIGEST}/without-email").text
    assert "2 people in teams have no e-mail address." in listed and "Ann Late" in listed
    # Beside her stands Nora, who sees none of them; above her Max, who sees all.
    other = enter("nora").get(DIGEST).text + enter("nora").get(f"{DIGEST}/without-email").text
    assert "Ann Late" not in other and "bees" not in other
    assert "Ann Late" in enter("max").get(DIGEST).text
    enter("lena").get(DIGEST, 404)


def test_the_week_names_a_few_and_says_how_many_more(
    enter: Callable[[str], Browser], session: Session, people: Cast
) -> None:
    for number in range(30):
        person = another(session, f"P{number:02} Kern", people.front_desk, None)
        enrol(session, person, "bees", day(-30 + number))
    page = enter("mia").get(DIGEST).text
    late = part_of(page, "late")
    assert late[0] == "Late: 30" and len(late) == 12 and late[-1] == "and 20 more"
    assert late[1].startswith("P00 Kern") and late[10].startswith("P09 Kern")
    assert "P07 Kern and 22 more." in page


@pytest.mark.parametrize("most_named", [500, 0])
@pytest.mark.usefixtures("long_memory")
def test_the_week_of_too_many_to_name_is_told_by_unit_in_as_many_queries_as_ever(
    app: Flask,
    enter: Callable[[str], Browser],
    session: Session,
    people: Cast,
    monkeypatch: pytest.MonkeyPatch,
    most_named: int,
) -> None:
    monkeypatch.setattr(week_queries, "MOST_PEOPLE", 3)
    monkeypatch.setattr(place_queries, "_MOST_NAMED", most_named)
    for number in range(6):
        person = another(session, f"P{number} Kern", people.kitchen, None)
        enrol(session, person, "bees", day(-1 if number < 2 else 3))
    last = another(session, "Quin Kern", people.kitchen, None)
    enrol(session, last, "bees", day(-4), completed_at=datetime(2026, 11, 11, 9, tzinfo=UTC))
    page = " ".join(re.sub(r"<[^>]+>", " ", enter("max").get(DIGEST).text).split())
    assert "12 people. Too many to name" in page and "P0 Kern" not in page
    assert "Late now 2" in page and "Due by Sunday 22 November 4" in page and "done by their day 1 of 3" in page
    # Front desk has but two people: hidden, and Kitchen with it, or the two could be reckoned.
    assert "Front desk hidden" in page and "Kitchen hidden" in page
    with app.app_context():
        engine = db.engine
    browser = enter("max")
    browser.get(DIGEST)
    with databases.selects_of(engine) as few:
        browser.get(DIGEST)
    for number in range(5):
        with writing(session):
            team = Team(code=f"t{number}", name=f"T{number}", parent_id=people.hotel, created_at=LATELY)
            session.add(team)
            session.flush()
            team_id = team.id
        for each in range(6):
            another(session, f"N{number}{each} Kern", team_id, None)
    with databases.selects_of(engine) as many:
        page = browser.get(DIGEST).text
    assert "T4" in page and len(many) == len(few)


def test_the_numbers_of_very_many_are_kept_for_whoever_looks_after_the_same_teams_and_nobody_else(
    enter: Callable[[str], Browser], session: Session, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(week_queries, "MOST_PEOPLE", 3)
    monkeypatch.setattr("lms.web.manage.digest._MANY", 5)
    for number in range(6):
        enrol(session, another(session, f"P{number} Kern", people.kitchen, None), "bees", day(-1))
    assert "11 people" in enter("max").get(DIGEST).text
    another(session, "Quin Kern", people.kitchen, None)
    assert "11 people" in enter("max").get(DIGEST).text
    # Nora looks after Kitchen alone: another question, counted now.
    assert "9 people" in enter("nora").get(DIGEST).text


def test_a_manager_without_people_and_an_administrator_have_their_page(
    enter: Callable[[str], Browser], session: Session, people: Cast
) -> None:
    assert "Nobody is late." in enter("nora").get(DIGEST).text
    assert "Everybody has an address" in enter("ada").get(f"{DIGEST}/without-email?page=99").text
    with writing(session):
        session.execute(update(RoleGrant).where(RoleGrant.person_id == people.nora).values(revoked_at=LATELY))
    enter("nora").get(DIGEST, 404)


SETTINGS = "/admin/reminders"


def settings_form(**more: str) -> dict[str, str]:
    usual = {
        "is_on": "yes",
        "due_days": "30, 14, 3",
        "certificate_days": "30 14 3",
        "late_days": "7",
        "weekday": "0",
    }
    return {**usual, "language": "en", **quiet_form("20:00", "07:00", 5, 6), **more}


def test_an_administrator_decides_about_reminders_and_it_is_noted(
    enter: Callable[[str], Browser], session: Session, people: Cast
) -> None:
    ada = enter("ada")
    ada.post(SETTINGS, settings_form(), status=303)
    assert deeds(session) == []
    changed = settings_form(due_days="7, 21", late_days="14", weekday="2", language="de", quiet_from="19:00")
    del changed["is_on"]
    ada.post(SETTINGS, changed, status=303)
    session.rollback()
    kept = queries.policy(session)
    assert (kept.is_on, kept.due_days, kept.late_days, kept.weekly_day) == (False, (21, 7), 14, 2)
    assert (kept.language, kept.quiet.starts.hour, kept.quiet.days) == ("de", 19, frozenset({5, 6}))
    assert deeds(session) == ["reminders.change"]
    page = ada.get(SETTINGS).text
    assert 'value="21, 7"' in page and 'value="19:00"' in page
    for name in ("mia", "lena"):
        enter(name).get(SETTINGS, 404)
        enter(name).post(SETTINGS, settings_form(), status=404)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"due_days": "0"}, "at most six different numbers"),
        ({"due_days": "1 2 3 4 5 6 7"}, "at most six different numbers"),
        ({"certificate_days": "<b>"}, "at most six different numbers"),
        ({"late_days": "6"}, "a number of days from 7 to 60"),
        ({"late_days": "9" * 400}, "a number of days from 7 to 60"),
        ({"weekday": "7"}, "Choose a day of the week"),
        ({"language": "../x"}, "Choose a language from the list"),
        ({"quiet_from": "x"}, "Write the time as hours and minutes"),
    ],
)
def test_decisions_that_cannot_be_are_asked_again(
    enter: Callable[[str], Browser], session: Session, people: Cast, more: dict[str, str], words: str
) -> None:
    assert words in enter("ada").post(SETTINGS, settings_form(**more), status=422).text
    assert deeds(session) == []


def test_the_page_says_what_the_next_morning_brings_and_whom_no_mail_reaches(
    enter: Callable[[str], Browser], session: Session, people: Cast
) -> None:
    enrol(session, people.lena, "bees", day(1))
    enrol(session, people.otto, "bees", day(4))
    another(session, "Pia Kern", people.kitchen, None)
    page = " ".join(re.sub(r"<[^>]+>", " ", enter("ada").get(SETTINGS).text).split())
    assert "The next morning: 17 November 2026" in page
    assert "Due that day 1" in page and "Due within 3 days 1" in page and "1 person has no e-mail address." in page
    assert "Pia Kern" in enter("ada").get(f"{SETTINGS}/without-email").text
