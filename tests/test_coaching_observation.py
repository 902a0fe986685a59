"""The rules of observing: the vector of quality, what may be given, judging words, who is due, what is drawn."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.coaching.choosing import AT_ONCE, USUAL_HOURS, Hours, drawn_contact, focus_of_week, looked_for, markable
from lms.coaching.observation import (
    Mark,
    Missing,
    NextStep,
    State,
    Strength,
    may_read,
    may_settle,
    missing_in,
    quality_of,
    tied,
)
from lms.coaching.rhythm import USUAL, Rhythm, Watched, due_of, round_of
from lms.coaching.wording import Judging, caught_in, judging_in
from lms.content.asking import Criterion
from tests.support.observations import WRITTEN

MONDAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)


def marks_of(*pairs: tuple[int, int | None]) -> tuple[Mark, ...]:
    return tuple(Mark(f"c{number}", f"b{number}", score, weight) for number, (weight, score) in enumerate(pairs))


# --- Quality: measurement 2.5.4 ---


def test_quality_reproduces_the_worked_vector() -> None:
    marks = marks_of((1, 2), (3, 1), (3, 2), (2, None), (2, 2), (2, 0))
    quality = quality_of(marks)
    assert quality is not None
    assert (quality.points, quality.most) == (15, 22)
    assert quality.value == pytest.approx(0.681818181818, abs=1e-12)


def test_a_critical_step_that_was_missed_is_flagged_and_takes_nothing_else_away() -> None:
    marks = (*marks_of((1, 2)), Mark("verify", "verify", 0, 1, is_critical=True))
    quality = quality_of(marks)
    assert quality is not None
    assert quality.missed == ("verify",)
    assert quality.value == 0.5


def test_of_nothing_that_had_a_chance_there_is_no_quality() -> None:
    assert quality_of(marks_of((1, None))) is None


# --- What may be given ---


def test_what_is_whole_may_be_given() -> None:
    assert missing_in(WRITTEN) == ()


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"words_heard": ""}, (Missing.WORDS,)),
        ({"words_heard": "fine then"}, (Missing.WORDS,)),
        ({"marks": marks_of((1, None))}, (Missing.MARKS,)),
        ({"strength": Strength()}, (Missing.SITUATION, Missing.BEHAVIOUR, Missing.IMPACT)),
        ({"strength": replace(WRITTEN.strength, behaviour="good job")}, (Missing.BEHAVIOUR,)),
        ({"next_step": NextStep()}, (Missing.WHEN, Missing.THEN)),
        ({"next_step": replace(WRITTEN.next_step, then="   ")}, (Missing.THEN,)),
    ],
)
def test_without_words_a_strength_and_a_next_step_it_is_refused(
    changes: dict[str, object], missing: tuple[Missing, ...]
) -> None:
    assert missing_in(replace(WRITTEN, **changes)) == missing  # type: ignore[arg-type]  # a table of cases


def test_a_script_without_spaces_says_much_in_one_word() -> None:
    assert missing_in(replace(WRITTEN, words_heard="三回もお電話いただき申し訳ございません")) == ()


def test_strength_and_step_belong_to_the_best_and_the_weakest_unless_chosen() -> None:
    assert tied(WRITTEN) == ("ready", "listen")
    chosen = replace(WRITTEN, strength=replace(WRITTEN.strength, criterion_id="listen"))
    assert tied(chosen) == ("listen", "listen")


# --- Who reads it when ---


def read_by_managers(hours: float, *, seen: bool = False, state: State = State.GIVEN) -> bool:
    given_at = None if state is State.DRAFT else NOW - timedelta(hours=hours)
    return may_read(is_observer=False, state=state, given_at=given_at, seen_at=NOW if seen else None, now=NOW)


def test_its_person_reads_it_first_or_three_days_pass() -> None:
    assert not read_by_managers(0)
    assert not read_by_managers(71.9)
    assert read_by_managers(72)
    assert read_by_managers(1, seen=True)


def test_a_draft_is_its_observers_alone() -> None:
    assert not read_by_managers(999, state=State.DRAFT)
    assert may_read(is_observer=True, state=State.DRAFT, given_at=None, seen_at=None, now=NOW)


@pytest.mark.parametrize(
    ("party", "above", "administrator", "may"),
    [
        (False, True, False, True),
        (False, False, True, True),
        (False, False, False, False),
        (True, True, True, False),
    ],
)
def test_only_somebody_neutral_settles(*, party: bool, above: bool, administrator: bool, may: bool) -> None:
    assert may_settle(is_party=party, looks_above=above, is_administrator=administrator) is may


# --- Words that judge ---


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("She has a bad attitude", Judging.ATTITUDE),
        ("he was Lazy today", Judging.CHARACTER),
        ("they don’t care", Judging.ATTITUDE),
        ("that was bad", Judging.VERDICT),
        ("Good job!", Judging.VERDICT),
        ("you always interrupt", Judging.ALWAYS),
        ("better than Tom", Judging.COMPARED),
        ("Er ist faul", Judging.CHARACTER),
        ("schlechte Einstellung", Judging.VERDICT),
        ("eine unmotivierte Haltung", Judging.ATTITUDE),
        ("immer zu spät", Judging.ALWAYS),
        ("gut gemacht", Judging.VERDICT),
    ],
)
def test_words_that_judge_the_person_are_caught_in_both_languages(text: str, kind: Judging) -> None:
    assert kind in {caught.kind for caught in judging_in({"field": text})}


@pytest.mark.parametrize(
    "text",
    [
        "typed while the customer spoke",
        "He said “you are all lazy” and you let him finish",
        "badge in hand, named the calendar",
        "sagte zwei Wege und was sie kosten",
        "er sagte: „schlechte Laune habt ihr alle“",
    ],
)
def test_what_a_camera_could_have_seen_is_left_alone(text: str) -> None:
    assert judging_in({"field": text}) == ()


def test_a_word_is_named_once_in_a_field_as_it_was_written() -> None:
    (caught,) = judging_in({"a": "Lazy, so lazy"})
    assert (caught.field, caught.word) == ("a", "Lazy")


def test_a_plan_may_say_always_and_words_heard_are_never_judged() -> None:
    step = replace(WRITTEN.next_step, then="I always say the name first")
    assert caught_in(replace(WRITTEN, next_step=step, words_heard="That is a bad joke, lazy one")) == ()
    assert caught_in(replace(WRITTEN, strength=replace(WRITTEN.strength, impact="a great call"))) != ()


# --- Who is due, within the minutes ---


def watched(number: int, joined: int = 200, last: int | None = None, *, is_away: bool = False) -> Watched:
    last_on = None if last is None else MONDAY - timedelta(days=last)
    return Watched(number, f"Person {number:03}", MONDAY - timedelta(days=joined), last_on, is_away=is_away)


def test_new_people_are_due_weekly_for_six_weeks_and_others_fortnightly() -> None:
    assert due_of(watched(1, joined=41, last=7), USUAL, MONDAY).due_on == MONDAY
    assert due_of(watched(1, joined=42, last=7), USUAL, MONDAY).due_on == MONDAY + timedelta(days=7)
    assert due_of(watched(1, joined=3), USUAL, MONDAY).due_on == MONDAY + timedelta(days=4)


def test_the_list_goes_by_days_and_never_past_the_minutes() -> None:
    people = [watched(number, last=10 + number) for number in range(1, 9)]
    found = round_of(people, Rhythm(minutes_a_week=40, minutes_each=12), 1, MONDAY)
    assert found.fitting == 2
    assert [line.person.person_id for line in found.now] == [8, 7]
    assert [line.person.person_id for line in found.waiting] == [6, 5, 4, 3, 2, 1]


def test_a_rhythm_that_cannot_be_kept_says_how_often_it_will_be() -> None:
    people = [watched(number, last=1) for number in range(20)]
    found = round_of(people, Rhythm(minutes_a_week=60, minutes_each=12), 0, MONDAY)
    assert found.weekly_minutes == 120
    assert found.stretched_days == 28
    assert round_of(people, Rhythm(minutes_a_week=120, minutes_each=12), 0, MONDAY).stretched_days is None
    assert round_of(people, Rhythm(minutes_a_week=5, minutes_each=12), 0, MONDAY).stretched_days is None


def test_who_is_away_is_not_due() -> None:
    found = round_of([watched(1, last=90, is_away=True), watched(2, last=90)], USUAL, 0, MONDAY)
    assert [line.person.person_id for line in found.now] == [2]
    assert [line.person.person_id for line in found.away] == [1]


@given(st.lists(st.integers(0, 100), max_size=40), st.integers(0, 300), st.integers(0, 20))
def test_everybody_is_named_once_and_no_more_than_fit(lasts: list[int], minutes: int, done: int) -> None:
    people = [watched(number, last=last) for number, last in enumerate(lasts)]
    found = round_of(people, Rhythm(minutes_a_week=minutes), done, MONDAY)
    named = [line.person.person_id for line in (*found.now, *found.waiting, *found.later, *found.away)]
    assert sorted(named) == list(range(len(lasts)))
    assert len(found.now) * USUAL.minutes_each + done * USUAL.minutes_each <= max(
        minutes, done * USUAL.minutes_each
    )


# --- What to look for, and which contact ---

CRITERIA = (
    *(Criterion(f"obs-{name}", name, "", (name,)) for name in "abcdefgh"),
    Criterion("obs-verify", "verify", "", ("verify",), is_critical=True),
    Criterion("obs-boundary", "boundary", "", ("boundary",), in_role_play=True),
)


def test_four_are_looked_for_with_the_focus_and_what_was_seen_least() -> None:
    usual = markable(CRITERIA, in_role_play=False)
    found = looked_for(usual, "e", {"a": 3, "b": 0, "c": 1, "d": 2}, wanted=("h",))
    assert found == ("obs-b", "obs-e", "obs-f", "obs-h", "obs-verify")
    assert len(found) == AT_ONCE + 1


def test_each_behaviour_has_its_turn_unless_one_was_chosen() -> None:
    weeks = [focus_of_week(CRITERIA, "", MONDAY + timedelta(weeks=number)) for number in range(8)]
    assert sorted(weeks) == list("abcdefgh")
    assert focus_of_week(CRITERIA, "c", MONDAY) == "c"
    assert focus_of_week(CRITERIA, "boundary", MONDAY) == weeks[0]
    assert focus_of_week((), "", MONDAY) == ""


def test_a_boundary_is_marked_in_role_plays_alone() -> None:
    assert "obs-boundary" not in [each.id for each in markable(CRITERIA, in_role_play=False)]
    assert "obs-boundary" in [each.id for each in markable(CRITERIA, in_role_play=True)]


def test_a_contact_is_drawn_within_the_hours_and_each_comes_up() -> None:
    chance = random.Random(7)
    drawn = {drawn_contact(Hours((1, 3), 10, 12), chance) for _ in range(400)}
    assert {each.day for each in drawn} == {1, 3}
    assert {each.hour for each in drawn} == {10, 11}
    assert {each.place for each in drawn} == {1, 2, 3, 4, 5}
    assert drawn_contact(USUAL_HOURS, chance).day in range(5)
