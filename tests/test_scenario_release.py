"""A scenario as an activity of a release: compiled, stored, read again, searched."""

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms.content import queries
from lms.content.course import ActivityKind, Play
from lms.content.publishing import publish_folder
from lms.content.reading.compiling import compile_file
from lms.content.storing import activity_from_plain, activity_to_plain, packed, unpacked
from lms.scenario.scenario import Channel, PassRule, Seat
from lms.scenario.wording import reworded
from lms.settings import ROOT
from tests.support.folders import write_course
from tests.support.plays import CALL, a_play

OUR_OWN = sorted((Path(ROOT) / "courses" / "escalation-handling").glob("*.md"))


def test_a_scenario_is_an_activity_with_seat_channel_and_rule() -> None:
    play = a_play()
    assert (play.id, play.kind, play.seat, play.channel) == (
        "second-call", ActivityKind.SCENARIO, Seat.AGENT, Channel.PHONE
    )  # fmt: skip
    assert play.rule == PassRule(0.7, 2) and play.minutes == 4
    assert [moment.id for moment in play.scenario.moments][:2] == ["angry", "shouting"]


def test_an_author_may_state_what_passes() -> None:
    play = a_play(CALL.replace("start: heat", "pass: 60\nend-heat: 3\nstart: heat"))
    assert play.rule == PassRule(0.6, 3)
    wrong = compile_file("bees/03-a.md", CALL.replace("start: heat", "end-heat: 6\nstart: heat"))
    assert [(problem.code, problem.line) for problem in wrong.problems] == [("bad-value", 7)]


def test_it_is_stored_and_read_again_as_it_was() -> None:
    texts = [CALL, *(text for file in OUR_OWN if "kind: scenario" in (text := file.read_text()))]
    assert len(texts) == 7
    for text in texts:
        play = a_play(text)
        _, body = packed(activity_to_plain(play))
        assert activity_from_plain(unpacked(body, {})) == play


def test_a_choice_keeps_its_id_wherever_it_stands_and_wherever_it_leads() -> None:
    def ids(text: str) -> list[str]:
        return [choice.id for moment in a_play(text).scenario.all_moments for choice in moment.choices]

    before = ids(CALL)
    assert len(set(before)) == len(before) and all(re.fullmatch("[0-9a-f]{10}", each) for each in before)
    assert ids(CALL.replace('(#lift) {effort=+1 misses="ack"}', "(#shouting) {heat=+1}")) == before
    reworded_once = ids(CALL.replace("May I have your number first?", "Your number first?"))
    assert len(set(before) - set(reworded_once)) == 1


def test_the_same_words_twice_in_one_moment_are_two_choices() -> None:
    text = CALL.replace(
        "- [Somebody will ring you.](#tired)",
        "- [I book {{ org.credit_limit }} now; here is your reference.](#tired)",
    )
    ids = [choice.id for choice in a_play(text).scenario.moment("calm").choices]
    assert len(set(ids)) == 3


def test_search_finds_what_stands_before_the_first_choice_and_nothing_behind_it(
    engine: Engine, session: Session, tmp_path: Path, now: datetime
) -> None:
    write_course(tmp_path, {"02-second-call.md": CALL})
    (published,) = publish_folder(engine, tmp_path, now=lambda: now)
    assert published.is_new
    course = queries.find_course(session, "bees")
    assert course is not None and isinstance(course.activity("second-call"), Play)
    found = queries.search(session, "before it begins", ["bees"], 10)
    assert [hit.activity_id for hit in found] == ["second-call"]
    for hidden in ("manager", "reference", "secret", "threes", "crackles", "morning", "push", "sentences"):
        assert queries.search(session, hidden, ["bees"], 10) == [], hidden


def test_a_line_more_above_it_is_no_new_release(engine: Engine, tmp_path: Path, now: datetime) -> None:
    folder = write_course(tmp_path, {"02-second-call.md": CALL})
    publish_folder(engine, tmp_path, now=lambda: now)
    (folder / "02-second-call.md").write_text(
        CALL.replace("\n## She shouts", "\n\n<!-- a note -->\n\n## She shouts")
    )
    (published,) = publish_folder(engine, tmp_path, now=lambda: now)
    assert not published.is_new


def test_every_text_of_it_takes_the_organisations_words() -> None:
    scenario = a_play().scenario
    said = str(reworded(scenario, lambda html: html.replace("\ue000credit_limit\ue001", "80 euro")))
    assert "\ue000" in str(scenario) or "\\ue000" in str(scenario)
    assert "80 euro" in said and "ue000" not in said
    assert reworded(scenario, lambda html: html) == replace(scenario)
