"""What is different between two states of a course: nothing exactly when equal, and every changed field named."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.comparing.blocks import Block, BlockState, block_changes, blocks_of
from lms.content.comparing.questions import Fate, moved_ids, question_changes
from lms.content.comparing.words import Run, RunState, marked_words
from lms.content.course import (
    Condition,
    ConditionKind,
    Course,
    Draw,
    EarlyCheck,
    Lesson,
    Piece,
    Quiz,
    Renewal,
    Review,
    Survey,
)
from lms.content.differences import ActivityChange, Differences, Version, differences
from lms.content.reading.packing import made_ready
from lms.content.release import ChangeKind
from lms.content.versions import version_of
from lms.quiz.question import ChoiceKey, Question, QuestionType
from tests.support.builders import a_course, a_gaps, a_lesson, a_multiple, a_number, a_quiz, a_short, a_single
from tests.support.folders import QUIZ, checked, write_course
from tests.support.plays import CALL, a_play
from tests.support.questions import questions


def between(before: Course, after: Course) -> Differences:
    return differences(Version(before), Version(after))


def only(before: Any, after: Any) -> ActivityChange:
    (found,) = between(a_course("bees", before), a_course("bees", after)).activities
    return found


# Words


def test_changed_words_are_marked_where_they_stand() -> None:
    assert marked_words("Call back within two days.", "Call back within one day.") == (
        Run("Call back within", RunState.SAME),
        Run("two days.", RunState.GONE),
        Run("one day.", RunState.NEW),
    )


@given(st.text("ab "), st.text("ab "))
def test_marked_words_hold_both_texts(before: str, after: str) -> None:
    runs = marked_words(before, after)
    old = " ".join(run.text for run in runs if run.state is not RunState.NEW)
    new = " ".join(run.text for run in runs if run.state is not RunState.GONE)
    assert (old.split(), new.split()) == (before.split(), after.split())


def test_texts_too_long_to_be_mixed_are_replaced_whole() -> None:
    before, after = "a " * 3_000, "b " * 3_000
    assert [run.state for run in marked_words(before, after)] == [RunState.GONE, RunState.NEW]


# Blocks


def test_a_page_is_read_as_its_blocks() -> None:
    html = (
        '<h2 id="at-x">Say <em>it</em></h2><p>One &amp; two.</p><ul><li>Item</li><li><p>Deep</p></li></ul>'
        "<blockquote><p>Hello</p></blockquote><table><tr><th>A</th><td>B</td></tr></table>"
        '<p><img src="x.png" alt="A bee"></p>'
    )
    assert [(block.kind, block.text) for block in blocks_of(html)] == [
        ("heading", "Say it"),
        ("paragraph", "One & two."),
        ("item", "Item"),
        ("item", "Deep"),
        ("quote", "Hello"),
        ("row", "A | B"),
        ("picture", "A bee"),
    ]


def test_a_reworded_paragraph_is_told_from_new_and_gone_ones() -> None:
    before = blocks_of("<h2>Why</h2><p>A bee has four wings.</p><p>Nothing alike at all.</p>")
    after = blocks_of("<h2>Why</h2><p>A wasp has four wings.</p><p>Quite another paragraph.</p>")
    found = [(each.state, each.heading, each.before, each.after) for each in block_changes(before, after)]
    assert found == [
        (BlockState.REWORDED, "Why", "A bee has four wings.", "A wasp has four wings."),
        (BlockState.REMOVED, "Why", "Nothing alike at all.", ""),
        (BlockState.ADDED, "Why", "", "Quite another paragraph."),
    ]


def test_a_changed_link_is_a_change_of_form() -> None:
    before, after = (blocks_of(f'<p><a href="{href}">Here</a></p>') for href in ("/a", "/b"))
    (found,) = block_changes(before, after)
    assert found.state is BlockState.FORM and found.before == found.after == "Here"


_BLOCKS = st.lists(
    st.builds(Block, st.sampled_from(["heading", "paragraph"]), st.text("ab ", min_size=1), st.sampled_from("xy")),
    max_size=6,
)


@given(_BLOCKS, _BLOCKS)
def test_blocks_differ_exactly_when_they_are_not_equal(before: list[Block], after: list[Block]) -> None:
    assert bool(block_changes(before, after)) is (before != after)


# Questions


@given(questions(), questions())
def test_questions_differ_exactly_when_they_are_not_equal(before: Question, after: Question) -> None:
    after = replace(after, id=before.id)
    assert bool(question_changes([before], [after])) is (before != after)


@given(questions(), st.data())
def test_every_changed_field_of_a_question_is_named(question: Question, data: st.DataObject) -> None:
    others = {
        "title": "other title",
        "stem_html": "other stem",
        "points": 7.5,
        "behaviours": ("other",),
        "pool": "other",
        "hint_html": "other hint",
        "explanation_html": "other explanation",
        "file": "other.md",
        "roles": ("other",),
        "form": "Z",
        "home": "other",
    }
    assert set(others) == {each.name for each in fields(Question)} - {"id", "type", "key", "line"}
    names = data.draw(st.sets(st.sampled_from(sorted(others)), min_size=1))
    after = replace(question, **{name: others[name] for name in names})
    (found,) = question_changes([question], [after])
    assert {change.field for change in found.changes} == names


def test_another_right_option_is_loud() -> None:
    before = a_single("q")
    assert isinstance(before.key, ChoiceKey)
    options = [replace(option, is_right=option.id == "wrong-1") for option in before.key.options]
    (found,) = question_changes([before], [replace(before, key=ChoiceKey(tuple(options)))])
    assert found.has_other_key and found.weight is ChangeKind.MATERIAL
    assert [(each.part, each.before, each.after) for each in found.changes] == [
        ("Option right", "right", "wrong"),
        ("Option wrong-1", "wrong", "right"),
    ]


def test_a_right_option_in_other_words_is_no_other_key() -> None:
    before = a_single("q")
    assert isinstance(before.key, ChoiceKey)
    first, *rest = before.key.options
    reworded = replace(first, id="other", html="Option right!")
    first = replace(first, html="Option right")
    (found,) = question_changes(
        [replace(before, key=ChoiceKey((first, *rest)))], [replace(before, key=ChoiceKey((reworded, *rest)))]
    )
    assert not found.has_other_key and found.weight is ChangeKind.TYPO


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (a_short("q", "yes"), a_short("q", "yes", "yep"), ("yes", "yes / yep")),
        (a_number("q", 64), a_number("q", 65), ("64 ± 0.5 minutes", "65 ± 0.5 minutes")),
        (a_gaps("q", ("a",)), a_gaps("q", ("a", "b")), ("a", "a / b")),
    ],
    ids=["short", "number", "gaps"],
)
def test_other_accepted_answers_are_another_key(before: Question, after: Question, told: tuple[str, str]) -> None:
    (found,) = question_changes([before], [after])
    assert found.has_other_key and [(each.before, each.after) for each in found.changes] == [told]


def test_another_type_is_another_key() -> None:
    (found,) = question_changes([a_single("q")], [a_multiple("q")])
    assert found.has_other_key and {"type", "key"} <= {change.field for change in found.changes}


def test_questions_come_go_and_move() -> None:
    a, b, c, d, e = (a_single(name) for name in "abcde")
    found = question_changes([a, b, e, c], [c, a, e, d])
    assert [(each.id, each.fate, each.has_moved) for each in found] == [
        ("b", Fate.REMOVED, False),
        ("c", Fate.CHANGED, True),
        ("d", Fate.ADDED, False),
    ]


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.randoms())
def test_only_what_must_move_has_moved(before: list[str], chance: Any) -> None:
    after = list(before)
    chance.shuffle(after)
    moved = moved_ids(before, after)
    assert bool(moved) is (before != after)
    assert [name for name in before if name not in moved] == [name for name in after if name not in moved]


# Whole courses


def test_activities_come_go_move_and_are_renamed() -> None:
    one, two, three = a_lesson("one"), a_lesson("two"), a_lesson("three")
    found = between(a_course("bees", one, two), a_course("bees", three, replace(one, title="New name")))
    assert [(each.id, each.fate) for each in found.activities] == [
        ("two", Fate.REMOVED),
        ("three", Fate.ADDED),
        ("one", Fate.CHANGED),
    ]
    (renamed,) = found.activities[2].changes
    assert (renamed.field, renamed.before, renamed.after) == ("title", "Lesson one", "New name")
    assert [each.id for each in found.added] == ["three"] and [each.id for each in found.removed] == ["two"]
    swapped = between(a_course("bees", one, two), a_course("bees", two, one)).activities
    assert [(each.fate, each.has_moved, each.changes) for each in swapped] == [(Fate.CHANGED, True, ())]


_LESSON_OTHERS: dict[str, Any] = {
    "title": "Other", "minutes": 9, "behaviours": ("x",), "trainer_html": "<p>x</p>", "summary": "Other",
    "pieces": (Piece(html="<p>Other.</p>"),), "questions": (a_short("x"),), "policy": None,
}  # fmt: skip
_QUIZ_OTHERS: dict[str, Any] = {
    "title": "Other", "minutes": 9, "behaviours": ("x",), "intro_html": "<p>x</p>", "pass_mark": 0.5,
    "attempts": 2, "seconds_allowed": 60, "draws": (Draw(1, "x"),), "shuffle": True, "review": Review.NEVER,
    "summary": "Other",
    "forms": ("A",), "opens_after_days": 3, "questions": (a_short("x"),),
}  # fmt: skip
_ELSEWHERE = {"pieces": "blocks", "intro_html": "blocks", "trainer_html": "notes", "questions": "questions"}


@pytest.mark.parametrize("name", [each for each in _LESSON_OTHERS if each != "policy"])
def test_every_changed_field_of_a_lesson_is_named(name: str) -> None:
    _is_named(a_lesson("one"), name, _LESSON_OTHERS[name])


@pytest.mark.parametrize("name", list(_QUIZ_OTHERS))
def test_every_changed_field_of_a_quiz_is_named(name: str) -> None:
    _is_named(a_quiz("one"), name, _QUIZ_OTHERS[name])


def _is_named(activity: Lesson | Quiz | Survey, name: str, value: object) -> None:
    found = only(activity, replace(activity, **{name: value}))
    if name in _ELSEWHERE:
        assert getattr(found, _ELSEWHERE[name]) and not found.changes
    else:
        assert {change.field for change in found.changes} == {name}


@pytest.mark.parametrize("name", ["passages", "outline", "words"])
def test_what_follows_from_the_text_is_named_when_nothing_else_is(name: str) -> None:
    lesson = a_lesson("one")
    assert only(lesson, replace(lesson, **{name: 7 if name == "words" else ("x",)})).changes


def test_a_pass_mark_is_told_as_its_author_wrote_it() -> None:
    (change,) = only(a_quiz("one"), a_quiz("one", pass_mark=0.85)).changes
    assert (change.before, change.after, change.weight) == ("80", "85", ChangeKind.MATERIAL)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("title", "Other", "Other"),
        ("summary", "Other", "Other"),
        ("language", "de", "de"),
        ("audience", "Other", "Other"),
        ("conditions", (Condition(ConditionKind.RETAINED, 0.8, 7),), "retained 80 after 7 days"),
        ("valid_for_months", 12, "12 months"),
        ("cpd_hours", 1.5, "1.5"),
        ("requires", ("wasps",), "wasps"),
        ("renewal", Renewal(30, None, ("heat",)), "30 days before the end, with heat"),
        ("early_check", EarlyCheck("heat", 0.9), "heat 90"),
        ("variables", ("limit",), "limit"),
    ],
)
def test_every_changed_field_of_a_course_is_named(name: str, value: object, told: str) -> None:
    before = a_course("bees")
    found = between(before, replace(before, **{name: value}))
    assert [(change.field, change.after) for change in found.changes] == [(name, told)]
    assert between(before, replace(before, front_html="<p>Hi.</p>")).front
    assert {each.name for each in fields(Course)} == _COURSE_FIELDS


_COURSE_FIELDS = {
    "slug", "release_id", "number", "hash", "title", "summary", "language", "audience", "front_html", "conditions",
    "valid_for_months", "cpd_hours", "requires", "activities", "variables", "renewal", "early_check",
}  # fmt: skip


def test_numbers_of_releases_are_no_difference() -> None:
    before = a_course("bees")
    assert between(before, replace(before, release_id=9, number=9, hash="9")).is_empty


def test_media_come_go_and_are_exchanged() -> None:
    course = a_course("bees")
    found = differences(
        Version(course, {"a.png": "1", "b.png": "1", "c.png": "1"}),
        Version(course, {"a.png": "1", "b.png": "2", "d.png": "1"}),
    )
    assert [(each.path, each.fate) for each in found.media] == [
        ("b.png", Fate.CHANGED),
        ("c.png", Fate.REMOVED),
        ("d.png", Fate.ADDED),
    ]


def test_a_lesson_that_became_a_quiz_says_so() -> None:
    (change,) = only(a_lesson("one"), a_quiz("one")).changes
    assert (change.field, change.before, change.after) == ("kind", "lesson", "quiz")


def test_a_question_that_moves_within_a_lesson_is_seen() -> None:
    lesson = a_lesson("one", a_short("q"))
    assert only(lesson, replace(lesson, pieces=lesson.pieces[::-1])).blocks


_ACTIVITIES = st.lists(
    st.one_of(
        st.builds(
            lambda name, html, minutes: a_lesson(name, pieces=(Piece(html=f"<p>{html}</p>"),), minutes=minutes),
            st.sampled_from("abc"),
            st.sampled_from(["x y", "x <em>y</em>", "x  y", "&amp;", ""]),
            st.integers(1, 2),
        ),
        st.builds(
            lambda name, question, mark: a_quiz(name, question, pass_mark=mark),
            st.sampled_from("abc"),
            questions(kinds=(QuestionType.SINGLE, QuestionType.SHORT)),
            st.sampled_from([0.5, 0.8]),
        ),
    ),
    max_size=3,
    unique_by=lambda activity: activity.id,
)


@given(_ACTIVITIES, _ACTIVITIES)
def test_courses_differ_exactly_when_they_are_not_equal(before: list[Any], after: list[Any]) -> None:
    one, two = a_course("bees", *before, a_lesson("z")), a_course("bees", *after, a_lesson("z"))
    assert between(one, two).is_empty is (one == two)


@pytest.mark.parametrize(
    ("after", "suggestion"),
    [
        ((a_lesson("one", summary="Mended"), a_quiz("two")), ChangeKind.TYPO),
        ((a_lesson("one"), a_quiz("two"), a_lesson("three")), ChangeKind.ADDITION),
        ((a_lesson("one"), a_quiz("two", pass_mark=0.5), a_lesson("three")), ChangeKind.MATERIAL),
        ((a_lesson("one"),), ChangeKind.MATERIAL),
    ],
    ids=["typo", "addition", "material", "gone"],
)
def test_the_weightiest_part_is_what_is_suggested(after: tuple[Any, ...], suggestion: ChangeKind) -> None:
    before = a_course("bees", a_lesson("one"), a_quiz("two"))
    assert between(before, replace(before, activities=after)).suggestion is suggestion


def test_what_lies_on_the_disk_is_compared_as_it_would_be_published(tmp_path: Path) -> None:
    write_course(tmp_path, {"02-check.md": QUIZ})
    before = checked(tmp_path)
    write_course(tmp_path, {"02-check.md": QUIZ.replace("[x] Four", "[ ] Four").replace("[ ] Two", "[x] Two")})
    after = checked(tmp_path)
    assert before.course and after.course
    one, two = version_of(made_ready(before.course)), version_of(made_ready(after.course))
    assert differences(one, one).is_empty
    ((activity, question),) = differences(one, two).other_keys
    assert (activity.id, question.id) == ("check", "wings")


def test_a_scenario_is_compared_by_moments_and_choices() -> None:
    gone = next(line for line in CALL.splitlines() if "One more word" in line)
    text = (
        CALL.replace("### The line crackles {#crackle}", "### The line is bad {#crackle}")
        .replace('{heat=-1 shows="own"}', '{heat=-2 shows="own"}')
        .replace("Ask her to hold for a moment.", "Ask her to hold for a short moment.")
        .replace(f"{gone}\n    > Now there are two quarrels.\n", "")
    )
    found = only(a_play(), a_play(text))
    assert [(each.field, each.part) for each in found.changes] == [
        ("choice", "She shouts"),
        ("effects", "A colleague waves · Wave back, and stay on the line."),
        ("choice", "A colleague waves"),
        ("title", "The line is bad"),
    ]
    assert [each.weight for each in found.changes].count(ChangeKind.MATERIAL) == 2
    assert between(a_course("bees", a_play()), a_course("bees", a_play())).is_empty


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Other"),
        ("minutes", 9),
        ("behaviours", ("x",)),
        ("is_anonymous", True),
        ("parts", ("x",)),
        ("intro_html", "<p>x</p>"),
        ("trainer_html", "<p>x</p>"),
        ("summary", "Other"),
    ],
)
def test_every_changed_field_of_a_survey_is_named(name: str, value: object) -> None:
    survey = Survey("pulse", "Pulse", 2, (), "<p>Hello.</p>", False, (), "", ())
    _is_named(survey, name, value)
