"""Who sees what, as `docs/privacy.md` tells it: every address asked by everyone, every answer read for the words.

Whoever should not read something finds it in no page and in no file; whoever may, finds it somewhere. Lena's words
stand nowhere else. Bea is the buddy she asked, Mia observes and coaches her, Cleo leads the same team, Max the one
above; Tom trains, Ada administers; Nora, Otto and nobody have no business with her.
"""

import io
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import weasyprint
import xlsxwriter
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.accounts.roles import Role
from lms.accounts.tables import Membership, Person, RoleGrant, Team
from lms.coaching import actions as coaching
from lms.coaching.buddies.actions import Sight, tell
from lms.coaching.calibration.actions import NewSession, hand_in, invite, keep_marks, open_session, reveal
from lms.coaching.calibration.session import Noted
from lms.coaching.notes import actions as notes
from lms.practice.cards.tables import CardAnswer
from lms.practice.commitment import Words
from lms.practice.commitment_actions import Made, NewPlan, answer_request, ask_buddy, make_plan
from lms.settings import ROOT
from lms.store import writing
from tests.support import cast, talks
from tests.support.browser import Browser
from tests.support.builders import a_lesson
from tests.support.observations import begun, given
from tests.support.reading import parts_of
from tests.support.world import NOTED, PLANNED, PRIVATE, TALKED, World
from tests.test_routes_matrix import addresses_of, check, world

__all__ = ["world"]

pytestmark = pytest.mark.usefixtures("clock")

NOBODY = "nobody"
# Whom each column of the table is about.
COLUMNS = {
    "she herself": ("lena",),
    "her buddy": ("bea",),
    "who observed and coached her": ("mia",),
    "who else leads her team": ("cleo",),
    "who leads above": ("max",),
    "trainers": ("tom",),
    "administrators": ("ada",),
    "everybody else": ("nora", "otto", NOBODY),
}
# What each row of it is about: words that stand nowhere else.
WORDS = {
    "A plan: its sentence": (PLANNED,),
    "A plan that she shows: its sentence": ("dittanyshown",),
    "How a plan goes, and her notes on it": (NOTED,),
    "What her buddy saw of a plan": ("verbenaheard", "agrimonyworked"),
    "Answers to questions that come back": ("hyssopanswer",),
    "Her lists for her mentor": PRIVATE,
    "A draft of an observation of her": ("teaseldraft",),
    "An observation of her, before she has read it": ("yarrowunread",),
    "The same once she has read it, or three days later, and her answer": (
        "fennelread",
        "tansyreply",
        "borageold",
    ),
    "What she wants to say before a talk": ("campionbefore",),
    "A draft of a note of a talk": ("woaddraft",),
    "The note of a talk, with her words and her answer": TALKED,
    "Her marks in a calibration, before all are shown": ("orrisblind",),
    "The same once all are shown": ("lovageshown",),
}
# Where the person is asked for beside the address.
ASKED = ("/manage/coaching/observations/new", "/manage/coaching/talks/new")


def table() -> dict[str, frozenset[str]]:
    """Return who may read what, from the documentation's table: people by row."""
    lines = (ROOT / "docs" / "privacy.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    (_, *columns), _, *rest = rows
    assert columns == list(COLUMNS)
    assert {cell for _, *cells in rest for cell in cells} == {"yes", "no"}
    return {
        what: frozenset(who for column, cell in zip(columns, cells, strict=True) if cell == "yes"
                        for who in COLUMNS[column])
        for what, *cells in rest
    }  # fmt: skip


def worlds_of(session: Session, world: World, now: datetime) -> list[World]:
    """Write what the rows are about; returns one world for each object that an address can name."""
    people, release = world.cast, world.course.release_id or 0
    lena, mia, team = people.lena, people.mia, people.front_desk
    with writing(session):
        both = {
            name: Person(
                name=name.title(), sign_in_name=name, language="en", time_zone="Europe/Berlin", created_at=now
            )
            for name in ("bea", "cleo")
        }
        session.add_all(both.values())
        session.flush()
        bea, cleo = (person.id for person in both.values())
        session.add_all(
            Membership(person_id=person_id, team_id=team, joined_on=date(2026, 1, 5)) for person_id in (bea, cleo)
        )
        session.add(RoleGrant(person_id=cleo, role=Role.MANAGER, team_id=team, granted_at=now))
        ask_buddy(session, lena, world.plan, bea, now.date())
        assert answer_request(session, bea, world.plan, now.date(), agrees=True)
        sight = Sight(now.date(), 2, "“verbenaheard”", "agrimonyworked")
        assert tell(session, bea, world.plan, "sight" * 4, sight, now, now.date())
        words = Words("it snows", "dittanyshown", "If it snows, then I dittanyshown.")
        plan = NewPlan(words, "en", is_own=True, is_shared=True)
        shared = make_plan(session, lena, world.course, a_lesson("later"), plan, now, now.date())
        assert isinstance(shared, Made)
        session.execute(
            update(CardAnswer).where(CardAnswer.id == world.card_answer).values(response="hyssopanswer")
        )

    def seen(heard: str, days_ago: int) -> int:
        moment = now - timedelta(days=days_ago)
        return given(session, lena, mia, team, release, moment, key=heard * 2, words_heard=f"“{heard}”")

    draft = begun(session, lena, mia, team, release, now, key="draft" * 4, words_heard="“teaseldraft”")
    unread, read, old = seen("yarrowunread", 1), seen("fennelread", 2), seen("borageold", 5)
    with writing(session):
        coaching.read_it(session, read, lena, now)
        coaching.reply_to(session, read, lena, "tansyreply", now)
        notes.write_before(session, lena, "campionbefore", now)
        order = notes.Begun(lena, mia, team, "d" * 20)
        talk = notes.keep_draft(session, order, replace(talks.TALK, reality="woaddraft"), now).note_id
    blind, shown = calibrations(session, world, now)
    tokens = {"bea": bea, "cleo": cleo}
    keys = {**world.tokens, **{name: cast.sign_in(session, each, now) for name, each in tokens.items()}}
    session.rollback()
    return [
        replace(world, tokens=keys),
        replace(world, plan=shared.plan_id, observation=draft, talk=talk, calibration=blind),
        replace(world, observation=unread, calibration=shown),
        replace(world, observation=read),
        replace(world, observation=old),
    ]


def calibrations(session: Session, world: World, now: datetime) -> tuple[int, int]:
    """Let Lena and Mia mark in two sessions; those of the second are shown. Returns both numbers."""
    people, numbers = world.cast, []
    for heard in ("orrisblind", "lovageshown"):
        release_id = world.course.release_id or 0
        new = NewSession(f"Session {len(numbers)}", "bees", "seen", release_id, ("ready",), None, (("A", "B!"),))
        with writing(session):
            number = open_session(session, new, people.tom, now)
            invite(session, number, (people.lena, people.mia), now)
            keep_marks(session, number, people.lena, {(1, "ready"): Noted(1, heard)})
            keep_marks(session, number, people.mia, {(1, "ready"): Noted(2, "other words")})
        numbers.append(number)
    with writing(session):
        for person_id in (people.lena, people.mia):
            assert not hand_in(session, numbers[1], person_id, now)
        assert reveal(session, numbers[1], now)
    return numbers[0], numbers[1]


def test_the_table_tells_who_reads_what(app: Flask, session: Session, world: World, now: datetime) -> None:
    allowed = table()
    assert allowed.keys() == WORDS.keys()
    found: dict[str, set[str]] = {word: set() for words in WORDS.values() for word in words}
    different = worlds_of(session, world, now)
    everywhere = addresses_of(app, different[0])
    known = {each.path for each in everywhere}
    elsewhere = [each for other in different[1:] for each in addresses_of(app, other) if each.path not in known]
    paths = [each.path for each in (*everywhere, *elsewhere) if each.method == "GET"]
    paths += [f"{path}?person={world.cast.lena}" for path in ASKED]
    wrong = []
    for who in (who for column in COLUMNS.values() for who in column):
        browser = Browser(app, different[0].tokens.get(who))
        for path in paths:
            if who != "lena" and world.is_key(path):
                continue
            said = "\n".join(parts_of(browser.client.get(path, buffered=True).get_data()))
            for what, words in WORDS.items():
                for word in (word for word in words if word in said):
                    found[word].add(who)
                    wrong += [f"{who} reads {word} ({what}) at {path}"] * (who not in allowed[what])
    assert not wrong, "\n".join(wrong)
    assert found == {word: allowed[what] for what, words in WORDS.items() for word in words}


def test_a_word_is_found_in_every_kind_of_file() -> None:
    book, sheet = io.BytesIO(), "a private marzipangrudge"
    with xlsxwriter.Workbook(book) as workbook:
        workbook.add_worksheet().write(0, 0, sheet)
    printed = weasyprint.HTML(string=f"<html lang=en><title>T</title><p>{sheet}").write_pdf()
    narrow = "<html lang=en><p style='width: 4em; hyphens: manual'>marzipan&shy;grudge"
    titled = "<html lang=en><title>marzipangrudge</title><p>Nothing"
    calendar = b"BEGIN:VCALENDAR\r\nSUMMARY:marzipan\r\n grudge\r\nEND:VCALENDAR\r\n"
    for body in (
        book.getvalue(),
        printed,
        weasyprint.HTML(string=narrow).write_pdf(),
        weasyprint.HTML(string=titled).write_pdf(),
        calendar,
        sheet.encode(),
    ):
        assert PRIVATE[0] in "\n".join(parts_of(body)), body[:20]


@pytest.mark.parametrize(
    "endpoint",
    ["manage.team_csv", "manage.team_xlsx", "manage.compliance_xlsx", "manage.head_pdf", "admin.export_xlsx"],
)
def test_a_private_word_in_any_file_fails_the_check(
    app: Flask, session: Session, world: World, endpoint: str
) -> None:
    """Written where it is let out, as the name of her team, it is found in what goes out."""
    with writing(session):
        session.execute(update(Team).where(Team.id == world.cast.front_desk).values(name=f"Desk {PRIVATE[0]}"))
    browser = Browser(app, world.tokens["ada"])
    address = next(each for each in addresses_of(app, world) if each.endpoint == endpoint)
    response = browser.client.get(address.path, buffered=True)
    assert response.status_code == 200
    with pytest.raises(AssertionError, match=endpoint.partition(".")[0]):
        check(address, "ada", response)
