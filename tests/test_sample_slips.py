"""The two questions of the sample that many stumble over: statistics find in them what was put there."""

import random
from dataclasses import replace

import pytest

from lms.analytics.report import QuizReport, report_on
from lms.analytics.signs import Kind
from lms.sample import slips
from lms.sample.answering import answers_to
from tests.support.builders import a_quiz, a_single
from tests.support.tallies import tally_of


def told(question_id: str) -> QuizReport:
    """Return the report on three questions of the sample after sixty first attempts."""
    questions = [a_single(question_id), a_single("sound-1"), a_single("sound-2")]
    quiz = a_quiz("check", *questions)
    chance = random.Random(1)
    sittings = [slips.stumbled(questions, answers_to(questions, 0.85, chance), seed) for seed in range(60)]
    return report_on(quiz, tally_of(quiz, sittings), {1: quiz})


@pytest.mark.parametrize(
    ("question_id", "kind"), [(slips.DRAWS_THE_BEST, Kind.BEATEN), (slips.ONE_FOR_ALL, Kind.DEAD)]
)
def test_the_statistics_find_it(question_id: str, kind: Kind) -> None:
    found = told(question_id).question(question_id)
    assert found
    assert kind in [sign.kind for sign in found.signs]


def test_other_questions_are_answered_as_they_were() -> None:
    questions = [a_single("sound-1"), replace(a_single("sound-2"), points=2.0)]
    responses = {"sound-1": "right", "sound-2": "wrong-1"}
    assert slips.stumbled(questions, responses, 7) == responses
