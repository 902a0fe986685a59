"""Lists for a mentor: sealed at rest, carried over, counted, and never anybody's but their owner's."""

import ast
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lms.backup.restoring import restore_backup, todays_schema
from lms.backup.taking import take_backup
from lms.mentoring import actions
from lms.mentoring.box import Box
from lms.mentoring.lists import MOST_OPEN, Arrangement, Draft, Kind, Mentor, as_plain
from lms.mentoring.queries import shelf_of
from lms.mentoring.tables import LineRow, MeetingRow, MentorRow, TopicRow
from lms.mentoring.themes import (
    THEMES,
    Recurrence,
    Turn,
    lesson_words,
    recurrences,
    suggested,
    suggested_by_lessons,
    trained_on,
    turn_of,
)
from lms.settings import ROOT
from lms.store import writing
from tests.support import cast, databases
from tests.support.world import PRIVATE, SECRET, mentor_lists, rows_of

TABLES = (LineRow, TopicRow, MeetingRow, MentorRow)
DAY = date(2026, 11, 16)


def box(owner_id: int, *secrets: str) -> Box:
    return Box(owner_id, secrets or (SECRET,))


def add(session: Session, owner: Box, text: str, *themes: str, ticked: bool = False) -> int:
    with writing(session):
        topic_id = actions.add_topic(session, owner, Draft(text, Kind.ASK, themes))
        if ticked:
            actions.tick_topic(session, owner, topic_id, is_ticked=True)
    return topic_id


def hold(session: Session, owner: Box, day: date = DAY, before: int = 0) -> int | None:
    with writing(session):
        return actions.hold_meeting(session, owner, Arrangement(day), before)


# The box


def test_a_box_opens_what_it_sealed_and_nobody_elses() -> None:
    sealed = box(1).sealed({"text": "größer"})
    assert b"gr" not in sealed
    assert box(1).opened(sealed) == {"text": "größer"}
    assert box(2).opened(sealed) is None
    assert box(1, "another secret of the server's, thirty-two long").opened(sealed) is None
    assert box(1).opened(sealed[:-3] + b"AAA") is None


def test_an_earlier_secret_still_opens_and_the_present_one_seals() -> None:
    sealed = box(1, "earlier").sealed({"a": 1})
    both = box(1, "present", "earlier")
    assert both.opened(sealed) == {"a": 1}
    assert box(1, "earlier").opened(both.sealed({"a": 1})) is None


# Lists


def test_what_was_talked_about_is_kept_and_the_rest_is_carried_over(session: Session, now: datetime) -> None:
    mine = box(cast.bring_in(session, now).mia)
    add(session, mine, "first", ticked=True)
    add(session, mine, "second")
    assert hold(session, mine)
    assert hold(session, mine) is None, "the second press closes nothing"
    add(session, mine, "third", ticked=True)
    assert hold(session, mine, DAY + timedelta(days=30), before=1)
    shelf = shelf_of(session, mine)
    assert [(topic.draft.text, topic.carried) for topic in shelf.topics] == [("second", 2)]
    kept = [[(line.topic.draft.text, line.was_talked) for line in meeting.lines] for meeting in shelf.held]
    assert kept == [[("second", False), ("third", True)], [("first", True), ("second", False)]]


def test_an_empty_list_is_not_kept(session: Session, now: datetime) -> None:
    mine = box(cast.bring_in(session, now).mia)
    assert hold(session, mine) is None
    assert shelf_of(session, mine).is_empty


def test_the_meeting_that_was_arranged_is_the_one_that_is_held(session: Session, now: datetime) -> None:
    mine = box(cast.bring_in(session, now).mia)
    for place in ("canteen", "river"):
        with writing(session):
            actions.arrange_meeting(session, mine, Arrangement(DAY, None, place))
    assert shelf_of(session, mine).next_meeting is not None
    add(session, mine, "one", ticked=True)
    assert hold(session, mine)
    shelf = shelf_of(session, mine)
    assert shelf.next_meeting is None
    assert len(shelf.held) == 1


def test_a_list_has_an_end(session: Session, now: datetime) -> None:
    mine = box(cast.bring_in(session, now).mia)
    for number in range(MOST_OPEN):
        add(session, mine, str(number))
    with pytest.raises(actions.FullError):
        add(session, mine, "one too many")


def test_removing_takes_one_topic_one_list_or_everything(session: Session, now: datetime) -> None:
    people = cast.bring_in(session, now)
    mine, hers = box(people.mia), box(people.lena)
    mentor_lists(session, people.lena, now)
    add(session, mine, "first", ticked=True)
    second = add(session, mine, "second")
    meeting = hold(session, mine)
    assert meeting
    with writing(session):
        actions.remove_meeting(session, mine, meeting)
    shelf = shelf_of(session, mine)
    assert (shelf.held, [topic.draft.text for topic in shelf.topics]) == ((), ["second"])
    with writing(session):
        actions.remove_topic(session, mine, second)
        actions.name_mentor(session, mine, Mentor("Agathe"))
        actions.remove_everything(session, mine)
    assert shelf_of(session, mine).is_empty
    assert not shelf_of(session, hers).is_empty


# Nobody else's


def test_every_deed_on_somebody_elses_lists_changes_nothing(
    session: Session, engine: Engine, now: datetime
) -> None:
    people = cast.bring_in(session, now)
    meeting, topic = mentor_lists(session, people.lena, now)
    session.rollback()
    before, ada = rows_of(engine), box(people.ada)
    with writing(session):
        assert not actions.change_topic(session, ada, topic, Draft("x", Kind.ASK))
        assert not actions.tick_topic(session, ada, topic, is_ticked=True)
        assert not actions.change_meeting(session, ada, meeting, Arrangement(DAY))
        assert actions.hold_meeting(session, ada, Arrangement(DAY), 0) is None
        actions.remove_topic(session, ada, topic)
        actions.remove_meeting(session, ada, meeting)
        actions.call_off_meeting(session, ada)
        actions.remove_everything(session, ada)
    assert rows_of(engine) == before
    assert shelf_of(session, ada).is_empty


def test_a_row_that_is_given_another_owner_opens_for_nobody(session: Session, now: datetime) -> None:
    people = cast.bring_in(session, now)
    mentor_lists(session, people.lena, now)
    with writing(session):
        for table in TABLES:
            for row in session.scalars(select(table)):
                row.owner_id = people.ada
    shelf = shelf_of(session, box(people.ada))
    assert shelf.mentor is None
    assert not [topic for topic in shelf.topics if topic.is_readable]
    assert not [word for word in PRIVATE if word in str(as_plain(shelf))]


def test_every_statement_of_the_room_asks_for_the_owner() -> None:
    """Each function that selects or deletes names `owner_id`; one that forgot it would read everybody's rows."""
    for name in ("actions.py", "queries.py"):
        tree = ast.parse((ROOT / "lms/mentoring" / name).read_text("utf-8"))
        for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
            text = ast.unparse(function)
            if "select(" in text or "delete(" in text:
                assert "owner_id" in text, f"{name}: {function.name}"


def test_a_backup_holds_the_rows_and_no_word_of_them(
    session: Session, engine: Engine, now: datetime, tmp_path: Path
) -> None:
    people = cast.bring_in(session, now)
    mentor_lists(session, people.lena, now)
    kept = as_plain(shelf_of(session, box(people.lena)))
    session.rollback()
    path = tmp_path / "backup.zip"
    take_backup(engine, path, version="1", now=now)
    target = databases.opened(f"sqlite:///{tmp_path / 'again.sqlite3'}")
    restore_backup(target, path, todays_schema())
    said = repr(rows_of(target))
    assert not [word for word in PRIVATE if word in said]
    with Session(target) as restored:
        assert as_plain(shelf_of(restored, box(people.lena))) == kept
    target.dispose()


# Themes


def test_words_suggest_themes_where_a_word_begins() -> None:
    assert suggested("A conflict about the rota") == ("talks", "load")
    assert suggested("Dealing with two angry customers") == ("upset",)
    assert suggested("the overrule") == ()
    assert suggested("") == ()


LESSONS = (
    (("ack", "tone", "apology"), "Beschwerden annehmen: erst zuhören, dann fragen"),
    (("boundary", "options"), "Grenzen setzen, wenn jemand beleidigend wird"),
    (("promise", "close"), "Versprechen halten: Rückruf und Abschluss"),
    (("ack", "tone", "apology"), "お客様の苦情を受け止める"),
    (("boundary", "options"), "حدود واضحة عند الإهانة"),
    ((), "Beschwerden zählen"),
)


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("Immer mehr Beschwerde am Telefon", ("upset",)),
        ("Wo ist die Grenze? Rückrufe schaffe ich nicht", ("limits", "promises")),
        ("苦情が多い", ("upset",)),
        ("أين حدود الصبر", ("limits",)),
        ("Urlaub", ()),
        ("", ()),
    ],
)
def test_where_the_houses_words_say_nothing_those_of_lessons_do_in_their_language(
    text: str, themes: tuple[str, ...]
) -> None:
    assert suggested(text) == ()
    assert suggested_by_lessons(text, lesson_words(LESSONS)) == themes


def test_what_many_lessons_say_tells_nothing() -> None:
    lessons = [(("ack", "apology"), "Kunden am Telefon")] * 3 + [(("boundary",), f"Grenzen {n}") for n in "ab"]
    assert suggested_by_lessons("Kunden am Telefon", lesson_words(lessons)) == ()


def test_a_theme_recurs_at_three_meetings_or_half_of_them_and_never_at_one() -> None:
    assert Recurrence("talks", 3, 6).recurs
    assert not Recurrence("talks", 2, 6).recurs
    assert not Recurrence("talks", 2, 5).recurs
    assert Recurrence("talks", 2, 4).recurs
    assert Recurrence("talks", 2, 2).recurs
    assert not Recurrence("talks", 1, 1).recurs


def test_only_the_last_six_meetings_count() -> None:
    old = [frozenset({"rules"})] * 4
    latest = [frozenset({"talks", "load"}), frozenset({"talks"}), *[frozenset[str]()] * 4]
    assert recurrences([*latest, *old]) == (Recurrence("talks", 2, 6), Recurrence("load", 1, 6))


def test_a_theme_before_and_after_its_training() -> None:
    def on(month: int) -> date:
        return date(2026, month, 3)

    talks = frozenset({"talks"})
    meetings = [(on(9), frozenset[str]()), (on(8), frozenset({"load"})), (on(6), talks), (on(5), talks)]
    assert trained_on("talks", meetings, [on(4), on(7), on(8)]) == on(7)
    assert trained_on("talks", meetings, [on(4)]) is None, "it had not come up yet"
    assert trained_on("rules", meetings, [on(7)]) is None
    assert turn_of("talks", meetings, on(7)) == Turn(on(7), before=2, before_of=2, after=0, after_of=2)
    assert turn_of("talks", meetings, on(6)).before_of == 2, "the meeting of the day itself was before"


def test_every_theme_leads_to_behaviours_that_there_are() -> None:
    known = set((ROOT / "courses/behaviours.md").read_text("utf-8").split("{#"))
    ids = {part.partition("}")[0] for part in known}
    assert not [theme.id for theme in THEMES if not set(theme.behaviours) <= ids]
