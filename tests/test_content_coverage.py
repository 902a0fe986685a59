"""Which behaviours courses teach, ask for, let decide and look for: counted once where they are at home."""

from dataclasses import replace

from lms.content.asking import Criterion
from lms.content.coverage import Way, coverage
from tests.support.builders import a_checklist, a_course, a_lesson, a_quiz, a_single
from tests.support.plays import a_play

NAMES = {"ack": "Acknowledge first", "own": "Own it", "greet": "Begin ready"}


def test_each_way_is_counted_by_lessons_questions_moments_and_lines() -> None:
    asked = a_single("of-its-own", behaviours=("own",))
    lesson = a_lesson("one", a_single("of-the-lesson"), asked, behaviours=("ack",))
    quiz = a_quiz("two", replace(asked, home="one"), a_single("third"), behaviours=("ack",))
    line = Criterion("line", "Line", "", ("ack", "own"))
    course = a_course(
        "bees", lesson, quiz, a_play(), a_checklist("four", criteria=(line, replace(line, id="second")))
    )
    ack, own, greet, *others = coverage([course], NAMES)
    assert [ack.count(way) for way in Way] == [1, 2, 2, 2]
    assert [own.count(way) for way in Way] == [0, 1, 2, 2]
    assert (greet.name, greet.places) == ("Begin ready", ())
    assert [(each.behaviour_id, each.name) for each in others] == [("close", "close"), ("explore", "explore")]
    assert [(place.way, place.activity.id) for place in own.places][:2] == [
        (Way.ASKED, "one"),
        (Way.DECIDED, a_play().id),
    ]


def test_nothing_is_covered_by_no_course() -> None:
    assert [each.places for each in coverage([], NAMES)] == [(), (), ()]
    assert coverage([], {}) == ()
